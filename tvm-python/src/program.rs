//! Sources compiled to programs.

use std::path::PathBuf;
use std::sync::Arc;

use pyo3::prelude::*;
use pyo3::types::PyBytes;
use tvm_core::interface;
use tvm_core::machine::Machine;
use tvm_core::pipeline::{listing, specialised};
use tvm_instance::Interface;
use tvm_model::Listing;
use tvm_program::wasm::CompileError;
use tvm_program::{InstructionSet, text};
use tvm_toolchain::clang::{CompileOptions, Entry, Further};
use tvm_toolchain::{Source, SourceError, compile_source, portable};
use tvm_universal::Isa;

use crate::attend::{Report, attended};
use crate::failure::Failure;
use crate::model::Model;
use crate::transformer::Transformer;

/// What is asked of clang: attributes of an object of Python.
#[derive(FromPyObject)]
pub(crate) struct COptions {
    /// The size of the C stack, as `tvm run --c-stack` takes it.
    c_stack: String,
    sources: Vec<PathBuf>,
    includes: Vec<PathBuf>,
    definitions: Vec<String>,
    optimisation: Option<String>,
}

impl COptions {
    fn options(self) -> Result<CompileOptions, Failure> {
        let COptions { c_stack, sources, includes, definitions, optimisation } = self;
        let stack = c_stack.parse();
        let stack = stack.map_err(|error| Failure::Usage(format!("c_stack: {error}")))?;
        let further = Further { sources, includes, definitions, optimisation };
        Ok(CompileOptions { stack, further, ..CompileOptions::default() })
    }
}

/// Where a program comes from, and how it is compiled.
#[derive(Clone)]
struct Origin {
    source: Source,
    options: CompileOptions,
    isa: Isa,
    name: String,
}

/// A program, with what is known of it.
pub(crate) struct Compiled {
    pub(crate) isa: Isa,
    pub(crate) machine: Machine,
    pub(crate) set: InstructionSet,
    pub(crate) program: tvm_program::Program,
    /// What the program and its host ask of each other.
    pub(crate) interface: Interface,
    /// The names of functions and instructions.
    pub(crate) listing: Listing,
    /// The input in its token text, if it has one.
    pub(crate) input: Vec<u8>,
    pub(crate) name: String,
    /// Why it cannot be run as a whole, if so.
    pub(crate) no_entry: Option<String>,
    warnings: String,
}

impl Origin {
    /// Compiles the program; a module of functions alone, as what a host calls.
    fn compile(&self) -> Result<Compiled, Failure> {
        match self.with_entry(Entry::Main) {
            Err(SourceError::Wasm { path, error: error @ CompileError::NoEntry { .. } }) => {
                let message = SourceError::Wasm { path, error }.to_string();
                let exports = self.with_entry(Entry::Exports);
                match exports {
                    Ok(compiled) if !compiled.interface.exports.is_empty() => {
                        Ok(Compiled { no_entry: Some(message), ..compiled })
                    }
                    _ => Err(Failure::Compile(message)),
                }
            }
            compiled => Ok(compiled?),
        }
    }

    /// The same source without files and clang, if it is still what was compiled.
    fn portable(&self, compiled: &Compiled) -> Result<Source, Failure> {
        let source = portable(&self.source, &compiled.set, &self.options)?;
        let again = Origin { source: source.clone(), ..self.clone() }.compile()?;
        if again.program != compiled.program {
            let message = "the source has changed since it was compiled: compile it again";
            return Err(Failure::Usage(message.to_owned()));
        }
        Ok(source)
    }

    fn with_entry(&self, entry: Entry) -> Result<Compiled, SourceError> {
        let machine = self.isa.machine();
        let set = machine.instruction_set();
        let options = CompileOptions { entry, ..self.options.clone() };
        let loaded = compile_source(&self.source, &set, &options)?;
        Ok(Compiled {
            isa: self.isa,
            interface: interface(&loaded.program, &machine),
            listing: listing(&loaded.program, &set),
            program: loaded.program,
            input: loaded.input.unwrap_or_default(),
            name: self.name.clone(),
            no_entry: None,
            warnings: loaded.warnings,
            machine,
            set,
        })
    }
}

/// A program. Its functions as what a host calls are another, made by [`Program::exported`].
#[pyclass(frozen, module = "transformer_vm._native")]
pub(crate) struct Program {
    origin: Origin,
    pub(crate) compiled: Arc<Compiled>,
}

/// Compiles a source: `kind` is `file`, `c`, `wasm`, `wat` or `tokens`.
#[pyfunction]
pub(crate) fn compile(
    py: Python<'_>,
    kind: &str,
    source: &Bound<'_, PyAny>,
    isa: &str,
    name: String,
    c: COptions,
) -> PyResult<Program> {
    let source = match kind {
        "file" => Source::File(source.extract()?),
        "c" => Source::C(source.extract()?),
        "wasm" => Source::Wasm(source.extract()?),
        "wat" => Source::Wat(source.extract()?),
        "tokens" => Source::Tokens(source.extract()?),
        other => {
            let message = format!("no language {other:?}: c, wasm, wat or tokens");
            return Err(Failure::Usage(message).into());
        }
    };
    let origin =
        Origin { source, options: c.options()?, isa: isa.parse().map_err(Failure::Usage)?, name };
    let own = origin.clone();
    let compiled = attended(py, &Report::to(None), move |_| own.compile())??;
    Ok(Program { origin, compiled: Arc::new(compiled) })
}

#[pymethods]
impl Program {
    /// The same source as a module whose exported functions a host calls.
    fn exported(&self, py: Python<'_>) -> PyResult<Program> {
        let origin = self.origin.clone();
        let compiled = attended(py, &Report::to(None), move |_| origin.with_entry(Entry::Exports))?;
        let compiled = Arc::new(compiled.map_err(Failure::from)?);
        Ok(Program { origin: self.origin.clone(), compiled })
    }

    /// The model with the program in its weights.
    fn specialise(&self, py: Python<'_>) -> PyResult<Model> {
        let compiled = Arc::clone(&self.compiled);
        let model = attended(py, &Report::to(None), move |_| {
            let Compiled { machine, program, name, .. } = &*compiled;
            let model = specialised(machine, program, name)?.model;
            Ok::<_, Failure>(Arc::new(Transformer::new(model)))
        })?;
        Ok(Model { transformer: model? })
    }

    /// The same program as a source that needs neither files nor clang: what `compile` takes first and second.
    fn portable<'py>(&self, py: Python<'py>) -> PyResult<(&'static str, Bound<'py, PyAny>)> {
        let (origin, compiled) = (self.origin.clone(), Arc::clone(&self.compiled));
        let source = attended(py, &Report::to(None), move |_| origin.portable(&compiled))??;
        Ok(match source {
            Source::Wasm(module) => ("wasm", PyBytes::new(py, &module).into_any()),
            Source::Wat(text) => ("wat", text.into_pyobject(py)?.into_any()),
            Source::Tokens(text) => ("tokens", text.into_pyobject(py)?.into_any()),
            Source::File(_) | Source::C(_) => unreachable!("they become modules"),
        })
    }

    /// The token text.
    fn text(&self) -> String {
        text::print(&self.compiled.program, &self.compiled.set)
    }

    #[getter]
    fn name(&self) -> &str {
        &self.compiled.name
    }

    #[getter]
    fn instruction_set(&self) -> &str {
        self.compiled.machine.name()
    }

    #[getter]
    fn warnings(&self) -> &str {
        &self.compiled.warnings
    }

    /// Can it be run as a whole?
    #[getter]
    fn has_entry(&self) -> bool {
        self.compiled.no_entry.is_none()
    }

    #[getter]
    fn reads_input(&self) -> bool {
        self.compiled.program.reads_input()
    }

    /// How many instructions it has.
    fn __len__(&self) -> usize {
        self.compiled.program.instructions.len()
    }

    /// The names of its functions, in order.
    fn functions(&self) -> Vec<String> {
        self.compiled.program.functions.iter().map(|one| one.name.clone()).collect()
    }

    /// The functions that it imports, with their types.
    fn imports(&self) -> Vec<(String, String)> {
        let imports = self.compiled.interface.imports.iter();
        let named = |one: &tvm_instance::Import| format!("{}.{}", one.module, one.name);
        imports.map(|one| (named(one), one.signature.to_string())).collect()
    }

    /// The functions that it exports to a host, with their types.
    fn exports(&self) -> Vec<(String, String)> {
        let exports = self.compiled.interface.exports.iter();
        exports.map(|one| (one.name.clone(), one.signature.to_string())).collect()
    }
}
