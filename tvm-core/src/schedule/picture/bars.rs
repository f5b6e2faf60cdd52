//! The bars: one for every value with a slot, in the colour of what wrote it, with a mark in every
//! phase that reads it.

use svg::node::element::{Group, Line};

use super::super::outline::{Life, Outline};
use super::super::problem::{OperationKind, Phase};
use super::elements::{FIXED, fitting, line, rectangle, text, told};
use super::frame::{Frame, PHASE, ROW};

/// The size of names.
const NAME: f64 = 8.5;
/// Between a bar and the lines around its place.
const GAP: f64 = 1.5;
/// From the upper edge of a bar to the baseline of its name.
const BASELINE: f64 = 9.5;
/// Between a bar's edge and its name.
const INDENT: f64 = 3.0;
/// How far a mark reaches into a bar.
const MARK: f64 = 3.0;

/// The fill of a slot that is kept empty.
pub(super) const EMPTY: &str = "#ffffff";
/// Its edge.
pub(super) const DASHES: &str = "2 2";

/// Fill and edge of bars.
pub(super) struct Colours {
    pub(super) fill: &'static str,
    pub(super) edge: &'static str,
}

/// The colours of what a kind of operation writes; `None` is the embedding.
pub(super) fn colours(kind: Option<OperationKind>) -> Colours {
    let (fill, edge) = match kind {
        None => ("#e3e3e3", "#8a8a8a"),
        Some(OperationKind::Lookup) => ("#bfdbf5", "#3f7fb8"),
        Some(OperationKind::Persist) => ("#d3eab8", "#6a9a35"),
        Some(OperationKind::ReGlu) => ("#fdd3a6", "#cf7a22"),
    };
    Colours { fill, edge }
}

/// All bars.
pub(super) fn bars(frame: &Frame, outline: &Outline) -> Group {
    let group = Group::new().set("font-family", FIXED).set("font-size", NAME);
    outline.slots.iter().flatten().fold(group, |group, life| group.add(bar(frame, life)))
}

fn bar(frame: &Frame, life: &Life) -> Group {
    let left = frame.boundary(life.boundaries.start) + GAP;
    let width = frame.boundary(life.boundaries.end) - GAP - left;
    let (top, height) = (frame.row(life.slot.0) + GAP, ROW - 2.0 * GAP);
    let Colours { fill, edge } = colours(life.kind());
    let empty = (frame.boundary(life.written()) - left).max(0.0);
    let mut group = told(&tooltip(life)).set("class", "value");
    if empty > 0.0 {
        let kept = rectangle(left, top, empty, height).set("rx", 2).set("fill", EMPTY);
        group = group.add(kept.set("stroke", edge).set("stroke-dasharray", DASHES));
    }
    let filled = rectangle(left + empty, top, width - empty, height).set("rx", 2);
    group = group.add(filled.set("fill", fill).set("stroke", edge));
    for x in reads(frame, life) {
        group = group.add(mark(x, top + height, edge));
    }
    let name = fitting(&life.name, width - 2.0 * INDENT, NAME);
    if name.is_empty() { group } else { group.add(text(left + INDENT, top + BASELINE, &name)) }
}

/// A value is read in a phase.
pub(super) fn mark(x: f64, bottom: f64, colour: &'static str) -> Line {
    line((x, bottom - MARK), (x, bottom)).set("stroke", colour).set("stroke-width", 2)
}

/// Where a value is read after the half-layer in which it arises.
fn reads(frame: &Frame, life: &Life) -> Vec<f64> {
    let begin = frame.boundary(life.written());
    let mut phases: Vec<Phase> = life.readers.iter().map(|reader| reader.phase).collect();
    phases.sort_unstable();
    phases.dedup();
    let mut reads: Vec<f64> = phases.into_iter().map(|phase| frame.phase(phase)).collect();
    reads.retain(|&x| x > begin);
    if life.is_output {
        reads.push(frame.right() - PHASE);
    }
    reads
}

fn tooltip(life: &Life) -> String {
    let (slot, first, end) = (life.slot.0, life.boundaries.start, life.boundaries.end);
    let mut lines = vec![life.name.clone(), format!("slot {slot}, boundaries {first}..{end}")];
    lines.push(match &life.writer {
        None => "written by the embedding".to_string(),
        Some(writer) => format!("written by {writer}"),
    });
    lines.extend(life.readers.iter().map(|reader| format!("read by {reader}")));
    if life.is_output {
        lines.push("read by the unembedding".to_string());
    }
    lines.join("\n")
}
