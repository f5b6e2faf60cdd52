//! A routine's instructions before their places are known: branches go to labels and calls to
//! routines. Linking turns both into relative immediates.

use crate::limits::INSTRUCTIONS;
use crate::wasm::module::{FunctionIndex, TableIndex, TypeIndex};
use crate::wasm::routines::OperatorRoutine;
use crate::{Code, Instruction};

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
}

/// The indirect calls through a table with a signature: the first type of its kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Dispatch {
    pub(crate) table: TableIndex,
    pub(crate) signature: TypeIndex,
}

/// A place in an assembly that branches can go to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Label(usize);

/// One step of an assembly.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    /// An instruction that is complete.
    Plain(Instruction),
    /// `br` or `br_if`.
    Branch { code: Code, target: Label },
    /// `memory.grow`, which carries the most pages that memory may have.
    Grow(Code),
    /// A call with the change of windows around it.
    Call(RoutineName),
    /// `return`, which carries its distance from the routine's first instruction.
    Return,
}

/// Steps and the labels between them.
#[derive(Debug, Default)]
pub(crate) struct Assembly {
    steps: Vec<Step>,
    /// The step that each label stands before, once it is bound.
    places: Vec<Option<usize>>,
    /// Has a branch gone to the label?
    used: Vec<bool>,
    /// The steps before this one must stay as they are: a label stands after them.
    fence: usize,
}

impl Assembly {
    /// Has it more steps than a program may have? Further steps are not added.
    pub(crate) fn is_full(&self) -> bool {
        self.steps.len() > INSTRUCTIONS
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
    }

    /// Adds an instruction.
    pub(crate) fn instruction(&mut self, code: Code, immediate: u32) {
        self.push(Step::Plain(Instruction { code, immediate }));
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
        *place = Some(self.steps.len());
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
                Some(instruction)
            }
            _ => None,
        }
    }

    /// Adds the steps of another assembly, which has no labels.
    pub(crate) fn append(&mut self, other: &Assembly) {
        debug_assert!(other.places.is_empty(), "labels belong to their assembly");
        self.steps.extend_from_slice(&other.steps);
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
        self.places[label.0].expect("every label is bound before linking")
    }
}
