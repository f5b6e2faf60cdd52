//! Explanations of any position. The model is read once more, by an explainer, up to there; how far it was read is kept at
//! checkpoints.

use super::checkpoints::Checkpoints;
use super::error::SessionError;
use super::sequence::Sequence;
use super::subject::Subject;
use super::why::{Question, Why, why};
use crate::explain::{Explainer, Explanation, Key};
use tvm_model::Model;
use tvm_runtime::engine::Engine;

/// Tokens between two checkpoints, in the beginning: what is read in a tenth of a second.
const DISTANCE: u64 = 1 << 12;

/// What the checkpoints may take.
const BUDGET: usize = 64 << 20;

/// How many next tokens an explanation has with their scores.
const TOP: usize = 5;

/// An explainer that can go back.
pub(super) struct Explanations<'subject> {
    /// It has read the tokens before the position that was asked for last.
    explainer: Explainer<'subject>,
    checkpoints: Checkpoints<Explainer<'subject>>,
}

impl<'subject> Explanations<'subject> {
    /// Nothing was read yet.
    pub(super) fn new(model: &'subject Model<'static>) -> Self {
        let explainer = Explainer::new(&model.weights);
        let mut checkpoints = Checkpoints::new(DISTANCE, BUDGET);
        checkpoints.offer(0, &explainer, size);
        Explanations { explainer, checkpoints }
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
        let (kept_at, kept) = self.checkpoints.before(position).expect("one is at the beginning");
        let read = self.explainer.position() as u64;
        if read > position || read < kept_at {
            self.explainer = kept.clone();
        }
        let read = self.explainer.position() as u64;
        for token in sequence.from(read).take((position - read).min(at_most) as usize) {
            self.explainer.feed(token);
            self.checkpoints.offer(self.explainer.position() as u64, &self.explainer, size);
        }
        Ok(position - self.explainer.position() as u64)
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
        subject: &Subject,
        (question, pass): (Question, u64),
    ) -> Result<Why, SessionError> {
        self.prepare(sequence, pass, u64::MAX)?;
        let token = sequence.get(pass).expect("the sequence reaches the position");
        let explanation = self.explainer.clone().explain(token, TOP);
        Ok(why(subject, question, (&mut self.explainer, token), &explanation))
    }

    fn explained(
        &mut self,
        sequence: &Sequence,
        position: u64,
    ) -> Result<(Explainer<'subject>, Explanation), SessionError> {
        self.prepare(sequence, position, u64::MAX)?;
        let token = sequence.get(position).expect("the sequence reaches the position");
        let mut explainer = self.explainer.clone();
        let explanation = explainer.explain(token, TOP);
        Ok((explainer, explanation))
    }
}

fn size(explainers: &mut dyn Iterator<Item = &Explainer<'_>>) -> usize {
    explainers.map(|explainer| explainer.memory()).sum()
}
