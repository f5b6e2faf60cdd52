//! The rows of figures below the bars: slots in use at every boundary, operations and values read
//! where they arise by phase, heads and neurons by half.

use svg::node::element::Group;

use super::super::outline::{LayerSize, Outline, PhaseOutline, counted};
use super::elements::{text, told};
use super::frame::{Frame, ROW};

/// All rows.
pub(super) fn figures(frame: &Frame, outline: &Outline) -> Group {
    let group = Group::new().set("font-size", 9).set("text-anchor", "middle");
    let names = ["slots in use", "operations", "read at once", "heads, neurons"];
    let mut labels = Group::new().set("text-anchor", "end").set("fill", "#555555");
    for (row, name) in names.into_iter().enumerate() {
        labels = labels.add(text(frame.boundary(0) - 18.0, baseline(frame, row), name));
    }
    group
        .add(labels)
        .add(widths(frame, outline))
        .add(phases(frame, outline))
        .add(sizes(frame, outline))
}

fn baseline(frame: &Frame, row: usize) -> f64 {
    frame.bottom() + ROW * (row as f64 + 1.0)
}

/// The widest boundaries are why the residual stream is as wide.
fn widths(frame: &Frame, outline: &Outline) -> Group {
    let widest = outline.slots.len();
    let mut group = Group::new();
    for (boundary, &width) in outline.profile.iter().enumerate() {
        let figure = text(frame.boundary(boundary), baseline(frame, 0), &width.to_string());
        let weight = if width == widest { "bold" } else { "normal" };
        group = group.add(Group::new().set("font-weight", weight).add(figure));
    }
    group
}

fn phases(frame: &Frame, outline: &Outline) -> Group {
    let halves = outline.layers.iter().flat_map(|layer| &layer.halves);
    let phases = halves.flat_map(|half| &half.phases).filter(|phase| !phase.operations.is_empty());
    phases.fold(Group::new(), |group, phase| {
        let operations = (1, phase.operations.len(), &phase.operations);
        let slotless = (2, phase.slotless, &phase.slotless_names);
        group.add(count(frame, phase, operations)).add(count(frame, phase, slotless))
    })
}

/// How many there are, and when it is pointed at, which.
fn count(
    frame: &Frame,
    phase: &PhaseOutline,
    (row, number, names): (usize, usize, &Vec<String>),
) -> Group {
    let at = (frame.phase(phase.phase), baseline(frame, row));
    told(&names.join(", ")).add(text(at.0, at.1, &number.to_string()))
}

fn sizes(frame: &Frame, outline: &Outline) -> Group {
    outline.layers.iter().fold(Group::new(), |group, layer| {
        let LayerSize { heads, neurons } = layer.size;
        let figures = [counted(heads, "head"), counted(neurons, "neuron")];
        layer.halves.iter().zip(figures).fold(group, |group, (half, figure)| {
            group.add(text(frame.half(half.boundary), baseline(frame, 3), &figure))
        })
    })
}
