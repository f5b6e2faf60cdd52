//! `tvm eval`: a program through the exact evaluator of the universal graph.

use std::time::Instant;

use serde_json::json;
use tvm_core::graph::evaluate::Evaluator;
use tvm_core::program::text;
use tvm_runtime::cursor::{Follower, Step};
use tvm_runtime::run::Summary;
use tvm_runtime::token::{Role, UnknownToken};
use tvm_runtime::trap;

use crate::arguments::ProgramArguments;
use crate::execution::{Sink, load, print_figures};
use crate::failure::Failure;

pub(crate) fn execute(arguments: &ProgramArguments) -> Result<(), Failure> {
    let machine = arguments.isa.machine();
    let execution = &arguments.execution;
    let job = load(&arguments.program, &machine, Some(&execution.input))?;
    let given = job.program.reads_input().then_some(job.input.as_slice());
    let graph = machine.universal();
    let mut evaluator = Evaluator::new(&graph);
    let mut sink = Sink::new(execution)?;
    let mut summary = Summary::default();
    let begun = Instant::now();
    let set = machine.instruction_set();
    let mut follower = Follower::default();
    let prompt = text::prompt(&job.program, &set, given);
    for (position, name) in prompt.iter().enumerate() {
        let unknown = || UnknownToken { position, name: name.clone() };
        evaluator.feed(graph.token(name).ok_or_else(unknown)?)?;
        follower.follow(Step::of(&Role::of(name)));
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
        follower.follow(Step::of(&role));
        summary.instructions += u64::from(completes(&role));
        match role {
            Role::Outputs(byte) => sink.byte(byte),
            Role::Halts => end = Ok(()),
            Role::Traps(kind) => {
                let listing = job.program.listing(&set);
                let message = trap::message(&kind, &follower.place(), Some(&listing));
                end = Err(Failure::Trap(message));
            }
            Role::Silent | Role::Byte(_) | Role::Completes(_) => {}
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

fn completes(role: &Role) -> bool {
    matches!(role, Role::Completes(_) | Role::Outputs(_) | Role::Halts)
}
