//! `tvm reference`: a program run directly, printing the same tokens.

use std::time::Instant;

use serde_json::json;
use tvm_core::program::text;
use tvm_core::reference::{End, Executor, TraceToken};
use tvm_runtime::run::Summary;

use crate::arguments::ProgramArguments;
use crate::execution::{Sink, load, print_figures};
use crate::failure::Failure;

pub(crate) fn execute(arguments: &ProgramArguments) -> Result<(), Failure> {
    let machine = arguments.isa.machine();
    let execution = &arguments.execution;
    let job = load(&arguments.program, &machine, Some(execution))?;
    let given = job.program.reads_input().then_some(job.input.as_slice());
    let set = machine.instruction_set();
    let mut sink = Sink::new(execution)?;
    let prompt = text::prompt(&job.program, &set, given);
    for name in &prompt {
        sink.token(name);
    }
    let traced = execution.trace.is_some();
    let begun = Instant::now();
    let executor = Executor::new(&job.program, &set, &job.input)?;
    let run = executor.run(execution.max_tokens, &mut |token| {
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
        End::Trap(kind) => Err(Failure::Trap(kind.to_string())),
    }
}
