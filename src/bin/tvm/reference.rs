//! `tvm reference`: a program run directly, printing the same tokens.

use std::time::Instant;

use serde_json::json;
use tvm_core::program::text;
use tvm_core::reference::{Commit, End, Executor, TraceToken};
use tvm_runtime::cursor::{Follower, Step};
use tvm_runtime::run::Summary;
use tvm_runtime::token::{Move, Role};
use tvm_runtime::trap;

use crate::arguments::ProgramArguments;
use crate::execution::{Sink, load, print_figures};
use crate::failure::Failure;

pub(crate) fn execute(arguments: &ProgramArguments) -> Result<(), Failure> {
    let machine = arguments.isa.machine();
    let execution = &arguments.execution;
    let job = load(&arguments.program, &machine, Some(&execution.input))?;
    let given = job.program.reads_input().then_some(job.input.as_slice());
    let set = machine.instruction_set();
    let mut sink = Sink::new(execution)?;
    let prompt = text::prompt(&job.program, &set, given);
    for name in &prompt {
        sink.token(name);
    }
    let mut follower = Follower::default();
    prompt.iter().for_each(|name| follower.follow(Step::of(&Role::of(name))));
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
    let output = sink.finish()?;
    let run = run?;
    let summary = Summary {
        tokens: prompt.len() as u64 + run.generated_tokens,
        generated_tokens: run.generated_tokens,
        instructions: run.instructions,
    };
    print_figures(execution.json, &summary, elapsed, &output, json!({}))?;
    match run.end {
        End::Halt => Ok(()),
        End::Trap(kind) => {
            let listing = job.program.listing(&set);
            let message = trap::message(&kind.to_string(), &follower.place(), Some(&listing));
            Err(Failure::Trap(message))
        }
    }
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
