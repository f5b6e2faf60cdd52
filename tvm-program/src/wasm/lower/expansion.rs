//! Operators that become other instructions: constants of 64 bits, conversions between the integer
//! types, the size of memory, and operators that are routines. Those of floating point are in a file of
//! their own.

use wasmparser::Operator;

use super::assembly::{RoutineName, Step};
use super::lowering::Lowering;
use super::peephole;
use crate::ValueType;
use crate::wasm::routines::OperatorRoutine;

impl Lowering<'_> {
    /// Emits the operator if it is one of these.
    pub(crate) fn expanded(&mut self, operator: &Operator<'_>) -> bool {
        match operator {
            Operator::I64Const { value } => return self.wide_constant(value.cast_unsigned()),
            Operator::I32WrapI64 => {
                peephole::lower_word(&mut self.assembly, self.context.opcodes);
                self.operands.pop();
                self.operands.push(ValueType::I32);
            }
            Operator::I64ExtendI32U => return self.extend_unsigned(),
            Operator::I64Extend32S => return self.extend_lower_word(),
            Operator::MemorySize { .. } => self.memory_size(),
            Operator::MemoryGrow { .. } => self.memory_grow(),
            _ => return false,
        }
        true
    }

    /// A call of the routine that stands for an operator and is compiled along with the module; nothing
    /// if there is none, or the set cannot express it.
    pub(crate) fn routine(&mut self, operator: &str) -> bool {
        let Some(routine) = OperatorRoutine::named(operator)
            .filter(|routine| routine.is_expressible(self.context.set))
        else {
            return false;
        };
        self.call_routine(RoutineName::Operator(routine));
        self.operands.pop_values(routine.parameters);
        self.operands.push_all(routine.results);
        true
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
                self.assembly.push(Step::Grow(mnemonic.code));
                self.operands.pop();
                self.operands.push(ValueType::I32);
            }
            None => {
                let opcodes = self.context.opcodes;
                self.assembly.instruction(opcodes.drop.of(ValueType::I32), 0);
                self.assembly.instruction(opcodes.constant, u32::MAX);
            }
        }
    }
}
