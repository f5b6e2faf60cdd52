//! The upper envelope of a set of points: the vertices of the upper half of their convex hull, from
//! left to right. It answers every query whose second coordinate is positive.
//!
//! Points inside an edge have the greatest score only for the query perpendicular to the edge, together with
//! both ends. So only the latest of them is kept, with the edge. None can become a vertex later: a point
//! that removes an end of the edge lies above all points of the edge.
//!
//! Both searches begin at a hint: the vertex that the last search with the same argument found. On a
//! convex chain, a vertex with a greater score than its two neighbours has the greatest score of all, so a
//! hint is checked in O(1).

use std::cell::Cell;

use super::sequence::{NodeId, Sequence};
use super::{Place, Point, bytes_of, score as dot};

/// A position, and the place of its values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Entry {
    pub(super) position: u64,
    pub(super) place: Place,
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
    vertices: Sequence<Vertex>,
    by_abscissa: Hints,
    by_query: Hints,
}

impl Envelope {
    pub(super) fn is_empty(&self) -> bool {
        self.vertices.last().is_none()
    }

    /// About how many bytes it takes.
    pub(super) fn bytes(&self) -> usize {
        self.vertices.bytes() + bytes_of(&self.by_abscissa.0) + bytes_of(&self.by_query.0)
    }

    /// Adds a point. Entries that can never be selected again, perhaps the new one, are passed to `forget`.
    /// Points may be added in any order of their positions.
    pub(super) fn insert(&mut self, point: Point, entry: Entry, mut forget: impl FnMut(Entry)) {
        self.by_abscissa.fit(self.vertices.capacity());
        self.by_query.fit(self.vertices.capacity());
        let next = self.first_from(point[0]);
        if let Some(same) = next.filter(|&next| self.point(next)[0] == point[0]) {
            return self.insert_above(same, point, entry, forget);
        }
        let previous = match next {
            Some(next) => self.vertices.previous(next),
            None => self.vertices.last(),
        };
        if let (Some(previous), Some(next)) = (previous, next) {
            let turn = turn(self.point(previous), point, self.point(next));
            if turn > 0 {
                return forget(entry);
            }
            let edge = &mut self.vertices.item_mut(previous).edge;
            if turn == 0 {
                match edge {
                    Some(latest) if *latest > entry => forget(entry),
                    _ => {
                        edge.replace(entry).map(&mut forget);
                    }
                }
                return;
            }
            edge.take().map(&mut forget);
        }
        let new = self.vertices.insert_before(next, Vertex { point, entry, edge: None });
        self.by_abscissa.remember([point[0], 0], new);
        self.straighten(new, forget);
    }

    /// Adds a point above, on or below a vertex.
    fn insert_above(
        &mut self,
        same: NodeId,
        point: Point,
        entry: Entry,
        mut forget: impl FnMut(Entry),
    ) {
        let vertex = self.vertices.item_mut(same);
        if vertex.point[1] > point[1] || (vertex.point == point && vertex.entry > entry) {
            return forget(entry);
        }
        forget(std::mem::replace(&mut vertex.entry, entry));
        if vertex.point[1] < point[1] {
            vertex.point = point;
            vertex.edge.take().map(&mut forget);
            if let Some(previous) = self.vertices.previous(same) {
                self.vertices.item_mut(previous).edge.take().map(&mut forget);
            }
            self.straighten(same, forget);
        }
    }

    fn point(&self, node: NodeId) -> Point {
        self.vertices.item(node).point
    }

    /// The first vertex that is not to the left of `x`.
    fn first_from(&self, x: i64) -> Option<NodeId> {
        let hint = self.by_abscissa.recall([x, 0], &self.vertices).filter(|&hint| {
            let previous = self.vertices.previous(hint);
            self.point(hint)[0] >= x && previous.is_none_or(|node| self.point(node)[0] < x)
        });
        hint.or_else(|| {
            let first = self.vertices.find(|_, vertex| vertex.point[0] < x)?;
            self.by_abscissa.remember([x, 0], first);
            Some(first)
        })
    }

    /// Removes those neighbours of a new vertex that are now below the envelope.
    fn straighten(&mut self, new: NodeId, mut forget: impl FnMut(Entry)) {
        let point = self.point(new);
        while let Some(near) = self.vertices.previous(new) {
            let Some(far) = self.vertices.previous(near) else { break };
            let turn = turn(self.point(far), self.point(near), point);
            if turn < 0 {
                break;
            }
            self.merge(near, far, turn == 0, &mut forget);
        }
        while let Some(near) = self.vertices.next(new) {
            let Some(far) = self.vertices.next(near) else { break };
            let turn = turn(point, self.point(near), self.point(far));
            if turn < 0 {
                break;
            }
            self.merge(near, new, turn == 0, &mut forget);
        }
    }

    /// Removes a vertex; the edge from the vertex before it becomes longer. If the removed vertex lies on the
    /// new edge, the latest of it and of the points inside both old edges is kept with the new edge.
    fn merge(
        &mut self,
        leaving: NodeId,
        before: NodeId,
        collinear: bool,
        forget: &mut impl FnMut(Entry),
    ) {
        let Vertex { entry, edge, .. } = *self.vertices.item(leaving);
        self.vertices.remove(leaving);
        let own = self.vertices.item_mut(before).edge.take();
        let mut latest: Option<Entry> = None;
        for entry in [own, Some(entry), edge].into_iter().flatten() {
            if collinear && latest.is_none_or(|latest| latest < entry) {
                latest.replace(entry).map(&mut *forget);
            } else {
                forget(entry);
            }
        }
        self.vertices.item_mut(before).edge = latest;
    }

    /// The vertex with the greatest product with a query of positive second coordinate, and the latest
    /// of the points that have this product.
    pub(super) fn query(&self, query: Point) -> (Point, Entry) {
        // By how much the product of the next vertex is greater.
        let rise = |node: NodeId| {
            let next = self.vertices.next(node)?;
            Some(dot(query, difference(self.point(node), self.point(next))))
        };
        let is_better = |rise: Option<i128>| rise.is_some_and(|rise| rise > 0);
        let hinted = self.by_query.recall(query, &self.vertices).and_then(|hint| {
            let own = rise(hint);
            let previous = || self.vertices.previous(hint);
            let is_best = !is_better(own) && previous().is_none_or(|node| is_better(rise(node)));
            is_best.then_some((hint, own))
        });
        let (best, rise) = hinted.unwrap_or_else(|| {
            let best = self.vertices.find(|node, _| is_better(rise(node)));
            let best = best.expect("a head sees its own position");
            self.by_query.remember(query, best);
            (best, rise(best))
        });
        let Vertex { point, entry, edge } = *self.vertices.item(best);
        let latest = match self.vertices.next(best) {
            Some(next) if rise == Some(0) => {
                let latest = entry.max(self.vertices.item(next).entry);
                edge.map_or(latest, |edge| edge.max(latest))
            }
            _ => entry,
        };
        (point, latest)
    }
}

/// Positive when the path from `a` over `b` to `c` turns left: then `b` is below the line.
fn turn(a: Point, b: Point, c: Point) -> i128 {
    let ([x, y], to_c) = (difference(a, b), difference(a, c));
    dot([-y, x], to_c)
}

/// From `a` to `b`; coordinates are below `2^53`, so that nothing overflows.
fn difference(a: Point, b: Point) -> Point {
    [b[0] - a[0], b[1] - a[1]]
}

/// The results of earlier searches, by a hash of the argument. A result is only a hint.
#[derive(Debug, Clone, Default)]
struct Hints(Vec<Cell<u32>>);

impl Hints {
    /// Grows with the number of vertices.
    fn fit(&mut self, vertices: usize) {
        if self.0.len() <= vertices {
            self.0 = vec![Cell::new(0); (4 * vertices).next_power_of_two().max(64)];
        }
    }

    fn index(&self, point: Point) -> usize {
        let mixed = (point[0] as u64).wrapping_add((point[1] as u64).rotate_left(32));
        let hash = mixed.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 32;
        hash as usize & (self.0.len() - 1)
    }

    fn remember(&self, point: Point, node: NodeId) {
        self.0[self.index(point)].set(node.number());
    }

    fn recall(&self, point: Point, vertices: &Sequence<Vertex>) -> Option<NodeId> {
        vertices.alive(self.0[self.index(point)].get())
    }
}
