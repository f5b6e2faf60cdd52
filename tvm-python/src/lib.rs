//! The native half of the Python package `transformer_vm`: programs compiled, models run, traced and explained by
//! the crates of this workspace, as classes of Python. What users see of them, with its documentation, is written
//! in Python beside it (`python/transformer_vm`); this half has no defaults, no text for notebooks and no progress
//! bars.
//!
//! Long work is done by a thread of its own, which never touches Python. The thread that called waits for it without
//! the global interpreter lock, looks for signals, and calls functions of Python: see `attend`. So Ctrl-C ends
//! everything, and other threads of Python go on meanwhile.
//!
//! A module imports only from those before it:
//!
//! 1. `failure`: errors as exceptions; `attend`: waiting for a thread; `value`: numbers of WebAssembly and of Python
//! 2. `transformer`: a model with its engines
//! 3. `explain`: one position explained; `export`: formats of others; `model`: what Python sees of a model
//! 4. `program`: sources compiled
//! 5. `settings`: how a run is made; `run`: what it came to; `work`: a model with what it runs
//! 6. `many`: several runs at once; `trace`: a run with its tokens; `batch`: traces as columns; `session`: the thread
//!    of an instance
//! 7. `job`: all of this for Python
//! 8. `instance`: an instance whose host is in Python

mod attend;
mod batch;
mod explain;
mod export;
mod failure;
mod instance;
mod job;
mod many;
mod model;
mod program;
mod run;
mod session;
mod settings;
mod trace;
mod transformer;
mod value;
mod work;

use pyo3::pymodule;

/// The module `transformer_vm._native`.
#[pymodule(gil_used = false)]
mod _native {
    /// The version of the workspace.
    #[pymodule_export]
    const VERSION: &str = env!("CARGO_PKG_VERSION");

    #[pymodule_export]
    use crate::instance::Instance;
    #[pymodule_export]
    use crate::job::Job;
    #[pymodule_export]
    use crate::many::Runs;
    #[pymodule_export]
    use crate::model::{Model, load, universal};
    #[pymodule_export]
    use crate::program::{Program, compile};
    #[pymodule_export]
    use crate::run::Run;
    #[pymodule_export]
    use crate::trace::Trace;
}
