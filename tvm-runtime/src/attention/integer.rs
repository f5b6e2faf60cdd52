//! Keys that are integers in disguise. A key `(2k, -k^2)` scores `q^2 - (q - k)^2` for the query
//! `(q, 1)`: the nearest `k` wins. So the cache is a map from `k` to the latest values under it, and
//! an exact hit is one probe of a page. A key that is switched off, `(2k, y)` with the same `y` far
//! below for all of them, lies on a line where only the ends and the latest can win.
//!
//! A guard at insertion keeps this honest: the first key of any other kind moves everything that can
//! still win into a [`Hull`], which answers from then on.

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
type Page<const WIDTH: usize> = Box<[Entry<WIDTH>; PAGE]>;

/// Keys that are switched off.
#[derive(Debug, Clone, Copy)]
struct Off<const WIDTH: usize> {
    y: f64,
    /// The latest under the least and the greatest `k`, and the latest of all.
    least: (f64, Entry<WIDTH>),
    greatest: (f64, Entry<WIDTH>),
    latest: (f64, Entry<WIDTH>),
}

/// A cache for integer keys; every query has the second coordinate 1.
#[derive(Debug, Clone)]
pub struct IntegerMap<const WIDTH: usize> {
    pages: Vec<Option<Page<WIDTH>>>,
    /// The indices of the pages that there are.
    present: BTreeSet<usize>,
    off: Option<Off<WIDTH>>,
    /// One more than the position of the last key.
    stamp: u64,
    hull: Option<Box<Hull>>,
}

impl<const WIDTH: usize> Default for IntegerMap<WIDTH> {
    fn default() -> Self {
        IntegerMap { pages: Vec::new(), present: BTreeSet::new(), off: None, stamp: 0, hull: None }
    }
}

impl<const WIDTH: usize> IntegerMap<WIDTH> {
    /// Remembers the key `(x, y)` and the values of the next position.
    #[inline]
    pub fn insert(&mut self, [x, y]: [f64; 2], values: &[f64; WIDTH]) {
        self.stamp += 1;
        let entry = Entry { stamp: self.stamp, values: *values };
        let k = 0.5 * x;
        if y == -(k * k) {
            let place = place(k);
            if let Some(Some(page)) = self.pages.get_mut(place / PAGE) {
                page[place % PAGE] = entry;
                return;
            }
        } else if let Some(off) = &mut self.off {
            // An integer, when it lies in the pages, and strictly between the ends.
            let between = off.least.0 < k && k < off.greatest.0;
            if y == off.y && between && place(k) < (END - LEAST) as usize {
                off.latest = (k, entry);
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
            let entry = &page[place % PAGE];
            if entry.stamp != 0 {
                return &entry.values;
            }
        }
        self.query_rare(coordinate(q))
    }

    /// A new page, an end of the line of keys that are off, or a key of another kind.
    #[cold]
    fn insert_rare(&mut self, [x, y]: [f64; 2], entry: Entry<WIDTH>) {
        if let Some(hull) = &mut self.hull {
            return hull.insert([coordinate(x), coordinate(y)], &entry.values);
        }
        let k = 0.5 * x;
        let is_integer = k.trunc() == k && k.abs() < END as f64;
        let square = k * k;
        if is_integer && place(k) < (END - LEAST) as usize && y == -square {
            self.new_page(place(k), entry);
        } else if is_integer && -y > square && self.off.is_none_or(|off| off.y == y) {
            let end = (k, entry);
            let off = self.off.get_or_insert(Off { y, least: end, greatest: end, latest: end });
            off.latest = end;
            if k <= off.least.0 {
                off.least = end;
            }
            if k >= off.greatest.0 {
                off.greatest = end;
            }
        } else {
            self.become_hull();
            self.insert_rare([x, y], entry);
        }
    }

    fn new_page(&mut self, place: usize, entry: Entry<WIDTH>) {
        if self.pages.len() <= place / PAGE {
            self.pages.resize(place / PAGE + 1, None);
        }
        let mut page = Box::new([Entry::NOTHING; PAGE]);
        page[place % PAGE] = entry;
        self.pages[place / PAGE] = Some(page);
        self.present.insert(place / PAGE);
    }

    /// No key is `q` itself: the nearest one, unless one that is off scores more.
    #[cold]
    fn query_rare(&self, q: i64) -> &[f64; WIDTH] {
        if let Some(hull) = &self.hull {
            let values = hull.query([q, 1]);
            return values.try_into().expect("as many values as were inserted");
        }
        let on =
            |(k, entry): (i64, &'_ Entry<WIDTH>)| (score([q, 1], [2 * k, -k * k]), entry.stamp);
        let near = [self.last_up_to(q), self.first_from(q)].into_iter().flatten();
        let mut best = near.map(|(k, entry)| (on((k, entry)), &entry.values)).max_by_key(|b| b.0);
        if let Some(off) = &self.off {
            let (k, entry) = match q.signum() {
                -1 => &off.least,
                0 => &off.latest,
                _ => &off.greatest,
            };
            let score = (score([q, 1], [2 * *k as i64, coordinate(off.y)]), entry.stamp);
            if best.is_none_or(|best| best.0 < score) {
                best = Some((score, &entry.values));
            }
        }
        best.expect("a head sees its own position").1
    }

    fn entry(&self, index: usize) -> Option<(i64, &Entry<WIDTH>)> {
        let entry = &self.pages[index / PAGE].as_ref()?[index % PAGE];
        (entry.stamp != 0).then_some((index as i64 + LEAST, entry))
    }

    fn last_up_to(&self, q: i64) -> Option<(i64, &Entry<WIDTH>)> {
        let index = usize::try_from(q.min(END).checked_sub(LEAST)?).ok()?;
        let pages = self.present.range(..=index / PAGE).rev();
        let mut indices = pages.flat_map(|page| (page * PAGE..(page + 1) * PAGE).rev());
        indices.by_ref().filter(|&other| other <= index).find_map(|other| self.entry(other))
    }

    fn first_from(&self, q: i64) -> Option<(i64, &Entry<WIDTH>)> {
        let index = (q.clamp(LEAST, END) - LEAST) as usize;
        let pages = self.present.range(index / PAGE..);
        let mut indices = pages.flat_map(|page| page * PAGE..(page + 1) * PAGE);
        indices.by_ref().filter(|&other| other >= index).find_map(|other| self.entry(other))
    }

    /// Everything that can still win, in the order in which it came.
    fn become_hull(&mut self) {
        let mut entries: Vec<(u64, Point, [f64; WIDTH])> = Vec::new();
        for page in &self.present {
            for (k, entry) in (page * PAGE..(page + 1) * PAGE).filter_map(|at| self.entry(at)) {
                entries.push((entry.stamp, [2 * k, -(k * k)], entry.values));
            }
        }
        if let Some(off) = &self.off {
            for (k, entry) in [off.least, off.greatest, off.latest] {
                entries.push((entry.stamp, [2 * k as i64, coordinate(off.y)], entry.values));
            }
        }
        entries.sort_by_key(|entry| entry.0);
        entries.dedup_by_key(|entry| entry.0);
        let mut hull = Hull::looking_up(WIDTH);
        for (_, key, values) in entries {
            hull.insert(key, &values);
        }
        *self = IntegerMap { hull: Some(Box::new(hull)), stamp: self.stamp, ..Self::default() };
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
            level in prop_oneof![Just(1_i64 << 50), Just(3_000_000_i64)],
            queries in prop::collection::vec(-3000_i64..3000, 1..8),
        ) {
            let point = |(k, is_on): (i64, bool)| if is_on { on(k) } else { [2 * k, -level] };
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
