//! The definition of attention: all keys are stored, and all are compared.

use super::{Keys, Place, Point, bytes_of, score};

/// All keys.
#[derive(Debug, Clone, Default)]
pub struct Brute(Vec<Point>);

impl Keys for Brute {
    fn insert(&mut self, key: Point) -> Place {
        self.0.push(key);
        Place(self.0.len() as u32 - 1)
    }

    fn find(&mut self, query: Point) -> Place {
        let positions = 0..self.0.len();
        let best = positions.max_by_key(|&position| (score(query, self.0[position]), position));
        Place(best.expect("a head sees its own position") as u32)
    }

    fn copy(&self) -> Box<dyn Keys> {
        Box::new(self.clone())
    }

    fn memory(&self) -> usize {
        bytes_of(&self.0)
    }
}
