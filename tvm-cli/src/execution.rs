//! What is run: a program with its input, as the command line names them.

use std::path::Path;

use tvm_core::machine::Machine;
use tvm_host::input::input;
use tvm_host::message::tell;
use tvm_model::{Token, Vocabulary};
use tvm_program::{InstructionSet, Program, text};
use tvm_runtime::driver::Limits;
use tvm_toolchain::clang::Entry;
use tvm_toolchain::{Loaded, compile_file};

use crate::arguments::{CArguments, InputArguments, ProgramArguments};
use crate::failure::Failure;
use crate::recorded::{Recorded, is_empty};
use crate::run::no_program;

/// A program and its input.
pub(crate) struct Job {
    pub(crate) program: Program,
    pub(crate) input: Vec<u8>,
}

impl Job {
    /// The names of the tokens that a universal model begins with.
    pub(crate) fn prompt<'all>(
        &'all self,
        set: &'all InstructionSet,
    ) -> impl Iterator<Item = String> {
        text::prompt_tokens(&self.program, set, &self.input)
    }
}

/// Reads a program, with its input: the option, else the one in its token text.
pub(crate) fn load(
    path: &Path,
    machine: &Machine,
    c: &CArguments,
    arguments: Option<&InputArguments>,
) -> Result<Job, Failure> {
    let none = InputArguments { input: None };
    let machine = (machine, Entry::Main);
    load_within(Limits::default().memory, path, machine, c, arguments.unwrap_or(&none))
}

/// Reads a program with its input, and the sequence of an earlier run of it if there is one. Then the input is that
/// of the sequence, and so is the program if no other source of it is given.
pub(crate) fn load_replayed<'model>(
    (program, replay): (Option<&Path>, Option<&Path>),
    machine: &Machine,
    c: &CArguments,
    arguments: &InputArguments,
    vocabulary: &'model Vocabulary,
) -> Result<(Job, Option<Recorded<'model>>), Failure> {
    let Some(replay) = replay else {
        let program = program.ok_or_else(no_program)?;
        return Ok((load(program, machine, c, Some(arguments))?, None));
    };
    let mut recorded = Recorded::open(replay, vocabulary)?;
    let job = recorded_job(&mut recorded, program, machine, c)?;
    Ok((job, Some(recorded)))
}

impl ProgramArguments {
    /// The program, and the earlier run of it if there is one.
    pub(crate) fn load<'model>(
        &self,
        machine: &Machine,
        vocabulary: &'model Vocabulary,
    ) -> Result<(Job, Option<Recorded<'model>>), Failure> {
        let ProgramArguments { program, c, recorded, execution, .. } = self;
        let source = (program.as_deref(), recorded.replay.as_deref());
        load_replayed(source, machine, c, &execution.input, vocabulary)
    }
}

/// What was recorded: the program, by its source if that is given, which has names, and its input.
fn recorded_job(
    recorded: &mut Recorded<'_>,
    path: Option<&Path>,
    machine: &Machine,
    c: &CArguments,
) -> Result<Job, Failure> {
    let set = machine.instruction_set();
    let program = recorded.program()?;
    let vocabulary = recorded.vocabulary();
    let (text, sections) = if is_empty(&program) {
        let path = path.ok_or_else(|| {
            recorded.unfit("its program was in the weights: say which PROGRAM it was")
        })?;
        let loaded = compile(path, &set, c, Entry::Main)?.program;
        let sections = loaded.data.len() + usize::from(loaded.reads_input());
        (text::program_tokens(&loaded, &set).collect::<Vec<_>>().join(" "), sections)
    } else {
        (names(&program, vocabulary), recorded.sections_of(&program))
    };
    let text = text + " " + &names(&recorded.sections(sections)?, vocabulary);
    let (parsed, input) =
        text::parse(&text, &set).map_err(|error| recorded.unfit(&error.to_string()))?;
    let program = match path {
        Some(path) => source_of(path, &parsed, &set, c)
            .and_then(|found| found.ok_or_else(|| recorded.unfit("it is of another program")))?,
        None => parsed,
    };
    Ok(Job { program, input: input.unwrap_or_default() })
}

fn names(tokens: &[Token], vocabulary: &Vocabulary) -> String {
    tokens.iter().map(|&token| vocabulary.name(token)).collect::<Vec<_>>().join(" ")
}

/// The program that a source is, if it is the recorded one. The recorded one may have been a function that was
/// invoked.
fn source_of(
    path: &Path,
    recorded: &Program,
    set: &InstructionSet,
    c: &CArguments,
) -> Result<Option<Program>, Failure> {
    let same = |program: &Program| {
        program.instructions == recorded.instructions && program.data == recorded.data
    };
    let main = compile(path, set, c, Entry::Main).map(|loaded| loaded.program);
    if main.as_ref().is_ok_and(same) {
        return main.map(Some);
    }
    match compile(path, set, c, Entry::Exports) {
        Ok(loaded) => Ok(Some(loaded.program).filter(same)),
        Err(_) => main.map(|_| None),
    }
}

fn compile(
    path: &Path,
    set: &InstructionSet,
    c: &CArguments,
    entry: Entry,
) -> Result<Loaded, Failure> {
    let loaded = compile_file(path, set, &c.options(entry))?;
    if !loaded.warnings.is_empty() {
        tell(loaded.warnings.trim_end());
    }
    Ok(loaded)
}

/// Reads a program, or the exports of a module, with its input, for a run that may take so many bytes of memory.
pub(crate) fn load_within(
    memory: u64,
    path: &Path,
    (machine, entry): (&Machine, Entry),
    c: &CArguments,
    arguments: &InputArguments,
) -> Result<Job, Failure> {
    let loaded = compile(path, &machine.instruction_set(), c, entry)?;
    // Another program reads its standard input itself, if at all.
    let own = if loaded.program.reads_input() { arguments.read(memory)? } else { None };
    Ok(Job { program: loaded.program, input: own.or(loaded.input).unwrap_or_default() })
}

/// What a program is called: its file without the ending.
pub(crate) fn name(path: &Path) -> String {
    path.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}

impl InputArguments {
    /// The input that the option gives, to a run that may take so many bytes of memory.
    pub(crate) fn read(&self, memory: u64) -> Result<Option<Vec<u8>>, Failure> {
        let argument = self.input.as_deref();
        Ok(argument.map(|argument| input(argument, memory)).transpose()?)
    }
}
