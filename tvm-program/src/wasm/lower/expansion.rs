//! Operators that become other instructions: constants of 64 bits, conversions between the integer
//! types, the size of memory, and operators that are routines.

use wasmparser::Operator;

use super::assembly::RoutineName;
use super::lowering::Lowering;
use super::peephole;
use crate::ValueType;
use crate::limits::GREATEST_PAGES;
use crate::wasm::error::CompileError;
use crate::wasm::routines::OperatorRoutine;

impl Lowering<'_> {
    /// Emits the operator if it is one of these.
    pub(crate) fn expanded(&mut self, operator: &Operator<'_>) -> Result<bool, CompileError> {
        if let Some(routine) = OperatorRoutine::of(operator) {
            self.call_operator_routine(routine, operator)?;
            return Ok(true);
        }
        match operator {
            Operator::I64Const { value } => return Ok(self.wide_constant(value.cast_unsigned())),
            Operator::I32WrapI64 => {
                peephole::lower_word(&mut self.assembly, self.context.opcodes);
                self.operands.pop();
                self.operands.push(ValueType::I32);
            }
            Operator::I64ExtendI32U => return Ok(self.extend_unsigned()),
            Operator::I64Extend32S => return Ok(self.extend_lower_word()),
            Operator::MemorySize { .. } => self.memory_size(),
            Operator::MemoryGrow { .. } => self.memory_grow(),
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// A call of a routine that is compiled along with the module, if the set can express it.
    fn call_operator_routine(
        &mut self,
        routine: OperatorRoutine,
        operator: &Operator<'_>,
    ) -> Result<(), CompileError> {
        if !routine.is_expressible(self.context.set) {
            return Err(self.unsupported_operator(operator));
        }
        let (parameters, results) = routine.types();
        self.call_routine(RoutineName::Operator(routine));
        self.operands.pop_values(parameters);
        self.operands.push_all(results);
        Ok(())
    }

    fn wide_constant(&mut self, value: u64) -> bool {
        if !self.context.opcodes.has_wide_values() {
            return false;
        }
        self.context.opcodes.push_wide(value, &mut self.assembly);
        self.operands.push(ValueType::I64);
        true
    }

    fn extend_unsigned(&mut self) -> bool {
        if !self.context.opcodes.has_wide_values() {
            return false;
        }
        self.assembly.instruction(self.context.opcodes.constant, 0);
        self.operands.pop();
        self.operands.push(ValueType::I64);
        true
    }

    /// `i64.extend32_s`: the upper word is computed from the lower one.
    fn extend_lower_word(&mut self) -> bool {
        let Some(extend) = self.context.set.by_name("i64.extend_i32_s") else { return false };
        peephole::lower_word(&mut self.assembly, self.context.opcodes);
        self.assembly.instruction(extend.code, 0);
        true
    }

    /// `memory.size`; without the opcode memory keeps the size it begins with.
    fn memory_size(&mut self) {
        match self.context.set.by_name("memory.size") {
            Some(mnemonic) => self.opcode(mnemonic, 0),
            None => {
                let pages = self.context.module.memory.map_or(0, |memory| memory.pages);
                self.assembly.instruction(self.context.opcodes.constant, pages);
                self.operands.push(ValueType::I32);
            }
        }
    }

    /// `memory.grow`; without the opcode memory does not grow, which the standard allows: the
    /// result is -1.
    fn memory_grow(&mut self) {
        match self.context.set.by_name("memory.grow") {
            Some(mnemonic) => {
                let maximum = self.context.module.memory.and_then(|memory| memory.maximum);
                self.opcode(mnemonic, maximum.unwrap_or(GREATEST_PAGES).min(GREATEST_PAGES));
            }
            None => {
                let opcodes = self.context.opcodes;
                self.assembly.instruction(opcodes.drop.of(ValueType::I32), 0);
                self.assembly.instruction(opcodes.constant, u32::MAX);
            }
        }
    }
}
