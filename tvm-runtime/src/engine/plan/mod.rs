//! The code of a plan, operation by operation. Runs any valid model.

mod packed;
mod parts;
mod state;

pub use packed::PackedState;
pub use state::PlanState;

use std::sync::Arc;

use super::{Engine, Refusal};
use crate::plan::{Code, Plan};
use tvm_weights::Token;

/// Runs the code of a plan.
pub struct Planned<'plan> {
    plan: &'plan Plan,
    code: Arc<Code>,
    /// The class of the last token.
    class: usize,
    state: PlanState,
}

impl<'plan> Planned<'plan> {
    /// An engine that has read nothing.
    pub fn new(plan: &'plan Plan) -> Self {
        Planned::sharing(plan, Arc::new(Code::of(plan)))
    }

    /// The same where the code of the plan is there already: to make it takes longer than many a run.
    pub fn sharing(plan: &'plan Plan, code: Arc<Code>) -> Self {
        Planned { plan, code, class: 0, state: PlanState::new(plan) }
    }
}

impl Planned<'_> {
    /// What is remembered.
    pub fn state(&self) -> &PlanState {
        &self.state
    }

    /// What the plan [observes](Plan::observing) at the last position, if the token there was [fed](Engine::feed).
    pub fn observed(&self) -> impl Iterator<Item = f64> + '_ {
        let registers = self.code.classes[self.class].output.observed.iter();
        registers.map(|&register| self.state.get(register))
    }

    /// Goes on from a state of the same plan. [`predict`](Engine::predict) may give any token until one was read.
    pub fn go_on_from(&mut self, state: &PackedState) {
        (self.state, self.class) = (state.unpack(), 0);
    }

    /// Runs a token by the class that is chosen by the one for any token.
    fn run(&mut self, token: Token, choose: impl Fn(&Code, usize) -> usize) {
        let Planned { plan, code, class, state } = self;
        state.begin();
        state.inputs(plan, token);
        state.run(plan, code, code.common);
        *class = choose(code, state.class(code));
        state.run(plan, code, code.classes[*class].block);
        state.advance();
    }
}

impl Engine for Planned<'_> {
    fn feed(&mut self, token: Token) {
        self.run(token, |_, class| class);
    }

    fn read(&mut self, token: Token) {
        self.run(token, Code::for_reading);
    }

    fn predict(&mut self) -> Token {
        self.state.watched(self.state.next(&self.code.classes[self.class].output))
    }

    fn refusal(&self) -> Option<Refusal> {
        self.state.refusal()
    }

    fn memory(&self) -> usize {
        self.state.memory()
    }
}
