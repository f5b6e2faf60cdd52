//! What is shown of a schedule, as text and as a picture: the operations of every phase, the heads and
//! neurons of every layer, and the writer and the readers of every value. Text and picture are both
//! made from this.

use std::ops::Range;

use super::Schedule;
use super::problem::{Operation, OperationId, OperationKind, Phase, Problem, Slot, ValueId};
use super::width::{boundary_after, lives, profile};

/// What a layer made from a schedule has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LayerSize {
    /// Heads of its attention, those that copy included.
    pub heads: usize,
    /// Neurons of its feed-forward half, those that copy included.
    pub neurons: usize,
}

/// A schedule, as it is shown.
pub(super) struct Outline {
    /// A title: what is scheduled, the number of layers and the width.
    pub(super) title: String,
    /// The numbers of operations, values, heads and neurons.
    pub(super) totals: String,
    pub(super) layers: Vec<LayerOutline>,
    /// The number of slots in use at every boundary.
    pub(super) profile: Vec<usize>,
    /// For every slot the values in it, in order.
    pub(super) slots: Vec<Vec<Life>>,
}

/// A layer: what it has, and its attention and feed-forward half.
pub(super) struct LayerOutline {
    pub(super) size: LayerSize,
    pub(super) halves: [HalfOutline; 2],
}

/// Half a layer.
pub(super) struct HalfOutline {
    pub(super) name: &'static str,
    /// The boundary at its end.
    pub(super) boundary: usize,
    pub(super) phases: [PhaseOutline; 2],
}

/// A phase.
pub(super) struct PhaseOutline {
    pub(super) phase: Phase,
    /// The names of what runs in it.
    pub(super) operations: Vec<String>,
    /// How many of its values need no slot, since they are read at once.
    pub(super) slotless: usize,
    /// Their names. An operation whose values have no slots is named instead of them.
    pub(super) slotless_names: Vec<String>,
}

/// A value that has a slot.
pub(super) struct Life {
    pub(super) name: String,
    pub(super) slot: Slot,
    /// It is live from the first of these boundaries until the half-layer that ends at the last.
    pub(super) boundaries: Range<usize>,
    /// The operation that writes it; `None` for an input.
    pub(super) writer: Option<Use>,
    pub(super) readers: Vec<Use>,
    /// Do the scores of the tokens read it?
    pub(super) is_output: bool,
}

/// An operation and when it runs.
pub(super) struct Use {
    pub(super) name: String,
    pub(super) phase: Phase,
}

impl Life {
    /// The boundary at which it has been written: later than its first one where its slot is kept
    /// empty for it.
    pub(super) fn written(&self) -> usize {
        self.writer.as_ref().map_or(0, |writer| boundary_after(writer.phase))
    }

    /// What wrote it; `None` for the embedding.
    pub(super) fn kind(&self) -> Option<OperationKind> {
        self.writer.as_ref().map(|writer| writer.phase.kind())
    }
}

impl Phase {
    /// The name of its half of a layer.
    fn half(self) -> &'static str {
        if self.in_attention() { "attention" } else { "feed-forward" }
    }
}

impl std::fmt::Display for Use {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (layer, half, kind) = (self.phase.layer(), self.phase.half(), self.phase.kind());
        write!(formatter, "{} ({} of layer {layer}, {half})", self.name, kind.word())
    }
}

impl Outline {
    /// # Panics
    /// When the sizes are not those of as many layers.
    pub(super) fn new(
        name: &str,
        problem: &Problem,
        schedule: &Schedule,
        sizes: &[LayerSize],
    ) -> Outline {
        assert_eq!(sizes.len(), schedule.layers, "a size for every layer");
        let layers = sizes.iter().enumerate();
        Outline {
            title: title(name, schedule),
            totals: totals(problem, schedule, sizes),
            layers: layers
                .map(|(layer, &size)| LayerOutline {
                    size,
                    halves: [0, 2].map(|offset| half(problem, schedule, 4 * layer + offset)),
                })
                .collect(),
            profile: profile(problem, &schedule.phases, schedule.layers),
            slots: slots(problem, schedule),
        }
    }
}

/// So many of what a word says.
pub(super) fn counted(number: usize, word: &str) -> String {
    if number == 1 { format!("1 {word}") } else { format!("{number} {word}s") }
}

fn title(name: &str, schedule: &Schedule) -> String {
    let layers = counted(schedule.layers, "layer");
    let (width, bound) = (schedule.d_model, schedule.bound);
    let proof = if schedule.is_proven() {
        "proven least".to_string()
    } else {
        let gap = 100.0 * (width - bound) as f64 / width as f64;
        format!("at least {bound}, gap {gap:.1} %")
    };
    format!("{name}: {layers}, d_model {width} ({proof})")
}

fn totals(problem: &Problem, schedule: &Schedule, sizes: &[LayerSize]) -> String {
    let heads = counted(sizes.iter().map(|size| size.heads).sum(), "head");
    let neurons = counted(sizes.iter().map(|size| size.neurons).sum(), "neuron");
    let held = schedule.slots.iter().flatten().count();
    let operations = counted(problem.operations.len(), "operation");
    let (held, slotless) = (counted(held, "value"), schedule.slots.len() - held);
    format!("{heads}, {neurons}; {operations}; {held} in slots, {slotless} read at once")
}

fn half(problem: &Problem, schedule: &Schedule, first: usize) -> HalfOutline {
    HalfOutline {
        name: Phase(first).half(),
        boundary: boundary_after(Phase(first)),
        phases: [first, first + 1].map(|at| phase(problem, schedule, Phase(at))),
    }
}

fn phase(problem: &Problem, schedule: &Schedule, phase: Phase) -> PhaseOutline {
    let (mut operations, mut slotless, mut slotless_names) = (Vec::new(), 0, Vec::new());
    let running = problem.operations.iter().zip(&schedule.phases).filter(|(_, at)| **at == phase);
    for (operation, _) in running {
        operations.push(operation.name.clone());
        let without = without_slot(operation, schedule);
        slotless += without.len();
        if without.len() == operation.writes.len() {
            slotless_names.push(operation.name.clone());
        } else {
            slotless_names.extend(without.iter().map(|value| problem.values[value.0].clone()));
        }
    }
    PhaseOutline { phase, operations, slotless, slotless_names }
}

fn without_slot(operation: &Operation, schedule: &Schedule) -> Vec<ValueId> {
    let without = |value: &ValueId| schedule.slots[value.0].is_none();
    operation.writes.iter().copied().filter(without).collect()
}

fn slots(problem: &Problem, schedule: &Schedule) -> Vec<Vec<Life>> {
    let lives = lives(problem, &schedule.phases, 2 * schedule.layers + 1);
    let (writers, readers) = (problem.writers(), problem.readers());
    let is_output = problem.is_output();
    let named = |operation: &OperationId| Use {
        name: problem.operations[operation.0].name.clone(),
        phase: schedule.phases[operation.0],
    };
    let mut slots: Vec<Vec<Life>> = (0..schedule.d_model).map(|_| Vec::new()).collect();
    for (value, slot) in schedule.slots.iter().enumerate() {
        let Some(slot) = *slot else { continue };
        slots[slot.0].push(Life {
            name: problem.values[value].clone(),
            slot,
            boundaries: lives[value].clone(),
            writer: writers[value].as_ref().map(named),
            readers: readers[value].iter().map(named).collect(),
            is_output: is_output[value],
        });
    }
    for held in &mut slots {
        held.sort_by_key(|life| life.boundaries.start);
    }
    slots
}
