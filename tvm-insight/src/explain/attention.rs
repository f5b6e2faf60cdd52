//! The attention half of a layer, head by head.

use super::explanation::{Attended, HeadExplanation, Key, Write};
use super::recalled::Recalled;
use super::rows::Rows;
use tvm_model::Token;
use tvm_model::{Attention, Selection};
use tvm_runtime::attention::{Memory, coordinate, score};
use tvm_runtime::engine::AttentionKind;

/// What a head keeps at a place: its two values, the position that they are of, the token there, and its key.
const KEPT: usize = 6;

/// The heads with what they remember, and with what they did last.
#[derive(Clone)]
pub(super) struct AttentionHalf {
    heads: Vec<Head>,
    query: Rows,
    key: Rows,
    value: Rows,
    /// What each of the values that are fetched is added to.
    output: Rows,
    change: Vec<f64>,
}

#[derive(Clone)]
struct Head {
    memory: Remembered,
    query: [f64; 2],
    key: [f64; 2],
    /// What it attended to last, if it attends to a position.
    attended: Option<Attended>,
    fetched: [f64; 2],
}

/// What a head remembers.
#[derive(Clone)]
enum Remembered {
    /// Nothing: without a key every position scores the same, and the latest is its own.
    Own,
    Keys(Memory),
    Sums([f64; 2]),
}

impl AttentionHalf {
    /// `one` is the slot that is always one.
    pub(super) fn new(attention: &Attention, one: Option<u16>, kind: AttentionKind) -> Self {
        let [query, key, value] =
            [&attention.query, &attention.key, &attention.value].map(Rows::of);
        let memory = |(head, selection): (usize, &Selection)| {
            let [x, y] = [2 * head, 2 * head + 1];
            match selection {
                Selection::Mean => Remembered::Sums([0.0; 2]),
                Selection::Latest if key.row(x).is_empty() && key.row(y).is_empty() => {
                    Remembered::Own
                }
                Selection::Latest => {
                    let looks_up = matches!(query.row(y), &[(slot, weight)]
                        if Some(slot) == one && coordinate(weight) > 0);
                    Remembered::Keys(kind.memory(KEPT, looks_up))
                }
            }
        };
        let nothing = [0.0; 2];
        let heads = attention.selection.iter().enumerate().map(memory).map(|memory| Head {
            memory,
            query: nothing,
            key: nothing,
            attended: None,
            fetched: nothing,
        });
        AttentionHalf {
            heads: heads.collect(),
            query,
            key,
            value,
            output: Rows::of_columns(&attention.output),
            change: vec![0.0; attention.output.rows()],
        }
    }

    /// About how many bytes the heads remember.
    pub(super) fn memory(&self) -> usize {
        let head = |head: &Head| match &head.memory {
            Remembered::Keys(memory) => memory.memory(),
            Remembered::Own | Remembered::Sums(_) => 0,
        };
        self.heads.iter().map(head).sum()
    }

    /// Adds what the heads fetch at a position, where a token is read, to the stream.
    pub(super) fn apply(&mut self, stream: &mut [f64], here: Attended) {
        self.add(stream, |_, head, values| head.attend(values, here));
    }

    /// As [`apply`](Self::apply), but nothing is remembered of it, and a head fetches other values.
    pub(super) fn attempt(
        &mut self,
        stream: &mut [f64],
        here: Attended,
        replaced: Option<(usize, [f64; 2])>,
    ) {
        self.add(stream, |index, head, values| {
            head.attempt(values, here);
            if let Some((replaced, values)) = replaced
                && replaced == index
            {
                head.fetched = values;
            }
        });
    }

    /// One of the two values of a head at a position, by the stream there.
    pub(super) fn value(&self, head: usize, value: usize, stream: &[f64]) -> f64 {
        self.value.times(2 * head + value, stream)
    }

    /// Whether each of the two values that a head fetches is added to any slot.
    pub(super) fn writes(&self, head: usize) -> [bool; 2] {
        [0, 1].map(|axis| !self.output.row(2 * head + axis).is_empty())
    }

    /// `attend` is called with the index of each head, the head with its query and key, and its values.
    fn add(&mut self, stream: &mut [f64], mut attend: impl FnMut(usize, &mut Head, [f64; 2])) {
        self.change.fill(0.0);
        for (index, head) in self.heads.iter_mut().enumerate() {
            let pair = |rows: &Rows| [0, 1].map(|axis| rows.times(2 * index + axis, stream));
            (head.query, head.key) = (pair(&self.query), pair(&self.key));
            attend(index, head, pair(&self.value));
            for axis in 0..2 {
                for &(slot, weight) in self.output.row(2 * index + axis) {
                    self.change[slot as usize] += weight * head.fetched[axis];
                }
            }
        }
        for (slot, change) in stream.iter_mut().zip(&self.change) {
            *slot += change;
        }
    }

    /// A head remembers what another engine has, instead of what it did.
    pub(super) fn recall(&mut self, head: usize, recalled: Recalled) {
        match (&mut self.heads[head].memory, recalled) {
            (Remembered::Keys(memory), Recalled::Keys(keys)) => {
                for (Key { point, of }, [first, second]) in keys {
                    let kept = [
                        first,
                        second,
                        of.position as f64,
                        f64::from(of.token.0),
                        point[0],
                        point[1],
                    ];
                    memory.insert(point.map(coordinate), &kept);
                }
            }
            (Remembered::Sums(sums), Recalled::Sums(recalled)) => *sums = recalled,
            _ => unreachable!("what is recalled is of the kind of the head"),
        }
    }

    /// The keys that a head remembers, in order of their positions: all that any query can find, and some that none can
    /// find any more.
    pub(super) fn keys(&self, head: usize) -> Vec<Key> {
        let Some(Head { memory: Remembered::Keys(memory), .. }) = self.heads.get(head) else {
            return Vec::new();
        };
        let key = |kept: &[f64]| Key { point: [kept[4], kept[5]], of: attended(kept) };
        let mut keys: Vec<Key> = memory.rows().map(key).collect();
        keys.sort_by_key(|key| key.of.position);
        keys
    }

    /// What the heads did last.
    pub(super) fn explain(&self) -> Vec<HeadExplanation> {
        let kinds = self.heads.iter().enumerate();
        let explained = kinds.map(|(index, head)| {
            let writes = (0..2).flat_map(|axis| {
                let column = self.output.row(2 * index + axis).iter();
                column.map(move |&(slot, weight)| Write {
                    slot: slot.into(),
                    amount: weight * head.fetched[axis],
                })
            });
            HeadExplanation {
                kind: match head.memory {
                    Remembered::Sums(_) => Selection::Mean,
                    Remembered::Own | Remembered::Keys(_) => Selection::Latest,
                },
                has_key: matches!(head.memory, Remembered::Keys(_)),
                query: head.query,
                key: head.key,
                attended: head.attended,
                fetched: head.fetched,
                writes: writes.collect(),
            }
        });
        explained.collect()
    }
}

/// The position that what was kept is of.
fn attended(kept: &[f64]) -> Attended {
    Attended { position: kept[2] as usize, token: Token(kept[3] as u32) }
}

impl Head {
    fn attend(&mut self, values: [f64; 2], here: Attended) {
        let Attended { position, token } = here;
        match &mut self.memory {
            Remembered::Own => (self.attended, self.fetched) = (Some(here), values),
            Remembered::Keys(memory) => {
                let [first, second] = values;
                let key = self.key.map(coordinate);
                let [x, y] = key.map(|coordinate| coordinate as f64);
                let kept = [first, second, position as f64, f64::from(token.0), x, y];
                memory.insert(key, &kept);
                let found = memory.query(self.query.map(coordinate));
                self.fetched = [found[0], found[1]];
                self.attended = Some(attended(found));
            }
            Remembered::Sums(sums) => {
                for (axis, value) in values.into_iter().enumerate() {
                    sums[axis] += value;
                    self.fetched[axis] = sums[axis] / (position + 1) as f64;
                }
            }
        }
    }

    /// As [`attend`](Self::attend), but nothing is remembered of it.
    fn attempt(&mut self, values: [f64; 2], here: Attended) {
        match &mut self.memory {
            Remembered::Own => (self.attended, self.fetched) = (Some(here), values),
            Remembered::Keys(memory) => {
                let [query, key] = [self.query, self.key].map(|point| point.map(coordinate));
                let is_first = memory.rows().next().is_none();
                let earlier = (!is_first).then(|| memory.query(query));
                // The latest position wins on a tie, which is this one.
                match earlier {
                    Some(found)
                        if score(query, [found[4], found[5]].map(coordinate))
                            > score(query, key) =>
                    {
                        self.fetched = [found[0], found[1]];
                        self.attended = Some(attended(found));
                    }
                    _ => (self.attended, self.fetched) = (Some(here), values),
                }
            }
            Remembered::Sums(sums) => {
                for (axis, value) in values.into_iter().enumerate() {
                    self.fetched[axis] = (sums[axis] + value) / (here.position + 1) as f64;
                }
            }
        }
    }
}
