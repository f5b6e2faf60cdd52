//! The compiler as a library: from a program to a transformer to its output, in a line.
//!
//! ```text
//! Source -> Compiled -> Transformer -> Run
//! ```

use std::io;
use std::path::Path;

use thiserror::Error;
use tvm_model::Model;
use tvm_model::token::{Token, UnknownToken};
use tvm_runtime::driver::{Limits, Observer, RunError, Summary, run};
use tvm_runtime::engine::{AttentionKind, EngineKind, NoEngine, Prepared};

use crate::interface::interface;
use crate::machine::Machine;
use crate::pipeline::{self, BuildError};
use tvm_instance::{Guest, Host, Instance, InstanceError, Interface};
use tvm_program::{Program, text};
use tvm_reference::{Executor, ReferenceError};
use tvm_toolchain::clang::{CompileOptions, Entry};
use tvm_toolchain::{Source, SourceError, compile_source};

/// Why there is no result.
#[derive(Debug, Error)]
pub enum Error {
    /// The source is not a program for the machine.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// The program cannot become weights.
    #[error(transparent)]
    Build(#[from] BuildError),
    /// The program cannot be executed.
    #[error(transparent)]
    Reference(#[from] ReferenceError),
    /// The model lacks a token of the prompt.
    #[error(transparent)]
    Token(#[from] UnknownToken),
    /// The engine that was asked for cannot run the model.
    #[error(transparent)]
    Engine(#[from] NoEngine),
    /// The run did not end in `halt`.
    #[error(transparent)]
    Run(Box<Ended>),
}

/// A run that did not end in `halt`.
#[derive(Debug, Error)]
#[error("{message}")]
pub struct Ended {
    /// What the program had written until then.
    pub output: Vec<u8>,
    /// How it ended.
    pub error: RunError,
    /// The same, with the names of functions and instructions.
    pub message: String,
}

/// Compiles a program for the machine of all opcodes: a path, or a text in C, WebAssembly text or
/// tokens.
///
/// ```
/// let program = r#"(module
///     (import "tvm" "output" (func $output (param i32)))
///     (global (export "tvm.input") i32 (i32.const 1024))
///     (memory 1)
///     (func (export "compute") (param $at i32)
///         (call $output (i32.add (i32.load8_u (local.get $at)) (i32.const 1)))))"#;
///
/// let run = tvm_core::compile(program)?.specialise()?.run("A")?;
/// assert_eq!(run.output, b"B");
/// # Ok::<(), tvm_core::Error>(())
/// ```
///
/// # Errors
/// [`Error::Source`] says where the program is wrong.
pub fn compile(source: impl Into<Source>) -> Result<Compiled, Error> {
    compile_for(Machine::full(), source)
}

/// The same for a machine of one's own: see [`Machine::with`] for opcodes of one's own.
///
/// ```
/// use tvm_core::machine::Machine;
///
/// let program = "{ i32.const 42 00 00 00 output 00 00 00 00 halt 00 00 00 00 }";
/// let run = tvm_core::compile_for(Machine::classic(), program)?.universal()?.run("")?;
/// assert_eq!(run.output, b"B");
/// # Ok::<(), tvm_core::Error>(())
/// ```
///
/// # Errors
/// [`Error::Source`] says where the program is wrong.
pub fn compile_for(machine: Machine, source: impl Into<Source>) -> Result<Compiled, Error> {
    let set = machine.instruction_set();
    let loaded = compile_source(&source.into(), &set, &CompileOptions::default())?;
    Ok(Compiled { machine, program: loaded.program, warnings: loaded.warnings })
}

/// Compiles a module whose exported functions a host calls: see [`Launcher::instance`].
///
/// # Errors
/// [`Error::Source`] says where the module is wrong.
pub fn compile_instance(source: impl Into<Source>) -> Result<Compiled, Error> {
    let machine = Machine::full();
    let options = CompileOptions { entry: Entry::Exports, ..CompileOptions::default() };
    let loaded = compile_source(&source.into(), &machine.instruction_set(), &options)?;
    Ok(Compiled { machine, program: loaded.program, warnings: loaded.warnings })
}

/// A program, and the machine that it is for.
#[derive(Debug, Clone)]
pub struct Compiled {
    /// The machine.
    pub machine: Machine,
    /// The program.
    pub program: Program,
    /// What clang warned of where the program is C, in lines for people; empty if of nothing.
    pub warnings: String,
}

impl Compiled {
    /// The transformer with the program in its weights.
    ///
    /// # Errors
    /// [`Error::Build`] when the machine lacks an opcode, or there is no schedule.
    pub fn specialise(&self) -> Result<Transformer, Error> {
        let model = pipeline::specialised(&self.machine, &self.program, "program")?.model;
        let prompt = [text::OPEN, text::CLOSE].map(str::to_string).to_vec();
        Ok(self.transformer(model, prompt))
    }

    /// The transformer that is the machine itself; it reads the program as its prompt.
    ///
    /// # Errors
    /// [`Error::Build`] when there is no schedule.
    pub fn universal(&self) -> Result<Transformer, Error> {
        let model = pipeline::universal(&self.machine)?.model;
        let set = self.machine.instruction_set();
        let prompt = text::program_tokens(&self.program, &set).collect();
        Ok(self.transformer(model, prompt))
    }

    fn transformer(&self, model: Model<'static>, prompt: Vec<String>) -> Transformer {
        let listing = pipeline::listing(&self.program, &self.machine.instruction_set());
        let interface = interface(&self.program, &self.machine);
        Transformer { model, prompt, program: self.program.clone(), listing, interface }
    }

    /// Runs the program without a transformer: what every transformer's run must be.
    ///
    /// # Errors
    /// [`Error::Reference`] when the program cannot be executed or does not end.
    pub fn reference(&self, input: impl AsRef<[u8]>) -> Result<Vec<u8>, Error> {
        let set = self.machine.instruction_set();
        let executor = Executor::new(&self.program, &set, input.as_ref())?;
        Ok(executor.run(Limits::default().tokens, &mut |_| {})?.output)
    }
}

/// A transformer that runs one program.
#[derive(Debug)]
pub struct Transformer {
    model: Model<'static>,
    /// The tokens before the sections.
    prompt: Vec<String>,
    program: Program,
    listing: tvm_model::Listing,
    interface: Interface,
}

/// What a run came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// The bytes that the program wrote.
    pub output: Vec<u8>,
    /// Every token, the prompt included.
    pub tokens: Vec<Token>,
    /// How many there were.
    pub summary: Summary,
}

impl Transformer {
    /// The weights.
    pub fn model(&self) -> &Model<'static> {
        &self.model
    }

    /// Writes the model as a file; `Model::from_bytes` reads it.
    ///
    /// # Errors
    /// When it cannot be written.
    #[allow(clippy::disallowed_methods, reason = "it is asked for, with a path")]
    pub fn save(&self, path: &Path) -> io::Result<()> {
        std::fs::write(path, self.model.to_bytes())
    }

    /// The tokens that a run with this input begins with.
    ///
    /// # Errors
    /// [`Error::Token`] when the model lacks one of them.
    pub fn prompt(&self, input: &[u8]) -> Result<Vec<Token>, Error> {
        let vocabulary = &self.model.vocabulary;
        let mut prompt = vocabulary.tokens(self.prompt.iter().map(String::as_str))?;
        for (_, bytes) in self.program.sections(input) {
            prompt.extend(vocabulary.section(&bytes)?);
        }
        Ok(prompt)
    }

    /// Makes ready to run instances by an engine: see [`Launcher::instance`].
    ///
    /// # Errors
    /// [`Error::Engine`] for [`EngineKind::Kernel`].
    pub fn launcher(&self, engine: EngineKind) -> Result<Launcher<'_>, Error> {
        let prepared = Prepared::new(&self.model.weights, Some(engine), AttentionKind::Hull, None)?;
        Ok(Launcher { transformer: self, prepared, prompt: self.prompt(b"")? })
    }

    /// Runs the program by the plan of the model.
    ///
    /// # Errors
    /// [`Error::Run`] when the program traps or does not halt within the default limits.
    pub fn run(&self, input: impl AsRef<[u8]>) -> Result<Run, Error> {
        self.run_by(EngineKind::Plan, input, Limits::default())
    }

    /// Runs the program by an engine of one's choice, within limits.
    ///
    /// # Errors
    /// [`Error::Run`] when the program traps or does not halt within the limits, [`Error::Engine`]
    /// for [`EngineKind::Kernel`], which is code that is generated when an executable is built.
    pub fn run_by(
        &self,
        engine: EngineKind,
        input: impl AsRef<[u8]>,
        limits: Limits,
    ) -> Result<Run, Error> {
        let prompt = self.prompt(input.as_ref())?;
        let prepared = Prepared::new(&self.model.weights, Some(engine), AttentionKind::Hull, None)?;
        let mut recorder = Recorder::default();
        let mut engine = prepared.engine();
        let roles = self.model.vocabulary.roles();
        let result = run(engine.as_mut(), &roles, &prompt, limits, &mut recorder);
        let Recorder { output, tokens } = recorder;
        match result {
            Ok(summary) => Ok(Run { output, tokens, summary }),
            Err(error) => {
                let message = error.explained(|place| {
                    Some(self.listing.describe(place.instruction, &place.calls))
                });
                Err(Error::Run(Box::new(Ended { output, error, message })))
            }
        }
    }
}

/// A transformer with an engine, from which instances are made.
pub struct Launcher<'model> {
    transformer: &'model Transformer,
    prepared: Prepared<'model>,
    prompt: Vec<Token>,
}

impl Launcher<'_> {
    /// An instance whose imports `host` provides.
    ///
    /// ```
    /// use tvm_core::instance::{Imports, Value, ValueType};
    /// use tvm_core::runtime::engine::EngineKind;
    ///
    /// let module = r#"(module
    ///     (import "env" "twice" (func $twice (param i32) (result i32)))
    ///     (func (export "f") (param i32) (result i32)
    ///         (i32.add (call $twice (local.get 0)) (i32.const 1))))"#;
    /// let types = (&[ValueType::I32][..], &[ValueType::I32][..]);
    /// let imports = Imports::new().with("env", "twice", types, |arguments, _| {
    ///     let Value::I32(number) = arguments[0] else { unreachable!("of this type") };
    ///     Ok(vec![Value::I32(2 * number)])
    /// });
    /// let transformer = tvm_core::compile_instance(module)?.specialise()?;
    /// let launcher = transformer.launcher(EngineKind::Plan)?;
    /// let mut instance = launcher.instance(imports)?;
    /// assert_eq!(instance.call("f", &[Value::I32(20)])?, [Value::I32(41)]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// When the prompt cannot be read.
    pub fn instance<'run>(
        &'run self,
        host: impl Host + 'run,
    ) -> Result<Instance<'run>, InstanceError> {
        self.observed(host, (), Limits::default())
    }

    /// An instance whose tokens an observer sees, within limits.
    ///
    /// # Errors
    /// When the prompt cannot be read.
    pub fn observed<'run>(
        &'run self,
        host: impl Host + 'run,
        observer: impl Observer + 'run,
        limits: Limits,
    ) -> Result<Instance<'run>, InstanceError> {
        let guest = Guest {
            vocabulary: &self.transformer.model.vocabulary,
            prompt: &self.prompt,
            interface: &self.transformer.interface,
        };
        Instance::new(guest, self.prepared.engine(), host, observer, limits)
    }
}

#[derive(Default)]
struct Recorder {
    output: Vec<u8>,
    tokens: Vec<Token>,
}

impl Observer for Recorder {
    fn token(&mut self, token: Token) {
        self.tokens.push(token);
    }

    fn output(&mut self, byte: u8) {
        self.output.push(byte);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ECHO: &str = r#"(module
        (import "tvm" "output" (func $output (param i32)))
        (global (export "tvm.input") i32 (i32.const 1024))
        (memory 1)
        (func (export "compute") (param $at i32)
            (call $output (i32.load8_u (local.get $at)))
            (if (i32.eqz (i32.load8_u (local.get $at))) (then unreachable))))"#;

    #[test]
    fn all_ways_give_the_same() {
        let compiled = compile_for(Machine::full(), ECHO).unwrap();
        let specialised = compiled.specialise().unwrap();
        let expected = compiled.reference("x").unwrap();
        assert_eq!(expected, b"x");
        let run = specialised.run("x").unwrap();
        assert_eq!(run.output, expected);
        assert_eq!(run.tokens.len() as u64, run.summary.tokens);
        let dense = specialised.run_by(EngineKind::Dense, "x", 10_000.into()).unwrap();
        assert_eq!(dense, run);
        assert!(matches!(
            specialised.run_by(EngineKind::Kernel, "x", Limits::default()),
            Err(Error::Engine(NoEngine::NoKernel))
        ));
    }

    #[test]
    fn a_trap_keeps_the_output() {
        let specialised = compile(ECHO).unwrap().specialise().unwrap();
        match specialised.run("") {
            Err(Error::Run(ended)) => {
                let Ended { output, error, message } = *ended;
                assert_eq!(output, [0]);
                assert!(matches!(error, RunError::Trap { .. }));
                assert!(message.contains("unreachable in function `compute`"), "{message}");
            }
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_model_is_kept_and_read_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("echo.tvm");
        let transformer = compile(ECHO).unwrap().specialise().unwrap();
        transformer.save(&path).unwrap();
        let bytes = std::fs::read(&path).unwrap();
        assert_eq!(&Model::from_bytes(&bytes).unwrap(), transformer.model());
    }
}
