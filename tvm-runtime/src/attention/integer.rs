//! Keys that are integers in disguise. A key `(2k, -k^2)` scores `q^2 - (q - k)^2` for the query
//! `(q, 1)`: the nearest `k` wins. So the cache is a map from `k` to the latest values under it, and
//! an exact hit is one probe of a page.
//!
//! A key below the parabola is one that is switched off. It loses against an exact hit, and against
//! everything when it lies below a chord between two points that stay; most do, and are dropped.
//! The others go to a [`Hull`] that is asked when there is no exact hit. The first key above the
//! parabola ends all this: what is in the pages moves to the hull, which answers from then on.

use std::collections::BTreeSet;

use super::{Cache, Hull, Point, coordinate, score};

/// Keys of a page.
const PAGE: usize = 512;

/// The least key that has a place in a page.
const LEAST: i64 = -(PAGE as i64);

/// One more than the greatest.
const END: i64 = 1 << 26;

/// Added to an integer below `2^51`, it leaves the integer in the low bits of the sum.
const MAGIC: f64 = 1.5 * (1_u64 << 52) as f64;

/// The place of a key that is an integer; nothing has a place outside of the pages.
#[inline]
fn place(k: f64) -> usize {
    let sum = k + MAGIC;
    let integer = sum.to_bits().wrapping_sub(MAGIC.to_bits());
    // A fraction, or too much for the low bits, does not come back.
    if sum - MAGIC == k { integer.wrapping_sub(LEAST as u64) as usize } else { usize::MAX }
}

/// What the latest position under a key left there.
#[derive(Debug, Clone, Copy)]
struct Entry<const WIDTH: usize> {
    /// One more than the position; 0 is nothing.
    stamp: u64,
    values: [f64; WIDTH],
}

impl<const WIDTH: usize> Entry<WIDTH> {
    const NOTHING: Self = Entry { stamp: 0, values: [0.0; WIDTH] };
}

/// Some neighbouring keys.
#[derive(Debug, Clone)]
struct Page<const WIDTH: usize> {
    entries: [Entry<WIDTH>; PAGE],
    /// A bit for every key that is there.
    present: [u64; PAGE / 64],
}

impl<const WIDTH: usize> Page<WIDTH> {
    const EMPTY: Self = Page { entries: [Entry::NOTHING; PAGE], present: [0; PAGE / 64] };

    fn put(&mut self, index: usize, entry: Entry<WIDTH>) {
        self.entries[index] = entry;
        self.present[index / 64] |= 1 << (index % 64);
    }

    /// The last key that is there, of those up to an index.
    fn last_up_to(&self, index: usize) -> Option<usize> {
        let word = |word: usize, bits: u64| {
            (bits != 0).then(|| word * 64 + 63 - bits.leading_zeros() as usize)
        };
        let own = self.present[index / 64] & (u64::MAX >> (63 - index % 64));
        let before = (0..index / 64).rev().find_map(|at| word(at, self.present[at]));
        word(index / 64, own).or(before)
    }

    /// The first key that is there, of those from an index on.
    fn first_from(&self, index: usize) -> Option<usize> {
        let word = |word: usize, bits: u64| {
            (bits != 0).then(|| word * 64 + bits.trailing_zeros() as usize)
        };
        let own = self.present[index / 64] & (u64::MAX << (index % 64));
        let mut after = index / 64 + 1..PAGE / 64;
        word(index / 64, own).or_else(|| after.find_map(|at| word(at, self.present[at])))
    }
}

/// A cache for integer keys; every query has the second coordinate 1.
#[derive(Debug, Clone)]
pub struct IntegerMap<const WIDTH: usize> {
    pages: Vec<Option<Box<Page<WIDTH>>>>,
    /// The indices of the pages that there are.
    present: BTreeSet<usize>,
    /// The least and the greatest key in the pages.
    ends: [f64; 2],
    chords: Chords,
    /// Of the keys below the parabola `(k, y)` with the least and with the greatest `k`, the highest
    /// one, and what the latest position left there. It comes often.
    outer: [Option<([f64; 2], Entry<WIDTH>)>; 2],
    /// The other keys below the parabola that may win. After a key above it, all keys.
    others: Option<Box<Hull>>,
    /// At most how far below the parabola those are.
    gap: f64,
    /// All keys are in the hull.
    is_hull: bool,
    /// One more than the position of the last key.
    stamp: u64,
}

/// Lines between points that stay: what lies below never wins.
#[derive(Debug, Clone)]
struct Chords([Chord; 3]);

/// A line over a closed interval of `k`.
#[derive(Debug, Clone, Copy)]
struct Chord {
    from: f64,
    to: f64,
    slope: f64,
    /// Less than the true one by more than all rounding.
    intercept: f64,
}

impl Chord {
    /// More than rounding can be off by, where coordinates are below `2^54`.
    const SLACK: f64 = 4096.0;

    /// Nothing is below.
    const NONE: Chord = Chord { from: 1.0, to: 0.0, slope: 0.0, intercept: 0.0 };

    /// The line through two points `(k, y)`; nothing is below unless they are in order.
    fn between([from, y]: [f64; 2], [to, z]: [f64; 2]) -> Chord {
        if from == to {
            return Chord { from, to, slope: 0.0, intercept: y.max(z) };
        }
        if from > to {
            return Chord::NONE;
        }
        let slope = (z - y) / (to - from);
        let intercept = (y - slope * from).min(z - slope * to) - Chord::SLACK;
        Chord { from, to, slope, intercept }
    }
}

impl Chords {
    /// Below a chord?
    #[inline]
    fn hide(&self, k: f64, y: f64) -> bool {
        let hides = |c: &Chord| c.from <= k && k <= c.to && y < c.slope * k + c.intercept;
        self.0.iter().any(hides)
    }

    /// The chords between the least and the greatest key on the parabola and the outer ones below.
    fn between([least, greatest]: [f64; 2], [left, right]: [Option<[f64; 2]>; 2]) -> Chords {
        let on = |k: f64| [k, -(k * k)];
        if least > greatest {
            return Chords([Chord::NONE; 3]);
        }
        Chords([
            Chord::between(on(least), on(greatest)),
            right.map_or(Chord::NONE, |right| Chord::between(on(greatest), right)),
            left.map_or(Chord::NONE, |left| Chord::between(left, on(least))),
        ])
    }
}

impl<const WIDTH: usize> Default for IntegerMap<WIDTH> {
    fn default() -> Self {
        IntegerMap {
            pages: Vec::new(),
            present: BTreeSet::new(),
            ends: [f64::INFINITY, f64::NEG_INFINITY],
            chords: Chords([Chord::NONE; 3]),
            outer: [None; 2],
            others: None,
            gap: (1_u64 << 63) as f64,
            is_hull: false,
            stamp: 0,
        }
    }
}

impl<const WIDTH: usize> IntegerMap<WIDTH> {
    /// Remembers the key `(x, y)` and the values of the next position.
    #[inline]
    pub fn insert(&mut self, [x, y]: [f64; 2], values: &[f64; WIDTH]) {
        self.stamp += 1;
        let k = 0.5 * x;
        if y == -(k * k) {
            let place = place(k);
            if let Some(Some(page)) = self.pages.get_mut(place / PAGE) {
                if self.ends[0] <= k && k <= self.ends[1] {
                    page.put(place % PAGE, Entry { stamp: self.stamp, values: *values });
                    return;
                }
            }
        } else if self.chords.hide(k, y) {
            return;
        }
        let entry = Entry { stamp: self.stamp, values: *values };
        for (point, latest) in self.outer.iter_mut().flatten() {
            if *point == [k, y] {
                *latest = entry;
                return;
            }
        }
        self.insert_rare([x, y], entry);
    }

    /// The values at the position that wins for the query `(q, 1)`.
    #[inline]
    pub fn query(&self, q: f64) -> &[f64; WIDTH] {
        let place = place(q);
        if let Some(Some(page)) = self.pages.get(place / PAGE) {
            let entry = &page.entries[place % PAGE];
            if entry.stamp != 0 {
                return &entry.values;
            }
        }
        self.query_near(q)
    }

    /// A key beyond those so far, one that is off and may win, or one of another kind.
    #[cold]
    fn insert_rare(&mut self, key: [f64; 2], entry: Entry<WIDTH>) {
        let [x, y] = key.map(|number| coordinate(number) as f64);
        let k = 0.5 * x;
        if y > -(k * k) && !self.is_hull {
            self.become_hull();
        }
        let place = place(k);
        if y == -(k * k) && place < (END - LEAST) as usize && !self.is_hull {
            return self.insert_beyond(k, place, entry);
        }
        // On the same vertical line as a better key it cannot win.
        let page = self.pages.get(place / PAGE).and_then(Option::as_ref);
        if page.is_some_and(|page| page.entries[place % PAGE].stamp != 0) {
            return;
        }
        if self.is_hull {
            return self.insert_other([k, y], entry);
        }
        self.gap = self.gap.min(-y - k * k);
        let mut is_outer = false;
        for (end, side) in [-1.0, 1.0].into_iter().enumerate() {
            // Further out, or above the outermost.
            let wins = |other: [f64; 2]| (side * k, y) > (side * other[0], other[1]);
            if self.outer[end].is_none_or(|(other, _)| wins(other)) {
                is_outer = true;
                if let Some((other, entry)) = self.outer[end].replace(([k, y], entry)) {
                    self.insert_other(other, entry);
                }
            }
        }
        if is_outer {
            self.draw_chords();
        } else {
            self.insert_other([k, y], entry);
        }
    }

    fn insert_other(&mut self, [k, y]: [f64; 2], entry: Entry<WIDTH>) {
        let others = self.others.get_or_insert_with(|| Box::new(Hull::looking_up(WIDTH)));
        others.insert_at(entry.stamp, [(2.0 * k) as i64, y as i64], &entry.values);
    }

    fn draw_chords(&mut self) {
        let points = self.outer.map(|outer| outer.map(|(point, _)| point));
        self.chords = Chords::between(self.ends, points);
    }

    fn insert_beyond(&mut self, k: f64, place: usize, entry: Entry<WIDTH>) {
        if self.pages.len() <= place / PAGE {
            self.pages.resize(place / PAGE + 1, None);
        }
        let page = &mut self.pages[place / PAGE];
        page.get_or_insert_with(|| Box::new(Page::EMPTY)).put(place % PAGE, entry);
        self.present.insert(place / PAGE);
        self.ends = [self.ends[0].min(k), self.ends[1].max(k)];
        self.draw_chords();
    }

    /// No key is `q` itself: the nearest one, when it is near enough.
    #[inline(never)]
    fn query_near(&self, q: f64) -> &[f64; WIDTH] {
        let [least, greatest] = self.ends;
        if least <= greatest {
            // Less than the gap by more than rounding.
            let is_near = |k: f64| (q - k) * (q - k) < 0.999 * self.gap;
            if q >= greatest && is_near(greatest) {
                return self.at(greatest);
            }
            if q <= least && is_near(least) {
                return self.at(least);
            }
        }
        self.query_rare(coordinate(q))
    }

    /// The values under a key that is there.
    fn at(&self, k: f64) -> &[f64; WIDTH] {
        let place = place(k);
        let page = self.pages[place / PAGE].as_ref().expect("a key that is there");
        &page.entries[place % PAGE].values
    }

    /// No key is `q` itself: the nearest one, unless one that is off scores more.
    #[inline(never)]
    fn query_rare(&self, q: i64) -> &[f64; WIDTH] {
        let on = |(k, entry): (i64, &Entry<WIDTH>)| (score([q, 1], [2 * k, -k * k]), entry.stamp);
        let near = [self.last_up_to(q), self.first_from(q)].into_iter().flatten();
        let near = near.map(|(k, entry)| (on((k, entry)), &entry.values)).max_by_key(|b| b.0);
        // Keys that are off score at most `q^2 - gap`.
        let most = i128::from(q) * i128::from(q) - self.gap as i128;
        if let Some((_, values)) = near.filter(|((score, _), _)| *score > most) {
            return values;
        }
        let others = self.others.as_ref().map(|others| {
            let (score, stamp, values) = others.highest([q, 1]);
            let values = values.try_into().expect("as many values as were inserted");
            ((score, stamp), values)
        });
        let outer = self.outer.iter().flatten().map(|([k, y], entry)| {
            ((score([q, 1], [(2.0 * k) as i64, *y as i64]), entry.stamp), &entry.values)
        });
        let best = near.into_iter().chain(others).chain(outer).max_by_key(|best| best.0);
        best.expect("a head sees its own position").1
    }

    /// The key of a place with its entry.
    fn entry(&self, place: usize) -> (i64, &Entry<WIDTH>) {
        let page = self.pages[place / PAGE].as_ref().expect("a key that is there");
        (place as i64 + LEAST, &page.entries[place % PAGE])
    }

    fn last_up_to(&self, q: i64) -> Option<(i64, &Entry<WIDTH>)> {
        let place = usize::try_from(q.min(END - 1).checked_sub(LEAST)?).ok()?;
        let mut pages = self.present.range(..=place / PAGE).rev();
        let place = pages.find_map(|&number| {
            let last = if number == place / PAGE { place % PAGE } else { PAGE - 1 };
            Some(number * PAGE + self.pages[number].as_ref()?.last_up_to(last)?)
        });
        place.map(|place| self.entry(place))
    }

    fn first_from(&self, q: i64) -> Option<(i64, &Entry<WIDTH>)> {
        let place = usize::try_from(q.max(LEAST) - LEAST).ok()?;
        let mut pages = self.present.range(place / PAGE..);
        let place = pages.find_map(|&number| {
            let first = if number == place / PAGE { place % PAGE } else { 0 };
            Some(number * PAGE + self.pages[number].as_ref()?.first_from(first)?)
        });
        place.map(|place| self.entry(place))
    }

    /// Moves everything to the hull.
    fn become_hull(&mut self) {
        let mut hull = self.others.take().unwrap_or_else(|| Box::new(Hull::looking_up(WIDTH)));
        for page in &self.present {
            let entries = (page * PAGE..(page + 1) * PAGE).map(|place| self.entry(place));
            for (k, entry) in entries.filter(|(_, entry)| entry.stamp != 0) {
                hull.insert_at(entry.stamp, [2 * k, -(k * k)], &entry.values);
            }
        }
        for ([k, y], entry) in self.outer.iter().flatten() {
            hull.insert_at(entry.stamp, [(2.0 * k) as i64, *y as i64], &entry.values);
        }
        let stamp = self.stamp;
        *self = IntegerMap { others: Some(hull), is_hull: true, stamp, ..Self::default() };
    }
}

impl<const WIDTH: usize> Cache for IntegerMap<WIDTH> {
    fn insert(&mut self, key: Point, values: &[f64]) {
        let values = values.try_into().expect("as many values as the width says");
        IntegerMap::insert(self, key.map(|coordinate| coordinate as f64), values);
    }

    fn query(&self, query: Point) -> &[f64] {
        IntegerMap::query(self, query[0] as f64)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::Brute;
    use super::*;

    fn agree(keys: &[Point], queries: &[i64]) {
        let (mut map, mut brute) = (IntegerMap::<1>::default(), Brute::new(1));
        for (position, &key) in keys.iter().enumerate() {
            Cache::insert(&mut map, key, &[position as f64]);
            brute.insert(key, &[position as f64]);
            for &q in queries {
                let expected = brute.query([q, 1]);
                assert_eq!(map.query(q as f64), expected, "{keys:?} {position} {q}");
            }
        }
    }

    fn on(k: i64) -> Point {
        [2 * k, -k * k]
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
