//! `tvm reference`: a program run directly, printing the same tokens.

use std::cell::Cell;
use std::ops::ControlFlow;
use std::time::Instant;

use serde_json::json;
use tvm_core::pipeline::listing;
use tvm_model::token::{self, Move, Role};
use tvm_reference::{Commit, End, Executor, ReferenceError, Trace, TraceToken};
use tvm_runtime::cursor::{Follower, Step};
use tvm_runtime::run::{Progress, Summary};
use tvm_runtime::trap;

use crate::arguments::ProgramArguments;
use crate::execution::load;
use crate::failure::Failure;
use crate::interrupt;
use crate::output::{Finished, Sink};

/// Tokens between two checkpoints: the reference makes some hundred million a second.
const CHUNK: u64 = 1 << 20;

pub(crate) fn execute(arguments: &ProgramArguments) -> Result<(), Failure> {
    let machine = arguments.isa.machine();
    let execution = &arguments.execution;
    let job = load(&arguments.program, &machine, Some(&execution.input))?;
    let set = machine.instruction_set();
    let mut run = Run {
        sink: Sink::new(execution)?,
        follower: Follower::default(),
        summary: Summary::default(),
        traced: execution.trace.is_some(),
    };
    interrupt::listen();
    for name in job.prompt(&set) {
        run.prompt(&name);
    }
    let begun = Instant::now();
    let executor = Executor::new(&job.program, &set, &job.input)?;
    let ended = run.generate(executor, execution.max_tokens);
    let Run { sink, follower, summary, .. } = run;
    let elapsed = begun.elapsed();
    let output = sink.finish()?;
    let end = match ended? {
        None => Err(Failure::Interrupted),
        Some(End::Halt) => Ok(()),
        Some(End::Trap(kind)) => {
            let listing = listing(&job.program, &set);
            let place = follower.place();
            let described = listing.describe(place.instruction, &place.calls);
            Err(Failure::Trap(trap::message(&kind.to_string(), &place, Some(described))))
        }
    };
    Finished { summary, elapsed, output, dimensions: json!({}) }.conclude(execution, end)
}

/// A run under way.
struct Run {
    sink: Sink,
    follower: Follower,
    summary: Summary,
    /// Are the names of the tokens written to a file?
    traced: bool,
}

impl Run {
    fn prompt(&mut self, name: &str) {
        self.sink.token(name);
        self.follower.follow(Step::of(&token::role(name)));
        self.summary.tokens += 1;
    }

    /// Runs the program to its end. `None` when the run was interrupted.
    fn generate(
        &mut self,
        mut executor: Executor,
        max_tokens: u64,
    ) -> Result<Option<End>, ReferenceError> {
        // An instruction is some tokens, and is completed before the run ends.
        let interrupted = Cell::new(false);
        let mut consumer = |token: &TraceToken| {
            self.token(token);
            if self.summary.generated_tokens.is_multiple_of(CHUNK) && self.checkpoint().is_break() {
                interrupted.set(true);
            }
        };
        let mut trace = Trace::new(max_tokens, &mut consumer);
        while !interrupted.get() {
            if let Some(end) = executor.step(&mut trace)? {
                return Ok(Some(end));
            }
        }
        Ok(None)
    }

    fn token(&mut self, token: &TraceToken) {
        let role = role(token);
        let step = Step::of(&role);
        self.follower.follow(step);
        self.summary.tokens += 1;
        self.summary.generated_tokens += 1;
        self.summary.instructions += step.completed() + u64::from(role == Role::Halts);
        if self.traced {
            self.sink.token(&token.to_string());
        }
        if let TraceToken::Out(byte) = token {
            self.sink.byte(*byte);
        }
    }

    fn checkpoint(&mut self) -> ControlFlow<()> {
        let call_depth = self.follower.call_depth();
        self.sink.checkpoint(&Progress { summary: self.summary, call_depth, memory: 0 })
    }
}

/// What a token means to the loop: nothing, when it ends the program by a trap.
fn role(token: &TraceToken) -> Role {
    match token {
        TraceToken::Byte { value, .. } => Role::Byte(*value),
        TraceToken::Out(byte) => Role::Outputs(*byte),
        TraceToken::Commit(Commit { branch_taken: true, .. }) => Role::Completes(Move::Branch),
        TraceToken::Commit(_) => Role::Completes(Move::Next),
        TraceToken::CallCommit => Role::Completes(Move::Call),
        TraceToken::ReturnCommit => Role::Completes(Move::Return),
        TraceToken::Halt => Role::Halts,
        TraceToken::BranchTaken | TraceToken::Divided | TraceToken::Trap(_) => Role::Silent,
    }
}
