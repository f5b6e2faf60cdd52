//! Explanations of any position. Near the beginning an explainer reads the tokens once more. Farther away a plan does, which
//! reads some thirty times as fast, and an explainer takes over what it remembers there. How far both have read is kept at
//! checkpoints.

use super::checkpoints::Checkpoints;
use super::error::SessionError;
use super::sequence::Sequence;
use super::subject::Subject;
use super::why::{Question, Why, why};
use crate::explain::{Explainer, Explanation, Key, RememberingPlan};
use tvm_model::Token;
use tvm_runtime::engine::{Engine, PackedState, Planned};

/// Tokens between two checkpoints, in the beginning: what an explainer reads in a tenth of a second.
const DISTANCE: u64 = 1 << 12;

/// How many tokens an explainer reads rather than that a plan is made.
const NEAR: u64 = 1 << 14;

/// How many tokens an explainer reads rather than that another one takes over from the plan.
const FEW: u64 = 1 << 8;

/// How far before a position an explainer takes over, so that the positions before it can be explained too.
const BEHIND: u64 = FEW / 2;

/// How far before the end of what the plan reads copies are kept, to go back to.
const STEPS_BACK: [u64; 4] = [1 << 19, 1 << 16, 1 << 13, 1 << 10];

/// How many such copies are kept.
const MOST_RECENT: usize = 8;

/// What the checkpoints of explainers may take.
const NEAR_BUDGET: usize = 16 << 20;

/// What the checkpoints of the plan may take.
const FAR_BUDGET: usize = 96 << 20;

/// How many next tokens an explanation has with their scores.
const TOP: usize = 5;

/// An explainer that can go anywhere.
pub(super) struct Explanations<'subject> {
    subject: &'subject Subject,
    /// It has read nothing.
    blank: Explainer<'subject>,
    /// It has read the tokens before the position that was asked for last.
    explainer: Explainer<'subject>,
    checkpoints: Checkpoints<Explainer<'subject>>,
    /// As it last took over from the plan.
    taken_over: Option<Explainer<'subject>>,
    /// Made when it is first wanted.
    far: Option<Far<'subject>>,
}

/// A plan that reads for the explainer.
struct Far<'subject> {
    plan: &'subject RememberingPlan,
    engine: Planned<'subject>,
    checkpoints: Checkpoints<PackedState>,
    /// Copies a little before positions that were asked for.
    recent: Vec<(u64, PackedState)>,
}

impl<'subject> Explanations<'subject> {
    /// Nothing was read yet.
    pub(super) fn new(subject: &'subject Subject) -> Self {
        let blank = Explainer::new(&subject.model.weights);
        let mut checkpoints = Checkpoints::new(DISTANCE, NEAR_BUDGET);
        checkpoints.offer(0, || blank.clone(), explainers);
        let explainer = blank.clone();
        Explanations { subject, blank, explainer, checkpoints, taken_over: None, far: None }
    }

    /// Reads at most so many of the tokens before a position, and says how many are left.
    pub(super) fn prepare(
        &mut self,
        sequence: &Sequence,
        position: u64,
        at_most: u64,
    ) -> Result<u64, SessionError> {
        if position >= sequence.len() {
            return Err(SessionError::Position { position, tokens: sequence.len() });
        }
        let few = if self.far.is_some() { FEW } else { NEAR };
        if position - self.begin(position).position() as u64 > few {
            let left = self.take_over(sequence, position - BEHIND, at_most);
            if left > 0 {
                return Ok(left + BEHIND);
            }
        }
        let begin = self.begin(position);
        if begin.position() != self.explainer.position() {
            self.explainer = begin.clone();
        }
        let begin = self.explainer.position() as u64;
        for token in sequence.from(begin).take((position - begin).min(at_most) as usize) {
            self.explainer.feed(token);
            // Later the plan has checkpoints of its own.
            if self.far.is_none() {
                let Explanations { explainer, checkpoints, .. } = self;
                checkpoints.offer(explainer.position() as u64, || explainer.clone(), explainers);
            }
        }
        Ok(position - self.explainer.position() as u64)
    }

    /// The plan reads at most so many of the tokens before a position; an explainer takes over there. Says how many tokens
    /// are left. Where there is no plan, nothing is done.
    fn take_over(&mut self, sequence: &Sequence, position: u64, at_most: u64) -> u64 {
        let Some(far) = Far::get(&mut self.far, self.subject) else { return 0 };
        let left = far.read(sequence, position, at_most);
        if left == 0 {
            let token = |at| sequence.get(at).expect("the plan has read it");
            self.taken_over = Some(far.plan.explainer(&far.engine, &self.blank, token));
        }
        left
    }

    /// Lets the plan read on, at most so many tokens, so that positions far into the run can be explained soon. Says how
    /// many are left; none of a run that is short.
    pub(super) fn read_ahead(&mut self, sequence: &Sequence, at_most: u64) -> u64 {
        let last = sequence.len().saturating_sub(1);
        match last > NEAR {
            true => Far::get(&mut self.far, self.subject)
                .map_or(0, |far| far.read(sequence, last, at_most)),
            false => 0,
        }
    }

    /// What the model did at a position.
    pub(super) fn explain(
        &mut self,
        sequence: &Sequence,
        position: u64,
    ) -> Result<Explanation, SessionError> {
        Ok(self.explained(sequence, position)?.1)
    }

    /// What the model did at a position, and the keys that a head remembers after it.
    pub(super) fn keys(
        &mut self,
        sequence: &Sequence,
        position: u64,
        (layer, head): (usize, usize),
    ) -> Result<(Explanation, Vec<Key>), SessionError> {
        let (explainer, explanation) = self.explained(sequence, position)?;
        Ok((explanation, explainer.keys(layer, head)))
    }

    /// Why something is so that a forward pass decides.
    pub(super) fn why(
        &mut self,
        sequence: &Sequence,
        (question, pass): (Question, u64),
    ) -> Result<Why, SessionError> {
        let token = self.token(sequence, pass)?;
        let explanation = self.explainer.clone().explain(token, TOP);
        Ok(why(self.subject, question, (&mut self.explainer, token), &explanation))
    }

    fn explained(
        &mut self,
        sequence: &Sequence,
        position: u64,
    ) -> Result<(Explainer<'subject>, Explanation), SessionError> {
        let token = self.token(sequence, position)?;
        let mut explainer = self.explainer.clone();
        let explanation = explainer.explain(token, TOP);
        Ok((explainer, explanation))
    }

    /// The token at a position, of which the explainer has read all before.
    fn token(&mut self, sequence: &Sequence, position: u64) -> Result<Token, SessionError> {
        self.prepare(sequence, position, u64::MAX)?;
        Ok(sequence.get(position).expect("the sequence reaches the position"))
    }

    /// The explainer that has read the most of the tokens before a position, and no others.
    fn begin(&self, position: u64) -> &Explainer<'subject> {
        let (_, kept) = self.checkpoints.before(position).expect("one is at the beginning");
        let all = [kept].into_iter().chain(&self.taken_over).chain([&self.explainer]);
        let before = all.filter(|explainer| explainer.position() as u64 <= position);
        before.max_by_key(|explainer| explainer.position()).expect("one is at the beginning")
    }
}

impl<'subject> Far<'subject> {
    /// The plan, which is made if there is none yet; there is none for some models.
    fn get<'far>(
        far: &'far mut Option<Far<'subject>>,
        subject: &'subject Subject,
    ) -> Option<&'far mut Far<'subject>> {
        if far.is_none() {
            let plan = subject.remembering()?;
            let engine = plan.engine();
            let mut checkpoints = Checkpoints::new(DISTANCE, FAR_BUDGET);
            checkpoints.offer(0, || engine.state().pack(), states);
            *far = Some(Far { plan, engine, checkpoints, recent: Vec::new() });
        }
        far.as_mut()
    }

    /// Reads at most so many of the tokens before a position, and says how many are left.
    fn read(&mut self, sequence: &Sequence, position: u64, at_most: u64) -> u64 {
        self.recent.retain(|(at, _)| *at <= position);
        let (kept_at, kept) = self.checkpoints.before(position).expect("one is at the beginning");
        let recent = self.recent.iter().map(|(at, state)| (*at, state));
        let (kept_at, kept) =
            recent.chain([(kept_at, kept)]).max_by_key(|(at, _)| *at).expect("one is there");
        let here = self.engine.state().position();
        if here > position || here < kept_at {
            self.engine.go_on_from(kept);
        }
        let here = self.engine.state().position();
        for token in sequence.from(here).take((position - here).min(at_most) as usize) {
            self.engine.feed(token);
            let state = self.engine.state();
            self.checkpoints.offer(state.position(), || state.pack(), states);
            if STEPS_BACK.contains(&(position - state.position())) {
                self.recent.push((state.position(), state.pack()));
            }
        }
        let most = self.recent.len().saturating_sub(MOST_RECENT);
        self.recent.drain(..most);
        position - self.engine.state().position()
    }
}

fn explainers(explainers: &mut dyn Iterator<Item = &Explainer<'_>>) -> usize {
    explainers.map(|explainer| explainer.memory()).sum()
}

fn states(states: &mut dyn Iterator<Item = &PackedState>) -> usize {
    states.map(PackedState::memory).sum()
}
