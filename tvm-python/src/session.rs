//! The thread of an instance. The transformer, its cache and its memory belong to it. Where the program calls a
//! function of the host, it asks the thread of Python that has called the instance, which calls the function of
//! Python; and this function may call the instance again, read memory and write it.
//!
//! ```text
//! Python                                thread
//! Call ------------------------------>  runs
//!      <------------------------------  Asked (the program calls a function of the host)
//! Call, Read, Write (by the function)   ...
//! Answer ---------------------------->  goes on
//!      <------------------------------  Returned
//! ```

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender};

use tvm_host::world::{Collected, World};
use tvm_instance::{
    Guest, Host, HostError, Import, InstanceError, Interface, Memory, OutOfBounds,
    Program as Caller, Value,
};
use tvm_model::Listing;
use tvm_runtime::driver::Summary;

use crate::attend::{Sent, Watch, caught};
use crate::failure::Failure;
use crate::settings::Settings;
use crate::work::{Work, world};

/// What Python asks of the thread.
pub(crate) enum Command {
    Call { name: String, arguments: Vec<Value> },
    Answer(Result<Vec<Value>, HostError>),
    Read { address: u32, length: u32 },
    Write { address: u32, bytes: Vec<u8> },
    MemorySize,
    Summary,
}

/// What the thread says.
pub(crate) enum Event {
    /// The functions of the program can be called.
    Ready,
    /// The program calls a function of Python.
    Asked {
        import: Import,
        arguments: Vec<Value>,
    },
    Returned(Vec<Value>),
    Bytes(Vec<u8>),
    Written,
    MemorySize(u64),
    Summary(Summary),
    Failed(Failure),
}

/// All that the thread has.
pub(crate) struct Session {
    pub(crate) work: Arc<Work>,
    pub(crate) settings: Settings,
    pub(crate) line: Line,
    pub(crate) watch: Arc<Watch>,
    pub(crate) output: Collected,
    pub(crate) error_output: Collected,
}

/// Both directions between the thread and Python, and which functions Python has.
pub(crate) struct Line {
    pub(crate) provided: HashSet<String>,
    pub(crate) commands: Receiver<Command>,
    pub(crate) events: Sender<Sent<Event>>,
}

/// The host: functions of Python, and WASI.
struct PythonHost<'session> {
    line: &'session Line,
    world: World,
    listing: Option<&'session Listing>,
}

/// What a module of functions has to be called before all others, if it exports it.
const INITIALISE: &str = "_initialize";

impl Session {
    /// Does what Python asks, until it has no instance any more. Says it if something cannot be done, or panics.
    pub(crate) fn serve(self) {
        let last = match caught(|| self.answer_all()) {
            Ok(Ok(())) => return,
            Ok(Err(failure)) => Ok(Event::Failed(failure)),
            Err(panic) => Err(panic),
        };
        let _ = self.line.events.send(last);
    }

    fn answer_all(&self) -> Result<(), Failure> {
        let none = Interface::default();
        let work = &self.work;
        let interface = work.interface().unwrap_or(&none);
        if interface.exports.is_empty() {
            let message = "the program has no exported functions to be called; a model of one that has them is \
                           specialised with exports=True";
            return Err(Failure::Usage(message.to_owned()));
        }
        let prompt = work.prompt(None)?;
        let (engine, _) = work.transformer.engine(self.settings.engine()?)?;
        let guest =
            Guest { vocabulary: &work.transformer.model.vocabulary, prompt: &prompt, interface };
        let listing = work.listing();
        let world = world(&self.settings, work.name(), b"", (&self.output, &self.error_output))?;
        let host = PythonHost { line: &self.line, world, listing };
        let limits = self.settings.limits();
        let failure = |error| Failure::instance(error, listing);
        let instance = tvm_instance::Instance::new(guest, engine, host, &*self.watch, limits);
        let mut instance = instance.map_err(failure)?;
        // What the module does before its functions can be called.
        instance.run().map_err(failure)?;
        let mut must_initialise = interface.export(INITIALISE).is_some();
        self.line.say(Event::Ready);
        while let Ok(command) = self.line.commands.recv() {
            let event = match command {
                Command::Call { name, arguments } => {
                    let initialised = match must_initialise && name != INITIALISE {
                        true => instance.call(INITIALISE, &[]).map(|_| ()),
                        false => Ok(()),
                    };
                    must_initialise = false;
                    let results = initialised.and_then(|()| instance.call(&name, &arguments));
                    returned(results.map_err(failure))
                }
                Command::Summary => Event::Summary(instance.summary()),
                other => of_memory(instance.memory(), other),
            };
            self.line.say(event);
        }
        Ok(())
    }
}

fn returned(results: Result<Vec<Value>, Failure>) -> Event {
    results.map_or_else(Event::Failed, Event::Returned)
}

/// Does what is asked of memory.
fn of_memory(memory: &mut Memory, command: Command) -> Event {
    let outside = |error: OutOfBounds| Event::Failed(Failure::Usage(error.to_string()));
    match command {
        Command::Read { address, length } => {
            memory.bytes(address, length).map_or_else(outside, Event::Bytes)
        }
        Command::Write { address, bytes } => {
            memory.write(address, &bytes).map_or_else(outside, |()| Event::Written)
        }
        Command::MemorySize => Event::MemorySize(memory.size()),
        Command::Call { .. } | Command::Answer(_) | Command::Summary => {
            unreachable!("nothing of memory is asked")
        }
    }
}

impl Line {
    fn say(&self, event: Event) {
        // If nobody listens any more, the next command does not come either.
        let _ = self.events.send(Ok(event));
    }
}

impl Host for PythonHost<'_> {
    fn call(
        &mut self,
        import: &Import,
        arguments: &[Value],
        program: &mut dyn Caller,
    ) -> Result<Vec<Value>, HostError> {
        if !self.line.provided.contains(&full_name(import)) {
            return self.world.call(import, arguments, program);
        }
        let arguments = arguments.to_vec();
        self.line.say(Event::Asked { import: import.clone(), arguments });
        loop {
            let gone = |_| HostError::Failed("the instance is gone".to_owned());
            let event = match self.line.commands.recv().map_err(gone)? {
                Command::Answer(results) => return results,
                Command::Call { name, arguments } => {
                    let listing = self.listing;
                    let results = program.call(self, &name, &arguments);
                    returned(results.map_err(|error| nested(error, &name, listing)))
                }
                Command::Summary => {
                    let message = "the figures are there when no call is open".to_owned();
                    Event::Failed(Failure::Usage(message))
                }
                other => of_memory(program.memory(), other),
            };
            self.line.say(event);
        }
    }
}

/// Why a call from within a function of the host has no results.
fn nested(error: HostError, name: &str, listing: Option<&Listing>) -> Failure {
    match error {
        HostError::Program(error) => Failure::instance(*error, listing),
        error => Failure::Host(InstanceError::Host { function: name.to_owned(), error }),
    }
}

pub(crate) fn full_name(import: &Import) -> String {
    format!("{}.{}", import.module, import.name)
}
