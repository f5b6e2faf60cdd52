//! `tvm run`: a program through a transformer, universal or specialised.

use std::borrow::Cow;
use std::path::Path;

use tvm_core::interface;
use tvm_core::pipeline::listing;
use tvm_instance::Interface;
use tvm_model::Listing;
use tvm_model::{Model, Token, Vocabulary};
use tvm_program::InstructionSet;
use tvm_runtime::engine::GeneratedKernel;
use tvm_toolchain::clang::Entry;
use tvm_universal::Isa;

use crate::arguments::{CArguments, EngineArguments, HostArguments, InputArguments, RunArguments};
use crate::drive::Execution;
use crate::execution::{Job, load_within};
use crate::failure::Failure;
use crate::files;
use crate::output::dimensions;

pub(crate) fn execute(arguments: &RunArguments) -> Result<(), Failure> {
    let file = ModelFile::of(&arguments.engine)?;
    let model = file.read()?;
    let asked = Asked::of(&model, arguments)?;
    let given = Given {
        program: asked.program,
        entry: if asked.host.invoke.is_some() { Entry::Exports } else { Entry::Main },
        c: &arguments.c,
        input: &arguments.execution.input,
        memory: arguments.execution.limits().memory,
    };
    let Sequence { prompt, listing, interface } = sequence(&model, &given)?;
    let chosen = arguments.engine.choose(file.kernel)?;
    let prepared = chosen.prepare(&model)?;
    let mut engine = prepared.engine();
    let told = || {
        let mut told = dimensions(&model);
        told["engine"] = prepared.kind().name().into();
        if let Some(figures) = chosen.figures() {
            told["native"] = figures;
        }
        told
    };
    let execution = Execution {
        vocabulary: &model.vocabulary,
        prompt: &prompt,
        listing: listing.as_ref(),
        told: &told,
    };
    let run = &arguments.execution;
    match interface.filter(Interface::needs_host) {
        Some(interface) => execution.with_host(engine, run, &interface, (&asked.host, &asked.name)),
        None => {
            asked.host.refuse()?;
            execution.by(&mut engine, run, None, |_| None)
        }
    }
}

/// The program, and what its host is asked: a model that holds a program takes no PROGRAM, so what stands in
/// its place is an argument.
struct Asked<'run> {
    program: Option<&'run Path>,
    host: HostArguments,
    /// What the program is called.
    name: String,
}

impl<'run> Asked<'run> {
    fn of(model: &Model, arguments: &'run RunArguments) -> Result<Self, Failure> {
        let (mut host, program) = (arguments.host.clone(), arguments.program.as_deref());
        let Some(name) = &model.description.program else {
            let program = program.ok_or_else(no_program)?;
            return Ok(Asked { program: Some(program), host, name: program.display().to_string() });
        };
        let first = program.map(|first| first.as_os_str().to_owned());
        if first.is_some() && model.description.interface.is_none() {
            return Err(has_program(name));
        }
        host.world.arguments.splice(0..0, first);
        Ok(Asked { program: None, host, name: name.clone() })
    }
}

/// A model as a file: one that is read, or one that build.rs made, with its kernel.
pub(crate) struct ModelFile<'path> {
    path: &'path Path,
    pub(crate) bytes: Cow<'static, [u8]>,
    pub(crate) kernel: Option<GeneratedKernel>,
}

impl<'path> ModelFile<'path> {
    /// The model that the arguments say.
    pub(crate) fn of(arguments: &'path EngineArguments) -> Result<Self, Failure> {
        Self::choose(arguments.model.as_deref(), arguments.isa)
    }

    pub(crate) fn choose(path: Option<&'path Path>, isa: Isa) -> Result<Self, Failure> {
        if let Some(path) = path {
            return Ok(ModelFile { path, bytes: files::read(path)?.into(), kernel: None });
        }
        let (bytes, kernel) = isa.universal();
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
    listing: Option<Listing>,
    /// What the program and its host ask of each other.
    interface: Option<Interface>,
}

/// That a universal model needs a program.
pub(crate) fn no_program() -> Failure {
    Failure::Usage("this model is universal: say which PROGRAM to run".to_string())
}

/// That a model has its program.
pub(crate) fn has_program(name: &str) -> Failure {
    Failure::Usage(format!("the model already holds the program {name}: leave PROGRAM out"))
}

/// Where a program and its input come from.
pub(crate) struct Given<'run> {
    pub(crate) program: Option<&'run Path>,
    pub(crate) entry: Entry,
    pub(crate) c: &'run CArguments,
    pub(crate) input: &'run InputArguments,
    /// How many bytes the run may take.
    pub(crate) memory: u64,
}

/// The program is in the model or given, one of the two.
pub(crate) fn sequence(model: &Model, given: &Given<'_>) -> Result<Sequence, Failure> {
    let Given { program, entry, c, input, memory } = *given;
    let Some(path) = program else {
        let description = &model.description;
        // Another program reads its standard input itself, if at all.
        let own = if description.reads_input { input.read(memory)? } else { None };
        let (listing, interface) = (description.listing.clone(), description.interface.clone());
        let prompt = model.prompt(&own.unwrap_or_default())?;
        return Ok(Sequence { prompt, listing, interface });
    };
    let machine = Isa::of(model).machine();
    let set = machine.instruction_set();
    let job = load_within(memory, path, (&machine, entry), c, input)?;
    Ok(Sequence {
        prompt: universal_prompt(&model.vocabulary, &job, &set)?,
        listing: Some(listing(&job.program, &set)),
        interface: Some(interface(&job.program, &machine)),
    })
}

/// The tokens that a universal model begins with.
pub(crate) fn universal_prompt(
    vocabulary: &Vocabulary,
    job: &Job,
    set: &InstructionSet,
) -> Result<Vec<Token>, Failure> {
    Ok(vocabulary.tokens(job.prompt(set))?)
}
