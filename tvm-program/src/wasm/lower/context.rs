//! What lowering a function needs to know: its module, the imports, the instruction set.

use super::leaving::Leaving;
use super::opcodes::Opcodes;
use crate::wasm::error::CompileError;
use crate::wasm::module::{FunctionIndex, Hosts, Module, input_base};
use crate::{Code, InstructionSet};

/// What every function is lowered with.
#[derive(Clone, Copy)]
pub(crate) struct Context<'m> {
    pub(crate) module: &'m Module<'m>,
    pub(crate) hosts: Hosts<'m>,
    pub(crate) set: &'m InstructionSet,
    pub(crate) opcodes: &'m Opcodes,
    pub(crate) leaving: &'m Leaving,
    /// The functions that a host can call, with their names.
    pub(crate) exports: &'m [(&'m str, FunctionIndex)],
}

impl Context<'_> {
    /// The opcode of this name, which traps.
    pub(crate) fn named(&self, name: &'static str) -> Result<Code, CompileError> {
        let mnemonic = self.set.by_name(name).ok_or(CompileError::MissingOpcode { name })?;
        Ok(mnemonic.code)
    }

    /// Where the input is placed, if the program reads any.
    pub(crate) fn input_base(&self) -> Result<u32, CompileError> {
        input_base(self.module)
    }
}
