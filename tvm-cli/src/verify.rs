//! `tvm verify`: the reference's tokens against those of the evaluator and of every engine, on the
//! universal and on the specialised model. All are given the reference's tokens, and asked for the
//! next one at every position.

mod candidates;

use std::time::Instant;

use serde_json::{Value, json};
use tvm_core::pipeline::{listing, specialised};
use tvm_host::executable::prompt;
use tvm_model::Listing;
use tvm_model::token::role;
use tvm_model::{Model, Token};
use tvm_reference::TraceToken;
use tvm_runtime::cursor::{Follower, Step};

use crate::arguments::VerifyArguments;
use crate::execution::load;
use crate::failure::Failure;
use crate::output::print;
use crate::run::{ModelFile, universal_prompt};
use candidates::{CANDIDATES, Candidate, Subject, reference, tokens};

pub(crate) fn execute(arguments: &VerifyArguments) -> Result<(), Failure> {
    let machine = arguments.isa.machine();
    let set = machine.instruction_set();
    let job = load(&arguments.program, &machine, Some(&arguments.input))?;
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
    let begin = universal_prompt(&model, &job, &set)?;
    compare(arguments, &universal, begin, &trace, &mut report)?;
    let made = specialised(&machine, &job.program, "program")?;
    let special = Subject {
        name: "specialised",
        model: &made.model,
        kernel: None,
        graph: &made.definition,
        listing: &listing,
    };
    let begin = prompt(&made.model, &job.input)?;
    compare(arguments, &special, begin, &trace, &mut report)?;
    report.conclude()
}

fn compare(
    arguments: &VerifyArguments,
    subject: &Subject,
    prompt: Vec<Token>,
    trace: &[TraceToken],
    report: &mut Report,
) -> Result<(), Failure> {
    let generated = tokens(trace, &subject.model.vocabulary)?;
    let sequence = Sequence { subject, prompt, generated };
    for candidate in &CANDIDATES {
        let is_missing = candidate.needs_kernel() && subject.kernel.is_none();
        if !is_missing {
            let limit = if candidate.is_slow { arguments.slow_tokens } else { u64::MAX };
            report.add(sequence.compare(candidate, limit)?)?;
        }
    }
    Ok(())
}

/// What every candidate must say.
struct Sequence<'run> {
    subject: &'run Subject<'run>,
    prompt: Vec<Token>,
    generated: Vec<Token>,
}

/// What a candidate said.
struct Row {
    model: &'static str,
    candidate: &'static str,
    /// How many generated tokens were compared.
    tokens: usize,
    /// Of how many.
    of: usize,
    seconds: f64,
    difference: Option<Difference>,
}

/// The first token that is another.
struct Difference {
    position: usize,
    expected: String,
    found: String,
    /// The tokens before it.
    before: String,
    place: String,
}

impl Sequence<'_> {
    fn compare(&self, candidate: &Candidate, limit: u64) -> Result<Row, Failure> {
        let tokens = self.generated.len().min(usize::try_from(limit).unwrap_or(usize::MAX));
        let mut row = Row {
            model: self.subject.name,
            candidate: candidate.name,
            tokens,
            of: self.generated.len(),
            seconds: 0.0,
            difference: None,
        };
        let begun = Instant::now();
        candidate.with(self.subject, |predictor| {
            for &token in &self.prompt {
                predictor.feed(token)?;
            }
            for (at, &expected) in self.generated[..tokens].iter().enumerate() {
                let found = predictor.predict()?;
                if found != expected {
                    row.tokens = at;
                    row.difference = Some(self.difference(at, found));
                    break;
                }
                predictor.feed(expected)?;
            }
            Ok(())
        })?;
        row.seconds = begun.elapsed().as_secs_f64();
        Ok(row)
    }

    fn difference(&self, at: usize, found: Token) -> Difference {
        const CONTEXT: usize = 12;
        let Subject { model: Model { vocabulary, .. }, listing, .. } = self.subject;
        let before: Vec<Token> = self.prompt.iter().chain(&self.generated[..at]).copied().collect();
        let mut follower = Follower::default();
        for &token in &before {
            follower.follow(Step::of(&role(vocabulary.name(token))));
        }
        let names = before.iter().map(|&token| vocabulary.name(token));
        let skipped = before.len().saturating_sub(CONTEXT);
        Difference {
            position: before.len(),
            expected: vocabulary.name(self.generated[at]).to_string(),
            found: vocabulary.name(found).to_string(),
            before: names.skip(skipped).collect::<Vec<_>>().join(" "),
            place: place(listing, follower.place().instruction),
        }
    }
}

fn place(listing: &Listing, instruction: u32) -> String {
    let function = listing.function(instruction).unwrap_or("?").escape_debug();
    let mnemonic = listing.mnemonic(instruction).unwrap_or("?");
    format!("instruction {instruction}: {mnemonic}, in {function}")
}

/// The rows as they come.
struct Report {
    json: bool,
    rows: Vec<Value>,
    /// What the first difference was.
    differs: Option<String>,
}

impl Report {
    fn add(&mut self, row: Row) -> Result<(), Failure> {
        if !self.json {
            if self.rows.is_empty() {
                print("model        by             tokens compared    seconds  verdict\n")?;
            }
            print(&text_of(&row))?;
        }
        if let (None, Some(difference)) = (&self.differs, &row.difference) {
            let Difference { position, expected, found, .. } = difference;
            let by = row.candidate;
            self.differs = Some(format!(
                "token {position} is `{found}` by {by}, and `{expected}` by the reference"
            ));
        }
        self.rows.push(json_of(&row));
        Ok(())
    }

    fn conclude(self) -> Result<(), Failure> {
        if self.json {
            let agree = self.differs.is_none();
            print(&format!("{}\n", json!({ "agree": agree, "results": self.rows })))?;
        }
        self.differs.map_or(Ok(()), |message| Err(Failure::Differs(message)))
    }
}

fn text_of(row: &Row) -> String {
    let Row { model, candidate, tokens, of, seconds, difference } = row;
    let compared = format!("{tokens} of {of}");
    let head = format!("{model:<12} {candidate:<13} {compared:>16} {seconds:>10.3}");
    match difference {
        None => format!("{head}  equal\n"),
        Some(Difference { position, expected, found, before, place }) => format!(
            "{head}  DIFFERS at token {position}\n  before    {before}\n  expected  {expected}\n  \
             found     {found}\n  in        {place}\n"
        ),
    }
}

fn json_of(row: &Row) -> Value {
    let Row { model, candidate, tokens, of, seconds, difference } = row;
    let difference = difference.as_ref().map(|difference| {
        json!({
            "position": difference.position,
            "expected": difference.expected,
            "found": difference.found,
            "before": difference.before,
            "place": difference.place,
        })
    });
    json!({
        "model": model,
        "by": candidate,
        "tokens": tokens,
        "of": of,
        "seconds": seconds,
        "difference": difference,
    })
}
