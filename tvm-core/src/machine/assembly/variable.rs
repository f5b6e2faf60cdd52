//! Locals, globals, and the immediate of the call that opened the frame.

use super::super::limits::{GLOBALS, WINDOW_BYTES};
use super::super::{Context, Control, Opcode, Target, variables};
use super::{Assembly, Usage};
use crate::graph::Form;

impl Assembly {
    pub(super) fn variable(&mut self) -> variables::VariableByte {
        self.shared("variable", Assembly::variable_byte)
    }

    fn variable_byte(&mut self) -> variables::VariableByte {
        let number = self.fetched.immediate.clone() * 4;
        let window = self.counters.frame.clone() * WINDOW_BYTES;
        let local = |opcode: &Opcode, usage: &Usage| {
            usage.reads(Context::LocalByte) || matches!(opcode.target, Some(Target::Local(_)))
        };
        let global = |opcode: &Opcode, usage: &Usage| {
            usage.reads(Context::GlobalByte) || matches!(opcode.target, Some(Target::Global(_)))
        };
        let base = self.bind("base", |assembly| {
            let of_locals = assembly.gated(number.clone() + window, local);
            let of_globals = assembly.gated(number + Form::constant(GLOBALS), global);
            assembly.graph.persist(of_locals + of_globals)
        });
        let is_global = self.gated_slot("is_global", Form::constant(1), global);
        let byte = Form::constant(1) - self.bytes.boundary.clone();
        let setting = self.gated_slot("setting", byte, |opcode, _| {
            matches!(opcode.target, Some(Target::Local(_) | Target::Global(_)))
        });
        let (graph, columns) = (&mut self.graph, &self.columns);
        let (bytes, counters) = (&self.bytes, &self.counters);
        variables::variable_byte(graph, columns, bytes, counters, &base, &setting, &is_global)
    }

    pub(super) fn caller(&mut self) -> variables::CallerByte {
        let byte = self.emitted(1);
        self.shared("caller", |assembly| {
            let calling = assembly
                .gated_slot("calling", byte, |opcode, _| opcode.controls.contains(&Control::Call));
            let (graph, columns) = (&mut assembly.graph, &assembly.columns);
            variables::caller_byte(graph, columns, &assembly.bytes, &assembly.counters, &calling)
        })
    }
}
