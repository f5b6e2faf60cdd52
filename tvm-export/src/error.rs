//! Why a model cannot be exported.

use thiserror::Error;

/// Why a model cannot be exported.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ExportError {
    /// A head compares numbers that may be fractions: the definition compares integers.
    #[error(
        "head {head} of layer {layer}{name}: its queries or keys may be no integers, and f64 might not hold their scores"
    )]
    Scores {
        /// The layer.
        layer: usize,
        /// The head.
        head: usize,
        /// Its name, with a space and brackets.
        name: String,
    },
    /// A head adds up numbers that may be fractions: then the order of the additions counts.
    #[error(
        "head {head} of layer {layer}{name}: it is a mean of what may be no integers, and f64 might round its sums"
    )]
    Mean {
        /// The layer.
        layer: usize,
        /// The head.
        head: usize,
        /// Its name, with a space and brackets.
        name: String,
    },
    /// A model file without names of values, heads and neurons.
    #[error("the model has no names of values, heads and neurons: models of `tvm` have them")]
    NoNames,
    /// The matrices would be too large with their zeros.
    #[error(
        "the matrices have {bytes} bytes with their zeros, more than {most}: the format `c` has them without"
    )]
    TooLarge {
        /// How many bytes they would take.
        bytes: u64,
        /// How many they may take.
        most: u64,
    },
}
