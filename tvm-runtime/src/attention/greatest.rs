//! The cache for keys that differ in nothing but their second coordinate, for queries whose second coordinate is
//! positive: whatever the query, the latest of the greatest keys is found.

use super::{GREATEST, Keys, Place, Point, coordinate};

/// The latest of the greatest keys. Of what is kept with the others nothing is ever read.
#[derive(Debug, Clone)]
pub struct GreatestKey {
    /// Infinitely small before the first key.
    greatest: f64,
}

impl Default for GreatestKey {
    fn default() -> Self {
        GreatestKey { greatest: f64::NEG_INFINITY }
    }
}

impl GreatestKey {
    /// Where the values of the winner are.
    pub const WINNER: Place = Place(0);

    /// The place of all other positions.
    pub const NOWHERE: Place = Place(1);

    /// Stores the second coordinate of a key, an integer.
    #[inline(always)]
    pub fn insert(&mut self, y: f64) -> Place {
        let y = y.clamp(-GREATEST, GREATEST);
        if y >= self.greatest {
            self.greatest = y;
            GreatestKey::WINNER
        } else if y < self.greatest {
            GreatestKey::NOWHERE
        } else {
            self.insert_no_number()
        }
    }

    /// Stores what is no number, as other caches do: [`coordinate`].
    #[cold]
    #[inline(never)]
    fn insert_no_number(&mut self) -> Place {
        self.insert(coordinate(f64::NAN) as f64)
    }

    /// The place of the position with the greatest score.
    #[inline(always)]
    pub fn find(&self) -> Place {
        GreatestKey::WINNER
    }

    /// The greatest key so far, for machine code that does the same.
    pub fn greatest_mut(&mut self) -> &mut f64 {
        &mut self.greatest
    }
}

impl Keys for GreatestKey {
    fn insert(&mut self, key: Point) -> Place {
        GreatestKey::insert(self, key[1] as f64)
    }

    fn find(&mut self, _query: Point) -> Place {
        GreatestKey::WINNER
    }

    fn copy(&self) -> Box<dyn Keys> {
        Box::new(self.clone())
    }

    fn memory(&self) -> usize {
        size_of::<Self>()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::{Brute, Memory};
    use super::*;

    proptest! {
        #[test]
        fn is_brute_on_keys_that_differ_in_their_second_coordinate(
            x in -3_i64..=3,
            keys in prop::collection::vec(-5_i64..=5, 1..40),
            query in (-9_i64..9, 1_i64..4),
        ) {
            let mut greatest = Memory::new(Box::new(GreatestKey::default()), 1);
            let mut brute = Memory::new(Box::new(Brute::default()), 1);
            for (position, &y) in keys.iter().enumerate() {
                greatest.insert([x, y], &[position as f64]);
                brute.insert([x, y], &[position as f64]);
                let query = [query.0, query.1];
                prop_assert_eq!(greatest.query(query), brute.query(query));
            }
        }
    }

    #[test]
    fn what_is_beyond_exact_integers_is_cut_and_what_is_no_number_is_0() {
        let mut keys = GreatestKey::default();
        let mut brute = Brute::default();
        let two_to_53 = (1_u64 << 53) as f64;
        for y in [-1e300, f64::NAN, -1.0, 0.0, f64::NAN, two_to_53, 1e300, two_to_53, f64::NAN] {
            let own = Keys::insert(&mut brute, [0, coordinate(y)]);
            let wins = brute.find([0, 1]) == own;
            assert_eq!(keys.insert(y) == GreatestKey::WINNER, wins, "{y}");
        }
    }
}
