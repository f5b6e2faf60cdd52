//! The cache for keys that stand for integers. The key `(2k, -k^2)` has the score `q^2 - (q - k)^2` for the
//! query `(q, 1)`, so the `k` nearest to `q` has the greatest score. The cache is a map from `k` to its
//! latest position. An exact hit (`k = q`) is one access to a page.
//!
//! A key below the parabola is switched off. Its score is less than that of an exact hit. If it lies
//! below a chord between two keys that are never removed, it can never have the greatest score; most do, and
//! are dropped. The others go to a [`Hull`], which is searched when there is no exact hit. With the first
//! key above the parabola all keys move to the hull, which answers all queries from then on.

mod chords;
mod fast_paths;
mod pages;
mod tables;

pub use fast_paths::{FastPaths, OuterPath};

use chords::Chords;
use pages::{PAGE, PackedPages, Pages, has_index, index};

use super::{GREATEST, Hull, Keys, Place, Point, bytes_of, coordinate, score};

/// Keys for queries that have the second coordinate 1.
#[derive(Debug, Clone)]
pub struct IntegerKeys {
    pages: Pages,
    /// For every place of a page: the latest position plus one; 0 if there is none.
    stamps: Vec<u64>,
    /// The least and the greatest key in the pages.
    ends: [f64; 2],
    end_places: [Place; 2],
    /// A lower bound of the distance from the parabola to the keys below it.
    gap: f64,
    chords: Chords,
    /// The keys below the parabola with the least and with the greatest `k`. Such keys are frequent.
    outer: [Option<Outer>; 2],
    /// The other keys below the parabola that may have the greatest score; after a key above the parabola,
    /// all keys. The hull allocates the places.
    others: Hull,
    /// Are all keys in the hull?
    is_hull: bool,
    /// One more than the position of the last key. [`FastPaths`] leave it behind.
    stamp: u64,
    absent: Absent,
    /// How often [`FastPaths`] have changed.
    changes: u64,
}

/// The leftmost or rightmost key below the parabola.
#[derive(Debug, Clone, Copy)]
struct Outer {
    /// `(k, y)`.
    point: [f64; 2],
    stamp: u64,
    place: Place,
}

impl Outer {
    fn key(&self) -> Point {
        let [k, y] = self.point;
        [(2.0 * k) as i64, y as i64]
    }
}

/// The results of searches without an exact hit. They are valid until the next key is stored.
#[derive(Debug, Clone)]
struct Absent {
    generation: u64,
    found: Box<[Found; Absent::SIZE]>,
}

/// The keys nearest to `q`: one, or two at the same distance.
#[derive(Debug, Clone, Copy)]
struct Found {
    q: f64,
    generation: u64,
    places: [Place; 2],
}

impl Absent {
    const SIZE: usize = 256;

    fn slot(&mut self, q: f64) -> &mut Found {
        &mut self.found[index(q) % Absent::SIZE]
    }
}

impl Default for IntegerKeys {
    fn default() -> Self {
        let mut others = Hull::looking_up();
        // The first page of places stands for all missing pages.
        others.reserve(PAGE);
        let nothing = Found { q: 0.0, generation: 0, places: [IntegerKeys::NOWHERE; 2] };
        let found = Box::new([nothing; Absent::SIZE]);
        IntegerKeys {
            pages: Pages::default(),
            stamps: vec![0; PAGE],
            ends: [f64::INFINITY, f64::NEG_INFINITY],
            end_places: [IntegerKeys::NOWHERE; 2],
            gap: (1_u64 << 63) as f64,
            chords: Chords::NONE,
            outer: [None; 2],
            others,
            is_hull: false,
            stamp: 0,
            absent: Absent { generation: 1, found },
            changes: 0,
        }
    }
}

/// A copy of a cache that takes no memory for keys that are not stored.
#[derive(Debug, Clone)]
pub struct PackedKeys {
    /// All but the pages.
    rest: IntegerKeys,
    pages: PackedPages,
}

impl PackedKeys {
    /// The cache.
    pub fn unpack(&self) -> IntegerKeys {
        IntegerKeys { pages: self.pages.unpack(), ..self.rest.clone() }
    }

    /// The approximate size in bytes.
    pub fn memory(&self) -> usize {
        self.rest.memory() + self.pages.bytes()
    }
}

impl IntegerKeys {
    /// A copy to be kept.
    pub fn pack(&self) -> PackedKeys {
        let rest = IntegerKeys {
            pages: Pages::default(),
            stamps: self.stamps.clone(),
            ends: self.ends,
            end_places: self.end_places,
            gap: self.gap,
            chords: self.chords.clone(),
            outer: self.outer,
            others: self.others.clone(),
            is_hull: self.is_hull,
            stamp: self.stamp,
            absent: self.absent.clone(),
            changes: self.changes,
        };
        PackedKeys { rest, pages: self.pages.pack() }
    }

    /// The place of positions that can never be selected: what is kept there is never read.
    pub const NOWHERE: Place = Place(0);

    /// Stores the key `(x, y)` of a position; both coordinates are integers. Positions ascend.
    #[inline]
    pub fn insert(&mut self, position: u64, [x, y]: [f64; 2]) -> Place {
        self.stamp = position + 1;
        let k = 0.5 * x;
        if y == -(k * k) {
            if let Some(place) = self.pages.place(index(k))
                && let Some(stamp) = self.stamps.get_mut(place)
                && *stamp != 0
            {
                *stamp = self.stamp;
                return Place(place as u32);
            }
        } else if self.chords.hide(k, y.clamp(-GREATEST, GREATEST)) {
            return IntegerKeys::NOWHERE;
        }
        self.insert_rare([x, y])
    }

    /// The place of the position with the greatest score for the query `(q, 1)`, where `q` is an integer.
    #[inline]
    pub fn find(&mut self, q: f64) -> Place {
        if let Some(place) = self.pages.place(index(q))
            && let Some(&stamp) = self.stamps.get(place)
            && stamp != 0
        {
            return Place(place as u32);
        }
        self.find_absent(q)
    }

    /// Stores a key that has no page yet, or is not on the parabola.
    #[inline(never)]
    fn insert_rare(&mut self, key: [f64; 2]) -> Place {
        // Most keys need not be cut.
        if let Some(place) = self.insert_outer([0.5 * key[0], key[1]]) {
            return place;
        }
        let [x, y] = key.map(|number| coordinate(number) as f64);
        let k = 0.5 * x;
        if let Some(place) = self.insert_outer([k, y]) {
            return place;
        }
        if y > -(k * k) && !self.is_hull {
            self.become_hull();
        }
        if self.is_hull {
            return self.insert_other([k, y]);
        }
        if y == -(k * k) && has_index(k) {
            return self.insert_new(k);
        }
        // A key straight above it always has a greater score.
        let place = self.pages.place(index(k)).filter(|_| has_index(k));
        if place.is_some_and(|place| self.stamps[place] != 0) {
            return IntegerKeys::NOWHERE;
        }
        self.gap = self.gap.min(-y - k * k);
        self.insert_below([k, y])
    }

    /// The place of a point that is one of the outer keys, or both.
    #[inline]
    fn insert_outer(&mut self, point: [f64; 2]) -> Option<Place> {
        let [left, right] = self.outer.each_mut().map(|outer| outer.as_mut());
        let [left, right] = [left, right].map(|outer| outer.filter(|outer| outer.point == point));
        let place = left.as_ref().or(right.as_ref())?.place;
        left.into_iter().chain(right).for_each(|outer| outer.stamp = self.stamp);
        Some(place)
    }

    fn insert_new(&mut self, k: f64) -> Place {
        self.absent.generation += 1;
        let index = index(k);
        if !self.pages.has_page(index) {
            let first = self.others.reserve(PAGE);
            self.stamps.resize(first.0 as usize + PAGE, 0);
            self.pages.add(index, first);
        }
        self.pages.mark(index);
        let place = self.pages.place(index).expect("a page was made");
        self.stamps[place] = self.stamp;
        let place = Place(place as u32);
        for (end, is_further) in [k < self.ends[0], k > self.ends[1]].into_iter().enumerate() {
            if is_further {
                (self.ends[end], self.end_places[end]) = (k, place);
            }
        }
        self.draw_chords();
        place
    }

    fn insert_below(&mut self, point: [f64; 2]) -> Place {
        let before = self.outer;
        // Further out, or above the outermost.
        let wins = |end: usize| {
            let side = [-1.0, 1.0][end];
            let order = |[k, y]: [f64; 2]| (side * k, y);
            before[end].is_none_or(|old| order(point) > order(old.point))
        };
        if !wins(0) && !wins(1) {
            return self.insert_other(point);
        }
        self.absent.generation += 1;
        let new = Outer { point, stamp: self.stamp, place: self.others.reserve(1) };
        for end in (0..2).filter(|&end| wins(end)) {
            self.outer[end] = Some(new);
        }
        let mut left: Vec<Outer> = before.into_iter().flatten().collect();
        left.dedup_by_key(|outer| outer.place);
        for old in left {
            if self.outer.iter().flatten().all(|outer| outer.place != old.place) {
                self.others.insert_with(old.stamp, old.key(), old.place);
            }
        }
        self.draw_chords();
        new.place
    }

    fn insert_other(&mut self, [k, y]: [f64; 2]) -> Place {
        self.absent.generation += 1;
        self.others.insert_at(self.stamp, [(2.0 * k) as i64, y as i64])
    }

    fn draw_chords(&mut self) {
        self.changes += 1;
        let points = self.outer.map(|outer| outer.map(|outer| outer.point));
        self.chords = Chords::between(self.ends, points);
    }

    /// The answer when no key is `q`.
    #[inline(never)]
    fn find_absent(&mut self, q: f64) -> Place {
        for (end, is_outside) in [q < self.ends[0], q > self.ends[1]].into_iter().enumerate() {
            let distance = q - self.ends[end];
            // Less than the gap by more than the rounding error.
            if is_outside && distance * distance < 0.999 * self.gap {
                return self.end_places[end];
            }
        }
        let generation = self.absent.generation;
        let found = *self.absent.slot(q);
        if found.q == q && found.generation == generation {
            let [one, other] = found.places;
            let stamp = |place: Place| self.stamps[place.0 as usize];
            return if one == other || stamp(one) > stamp(other) { one } else { other };
        }
        let (place, lasting) = self.search(coordinate(q));
        if let Some(places) = lasting {
            *self.absent.slot(q) = Found { q, generation, places };
        }
        place
    }

    /// The nearest key, unless a key that is switched off has a greater score; and the interval of queries for
    /// which this holds until the next key is stored.
    fn search(&self, q: i64) -> (Place, Option<[Place; 2]>) {
        let near = [self.pages.last_up_to(q), self.pages.first_from(q)].map(|key| {
            let (k, place) = key?;
            Some((score([q, 1], [2 * k, -k * k]), self.stamps[place.0 as usize], place))
        });
        let others = (!self.others.is_empty()).then(|| self.others.highest([q, 1]));
        let outer = self.outer.map(|outer| {
            let outer = outer?;
            Some((score([q, 1], outer.key()), outer.stamp, outer.place))
        });
        let [a, b] = near;
        let all = [a, b, others, outer[0], outer[1]];
        let best = all.into_iter().flatten().max().expect("a head sees its own position");
        let rivals =
            all.into_iter().flatten().filter(|other| other.0 == best.0 && other.2 != best.2);
        // Of equal scores the latest is selected, and that may be another one next time.
        let lasting = match (near, rivals.count()) {
            (_, 0) => Some([best.2; 2]),
            ([Some(a), Some(b)], 1) if a.0 == best.0 && b.0 == best.0 => Some([a.2, b.2]),
            _ => None,
        };
        (best.2, lasting)
    }

    /// Moves all keys to the hull.
    fn become_hull(&mut self) {
        self.changes += 1;
        for (k, place) in std::mem::take(&mut self.pages).all() {
            let stamp = self.stamps[place.0 as usize];
            self.others.insert_with(stamp, [2 * k, -(k * k)], place);
        }
        let mut outer: Vec<Outer> = std::mem::take(&mut self.outer).into_iter().flatten().collect();
        outer.dedup_by_key(|outer| outer.place);
        for outer in outer {
            self.others.insert_with(outer.stamp, outer.key(), outer.place);
        }
        self.chords = Chords::NONE;
        self.ends = [f64::INFINITY, f64::NEG_INFINITY];
        self.gap = 0.0;
        self.is_hull = true;
    }
}

impl Keys for IntegerKeys {
    fn insert(&mut self, key: Point) -> Place {
        IntegerKeys::insert(self, self.stamp, key.map(|coordinate| coordinate as f64))
    }

    fn find(&mut self, query: Point) -> Place {
        IntegerKeys::find(self, query[0] as f64)
    }

    fn copy(&self) -> Box<dyn Keys> {
        Box::new(self.clone())
    }

    fn memory(&self) -> usize {
        let absent = size_of_val(&*self.absent.found);
        self.pages.bytes() + bytes_of(&self.stamps) + self.others.bytes() + absent
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::{Brute, Memory};
    use super::*;

    fn agree(keys: &[Point], queries: &[i64]) {
        let mut map = Memory::new(Box::new(IntegerKeys::default()), 1);
        let mut brute = Memory::new(Box::new(Brute::default()), 1);
        for (position, &key) in keys.iter().enumerate() {
            map.insert(key, &[position as f64]);
            brute.insert(key, &[position as f64]);
            for &q in queries {
                let expected = brute.query([q, 1]);
                assert_eq!(map.query([q, 1]), expected, "{keys:?} {position} {q}");
            }
        }
    }

    fn on(k: i64) -> Point {
        [2 * k, -k * k]
    }

    #[test]
    fn a_query_is_not_cut_to_32_bits() {
        let far = 1_i64 << 32;
        agree(&[on(0), on(5), on(7)], &[far, far + 5, -far, 0, 5]);
    }

    #[test]
    fn keys_beyond_what_is_exact_are_cut_before_they_are_compared() {
        let two_to_53 = (1_u64 << 53) as f64;
        let mut keys = IntegerKeys::default();
        let mut brute = Brute::default();
        for (position, y) in [-two_to_53, -two_to_53, -1e300].into_iter().enumerate() {
            let key = [2.0 * [0.0, 8.0, 4.0][position], y];
            keys.insert(position as u64, key);
            Keys::insert(&mut brute, key.map(coordinate));
        }
        // Both keys are at 2^53: the latest is selected, which is the one that was cut.
        assert_eq!(Keys::find(&mut brute, [0, 1]), Place(2));
        let last = keys.find(0.0);
        assert_ne!(last, IntegerKeys::NOWHERE);
        let again = keys.insert(3, [8.0, -1e300]);
        assert_eq!(keys.find(0.0), again, "of equal keys the latest wins");
    }

    proptest! {
        #[test]
        fn is_brute_on_integer_keys(
            keys in prop::collection::vec((-700_i64..1500, any::<bool>()), 1..60),
            far in prop::option::of(1_000_000_i64..2_000_000),
            level in prop_oneof![Just(1_i64 << 50), Just(3_000_000_i64), Just(50_000)],
            parallel in any::<bool>(),
            queries in prop::collection::vec(-3000_i64..3000, 1..8),
        ) {
            let off = |k: i64| [2 * k, -level - if parallel { k * k } else { 0 }];
            let point = |(k, is_on): (i64, bool)| if is_on { on(k) } else { off(k) };
            let mut keys: Vec<Point> = keys.into_iter().map(point).collect();
            keys.extend(far.map(on));
            agree(&keys, &queries);
        }

        #[test]
        fn is_brute_when_another_kind_of_key_comes(
            before in prop::collection::vec((0_i64..40, any::<bool>()), 0..30),
            odd in (-50_i64..50, -2000_i64..100),
            after in prop::collection::vec((0_i64..40, any::<bool>()), 0..30),
            queries in prop::collection::vec(-60_i64..60, 1..8),
        ) {
            let point = |(k, is_on): (i64, bool)| if is_on { on(k) } else { [2 * k, -5000] };
            let mut keys: Vec<Point> = before.into_iter().map(point).collect();
            keys.push([odd.0, odd.1]);
            keys.extend(after.into_iter().map(point));
            agree(&keys, &queries);
        }
    }

    #[test]
    fn keys_beyond_the_pages_are_keys() {
        agree(&[on(5), on(1 << 26), on(-600), on(7)], &[0, 6, 1 << 25, 1 << 26, -1000, 1 << 40]);
    }
}
