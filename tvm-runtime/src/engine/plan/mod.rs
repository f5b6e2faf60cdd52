//! The code of a plan, operation by operation. Runs any valid model.

mod state;

use state::State;

use super::{Best, Engine, Refusal};
use crate::plan::{Code, Plan};
use tvm_weights::Token;

/// Runs the code of a plan.
pub struct Planned<'plan> {
    plan: &'plan Plan,
    code: Code,
    /// The class of the last token.
    class: usize,
    state: State,
}

impl<'plan> Planned<'plan> {
    /// An engine that has read nothing.
    pub fn new(plan: &'plan Plan) -> Self {
        Planned { plan, code: Code::of(plan), class: 0, state: State::new(plan) }
    }
}

impl Engine for Planned<'_> {
    fn feed(&mut self, token: Token) {
        let Planned { plan, code, class, state } = self;
        state.inputs(plan, token);
        state.run(plan, code, code.common);
        *class = code.class.map_or(0, |class| state.get(class) as usize);
        state.run(plan, code, code.classes[*class].block);
        state.advance();
    }

    fn predict(&mut self) -> Token {
        let mut best = Best::default();
        let output = &self.code.classes[self.class].output;
        for &(token, score) in &output.singles {
            best.challenge(token, self.state.get(score));
        }
        for pattern in &output.patterns {
            let [rest, r] = [pattern.rest, pattern.r].map(|register| self.state.get(register));
            for line in pattern.lines.candidates(r) {
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
