//! Programs as native code: clang -O2, a process for every run, which says itself how long it took.

use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use crate::programs::{FOLDER, Program, WITHOUT_JUMPS, sudoku_source};
use crate::{Result, Time, median};

/// A program compiled for this computer.
pub(crate) struct Native {
    folder: TempDir,
}

impl Native {
    pub(crate) fn of(program: &Program) -> Result<Native> {
        Native::compiled(&program.sources, program.include.as_deref())
    }

    pub(crate) fn of_sudoku() -> Result<Native> {
        Native::compiled(&[sudoku_source()], None)
    }

    /// A program with headers of its own has a `main`, any other is `compute`.
    fn compiled(sources: &[PathBuf], include: Option<&Path>) -> Result<Native> {
        let native = Native { folder: tempfile::tempdir()? };
        let own = Path::new(FOLDER).join("native");
        let mut objects = Vec::new();
        for (index, source) in sources.iter().enumerate() {
            let object = native.folder.path().join(format!("{index}.o"));
            let mut command = Command::new("clang");
            command.args(["-O2", "-w", "-c", "-o"]).arg(&object).arg(source);
            match include {
                None => command.arg("-I").arg(&own).arg("-include").arg(own.join("tvm.h")),
                Some(include) => command.args(WITHOUT_JUMPS).arg("-I").arg(include),
            };
            if include.is_some() && index == 0 {
                command.arg("-Dmain=program_main");
            }
            succeed(&mut command)?;
            objects.push(object);
        }
        let mut link = Command::new("clang");
        link.args(["-O2", "-w"]).arg(own.join("timed.c")).args(&objects).arg("-lm");
        link.args(include.map(|_| "-DHAS_MAIN")).arg("-o").arg(native.path());
        succeed(&mut link)?;
        Ok(native)
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("program")
    }

    pub(crate) fn command(&self, input: &str) -> Command {
        let mut command = Command::new(self.path());
        command.arg(input);
        command
    }

    /// The time, and what it writes.
    pub(crate) fn measure(&self, input: &str, runs: usize) -> Result<(Time, Vec<u8>)> {
        let mut written = Vec::new();
        let time = median(runs, || {
            let output = self.command(input).output()?;
            written = output.stdout;
            let nanoseconds: f64 = String::from_utf8(output.stderr)?.trim().parse()?;
            Ok(nanoseconds * 1e-9)
        })?;
        Ok((time, written))
    }
}

fn succeed(command: &mut Command) -> Result<()> {
    match command.status()?.success() {
        true => Ok(()),
        false => Err("clang cannot compile a program".into()),
    }
}
