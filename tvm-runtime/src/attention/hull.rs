//! The convex hull of the keys: an upper and a lower envelope. Only keys on the hull can win, so
//! only their values are kept.

use super::envelope::{Entry, Envelope};
use super::{Cache, Point};

/// The hull of the keys so far, with the values of its points.
#[derive(Debug, Clone)]
pub struct Hull {
    width: usize,
    upper: Envelope,
    /// The same of the keys mirrored at the horizontal axis; `None` when every query looks up.
    lower: Option<Envelope>,
    ends: Option<Ends>,
    values: Vec<f64>,
    uses: Vec<u8>,
    free: Vec<u32>,
    next: u64,
}

/// What queries without a second coordinate ask for: the latest of the leftmost and of the
/// rightmost keys, and the latest of all.
#[derive(Debug, Clone, Copy)]
struct Ends {
    left: (i64, Entry),
    right: (i64, Entry),
    newest: Entry,
}

impl Hull {
    /// A cache for `width` values a position and queries of any direction.
    pub fn new(width: usize) -> Hull {
        Hull { lower: Some(Envelope::default()), ..Hull::looking_up(width) }
    }

    /// A cache for queries whose second coordinate is positive.
    pub fn looking_up(width: usize) -> Hull {
        Hull {
            width,
            upper: Envelope::default(),
            lower: None,
            ends: None,
            values: Vec::new(),
            uses: Vec::new(),
            free: Vec::new(),
            next: 0,
        }
    }

    fn place(&mut self, values: &[f64]) -> u32 {
        let place = self.free.pop().unwrap_or_else(|| {
            self.uses.push(0);
            self.values.resize(self.values.len() + self.width, 0.0);
            (self.uses.len() - 1) as u32
        });
        let start = place as usize * self.width;
        self.values[start..start + self.width].copy_from_slice(values);
        place
    }

    fn release(uses: &mut [u8], free: &mut Vec<u32>, entry: Entry) {
        let uses = &mut uses[entry.place as usize];
        *uses -= 1;
        if *uses == 0 {
            free.push(entry.place);
        }
    }

    fn insert_ends(&mut self, x: i64, entry: Entry) {
        let uses = &mut self.uses;
        uses[entry.place as usize] += 3;
        let Some(ends) = &mut self.ends else {
            self.ends = Some(Ends { left: (x, entry), right: (x, entry), newest: entry });
            return;
        };
        let mut replace = |slot: &mut Entry, wins: bool| {
            let loser = if wins { std::mem::replace(slot, entry) } else { entry };
            Self::release(uses, &mut self.free, loser);
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
}

impl Hull {
    /// Remembers a key and values of some position; positions may come in any order, and a cache
    /// that is given them is given all of them.
    pub fn insert_at(&mut self, position: u64, key: Point, values: &[f64]) {
        let entry = Entry { position, place: self.place(values) };
        // One use while the entry is being inserted, so that it is not released half-way.
        self.uses[entry.place as usize] = 1;
        if self.lower.is_some() {
            self.insert_ends(key[0], entry);
        }
        let mirrored = [key[0], -key[1]];
        for (envelope, point) in [(Some(&mut self.upper), key), (self.lower.as_mut(), mirrored)] {
            let Some(envelope) = envelope else { continue };
            let (uses, free) = (&mut self.uses, &mut self.free);
            uses[entry.place as usize] += 1;
            envelope.insert(point, entry, |lost| Self::release(uses, free, lost));
        }
        Self::release(&mut self.uses, &mut self.free, entry);
    }

    /// The greatest product with a query that looks up, the position that wins, and its values.
    ///
    /// # Panics
    /// When nothing was inserted.
    pub fn highest(&self, query: Point) -> (i128, u64, &[f64]) {
        let (score, entry) = self.upper.query(query);
        (score, entry.position, self.values(entry))
    }

    fn values(&self, entry: Entry) -> &[f64] {
        let start = entry.place as usize * self.width;
        &self.values[start..start + self.width]
    }
}

impl Cache for Hull {
    fn insert(&mut self, key: Point, values: &[f64]) {
        self.insert_at(self.next, key, values);
        self.next += 1;
    }

    fn query(&self, query: Point) -> &[f64] {
        let ends = || self.ends.as_ref().expect("a head sees its own position");
        let [x, y] = query;
        let entry = match (x.signum(), y.signum()) {
            (_, 1) => self.upper.query(query).1,
            (_, -1) => self.lower.as_ref().expect("queries of any direction").query([x, -y]).1,
            (0, _) => ends().newest,
            (-1, _) => ends().left.1,
            _ => ends().right.1,
        };
        self.values(entry)
    }
}
