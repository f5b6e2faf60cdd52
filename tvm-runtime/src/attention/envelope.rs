//! The upper envelope of a set of points: the vertices of the upper half of their convex hull, from
//! left to right. It answers every query whose second coordinate is positive.
//!
//! Points on an edge between its ends win only for the query perpendicular to the edge, together
//! with both ends; of them the latest is enough, and it is kept with the edge. No such point can
//! become a vertex later: whatever removes an end of the edge lies above all of its points.

use super::{Point, score};

/// A position, and where its values are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Entry {
    pub(super) position: u64,
    pub(super) place: u32,
}

#[derive(Debug, Clone, Copy)]
struct Vertex {
    point: Point,
    entry: Entry,
    /// The latest point strictly inside the edge to the next vertex.
    edge: Option<Entry>,
}

/// The vertices of an upper envelope.
#[derive(Debug, Clone, Default)]
pub(super) struct Envelope {
    vertices: Vec<Vertex>,
}

/// What became of an inserted point, and which entries can be forgotten.
pub(super) struct Inserted {
    pub(super) kept: bool,
}

impl Envelope {
    /// Adds a point that is later than all before; entries that can never win again are given to
    /// `forget`.
    pub(super) fn insert(
        &mut self,
        point: Point,
        entry: Entry,
        mut forget: impl FnMut(Entry),
    ) -> Inserted {
        let index = self.vertices.partition_point(|vertex| vertex.point[0] < point[0]);
        if let Some(same) = self.vertices.get_mut(index).filter(|v| v.point[0] == point[0]) {
            if same.point[1] > point[1] {
                return Inserted { kept: false };
            }
            forget(same.entry);
            same.entry = entry;
            if same.point[1] < point[1] {
                same.point = point;
                same.edge.take().map(&mut forget);
                if index > 0 {
                    self.vertices[index - 1].edge.take().map(&mut forget);
                }
                self.straighten(index, forget);
            }
            return Inserted { kept: true };
        }
        if index > 0 && index < self.vertices.len() {
            let turn = turn(self.vertices[index - 1].point, point, self.vertices[index].point);
            if turn > 0 {
                return Inserted { kept: false };
            }
            let edge = self.vertices[index - 1].edge.take();
            edge.map(&mut forget);
            if turn == 0 {
                self.vertices[index - 1].edge = Some(entry);
                return Inserted { kept: true };
            }
        }
        self.vertices.insert(index, Vertex { point, entry, edge: None });
        self.straighten(index, forget);
        Inserted { kept: true }
    }

    /// Removes the neighbours of a new vertex that are no vertices any more.
    fn straighten(&mut self, index: usize, mut forget: impl FnMut(Entry)) {
        let new = self.vertices[index].point;
        let mut left = index;
        while left >= 2 {
            let turn = turn(self.vertices[left - 2].point, self.vertices[left - 1].point, new);
            if turn < 0 {
                break;
            }
            self.merge(left - 2, turn == 0, &mut forget);
            left -= 1;
        }
        let mut right = index;
        let mut edge: Option<Entry> = None;
        while right + 2 < self.vertices.len() {
            let (near, far) = (self.vertices[right + 1], self.vertices[right + 2]);
            let turn = turn(new, near.point, far.point);
            if turn < 0 {
                break;
            }
            for entry in [edge.take(), Some(near.entry), near.edge].into_iter().flatten() {
                if turn == 0 && edge.is_none_or(|latest| latest < entry) {
                    edge.replace(entry).map(&mut forget);
                } else {
                    forget(entry);
                }
            }
            right += 1;
        }
        self.vertices[index].edge = edge;
        self.vertices.drain(index + 1..right + 1);
        self.vertices.drain(left..index);
    }

    /// Vertex `index + 1` leaves: the edge of `index` now ends at the new vertex.
    fn merge(&mut self, index: usize, collinear: bool, forget: &mut impl FnMut(Entry)) {
        let leaving = self.vertices[index + 1];
        let mut edge: Option<Entry> = None;
        let own = self.vertices[index].edge.take();
        for entry in [own, Some(leaving.entry), leaving.edge].into_iter().flatten() {
            if collinear && edge.is_none_or(|latest| latest < entry) {
                edge.replace(entry).map(&mut *forget);
            } else {
                forget(entry);
            }
        }
        self.vertices[index].edge = edge;
        self.vertices[index + 1].edge = None;
    }

    /// The latest of the points with the greatest product with a query of positive second
    /// coordinate.
    pub(super) fn query(&self, query: Point) -> Entry {
        let value = |index: usize| score(query, self.vertices[index].point);
        let (mut low, mut high) = (0, self.vertices.len() - 1);
        while low < high {
            let middle = (low + high) / 2;
            if value(middle + 1) <= value(middle) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        let best = &self.vertices[low];
        match self.vertices.get(low + 1) {
            Some(next) if value(low + 1) == value(low) => {
                let latest = best.entry.max(next.entry);
                best.edge.map_or(latest, |edge| edge.max(latest))
            }
            _ => best.entry,
        }
    }
}

/// Positive when the path from `a` over `b` to `c` turns left: then `b` is below the line.
fn turn(a: Point, b: Point, c: Point) -> i128 {
    let difference = |p: i64, q: i64| i128::from(p) - i128::from(q);
    difference(b[0], a[0]) * difference(c[1], a[1])
        - difference(b[1], a[1]) * difference(c[0], a[0])
}
