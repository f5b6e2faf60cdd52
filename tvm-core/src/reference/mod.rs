//! The machine run directly over a [`Program`](crate::program::Program): the oracle.
