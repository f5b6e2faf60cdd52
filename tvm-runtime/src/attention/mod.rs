//! Hard attention with two-dimensional keys: what a head remembers, and how it finds its maximum.
