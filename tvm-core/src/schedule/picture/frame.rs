//! Coordinates of the picture, in pixels. A boundary is a vertical line. The half-layer before it is the
//! column to its left, cut in two by its phases; the last column is the unembedding.

use super::super::outline::Outline;
use super::super::problem::Phase;

/// Left of the first boundary: the embedding, numbers of slots, names of rows of figures.
const GUTTER: f64 = 104.0;
/// The width of a phase; names of some eleven letters fit into two.
pub(super) const PHASE: f64 = 37.0;
/// The height of a slot.
pub(super) const ROW: f64 = 18.0;
/// The empty space around everything.
pub(super) const MARGIN: f64 = 16.0;
/// Where the headings of columns begin, below title and legend.
pub(super) const HEADINGS: f64 = 84.0;
/// Where the first slot begins.
const SLOTS: f64 = 144.0;
/// Rows of figures below the slots.
const FIGURES: f64 = 4.0;
/// About the width of a letter of the title.
const TITLE_LETTER: f64 = 9.0;
/// Title and legend need as much.
const LEAST_WIDTH: f64 = 640.0;

/// The size of a picture.
pub(super) struct Frame {
    layers: usize,
    slots: usize,
    title: usize,
}

impl Frame {
    pub(super) fn new(outline: &Outline) -> Frame {
        let title = outline.title.chars().count();
        Frame { layers: outline.layers.len(), slots: outline.slots.len(), title }
    }

    pub(super) fn slots(&self) -> usize {
        self.slots
    }

    /// The boundaries, that after the unembedding included.
    pub(super) fn boundaries(&self) -> usize {
        2 * self.layers + 2
    }

    /// The line of a boundary.
    pub(super) fn boundary(&self, boundary: usize) -> f64 {
        GUTTER + 2.0 * PHASE * boundary as f64
    }

    /// The middle of a phase.
    pub(super) fn phase(&self, phase: Phase) -> f64 {
        self.boundary(0) + PHASE * (phase.0 as f64 + 0.5)
    }

    /// The middle of the half-layer that ends at a boundary.
    pub(super) fn half(&self, boundary: usize) -> f64 {
        self.boundary(boundary) - PHASE
    }

    /// The upper edge of a slot's row; that of the first one too many is the lower edge of all.
    pub(super) fn row(&self, slot: usize) -> f64 {
        SLOTS + ROW * slot as f64
    }

    /// Where the last row ends.
    pub(super) fn bottom(&self) -> f64 {
        self.row(self.slots)
    }

    /// Where the last column ends.
    pub(super) fn right(&self) -> f64 {
        self.boundary(self.boundaries() - 1)
    }

    pub(super) fn width(&self) -> f64 {
        let title = 2.0 * MARGIN + TITLE_LETTER * self.title as f64;
        (self.right() + MARGIN).max(title).max(LEAST_WIDTH)
    }

    pub(super) fn height(&self) -> f64 {
        self.bottom() + ROW * (FIGURES + 0.5) + MARGIN
    }
}
