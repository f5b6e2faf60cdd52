//! `tvm verify`: the reference's tokens against those of the evaluator and of every engine, on the
//! universal and on the specialised model. All are given the reference's tokens, and asked for the
//! next one at every position but those of the host. A prompt that is too long for a slow one is compared in its
//! beginning, with what the plan answers there.

mod candidates;
mod earlier;
mod report;

use std::time::Instant;

use tvm_core::pipeline::{listing, specialised};
use tvm_model::{Listing, Model, Role, Token};
use tvm_reference::TraceToken;
use tvm_runtime::driver::{Driver, Limits};

use crate::arguments::VerifyArguments;
use crate::drive::Watch;
use crate::failure::Failure;
use crate::recorded::of_host;
use crate::run::{ModelFile, universal_prompt};
use candidates::{CANDIDATES, Candidate, PLAN, Subject, reference, tokens};
use earlier::prepare;
use report::{Difference, Report, Row, Scope};

pub(crate) fn execute(arguments: &VerifyArguments) -> Result<(), Failure> {
    let machine = arguments.isa.machine();
    let set = machine.instruction_set();
    let file = ModelFile::choose(None, arguments.isa)?;
    let model = file.read()?;
    let (job, mut earlier) = prepare(arguments, &machine, &file, &model)?;
    let answers = earlier.as_mut().map(|earlier| std::mem::take(&mut earlier.answers));
    let mut trace = reference(&job, &set, answers.unwrap_or_default(), arguments.max_tokens)?;
    if let Some(earlier) = earlier {
        earlier.check(&model, &tokens(&trace, &model.vocabulary)?)?;
        trace.truncate(earlier.tokens.len());
    }
    let listing = listing(&job.program, &set);
    let mut report = Report { json: arguments.json, rows: Vec::new(), differs: None };
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

/// How many tokens of a prompt and of a host a slow candidate reads for each generated token that it may be asked.
const PROMPT_TOKENS: usize = 10;

fn compare(
    arguments: &VerifyArguments,
    subject: &Subject,
    prompt: Vec<Token>,
    trace: &[TraceToken],
    report: &mut Report,
) -> Result<(), Failure> {
    let follow = tokens(trace, &subject.model.vocabulary)?;
    let roles = subject.model.vocabulary.roles();
    let of_host = of_host(&follow, &roles);
    let sequence = Sequence { subject, roles, prompt, follow, of_host };
    let slow = usize::try_from(arguments.slow_tokens).unwrap_or(usize::MAX);
    let most_of_prompt = slow.saturating_mul(PROMPT_TOKENS).max(1);
    let answers = match sequence.prompt.get(..most_of_prompt) {
        Some(beginning) if beginning.len() < sequence.prompt.len() => {
            Some(sequence.answers(beginning)?)
        }
        _ => None,
    };
    for candidate in &CANDIDATES {
        if !candidate.is_there(subject) {
            continue;
        }
        let expected = match (&answers, candidate.is_slow) {
            (Some(answers), true) => sequence.inside_prompt(answers),
            (None, true) => sequence.after_prompt(slow, most_of_prompt),
            (_, false) => sequence.after_prompt(usize::MAX, usize::MAX),
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
    /// What follows the prompt.
    follow: Vec<Token>,
    /// Which of these tokens the host appended.
    of_host: Vec<bool>,
}

/// Tokens that are read, and what is to be answered before each of those that follow and are not of the host.
struct Expected<'run> {
    scope: Scope,
    of: usize,
    read: &'run [Token],
    follow: &'run [Token],
    of_host: &'run [bool],
    answers: &'run [Token],
}

impl Sequence<'_> {
    /// The tokens after the prompt, up to a number of generated ones, and of others with the prompt.
    fn after_prompt(&self, most: usize, most_others: usize) -> Expected<'_> {
        let left = most_others.saturating_sub(self.prompt.len());
        let length = length_within(&self.of_host, most, left);
        let of = self.of_host.iter().filter(|&&of_host| !of_host).count();
        let (follow, of_host) = (&self.follow[..length], &self.of_host[..length]);
        let scope = Scope::Generated;
        Expected { scope, of, read: &self.prompt, follow, of_host, answers: follow }
    }

    /// What the plan answers after each of the first tokens of the prompt.
    fn inside_prompt<'run>(&'run self, answers: &'run [Token]) -> Expected<'run> {
        let (read, follow) = self.prompt[..=answers.len()].split_at(1);
        let (scope, of) = (Scope::Prompt, self.prompt.len());
        Expected { scope, of, read, follow, of_host: &[], answers }
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
        let Expected { scope, of, read, follow, of_host, answers } = *expected;
        let begun = Instant::now();
        let (tokens, difference) = candidate.with(self.subject, |engine| {
            let mut watch = Watch::new(false);
            let mut driver = Driver::new(engine, &self.roles, Limits::default());
            driver.append(read, &mut watch)?;
            let mut compared = 0;
            for (at, (&token, &answer)) in follow.iter().zip(answers).enumerate() {
                if !of_host.get(at).is_some_and(|&of_host| of_host) {
                    let found = driver.predict();
                    if found != answer {
                        watch.clear();
                        let before = read.iter().chain(&follow[..at]).copied().collect::<Vec<_>>();
                        let place = driver.place().instruction;
                        let difference = self.difference(&before, place, answer, found);
                        return Ok((compared, Some(difference)));
                    }
                    compared += 1;
                }
                driver.append(&[token], &mut watch)?;
            }
            watch.clear();
            Ok((compared, None))
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

/// How many tokens there are up to a number of generated ones, and of others.
fn length_within(of_host: &[bool], most: usize, most_others: usize) -> usize {
    let (mut generated, mut others) = (0, 0);
    let fits = |&&of_host: &&bool| {
        *(if of_host { &mut others } else { &mut generated }) += 1;
        generated <= most && others <= most_others
    };
    of_host.iter().take_while(fits).count()
}

fn place(listing: &Listing, instruction: u32) -> String {
    let function = listing.function(instruction).unwrap_or("?").escape_debug();
    let mnemonic = listing.mnemonic(instruction).unwrap_or("?");
    format!("instruction {instruction}: {mnemonic}, in {function}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slow_ones_read_so_many_tokens_of_either_kind() {
        let of_host = [false, false, true, true, true, false, false, true, false];
        for (most, most_others, length) in
            [(0, 0, 0), (1, 9, 1), (2, 0, 2), (2, 2, 4), (2, 9, 5), (3, 3, 6), (9, 3, 7), (9, 9, 9)]
        {
            assert_eq!(length_within(&of_host, most, most_others), length, "{most} {most_others}");
        }
    }
}
