//! A schedule as a picture, an SVG document: layers and phases across, slots down, and for each value a
//! bar from the half-layer that writes it to the one that reads it last. The picture refers to no other
//! file, and equal schedules have equal pictures.

mod bars;
mod elements;
mod figures;
mod frame;
mod headings;
#[cfg(test)]
mod tests;

use svg::Document;
use svg::node::element::Title;

use super::outline::Outline;
use super::{LayerSize, Problem, Schedule};
use elements::{legible, rectangle};
use frame::Frame;

/// For what is not a name.
const PROSE: &str =
    "'Helvetica Neue', Helvetica, Arial, 'Liberation Sans', 'DejaVu Sans', sans-serif";

/// An SVG document. `name` says what is scheduled; `sizes` what the layers have that were made.
///
/// # Panics
/// When there are not as many sizes as layers.
pub fn picture(name: &str, problem: &Problem, schedule: &Schedule, sizes: &[LayerSize]) -> String {
    let outline = Outline::new(name, problem, schedule, sizes);
    let frame = Frame::new(&outline);
    let (width, height) = (frame.width(), frame.height());
    let document = Document::new()
        .set("viewBox", (0, 0, width, height))
        .set("width", width)
        .set("height", height)
        .set("font-family", PROSE)
        .set("font-size", 10)
        .set("fill", "#222222")
        .add(Title::new(legible(&outline.title)))
        .add(rectangle(0.0, 0.0, width, height).set("fill", "#ffffff"))
        .add(headings::title(&outline))
        .add(headings::legend())
        .add(headings::bands(&frame, &outline))
        .add(headings::layers(&frame, &outline))
        .add(headings::slots(&frame))
        .add(bars::bars(&frame, &outline))
        .add(figures::figures(&frame, &outline));
    format!("{document}\n")
}
