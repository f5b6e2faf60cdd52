//! A routine's instructions before their places are known: branches go to labels and calls to
//! routines. Linking turns both into relative immediates.

use crate::limits::INSTRUCTIONS;
use crate::wasm::module::{FunctionIndex, Module, TableIndex, TypeIndex};
use crate::wasm::routines::OperatorRoutine;
use crate::{Code, Instruction, Places};

/// Something that can be called. In a program they lie in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum RoutineName {
    /// A defined function of the module.
    Function(FunctionIndex),
    /// An operator that is a routine.
    Operator(OperatorRoutine),
    /// The dispatch of indirect calls.
    Dispatch(Dispatch),
    /// Doing what the host answers.
    Answers,
    /// Making the tail call that a function has left to its caller.
    TailCalls,
    /// The trap for an exception that nothing catches.
    Uncaught,
}

/// The indirect calls through a table, or of references on the stack, with a signature: the first type of its kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Dispatch {
    pub(crate) table: Option<TableIndex>,
    pub(crate) signature: TypeIndex,
}

impl RoutineName {
    /// What calls with this type through a table go to.
    pub(crate) fn indirect(module: &Module<'_>, signature: TypeIndex, table: TableIndex) -> Self {
        let table = Some(table);
        RoutineName::Dispatch(Dispatch { table, signature: module.canonical(signature) })
    }

    /// What calls of references with this type go to.
    pub(crate) fn of_reference(module: &Module<'_>, signature: TypeIndex) -> Self {
        RoutineName::Dispatch(Dispatch { table: None, signature: module.canonical(signature) })
    }
}

/// A place in an assembly that branches can go to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Label(usize);

/// One step of an assembly.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    /// An instruction that is complete.
    Plain(Instruction),
    /// A branch, and where its operands are.
    Branch { code: Code, target: Label, places: Places },
    /// `memory.grow`, which carries the most pages that memory may have.
    Grow(Code),
    /// A call with the change of windows around it.
    Call(RoutineName),
    /// `return`, which carries its distance from the routine's first instruction.
    Return,
}

/// A step of an assembly that is being made: which one of which section.
#[derive(Debug, Clone, Copy)]
struct Place {
    section: usize,
    step: usize,
}

/// A section that is not being added to.
#[derive(Debug)]
struct Section {
    number: usize,
    steps: Vec<Step>,
    origins: Vec<u32>,
    fence: usize,
}

/// Steps and the labels between them.
///
/// What is rarely executed is put aside, into sections of their own, and so costs the common path no
/// branch around it; [`gather`](Assembly::gather) puts them behind everything else.
#[derive(Debug, Default)]
pub(crate) struct Assembly {
    /// Those of the section that is being added to.
    steps: Vec<Step>,
    /// For each of them, where in the module the operator is that it was made of; 0 for none.
    origins: Vec<u32>,
    /// Where the operator is that is being lowered.
    origin: u32,
    /// Its number.
    section: usize,
    /// The sections that go on behind it, the innermost last.
    interrupted: Vec<Section>,
    /// The sections that are complete.
    aside: Vec<Section>,
    /// How many sections there were besides the first.
    sections: usize,
    /// The steps of all sections but this one.
    elsewhere: usize,
    /// The step that each label stands before, once it is bound.
    places: Vec<Option<Place>>,
    /// Has a branch gone to the label?
    used: Vec<bool>,
    /// The steps before this one must stay as they are: a label stands after them.
    fence: usize,
}

impl Assembly {
    /// Has it more steps than a program may have? Further steps are not added.
    pub(crate) fn is_full(&self) -> bool {
        self.elsewhere + self.steps.len() > INSTRUCTIONS
    }

    /// The steps that are added next are made of the operator at this place of the module.
    pub(crate) fn begin_operator(&mut self, offset: u64) {
        self.origin = u32::try_from(offset).unwrap_or(0);
    }

    /// Adds a step.
    pub(crate) fn push(&mut self, step: Step) {
        if self.is_full() {
            return;
        }
        if let Step::Branch { target, .. } = step {
            self.used[target.0] = true;
        }
        self.steps.push(step);
        self.origins.push(self.origin);
    }

    /// Adds an instruction.
    pub(crate) fn instruction(&mut self, code: Code, immediate: u32) {
        self.push(Step::Plain(Instruction::new(code, immediate)));
    }

    /// Adds a branch whose operands are on the stack.
    pub(crate) fn branch(&mut self, code: Code, target: Label) {
        self.push(Step::Branch { code, target, places: Places::STACK });
    }

    /// A new label, to be bound once.
    pub(crate) fn label(&mut self) -> Label {
        self.places.push(None);
        self.used.push(false);
        Label(self.places.len() - 1)
    }

    /// Binds a label to the next step.
    pub(crate) fn bind(&mut self, label: Label) {
        let place = &mut self.places[label.0];
        debug_assert!(place.is_none(), "a label is bound once");
        *place = Some(Place { section: self.section, step: self.steps.len() });
        self.fence = self.steps.len();
    }

    /// Has a branch gone to the label so far?
    pub(crate) fn is_used(&self, label: Label) -> bool {
        self.used[label.0]
    }

    /// Removes and returns the latest instruction if no branch leads to the place after it.
    pub(crate) fn take_instruction(
        &mut self,
        wanted: impl Fn(Instruction) -> bool,
    ) -> Option<Instruction> {
        match *self.steps.last()? {
            Step::Plain(instruction) if self.steps.len() > self.fence && wanted(instruction) => {
                self.steps.pop();
                self.origins.pop();
                Some(instruction)
            }
            _ => None,
        }
    }

    /// Begins a section. Nothing gets into it but by its labels.
    pub(crate) fn begin_aside(&mut self) {
        self.sections += 1;
        self.elsewhere += self.steps.len();
        let steps = std::mem::take(&mut self.steps);
        let origins = std::mem::take(&mut self.origins);
        self.interrupted.push(Section { number: self.section, steps, origins, fence: self.fence });
        (self.section, self.fence) = (self.sections, 0);
    }

    /// Ends it, and goes on with the section before.
    pub(crate) fn end_aside(&mut self) {
        let outer = self.interrupted.pop().expect("a section that ends has begun");
        let steps = std::mem::replace(&mut self.steps, outer.steps);
        let origins = std::mem::replace(&mut self.origins, outer.origins);
        self.elsewhere = self.elsewhere + steps.len() - self.steps.len();
        self.aside.push(Section { number: self.section, steps, origins, fence: self.fence });
        (self.section, self.fence) = (outer.number, outer.fence);
    }

    /// Puts all sections behind the first one.
    pub(crate) fn gather(&mut self) {
        debug_assert!(self.interrupted.is_empty(), "every section has ended");
        let mut beginnings = vec![0; self.sections + 1];
        for Section { number, steps, origins, .. } in self.aside.drain(..) {
            beginnings[number] = self.steps.len();
            self.steps.extend(steps);
            self.origins.extend(origins);
        }
        for place in self.places.iter_mut().flatten() {
            *place = Place { section: 0, step: beginnings[place.section] + place.step };
        }
        (self.sections, self.elsewhere) = (0, 0);
    }

    /// Adds the steps of another assembly, which has no labels.
    pub(crate) fn append(&mut self, other: &Assembly) {
        debug_assert!(other.places.is_empty(), "labels belong to their assembly");
        self.steps.extend_from_slice(&other.steps);
        self.origins.extend_from_slice(&other.origins);
    }

    /// Puts other steps in place of these. `places` has for every step, and for the end, the step that a label before
    /// it stands before now; a step that is left out has the place of the next one.
    pub(crate) fn replace(&mut self, steps: Vec<Step>, places: &[usize]) {
        debug_assert!(self.interrupted.is_empty() && self.aside.is_empty(), "all is gathered");
        let mut origins = vec![0; steps.len()];
        for (&origin, &place) in self.origins.iter().zip(places) {
            if let Some(of) = origins.get_mut(place) {
                *of = origin;
            }
        }
        (self.steps, self.origins) = (steps, origins);
        for place in self.places.iter_mut().flatten() {
            place.step = places[place.step];
        }
        self.fence = self.steps.len();
    }

    /// The steps that labels stand before, in no order.
    pub(crate) fn entries(&self) -> impl Iterator<Item = usize> {
        self.places.iter().flatten().map(|place| place.step)
    }

    /// For every step where in the module the operator is that it was made of; 0 for none.
    pub(crate) fn origins(&self) -> &[u32] {
        &self.origins
    }

    /// The steps in order.
    pub(crate) fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// The step that a label stands before.
    ///
    /// # Panics
    /// When the label was never bound.
    pub(crate) fn place(&self, label: Label) -> usize {
        self.places[label.0].expect("every label is bound before linking").step
    }
}
