//! `tvm eval`: a program through the exact evaluator of the universal graph.

use std::ops::ControlFlow;
use std::time::Instant;

use serde_json::json;
use tvm_core::graph::TokenGraph;
use tvm_core::graph::evaluate::Evaluator;
use tvm_core::pipeline::listing;
use tvm_model::token::{Role, UnknownToken, role};
use tvm_runtime::cursor::{Follower, Step};
use tvm_runtime::run::{Progress, Summary};
use tvm_runtime::trap;

use crate::arguments::ProgramArguments;
use crate::execution::load;
use crate::failure::Failure;
use crate::interrupt;
use crate::output::{Finished, Sink};

/// Tokens between two looks at the clock; the evaluator makes some ten thousand a second.
const CHUNK: u64 = 256;

pub(crate) fn execute(arguments: &ProgramArguments) -> Result<(), Failure> {
    let machine = arguments.isa.machine();
    let execution = &arguments.execution;
    let job = load(&arguments.program, &machine, Some(&execution.input))?;
    let (graph, set) = (machine.universal(), machine.instruction_set());
    let mut evaluation = Evaluation {
        graph: &graph,
        evaluator: Evaluator::new(&graph),
        sink: Sink::new(execution)?,
        follower: Follower::default(),
        summary: Summary::default(),
    };
    interrupt::listen();
    let begun = Instant::now();
    evaluation.read(job.prompt(&set))?;
    let end = evaluation.generate(execution.max_tokens)?;
    let Evaluation { sink, summary, follower, .. } = evaluation;
    let elapsed = begun.elapsed();
    let output = sink.finish()?;
    let dimensions = json!({ "vocabulary": graph.tokens.len() });
    let end = match end {
        End::Halt => Ok(()),
        End::Interrupted => Err(Failure::Interrupted),
        End::Limit => Err(Failure::Limit(execution.max_tokens)),
        End::Trap(kind) => {
            let listing = listing(&job.program, &set);
            let place = follower.place();
            let described = listing.describe(place.instruction, &place.calls);
            Err(Failure::Trap(trap::message(&kind, &place, Some(described))))
        }
    };
    Finished { summary, elapsed, output, dimensions }.conclude(execution, end)
}

/// An evaluation under way.
struct Evaluation<'graph> {
    graph: &'graph TokenGraph,
    evaluator: Evaluator<'graph>,
    sink: Sink,
    follower: Follower,
    summary: Summary,
}

enum End {
    Halt,
    Trap(String),
    Limit,
    Interrupted,
}

impl Evaluation<'_> {
    fn read(&mut self, prompt: impl Iterator<Item = String>) -> Result<(), Failure> {
        for (position, name) in prompt.enumerate() {
            let unknown = || UnknownToken { position, name: name.clone() };
            self.evaluator.feed(self.graph.token(&name).ok_or_else(unknown)?)?;
            self.note(&name);
        }
        Ok(())
    }

    fn generate(&mut self, limit: u64) -> Result<End, Failure> {
        while self.summary.generated_tokens < limit {
            let token = self.evaluator.predict()?;
            let name = &self.graph.tokens[token].name;
            self.summary.generated_tokens += 1;
            match self.note(name) {
                Role::Outputs(byte) => self.sink.byte(byte),
                Role::Halts => {
                    self.summary.instructions += 1;
                    return Ok(End::Halt);
                }
                Role::Traps(kind) => return Ok(End::Trap(kind)),
                Role::Silent | Role::Byte(_) | Role::Completes(_) => {}
            }
            self.evaluator.feed(token)?;
            if self.summary.generated_tokens.is_multiple_of(CHUNK) && self.checkpoint().is_break() {
                return Ok(End::Interrupted);
            }
        }
        Ok(End::Limit)
    }

    /// A token of the sequence.
    fn note(&mut self, name: &str) -> Role {
        let role = role(name);
        let step = Step::of(&role);
        self.follower.follow(step);
        self.sink.token(name);
        self.summary.tokens += 1;
        self.summary.instructions += step.completed();
        role
    }

    fn checkpoint(&mut self) -> ControlFlow<()> {
        let call_depth = self.follower.call_depth();
        self.sink.checkpoint(&Progress { summary: self.summary, call_depth, memory: 0 })
    }
}
