//! The convex hull of the keys: an upper and a lower envelope. Only keys on the hull can have the greatest
//! score, so only they have places.

use super::envelope::{Entry, Envelope};
use super::{Keys, Place, Point, bytes_of, score};

/// The hull of the keys so far.
#[derive(Debug, Clone)]
pub struct Hull {
    upper: Envelope,
    /// The upper envelope of the keys mirrored at the horizontal axis; `None` when the second coordinate of
    /// every query is positive.
    lower: Option<Envelope>,
    ends: Option<Ends>,
    places: Places,
    next: u64,
}

/// Allocates places.
#[derive(Debug, Clone, Default)]
struct Places {
    /// By place: how many entries refer to it.
    uses: Vec<u8>,
    free: Vec<Place>,
}

impl Places {
    fn allot(&mut self) -> Place {
        self.free.pop().unwrap_or_else(|| self.reserve(1))
    }

    fn reserve(&mut self, number: usize) -> Place {
        let first = Place(self.uses.len() as u32);
        self.uses.resize(self.uses.len() + number, 0);
        first
    }

    fn uses(&mut self, place: Place) -> &mut u8 {
        &mut self.uses[place.0 as usize]
    }

    fn release(&mut self, place: Place) {
        let uses = self.uses(place);
        *uses -= 1;
        if *uses == 0 {
            self.free.push(place);
        }
    }
}

/// The answers to queries whose second coordinate is 0: the latest of the leftmost keys, of the rightmost
/// keys, and of all keys.
#[derive(Debug, Clone, Copy)]
struct Ends {
    left: (i64, Entry),
    right: (i64, Entry),
    newest: Entry,
}

/// For queries of any direction.
impl Default for Hull {
    fn default() -> Hull {
        Hull { lower: Some(Envelope::default()), ..Hull::looking_up() }
    }
}

impl Hull {
    /// For queries whose second coordinate is positive. Any other second coordinate is taken for 1.
    pub fn looking_up() -> Hull {
        let (upper, places) = (Envelope::default(), Places::default());
        Hull { upper, lower: None, ends: None, places, next: 0 }
    }

    /// Reserves consecutive places that are never given to a key. Returns the first one.
    pub(super) fn reserve(&mut self, number: usize) -> Place {
        self.places.reserve(number)
    }

    /// Stores the key of a position. Positions may come in any order.
    pub(super) fn insert_at(&mut self, position: u64, key: Point) -> Place {
        let place = self.places.allot();
        self.insert_with(position, key, place);
        place
    }

    /// Stores the key of a position whose values already have a place.
    pub(super) fn insert_with(&mut self, position: u64, key: Point, place: Place) {
        let entry = Entry { position, place };
        // Counts as one reference during the insertion, so that the place is not freed meanwhile.
        *self.places.uses(place) = 1;
        if self.lower.is_some() {
            self.insert_ends(key[0], entry);
        }
        let mirrored = [key[0], -key[1]];
        for (envelope, point) in [(Some(&mut self.upper), key), (self.lower.as_mut(), mirrored)] {
            let Some(envelope) = envelope else { continue };
            *self.places.uses(place) += 1;
            envelope.insert(point, entry, |lost| self.places.release(lost.place));
        }
        self.places.release(place);
    }

    fn insert_ends(&mut self, x: i64, entry: Entry) {
        *self.places.uses(entry.place) += 3;
        let Some(ends) = &mut self.ends else {
            self.ends = Some(Ends { left: (x, entry), right: (x, entry), newest: entry });
            return;
        };
        let mut replace = |slot: &mut Entry, wins: bool| {
            let loser = if wins { std::mem::replace(slot, entry) } else { entry };
            self.places.release(loser.place);
        };
        let later = |slot: &Entry| *slot < entry;
        let (left, right) = (ends.left, ends.right);
        replace(&mut ends.left.1, x < left.0 || (x == left.0 && later(&left.1)));
        replace(&mut ends.right.1, x > right.0 || (x == right.0 && later(&right.1)));
        let newest = ends.newest;
        replace(&mut ends.newest, later(&newest));
        ends.left.0 = ends.left.0.min(x);
        ends.right.0 = ends.right.0.max(x);
    }

    /// For a query with a positive second coordinate: the greatest product, its latest position, and the place
    /// of that.
    pub(super) fn highest(&self, query: Point) -> (i128, u64, Place) {
        let (point, entry) = self.upper.query(query);
        (score(query, point), entry.position, entry.place)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.upper.is_empty()
    }

    /// About how many bytes it takes.
    pub(super) fn bytes(&self) -> usize {
        let Places { uses, free } = &self.places;
        let envelopes = self.lower.iter().chain([&self.upper]).map(Envelope::bytes);
        envelopes.sum::<usize>() + bytes_of(uses) + bytes_of(free)
    }
}

impl Keys for Hull {
    fn insert(&mut self, key: Point) -> Place {
        let place = self.insert_at(self.next, key);
        self.next += 1;
        place
    }

    fn find(&mut self, query: Point) -> Place {
        let [x, y] = query;
        let entry = match (&self.lower, &self.ends, x.signum(), y.signum()) {
            (_, _, _, 1) => self.upper.query(query).1,
            (Some(lower), _, _, -1) => lower.query([x, -y]).1,
            (_, Some(ends), 0, 0) => ends.newest,
            (_, Some(ends), -1, 0) => ends.left.1,
            (_, Some(ends), 1, 0) => ends.right.1,
            // A hull that only looks up does so now.
            _ => self.upper.query([x, 1]).1,
        };
        entry.place
    }

    fn copy(&self) -> Box<dyn Keys> {
        Box::new(self.clone())
    }

    fn memory(&self) -> usize {
        self.bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hull_that_looks_up_answers_every_query() {
        let mut hull = Hull::looking_up();
        [[0, 0], [2, -1], [4, -4], [2, -9]].into_iter().for_each(|key| _ = hull.insert(key));
        for x in [-9, -1, 0, 1, 2, 9] {
            let expected = hull.find([x, 1]);
            for y in [0, -1, i64::from(i32::MIN)] {
                assert_eq!(hull.find([x, y]), expected, "{x} {y}");
            }
        }
    }
}
