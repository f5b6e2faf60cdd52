//! Instructions in a row, of which only the first can be branched to. Who makes each value on the stack is followed
//! within the row; what lay there before it is not known.

use std::collections::BTreeMap;

use super::constants::{Constants, pair};
use super::opcodes::{Effects, Variable};
use crate::wasm::lower::Step;
use crate::{Code, Instruction, Mnemonic, Place, Places, Space};

/// A word on the stack: the step of the block that has pushed it, if it was one, and which of its words it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Word {
    maker: Option<usize>,
    index: u8,
}

const UNKNOWN: Word = Word { maker: None, index: 0 };

/// A block that is being fused.
pub(crate) struct Block<'all> {
    effects: &'all Effects<'all>,
    constants: &'all mut Constants,
    /// The steps; none for one that is left out.
    steps: Vec<Option<Step>>,
    stack: Vec<Word>,
    /// The step that has written each word of a variable last.
    written: BTreeMap<(Space, u32), usize>,
}

/// A value that an instruction can read where it is.
struct Source {
    place: Place,
    /// The steps that are then left out.
    without: Vec<usize>,
    /// The step whose result goes to the variable then.
    result_of: Option<usize>,
}

impl<'all> Block<'all> {
    /// An empty block.
    pub(crate) fn new(effects: &'all Effects<'all>, constants: &'all mut Constants) -> Self {
        let (steps, stack) = (Vec::new(), Vec::new());
        Block { effects, constants, steps, stack, written: BTreeMap::new() }
    }

    /// Adds the steps that are left to others, and for every step of the block the place where it was, or what follows
    /// it.
    pub(crate) fn end(&mut self, steps: &mut Vec<Step>, places: &mut Vec<usize>) {
        for step in self.steps.drain(..) {
            places.push(steps.len());
            steps.extend(step);
        }
        self.stack.clear();
        self.written.clear();
    }

    /// Adds a step.
    pub(crate) fn add(&mut self, step: Step) {
        let at = self.steps.len();
        self.steps.push(Some(step));
        let Some(instruction) = Effects::instruction(&step) else { return };
        let Some(mnemonic) = self.effects.mnemonic(instruction.code) else { return };
        let operands = self.pop(mnemonic);
        if instruction.places == Places::STACK {
            self.fuse(at, mnemonic, &operands);
        }
        if instruction.places.result == Place::Stack {
            self.push(at, mnemonic, operands);
        }
        if let Some((space, word, words)) = mnemonic.written(instruction) {
            let variable = Variable { space, word, words };
            self.written.extend(variable.each_word().map(|word| (word, at)));
        }
    }

    /// Takes the operands of an instruction, each as its words, the top one last.
    fn pop(&mut self, mnemonic: &Mnemonic) -> Vec<Vec<Word>> {
        let mut operands: Vec<Vec<Word>> = Vec::new();
        for of in mnemonic.operands.iter().rev() {
            let mut words: Vec<Word> =
                (0..of.words()).map(|_| self.stack.pop().unwrap_or(UNKNOWN)).collect();
            words.reverse();
            operands.push(words);
        }
        operands.reverse();
        operands
    }

    fn push(&mut self, at: usize, mnemonic: &Mnemonic, operands: Vec<Vec<Word>>) {
        let made = usize::from(mnemonic.stores_to_stack);
        let stays = mnemonic.results.len() - made;
        for (number, result) in mnemonic.results.iter().enumerate() {
            let tee = mnemonic.writes.is_some() && operands.len() == 1;
            let maker = (number == stays || tee).then_some(at);
            self.stack.extend((0..result.words()).map(|index| match maker {
                Some(_) => Word { maker, index },
                None => UNKNOWN,
            }));
        }
    }

    fn fuse(&mut self, at: usize, mnemonic: &Mnemonic, operands: &[Vec<Word>]) {
        if mnemonic.code == Code::BR_IF {
            self.compare_and_branch(at, operands);
        }
        if let Some(variable) = self.effects.writes(self.instruction(at)) {
            self.write_at_once(at, variable, operands);
            return;
        }
        if self.instruction(at).places != Places::STACK || !mnemonic.takes_variables {
            return;
        }
        let mut places = Places::STACK;
        let mut operands = operands.iter().rev();
        if let Some(words) = operands.next() {
            self.take(words, mnemonic, &mut places, |places, top| places.top = top);
        }
        if let Some(words) = operands.next() {
            self.take(words, mnemonic, &mut places, |places, second| places.second = second);
        }
        self.set_places(at, places);
    }

    /// Lets an operand be read where it is, if the instruction can, and leaves out what has put it on the stack.
    fn take(
        &mut self,
        words: &[Word],
        mnemonic: &Mnemonic,
        places: &mut Places,
        set: fn(&mut Places, Place),
    ) {
        let Some(source) = self.source(words) else { return };
        let mut with_source = *places;
        set(&mut with_source, source.place);
        if !mnemonic.allows(with_source) {
            return;
        }
        *places = with_source;
        for step in source.without {
            self.steps[step] = None;
        }
        if let Some(maker) = source.result_of {
            self.set_result(maker, source.place);
        }
    }

    /// The instruction of a step that is there.
    fn instruction(&self, at: usize) -> Instruction {
        let step = self.steps[at].as_ref().expect("the step is there");
        Effects::instruction(step).expect("the step is an instruction")
    }

    /// Where the value of these words can be read, if not on the stack.
    fn source(&mut self, words: &[Word]) -> Option<Source> {
        let makers: Option<Vec<usize>> = words.iter().map(|word| word.maker).collect();
        let makers = makers?;
        let indices = words.iter().map(|word| word.index);
        let whole = indices.eq(0..words.len() as u8) && makers.iter().all(|one| *one == makers[0]);
        let width = words.len() as u8;
        if whole {
            return self.source_of(makers[0], width);
        }
        // Two constants of one word each.
        let [low, high] = makers[..] else { return None };
        let constant = |at: usize| {
            self.effects.constant(self.steps[at].and_then(|step| Effects::instruction(&step))?)
        };
        let (Some((low_bits, 1)), Some((high_bits, 1))) = (constant(low), constant(high)) else {
            return None;
        };
        let place = self.constants.place((pair(low_bits, high_bits), 2))?;
        Some(Source { place, without: vec![low, high], result_of: None })
    }

    /// Where the value that a step makes can be read.
    fn source_of(&mut self, maker: usize, width: u8) -> Option<Source> {
        let instruction = Effects::instruction(&self.steps[maker]?)?;
        if let Some(constant) = self.effects.constant(instruction) {
            let place = self.constants.place(constant).filter(|_| constant.1 == width)?;
            return Some(Source { place, without: vec![maker], result_of: None });
        }
        if let Some(variable) = self.effects.moved(instruction) {
            let place = variable.place().filter(|_| variable.words == width)?;
            let is_same = self.unwritten_since(variable, maker);
            return is_same.then(|| Source { place, without: vec![maker], result_of: None });
        }
        // A value that is written to a variable and stays: the variable is read.
        let mnemonic = self.effects.mnemonic(instruction.code)?;
        let variable = self.effects.writes(instruction).filter(|_| !mnemonic.results.is_empty())?;
        let place = variable.place().filter(|_| variable.words == width)?;
        let before = maker.checked_sub(1)?;
        let can = self.unwritten_since(variable, maker) && self.can_write(before, place, width);
        can.then(|| Source { place, without: vec![maker], result_of: Some(before) })
    }

    /// Is a variable as it was right after a step?
    fn unwritten_since(&self, variable: Variable, step: usize) -> bool {
        variable.each_word().all(|word| self.written.get(&word).is_none_or(|last| *last <= step))
    }

    /// Can the result of a step go to a place?
    fn can_write(&self, step: usize, place: Place, width: u8) -> bool {
        let Some(instruction) = self.steps[step].and_then(|step| Effects::instruction(&step))
        else {
            return false;
        };
        let Some(mnemonic) = self.effects.mnemonic(instruction.code) else { return false };
        let places = Places { result: place, ..instruction.places };
        instruction.places.result == Place::Stack
            && mnemonic.can_be(instruction.with(places))
            && mnemonic.result_words() == width
    }

    /// A value that is made by the step before, and only written to a variable, is written there by that step.
    fn write_at_once(&mut self, at: usize, variable: Variable, operands: &[Vec<Word>]) {
        let Some(mnemonic) = self.effects.mnemonic(self.instruction(at).code) else { return };
        let (Some(place), Some(before)) = (variable.place(), at.checked_sub(1)) else { return };
        let made = operands.len() == 1 && operands[0].iter().all(|word| word.maker == Some(before));
        if made && mnemonic.results.is_empty() && self.can_write(before, place, variable.words) {
            self.steps[at] = None;
            self.set_result(before, place);
            self.written.extend(variable.each_word().map(|word| (word, at)));
        }
    }

    /// A comparison right before a branch becomes part of it.
    fn compare_and_branch(&mut self, at: usize, operands: &[Vec<Word>]) {
        let Some(before) = at.checked_sub(1) else { return };
        let made = operands.concat() == [Word { maker: Some(before), index: 0 }];
        let Some(Step::Plain(Instruction { code, places, .. })) = self.steps[before] else {
            return;
        };
        let Some(branch) = self.effects.branch_of(code) else { return };
        if let (true, Place::Stack, Some(Step::Branch { target, .. })) =
            (made, places.result, self.steps[at])
        {
            self.steps[before] = None;
            self.steps[at] = Some(Step::Branch { code: branch, target, places });
        }
    }

    fn set_result(&mut self, at: usize, result: Place) {
        let places = Places { result, ..self.instruction(at).places };
        self.set_places(at, places);
    }

    fn set_places(&mut self, at: usize, new: Places) {
        match &mut self.steps[at] {
            Some(Step::Plain(instruction)) => instruction.places = new,
            Some(Step::Branch { places, .. }) => *places = new,
            _ => {}
        }
    }
}
