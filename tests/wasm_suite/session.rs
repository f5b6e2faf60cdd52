//! The calls of an instance as programs.
//!
//! A program ends at its first trap. So all calls that return make one program, in order, and every
//! call that traps makes one of its own, behind those before it that return, if they can have
//! changed anything. What a call did before it trapped is lost to the calls that follow; no script
//! looks at it.

use std::collections::HashMap;

use tvm_core::machine::Machine;
use tvm_program::ValueType;
use tvm_program::wasm::{HostModule, Invocation, compile_calls, signature};
use tvm_program::{CompileError, InstructionSet};

use crate::executors::{End, Outcome, Run};
use crate::link::has_state;
use crate::script::{Call, Expected, Instance, agree};
use crate::spectest::spectest;
use crate::table::{Kind, Tally, Verdict};

/// No program of the suite takes as many tokens.
const MOST_TOKENS: u64 = 100_000_000;

/// Instantiates a module, makes its calls, and records what comes of each.
pub fn run(instance: &Instance, executor: &dyn Run, tally: &mut Tally) {
    if let Some(reason) = instance.skipped {
        tally.record(instance.line, Kind::Action, Verdict::Skipped(reason));
        for call in &instance.calls {
            tally.record(call.line, call.kind, Verdict::Skipped(reason));
        }
        return;
    }
    let set = Machine::full().instruction_set();
    let mut session = Session { instance, executor, tally, set, hosts: [spectest()] };
    session.instantiate();
    let calls = session.compiled_calls();
    session.returning(&calls);
    session.trapping(&calls);
}

struct Session<'a> {
    instance: &'a Instance,
    executor: &'a dyn Run,
    tally: &'a mut Tally,
    set: InstructionSet,
    hosts: [HostModule; 1],
}

/// A call that can be made, and the bytes of its results where it returns.
struct CompiledCall<'a> {
    call: &'a Call,
    length: usize,
}

impl CompiledCall<'_> {
    fn returns(&self) -> bool {
        !matches!(self.call.expected, Expected::Trap(_))
    }
}

impl<'a> Session<'a> {
    fn program(&mut self, calls: &[Invocation]) -> Result<Outcome, CompileError> {
        let program = compile_calls(&self.instance.module, &self.set, &self.hosts, calls)?;
        let outcome = self.executor.run(&program, &[], MOST_TOKENS);
        self.tally.tokens += outcome.tokens;
        self.tally.programs += 1;
        Ok(outcome)
    }

    fn instantiate(&mut self) {
        let outcome = self.program(&[]);
        let (kind, expected) = match self.instance.trap {
            Some(trap) => (Kind::Trap, End::Trap(trap.to_owned())),
            None => (Kind::Action, End::Halt),
        };
        let verdict = match outcome {
            // Segments that do not fit are found before anything runs.
            Err(
                CompileError::DataOutsideMemory { .. } | CompileError::ElementsOutsideTable { .. },
            ) if expected == End::Trap("out_of_bounds".to_owned()) => Verdict::Passed,
            Err(error) => refused(&error),
            Ok(outcome) if outcome.end == expected => Verdict::Passed,
            Ok(outcome) => Verdict::Failed(format!("{:?}", outcome.end)),
        };
        self.tally.record(self.instance.line, kind, verdict);
    }

    /// The calls that can be compiled. The others are recorded as failures.
    fn compiled_calls(&mut self) -> Vec<CompiledCall<'a>> {
        let mut known: HashMap<&str, Result<usize, Verdict>> = HashMap::new();
        let mut calls = Vec::new();
        for call in &self.instance.calls {
            let invocation = &call.invocation;
            let compiled =
                known.entry(&invocation.function).or_insert_with(|| self.compiles(invocation));
            match compiled {
                Ok(length) => calls.push(CompiledCall { call, length: *length }),
                Err(verdict) => self.tally.record(call.line, call.kind, verdict.clone()),
            }
        }
        calls
    }

    /// Can this be compiled? Gives the bytes of its results.
    fn compiles(&self, invocation: &Invocation) -> Result<usize, Verdict> {
        let module = &self.instance.module;
        let (_, results) =
            signature(module, &invocation.function).map_err(|error| refused(&error))?;
        compile_calls(module, &self.set, &self.hosts, std::slice::from_ref(invocation))
            .map_err(|error| refused(&error))?;
        let length = |result: &ValueType| 4 * usize::from(result.words());
        Ok(results.iter().map(length).sum())
    }

    /// Makes all calls that return.
    fn returning(&mut self, calls: &[CompiledCall<'a>]) {
        let calls: Vec<_> = calls.iter().filter(|call| call.returns()).collect();
        if calls.is_empty() {
            return;
        }
        let invocations: Vec<_> = calls.iter().map(|call| call.call.invocation.clone()).collect();
        let outcome = match self.program(&invocations) {
            Ok(outcome) => outcome,
            Err(error) => {
                for CompiledCall { call, .. } in calls {
                    self.tally.record(call.line, call.kind, refused(&error));
                }
                return;
            }
        };
        let mut output = outcome.output.as_slice();
        for CompiledCall { call, length, .. } in calls {
            let verdict = match (output.split_at_checked(*length), &call.expected) {
                (None, _) => Verdict::Failed(format!("not reached: {:?}", outcome.end)),
                (Some((found, _)), Expected::Results(expected)) if !agree(expected, found) => {
                    Verdict::Failed(format!("{found:02x?} instead of {expected:x?}"))
                }
                _ => Verdict::Passed,
            };
            self.tally.record(call.line, call.kind, verdict);
            output = output.get(*length..).unwrap_or_default();
        }
        if outcome.end != End::Halt || !output.is_empty() {
            let rest = output.len();
            let verdict = Verdict::Failed(format!(
                "the calls that return: {:?}, {rest} bytes more",
                outcome.end
            ));
            self.tally.record(self.instance.line, Kind::Action, verdict);
        }
    }

    /// Makes every call that traps.
    fn trapping(&mut self, calls: &[CompiledCall<'a>]) {
        let again = has_state(&self.instance.module);
        for (place, CompiledCall { call, .. }) in calls.iter().enumerate() {
            let Expected::Trap(expected) = call.expected else { continue };
            let before = calls[..place].iter().filter(|call| again && call.returns());
            let (mut invocations, mut length) = (Vec::new(), 0);
            for call in before {
                invocations.push(call.call.invocation.clone());
                length += call.length;
            }
            invocations.push(call.invocation.clone());
            let verdict = match self.program(&invocations) {
                Err(error) => refused(&error),
                Ok(outcome) if outcome.output.len() != length => {
                    Verdict::Failed(format!("in the calls before it: {:?}", outcome.end))
                }
                Ok(outcome) if outcome.end == End::Trap(expected.to_owned()) => Verdict::Passed,
                Ok(outcome) => Verdict::Failed(format!("{:?}", outcome.end)),
            };
            self.tally.record(call.line, call.kind, verdict);
        }
    }
}

/// A refusal to compile is a failure, except for references whose type is one of the module.
fn refused(error: &CompileError) -> Verdict {
    match needs_references(error) {
        true => Verdict::Skipped("references"),
        false => Verdict::Failed(error.to_string()),
    }
}

fn needs_references(error: &CompileError) -> bool {
    match error {
        CompileError::Unsupported { operator, .. } => operator.contains("type (ref"),
        CompileError::FunctionType { found, .. } => found.contains("(ref"),
        CompileError::Several { lacks } => lacks.iter().any(|lack| needs_references(&lack.error)),
        _ => false,
    }
}
