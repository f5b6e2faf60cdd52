//! How a run is made, as Python says it.

use std::ffi::OsString;
use std::path::PathBuf;

use pyo3::prelude::*;
use tvm_host::grants::Grants;
use tvm_runtime::driver::Limits;
use tvm_runtime::engine::EngineKind;

use crate::failure::Failure;

/// How a run is made: attributes of an object of Python.
#[derive(Debug, Clone, FromPyObject)]
pub(crate) struct Settings {
    /// The arguments of the program, without its name.
    arguments: Vec<OsString>,
    /// Variables of its environment.
    environment: Vec<(OsString, OsString)>,
    /// Directories that it may use, each with its name for the program.
    directories: Vec<(PathBuf, OsString)>,
    engine: Option<String>,
    max_tokens: u64,
    /// In megabytes.
    max_memory: u64,
}

impl Settings {
    /// The engine that is asked for.
    pub(crate) fn engine(&self) -> Result<Option<EngineKind>, Failure> {
        self.engine.as_deref().map(str::parse).transpose().map_err(Failure::Usage)
    }

    /// How much a run may take.
    pub(crate) fn limits(&self) -> Limits {
        Limits::from(self.max_tokens).with_megabytes(self.max_memory)
    }

    /// What a program of this name may use of the world.
    pub(crate) fn grants(&self, name: &str) -> Grants {
        Grants {
            arguments: [name.into()].into_iter().chain(self.arguments.iter().cloned()).collect(),
            environment: self.environment.clone(),
            inherits_environment: false,
            directories: self.directories.clone(),
        }
    }

    /// That a program asks nothing of a host, if something is given to it.
    pub(crate) fn refuse(&self) -> Result<(), Failure> {
        let given = [
            ("directories", self.directories.is_empty()),
            ("environment", self.environment.is_empty()),
            ("arguments", self.arguments.is_empty()),
        ];
        let given = given.into_iter().find_map(|(name, is_empty)| (!is_empty).then_some(name));
        Err(Failure::Usage(match given {
            None => return Ok(()),
            Some("arguments") => "the program takes no arguments: its input is `input`".to_owned(),
            Some(name) => {
                format!("the program needs no host, and {name} is for one that does: leave it out")
            }
        }))
    }
}
