//! The definition of attention: every position is remembered and every one is looked at.

use super::{Cache, Point, score};

/// All keys with their values.
#[derive(Debug, Clone)]
pub struct Brute {
    width: usize,
    keys: Vec<Point>,
    values: Vec<f64>,
}

impl Brute {
    /// A cache for `width` values a position.
    pub fn new(width: usize) -> Brute {
        Brute { width, keys: Vec::new(), values: Vec::new() }
    }
}

impl Cache for Brute {
    fn insert(&mut self, key: Point, values: &[f64]) {
        self.keys.push(key);
        self.values.extend_from_slice(values);
    }

    fn query(&self, query: Point) -> &[f64] {
        let positions = 0..self.keys.len();
        let best = positions.max_by_key(|&position| (score(query, self.keys[position]), position));
        let best = best.expect("a head sees its own position");
        &self.values[best * self.width..(best + 1) * self.width]
    }
}
