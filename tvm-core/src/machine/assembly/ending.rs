//! The end of an instruction: after how many bytes, and with which kind of token.

use super::super::gate::{Condition, Gate};
use super::super::{Control, Opcode, Target};
use super::Assembly;
use crate::graph::Form;

impl Assembly {
    /// Ends an instruction. `executed` is 1 where the opcode is executed; the gate is open where the conditions
    /// hold too.
    pub(in super::super) fn end_by(&mut self, control: Control, executed: Form, gate: &Gate) {
        match control {
            Control::Jump | Control::Call | Control::Return => {
                let begins = self.begins(gate);
                self.emission.kinds.branch = self.emission.kinds.branch.clone() + begins;
                self.end_transfer(control, executed);
            }
            Control::Halt => {
                let begins = self.begins(gate);
                self.emission.kinds.halt = self.emission.kinds.halt.clone() + begins;
            }
            Control::Request => {
                let begins = self.begins(gate);
                self.emission.kinds.request = self.emission.kinds.request.clone() + begins;
            }
            Control::Await => {
                let begins = self.begins(gate);
                self.emission.kinds.awaits = self.emission.kinds.awaits.clone() + begins;
            }
            Control::Trap(kind) => self.trap(kind, gate),
            Control::Divide => {
                let known = self.quotient().known;
                let complete = self.complete();
                let divided = self.graph.reglu(complete, executed - known);
                self.emission.kinds.divided = self.emission.kinds.divided.clone() + divided;
            }
            Control::Grow => {}
        }
    }

    fn trap(&mut self, kind: &'static str, gate: &Gate) {
        if !self.traps {
            return;
        }
        let begins = self.begins(gate);
        let traps = self.emission.kinds.traps.entry(kind).or_default();
        *traps = traps.clone() + begins;
    }

    /// 1 where the instruction begins and the conditions hold.
    fn begins(&mut self, gate: &Gate) -> Form {
        let boundary = self.bytes.boundary.clone();
        self.within("begins", |assembly| gate.let_through(&mut assembly.graph, boundary))
    }

    fn end_transfer(&mut self, control: Control, executed: Form) {
        let complete = self.complete();
        let ends = self.within("ends", |assembly| assembly.graph.reglu(complete, executed));
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

    /// 1 once this many bytes are emitted, in a slot.
    pub(super) fn reached(&mut self, bytes: i64) -> Form {
        let excess = self.bytes.index.clone() - Form::constant(bytes);
        self.graph.reaching(&excess.clone(), |graph| {
            let emitted = graph.step(excess);
            graph.persist(emitted)
        })
    }

    /// 1 once four bytes are emitted.
    pub(super) fn complete(&mut self) -> Form {
        self.reached(4)
    }

    /// 1 once all bytes of the instruction are emitted: four for most opcodes.
    pub(in super::super) fn done(&mut self) -> Form {
        let complete = self.complete();
        let other = self.shared("done.sooner_or_later", |assembly| {
            let mut other = Form::default();
            for (opcode, _, gate) in assembly.opcodes.clone() {
                if opcode.bytes() != 4 {
                    other = other + assembly.done_other_than(&opcode, &gate, &complete);
                }
            }
            assembly.graph.persist(other)
        });
        complete + other
    }

    /// For an opcode that does not have four bytes: 1 once all its bytes are emitted, minus `complete`.
    fn done_other_than(&mut self, opcode: &Opcode, gate: &Form, complete: &Form) -> Form {
        let bytes = i64::from(opcode.bytes());
        let emitted = self.bytes.index.clone() - Form::constant(bytes);
        let ends = Gate::comparing(gate, Condition::NotNegative(emitted));
        self.within(opcode.mnemonic, |assembly| {
            let ends = ends.let_through(&mut assembly.graph, Form::constant(1));
            if bytes < 4 {
                return ends;
            }
            ends - assembly.graph.reglu(complete.clone(), gate.clone())
        })
    }

    /// 1 where an `out` token is next.
    pub(in super::super) fn outputs(&mut self) -> Form {
        let boundary = self.bytes.boundary.clone();
        self.shared("emits_output", |assembly| {
            assembly.gated(boundary, |opcode, _| opcode.target == Some(Target::Output))
        })
    }
}
