//! Local improvements, made as instructions are emitted: every instruction is five to ten tokens
//! of every run.

use super::assembly::{Assembly, Step};
use super::locals::Local;
use super::opcodes::Opcodes;
use crate::{Instruction, ValueType};

/// Emits `local.get`; right after a `local.set` of the same local, one `local.tee` does both.
pub(crate) fn local_get(assembly: &mut Assembly, opcodes: &Opcodes, local: Local) {
    let Local { word, value_type } = local;
    let set = Instruction::new(opcodes.local_set.of(value_type), word);
    let code = match assembly.take_instruction(|latest| latest == set) {
        Some(_) => opcodes.local_tee.of(value_type),
        None => opcodes.local_get.of(value_type),
    };
    assembly.instruction(code, word);
}

/// Drops the upper word of an i64; that of a local is not even read.
pub(crate) fn lower_word(assembly: &mut Assembly, opcodes: &Opcodes) {
    let wide = |latest: Instruction| opcodes.local_get.type_of(latest.code) == Some(ValueType::I64);
    match assembly.take_instruction(wide) {
        Some(get) => {
            assembly.instruction(opcodes.local_get.of(ValueType::I32), get.immediate);
        }
        None => assembly.instruction(opcodes.drop.of(ValueType::I32), 0),
    }
}

/// Negates the condition on top of the stack, which only a `br_if` will see: by the opposite of
/// the comparison that made it where that is possible, else by `i32.eqz`.
pub(crate) fn negate(assembly: &mut Assembly, opcodes: &Opcodes) {
    if assembly.take_instruction(|latest| latest.code == opcodes.is_zero).is_some() {
        return;
    }
    match assembly.take_instruction(|latest| opcodes.opposite(latest.code).is_some()) {
        Some(comparison) => {
            let code = opcodes.opposite(comparison.code).unwrap_or(comparison.code);
            assembly.push(Step::Plain(Instruction::new(code, 0)));
        }
        None => assembly.instruction(opcodes.is_zero, 0),
    }
}
