//! Machine code for plans: what it finds where ([`Layout`]), memory that it is executed in, and an engine that
//! runs it. Who translates a plan's code is another crate: this one is small, so that a runtime without a compiler
//! can run what was translated elsewhere.
//!
//! A plan's code is some blocks: the common part, and the rest for every class. Each is a [`Routine`] of its
//! own, or is interpreted, token by token, whichever is there: both work on the same state.

mod blocks;
mod engine;
mod layout;
mod machine;
mod state;
mod stored;

pub use blocks::Figures;
pub use engine::{Native, When};
pub use layout::{Function, INTEGER, INTERPRETED, Layout, RUNNING_SUM, key_word, word};
pub use stored::{Stored, store};

use tvm_runtime::Weights;
use tvm_runtime::plan::{Code, Plan};

/// Can machine code be executed on this platform? What cannot runs by its plan.
pub const fn is_supported() -> bool {
    cfg!(all(target_arch = "x86_64", unix))
}

/// A piece of machine code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Routine {
    /// Calls a function of the runtime, with the arguments `(words, function, argument, x, y)`, and leaves
    /// all registers of the processor as they were.
    Call,
    /// The common part: from `(words, token)` to the next token, by the routine of the class; or to the class and
    /// [`INTERPRETED`], where [`word::CLASSES`] has no routine for it.
    Common,
    /// The rest for a class: from `(words, token)` to the next token.
    Class(usize),
}

impl Routine {
    /// Those of a plan's code.
    pub(crate) fn all(code: &Code) -> impl Iterator<Item = Routine> {
        let classes = (0..code.classes.len()).map(Routine::Class);
        [Routine::Call, Routine::Common].into_iter().chain(classes)
    }
}

/// What a routine is made of.
#[derive(Debug, Clone, Copy)]
pub struct Source<'plan> {
    /// The plan.
    pub plan: &'plan Plan,
    /// Its code.
    pub code: &'plan Code,
    /// What machine code for it finds where.
    pub layout: &'plan Layout,
}

/// All of a plan that machine code of all its blocks needs, and that code.
#[derive(Debug)]
pub struct Whole {
    /// The plan; its steps are not needed.
    pub plan: Plan,
    /// Its code; the operations are not needed.
    pub code: Code,
    /// What the machine code finds where.
    pub layout: Layout,
    /// The machine code of every routine.
    pub routines: Vec<(Routine, Vec<u8>)>,
}

/// Makes machine code for this platform.
///
/// # Safety
/// What it returns, one by one or as a whole, is executed. Each must be a routine that does what its block says, finds
/// what it reads and writes as the layout says, and touches nothing else. It is executed wherever it stands, at a
/// multiple of 64 bytes.
#[allow(unsafe_code)]
pub unsafe trait Translator: Send + Sync {
    /// Everything for a model, if all of it was translated before.
    fn whole(&self, _weights: &Weights<'_>) -> Option<Whole> {
        None
    }

    /// Are its routines for this plan?
    fn accepts(&self, source: &Source<'_>) -> bool;

    /// The machine code of a routine; none when the block is to be interpreted.
    fn translate(&self, source: &Source<'_>, routine: Routine) -> Option<Vec<u8>>;
}
