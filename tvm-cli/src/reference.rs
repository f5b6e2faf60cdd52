//! `tvm reference`: a program run directly, printing the same tokens.

use std::time::Instant;

use serde_json::json;
use tvm_core::pipeline::listing;
use tvm_model::token::{self, Move, Role};
use tvm_reference::{Commit, End, Executor, TraceToken};
use tvm_runtime::cursor::{Follower, Step};
use tvm_runtime::run::Summary;
use tvm_runtime::trap;

use crate::arguments::ProgramArguments;
use crate::execution::load;
use crate::failure::Failure;
use crate::output::{Finished, Sink};

pub(crate) fn execute(arguments: &ProgramArguments) -> Result<(), Failure> {
    let machine = arguments.isa.machine();
    let execution = &arguments.execution;
    let job = load(&arguments.program, &machine, &arguments.c, Some(&execution.input))?;
    let set = machine.instruction_set();
    let mut sink = Sink::new(execution)?;
    let mut follower = Follower::default();
    let prompt = job.prompt(&set);
    for name in &prompt {
        sink.token(name);
        follower.follow(Step::of(&token::role(name)));
    }
    let traced = execution.trace.is_some();
    let begun = Instant::now();
    let executor = Executor::new(&job.program, &set, &job.input)?;
    let run = executor.run(execution.max_tokens, &mut |token| {
        follower.follow(Step::of(&role(token)));
        if traced {
            sink.token(&token.to_string());
        }
        if let TraceToken::Out(byte) = token {
            sink.byte(*byte);
        }
    });
    let elapsed = begun.elapsed();
    let Some(output) = sink.finish()? else { return Ok(()) };
    let run = run?;
    let summary = Summary {
        tokens: prompt.len() as u64 + run.generated_tokens,
        generated_tokens: run.generated_tokens,
        instructions: run.instructions,
    };
    let end = match run.end {
        End::Halt => Ok(()),
        End::Trap(kind) => {
            let listing = listing(&job.program, &set);
            let place = follower.place();
            let described = listing.describe(place.instruction, &place.calls);
            Err(Failure::Trap(trap::message(&kind.to_string(), &place, Some(described))))
        }
    };
    Finished { summary, elapsed, output, dimensions: json!({}) }.conclude(execution, end)
}

/// What a token says of the cursor: nothing, when it ends the program.
fn role(token: &TraceToken) -> Role {
    match token {
        TraceToken::Byte { value, .. } => Role::Byte(*value),
        TraceToken::Out(byte) => Role::Outputs(*byte),
        TraceToken::Commit(Commit { branch_taken: true, .. }) => Role::Completes(Move::Branch),
        TraceToken::Commit(_) => Role::Completes(Move::Next),
        TraceToken::CallCommit => Role::Completes(Move::Call),
        TraceToken::ReturnCommit => Role::Completes(Move::Return),
        TraceToken::BranchTaken | TraceToken::Divided | TraceToken::Trap(_) | TraceToken::Halt => {
            Role::Silent
        }
    }
}
