//! `tvm schedule`: which operation runs in which phase, and where every value lives, in text or as a
//! picture.

use serde_json::json;
use tvm_core::pipeline::{
    Construction, SPECIALISED, UNIVERSAL, specialised_within, universal_within,
};
use tvm_core::schedule::{LayerSize, Options, Problem, Schedule, describe, picture};

use crate::arguments::ScheduleArguments;
use crate::execution::{load, name};
use crate::failure::Failure;
use crate::files;
use crate::output::print;

pub(crate) fn execute(arguments: &ScheduleArguments) -> Result<(), Failure> {
    let machine = arguments.isa.machine();
    let options = |usual: Options| {
        let extra_layers = arguments.extra_layers.unwrap_or(usual.extra_layers);
        Options { extra_layers, ..usual }
    };
    let compiled = match &arguments.program {
        None => universal_within(&machine, &options(UNIVERSAL))?,
        Some(path) => {
            let job = load(path, &machine, &arguments.c, None)?;
            specialised_within(&machine, &job.program, &name(path), &options(SPECIALISED))?
        }
    };
    if let Some(path) = &arguments.svg {
        return files::write(path, told(&compiled, picture).as_bytes());
    }
    let text = if arguments.json { figures(&compiled) } else { told(&compiled, describe) };
    match &arguments.output {
        Some(path) => files::write(path, text.as_bytes()),
        None => print(&text),
    }
}

fn told(
    compiled: &Construction,
    tell: fn(&str, &Problem, &Schedule, &[LayerSize]) -> String,
) -> String {
    let (problem, sizes) = (&compiled.lowered.problem, compiled.layer_sizes());
    tell(&compiled.name(), problem, &compiled.schedule, &sizes)
}

fn figures(compiled: &Construction) -> String {
    let (schedule, sizes) = (&compiled.schedule, compiled.layer_sizes());
    let gap = (schedule.d_model - schedule.bound) as f64 / schedule.d_model as f64;
    let figures = json!({
        "layers": schedule.layers,
        "d_model": schedule.d_model,
        "bound": schedule.bound,
        "gap": gap,
        "proven": schedule.is_proven(),
        "seconds": schedule.elapsed.as_secs_f64(),
        "operations": compiled.lowered.problem.operations.len(),
        "values": compiled.lowered.problem.values.len(),
        "heads": compiled.model.weights.heads(),
        "neurons": sizes.iter().map(|size| size.neurons).sum::<usize>(),
        "vocabulary": compiled.model.vocabulary.len(),
    });
    format!("{figures}\n")
}
