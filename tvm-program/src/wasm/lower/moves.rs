//! Operators that move values: locals, globals, `drop`, `select`. The opcode depends on the type of
//! the value.

use wasmparser::Operator;

use super::lowering::Lowering;
use super::peephole;
use crate::ValueType;

impl Lowering<'_> {
    /// Emits the operator if it moves values.
    pub(crate) fn moved(&mut self, operator: &Operator<'_>) -> bool {
        let opcodes = self.context.opcodes;
        match operator {
            Operator::Drop => {
                let value_type = self.operands.pop();
                self.assembly.instruction(opcodes.drop.of(value_type), 0);
            }
            Operator::Select | Operator::TypedSelect { .. } => {
                let Some(select) = opcodes.select else { return false };
                self.operands.pop_values(2);
                let value_type = self.operands.pop();
                self.assembly.instruction(select.of(value_type), 0);
                self.operands.push(value_type);
            }
            Operator::LocalGet { local_index } => {
                let local = self.locals.get(*local_index);
                peephole::local_get(&mut self.assembly, opcodes, local);
                self.operands.push(local.value_type);
            }
            Operator::LocalSet { local_index } => {
                let local = self.locals.get(*local_index);
                let set = opcodes.local_set.of(local.value_type);
                self.assembly.instruction(set, local.word);
                self.operands.pop();
            }
            Operator::LocalTee { local_index } => {
                let local = self.locals.get(*local_index);
                let tee = opcodes.local_tee.of(local.value_type);
                self.assembly.instruction(tee, local.word);
            }
            Operator::GlobalGet { global_index } => {
                let (value_type, word) = self.use_global(*global_index);
                self.assembly.instruction(opcodes.global_get.of(value_type), word);
                self.operands.push(value_type);
            }
            Operator::GlobalSet { global_index } => {
                let (value_type, word) = self.use_global(*global_index);
                self.assembly.instruction(opcodes.global_set.of(value_type), word);
                self.operands.pop();
            }
            _ => return false,
        }
        true
    }

    /// The type and the first word of a global that is used from now on.
    fn use_global(&mut self, index: u32) -> (ValueType, u32) {
        let global = self.context.module.globals[index as usize];
        let value_type = self.value_type(global.value_type, "global");
        self.uses.globals.insert(index);
        (value_type, global.word)
    }
}
