//! A plan for every kind of instruction. Most neurons are gated by the opcode that was fetched, and of
//! those all but one opcode's are shut. So the plan is cut where the opcode becomes known: what comes
//! before is done for every token, what comes after is simplified for every combination of values
//! that the fetched row can have, a *class*. Sums of neurons that are shut go, then the lookups that
//! only those read, and so on.
//!
//! Nothing here knows of opcodes. A row is fetched from a tabulated pattern, or by a head from what it
//! kept of the embedding; the row that the most gates read is taken, and the columns of it that many
//! gates read tell the classes apart. Class 0 is everything else, the plan as it was.

mod cancel;
mod simplify;
mod source;

use std::collections::BTreeSet;

use simplify::Simplification;
use source::Source;

use super::by_register::ByRegister;
use super::{Output, Plan, Register, Step};

/// A plan is not cut when its steps would read more registers than this in all classes together.
const MOST_READS: usize = 1 << 23;

/// Where a plan is cut, and what is known in each class.
#[derive(Debug, Clone)]
pub struct Branches {
    /// Holds the class.
    pub class: Register,
    /// What is computed for every class, first.
    pub common: Vec<Step>,
    /// What is simplified by class.
    rest: Vec<Step>,
    /// The registers that tell the class.
    columns: Vec<Register>,
    /// For every class from 1 on what these registers are.
    classes: Vec<Vec<f64>>,
}

/// What is left of a plan for one class.
#[derive(Debug, Clone)]
pub struct Arm {
    /// What is computed.
    pub steps: Vec<Step>,
    /// How the next token is found.
    pub output: Output,
}

impl Plan {
    /// Finds where to cut, if anywhere.
    pub(super) fn branch(mut self) -> Plan {
        let Some(source) = Source::find(&self) else { return self };
        let reads: usize = self.steps.iter().map(|step| 1 + step.reads().len()).sum();
        if reads.saturating_mul(source.classes.len()) > MOST_READS {
            return self;
        }
        let class = source.add_class(&mut self);
        let (common, rest) = self.cut(&source);
        let Source { columns, classes, .. } = source;
        self.branches = Some(Branches { class, common, rest, columns, classes });
        self
    }

    /// The rest of the plan for every class; none without classes.
    pub fn arms(&self) -> Vec<Arm> {
        let Some(Branches { rest, columns, classes, .. }) = &self.branches else {
            return Vec::new();
        };
        let readers = self.readers();
        let bounds = &self.bounds;
        let simplified = classes.iter().map(|values| {
            let known = columns.iter().copied().zip(values.iter().copied());
            let mut simplification = Simplification::new(self, bounds, known, &readers);
            let steps: Vec<Step> = rest.iter().flat_map(|step| simplification.step(step)).collect();
            let (output, last, replaced) = simplification.output();
            let is_replaced =
                |step: &Step| matches!(step, Step::Watched { to, .. } if replaced.contains(to));
            let steps = steps.into_iter().chain(last).filter(|step| !is_replaced(step)).collect();
            Arm { steps, output }.without_what_nobody_reads()
        });
        let everything = Arm { steps: rest.clone(), output: self.output.clone() };
        [everything].into_iter().chain(simplified).collect()
    }

    /// For every register that is read the sum that reads it, if nothing else does.
    fn readers(&self) -> ByRegister<Option<Register>> {
        let mut readers = ByRegister::default();
        for step in &self.steps {
            for register in step.reads() {
                let reader = match step {
                    Step::Sum { to, .. } if readers.get(register).is_none() => Some(*to),
                    _ => None,
                };
                readers.insert(register, reader);
            }
        }
        self.output.registers().into_iter().for_each(|score| readers.insert(score, None));
        readers
    }

    /// What must run before the class is known, and the rest. What changes a memory and comes before
    /// stays before.
    fn cut(&self, source: &Source) -> (Vec<Step>, Vec<Step>) {
        let mut needed = Needs::default();
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

impl Arm {
    fn without_what_nobody_reads(mut self) -> Arm {
        let mut needed = Needs { registers: self.output.registers(), ..Needs::default() };
        let mut kept = Vec::new();
        for mut step in self.steps.into_iter().rev() {
            if step.is_stateful() || needed.includes(&step) {
                needed.leave_out(&mut step);
                needed.add(&step);
                kept.push(step);
            }
        }
        kept.reverse();
        self.steps = kept;
        self
    }
}
