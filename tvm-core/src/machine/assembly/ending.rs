//! How an instruction ends: after how many bytes, and by which kind of token.

use super::super::scope::{Condition, Open};
use super::super::{Control, Target};
use super::Assembly;
use crate::graph::Form;

impl Assembly {
    /// Ends an instruction; `gate` is open for the opcode, `open` where its conditions hold too.
    pub(in super::super) fn end_by(&mut self, control: Control, gate: Form, open: &Open) {
        match control {
            Control::Jump | Control::Call | Control::Return => {
                let begins = open.let_through(&mut self.graph, self.bytes.boundary.clone());
                self.emission.kinds.branch = self.emission.kinds.branch.clone() + begins;
                self.end_transfer(control, gate);
            }
            Control::Halt => {
                let begins = open.let_through(&mut self.graph, self.bytes.boundary.clone());
                self.emission.kinds.halt = self.emission.kinds.halt.clone() + begins;
            }
            Control::Trap(kind) => self.trap(kind, open),
            Control::Divide => {
                let known = self.quotient().known;
                let complete = self.complete();
                let divided = self.graph.reglu(complete, gate - known);
                self.emission.kinds.divided = self.emission.kinds.divided.clone() + divided;
            }
            Control::Grow => {}
        }
    }

    fn trap(&mut self, kind: &'static str, open: &Open) {
        if !self.traps {
            return;
        }
        let begins = open.let_through(&mut self.graph, self.bytes.boundary.clone());
        let traps = self.emission.kinds.traps.entry(kind).or_default();
        *traps = traps.clone() + begins;
    }

    fn end_transfer(&mut self, control: Control, gate: Form) {
        let complete = self.complete();
        let ends = self.graph.reglu(complete, gate);
        let kinds = &mut self.emission.kinds;
        let kind = match control {
            Control::Call => &mut kinds.call_commit,
            Control::Return => &mut kinds.return_commit,
            _ => &mut kinds.jump,
        };
        *kind = kind.clone() + ends;
    }

    /// 1 once this many bytes are emitted.
    pub(super) fn emitted(&mut self, bytes: i64) -> Form {
        let excess = self.bytes.index.clone() - Form::constant(bytes);
        self.graph.step(excess)
    }

    /// The same in a slot.
    pub(super) fn reached(&mut self, bytes: i64) -> Form {
        let emitted = self.emitted(bytes);
        self.graph.persist(emitted)
    }

    /// 1 once four bytes are emitted.
    pub(super) fn complete(&mut self) -> Form {
        self.reached(4)
    }

    /// 1 once as many bytes are emitted as the instruction has: four, unless it says otherwise.
    pub(in super::super) fn done(&mut self) -> Form {
        let complete = self.complete();
        let mut other = Form::default();
        for (opcode, _, gate) in self.opcodes.clone() {
            let bytes = i64::from(opcode.bytes());
            if bytes == 4 {
                continue;
            }
            let one = Form::constant(1);
            let emitted = self.bytes.index.clone() - Form::constant(bytes);
            let ends = Open::comparing(&gate, Condition::NotNegative(emitted));
            other = other + ends.let_through(&mut self.graph, one);
            if bytes > 4 {
                other = other - self.graph.reglu(complete.clone(), gate);
            }
        }
        complete + self.graph.persist(other)
    }

    /// 1 where an `out` token is next.
    pub(in super::super) fn outputs(&mut self) -> Form {
        let boundary = self.bytes.boundary.clone();
        self.gated(boundary, |opcode, _| opcode.target == Some(Target::Output))
    }
}
