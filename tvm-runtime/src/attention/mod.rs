//! Hard attention with two-dimensional keys: what a head stores, and how it finds the greatest score.
//!
//! The definition: of all positions whose key has the greatest scalar product with the query, the
//! latest one gives its values. Keys and queries are integers, so products are compared exactly.
//! [`Brute`] is the definition; [`Hull`] gives the same answers from the convex hull of the keys,
//! [`IntegerKeys`] from a map of integers, and [`GreatestKey`] where nothing but the second coordinate differs.
//!
//! As in any transformer there are two caches: one of keys, which gives the [`Place`] of the values of a
//! position, and one of values. So heads with equal keys and queries share one search, even heads of
//! different layers.

mod brute;
mod envelope;
mod greatest;
mod hull;
mod integer;
mod sequence;
mod values;

pub use brute::Brute;
pub use greatest::GreatestKey;
pub use hull::Hull;
pub use integer::{FastPaths, IntegerKeys, OuterPath, PackedKeys};
pub use values::{Memory, Rows, Values};

/// A key, or a query.
pub type Point = [i64; 2];

/// The place of the values of a position in a cache of values. Machine code reads it as its number.
#[repr(transparent)]
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place(pub u32);

/// The cache of keys of a `latest` head.
pub trait Keys {
    /// Stores the key of the next position, and returns the place for its values. The place of a position that
    /// no query can find any more is used again.
    fn insert(&mut self, key: Point) -> Place;

    /// The place of the latest position whose key has the greatest product with the query.
    ///
    /// # Panics
    /// When nothing was inserted.
    fn find(&mut self, query: Point) -> Place;

    /// The same keys, in a cache of their own.
    fn copy(&self) -> Box<dyn Keys>;

    /// The approximate size of the keys in bytes.
    fn memory(&self) -> usize;
}

/// The bytes that a list has allocated.
fn bytes_of<T>(list: &Vec<T>) -> usize {
    list.capacity() * size_of::<T>()
}

/// `query . key`, exactly.
pub fn score(query: Point, key: Point) -> i128 {
    i128::from(query[0]) * i128::from(key[0]) + i128::from(query[1]) * i128::from(key[1])
}

/// The greatest magnitude of a coordinate: integers up to it are exact in f64.
const GREATEST: f64 = (1_u64 << 53) as f64;

/// A coordinate as an integer. Magnitudes above `2^53` are cut to `2^53`, so that differences of keys do not
/// overflow. Only a model that is not exact has such keys.
#[inline]
pub fn coordinate(float: f64) -> i64 {
    float.clamp(-GREATEST, GREATEST) as i64
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Inserts keys one by one and asks every query after each.
    fn agree(keys: &[Point], queries: &[Point]) {
        let mut hull = Memory::new(Box::new(Hull::default()), 1);
        let mut brute = Memory::new(Box::new(Brute::default()), 1);
        for (position, &key) in keys.iter().enumerate() {
            hull.insert(key, &[position as f64]);
            brute.insert(key, &[position as f64]);
            for &query in queries {
                assert_eq!(hull.query(query), brute.query(query), "{keys:?} {position} {query:?}");
            }
        }
    }

    fn all_directions() -> Vec<Point> {
        (-3..=3).flat_map(|x| (-3..=3).map(move |y| [x, y])).collect()
    }

    proptest! {
        #[test]
        fn hull_is_brute_on_a_small_grid(keys in prop::collection::vec((-3i64..=3, -3i64..=3), 1..60)) {
            let keys: Vec<Point> = keys.into_iter().map(|(x, y)| [x, y]).collect();
            agree(&keys, &all_directions());
        }

        #[test]
        fn hull_is_brute_on_lines(keys in prop::collection::vec((-9i64..=9, 0i64..3), 1..60)) {
            let keys: Vec<Point> = keys.into_iter().map(|(x, line)| [x, 2 * x - line]).collect();
            agree(&keys, &[[-2, 1], [2, -1], [0, 1], [1, 0], [-4, 2], [1, 1]]);
        }

        #[test]
        fn hull_is_brute_on_parabolas(
            keys in prop::collection::vec((0i64..40, any::<bool>()), 1..80),
            query in 0i64..50,
        ) {
            let point = |(k, on): (i64, bool)| [2 * k, -k * k - if on { 0 } else { 1 << 50 }];
            let keys: Vec<Point> = keys.into_iter().map(point).collect();
            agree(&keys, &[[query, 1], [0, 1]]);
        }

        #[test]
        fn hull_is_brute_on_large_keys(
            keys in prop::collection::vec((any::<i32>(), any::<i32>()), 1..40),
            queries in prop::collection::vec((any::<i32>(), any::<i32>()), 1..6),
        ) {
            let wide = |(x, y): (i32, i32)| [i64::from(x) << 20, i64::from(y) << 20];
            let keys: Vec<Point> = keys.into_iter().map(wide).collect();
            let queries: Vec<Point> = queries.into_iter().map(wide).collect();
            agree(&keys, &queries);
        }
    }
}
