//! What is run: a program with its input, as the command line names them.

use std::io;
use std::path::{Path, PathBuf};

use tvm_core::machine::Machine;
use tvm_host::executable::read_input;
use tvm_program::{InstructionSet, Program, text};
use tvm_toolchain::clang::CompileOptions;
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
    pub(crate) fn prompt(&self, set: &InstructionSet) -> Vec<String> {
        let given = self.program.reads_input().then_some(self.input.as_slice());
        text::prompt(&self.program, set, given)
    }
}

/// Reads a program, with its input: the option, else the one in its token text.
pub(crate) fn load(
    path: &Path,
    machine: &Machine,
    c: &CArguments,
    arguments: Option<&InputArguments>,
) -> Result<Job, Failure> {
    let options = CompileOptions { stack: c.c_stack, ..CompileOptions::default() };
    let loaded = compile_file(path, &machine.instruction_set(), &options)?;
    let given = arguments.map(InputArguments::read).transpose()?.flatten();
    let input = given.or(loaded.input).unwrap_or_default();
    Ok(Job { program: loaded.program, input })
}

/// What a program is called: its file without the ending.
pub(crate) fn name(path: &Path) -> String {
    path.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}

impl InputArguments {
    /// The input that the option gives.
    pub(crate) fn read(&self) -> Result<Option<Vec<u8>>, Failure> {
        match self.input.as_deref() {
            Some("-") => match read_input(&mut io::stdin()) {
                Ok(bytes) => Ok(Some(bytes)),
                Err(error) => Err(Failure::File { path: PathBuf::from("stdin"), error }),
            },
            given => Ok(given.map(|text| text.as_bytes().to_vec())),
        }
    }
}
