//! The loop over tokens as all commands drive it: within limits, with a line that says how far it is, and
//! until Ctrl-C.

use std::ops::ControlFlow;
use std::time::Instant;

use serde_json::Value;
use tvm_host::world::{Collected, Output};
use tvm_instance::{Guest, Interface};
use tvm_model::{Listing, Role, Token, Vocabulary};
use tvm_runtime::driver::{self, Driver, Observer, RunError, Summary, run};
use tvm_runtime::engine::Engine;

use crate::arguments::{ExecutionArguments, HostArguments};
use crate::failure::Failure;
use crate::host::Setting;
use crate::output::{Finished, Sink};
use crate::progress::Progress;
use crate::recorded::Recorded;
use crate::steps::{Step, Steps};
use crate::{host, interrupt};

/// A run that is asked for: everything but the engine.
pub(crate) struct Execution<'run> {
    pub(crate) vocabulary: &'run Vocabulary,
    /// The tokens that the run begins with.
    pub(crate) prompt: &'run [Token],
    /// The names of the program's functions and instructions.
    pub(crate) listing: Option<&'run Listing>,
    /// What there is to say of the model and the engine, when the run is over.
    pub(crate) told: &'run dyn Fn() -> Value,
}

impl Execution<'_> {
    /// Runs the program by an engine, with the host of an earlier run if that was recorded; output, trace and figures
    /// go where the arguments say. `fault` says why an engine that can fail did.
    pub(crate) fn by<E: Engine>(
        self,
        engine: &mut E,
        arguments: &ExecutionArguments,
        recorded: Option<Recorded<'_>>,
        fault: impl FnOnce(&mut E) -> Option<Failure>,
    ) -> Result<(), Failure> {
        let Execution { vocabulary, prompt, listing, told } = self;
        let roles: Vec<Role> = vocabulary.roles();
        let mut watcher = Watcher::new(vocabulary, arguments)?;
        let limits = arguments.limits();
        let begun = Instant::now();
        let result = match recorded {
            None => run(engine, &roles, prompt, limits, &mut watcher),
            Some(recorded) => {
                let mut driver = Driver::new(&mut *engine, &roles[..], limits);
                match driver.append(prompt, &mut watcher) {
                    Ok(()) => replay(Steps::new(driver, Some(recorded)), &mut watcher)?,
                    Err(error) => Err(error),
                }
            }
        };
        let elapsed = begun.elapsed();
        let fault = fault(engine);
        let output = watcher.sink.finish()?;
        if let Some(failure) = fault {
            return Err(failure);
        }
        let summary = result.as_ref().map_or_else(RunError::summary, |summary| *summary);
        let end = result.map(|_| ()).map_err(|error| Failure::run(error, listing));
        let told = told();
        Finished { summary, elapsed, output, results: None, told }.conclude(arguments, end)
    }

    /// Runs a program with a host, which the interface is for.
    pub(crate) fn with_host(
        self,
        engine: Box<dyn Engine + '_>,
        arguments: &ExecutionArguments,
        interface: &Interface,
        (host, name): (&HostArguments, &str),
    ) -> Result<(), Failure> {
        let Execution { vocabulary, prompt, listing, told } = self;
        let mut watcher = Watcher::new(vocabulary, arguments)?;
        let begun = Instant::now();
        let guest = Guest { vocabulary, prompt, interface };
        let collected = Collected::default();
        let setting = Setting {
            host,
            name,
            input: &arguments.input,
            output: arguments.json.then(|| Output::to(collected.clone())),
            progress: watcher.sink.progress(),
            limits: arguments.limits(),
            listing,
        };
        let ended = host::run(guest, engine, &mut watcher, setting)?;
        let elapsed = begun.elapsed();
        let host::Ended { summary, results, end } = ended;
        let mut output = watcher.sink.finish()?;
        output.extend(collected.take());
        let told = told();
        Finished { summary, elapsed, output, results, told }.conclude(arguments, end)
    }
}

/// Generates the tokens of a recorded sequence.
fn replay<E: Engine>(
    mut steps: Steps<'_, E>,
    observer: &mut dyn Observer,
) -> Result<Result<Summary, RunError>, Failure> {
    loop {
        match steps.step(observer)? {
            Step::Generated | Step::Halted => {}
            Step::Over => return Ok(Ok(steps.driver().summary())),
            Step::Failed(error) => return Ok(Err(error)),
        }
    }
}

struct Watcher<'model> {
    vocabulary: &'model Vocabulary,
    sink: Sink,
}

impl<'model> Watcher<'model> {
    fn new(
        vocabulary: &'model Vocabulary,
        arguments: &ExecutionArguments,
    ) -> Result<Self, Failure> {
        // Before there is a file for the trace, which a signal would leave unfinished.
        interrupt::listen();
        Ok(Watcher { vocabulary, sink: Sink::new(arguments)? })
    }
}

impl Observer for Watcher<'_> {
    fn token(&mut self, token: Token) {
        self.sink.token(self.vocabulary.name(token));
    }

    fn output(&mut self, byte: u8) {
        self.sink.byte(byte);
    }

    fn checkpoint(&mut self, progress: &driver::Progress) -> ControlFlow<()> {
        self.sink.checkpoint(progress)
    }
}

/// Watches a run whose output goes nowhere: only how far it is, and whether it is to end.
pub(crate) struct Watch {
    progress: Progress,
}

impl Watch {
    /// From now on Ctrl-C ends the run. A quiet one shows nothing.
    pub(crate) fn new(quiet: bool) -> Watch {
        interrupt::listen();
        Watch { progress: Progress::new(quiet) }
    }

    /// The line that says how far the run is.
    pub(crate) fn progress(&self) -> Progress {
        self.progress.clone()
    }

    /// Takes the line away that says how far the run is.
    pub(crate) fn clear(&mut self) {
        self.progress.clear();
    }
}

impl Observer for Watch {
    fn checkpoint(&mut self, progress: &driver::Progress) -> ControlFlow<()> {
        self.progress.show(progress);
        match interrupt::asked() {
            true => ControlFlow::Break(()),
            false => ControlFlow::Continue(()),
        }
    }
}

/// Keeps the tokens of a run whose output goes nowhere.
pub(crate) struct Kept {
    pub(crate) tokens: Vec<Token>,
    watch: Watch,
}

impl Kept {
    /// None yet. A quiet run does not show how far it is.
    pub(crate) fn new(quiet: bool) -> Kept {
        Kept { tokens: Vec::new(), watch: Watch::new(quiet) }
    }

    /// The line that says how far the run is.
    pub(crate) fn progress(&self) -> Progress {
        self.watch.progress()
    }

    /// All tokens, when the run is over.
    pub(crate) fn into_tokens(mut self) -> Vec<Token> {
        self.watch.clear();
        self.tokens
    }
}

impl Observer for Kept {
    fn token(&mut self, token: Token) {
        self.tokens.push(token);
    }

    fn checkpoint(&mut self, progress: &driver::Progress) -> ControlFlow<()> {
        self.watch.checkpoint(progress)
    }
}
