//! Why a call of an export has no results, or a run no end.

use thiserror::Error;
use tvm_interface::Signature;
use tvm_runtime::driver::RunError;

use crate::imports::HostError;

/// Why a call of an export has no results, or a run no end.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum InstanceError {
    /// The run ended: a trap, a limit, an interrupt.
    #[error(transparent)]
    Run(#[from] RunError),
    /// A function of the host failed, or is missing.
    #[error("{function}: {error}")]
    Host {
        /// The module and the name of the import.
        function: String,
        /// Why.
        error: HostError,
    },
    /// There is no such export.
    #[error("the program exports no function `{name}`; it exports {known}")]
    NoExport {
        /// The name.
        name: String,
        /// The names of what there is.
        known: String,
    },
    /// The arguments are not of the types of the export.
    #[error("`{name}` is of type {signature}, and the arguments are of types ({found})")]
    Arguments {
        /// The export.
        name: String,
        /// Its type.
        signature: Signature,
        /// The types of the arguments.
        found: String,
    },
    /// The program ended before, by a trap or by itself.
    #[error("the program has ended; make a new instance")]
    Ended,
    /// The host gives results of other types than the import has.
    #[error("{function} is of type {signature}, and the host gives ({found})")]
    Results {
        /// The module and the name of the import.
        function: String,
        /// Its type.
        signature: Signature,
        /// The types of what it gives.
        found: String,
    },
    /// Functions of the host and exports call each other without end.
    #[error("functions of the host and of the program call each other more than {0} times deep")]
    TooDeep(usize),
    /// The tokens are not what a program of this interface generates.
    #[error("the program asks for what its interface does not have: request {0}")]
    Request(u32),
    /// The model cannot be answered.
    #[error(
        "the model has no tokens for answers of a host: build it with the instruction set `full`"
    )]
    NoHostTokens,
}
