//! `tvm verify`: the reference's tokens against those of the evaluator and of every engine, on the
//! universal and on the specialised model. All are given the reference's tokens, and asked for the
//! next one at every position. A prompt that is too long for a slow one is compared in its beginning,
//! with what the plan answers there.

mod candidates;
mod report;

use std::time::Instant;

use tvm_core::pipeline::{listing, specialised};
use tvm_model::{Listing, Model, Role, Token};
use tvm_reference::TraceToken;
use tvm_runtime::driver::{Driver, Limits};

use crate::arguments::VerifyArguments;
use crate::drive::Watch;
use crate::execution::load;
use crate::failure::Failure;
use crate::run::{ModelFile, universal_prompt};
use candidates::{CANDIDATES, Candidate, PLAN, Subject, reference, tokens};
use report::{Difference, Report, Row, Scope};

pub(crate) fn execute(arguments: &VerifyArguments) -> Result<(), Failure> {
    let machine = arguments.isa.machine();
    let set = machine.instruction_set();
    let job = load(&arguments.program, &machine, &arguments.c, Some(&arguments.input))?;
    let (trace, listing) =
        (reference(&job, &set, arguments.max_tokens)?, listing(&job.program, &set));
    let mut report = Report { json: arguments.json, rows: Vec::new(), differs: None };
    let file = ModelFile::choose(None, arguments.isa)?;
    let model = file.read()?;
    let universal = Subject {
        name: "universal",
        model: &model,
        kernel: file.kernel,
        graph: &machine.universal(),
        listing: &listing,
    };
    let begin = universal_prompt(&model.vocabulary, &job, &set)?;
    compare(arguments, &universal, begin, &trace, &mut report)?;
    let made = specialised(&machine, &job.program, "program")?;
    let special = Subject {
        name: "specialised",
        model: &made.model,
        kernel: None,
        graph: &made.definition,
        listing: &listing,
    };
    let begin = made.model.prompt(&job.input)?;
    compare(arguments, &special, begin, &trace, &mut report)?;
    report.conclude()
}

/// How many tokens of a prompt a slow candidate reads for each generated token that it may be asked.
const PROMPT_TOKENS: usize = 10;

fn compare(
    arguments: &VerifyArguments,
    subject: &Subject,
    prompt: Vec<Token>,
    trace: &[TraceToken],
    report: &mut Report,
) -> Result<(), Failure> {
    let generated = tokens(trace, &subject.model.vocabulary)?;
    let roles = subject.model.vocabulary.roles();
    let sequence = Sequence { subject, roles, prompt, generated };
    let slow = usize::try_from(arguments.slow_tokens).unwrap_or(usize::MAX);
    let most_of_prompt = slow.saturating_mul(PROMPT_TOKENS).max(1);
    let answers = match sequence.prompt.get(..most_of_prompt) {
        Some(beginning) if beginning.len() < sequence.prompt.len() => {
            Some(sequence.answers(beginning)?)
        }
        _ => None,
    };
    for candidate in &CANDIDATES {
        let is_missing = candidate.needs_kernel() && subject.kernel.is_none();
        if is_missing {
            continue;
        }
        let expected = match (&answers, candidate.is_slow) {
            (Some(answers), true) => sequence.inside_prompt(answers),
            (None, true) => sequence.after_prompt(slow),
            (_, false) => sequence.after_prompt(usize::MAX),
        };
        report.add(sequence.compare(candidate, &expected)?)?;
    }
    Ok(())
}

/// What every candidate must say.
struct Sequence<'run> {
    subject: &'run Subject<'run>,
    roles: Vec<Role>,
    prompt: Vec<Token>,
    generated: Vec<Token>,
}

/// Tokens that are read, and what is to be answered before each of those that follow.
struct Expected<'run> {
    scope: Scope,
    of: usize,
    read: &'run [Token],
    follow: &'run [Token],
    answers: &'run [Token],
}

impl Sequence<'_> {
    /// The generated tokens, up to a number.
    fn after_prompt(&self, most: usize) -> Expected<'_> {
        let follow = &self.generated[..self.generated.len().min(most)];
        let (scope, of) = (Scope::Generated, self.generated.len());
        Expected { scope, of, read: &self.prompt, follow, answers: follow }
    }

    /// What the plan answers after each of the first tokens of the prompt.
    fn inside_prompt<'run>(&'run self, answers: &'run [Token]) -> Expected<'run> {
        let (read, follow) = self.prompt[..=answers.len()].split_at(1);
        Expected { scope: Scope::Prompt, of: self.prompt.len(), read, follow, answers }
    }

    /// What the plan answers inside these tokens, beginning after the first.
    fn answers(&self, tokens: &[Token]) -> Result<Vec<Token>, Failure> {
        PLAN.with(self.subject, |engine| {
            let mut watch = Watch::new(false);
            let mut driver = Driver::new(engine, &self.roles, Limits::default());
            let mut answers = Vec::new();
            for &token in &tokens[..tokens.len() - 1] {
                driver.append(&[token], &mut watch)?;
                answers.push(driver.predict());
            }
            watch.clear();
            Ok(answers)
        })
    }

    fn compare(&self, candidate: &Candidate, expected: &Expected) -> Result<Row, Failure> {
        let Expected { scope, of, read, follow, answers } = *expected;
        let begun = Instant::now();
        let (tokens, difference) = candidate.with(self.subject, |engine| {
            let mut watch = Watch::new(false);
            let mut driver = Driver::new(engine, &self.roles, Limits::default());
            driver.append(read, &mut watch)?;
            for (at, (&token, &answer)) in follow.iter().zip(answers).enumerate() {
                let found = driver.predict();
                if found != answer {
                    watch.clear();
                    let before = read.iter().chain(&follow[..at]).copied().collect::<Vec<_>>();
                    let place = driver.place().instruction;
                    return Ok((at, Some(self.difference(&before, place, answer, found))));
                }
                driver.append(&[token], &mut watch)?;
            }
            watch.clear();
            Ok((follow.len(), None))
        })?;
        let seconds = begun.elapsed().as_secs_f64();
        let (model, candidate) = (self.subject.name, candidate.name);
        Ok(Row { model, candidate, scope, tokens, of, seconds, difference })
    }

    fn difference(
        &self,
        before: &[Token],
        instruction: u32,
        expected: Token,
        found: Token,
    ) -> Difference {
        const CONTEXT: usize = 12;
        let Subject { model: Model { vocabulary, .. }, listing, .. } = self.subject;
        let name = |token: Token| match token {
            Token::NONE => "(no token)".to_string(),
            token => vocabulary.name(token).to_string(),
        };
        let shown = &before[before.len().saturating_sub(CONTEXT)..];
        Difference {
            position: before.len(),
            expected: name(expected),
            found: name(found),
            before: shown.iter().map(|&token| name(token)).collect::<Vec<_>>().join(" "),
            place: place(listing, instruction),
        }
    }
}

fn place(listing: &Listing, instruction: u32) -> String {
    let function = listing.function(instruction).unwrap_or("?").escape_debug();
    let mnemonic = listing.mnemonic(instruction).unwrap_or("?");
    format!("instruction {instruction}: {mnemonic}, in {function}")
}
