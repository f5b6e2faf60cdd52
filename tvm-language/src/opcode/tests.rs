//! Families with mistakes, and what is said of them.
