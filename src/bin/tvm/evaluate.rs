//! `tvm eval`: a program through the exact evaluator of the universal graph.

use std::time::Instant;

use serde_json::json;
use tvm_core::graph::evaluate::Evaluator;
use tvm_core::program::text;
use tvm_runtime::run::Summary;
use tvm_runtime::token::{Role, UnknownToken};

use crate::arguments::ProgramArguments;
use crate::execution::{Sink, load, print_figures};
use crate::failure::Failure;

pub(crate) fn execute(arguments: &ProgramArguments) -> Result<(), Failure> {
    let machine = arguments.isa.machine();
    let execution = &arguments.execution;
    let job = load(&arguments.program, &machine, Some(execution))?;
    let given = job.program.reads_input().then_some(job.input.as_slice());
    let graph = machine.universal();
    let mut evaluator = Evaluator::new(&graph);
    let mut sink = Sink::new(execution)?;
    let mut summary = Summary::default();
    let begun = Instant::now();
    let prompt = text::prompt(&job.program, &machine.instruction_set(), given);
    for (position, name) in prompt.iter().enumerate() {
        let unknown = || UnknownToken { position, name: name.clone() };
        evaluator.feed(graph.token(name).ok_or_else(unknown)?)?;
        sink.token(name);
        summary.tokens += 1;
    }
    let mut end = Err(Failure::Limit(execution.max_tokens));
    while summary.generated_tokens < execution.max_tokens {
        let token = evaluator.predict()?;
        let name = &graph.tokens[token].name;
        sink.token(name);
        summary.tokens += 1;
        summary.generated_tokens += 1;
        let role = Role::of(name);
        summary.instructions += u64::from(!matches!(role, Role::Silent | Role::Traps(_)));
        match role {
            Role::Outputs(byte) => sink.byte(byte),
            Role::Halts => end = Ok(()),
            Role::Traps(kind) => end = Err(Failure::Trap(kind)),
            Role::Silent | Role::Completes => {}
        }
        if !matches!(end, Err(Failure::Limit(_))) {
            break;
        }
        evaluator.feed(token)?;
    }
    let elapsed = begun.elapsed();
    let output = sink.finish()?;
    let dimensions = json!({ "vocabulary": graph.tokens.len() });
    print_figures(execution.json, &summary, elapsed, &output, dimensions)?;
    end
}
