//! Matrices from a graph and its schedule.
