//! An instance: a run that pauses where the program has nothing to do, until the host calls an export.

use std::collections::VecDeque;
use std::ops::ControlFlow;

use thiserror::Error;
use tvm_interface::{Interface, RETURNED, Signature, Value, ValueType};
use tvm_model::{Token, Vocabulary};
use tvm_runtime::driver::{Driver, Limits, Observer, Pause, Progress, RunError, Summary};
use tvm_runtime::engine::Engine;

use crate::answer::Answer;
use crate::follower::{Follower, Request};
use crate::imports::{Host, HostError};
use crate::memory::Memory;
use crate::tokens::HostTokens;

/// What is run: how tokens are called, what the run begins with, and what the host knows of the program.
#[derive(Debug, Clone, Copy)]
pub struct Guest<'run> {
    /// The names of the tokens.
    pub vocabulary: &'run Vocabulary,
    /// The tokens that the run begins with.
    pub prompt: &'run [Token],
    /// The imports and exports of the program, and which instructions change memory.
    pub interface: &'run Interface,
}

/// Why a call of an export has no results, or a run no end.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum InstanceError {
    /// The run ended: a trap, a limit, an interrupt.
    #[error(transparent)]
    Run(#[from] RunError),
    /// A function of the host failed, or is missing.
    #[error("{function}: {error}")]
    Host {
        /// The module and the name of the import.
        function: String,
        /// Why.
        error: HostError,
    },
    /// There is no such export.
    #[error("the program exports no function `{name}`; it exports {known}")]
    NoExport {
        /// The name.
        name: String,
        /// The names of what there is.
        known: String,
    },
    /// The arguments are not of the types of the export.
    #[error("`{name}` is of type {signature}, and the arguments are of types ({found})")]
    Arguments {
        /// The export.
        name: String,
        /// Its type.
        signature: Signature,
        /// The types of the arguments.
        found: String,
    },
    /// The program ended before, by a trap or by itself.
    #[error("the program has ended; make a new instance")]
    Ended,
    /// The host gives results of other types than the import has.
    #[error("{function} is of type {signature}, and the host gives ({found})")]
    Results {
        /// The module and the name of the import.
        function: String,
        /// Its type.
        signature: Signature,
        /// The types of what it gives.
        found: String,
    },
    /// The tokens are not what a program of this interface generates.
    #[error("the program asks for what its interface does not have: request {0}")]
    Request(u32),
    /// The model cannot be answered.
    #[error(
        "the model has no tokens for answers of a host: build it with the instruction set `full`"
    )]
    NoHostTokens,
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
    driver: Driver<'run, Box<dyn Engine + 'run>>,
    interface: &'run Interface,
    tokens: Option<HostTokens>,
    follower: Follower,
    host: Box<dyn Host + 'run>,
    observer: Box<dyn Observer + 'run>,
    answers: VecDeque<Answer>,
    /// The exports that are under way, the innermost last.
    calls: Vec<u32>,
    ended: bool,
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
        let Guest { vocabulary, prompt, interface } = guest;
        let mut instance = Instance {
            driver: Driver::new(engine, vocabulary.roles(), limits),
            interface,
            tokens: HostTokens::of(vocabulary),
            follower: Follower::new(vocabulary, interface),
            host: Box::new(host),
            observer: Box::new(observer),
            answers: VecDeque::new(),
            calls: Vec::new(),
            ended: false,
        };
        let mut watcher =
            Watcher { follower: &mut instance.follower, observer: instance.observer.as_mut() };
        instance.driver.append(prompt, &mut watcher)?;
        Ok(instance)
    }

    /// Runs a program with an entry to its end, or an instance until it is idle.
    ///
    /// # Errors
    /// [`InstanceError`] when it traps, exceeds a limit, is interrupted, or its host fails.
    pub fn run(&mut self) -> Result<Stop, InstanceError> {
        if self.ended {
            return Err(InstanceError::Ended);
        }
        let stop = self.go_on();
        self.ended = matches!(stop, Err(_) | Ok(Stop::Halt | Stop::Exit(_)));
        stop
    }

    /// Calls an exported function.
    ///
    /// # Errors
    /// [`InstanceError`] when there is no such function, or the arguments are of other types; when it traps,
    /// exceeds a limit, is interrupted, ends the program, or the host fails.
    pub fn call(&mut self, name: &str, arguments: &[Value]) -> Result<Vec<Value>, InstanceError> {
        let (number, export) = self.interface.export(name).ok_or_else(|| self.no_export(name))?;
        if !fits(&export.signature.parameters, arguments) {
            let signature = export.signature.clone();
            let found = types(arguments);
            return Err(InstanceError::Arguments { name: name.to_owned(), signature, found });
        }
        if self.driver.summary().generated_tokens == 0 {
            self.run()?;
        }
        self.tell_memory();
        self.answers.extend(Answer::call(number, arguments));
        self.calls.push(number);
        match self.run()? {
            Stop::Returned(results) => Ok(results),
            Stop::Exit(status) => Err(InstanceError::Host {
                function: name.to_owned(),
                error: HostError::Exit(status),
            }),
            Stop::Halt | Stop::Idle => Err(InstanceError::Ended),
        }
    }

    /// Linear memory. What is written there the program gets with the next call.
    pub fn memory(&mut self) -> &mut Memory {
        self.follower.memory_mut()
    }

    /// What was done until now.
    pub fn summary(&self) -> Summary {
        self.driver.summary()
    }

    /// The engine.
    pub fn engine(&self) -> &dyn Engine {
        self.driver.engine().as_ref()
    }

    fn no_export(&self, name: &str) -> InstanceError {
        const SHOWN: usize = 12;
        let exports = &self.interface.exports;
        let shown = exports.iter().take(SHOWN).map(|one| format!("`{}`", one.name.escape_debug()));
        let more = exports.len().saturating_sub(SHOWN);
        let more = (more > 0).then(|| format!("and {more} more"));
        let known = shown.chain(more).collect::<Vec<_>>().join(", ");
        let known = if known.is_empty() { "none".to_owned() } else { known };
        InstanceError::NoExport { name: name.escape_debug().to_string(), known }
    }

    /// What the host has written while the program was idle.
    fn tell_memory(&mut self) {
        let written = self.follower.memory_mut().take_written();
        self.answers.extend(Answer::sections(written));
    }

    fn go_on(&mut self) -> Result<Stop, InstanceError> {
        loop {
            if self.driver.is_paused()
                && let Some(answer) = self.answers.pop_front()
            {
                self.append(&answer)?;
            }
            let mut watcher =
                Watcher { follower: &mut self.follower, observer: self.observer.as_mut() };
            if self.driver.run(&mut watcher)? == Pause::Halt {
                return Ok(Stop::Halt);
            }
            match self.follower.take_request() {
                Some(request) if request.number == RETURNED => return self.returned(&request),
                Some(request) => {
                    if let ControlFlow::Break(status) = self.answer(&request)? {
                        return Ok(Stop::Exit(status));
                    }
                }
                None if self.answers.is_empty() => return Ok(Stop::Idle),
                None => {}
            }
        }
    }

    fn append(&mut self, answer: &Answer) -> Result<(), InstanceError> {
        let tokens = self.tokens.as_ref().ok_or(InstanceError::NoHostTokens)?;
        let tokens = match answer {
            Answer::Value(bytes) => tokens.value(bytes),
            Answer::Section(bytes) => tokens.section(bytes),
        };
        let tokens = tokens.ok_or(InstanceError::NoHostTokens)?;
        let mut watcher =
            Watcher { follower: &mut self.follower, observer: self.observer.as_mut() };
        Ok(self.driver.append(&tokens, &mut watcher)?)
    }

    fn returned(&mut self, request: &Request) -> Result<Stop, InstanceError> {
        let export = self.calls.pop().and_then(|call| self.interface.exports.get(call as usize));
        let export = export.ok_or(InstanceError::Request(request.number))?;
        let results = values(&export.signature.results, &request.arguments);
        Ok(Stop::Returned(results.ok_or(InstanceError::Request(request.number))?))
    }

    /// Calls a function of the host. Breaks with the exit status if it ends the program.
    fn answer(&mut self, request: &Request) -> Result<ControlFlow<u32>, InstanceError> {
        let import = self.interface.imports.get(request.number as usize);
        let import = import.ok_or(InstanceError::Request(request.number))?;
        let arguments = values(&import.signature.parameters, &request.arguments)
            .ok_or(InstanceError::Request(request.number))?;
        let function =
            || format!("{}.{}", import.module.escape_debug(), import.name.escape_debug());
        let results = match self.host.call(import, &arguments, self.follower.memory_mut()) {
            Ok(results) => results,
            Err(HostError::Exit(status)) => return Ok(ControlFlow::Break(status)),
            Err(error) => return Err(InstanceError::Host { function: function(), error }),
        };
        if !fits(&import.signature.results, &results) {
            let (signature, found) = (import.signature.clone(), types(&results));
            return Err(InstanceError::Results { function: function(), signature, found });
        }
        self.tell_memory();
        self.answers.extend(Answer::results(&results));
        Ok(ControlFlow::Continue(()))
    }
}

/// Values of these types from their bits; none if there are more or fewer.
fn values(types: &[ValueType], bits: &[u64]) -> Option<Vec<Value>> {
    let value = |(&value_type, &bits): (&ValueType, &u64)| {
        Value::from_words(value_type, [bits as u32, (bits >> 32) as u32])
    };
    (types.len() == bits.len()).then(|| types.iter().zip(bits).map(value).collect())
}

fn fits(types: &[ValueType], values: &[Value]) -> bool {
    types.iter().copied().eq(values.iter().map(|value| value.value_type()))
}

fn types(values: &[Value]) -> String {
    values.iter().map(|value| value.value_type().name()).collect::<Vec<_>>().join(" ")
}

/// Follows the tokens for the host and hands them on.
struct Watcher<'watch> {
    follower: &'watch mut Follower,
    observer: &'watch mut dyn Observer,
}

impl Observer for Watcher<'_> {
    fn token(&mut self, token: Token) {
        self.follower.token(token);
        self.observer.token(token);
    }

    fn output(&mut self, byte: u8) {
        self.observer.output(byte);
    }

    fn checkpoint(&mut self, progress: &Progress) -> ControlFlow<()> {
        self.observer.checkpoint(progress)
    }
}
