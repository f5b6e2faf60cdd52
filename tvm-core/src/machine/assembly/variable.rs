//! Locals, globals, and the call that opened the frame.

use super::super::limits::{GLOBALS, WINDOW_BYTES};
use super::super::{Context, Control, Opcode, Target, variables};
use super::{Assembly, Usage};
use crate::graph::Form;

impl Assembly {
    pub(super) fn variable(&mut self) -> variables::VariableByte {
        let number = self.fetched.immediate.clone() * 4;
        let window = self.counters.frame.clone() * WINDOW_BYTES;
        let local = |opcode: &Opcode, usage: &Usage| {
            usage.reads(Context::LocalByte) || matches!(opcode.target, Some(Target::Local(_)))
        };
        let global = |opcode: &Opcode, usage: &Usage| {
            usage.reads(Context::GlobalByte) || matches!(opcode.target, Some(Target::Global(_)))
        };
        let of_locals = self.gated(number.clone() + window, local);
        let of_globals = self.gated(number + Form::constant(GLOBALS), global);
        let base = self.graph.persist(of_locals + of_globals);
        let is_global = self.gated(Form::constant(1), global);
        let is_global = self.graph.persist(is_global);
        let byte = Form::constant(1) - self.bytes.boundary.clone();
        let setting = self.gated(byte, |opcode, _| {
            matches!(opcode.target, Some(Target::Local(_) | Target::Global(_)))
        });
        let setting = self.graph.persist(setting);
        let (graph, columns) = (&mut self.graph, &self.columns);
        let (bytes, counters) = (&self.bytes, &self.counters);
        variables::variable_byte(graph, columns, bytes, counters, &base, &setting, &is_global)
    }

    pub(super) fn caller(&mut self) -> variables::CallerByte {
        let byte = self.emitted(1);
        let calling = self.gated(byte, |opcode, _| opcode.controls.contains(&Control::Call));
        let calling = self.graph.persist(calling);
        let graph = &mut self.graph;
        variables::caller_byte(graph, &self.columns, &self.bytes, &self.counters, &calling)
    }
}
