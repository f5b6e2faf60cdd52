//! `tvm eval`: a program through the exact evaluator of the universal graph.

use serde_json::json;
use tvm_core::graph::evaluate::ExactEngine;
use tvm_core::pipeline::listing;

use crate::arguments::ProgramArguments;
use crate::drive::Execution;
use crate::failure::Failure;
use crate::run::universal_prompt;

pub(crate) fn execute(arguments: &ProgramArguments) -> Result<(), Failure> {
    let machine = arguments.isa.machine();
    let execution = &arguments.execution;
    let (graph, set) = (machine.universal(), machine.instruction_set());
    let vocabulary = graph.vocabulary();
    let (job, recorded) = arguments.load(&machine, &vocabulary)?;
    Execution {
        vocabulary: &vocabulary,
        prompt: &universal_prompt(&vocabulary, &job, &set)?,
        listing: Some(&listing(&job.program, &set)),
        told: &|| json!({ "vocabulary": vocabulary.len() }),
    }
    .by(&mut ExactEngine::new(&graph), execution, recorded, |engine| {
        engine.failure().map(|inexact| inexact.clone().into())
    })
}
