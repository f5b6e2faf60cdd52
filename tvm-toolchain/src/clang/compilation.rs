//! One program compiled: each of its files to an object file, these linked to a module.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use super::language::is_object;
use super::messages::Failed;
use super::object::Symbols;
use super::unwinding::Unwinding;
use super::wasi::{self, Begin, Wasi};
use super::{
    ClangError, CompileOptions, Features, Further, LINKER_FLAGS, Language, MINIMAL_FLAGS,
    STRIP_DEBUG, TVM_H, find, library, messages, no_option,
};

/// A module, made from C or C++.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Module {
    /// The binary.
    pub bytes: Vec<u8>,
    /// What clang warned of, in lines for people; empty if of nothing.
    pub warnings: String,
}

/// The flags that include `tvm.h`, with more names, in a program that includes nothing.
const HELPERS: [&str; 3] = ["-DTVM_HELPERS", "-include", "tvm.h"];

/// The flags of a program with the library of WASI.
const WASI_FLAGS: [&str; 2] = ["-O2", "-fno-ident"];

/// Compiles a program, whose first or only source is this file, to a module.
///
/// # Errors
/// When there is no clang or linker, or clang refuses a file.
pub fn compile(file: &Path, options: &CompileOptions) -> Result<Module, ClangError> {
    let folder = tempfile::tempdir().map_err(ClangError::Temporary)?;
    std::fs::write(folder.path().join("tvm.h"), TVM_H).map_err(ClangError::Temporary)?;
    let program = Program { folder: folder.path(), file, options };
    if program.is_cpp() {
        return program.with_library();
    }
    let clang = find(options)?;
    match program.compiled(clang.clone(), Way::Own { helpers: false }) {
        Err(error) if error.is_missing_header() => program.with_library(),
        // The names that it does not declare may be those of `tvm.h`.
        Err(error) if error.is_missing_declaration() => {
            program.compiled(clang, Way::Own { helpers: true }).map_err(|_| error)
        }
        compiled => compiled,
    }
}

/// What is compiled, and a temporary folder that has `tvm.h`.
#[derive(Clone, Copy)]
struct Program<'c> {
    folder: &'c Path,
    file: &'c Path,
    options: &'c CompileOptions,
}

impl<'c> Program<'c> {
    fn sources(self) -> impl Iterator<Item = &'c Path> {
        [self.file].into_iter().chain(self.options.further.sources.iter().map(PathBuf::as_path))
    }

    fn is_cpp(self) -> bool {
        self.sources().any(|source| Language::of(source) == Some(Language::Cpp))
    }

    fn compiled(self, clang: PathBuf, way: Way<'_>) -> Result<Module, ClangError> {
        Compilation { program: self, clang, way }.module()
    }

    /// Compiles it with the library of WASI: with exceptions only if it has some.
    fn with_library(self) -> Result<Module, ClangError> {
        let wasi = Wasi::find(self.options)?;
        let unwinding = Unwinding::write(self.folder).map_err(ClangError::Temporary)?;
        let compiled = |unwinds| {
            let (wasi, unwinding) = (&wasi, &unwinding);
            self.compiled(wasi.clang.clone(), Way::Wasi { wasi, unwinding, unwinds })
        };
        match compiled(false) {
            Err(error) if error.is_missing_unwinding() => compiled(true),
            compiled => compiled,
        }
    }
}

/// How a program is compiled.
enum Way<'w> {
    /// With `tvm.h` and its library; `helpers`: also where the program does not include it.
    Own { helpers: bool },
    /// With the C library of WASI, and that of C++; `unwinds`: with `setjmp` and exceptions.
    Wasi { wasi: &'w Wasi, unwinding: &'w Unwinding, unwinds: bool },
}

/// One way to compile a program.
struct Compilation<'c> {
    program: Program<'c>,
    clang: PathBuf,
    way: Way<'c>,
}

/// The object files of a program.
#[derive(Default)]
struct Objects {
    files: Vec<PathBuf>,
    symbols: Symbols,
    warnings: String,
}

impl Objects {
    /// Adds a file that is only linked. The linker says what is wrong with it.
    fn add_compiled(&mut self, file: &Path) {
        if let Ok(bytes) = std::fs::read(file) {
            let _ = self.symbols.add_all(&bytes);
        }
        self.files.push(file.to_owned());
    }
}

impl Compilation<'_> {
    fn module(&self) -> Result<Module, ClangError> {
        let mut objects = Objects::default();
        for (number, source) in self.program.sources().enumerate() {
            match is_object(source) {
                true => objects.add_compiled(source),
                false => self.add(&mut objects, &format!("program{number}"), source)?,
            }
        }
        let begin = match &self.way {
            Way::Own { .. } => {
                if objects.symbols.has_undefined {
                    let source = library::write(self.program.folder);
                    self.add(&mut objects, "library", &source.map_err(ClangError::Temporary)?)?;
                }
                Begin::Nothing
            }
            Way::Wasi { wasi, unwinding, unwinds } => {
                let begin = begin(&objects.symbols);
                if *unwinds {
                    objects.files.extend(unwinding.objects(wasi)?);
                }
                if begin == Begin::Compute {
                    let source = wasi::write_compute(self.program.folder);
                    self.add(&mut objects, "compute", &source.map_err(ClangError::Temporary)?)?;
                }
                begin
            }
        };
        let (module, warnings) = self.link(&objects.files, begin)?;
        let bytes = std::fs::read(module).map_err(ClangError::Temporary)?;
        Ok(Module { bytes, warnings: objects.warnings + &warnings })
    }

    /// Compiles a file to an object file of this name.
    fn add(&self, objects: &mut Objects, name: &str, source: &Path) -> Result<(), ClangError> {
        let object = self.program.folder.join(name).with_extension("o");
        let mut command = Command::new(&self.clang);
        self.compiling(&mut command, source);
        command.arg("-c").arg("-o").arg(&object).arg(no_option(source));
        objects.warnings += &self.run(command, source)?;
        let bytes = std::fs::read(&object).map_err(ClangError::Temporary)?;
        let unreadable = |error| ClangError::Object { path: self.clang.clone(), error };
        objects.symbols.add_all(&bytes).map_err(unreadable)?;
        objects.files.push(object);
        Ok(())
    }

    fn compiling(&self, command: &mut Command, source: &Path) {
        let options = self.program.options;
        // The others are sources of this crate.
        let is_of_program = !source.starts_with(self.program.folder);
        match &self.way {
            Way::Own { helpers } => {
                command.args(options.features.flags());
                if *helpers && is_of_program {
                    command.args(HELPERS);
                }
            }
            Way::Wasi { wasi, unwinding, unwinds } => {
                wasi.compiling(command);
                unwinding.header(command);
                command.args(WASI_FLAGS);
                if options.features == Features::Minimal {
                    command.args(MINIMAL_FLAGS);
                }
                let language = Language::of(source);
                if language == Some(Language::Cpp) {
                    command.args(["-x", "c++"]);
                }
                match unwinds {
                    true => Unwinding::compiling(command, language),
                    false if language == Some(Language::Cpp) => {
                        command.arg("-fno-exceptions");
                    }
                    false => {}
                }
            }
        }
        if is_of_program && options.debug_information {
            command.arg("-g");
        }
        if is_of_program {
            options.further.compiling(command);
        }
        command.arg("-I").arg(self.program.folder);
    }

    /// Links object files to a module. Also gives the linker's warnings.
    fn link(&self, objects: &[PathBuf], begin: Begin) -> Result<(PathBuf, String), ClangError> {
        // Some linkers write the name of the output into the module, so the name is a fixed one.
        let module = self.program.folder.join("program.wasm");
        let mut command = Command::new(&self.clang);
        match &self.way {
            Way::Own { .. } => {
                command.args(LINKER_FLAGS.iter().filter(|flag| **flag != STRIP_DEBUG));
            }
            Way::Wasi { wasi, .. } => wasi.linking(&mut command, self.program.is_cpp()),
        }
        if !self.program.options.debug_information {
            command.arg(STRIP_DEBUG);
        }
        command.arg(self.program.options.stack.linker_flag()).arg("-o").arg(&module);
        command.args(objects.iter().map(|object| no_option(object)));
        if let Way::Wasi { wasi, unwinding, unwinds } = &self.way {
            if begin == Begin::Nothing {
                command.arg("-mexec-model=reactor");
            }
            if *unwinds {
                unwinding.linking(&mut command, wasi);
            }
            Wasi::libraries(&mut command);
        }
        let warnings = self.run(command, self.program.file)?;
        Ok((module, warnings))
    }

    /// Runs clang on a file, and gives what it said without failing.
    fn run(&self, mut command: Command, file: &Path) -> Result<String, ClangError> {
        let cannot_run = |error| ClangError::CannotRun { path: self.clang.clone(), error };
        let Output { status, stderr, .. } = command.output().map_err(cannot_run)?;
        let messages = messages::readable(&stderr, self.program.folder);
        if status.success() {
            return Ok(messages);
        }
        let failed = Failed { clang: &self.clang, file, messages };
        Err(match &self.way {
            Way::Own { .. } => failed.own(),
            Way::Wasi { wasi, .. } => {
                failed.with_library(wasi, self.program.folder, self.program.is_cpp())
            }
        })
    }
}

impl Further {
    fn compiling(&self, command: &mut Command) {
        for folder in &self.includes {
            command.arg("-I").arg(folder);
        }
        command.args(self.definitions.iter().map(|definition| format!("-D{definition}")));
        command.args(self.optimisation.iter().map(|level| format!("-O{level}")));
    }
}

/// What a program with the C library begins with. clang gives `main` other names, after its parameters.
fn begin(symbols: &Symbols) -> Begin {
    const MAIN: [&str; 4] = ["main", "__main_void", "__original_main", "__main_argc_argv"];
    let has = |name: &str| symbols.defined.iter().any(|defined| defined == name);
    match () {
        () if MAIN.into_iter().any(has) => Begin::Main,
        () if has("compute") => Begin::Compute,
        () => Begin::Nothing,
    }
}
