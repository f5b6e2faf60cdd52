//! What the compiler says of modules and calls, and what came of programs, kept: later versions of the suite have most
//! of the modules and calls of earlier ones, and the answer is the same whenever it is asked for.

use std::collections::HashMap;
use std::sync::Mutex;

use sha2::{Digest, Sha256};
use tvm_core::machine::Machine;
use tvm_program::wasm::{HostModule, Invocation, compile_calls, signature};
use tvm_program::{CompileError, InstructionSet, Program, ValueType};

use crate::executors::{Outcome, Run};
use crate::spectest::spectest;

/// No program of the suite takes as many tokens.
const MOST_TOKENS: u64 = 100_000_000;

/// A module and calls, by their digest.
type Key = [u8; 32];

/// Answers that are kept.
type Kept<T> = Mutex<HashMap<Key, Result<T, CompileError>>>;

/// The types of the results of a call, or why it cannot be compiled.
pub type Callable = Result<Vec<ValueType>, CompileError>;

/// The compiler, for the full instruction set.
pub struct Compiler {
    set: InstructionSet,
    hosts: [HostModule; 1],
    compiled: Kept<()>,
    callable: Kept<Vec<ValueType>>,
}

impl Compiler {
    pub fn new() -> Self {
        let (set, hosts) = (Machine::full().instruction_set(), [spectest()]);
        Compiler { set, hosts, compiled: Mutex::default(), callable: Mutex::default() }
    }

    fn compile(&self, module: &[u8], calls: &[Invocation]) -> Result<Program, CompileError> {
        compile_calls(module, &self.set, &self.hosts, calls)
    }

    /// Can a module be compiled, without any call?
    pub fn compiles(&self, module: &[u8]) -> Result<(), CompileError> {
        kept(&self.compiled, key(module, &[]), || self.compile(module, &[]).map(|_| ()))
    }

    /// Can these calls be compiled? Gives the types of the results of each, which all are of different functions.
    /// Together they are compiled first, which takes no longer than one of them, mostly.
    pub fn callable(&self, module: &[u8], calls: &[&Invocation]) -> Vec<Callable> {
        let calls: Vec<Invocation> = calls.iter().copied().cloned().collect();
        let together =
            kept(&self.compiled, key(module, &calls), || self.compile(module, &calls).map(|_| ()));
        let callable = |call: &Invocation| {
            let calls = std::slice::from_ref(call);
            kept(&self.callable, key(module, calls), || {
                let (_, results) = signature(module, &call.function)?;
                match &together {
                    Ok(()) => Ok(results),
                    Err(_) => self.compile(module, calls).map(|_| results),
                }
            })
        };
        calls.iter().map(callable).collect()
    }
}

/// Who runs programs, and what came of those that it has run.
pub struct Outcomes<'a> {
    executor: &'a (dyn Run + Sync),
    pub compiler: &'a Compiler,
    ran: Kept<Outcome>,
}

impl<'a> Outcomes<'a> {
    pub fn new(executor: &'a (dyn Run + Sync), compiler: &'a Compiler) -> Self {
        Outcomes { executor, compiler, ran: Mutex::default() }
    }

    /// What comes of these calls.
    pub fn run(&self, module: &[u8], calls: &[Invocation]) -> Result<Outcome, CompileError> {
        kept(&self.ran, key(module, calls), || {
            let program = self.compiler.compile(module, calls)?;
            Ok(self.executor.run(&program, &[], MOST_TOKENS))
        })
    }

    /// How many programs were run, and the tokens that they were.
    pub fn totals(&self) -> (usize, u64) {
        let ran = self.ran.lock().expect(UNHARMED);
        let outcomes = ran.values().flatten();
        outcomes.fold((0, 0), |(programs, tokens), one| (programs + 1, tokens + one.tokens))
    }
}

/// Why what is kept can be read.
const UNHARMED: &str = "nobody panics meanwhile";

/// What is kept under a key, or what comes of the work.
fn kept<T: Clone>(
    known: &Kept<T>,
    key: Key,
    work: impl FnOnce() -> Result<T, CompileError>,
) -> Result<T, CompileError> {
    let found = known.lock().expect(UNHARMED).get(&key).cloned();
    found.unwrap_or_else(|| {
        let answer = work();
        known.lock().expect(UNHARMED).insert(key, answer.clone());
        answer
    })
}

fn key(module: &[u8], calls: &[Invocation]) -> Key {
    let mut digest = Sha256::new();
    digest.update(module.len().to_le_bytes());
    digest.update(module);
    for Invocation { function, arguments } in calls {
        digest.update(format!("{function:?} {arguments:?}\n"));
    }
    digest.finalize().into()
}
