//! Why a token follows, or why a head stores a value that another position fetches: the forward pass is done again with one
//! change at a time. A head fetches other values, the neurons of an operation are inactive, or another token is read. What
//! changes the answer is a cause. Nothing else is known or assumed: causes come from the weights and the keys alone.
//!
//! A cause in a head leads on to the position that it attended to, and so a path leads from a byte of output back to the
//! input, or to an instruction.

use serde::{Deserialize, Serialize};

use super::about::TokenKind;
use super::error::SessionError;
use super::sequence::Sequence;
use super::subject::Subject;
use crate::explain::{
    Explainer, Explanation, HeadExplanation, Intervention, Observation, Observed,
};
use tvm_model::{Role, Selection, Token};

/// What is to be told the reason of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Question {
    /// The token at a position.
    Token {
        /// The position.
        position: u64,
    },
    /// One of the two values that a head stores for a position.
    Value {
        /// The position.
        position: u64,
        /// The layer.
        layer: usize,
        /// The head.
        head: usize,
        /// Which of the two: 0 or 1.
        value: usize,
    },
}

/// Why something is as it is.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Why {
    /// What was asked.
    pub question: Question,
    /// The token, or the value.
    pub answer: Answer,
    /// The position of the forward pass in which it came about; none if the token was given.
    pub pass: Option<u64>,
    /// Where a token is from that was given.
    pub given: Option<Given>,
    /// What changes the answer, from the first layer to the last.
    pub causes: Vec<Cause>,
    /// The cause, by its index, that leads on to where the token or the value is from.
    pub main: Option<usize>,
}

/// A token, or a value of a head.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Answer {
    /// A token.
    Token {
        /// Its name.
        name: String,
    },
    /// A value.
    Value {
        /// The number.
        #[serde(serialize_with = "crate::number::serialize")]
        number: f64,
    },
}

/// Where a token of the prompt is from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Given {
    /// A byte of the input.
    Input {
        /// Which, from 0.
        byte: u64,
    },
    /// What else the prompt has: the program of a universal model, its data, and what is around the input.
    Program,
    /// An answer of the host.
    Host,
}

/// A part of a forward pass that changes the answer.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Cause {
    /// Which part.
    pub part: CausePart,
    /// The name of the head or the operation, or of the token that is read.
    pub name: String,
    /// How the part was changed, in words.
    pub change: String,
    /// What the answer is with the change.
    pub otherwise: Answer,
    /// What the part has to do with the answer.
    pub effect: CauseEffect,
    /// Where to go on.
    pub next: Option<Question>,
}

/// What a part has to do with the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum CauseEffect {
    /// With some change the answer is a token of another kind: the part decides what kind of token follows.
    Decides,
    /// With every change the answer is of the same kind: the part has to do with its number.
    Shapes,
    /// A number that is greater or less by one here makes the answer greater or less by one.
    Carries,
}

/// A part of a forward pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum CausePart {
    /// The token that is read.
    Read,
    /// A head.
    Head {
        /// The layer.
        layer: usize,
        /// The head.
        index: usize,
        /// The position that it attended to; none for a mean.
        attended: Option<u64>,
    },
    /// Neighbouring neurons that serve one operation.
    Neurons {
        /// The layer.
        layer: usize,
        /// The first of them.
        first: usize,
        /// How many there are.
        number: usize,
    },
}

impl Question {
    /// The position of the forward pass that decides the answer; none for the first token.
    pub(super) fn pass(self) -> Option<u64> {
        match self {
            Question::Token { position } => position.checked_sub(1),
            Question::Value { position, .. } => Some(position),
        }
    }

    /// Is there what is asked about?
    pub(super) fn check(self, subject: &Subject) -> Result<(), SessionError> {
        let Question::Value { layer, head, value, .. } = self else { return Ok(()) };
        let heads = subject.layer(layer)?.attention.selection.len();
        super::parts::check("head", head, heads)?;
        super::parts::check("value", value, 2)
    }
}

/// The answer to a question about a token that is part of the prompt.
pub(super) fn given(subject: &Subject, sequence: &Sequence, question: Question) -> Option<Why> {
    let Question::Token { position } = question else { return None };
    let (token, given) = match subject.prompt.get(position as usize) {
        Some(&token) => (token, subject.given(position)),
        None if sequence.is_of_host(position) => (sequence.get(position)?, Given::Host),
        None => return None,
    };
    Some(Why {
        question,
        answer: subject.answer(Observation::NextToken(token)),
        pass: None,
        given: Some(given),
        causes: Vec::new(),
        main: None,
    })
}

/// The answer to a question. The explainer has read all tokens before that of the forward pass, which is `token`; the
/// explanation is of this pass.
pub(super) fn why(
    subject: &Subject,
    question: Question,
    (explainer, token): (&mut Explainer<'_>, Token),
    explanation: &Explanation,
) -> Why {
    let (observed, layers) = match question {
        Question::Token { .. } => (Observed::NextToken, explanation.layers.len()),
        Question::Value { layer, head, value, .. } => {
            (Observed::Value { layer, head, value }, layer)
        }
    };
    let truth = explainer.attempt(token, None, observed);
    let roles = subject.model.vocabulary.roles();
    let mut attempts = Attempts { subject, explainer, token, observed, truth, roles };
    let reads_byte = attempts.number(token).is_some();
    let mut causes: Vec<Cause> = attempts.read().into_iter().collect();
    for layer in 0..layers {
        let heads = explanation.layers[layer].attention.heads.iter().enumerate();
        causes.extend(heads.filter_map(|(index, head)| attempts.head(layer, index, head)));
        causes.extend(attempts.operations(layer, explanation));
    }
    Why {
        question,
        answer: subject.answer(truth),
        pass: Some(explanation.position as u64),
        given: None,
        main: main(&causes, question, reads_byte),
        causes,
    }
}

/// Of the causes that lead on to where a number is from, the one with the greatest effect; of equals a head, and of heads that
/// which attended to the latest position: constants were made long before what is computed with them. A token that is read
/// leads on to a value that is stored for it, and to another token if it stands for a byte.
fn main(causes: &[Cause], question: Question, reads_byte: bool) -> Option<usize> {
    let leads = causes.iter().enumerate().filter_map(|(index, cause)| {
        let attended = match cause.part {
            CausePart::Head { attended, .. } => attended,
            CausePart::Neurons { .. } => None,
            CausePart::Read if reads_byte || matches!(question, Question::Value { .. }) => None,
            CausePart::Read => return None,
        };
        let leads = cause.next.is_some() && cause.effect > CauseEffect::Decides;
        leads.then_some((cause.effect, attended, index))
    });
    leads.max().map(|(.., index)| index)
}

/// Forward passes with one change each.
struct Attempts<'a, 'weights> {
    subject: &'a Subject,
    explainer: &'a mut Explainer<'weights>,
    /// The token that is read.
    token: Token,
    observed: Observed,
    /// What is observed without a change.
    truth: Observation,
    /// What each token of the vocabulary means.
    roles: Vec<Role>,
}

/// A change that is tried.
struct Attempt {
    intervention: Intervention,
    words: String,
    /// By how much a number is changed, if it is one number.
    by: Option<f64>,
    /// Which of the two values of a head.
    value: usize,
}

/// What came of changes of one part.
struct Tried {
    words: String,
    otherwise: Answer,
    effect: CauseEffect,
    /// Which of the two values of a head has the greatest effect.
    value: usize,
}

impl Attempts<'_, '_> {
    /// What changes of the answer if another token is read.
    fn read(&mut self) -> Option<Cause> {
        let name = |subject: &Subject, token| subject.model.vocabulary.name(token).to_owned();
        let attempts = self.others().into_iter().map(|other| Attempt {
            intervention: Intervention::Token(other),
            words: format!("reads {}", name(self.subject, other)),
            by: self.number(other).zip(self.number(self.token)).map(|(other, read)| other - read),
            value: 0,
        });
        let tried = self.tried(attempts.collect())?;
        let next = Question::Token { position: self.explainer.position() as u64 };
        Some(tried.cause(CausePart::Read, name(self.subject, self.token), Some(next)))
    }

    /// Tokens that are read instead: the nearest and the last of the same kind; where there are none, a byte.
    fn others(&self) -> Vec<Token> {
        let kind = |token: &Token| self.kind(*token);
        let all = || (0..self.roles.len() as u32).map(Token);
        let same =
            || all().filter(|other| *other != self.token && kind(other) == kind(&self.token));
        let distance = |other: &Token| other.0.abs_diff(self.token.0);
        match (same().min_by_key(distance), same().next_back()) {
            (Some(nearest), Some(last)) => vec![nearest, last],
            _ => all().find(|other| kind(other) == TokenKind::Byte).into_iter().collect(),
        }
    }

    /// What changes if a head fetches other values: one of them greater by one, or none.
    fn head(&mut self, layer: usize, index: usize, head: &HeadExplanation) -> Option<Cause> {
        let [first, second] = head.fetched;
        let writes = self.explainer.writes(layer, index);
        let changes = [
            (writes[0], [first + 1.0, second], "fetches 1 more", Some(1.0), 0),
            (writes[1], [first, second + 1.0], "fetches 1 more as its second value", Some(1.0), 1),
            (true, [0.0, 0.0], "fetches 0", None, usize::from(!writes[0])),
        ];
        let changes =
            changes.into_iter().filter(|(wanted, values, ..)| *wanted && *values != head.fetched);
        let attempts = changes.map(|(_, values, words, by, value)| Attempt {
            intervention: Intervention::Fetched { layer, head: index, values },
            words: words.to_owned(),
            by,
            value,
        });
        let tried = self.tried(attempts.collect())?;
        let attended = head.attended.map(|attended| attended.position as u64);
        let attended = attended.filter(|_| head.kind == Selection::Latest);
        let here = self.explainer.position() as u64;
        let next = attended.filter(|position| head.has_key && *position != here);
        let next = next.map(|position| Question::Value {
            position,
            layer,
            head: index,
            value: tried.value,
        });
        let part = CausePart::Head { layer, index, attended };
        Some(tried.cause(part, self.subject.head_name(layer, index), next))
    }

    /// What changes if the neurons of an operation are inactive.
    fn operations(&mut self, layer: usize, explanation: &Explanation) -> Vec<Cause> {
        let active = &explanation.layers[layer].feed_forward.active;
        let mut operations = self.subject.operations(layer);
        operations
            .retain(|(_, neurons)| active.iter().any(|active| neurons.contains(&active.neuron)));
        let cause = |(name, neurons): (String, std::ops::Range<usize>)| {
            let part = CausePart::Neurons { layer, first: neurons.start, number: neurons.len() };
            let intervention = Intervention::Inactive { layer, neurons };
            let words = "is inactive".to_owned();
            let tried = self.tried(vec![Attempt { intervention, words, by: None, value: 0 }])?;
            Some(tried.cause(part, name, None))
        };
        operations.into_iter().filter_map(cause).collect()
    }

    /// Tries changes of one part; none if no change changes the answer. Of those that do, the one with the greatest effect
    /// is told, the first of equals; but a part that decides with any change does not shape or carry.
    fn tried(&mut self, attempts: Vec<Attempt>) -> Option<Tried> {
        let mut best: Option<Tried> = None;
        let mut decides = false;
        for Attempt { intervention, words, by, value } in attempts {
            let seen = self.explainer.attempt(self.token, Some(&intervention), self.observed);
            if seen == self.truth {
                continue;
            }
            let effect = self.effect(seen, by);
            decides |= effect == CauseEffect::Decides;
            if best.as_ref().is_none_or(|best| best.effect < effect) {
                best = Some(Tried { words, otherwise: self.subject.answer(seen), effect, value });
            }
        }
        let best = best?;
        let carries = best.effect == CauseEffect::Carries;
        let effect = if decides && !carries { CauseEffect::Decides } else { best.effect };
        Some(Tried { effect, ..best })
    }

    /// What a change has done that made a number greater by an amount.
    fn effect(&self, seen: Observation, by: Option<f64>) -> CauseEffect {
        let (before, after) = match (self.truth, seen) {
            (Observation::NextToken(truth), Observation::NextToken(seen)) => {
                if self.kind(truth) != self.kind(seen) {
                    return CauseEffect::Decides;
                }
                (self.number(truth), self.number(seen))
            }
            (Observation::Value(truth), Observation::Value(seen)) => (Some(truth), Some(seen)),
            _ => unreachable!("the same is observed with and without a change"),
        };
        let difference = before.zip(after).map(|(before, after)| (after - before).abs());
        match by.is_some() && difference == by.map(f64::abs) {
            true => CauseEffect::Carries,
            false => CauseEffect::Shapes,
        }
    }

    fn kind(&self, token: Token) -> TokenKind {
        TokenKind::of(&self.roles[token.0 as usize])
    }

    /// The byte that a token stands for.
    fn number(&self, token: Token) -> Option<f64> {
        match self.roles[token.0 as usize] {
            Role::Byte(byte) | Role::Outputs(byte) => Some(byte.into()),
            _ => None,
        }
    }
}

impl Tried {
    fn cause(self, part: CausePart, name: String, next: Option<Question>) -> Cause {
        let Tried { words, otherwise, effect, .. } = self;
        Cause { part, name, change: words, otherwise, effect, next }
    }
}

impl Subject {
    fn answer(&self, observation: Observation) -> Answer {
        match observation {
            Observation::NextToken(token) => {
                Answer::Token { name: self.model.vocabulary.name(token).to_owned() }
            }
            Observation::Value(number) => Answer::Value { number },
        }
    }

    /// Where a token of the prompt is from. If the program reads an input, the prompt ends with the bytes of the input, a
    /// final 0 and a commit.
    fn given(&self, position: u64) -> Given {
        let section = self.model.vocabulary.input_section(&self.input).unwrap_or_default();
        let has_input = !section.is_empty() && self.prompt.ends_with(&section);
        let begun = self.prompt.len().saturating_sub(section.len()) as u64;
        match position.checked_sub(begun) {
            Some(byte) if has_input && byte < self.input.len() as u64 => Given::Input { byte },
            _ => Given::Program,
        }
    }
}
