//! What is above and beside the bars: title, legend, the bands of layers with their phases, and the
//! numbers of slots.

use svg::node::element::Group;

use super::super::outline::{LayerOutline, Outline, PhaseOutline};
use super::super::problem::OperationKind;
use super::bars::{Colours, DASHES, EMPTY, colours, mark};
use super::elements::{line, rectangle, text, told};
use super::frame::{Frame, HEADINGS, MARGIN, PHASE};

/// The size of headings of phases, and of numbers.
const SMALL: f64 = 8.0;
/// Where the legend's baseline is.
const LEGEND: f64 = 69.0;
/// Bars of the legend.
const SWATCH: f64 = 22.0;
/// About the width of a letter of the legend.
const LETTER: f64 = 5.2;

/// The title, and the numbers of operations, values, heads and neurons.
pub(super) fn title(outline: &Outline) -> Group {
    let mut title = Group::new().set("font-size", 16).set("font-weight", "bold");
    title = title.add(text(MARGIN, 30.0, &outline.title));
    let totals = Group::new().set("fill", "#555555").set("font-size", 11);
    Group::new().add(title).add(totals.add(text(MARGIN, 48.0, &outline.totals)))
}

/// What the colours and marks of the bars mean.
pub(super) fn legend() -> Group {
    let lookup = Some(OperationKind::Lookup);
    let kinds = [None, lookup, Some(OperationKind::Persist), Some(OperationKind::ReGlu)];
    let said = "a value's life, by what wrote it:";
    let mut legend = Group::new().add(text(MARGIN, LEGEND, said));
    let mut x = MARGIN + LETTER * said.len() as f64;
    for kind in kinds {
        let Colours { fill, edge } = colours(kind);
        let word = kind.map_or("embedding", OperationKind::word);
        legend = legend.add(entry(&mut x, word, fill, edge));
    }
    let Colours { fill, edge } = colours(lookup);
    legend = legend.add(entry(&mut x, "slot kept empty for it", EMPTY, edge));
    let mark = mark(x + SWATCH / 2.0, LEGEND + 2.0, edge);
    legend.add(entry(&mut x, "read in this phase", fill, edge)).add(mark)
}

/// A bar and what it stands for; `x` moves on to the next.
fn entry(x: &mut f64, said: &str, fill: &str, edge: &str) -> Group {
    let swatch = rectangle(*x, LEGEND - 9.0, SWATCH, 11.0).set("rx", 2);
    let swatch = swatch.set("fill", fill).set("stroke", edge);
    let swatch = if fill == EMPTY { swatch.set("stroke-dasharray", DASHES) } else { swatch };
    let entry = Group::new().add(swatch).add(text(*x + SWATCH + 5.0, LEGEND, said));
    *x += SWATCH + 24.0 + LETTER * said.len() as f64;
    entry
}

/// The background: layers in turn darker and lighter, a line at every boundary.
pub(super) fn bands(frame: &Frame, outline: &Outline) -> Group {
    let mut bands = Group::new();
    let height = frame.bottom() - HEADINGS;
    for layer in 0..outline.layers.len() {
        let (left, fill) = (frame.boundary(2 * layer), ["#eef1f5", "#f8f9fb"][layer % 2]);
        bands = bands.add(rectangle(left, HEADINGS, 4.0 * PHASE, height).set("fill", fill));
    }
    let mut lines = Group::new().set("stroke", "#c3c8cf").set("stroke-width", 0.6);
    let upper = frame.row(0) - 4.0;
    for boundary in 0..frame.boundaries() {
        let x = frame.boundary(boundary);
        lines = lines.add(line((x, upper), (x, frame.bottom())));
    }
    bands.add(lines)
}

/// The headings of columns.
pub(super) fn layers(frame: &Frame, outline: &Outline) -> Group {
    let mut headings = Group::new().set("text-anchor", "middle");
    for (number, layer) in outline.layers.iter().enumerate() {
        headings = headings.add(heading(frame, number, layer));
    }
    let mut numbers = Group::new().set("font-size", SMALL).set("fill", "#777777");
    for boundary in 0..frame.boundaries() - 1 {
        let name = boundary.to_string();
        numbers = numbers.add(text(frame.boundary(boundary), frame.row(0) - 7.0, &name));
    }
    headings
        .add(numbers)
        .add(text(frame.boundary(0) - PHASE, HEADINGS + 29.0, "embedding"))
        .add(text(frame.right() - PHASE, HEADINGS + 29.0, "unembedding"))
}

fn heading(frame: &Frame, number: usize, layer: &LayerOutline) -> Group {
    let bold = Group::new().set("font-weight", "bold").set("font-size", 11);
    let name = text(frame.boundary(2 * number + 1), HEADINGS + 14.0, &format!("layer {number}"));
    let mut heading = Group::new().add(bold.add(name));
    for half in &layer.halves {
        heading = heading.add(text(frame.half(half.boundary), HEADINGS + 29.0, half.name));
        for phase in &half.phases {
            heading = heading.add(phase_heading(frame, phase));
        }
    }
    heading
}

fn phase_heading(frame: &Frame, phase: &PhaseOutline) -> Group {
    let word = phase.phase.kind().word();
    let tooltip = format!("{word}: {}", phase.operations.join(", "));
    let edge = colours(Some(phase.phase.kind())).edge;
    let group = told(&tooltip).set("font-size", SMALL).set("fill", edge);
    group.add(text(frame.phase(phase.phase), HEADINGS + 41.0, word))
}

/// The numbers of slots, and a line below each.
pub(super) fn slots(frame: &Frame) -> Group {
    let x = frame.boundary(0) - 8.0;
    let numbers = Group::new().set("font-size", SMALL).set("text-anchor", "end");
    let mut numbers =
        numbers.set("fill", "#777777").add(text(x, frame.row(0) - 7.0, "slot ↓  boundary →"));
    for slot in 0..frame.slots() {
        numbers = numbers.add(text(x, frame.row(slot) + 12.0, &slot.to_string()));
    }
    numbers
}
