//! A function while it is lowered: what has been emitted, and what is known at the place that has
//! been reached. The families of operators are in files of their own.

use wasmparser::{FuncType, Operator, ValType};

use std::collections::BTreeMap;

use super::assembly::{Assembly, Label, RoutineName, Step};
use super::context::Context;
use super::frame::{Frame, WayOut};
use super::locals::Locals;
use super::operands::Operands;
use super::operators;
use super::routine::Uses;
use crate::wasm::error::CompileError;
use crate::wasm::module::{FunctionIndex, value_type};
use crate::{Mnemonic, ValueType};

/// A function while it is lowered.
pub(crate) struct Lowering<'c> {
    pub(crate) context: &'c Context<'c>,
    pub(crate) assembly: Assembly,
    /// The open blocks, the function itself first.
    pub(crate) frames: Vec<Frame>,
    pub(crate) operands: Operands,
    /// Can the next operator be reached?
    pub(crate) reachable: bool,
    /// Blocks opened since it cannot.
    pub(crate) skipped_blocks: u32,
    pub(crate) locals: Locals,
    /// Where the function begins, with its arguments on the stack.
    pub(crate) beginning: Label,
    /// The ways of exceptions out of the places that have been reached.
    pub(crate) ways_out: BTreeMap<WayOut, Label>,
    /// The open handlers of exceptions.
    pub(crate) handlers: u32,
    /// The first of the locals in which handlers keep their exceptions.
    pub(crate) kept_exceptions: u32,
    pub(crate) uses: Uses,
    /// What the function needs and the machine has not.
    pub(crate) lacks: Vec<CompileError>,
    pub(crate) function: FunctionIndex,
    /// Where the operator being lowered stands in the module.
    pub(crate) offset: u64,
}

impl Lowering<'_> {
    /// The function's name in messages and listings.
    pub(crate) fn name(&self) -> String {
        self.context.module.display_name(self.function)
    }

    /// Emits an opcode that pops and pushes by its own type.
    pub(crate) fn opcode(&mut self, mnemonic: &Mnemonic, immediate: u32) {
        self.assembly.instruction(mnemonic.code, immediate);
        self.operands.pop_words(mnemonic.pops());
        self.operands.push_words(mnemonic.pushes());
    }

    /// Emits the call of a routine. The caller takes care of the operands.
    pub(crate) fn call_routine(&mut self, routine: RoutineName) {
        self.uses.routines.insert(routine);
        self.assembly.push(Step::Call(routine));
    }

    /// The types of the parameters and of the results.
    pub(crate) fn types(&mut self, signature: &FuncType) -> (Vec<ValueType>, Vec<ValueType>) {
        let mut all = |types: &[ValType], what| {
            types.iter().map(|&one| self.value_type(one, what)).collect::<Vec<_>>()
        };
        (all(signature.params(), "parameter"), all(signature.results(), "result"))
    }

    /// The type. If the set has no such values, that is what the function lacks, and it is followed as
    /// if they were words.
    pub(crate) fn value_type(&mut self, found: ValType, what: &str) -> ValueType {
        let hint = match value_type(found) {
            Some(wide) if wide.words() == 2 && !self.context.opcodes.has_wide_values() => {
                operators::OF_THE_FULL_SET
            }
            Some(value_type) => return value_type,
            None => operators::hint_for_type(found),
        };
        let lacking = self.unsupported(format!("a {what} of type {found}"), hint);
        self.lacks(lacking);
        ValueType::I32
    }

    /// Notes what the machine lacks and the function needs. The rest of the function is followed for
    /// what else there is; nothing comes of it.
    pub(crate) fn lacks(&mut self, lacking: CompileError) {
        self.lacks.push(lacking);
        self.operands.lose();
    }

    pub(crate) fn unsupported_operator(&self, operator: &Operator<'_>) -> CompileError {
        self.unsupported(operators::name(operator), operators::hint(operator))
    }

    /// The error of something in this function that is not supported.
    pub(crate) fn unsupported(&self, operator: String, hint: &'static str) -> CompileError {
        CompileError::Unsupported {
            function: self.context.module.function_name(self.function),
            offset: self.offset,
            operator,
            hint,
        }
    }
}
