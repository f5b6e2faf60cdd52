//! Operators of floating point. A number is the integer of its bits: what only moves it is what moves an
//! integer. Other operators are opcodes, sequences of them, or routines.

use wasmparser::{MemArg, Operator};

use super::lowering::Lowering;
use super::sequences::Sequence;
use crate::ValueType::{self, F32, F64, I32, I64};
use crate::{Code, Value};

impl Lowering<'_> {
    /// Emits the operator if it moves a number or reads it as an integer.
    pub(crate) fn float(&mut self, operator: &Operator<'_>) -> bool {
        use Operator::*;
        match operator {
            F32Const { value } => self.number(Value::F32(value.bits())),
            F64Const { value } => self.number(Value::F64(value.bits())),
            F32Load { memarg } => self.access("i32.load", *memarg, Some(F32)),
            F64Load { memarg } => self.access("i64.load", *memarg, Some(F64)),
            F32Store { memarg } => self.access("i32.store", *memarg, None),
            F64Store { memarg } => self.access("i64.store", *memarg, None),
            I32ReinterpretF32 => self.reinterpret(I32),
            I64ReinterpretF64 => self.reinterpret(I64),
            F32ReinterpretI32 => self.reinterpret(F32),
            F64ReinterpretI64 => self.reinterpret(F64),
            _ => false,
        }
    }

    /// Emits the sequence of opcodes that an operator is, if it is one and the set has all of them.
    pub(crate) fn sequence(&mut self, operator: &str) -> bool {
        let Some(sequence) = Sequence::named(operator) else { return false };
        let opcodes = sequence.opcodes.iter();
        let codes: Option<Vec<Code>> = opcodes.clone().map(|opcode| self.code(opcode)).collect();
        let Some(codes) = codes else { return false };
        for (code, opcode) in codes.into_iter().zip(opcodes) {
            self.assembly.instruction(code, Sequence::immediate(opcode));
        }
        self.operands.pop_values(sequence.parameters);
        self.operands.push(sequence.result);
        true
    }

    fn code(&self, name: &str) -> Option<Code> {
        self.context.set.by_name(name).map(|mnemonic| mnemonic.code)
    }

    fn number(&mut self, value: Value) -> bool {
        let value_type = value.value_type();
        if value_type.words() == 2 && !self.context.opcodes.has_wide_values() {
            return false;
        }
        self.context.opcodes.push(value, &mut self.assembly);
        self.operands.push(value_type);
        true
    }

    /// A load of a number of this type, or a store.
    fn access(&mut self, opcode: &str, at: MemArg, loaded: Option<ValueType>) -> bool {
        let (Some(code), Ok(offset)) = (self.code(opcode), u32::try_from(at.offset)) else {
            return false;
        };
        self.assembly.instruction(code, offset);
        match loaded {
            Some(value_type) => {
                self.operands.pop();
                self.operands.push(value_type);
            }
            None => self.operands.pop_values(2),
        }
        true
    }

    fn reinterpret(&mut self, as_type: ValueType) -> bool {
        self.operands.pop();
        self.operands.push(as_type);
        true
    }
}
