//! The entries of a lookup: for every distinct key the latest entry. A key `(x, y)` is stored under
//! its level `-x^2 - 4y`, its distance below the parabola of integer keys. Within a level only the
//! neighbours of the vertex of the query can have the greatest score.

use std::collections::BTreeMap;

/// An entry: its position and its values.
#[derive(Debug, Clone)]
struct Entry {
    position: usize,
    values: Vec<i128>,
}

/// All entries of one lookup.
#[derive(Debug, Default)]
pub(super) struct Store {
    levels: BTreeMap<i128, BTreeMap<i128, Entry>>,
    chosen: Vec<i128>,
}

impl Store {
    /// Stores an entry. It replaces an earlier one with the same key, which can never win again.
    pub(super) fn insert(&mut self, key: [i128; 2], position: usize, values: Vec<i128>) {
        let [x, y] = key;
        let level = self.levels.entry(-x * x - 4 * y).or_default();
        level.insert(x, Entry { position, values });
    }

    /// Selects the latest of the entries whose scalar product with the query is greatest.
    pub(super) fn choose(&mut self, query: [i128; 2]) {
        let mut best: Option<((i128, usize), &Entry)> = None;
        for (below, level) in &self.levels {
            for (x, entry) in candidates(level, query) {
                let y = (-x * x - below) / 4;
                let rank = (query[0] * x + query[1] * y, entry.position);
                if best.as_ref().is_none_or(|(greatest, _)| rank > *greatest) {
                    best = Some((rank, entry));
                }
            }
        }
        self.chosen = best.expect("a lookup sees its own position").1.values.clone();
    }

    /// The values of the entry that was selected last.
    pub(super) fn chosen(&self) -> &[i128] {
        &self.chosen
    }
}

/// The entries of a level that can win: on `y = (-x^2 - below) / 4` with `q1 > 0` the score is
/// concave in `x` with its vertex at `2 q0 / q1`, so the two neighbours of the vertex; otherwise all.
fn candidates(
    level: &BTreeMap<i128, Entry>,
    query: [i128; 2],
) -> Box<dyn Iterator<Item = (i128, &Entry)> + '_> {
    let pair = |(&x, entry)| (x, entry);
    if query[1] <= 0 {
        return Box::new(level.iter().map(pair));
    }
    let vertex = (2 * query[0]).div_euclid(query[1]);
    let left = level.range(..=vertex).next_back();
    let right = level.range(vertex + 1..).next();
    Box::new(left.into_iter().chain(right).map(pair))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn agrees_with_scanning_every_entry(
            keys in prop::collection::vec((-6i128..6, -12i128..12), 1..40),
            query in (-5i128..5, -3i128..5),
        ) {
            let mut store = Store::default();
            for (position, &(x, y)) in keys.iter().enumerate() {
                store.insert([x, y], position, vec![position as i128]);
            }
            store.choose([query.0, query.1]);
            let best = (0..keys.len())
                .max_by_key(|&at| (keys[at].0 * query.0 + keys[at].1 * query.1, at))
                .unwrap();
            prop_assert_eq!(store.chosen(), &[best as i128]);
        }
    }
}
