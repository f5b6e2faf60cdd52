//! A session: a run that goes on in pieces, of which everything can be asked.

use super::about::Progress;
use super::error::SessionError;
use super::explanations::Explanations;
use super::history::History;
use super::json::to_json;
use super::keys::HeadKeys;
use super::machine::MachineState;
use super::parts::check;
use super::run::Run;
use super::scores::ByteScores;
use super::seek::{Found, Seek, seek};
use super::sequence::Sequence;
use super::subject::Subject;
use super::why::{self, Question, Why};
use crate::execution::Step;
use crate::explain::Report;
use tvm_runtime::driver::Limits;

/// A run of a subject.
pub struct Session<'subject> {
    pub(super) subject: &'subject Subject,
    run: Run<'subject>,
    /// None if only the weights of the program are known.
    history: Option<History<'subject>>,
    /// Most runs are not explained; what is needed for it is made when it is first asked for.
    explanations: Option<Explanations<'subject>>,
}

impl<'subject> Session<'subject> {
    /// A run that has read nothing, within limits.
    pub fn new(subject: &'subject Subject, limits: Limits) -> Self {
        Session {
            subject,
            run: Run::new(subject, limits),
            history: subject.program.as_ref().map(|program| History::new(subject, program)),
            explanations: None,
        }
    }

    /// Goes on by at most so many tokens: those of the prompt, then generated ones until the program ends.
    pub fn advance(&mut self, tokens: u64) -> Progress {
        self.run.advance(tokens);
        if let Some(history) = &mut self.history {
            history.advance(&self.run.sequence);
        }
        self.progress()
    }

    /// How far the run is.
    pub fn progress(&self) -> Progress {
        let sequence = &self.run.sequence;
        let done = sequence.done(sequence.len());
        Progress {
            tokens: sequence.len(),
            instructions: done.instructions,
            output_length: done.output,
            memory: self.run.memory(),
            ended: self.run.ended.clone(),
        }
    }

    /// All tokens until now, of the prompt too.
    pub fn sequence(&self) -> &Sequence {
        &self.run.sequence
    }

    /// The bytes that were written before a position.
    pub fn output(&self, position: u64) -> Vec<u8> {
        self.run.sequence.output(position)
    }

    /// The machine before the token at a position.
    ///
    /// # Errors
    /// When the run has not reached the position, or only the weights of the program are known.
    pub fn state(&mut self, position: u64) -> Result<MachineState, SessionError> {
        let sequence = &self.run.sequence;
        let history = self.history.as_mut().ok_or(SessionError::ProgramUnknown)?;
        let before = position.checked_sub(1).filter(|at| *at >= history.prompt());
        let step = before.map(|at| history.steps(sequence, at, (0, 0))).transpose()?;
        let step = step.and_then(|steps| steps.into_iter().next());
        let disassembly = history.disassembly.clone();
        let moment = history.at(sequence, position)?;
        let at = (position, moment.begun);
        let state = MachineState::of(&moment.state, &disassembly, at, step);
        let done = sequence.done(position);
        let (instructions, output_length) = (done.instructions, done.output);
        Ok(MachineState { instructions, output_length, ..state })
    }

    /// Bytes of memory, before the token at a position.
    ///
    /// # Errors
    /// As [`Session::state`].
    pub fn memory(
        &mut self,
        position: u64,
        address: u64,
        count: usize,
    ) -> Result<Vec<u8>, SessionError> {
        let history = self.history.as_mut().ok_or(SessionError::ProgramUnknown)?;
        Ok(history.at(&self.run.sequence, position)?.state.memory(address, count))
    }

    /// The instruction that the token at a position is of, up to `before` instructions before it and `after` after it.
    ///
    /// # Errors
    /// When only the weights of the program are known.
    pub fn steps(
        &self,
        position: u64,
        before: usize,
        after: usize,
    ) -> Result<Vec<Step>, SessionError> {
        self.history()?.steps(&self.run.sequence, position, (before, after))
    }

    /// Up to `count` executed instructions, from the one with this number on. They are counted from 0.
    ///
    /// # Errors
    /// When only the weights of the program are known.
    pub fn steps_by_number(&self, first: u64, count: usize) -> Result<Vec<Step>, SessionError> {
        let sequence = &self.run.sequence;
        let history = self.history()?;
        match (sequence.position_of_instruction(first), count.checked_sub(1)) {
            (Some(position), Some(after)) => history.steps(sequence, position, (0, after)),
            _ => Ok(Vec::new()),
        }
    }

    /// The number of the executed instruction that the token at a position is of; none within the prompt and beyond the
    /// end.
    pub fn number_of(&self, position: u64) -> Option<u64> {
        let (sequence, prompt) = (&self.run.sequence, self.subject.prompt.len() as u64);
        (prompt..sequence.len()).contains(&position).then(|| sequence.done(position).instructions)
    }

    /// Looks for something from a position on, and reads about `most` tokens.
    ///
    /// # Errors
    /// When only the weights of the program are known and more than tokens is looked for.
    pub fn seek(&mut self, from: u64, what: &Seek, most: u64) -> Result<Found, SessionError> {
        let Subject { model, lines, .. } = self.subject;
        let known = (&model.vocabulary, lines.as_slice());
        seek(self.history.as_mut(), &self.run.sequence, known, (from, what, most))
    }

    /// Reads the model once more, at most so many of the tokens before a position, so that it can be explained. Says how
    /// many are left.
    ///
    /// # Errors
    /// When the run has not reached the position.
    pub fn prepare(&mut self, position: u64, at_most: u64) -> Result<u64, SessionError> {
        let (sequence, explanations) = self.explanations();
        explanations.prepare(sequence, position, at_most)
    }

    /// Reads at most so many tokens ahead, so that positions far into the run are soon prepared. Says how many are left;
    /// none of a run that is short.
    pub fn read_ahead(&mut self, at_most: u64) -> u64 {
        let (sequence, explanations) = self.explanations();
        explanations.read_ahead(sequence, at_most)
    }

    /// What the model did at a position, as `tvm explain --json` prints it. It takes long if it was not
    /// [prepared](Session::prepare).
    ///
    /// # Errors
    /// When the run has not reached the position.
    pub fn explain(&mut self, position: u64) -> Result<String, SessionError> {
        let (sequence, explanations) = self.explanations();
        let explanation = explanations.explain(sequence, position)?;
        let model = &self.subject.model;
        let names = model.description.names.as_ref();
        Ok(to_json(&Report { explanation: &explanation, names, vocabulary: &model.vocabulary }))
    }

    /// The keys of a head at a position, as it saw them there. It takes long if it was not [prepared](Session::prepare).
    ///
    /// # Errors
    /// When the run has not reached the position, or there is no such head.
    pub fn head_keys(
        &mut self,
        position: u64,
        layer: usize,
        head: usize,
    ) -> Result<HeadKeys, SessionError> {
        check("head", head, self.subject.layer(layer)?.attention.selection.len())?;
        let (sequence, explanations) = self.explanations();
        let (explanation, keys) = explanations.keys(sequence, position, (layer, head))?;
        let name = self.subject.head_name(layer, head);
        let explained = &explanation.layers[layer].attention.heads[head];
        let total = if explained.has_key { position as usize + 1 } else { 0 };
        Ok(HeadKeys::of(name, explained, keys, total, &self.subject.model.vocabulary))
    }

    /// The scores of the tokens that stand for bytes, at the end of the forward pass of a position. It takes long if it was
    /// not [prepared](Session::prepare).
    ///
    /// # Errors
    /// When the run has not reached the position.
    pub fn scores(&mut self, position: u64) -> Result<ByteScores, SessionError> {
        let (sequence, explanations) = self.explanations();
        let explanation = explanations.explain(sequence, position)?;
        Ok(ByteScores::of(self.subject, &explanation))
    }

    /// Why there is a token, or why a head stores its values. It takes long if the position before the token, or that of the
    /// head, was not [prepared](Session::prepare).
    ///
    /// # Errors
    /// When the run has not reached the position, or there is no such head.
    pub fn why(&mut self, question: Question) -> Result<Why, SessionError> {
        let subject = self.subject;
        question.check(subject)?;
        if let Some(given) = why::given(subject, &self.run.sequence, question) {
            return Ok(given);
        }
        let pass = question.pass().expect("a token that was generated is not the first");
        let (sequence, explanations) = self.explanations();
        explanations.why(sequence, (question, pass))
    }

    /// All tokens until now, and what explains them.
    fn explanations(&mut self) -> (&Sequence, &mut Explanations<'subject>) {
        let new = || Explanations::new(self.subject);
        (&self.run.sequence, self.explanations.get_or_insert_with(new))
    }

    fn history(&self) -> Result<&History<'subject>, SessionError> {
        self.history.as_ref().ok_or(SessionError::ProgramUnknown)
    }
}
