//! Where operands are and results go, as words of the one space that the stack and variables share.

use super::super::limits::{FIRST_GLOBAL, FIRST_LOCAL, WINDOW_WORDS};
use super::super::places::FetchedPlace;
use super::super::{Context, Opcode, Target};
use super::operand::operand_name;
use super::{Assembly, Usage};
use crate::graph::Form;

/// Does an opcode with so many operands read a variable? It is then behind them.
fn reads_behind(operands: usize) -> impl Fn(&Opcode, &Usage) -> bool {
    move |opcode, usage| {
        let reads = usage.reads(Context::LocalByte) || usage.reads(Context::GlobalByte);
        reads && opcode.pops.len() == operands
    }
}

fn writes(opcode: &Opcode, _: &Usage) -> bool {
    matches!(opcode.target, Some(Target::Local(_) | Target::Global(_)))
}

impl Assembly {
    /// The lowest word of the first or the second operand, in a machine that has places.
    pub(super) fn place_of(&mut self, operand: usize) -> Option<Form> {
        let fetched = self.places.as_ref()?.operands.get(operand)?.clone();
        Some(self.shared(operand_name(operand), |assembly| {
            assembly.bind("place", |assembly| {
                let place = assembly.word_of(&fetched, reads_behind(operand));
                assembly.graph.persist(place)
            })
        }))
    }

    /// The lowest word of what the instruction writes.
    pub(super) fn place_of_result(&mut self) -> Option<Form> {
        let fetched = self.places.as_ref()?.result.clone();
        Some(self.shared("result.place", |assembly| assembly.word_of(&fetched, writes)))
    }

    /// The word of a place. Where an opcode itself reads or writes a variable, its immediate is added.
    fn word_of(
        &mut self,
        place: &FetchedPlace,
        by_immediate: impl Fn(&Opcode, &Usage) -> bool,
    ) -> Form {
        let on_stack = Form::constant(1) - place.off_stack.clone();
        let depth = self.counters.depth.clone();
        let window = self.counters.frame.clone() * WINDOW_WORDS;
        let immediate = self.fetched.found_immediate.clone();
        let origin =
            self.graph.reglu(depth, on_stack) + self.graph.reglu(window, place.in_frame.clone());
        let beginning =
            place.in_frame.clone() * FIRST_LOCAL + place.in_globals.clone() * FIRST_GLOBAL;
        place.word.clone() + beginning + origin + self.gated(immediate, by_immediate)
    }

    /// The number of an operand that is counted from the top of the stack: that of an address in front of a value for
    /// memory is 0 in a machine that has places.
    pub(in super::super) fn number_of_operand(&self, opcode: &Opcode, from_top: usize) -> usize {
        let exchanged = matches!(opcode.target, Some(Target::Memory(_)));
        if exchanged && self.places.is_some() { 1 - from_top } else { from_top }
    }

    /// The byte at the index of the variable that an opcode reads. In a machine with places it is an operand behind
    /// those of the stack.
    pub(in super::super) fn byte_of_variable(&mut self, opcode: &Opcode) -> Form {
        match &self.places {
            Some(_) => self.byte(opcode.pops.len()),
            None => self.variable().byte,
        }
    }

    /// How many words the instruction pushes.
    pub(in super::super) fn pushed_words(&self) -> Form {
        let words = self.fetched.result_words.clone();
        match &self.places {
            Some(places) => words - places.result.off_stack.clone(),
            None => words,
        }
    }

    /// By how much the instruction changes the depth of the stack.
    pub(in super::super) fn depth_change(&self) -> Form {
        let change = self.fetched.stack_delta.clone();
        let Some(places) = &self.places else { return change };
        let [first, second] = places.operands.each_ref().map(|place| place.off_stack.clone());
        change + first + second - places.result.off_stack.clone()
    }
}
