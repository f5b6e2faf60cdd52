//! A plan, step by step. Runs any valid model.

mod code;
mod state;

use code::{Block, Code};
use state::State;

use super::{Best, Engine, Refusal};
use crate::plan::{Arm, Branches, Output, Plan, Register, Step};
use tvm_weights::Token;

/// Runs the steps of a plan.
pub struct Planned<'plan> {
    plan: &'plan Plan,
    code: Code,
    /// What is computed for every token.
    common: Block,
    /// The rest, by class.
    arms: Vec<(Block, Output)>,
    /// What holds the class.
    class: Option<Register>,
    /// The class of the last token.
    arm: usize,
    state: State,
}

impl<'plan> Planned<'plan> {
    /// An engine that has read nothing.
    pub fn new(plan: &'plan Plan) -> Self {
        let mut code = Code::default();
        let (class, common, arms) = match &plan.branches {
            Some(Branches { class, common, .. }) => (Some(*class), common.as_slice(), plan.arms()),
            None => {
                let (steps, output) = (plan.steps.clone(), plan.output.clone());
                (None, [].as_slice(), vec![Arm { steps, output }])
            }
        };
        let read_by_arms = arms
            .iter()
            .flat_map(|arm| arm.steps.iter().flat_map(Step::reads).chain(arm.output.registers()));
        let common = code.block(common, &read_by_arms.chain(class).collect());
        let arms = arms.into_iter().map(|arm| {
            let block = code.block(&arm.steps, &arm.output.registers());
            (block, arm.output)
        });
        let arms = arms.collect();
        Planned { plan, code, common, arms, class, arm: 0, state: State::new(plan) }
    }
}

impl Engine for Planned<'_> {
    fn feed(&mut self, token: Token) {
        let Planned { plan, code, common, arms, class, arm, state } = self;
        state.inputs(plan, token);
        state.run(plan, code, *common);
        *arm = class.map_or(0, |class| state.get(class.0) as usize);
        state.run(plan, code, arms[*arm].0);
        state.advance();
    }

    fn predict(&mut self) -> Token {
        let mut best = Best::default();
        let output = &self.arms[self.arm].1;
        for &(token, score) in &output.singles {
            best.challenge(token, self.state.get(score.0));
        }
        for family in &output.families {
            let [rest, r] = [family.rest, family.r].map(|register| self.state.get(register.0));
            for line in family.lines.candidates(r) {
                best.challenge(line.token, rest + line.slope * r + line.offset);
            }
        }
        self.state.watch.token(best.token())
    }

    fn refusal(&self) -> Option<Refusal> {
        self.state.watch.refusal()
    }

    fn memory(&self) -> usize {
        self.state.memory()
    }
}
