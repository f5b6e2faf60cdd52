//! `tvm run`: a program through a transformer, universal or specialised.

use std::borrow::Cow;
use std::ops::ControlFlow;
use std::path::Path;
use std::time::Instant;

use tvm_core::pipeline::listing;
use tvm_host::executable::prompt;
use tvm_model::Listing;
use tvm_model::{Model, Token, Vocabulary};
use tvm_program::InstructionSet;
use tvm_runtime::engine::{GeneratedKernel, Prepared};
use tvm_runtime::run::{Limits, Observer, Progress, RunError, run};
use tvm_universal::{classic, full};

use crate::arguments::{InputArguments, Isa, RunArguments};
use crate::execution::{Job, load_within};
use crate::failure::Failure;
use crate::output::{Finished, Sink, dimensions};
use crate::{files, interrupt};

pub(crate) fn execute(arguments: &RunArguments) -> Result<(), Failure> {
    let file = ModelFile::choose(arguments.model.as_deref(), arguments.isa)?;
    let model = file.read()?;
    let (program, input) = (arguments.program.as_deref(), &arguments.execution.input);
    let memory = arguments.max_memory.saturating_mul(1 << 20);
    let Sequence { prompt, listing } = sequence(&model, program, input, memory)?;
    let prepared =
        Prepared::new(&model.weights, arguments.engine, arguments.attention.into(), file.kernel)?;
    let mut engine = prepared.engine();
    let execution = &arguments.execution;
    let mut watcher = Watcher { vocabulary: &model.vocabulary, sink: Sink::new(execution)? };
    let limits = Limits { tokens: execution.max_tokens, memory };
    interrupt::listen();
    let begun = Instant::now();
    let roles = model.vocabulary.roles();
    let result = run(engine.as_mut(), &roles, &prompt, limits, &mut watcher);
    let elapsed = begun.elapsed();
    let output = watcher.sink.finish()?;
    let summary = result.as_ref().map_or_else(RunError::summary, |summary| *summary);
    let mut dimensions = dimensions(&model);
    dimensions["engine"] = prepared.kind().name().into();
    let end = result.map(|_| ()).map_err(|error| {
        let message = explained(&error, listing.as_ref());
        Failure::Run { error, message }
    });
    Finished { summary, elapsed, output, dimensions }.conclude(execution, end)
}

/// A model as a file: one that is read, or one that build.rs made, with its kernel.
pub(crate) struct ModelFile<'path> {
    path: &'path Path,
    pub(crate) bytes: Cow<'static, [u8]>,
    pub(crate) kernel: Option<GeneratedKernel>,
}

impl<'path> ModelFile<'path> {
    pub(crate) fn choose(path: Option<&'path Path>, isa: Isa) -> Result<Self, Failure> {
        if let Some(path) = path {
            return Ok(ModelFile { path, bytes: files::read(path)?.into(), kernel: None });
        }
        let (bytes, kernel) = match isa {
            Isa::Classic => (classic::MODEL, classic::KERNEL),
            Isa::Full => (full::MODEL, full::KERNEL),
        };
        let path = Path::new("(the universal model)");
        Ok(ModelFile { path, bytes: bytes.into(), kernel: Some(kernel) })
    }

    pub(crate) fn read(&self) -> Result<Model<'_>, Failure> {
        let path = self.path.to_path_buf();
        Model::from_bytes(&self.bytes).map_err(|error| Failure::Model { path, error })
    }
}

/// What is run.
pub(crate) struct Sequence {
    /// The tokens that the run begins with.
    pub(crate) prompt: Vec<Token>,
    /// The names of the program's functions and instructions.
    pub(crate) listing: Option<Listing>,
}

/// The program is in the model or named, one of the two. Memory is how many bytes the run may take.
pub(crate) fn sequence(
    model: &Model,
    program: Option<&Path>,
    input: &InputArguments,
    memory: usize,
) -> Result<Sequence, Failure> {
    if let Some(name) = &model.description.program {
        if program.is_some() {
            let text = format!("the model already holds the program {name}: leave PROGRAM out");
            return Err(Failure::Usage(text));
        }
        let input = input.read(memory)?.unwrap_or_default();
        let listing = model.description.listing.clone();
        return Ok(Sequence { prompt: prompt(model, &input)?, listing });
    }
    let Some(path) = program else {
        return Err(Failure::Usage(
            "this model is universal: say which PROGRAM to run".to_string(),
        ));
    };
    let machine = Isa::of(model).machine();
    let set = machine.instruction_set();
    let job = load_within(memory, path, &machine, input)?;
    Ok(Sequence {
        prompt: universal_prompt(model, &job, &set)?,
        listing: Some(listing(&job.program, &set)),
    })
}

/// The tokens that a universal model begins with.
pub(crate) fn universal_prompt(
    model: &Model,
    job: &Job,
    set: &InstructionSet,
) -> Result<Vec<Token>, Failure> {
    Ok(model.vocabulary.tokens(job.prompt(set))?)
}

impl Isa {
    /// The instruction set of a universal model.
    pub(crate) fn of(model: &Model) -> Isa {
        match model.description.instruction_set.as_str() {
            "classic" => Isa::Classic,
            _ => Isa::Full,
        }
    }
}

/// The message about a run that did not end in `halt`, with the names of a listing.
fn explained(error: &RunError, listing: Option<&Listing>) -> String {
    error.explained(|place| Some(listing?.describe(place.instruction, &place.calls)))
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

    fn checkpoint(&mut self, progress: &Progress) -> ControlFlow<()> {
        self.sink.checkpoint(progress)
    }
}
