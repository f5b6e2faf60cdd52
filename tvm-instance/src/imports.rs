//! Functions of the host.

use std::collections::HashMap;
use std::rc::Rc;

use thiserror::Error;
use tvm_interface::{Import, Signature, Value, ValueType};

use crate::caller::{Caller, Program};
use crate::error::InstanceError;
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
    /// An exported function that it called has no results.
    #[error("{0}")]
    Program(Box<InstanceError>),
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

    /// Checks that an import is of the type that the host's function has.
    ///
    /// # Errors
    /// When it is not.
    pub fn check(import: &Import, function: &Signature) -> Result<(), HostError> {
        if import.signature == *function {
            return Ok(());
        }
        Err(HostError::Failed(format!(
            "the program imports `{}` of module `{}` as {}, and the host's is {function}",
            import.name.escape_debug(),
            import.module.escape_debug(),
            import.signature,
        )))
    }
}

/// Answers calls of imported functions.
pub trait Host {
    /// Calls a function; its results are of the types that the import says. What it writes to the memory of the
    /// program, the program finds there when the call returns, and so does an export that it calls.
    ///
    /// # Errors
    /// [`HostError`] ends the run.
    fn call(
        &mut self,
        import: &Import,
        arguments: &[Value],
        program: &mut dyn Program,
    ) -> Result<Vec<Value>, HostError>;
}

/// A host that provides nothing.
impl Host for () {
    fn call(
        &mut self,
        import: &Import,
        _: &[Value],
        _: &mut dyn Program,
    ) -> Result<Vec<Value>, HostError> {
        Err(HostError::missing(import))
    }
}

/// A function of the host.
enum Function<'host> {
    /// It sees arguments and memory.
    Simple(Box<Simple<'host>>),
    /// It may call exports, which may call it again.
    Calling(Rc<Calling<'host>>),
}

type Simple<'host> = dyn FnMut(&[Value], &mut Memory) -> Result<Vec<Value>, HostError> + 'host;
type Calling<'host> = dyn Fn(&[Value], &mut Caller<'_>) -> Result<Vec<Value>, HostError> + 'host;

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

    /// Adds a function with its type: the types of its parameters and of its results.
    #[must_use]
    pub fn with(
        self,
        module: &str,
        name: &str,
        types: (&[ValueType], &[ValueType]),
        function: impl FnMut(&[Value], &mut Memory) -> Result<Vec<Value>, HostError> + 'host,
    ) -> Self {
        self.add(module, name, types, Function::Simple(Box::new(function)))
    }

    /// Adds a function that can call exported functions of the program. These may call it again before it has
    /// returned, so what it changes it keeps in a `Cell` or a `RefCell`.
    #[must_use]
    pub fn with_caller(
        self,
        module: &str,
        name: &str,
        types: (&[ValueType], &[ValueType]),
        function: impl Fn(&[Value], &mut Caller<'_>) -> Result<Vec<Value>, HostError> + 'host,
    ) -> Self {
        self.add(module, name, types, Function::Calling(Rc::new(function)))
    }

    fn add(
        mut self,
        module: &str,
        name: &str,
        (parameters, results): (&[ValueType], &[ValueType]),
        function: Function<'host>,
    ) -> Self {
        let signature = Signature { parameters: parameters.to_vec(), results: results.to_vec() };
        self.functions.insert((module.to_owned(), name.to_owned()), (signature, function));
        self
    }
}

impl Host for Imports<'_> {
    fn call(
        &mut self,
        import: &Import,
        arguments: &[Value],
        program: &mut dyn Program,
    ) -> Result<Vec<Value>, HostError> {
        let key = (import.module.clone(), import.name.clone());
        let Some((signature, function)) = self.functions.get_mut(&key) else {
            return Err(HostError::missing(import));
        };
        HostError::check(import, signature)?;
        match function {
            Function::Simple(function) => function(arguments, program.memory()),
            Function::Calling(function) => {
                let function = Rc::clone(function);
                function(arguments, &mut Caller::new(program, self))
            }
        }
    }
}
