//! Which heads share a cache, and of which kind it is. Read off the rows of the heads.

use std::ops::Range;

use tvm_model::{Attention, Selection, Weights};
use tvm_runtime::patterns::{SparseRow, constant_slot};

/// The caches of all layers.
#[derive(Default)]
pub(super) struct Caches {
    pub(super) shapes: Vec<Shape>,
    /// Heads, cache by cache.
    pub(super) members: Vec<usize>,
    /// The caches of every layer.
    pub(super) layers: Vec<Range<usize>>,
}

/// A cache.
pub(super) struct Shape {
    pub(super) kind: Kind,
    /// Its heads, in the list of members.
    pub(super) members: Range<usize>,
}

/// How heads find the greatest score.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    OwnPosition,
    Mean,
    Lines,
    Points,
}

impl Kind {
    /// Its name in C.
    pub(super) fn name(self) -> &'static str {
        match self {
            Kind::OwnPosition => "OWN_POSITION",
            Kind::Mean => "MEAN",
            Kind::Lines => "LINES",
            Kind::Points => "POINTS",
        }
    }
}

impl Caches {
    pub(super) fn of(weights: &Weights) -> Caches {
        let one = constant_slot(weights);
        let mut caches = Caches::default();
        for layer in &weights.layers {
            caches.add(&layer.attention, one);
        }
        caches
    }

    fn add(&mut self, attention: &Attention, one: Option<u16>) {
        let mut groups: Vec<(Kind, [SparseRow; 2], Vec<usize>)> = Vec::new();
        for head in 0..attention.selection.len() {
            let (kind, key) = shape(attention, head, one);
            match groups.iter_mut().find(|(other, keys, _)| *other == kind && *keys == key) {
                Some((.., heads)) => heads.push(head),
                None => groups.push((kind, key, vec![head])),
            }
        }
        let first = self.shapes.len();
        for (kind, _, heads) in groups {
            let begin = self.members.len();
            self.members.extend(heads);
            self.shapes.push(Shape { kind, members: begin..self.members.len() });
        }
        self.layers.push(first..self.shapes.len());
    }
}

/// The kind of a head, and the rows of its key.
fn shape(attention: &Attention, head: usize, one: Option<u16>) -> (Kind, [SparseRow; 2]) {
    let rows = [2 * head, 2 * head + 1];
    if attention.selection[head] == Selection::Mean {
        return (Kind::Mean, [SparseRow::default(), SparseRow::default()]);
    }
    let key = rows.map(|row| SparseRow::of(&attention.key, row));
    if key.iter().all(SparseRow::is_empty) {
        return (Kind::OwnPosition, key);
    }
    let second = SparseRow::of(&attention.query, rows[1]);
    let is_one = matches!(second.weights(), [(slot, 1.0)] if Some(*slot) == one);
    (if is_one { Kind::Lines } else { Kind::Points }, key)
}
