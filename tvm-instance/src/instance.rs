//! An instance: a run with its host, whose exports can be called.

use tvm_interface::{Interface, Value};
use tvm_model::{Token, Vocabulary};
use tvm_runtime::driver::{Limits, Observer, Summary};
use tvm_runtime::engine::Engine;

use crate::error::InstanceError;
use crate::imports::Host;
use crate::memory::Memory;
use crate::run::Run;

/// What is run: how tokens are called, what the run begins with, and what the host knows of the program.
#[derive(Debug, Clone, Copy)]
pub struct Guest<'run> {
    /// The names of the tokens.
    pub vocabulary: &'run Vocabulary,
    /// The tokens that the run begins with.
    pub prompt: &'run [Token],
    /// The imports and exports of the program, and what is needed to follow its memory.
    pub interface: &'run Interface,
}

/// Why a run has paused.
#[derive(Debug, Clone, PartialEq)]
pub enum Stop {
    /// The program has ended.
    Halt,
    /// The program ended itself with this exit status.
    Exit(u32),
    /// An export has returned these.
    Returned(Vec<Value>),
    /// The program awaits what the host wants next.
    Idle,
}

/// A transformer with its cache, its memory as the host sees it, and its host.
pub struct Instance<'run> {
    run: Run<'run>,
    host: Box<dyn Host + 'run>,
}

impl<'run> Instance<'run> {
    /// A run that has not begun; the engine has read nothing.
    ///
    /// # Errors
    /// When the prompt cannot be read.
    pub fn new(
        guest: Guest<'run>,
        engine: Box<dyn Engine + 'run>,
        host: impl Host + 'run,
        observer: impl Observer + 'run,
        limits: Limits,
    ) -> Result<Instance<'run>, InstanceError> {
        let run = Run::new(guest, engine, Box::new(observer), limits)?;
        Ok(Instance { run, host: Box::new(host) })
    }

    /// Runs a program with an entry to its end, or an instance until it is idle.
    ///
    /// # Errors
    /// [`InstanceError`] when it traps, exceeds a limit, is interrupted, or its host fails.
    pub fn run(&mut self) -> Result<Stop, InstanceError> {
        self.run.run(self.host.as_mut())
    }

    /// Calls an exported function.
    ///
    /// # Errors
    /// [`InstanceError`] when there is no such function, or the arguments are of other types; when it traps,
    /// exceeds a limit, is interrupted, ends the program, or the host fails.
    pub fn call(&mut self, name: &str, arguments: &[Value]) -> Result<Vec<Value>, InstanceError> {
        self.run.call(self.host.as_mut(), name, arguments)
    }

    /// Linear memory. What is written there the program gets with the next call.
    pub fn memory(&mut self) -> &mut Memory {
        self.run.memory()
    }

    /// What was done until now.
    pub fn summary(&self) -> Summary {
        self.run.driver.summary()
    }

    /// The engine.
    pub fn engine(&self) -> &dyn Engine {
        self.run.driver.engine().as_ref()
    }
}
