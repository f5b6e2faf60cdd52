//! A schedule as text.

use std::fmt::Write;

use super::width::{lives, profile};
use super::{OperationKind, Problem, Schedule};

/// Layers, phases and operations, then every slot with the values it holds.
pub fn describe(problem: &Problem, schedule: &Schedule) -> String {
    let mut text = String::new();
    let proof = if schedule.is_proven() {
        "proven least".to_string()
    } else {
        let gap = 100.0 * (schedule.d_model - schedule.bound) as f64 / schedule.d_model as f64;
        format!("at least {}, gap {gap:.1} %", schedule.bound)
    };
    let (layers, width) = (schedule.layers, schedule.d_model);
    let _ = writeln!(text, "{layers} layers, d_model {width} ({proof})");
    let profile = profile(problem, &schedule.phases, schedule.layers);
    for layer in 0..schedule.layers {
        let _ = writeln!(text, "\nlayer {layer}");
        let halves = [("attention", 0), ("feed-forward", 2)];
        for (half, offset) in halves {
            let first = 4 * layer + offset;
            let living = profile[first / 2 + 1];
            let _ = writeln!(text, "  {half}: {living} slots in use after it");
            write_phase(&mut text, problem, schedule, first);
            write_phase(&mut text, problem, schedule, first + 1);
        }
    }
    write_slots(&mut text, problem, schedule);
    text
}

fn write_phase(text: &mut String, problem: &Problem, schedule: &Schedule, phase: usize) {
    let running = problem.operations.iter().zip(&schedule.phases);
    let names: Vec<&str> = running
        .filter(|(_, at)| at.0 == phase)
        .map(|(operation, _)| operation.name.as_str())
        .collect();
    if names.is_empty() {
        return;
    }
    let kind = match phase % 4 {
        0 => OperationKind::Lookup,
        2 => OperationKind::ReGlu,
        _ => OperationKind::Persist,
    };
    let word = format!("{kind:?}").to_lowercase();
    let _ = writeln!(text, "    {word:8} {}", names.join(", "));
}

fn write_slots(text: &mut String, problem: &Problem, schedule: &Schedule) {
    let lives = lives(problem, &schedule.phases, 2 * schedule.layers + 1);
    let _ = writeln!(text, "\nslots (half-layers from 0)");
    for slot in 0..schedule.d_model {
        let mut held: Vec<usize> = (0..problem.values.len())
            .filter(|&value| schedule.slots[value].is_some_and(|held| held.0 == slot))
            .collect();
        held.sort_by_key(|&value| lives[value].start);
        let held: Vec<String> = held
            .into_iter()
            .map(|value| {
                format!("{} {}..{}", problem.values[value], lives[value].start, lives[value].end)
            })
            .collect();
        let _ = writeln!(text, "  {slot:3}  {}", held.join(", "));
    }
}
