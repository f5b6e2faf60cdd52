//! `tvm run`: a program through a transformer, universal or specialised.

use std::borrow::Cow;
use std::time::Instant;

use tvm_core::program::text;
use tvm_runtime::engine::{Dense, Engine, Sparse};
use tvm_runtime::executable::prompt;
use tvm_runtime::run::{Observer, RunError, run};
use tvm_runtime::{Model, Token, Vocabulary};

use crate::arguments::{EngineKind, Isa, RunArguments};
use crate::execution::{Sink, dimensions, input, load, print_figures};
use crate::failure::Failure;

pub(crate) fn execute(arguments: &RunArguments) -> Result<(), Failure> {
    let bytes: Cow<'static, [u8]> = match &arguments.model {
        Some(path) => {
            let read = std::fs::read(path);
            read.map_err(|error| Failure::File { path: path.clone(), error })?.into()
        }
        None => universal_model(arguments.isa).into(),
    };
    let path = arguments.model.clone().unwrap_or_default();
    let model = Model::from_bytes(&bytes).map_err(|error| Failure::Model { path, error })?;
    let prompt = sequence(&model, arguments)?;
    let kind = arguments.attention.into();
    let mut engine: Box<dyn Engine> = match arguments.engine {
        EngineKind::Dense => Box::new(Dense::new(&model, kind)),
        EngineKind::Sparse => Box::new(Sparse::new(&model, kind)),
    };
    let execution = &arguments.execution;
    let mut watcher = Watcher { vocabulary: &model.vocabulary, sink: Sink::new(execution)? };
    let begun = Instant::now();
    let result =
        run(engine.as_mut(), &model.vocabulary, &prompt, execution.max_tokens, &mut watcher);
    let elapsed = begun.elapsed();
    let output = watcher.sink.finish()?;
    let summary = match &result {
        Ok(summary)
        | Err(RunError::Trap { summary, .. } | RunError::TokenLimit { summary, .. }) => *summary,
        Err(RunError::EmptyPrompt) => return Err(RunError::EmptyPrompt.into()),
    };
    print_figures(execution.json, &summary, elapsed, &output, dimensions(&model));
    result.map(|_| ()).map_err(Failure::from)
}

/// The models that build.rs made.
fn universal_model(isa: Isa) -> &'static [u8] {
    match isa {
        Isa::Classic => transformer_vm::embedded::CLASSIC,
        Isa::Full => transformer_vm::embedded::FULL,
    }
}

/// The tokens that the run begins with.
fn sequence(model: &Model, arguments: &RunArguments) -> Result<Vec<Token>, Failure> {
    if let Some(name) = &model.description.program {
        if arguments.program.is_some() {
            let text = format!("the model already holds the program {name}: leave PROGRAM out");
            return Err(Failure::Usage(text));
        }
        let input = input(&arguments.execution)?.unwrap_or_default();
        return Ok(prompt(model, &input)?);
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
    let names = text::prompt(&job.program, &machine.instruction_set(), given);
    Ok(model.vocabulary.tokens(names.iter().map(String::as_str))?)
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
