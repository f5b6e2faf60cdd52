//! Elements of tables in reserved memory, which are words. An index is checked before it becomes an address.

use super::assembly::Assembly;
use super::context::Context;
use crate::wasm::module::Place;
use crate::{Code, ValueType};

/// The opcodes that elements are read and written with.
#[derive(Clone, Copy)]
pub(crate) struct ElementOpcodes {
    pub(crate) load: Code,
    pub(crate) store: Code,
    shift_left: Code,
    pub(crate) out_of_bounds: Code,
    pub(crate) undefined_element: Code,
}

impl ElementOpcodes {
    /// Those of a set that has them, and data in its prompt.
    pub(crate) fn of(context: &Context<'_>) -> Option<Self> {
        let named = |name| context.named(name).ok();
        context.set.by_code(Code::DATA).filter(|_| context.set.traps())?;
        Some(ElementOpcodes {
            load: named("reserved.load")?,
            store: named("reserved.store")?,
            shift_left: named("i32.shl")?,
            out_of_bounds: named("trap.out_of_bounds")?,
            undefined_element: named("trap.undefined_element")?,
        })
    }

    /// Pushes how long something is.
    pub(crate) fn length(self, context: &Context<'_>, place: Place, assembly: &mut Assembly) {
        if place.changes {
            assembly.instruction(context.opcodes.constant, place.address);
            assembly.instruction(self.load, 0);
        } else {
            assembly.instruction(context.opcodes.constant, place.length);
        }
    }

    /// Turns the index on top of the stack into the distance of its element from the first one. If there is no
    /// such element, the program traps. A local keeps the index meanwhile.
    pub(crate) fn distance(
        self,
        context: &Context<'_>,
        place: Place,
        local: u32,
        trap: Code,
        assembly: &mut Assembly,
    ) {
        let opcodes = context.opcodes;
        let [get, tee] =
            [opcodes.local_get, opcodes.local_tee].map(|opcode| opcode.of(ValueType::I32));
        assembly.instruction(tee, local);
        self.length(context, place, assembly);
        assembly.instruction(opcodes.less_unsigned, 0);
        let target = assembly.label();
        assembly.branch(Code::BR_IF, target);
        assembly.instruction(trap, 0);
        assembly.bind(target);
        assembly.instruction(get, local);
        assembly.instruction(opcodes.constant, 2);
        assembly.instruction(self.shift_left, 0);
    }
}
