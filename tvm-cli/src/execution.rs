//! What is run: a program with its input, as the command line names them.

use std::path::Path;

use tvm_core::machine::Machine;
use tvm_host::input::input;
use tvm_host::message::tell;
use tvm_program::{InstructionSet, Program, text};
use tvm_runtime::driver::Limits;
use tvm_toolchain::clang::Entry;
use tvm_toolchain::compile_file;

use crate::arguments::{CArguments, InputArguments};
use crate::failure::Failure;

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

/// Reads a program, or the exports of a module, with its input, for a run that may take so many bytes of memory.
pub(crate) fn load_within(
    memory: u64,
    path: &Path,
    (machine, entry): (&Machine, Entry),
    c: &CArguments,
    arguments: &InputArguments,
) -> Result<Job, Failure> {
    let loaded = compile_file(path, &machine.instruction_set(), &c.options(entry))?;
    if !loaded.warnings.is_empty() {
        tell(loaded.warnings.trim_end());
    }
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
