//! Functions of the host.

use std::collections::HashMap;

use thiserror::Error;
use tvm_interface::{Import, Signature, Value, ValueType};

use crate::memory::{Memory, OutOfBounds};

/// Why a function of the host has no results.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum HostError {
    /// Nobody provides it.
    #[error("nobody provides `{name}` of module `{module}`")]
    Missing {
        /// The module that it is imported from.
        module: String,
        /// Its name.
        name: String,
    },
    /// The program ends with this exit status.
    #[error("the program has ended with exit status {0}")]
    Exit(u32),
    /// Nobody reads the output of the program any more.
    #[error("nobody reads the output any more")]
    ReaderGone,
    /// It was given an address outside of memory.
    #[error(transparent)]
    OutOfBounds(#[from] OutOfBounds),
    /// It failed.
    #[error("{0}")]
    Failed(String),
}

impl HostError {
    /// That nobody provides an import.
    pub fn missing(import: &Import) -> HostError {
        HostError::Missing {
            module: import.module.escape_debug().to_string(),
            name: import.name.escape_debug().to_string(),
        }
    }
}

/// Answers calls of imported functions.
pub trait Host {
    /// Calls a function; its results are of the types that the import says. What it writes to memory the program
    /// finds there when the call returns.
    ///
    /// # Errors
    /// [`HostError`] ends the run.
    fn call(
        &mut self,
        import: &Import,
        arguments: &[Value],
        memory: &mut Memory,
    ) -> Result<Vec<Value>, HostError>;
}

/// A host that provides nothing.
impl Host for () {
    fn call(
        &mut self,
        import: &Import,
        _: &[Value],
        _: &mut Memory,
    ) -> Result<Vec<Value>, HostError> {
        Err(HostError::missing(import))
    }
}

type Function<'host> =
    Box<dyn FnMut(&[Value], &mut Memory) -> Result<Vec<Value>, HostError> + 'host>;

/// Functions by the names of their modules and their own.
#[derive(Default)]
pub struct Imports<'host> {
    functions: HashMap<(String, String), (Signature, Function<'host>)>,
}

impl<'host> Imports<'host> {
    /// No functions.
    pub fn new() -> Self {
        Imports::default()
    }

    /// Adds a function with its type.
    #[must_use]
    pub fn with(
        mut self,
        module: &str,
        name: &str,
        (parameters, results): (&[ValueType], &[ValueType]),
        function: impl FnMut(&[Value], &mut Memory) -> Result<Vec<Value>, HostError> + 'host,
    ) -> Self {
        let signature = Signature { parameters: parameters.to_vec(), results: results.to_vec() };
        let key = (module.to_owned(), name.to_owned());
        self.functions.insert(key, (signature, Box::new(function)));
        self
    }
}

impl Host for Imports<'_> {
    fn call(
        &mut self,
        import: &Import,
        arguments: &[Value],
        memory: &mut Memory,
    ) -> Result<Vec<Value>, HostError> {
        let key = (import.module.clone(), import.name.clone());
        let Some((signature, function)) = self.functions.get_mut(&key) else {
            return Err(HostError::missing(import));
        };
        if *signature != import.signature {
            let (wanted, found) = (&import.signature, signature);
            return Err(HostError::Failed(format!(
                "the program imports `{}` of module `{}` as {wanted}, and the host's is {found}",
                import.name.escape_debug(),
                import.module.escape_debug(),
            )));
        }
        function(arguments, memory)
    }
}
