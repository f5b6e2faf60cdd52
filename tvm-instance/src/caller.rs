//! What a function of the host can do with the program that has called it.

use tvm_interface::Value;

use crate::imports::{Host, HostError};
use crate::memory::Memory;

/// A program that has called its host and awaits the answer.
pub trait Program {
    /// Linear memory.
    fn memory(&mut self) -> &mut Memory;

    /// Calls an exported function. The functions that it imports are those of `host`.
    ///
    /// # Errors
    /// [`HostError::Program`] when there is no such function, the arguments are of other types, or calls nest too
    /// deep; then the program awaits the answer as before. Also when the program ends, by a trap or by itself: then
    /// the run is over, whatever the host answers.
    fn call(
        &mut self,
        host: &mut dyn Host,
        name: &str,
        arguments: &[Value],
    ) -> Result<Vec<Value>, HostError>;
}

/// The program that calls a function of [`Imports`](crate::Imports), with these imports as its host.
pub struct Caller<'call> {
    program: &'call mut dyn Program,
    host: &'call mut dyn Host,
}

impl<'call> Caller<'call> {
    pub(crate) fn new(program: &'call mut dyn Program, host: &'call mut dyn Host) -> Self {
        Caller { program, host }
    }

    /// Linear memory.
    pub fn memory(&mut self) -> &mut Memory {
        self.program.memory()
    }

    /// Calls an exported function, which may call functions of the host again.
    ///
    /// # Errors
    /// As [`Program::call`].
    pub fn call(&mut self, name: &str, arguments: &[Value]) -> Result<Vec<Value>, HostError> {
        self.program.call(self.host, name, arguments)
    }
}
