//! A schedule as text.

use std::fmt::Write;

use super::outline::{Outline, PhaseOutline, counted};
use super::{LayerSize, Problem, Schedule};

/// Layers, phases and operations, then every slot with the values it holds. `name` says what is
/// scheduled; `sizes` what the layers have that were made.
///
/// # Panics
/// When there are not as many sizes as layers.
pub fn describe(name: &str, problem: &Problem, schedule: &Schedule, sizes: &[LayerSize]) -> String {
    let outline = Outline::new(name, problem, schedule, sizes);
    let mut text = format!("{}\n{}\n", outline.title, outline.totals);
    for (number, layer) in outline.layers.iter().enumerate() {
        let (heads, neurons) = (layer.size.heads, layer.size.neurons);
        let (heads, neurons) = (counted(heads, "head"), counted(neurons, "neuron"));
        let _ = writeln!(text, "\nlayer {number}: {heads}, {neurons}");
        for half in &layer.halves {
            let living = outline.profile[half.boundary];
            let _ = writeln!(text, "  {}: {living} slots in use after it", half.name);
            half.phases.iter().for_each(|phase| write_phase(&mut text, phase));
        }
    }
    write_slots(&mut text, &outline);
    text
}

fn write_phase(text: &mut String, phase: &PhaseOutline) {
    if phase.operations.is_empty() {
        return;
    }
    let (word, names) = (phase.phase.kind().word(), phase.operations.join(", "));
    let _ = write!(text, "    {word:8} {names}");
    let _ = match phase.slotless {
        0 => writeln!(text),
        some => writeln!(text, " ({} read at once)", counted(some, "value")),
    };
}

fn write_slots(text: &mut String, outline: &Outline) {
    let _ = writeln!(text, "\nslots (values live between boundaries; 0 is the embedding)");
    for (slot, held) in outline.slots.iter().enumerate() {
        let held: Vec<String> = held
            .iter()
            .map(|life| format!("{} {}..{}", life.name, life.boundaries.start, life.boundaries.end))
            .collect();
        let _ = writeln!(text, "  {slot:3}  {}", held.join(", "));
    }
}
