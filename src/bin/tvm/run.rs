//! `tvm run`: a program through a transformer, universal or specialised.

use std::borrow::Cow;
use std::path::Path;
use std::time::Instant;

use transformer_vm::embedded;
use tvm_core::program::text;
use tvm_runtime::engine::{GeneratedKernel, Prepared};
use tvm_runtime::executable::prompt;
use tvm_runtime::model::Listing;
use tvm_runtime::run::{Observer, RunError, run};
use tvm_runtime::{Model, Token, Vocabulary};

use crate::arguments::{Isa, RunArguments};
use crate::execution::{Sink, dimensions, input, load, print_figures};
use crate::failure::Failure;

pub(crate) fn execute(arguments: &RunArguments) -> Result<(), Failure> {
    let (bytes, kernel) = model_bytes(arguments.model.as_deref(), arguments.isa)?;
    let path = arguments.model.clone().unwrap_or_default();
    let model = Model::from_bytes(&bytes).map_err(|error| Failure::Model { path, error })?;
    let Sequence { prompt, listing } = sequence(&model, arguments)?;
    let prepared = Prepared::new(&model, arguments.engine, arguments.attention.into(), kernel)?;
    let mut engine = prepared.engine();
    let execution = &arguments.execution;
    let mut watcher = Watcher { vocabulary: &model.vocabulary, sink: Sink::new(execution)? };
    let begun = Instant::now();
    let result =
        run(engine.as_mut(), &model.vocabulary, &prompt, execution.max_tokens, &mut watcher);
    let elapsed = begun.elapsed();
    let output = watcher.sink.finish()?;
    let summary = match &result {
        Ok(summary) => Some(*summary),
        Err(error) => error.summary(),
    };
    if let Some(summary) = summary {
        let mut dimensions = dimensions(&model);
        dimensions["engine"] = prepared.kind().name().into();
        print_figures(execution.json, &summary, elapsed, &output, dimensions)?;
    }
    match result {
        Err(error @ RunError::Trap { .. }) => Err(Failure::Trap(error.explained(listing.as_ref()))),
        other => other.map(|_| ()).map_err(Failure::from),
    }
}

/// A model as a file: one that is read, or one that build.rs made, with its kernel.
pub(crate) fn model_bytes(
    path: Option<&Path>,
    isa: Isa,
) -> Result<(Cow<'static, [u8]>, Option<GeneratedKernel>), Failure> {
    let Some(path) = path else {
        let (bytes, kernel) = match isa {
            Isa::Classic => (embedded::CLASSIC, embedded::kernels::classic::KERNEL),
            Isa::Full => (embedded::FULL, embedded::kernels::full::KERNEL),
        };
        return Ok((bytes.into(), Some(kernel)));
    };
    let read = std::fs::read(path);
    let bytes = read.map_err(|error| Failure::File { path: path.to_path_buf(), error })?;
    Ok((bytes.into(), None))
}

/// What is run.
struct Sequence {
    /// The tokens that the run begins with.
    prompt: Vec<Token>,
    /// The names of the program's functions and instructions.
    listing: Option<Listing>,
}

fn sequence(model: &Model, arguments: &RunArguments) -> Result<Sequence, Failure> {
    if let Some(name) = &model.description.program {
        if arguments.program.is_some() {
            let text = format!("the model already holds the program {name}: leave PROGRAM out");
            return Err(Failure::Usage(text));
        }
        let input = input(&arguments.execution)?.unwrap_or_default();
        let listing = model.description.listing.clone();
        return Ok(Sequence { prompt: prompt(model, &input)?, listing });
    }
    let Some(path) = &arguments.program else {
        return Err(Failure::Usage(
            "this model is universal: say which PROGRAM to run".to_string(),
        ));
    };
    let machine = match model.description.instruction_set.as_str() {
        "classic" => Isa::Classic.machine(),
        _ => Isa::Full.machine(),
    };
    let job = load(path, &machine, Some(&arguments.execution))?;
    let given = job.program.reads_input().then_some(job.input.as_slice());
    let set = machine.instruction_set();
    let names = text::prompt(&job.program, &set, given);
    let prompt = model.vocabulary.tokens(names.iter().map(String::as_str))?;
    Ok(Sequence { prompt, listing: Some(job.program.listing(&set)) })
}

struct Watcher<'model> {
    vocabulary: &'model Vocabulary,
    sink: Sink,
}

impl Observer for Watcher<'_> {
    fn token(&mut self, token: Token) {
        self.sink.token(self.vocabulary.name(token));
    }

    fn output(&mut self, byte: u8) {
        self.sink.byte(byte);
    }
}
