//! Two local improvements, made as instructions are emitted: every instruction is about five
//! tokens of every run.

use super::assembly::{Assembly, Step};
use super::opcodes::Opcodes;
use crate::program::Instruction;

/// Emits `local.get`; right after a `local.set` of the same local, one `local.tee` does both.
pub(super) fn local_get(assembly: &mut Assembly, opcodes: &Opcodes, local: u32) {
    let set = Instruction { code: opcodes.local_set, immediate: local };
    let code = match assembly.take_instruction(|latest| latest == set) {
        Some(_) => opcodes.local_tee,
        None => opcodes.local_get,
    };
    assembly.instruction(code, local);
}

/// Negates the condition on top of the stack, which only a `br_if` will see: by the opposite of
/// the comparison that made it where that is possible, else by `i32.eqz`.
pub(super) fn negate(assembly: &mut Assembly, opcodes: &Opcodes) {
    if assembly.take_instruction(|latest| latest.code == opcodes.is_zero).is_some() {
        return;
    }
    match assembly.take_instruction(|latest| opcodes.opposite(latest.code).is_some()) {
        Some(comparison) => {
            let code = opcodes.opposite(comparison.code).unwrap_or(comparison.code);
            assembly.push(Step::Plain(Instruction { code, immediate: 0 }));
        }
        None => assembly.instruction(opcodes.is_zero, 0),
    }
}
