//! What is left of a plan for one kind of token, and how that is chosen.

use super::simplify::Simplification;
use super::stages::MOST_STAGES;
use super::{Branches, Needs};
use crate::plan::bounds::{Bounds, Interval};
use crate::plan::by_register::ByRegister;
use crate::plan::{Output, Plan, Register, Step};

/// There are no arms for stages when those for rows alone have more steps: it would be more code than a processor
/// keeps at hand, and take long to compile.
const MOST_STEPS: usize = 1 << 15;

/// So many stages, one after the other, may be of as many steps as the one before. What is longer is rare: a result has
/// eight bytes at most, in two halves.
const MOST_ALIKE: usize = 3;

/// What is left of a plan.
#[derive(Debug, Clone)]
pub struct Arm {
    /// What is computed.
    pub steps: Vec<Step>,
    /// How the next token is found.
    pub output: Output,
}

/// All arms of a plan, and which of them a token needs.
#[derive(Debug, Clone)]
pub struct Arms {
    /// The arms.
    pub arms: Vec<Arm>,
    /// Nothing where every token needs the first.
    pub selector: Option<Selector>,
    /// The arm that most tokens of a prompt select.
    pub reading: usize,
}

/// Which arm a token needs, after the common part.
#[derive(Debug, Clone)]
pub struct Selector {
    /// Which row was fetched.
    pub row: Register,
    /// The registers that tell the stage.
    pub stage: Option<Stage>,
    /// How many stages there are, with the one of all tokens that are of none.
    pub stages: usize,
    /// The arm for every row and stage, row by row.
    pub arms: Vec<u32>,
}

/// The registers that tell the stage.
#[derive(Debug, Clone, Copy)]
pub struct Stage {
    /// How many tokens ago the latest first token was.
    pub age: Register,
    /// 1 for first tokens, 0 for all others.
    pub is_first: Register,
}

impl Arms {
    /// The arm that is right for all tokens.
    pub const EVERYTHING: usize = 0;

    /// The arm for tokens after which none is predicted. It remembers what the arm [`reading`](Arms::reading) does.
    pub const READING: usize = 1;
}

impl Selector {
    /// The registers that it looks at.
    pub fn registers(&self) -> impl Iterator<Item = Register> {
        let stage = self.stage.into_iter().flat_map(|Stage { age, is_first }| [age, is_first]);
        stage.chain([self.row])
    }

    /// The arm, by what the registers hold.
    #[inline]
    pub fn arm(&self, get: impl Fn(Register) -> f64) -> usize {
        let stage = self
            .stage
            .map_or(0, |Stage { age, is_first }| self.stage(get(age), get(is_first) != 0.0));
        let arm = self.arms.get(get(self.row) as usize * self.stages + stage);
        arm.map_or(Arms::EVERYTHING, |arm| *arm as usize)
    }

    /// The stage: 0 for none, else one more than the age.
    #[inline]
    fn stage(&self, age: f64, is_first: bool) -> usize {
        let number = age as usize;
        let is_stage = number + 1 < self.stages && number as f64 == age;
        if is_stage && is_first == (number == 0) { number + 1 } else { 0 }
    }
}

impl Plan {
    /// The arms of a plan.
    pub fn arms(&self) -> Arms {
        let (steps, output) = (self.steps.clone(), self.output.clone());
        let Some(branches) = &self.branches else {
            let everything = Arm { steps, output };
            let reading = everything.clone().without_output();
            let arms = vec![everything, reading];
            return Arms { arms, selector: None, reading: Arms::EVERYTHING };
        };
        let everything = Arm { steps: branches.rest.clone(), output };
        let readers = readers(&self.steps, &self.output);
        let of_row = |row: &Vec<f64>| {
            let known = branches.columns.iter().copied().zip(row.iter().copied());
            everything.simplified(self, self.bounds.clone(), known, &readers)
        };
        let by_row: Vec<Arm> = branches.rows.iter().map(|row| of_row(row).arm).collect();
        let by_stage = branches.has_stages(&by_row).then(|| branches.by_stage(self, of_row));
        let reading = by_row[branches.first_row - 1].clone().without_output();
        let mut arms = vec![everything, reading];
        let chosen: Vec<Vec<usize>> = match by_stage {
            Some(by_stage) => by_stage
                .into_iter()
                .map(|Staged { of_none, staged }| {
                    let of_none = of_none.map_or(Arms::EVERYTHING, |arm| add(&mut arms, arm));
                    let staged = staged.into_iter().map(|arm| add(&mut arms, arm));
                    [of_none].into_iter().chain(staged).collect()
                })
                .collect(),
            None => by_row.into_iter().map(|arm| vec![add(&mut arms, arm)]).collect(),
        };
        let reading = chosen[branches.first_row - 1][0];
        Arms { arms, selector: Some(branches.selector(chosen)), reading }
    }
}

/// Adds an arm, and gives its number.
fn add(arms: &mut Vec<Arm>, arm: Arm) -> usize {
    arms.push(arm);
    arms.len() - 1
}

/// The arms for a kind of row.
struct Staged {
    /// For tokens of no stage, where there may be such.
    of_none: Option<Arm>,
    /// For every stage, from age 0 on.
    staged: Vec<Arm>,
}

impl Branches {
    /// Are stages told apart, and the arms for rows not too much code already?
    fn has_stages(&self, by_row: &[Arm]) -> bool {
        let steps: usize = by_row.iter().map(|arm| arm.steps.len()).sum();
        self.stages.is_some() && steps <= MOST_STEPS
    }

    /// For every kind of row an arm for every stage. What is left for a row is asked for again, since the bounds of all
    /// rows together take much memory.
    fn by_stage(&self, plan: &Plan, of_row: impl Fn(&Vec<f64>) -> Simplified) -> Vec<Staged> {
        let rows = self.rows.iter().zip(1..);
        rows.map(|(row, number)| self.stages_of(plan, &of_row(row), number == self.first_row))
            .collect()
    }

    /// An arm for every stage, from age 0 on, as long as the instruction can go on and it matters how far it has
    /// come. Where it may go on, and in a prompt, tokens are of no stage.
    fn stages_of(&self, plan: &Plan, of_row: &Simplified, is_in_prompt: bool) -> Staged {
        let (mut staged, mut ends): (Vec<Arm>, bool) = (Vec::new(), false);
        let Some((stages, is_first)) = &self.stages else {
            return Staged { of_none: Some(of_row.arm.clone()), staged };
        };
        let Simplified { arm, bounds } = of_row;
        let readers = readers(&arm.steps, &arm.output);
        for age in 0..MOST_STAGES {
            let mut bounds = bounds.clone();
            stages.restrict(&mut bounds, plan, &self.common, age);
            bounds.narrow(*is_first, Interval::number(f64::from(u8::from(age == 0))));
            let known = bounds.constants();
            let Simplified { arm, .. } = arm.simplified(plan, bounds, known.into_iter(), &readers);
            ends = !stages.goes_on(&arm.output);
            staged.push(arm);
            let is_alike = |pair: &[Arm]| pair[0].steps.len() == pair[1].steps.len();
            let alike = staged.windows(2).rev().take_while(|pair| is_alike(pair)).count();
            if ends || alike == MOST_ALIKE {
                break;
            }
        }
        let of_none = (!ends || is_in_prompt).then(|| of_row.arm.clone());
        Staged { of_none, staged }
    }

    /// The arm for every kind of row, from 1 on, and every stage.
    fn selector(&self, chosen: Vec<Vec<usize>>) -> Selector {
        let stages = chosen.iter().map(Vec::len).max().unwrap_or(1);
        let all = [vec![]].into_iter().chain(chosen).flat_map(|mut arms| {
            arms.resize(stages, arms.first().copied().unwrap_or(Arms::EVERYTHING));
            arms.into_iter().map(|arm| arm as u32)
        });
        let stage = self.stages.as_ref().filter(|_| stages > 1);
        let stage = stage.map(|(stages, is_first)| Stage { age: stages.age, is_first: *is_first });
        Selector { row: self.row, stage, stages, arms: all.collect() }
    }
}

/// An arm, and what its registers can hold.
struct Simplified {
    arm: Arm,
    bounds: Bounds,
}

/// For every register that is read the sum that reads it, if nothing else does.
fn readers(steps: &[Step], output: &Output) -> ByRegister<Option<Register>> {
    let mut readers = ByRegister::default();
    for step in steps {
        for register in step.reads() {
            let reader = match step {
                Step::Sum { to, .. } if readers.get(register).is_none() => Some(*to),
                _ => None,
            };
            readers.insert(register, reader);
        }
    }
    output.registers().into_iter().for_each(|score| readers.insert(score, None));
    readers
}

impl Arm {
    /// What is left of it where some registers are known.
    fn simplified(
        &self,
        plan: &Plan,
        bounds: Bounds,
        known: impl Iterator<Item = (Register, f64)>,
        readers: &ByRegister<Option<Register>>,
    ) -> Simplified {
        let mut simplification = Simplification::new(&plan.tables, bounds, known, readers);
        let steps: Vec<Step> =
            self.steps.iter().flat_map(|step| simplification.step(step)).collect();
        let (output, last, replaced, bounds) = simplification.output(self.output.clone());
        let is_replaced =
            |step: &Step| matches!(step, Step::Watched { to, .. } if replaced.contains(to));
        let steps = steps.into_iter().chain(last).filter(|step| !is_replaced(step)).collect();
        Simplified { arm: Arm { steps, output }.without_what_nobody_reads(), bounds }
    }

    /// What it changes for later positions.
    fn without_output(self) -> Arm {
        Arm { output: Output::default(), ..self }.without_what_nobody_reads()
    }

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
