//! What a head saw at a position: keys in the plane, the query as a direction, and the key that won.

use serde::Serialize;

use crate::explain::{HeadExplanation, Key};
use tvm_model::Vocabulary;
use tvm_runtime::attention::{coordinate, score};

/// Points that are shown at most.
const MOST: usize = 2000;

/// The keys of a head at a position. Those that no query can find any more are not all there.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct HeadKeys {
    /// The name of the head.
    pub name: String,
    /// Keys, in order of their positions.
    pub points: Vec<KeyPoint>,
    /// How many keys there are in all: one for each position until here.
    pub total: usize,
    /// The points on that side of the hull of which queries find points, by their indices, from left to right.
    pub hull: Vec<usize>,
    /// The query.
    pub query: [f64; 2],
    /// The key that won; none for a mean.
    pub attended: Option<ScoredKey>,
    /// The best of the other keys that are kept, the latest of equals.
    pub runner_up: Option<ScoredKey>,
}

/// A key as a point of the plane.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct KeyPoint {
    /// The first coordinate.
    #[serde(serialize_with = "crate::number::serialize")]
    pub x: f64,
    /// The second coordinate.
    #[serde(serialize_with = "crate::number::serialize")]
    pub y: f64,
    /// The position that it is of.
    pub position: usize,
    /// The token there.
    pub token: String,
}

/// A key with its score.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ScoredKey {
    /// The key.
    #[serde(flatten)]
    pub key: KeyPoint,
    /// Query times key, rounded to a number of JavaScript.
    pub score: f64,
}

impl HeadKeys {
    /// The keys that a head remembers after a position, and what it did there.
    pub(super) fn of(
        name: String,
        head: &HeadExplanation,
        mut keys: Vec<Key>,
        total: usize,
        vocabulary: &Vocabulary,
    ) -> HeadKeys {
        let query = head.query.map(coordinate);
        let score = |key: &Key| score(query, key.point.map(coordinate));
        let shown = |key: &Key| KeyPoint {
            x: key.point[0],
            y: key.point[1],
            position: key.of.position,
            token: vocabulary.name(key.of.token).to_owned(),
        };
        let scored = |key: &Key| ScoredKey { key: shown(key), score: score(key) as f64 };
        let won = head.attended.filter(|_| head.has_key).map(|attended| attended.position);
        let attended = keys.iter().find(|key| Some(key.of.position) == won).map(scored);
        let others = keys.iter().filter(|key| Some(key.of.position) != won);
        let runner_up = others.max_by_key(|key| (score(key), key.of.position)).map(scored);
        let upper = query[1] >= 0;
        let on_hull = hull(&keys, upper);
        let important = |position: usize| {
            let is = |scored: &Option<ScoredKey>| {
                scored.as_ref().is_some_and(|scored| scored.key.position == position)
            };
            is(&attended) || is(&runner_up) || on_hull.contains(&position)
        };
        thin(&mut keys, important);
        let hull = hull(&keys, upper);
        let index = |position: &usize| keys.iter().position(|key| key.of.position == *position);
        HeadKeys {
            name,
            hull: hull.iter().filter_map(index).collect(),
            points: keys.iter().map(shown).collect(),
            total,
            query: head.query,
            attended,
            runner_up,
        }
    }
}

/// Leaves out keys until there are few enough: of those that are not important, at equal distances.
fn thin(keys: &mut Vec<Key>, important: impl Fn(usize) -> bool) {
    let distance = keys.len().div_ceil(MOST).max(1);
    let mut number = 0;
    keys.retain(|key| {
        number += 1;
        (number - 1) % distance == 0 || important(key.of.position)
    });
}

/// The positions of the keys on the upper or the lower side of the hull, from left to right.
fn hull(keys: &[Key], upper: bool) -> Vec<usize> {
    let mut points: Vec<([i64; 2], usize)> = keys
        .iter()
        .map(|key| {
            let [x, y] = key.point.map(coordinate);
            ([x, if upper { y } else { -y }], key.of.position)
        })
        .collect();
    points.sort_unstable();
    let mut chain: Vec<([i64; 2], usize)> = Vec::new();
    for point in points {
        if chain.last().is_some_and(|last| last.0[0] == point.0[0]) {
            chain.pop();
        }
        while let [.., before, last] = chain[..]
            && turn(before.0, last.0, point.0) >= 0
        {
            chain.pop();
        }
        chain.push(point);
    }
    chain.into_iter().map(|(_, position)| position).collect()
}

/// Positive where the way from `a` over `b` to `c` turns to the left.
fn turn(a: [i64; 2], b: [i64; 2], c: [i64; 2]) -> i128 {
    let difference = |from: [i64; 2], to: [i64; 2]| {
        [0, 1].map(|axis| i128::from(to[axis]) - i128::from(from[axis]))
    };
    let ([ax, ay], [bx, by]) = (difference(a, b), difference(a, c));
    ax * by - ay * bx
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::explain::Attended;
    use tvm_model::Token;

    #[test]
    fn the_hull_goes_from_left_to_right() {
        let points = [[0, 0], [4, -16], [1, 3], [2, 1], [1, -5], [3, -3]];
        let key = |(position, [x, y]): (usize, [i64; 2])| Key {
            point: [x as f64, y as f64],
            of: Attended { position, token: Token(0) },
        };
        let keys: Vec<Key> = points.into_iter().enumerate().map(key).collect();
        assert_eq!(hull(&keys, true), [0, 2, 3, 5, 1]);
        assert_eq!(hull(&keys, false), [0, 4, 1]);
        assert!(hull(&[], true).is_empty());
    }
}
