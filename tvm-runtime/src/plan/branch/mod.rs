//! Plans for what is known of a token. Most neurons are gated by the opcode that was fetched, and of
//! those all but one opcode's are shut. So the plan is cut where the opcode becomes known: what comes
//! before is done for every token, what comes after is simplified for every combination of values
//! that the fetched row can have. Sums of neurons that are shut go, then the lookups that
//! only those read, and so on. What is left is simplified again for every [stage](Stages) that the token can have
//! within its instruction, as long as bounds of the scores let the instruction go on. Each result is an [`Arm`].
//!
//! Nothing here knows of opcodes. A row is fetched from a tabulated pattern, or by a head from what it
//! kept of the embedding; the row that the most gates read is taken, and the columns of it that many
//! gates read tell the rows apart.

mod arms;
mod cancel;
mod gates;
mod simplify;
mod source;
mod stages;

use std::collections::BTreeSet;

pub use arms::{Arm, Arms, Selector, Stage};
use source::Source;
pub use stages::Stages;

use super::{Column, Plan, Register, Step};

/// A plan is not cut when its steps would read more registers than this for all rows together.
const MOST_READS: usize = 1 << 23;

/// Where a plan is cut, and what is known then.
#[derive(Debug, Clone)]
pub struct Branches {
    /// Which row was fetched, as far as rows are told apart: from 1 on.
    pub row: Register,
    /// What is computed for every token, first.
    pub common: Vec<Step>,
    /// What is simplified.
    rest: Vec<Step>,
    /// The registers that tell rows apart.
    columns: Vec<Register>,
    /// What these registers are, for every kind of row from 1 on.
    rows: Vec<Vec<f64>>,
    /// The row that is fetched before any instruction was executed, as in a prompt.
    first_row: usize,
    /// Stages within an instruction, and an input that is 1 for first tokens.
    stages: Option<(Stages, Register)>,
}

impl Plan {
    /// Finds where to cut, if anywhere.
    pub(super) fn branch(mut self) -> Plan {
        let Some(source) = Source::find(&self) else { return self };
        let reads: usize = self.steps.iter().map(|step| 1 + step.reads().len()).sum();
        if reads.saturating_mul(source.classes.len()) > MOST_READS {
            return self;
        }
        let first_row = source.first_row(&self);
        let row = source.add_class(&mut self);
        let stages = Stages::find(&self, source.step).map(|stages| {
            let is_first = self.add_token_column(&stages.column(), Column::First);
            (stages, is_first)
        });
        let age = stages.as_ref().map(|(stages, _)| stages.age);
        let (common, rest) = self.cut(&source, age);
        let Source { columns, classes: rows, .. } = source;
        self.branches = Some(Branches { row, common, rest, columns, rows, first_row, stages });
        self
    }

    /// What must run before it is known what is known, and the rest. What changes a memory and comes before
    /// stays before.
    fn cut(&self, source: &Source, age: Option<Register>) -> (Vec<Step>, Vec<Step>) {
        let mut needed = Needs::default();
        needed.registers.extend(age);
        let mut is_common = vec![false; self.steps.len()];
        for (index, step) in self.steps.iter().enumerate().take(source.step + 1).rev() {
            is_common[index] = index == source.step || needed.includes(step) || step.is_stateful();
            if is_common[index] {
                needed.add(step);
            }
        }
        let pick = |common: bool| {
            let steps = self.steps.iter().zip(&is_common).filter(|(_, is)| **is == common);
            steps.map(|(step, _)| step.clone()).collect()
        };
        (pick(true), pick(false))
    }
}

/// What steps read.
#[derive(Default)]
struct Needs {
    registers: BTreeSet<Register>,
    winners: BTreeSet<super::Winner>,
}

impl Needs {
    fn includes(&self, step: &Step) -> bool {
        match step {
            Step::Find { to, .. } => self.winners.contains(to),
            _ => step.results().iter().any(|to| self.registers.contains(to)),
        }
    }

    /// Leaves out results that are not read.
    fn leave_out(&self, step: &mut Step) {
        let read = |(to, _): &(Register, usize)| self.registers.contains(to);
        match step {
            Step::Table { to, .. } | Step::Read { to, .. } => to.retain(read),
            Step::Ring { asked, .. } => {
                asked.iter_mut().for_each(|query| query.found.retain(read));
                asked.retain(|query| !query.found.is_empty());
            }
            _ => {}
        }
    }

    fn add(&mut self, step: &Step) {
        self.registers.extend(step.reads());
        if let Step::Read { winner, .. } = step {
            self.winners.insert(*winner);
        }
    }
}

impl Step {
    /// Does it change what later positions see, or whether there are any?
    fn is_stateful(&self) -> bool {
        matches!(
            self,
            Step::Watch { .. }
                | Step::Watched { .. }
                | Step::Key { .. }
                | Step::Keep { .. }
                | Step::Ring { .. }
                | Step::Mean { .. }
                | Step::Total { .. }
        )
    }
}
