//! A run that pauses where the program asks its host, or has nothing to do. Its host is given to it anew each time: a
//! function of the host that is called can call an export, and then the run goes on inside of that call.

use std::collections::VecDeque;
use std::ops::ControlFlow;

use tvm_interface::{Interface, RETURNED, Value, ValueType};
use tvm_model::Token;
use tvm_runtime::driver::{Driver, Limits, Observer, Pause, Progress};
use tvm_runtime::engine::Engine;

use crate::answer::Answer;
use crate::caller::Program;
use crate::error::InstanceError;
use crate::follower::{Follower, Request};
use crate::imports::{Host, HostError};
use crate::instance::{Guest, Stop};
use crate::memory::Memory;
use crate::tokens::HostTokens;

/// How deep functions of the host and exports may call each other: each time takes some of the host's own stack.
const DEEPEST: usize = 200;

/// A transformer with its cache, and its memory as the host sees it.
pub(crate) struct Run<'run> {
    pub(crate) driver: Driver<'run, Box<dyn Engine + 'run>>,
    interface: &'run Interface,
    tokens: Option<HostTokens>,
    follower: Follower,
    observer: Box<dyn Observer + 'run>,
    answers: VecDeque<Answer>,
    /// The exports that are under way, the innermost last.
    calls: Vec<u32>,
    /// How many functions of the host have called exports that are under way.
    depth: usize,
    /// How the run has ended.
    end: Option<Result<Stop, InstanceError>>,
}

impl<'run> Run<'run> {
    /// A run that has read its prompt.
    pub(crate) fn new(
        guest: Guest<'run>,
        engine: Box<dyn Engine + 'run>,
        observer: Box<dyn Observer + 'run>,
        limits: Limits,
    ) -> Result<Run<'run>, InstanceError> {
        let Guest { vocabulary, prompt, interface } = guest;
        let mut run = Run {
            driver: Driver::new(engine, vocabulary.roles(), limits),
            interface,
            tokens: HostTokens::of(vocabulary),
            follower: Follower::new(vocabulary, interface),
            observer,
            answers: VecDeque::new(),
            calls: Vec::new(),
            depth: 0,
            end: None,
        };
        let mut watcher = Watcher { follower: &mut run.follower, observer: run.observer.as_mut() };
        run.driver.append(prompt, &mut watcher)?;
        Ok(run)
    }

    /// Runs to the end, or until an export returns, or the program is idle.
    pub(crate) fn run(&mut self, host: &mut dyn Host) -> Result<Stop, InstanceError> {
        if self.end.is_some() {
            return Err(InstanceError::Ended);
        }
        let stop = self.go_on(host);
        if matches!(stop, Err(_) | Ok(Stop::Halt | Stop::Exit(_))) {
            self.end = Some(stop.clone());
        }
        stop
    }

    /// Calls an exported function.
    pub(crate) fn call(
        &mut self,
        host: &mut dyn Host,
        name: &str,
        arguments: &[Value],
    ) -> Result<Vec<Value>, InstanceError> {
        let (number, export) = self.interface.export(name).ok_or_else(|| self.no_export(name))?;
        if !fits(&export.signature.parameters, arguments) {
            let signature = export.signature.clone();
            let found = types(arguments);
            return Err(InstanceError::Arguments { name: name.to_owned(), signature, found });
        }
        if self.driver.summary().generated_tokens == 0 {
            self.run(host)?;
        }
        self.tell_memory();
        self.answers.extend(Answer::call(number, arguments));
        self.calls.push(number);
        match self.run(host)? {
            Stop::Returned(results) => Ok(results),
            Stop::Exit(status) => Err(InstanceError::Host {
                function: name.to_owned(),
                error: HostError::Exit(status),
            }),
            Stop::Halt | Stop::Idle => Err(InstanceError::Ended),
        }
    }

    pub(crate) fn memory(&mut self) -> &mut Memory {
        self.follower.memory_mut()
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

    /// What the host has written while the program was paused.
    fn tell_memory(&mut self) {
        let written = self.follower.memory_mut().take_written();
        self.answers.extend(Answer::sections(written));
    }

    fn go_on(&mut self, host: &mut dyn Host) -> Result<Stop, InstanceError> {
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
                    if let ControlFlow::Break(status) = self.answer(&request, host)? {
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
    fn answer(
        &mut self,
        request: &Request,
        host: &mut dyn Host,
    ) -> Result<ControlFlow<u32>, InstanceError> {
        let import = self.interface.imports.get(request.number as usize);
        let import = import.ok_or(InstanceError::Request(request.number))?;
        let arguments = values(&import.signature.parameters, &request.arguments)
            .ok_or(InstanceError::Request(request.number))?;
        let function =
            || format!("{}.{}", import.module.escape_debug(), import.name.escape_debug());
        let answered = host.call(import, &arguments, self);
        // An export that it called has ended the run.
        match &self.end {
            None => {}
            Some(Ok(Stop::Exit(status))) => return Ok(ControlFlow::Break(*status)),
            Some(Ok(_)) => return Err(InstanceError::Ended),
            Some(Err(error)) => return Err(error.clone()),
        }
        let results = match answered {
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

impl Program for Run<'_> {
    fn memory(&mut self) -> &mut Memory {
        self.follower.memory_mut()
    }

    fn call(
        &mut self,
        host: &mut dyn Host,
        name: &str,
        arguments: &[Value],
    ) -> Result<Vec<Value>, HostError> {
        if self.depth == DEEPEST {
            return Err(HostError::Program(Box::new(InstanceError::TooDeep(DEEPEST))));
        }
        self.depth += 1;
        let results = Run::call(self, host, name, arguments);
        self.depth -= 1;
        results.map_err(|error| match error {
            InstanceError::Host { error: HostError::Exit(status), .. } => HostError::Exit(status),
            error => HostError::Program(Box::new(error)),
        })
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
