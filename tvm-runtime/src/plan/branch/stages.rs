//! What is known of a token by its stage: how many tokens ago the latest *first* token was. A head finds it by a key
//! that depends on the token alone: first are the tokens whose key is the greatest of all. So a first token finds
//! itself, and its age is 0; any other token is older than that, once there was a first one. Which tokens those are
//! and what they mean does not matter here.
//!
//! A stage is an age together with the kind of the token: age 0 and first, or an age from 1 on and not first. What
//! else there may be, as before the first of all first tokens, is of no stage.

use std::collections::BTreeMap;

use super::gates::gates_by_register;
use crate::plan::bounds::{Bounds, Interval};
use crate::plan::{Form, KeyKind, Output, OutputPattern, Plan, Register, Step};
use tvm_weights::Token;

/// No more stages are told apart: a result has eight bytes at most, and what begins and ends it.
pub(super) const MOST_STAGES: usize = 12;

/// How the stage of a token is known.
#[derive(Debug, Clone)]
pub struct Stages {
    /// How many tokens ago the latest first token was.
    pub age: Register,
    /// The second coordinate of the key by which it is found: a function of the token.
    key: Register,
    /// What that is for first tokens.
    greatest: f64,
    /// For every token whether it is first.
    is_first: Vec<bool>,
}

impl Stages {
    /// The age that the most gates read, if there is one among the first steps.
    pub(super) fn find(plan: &Plan, first_steps: usize) -> Option<Stages> {
        let gates = gates_by_register(plan);
        let position = plan.inputs.position?;
        let ages = plan.steps[..first_steps].iter().filter_map(|step| match step {
            Step::Sum { to, form } => {
                let found = form.terms().iter().find(|(register, _)| *register != position)?.0;
                let is_age = form.terms().len() == 2
                    && form.offset() == 0.0
                    && form.weight(position) == Some(1.0)
                    && form.weight(found) == Some(-1.0);
                is_age.then_some((*to, found))
            }
            _ => None,
        });
        let stages = ages.filter_map(|(age, found)| Stages::of(plan, age, found, position));
        stages.max_by_key(|stages| gates.get(&stages.age).map_or(0, |gates| gates.len()))
    }

    /// If the register is the position of the latest token with the greatest key.
    fn of(plan: &Plan, age: Register, found: Register, position: Register) -> Option<Stages> {
        let reads = plan.steps.iter().find_map(|step| match step {
            Step::Read { to, cache, .. } => {
                let place = to.iter().find(|(to, _)| *to == found)?.1;
                Some((*cache, place))
            }
            _ => None,
        });
        let (cache, place) = reads?;
        let keys = plan.values[cache].keys;
        let keeps_position = plan.steps.iter().any(|step| {
            matches!(step, Step::Keep { values, cache: other } if *other == cache && values[place] == position)
        });
        let key = plan.steps.iter().find_map(|step| match step {
            Step::Key { key: [_, y], keys: other } if *other == keys => Some(*y),
            _ => None,
        })?;
        if plan.keys[keys] != KeyKind::Greatest || !keeps_position {
            return None;
        }
        let scores = of_tokens(plan, key)?;
        let greatest = scores.iter().copied().reduce(f64::max)?;
        let is_first = scores.iter().map(|score| *score == greatest).collect();
        Some(Stages { age, key, greatest, is_first })
    }

    /// A column that is 1 for first tokens, and 0 for others.
    pub(super) fn column(&self) -> Vec<f64> {
        self.is_first.iter().map(|is_first| f64::from(u8::from(*is_first))).collect()
    }

    /// Takes up what is known in the stage of an age, also of all registers of the common part.
    pub(super) fn restrict(&self, bounds: &mut Bounds, plan: &Plan, common: &[Step], age: usize) {
        bounds.restrict_to_tokens(self.key, |key| (key == self.greatest) == (age == 0));
        bounds.narrow(self.age, Interval::number(age as f64));
        // Sums over all positions are not of this token alone.
        let is_own = |step: &&Step| !matches!(step, Step::Total { .. } | Step::Mean { .. });
        common.iter().filter(is_own).for_each(|step| bounds.learn(&plan.tables, step));
    }

    /// Can a token that is not first be next?
    pub(super) fn goes_on(&self, output: &Output) -> bool {
        let is_other = |token: Token| !self.is_first[token.0 as usize];
        let mut tokens = output.singles.iter().map(|(token, _)| *token);
        tokens.any(is_other)
            || output
                .patterns
                .iter()
                .any(|pattern| pattern.lines.lines.iter().any(|line| is_other(line.token)))
    }
}

/// What a register is for every token, if it depends on the token alone: an input, or a sum of inputs.
fn of_tokens(plan: &Plan, register: Register) -> Option<Vec<f64>> {
    let own = Form::register(register);
    let form = plan.steps.iter().find_map(|step| match step {
        Step::Sum { to, form } if *to == register => Some(form),
        _ => None,
    });
    let form = form.unwrap_or(&own);
    let columns: BTreeMap<Register, usize> =
        plan.inputs.token.iter().enumerate().map(|(column, (to, _))| (*to, column)).collect();
    let terms: Option<Vec<(usize, f64)>> =
        form.terms().iter().map(|(from, weight)| Some((*columns.get(from)?, *weight))).collect();
    let terms = terms.filter(|terms| !terms.is_empty())?;
    let rows = plan.embedding.chunks(plan.inputs.token.len());
    let sum =
        |row: &[f64]| terms.iter().fold(form.offset(), |sum, (at, weight)| sum + weight * row[*at]);
    Some(rows.map(sum).collect())
}

impl Output {
    /// Without the tokens that certainly lose to another one.
    pub(super) fn without_losers(mut self, bounds: &Bounds) -> Output {
        let singles = self.singles.iter().map(|(_, score)| bounds.of_register(*score));
        let patterns = self.patterns.iter().map(|pattern| pattern.scores(bounds));
        let least =
            singles.chain(patterns).map(|scores| scores.low).fold(f64::NEG_INFINITY, f64::max);
        self.singles.retain(|(_, score)| bounds.of_register(*score).high >= least);
        self.patterns.retain(|pattern| pattern.scores(bounds).high >= least);
        self
    }
}

impl OutputPattern {
    /// What the greatest score of the pattern can be, in whatever order its three terms are added.
    fn scores(&self, bounds: &Bounds) -> Interval {
        let [rest, r] = [self.rest, self.r].map(|register| bounds.of_register(register));
        let scores = self.lines.lines.iter().map(|line| {
            let [slope, offset] = [r.times(line.slope), Interval::number(line.offset)];
            rest.plus(slope).plus(offset).or(rest.plus(slope.plus(offset)))
        });
        let greatest = |one: Interval, other: Interval| Interval {
            low: one.low.max(other.low),
            high: one.high.max(other.high),
        };
        scores.reduce(greatest).unwrap_or(Interval::ANY)
    }
}
