//! A forward pass far into a run: what the heads remember there is taken over from a plan, which reads a hundred times as fast as
//! an explainer.
//!
//! A plan leaves out what no token depends on. So the plan is of wider weights: every head fetches its two values once more into
//! slots of their own, and further heads with the same queries and keys fetch the position and the key there. The other slots
//! are as they were, since nothing reads those. What is fetched is kept, and so everything that an explainer's heads need is in
//! the state of the plan.

use std::sync::Arc;

use super::explainer::Explainer;
use super::explanation::{Attended, Key};
use super::recalled::Recalled;
use tvm_model::{Attention, FeedForward, Layer, Matrix, Selection, Token, Weights};
use tvm_runtime::engine::{PlanState, Planned};
use tvm_runtime::plan::{Code, Kept, Plan};

/// What is fetched in addition by a head with a key: its two values, one more than the position, and the key.
const OBSERVED: usize = 5;

/// A plan that remembers all that an explainer needs.
pub struct RememberingPlan {
    plan: Plan,
    code: Arc<Code>,
    /// For every layer, where what each head remembers is.
    heads: Vec<Vec<Source>>,
}

/// Where what a head remembers is.
enum Source {
    /// It remembers nothing.
    Own,
    /// Two running sums.
    Sums([usize; 2]),
    /// Rows of a cache of values, and the places of what is [observed](OBSERVED).
    Cache(usize, [usize; OBSERVED]),
    /// The same of a ring.
    Ring(usize, [usize; OBSERVED]),
}

impl RememberingPlan {
    /// The plan of a model. There is none if what a head remembers is not in one row, as where keys are rounded.
    pub fn new(weights: &Weights<'_>) -> Option<RememberingPlan> {
        let observed: Vec<Vec<Observed>> = weights.layers.iter().map(of_layer).collect();
        let (wider, slots) = widened(weights, &observed);
        let end = 2 * wider.layers.len();
        let plan = Plan::observing(&wider, &slots.map(|slot| (slot, end)).collect::<Vec<_>>());
        let mut kept = plan.output.observed.iter().map(|&register| plan.kept(register));
        let mut source = |head: &Observed| {
            let kept: Vec<Option<Kept>> = kept.by_ref().take(head.slots()).collect();
            Source::of(&kept)
        };
        let heads: Option<Vec<Vec<Source>>> =
            observed.iter().map(|layer| layer.iter().map(&mut source).collect()).collect();
        let code = Arc::new(Code::of(&plan));
        Some(RememberingPlan { heads: heads?, plan, code })
    }

    /// An engine that has read nothing.
    pub fn engine(&self) -> Planned<'_> {
        Planned::sharing(&self.plan, self.code.clone())
    }

    /// An explainer that goes on from what an engine of this plan has read. `blank` is of the same weights and has read
    /// nothing; `token` says which token is at a position.
    pub fn explainer<'weights>(
        &self,
        engine: &Planned<'_>,
        blank: &Explainer<'weights>,
        token: impl Fn(u64) -> Token,
    ) -> Explainer<'weights> {
        let state = engine.state();
        let mut explainer = blank.clone();
        for (layer, heads) in self.heads.iter().enumerate() {
            for (head, source) in heads.iter().enumerate() {
                if let Some(recalled) = source.recalled(state, &token) {
                    explainer.recall(layer, head, recalled);
                }
            }
        }
        explainer.go_on_from(state.position() as usize);
        explainer
    }
}

impl Source {
    /// Where what is observed of a head is remembered, if it is in one place.
    fn of(observed: &[Option<Kept>]) -> Option<Source> {
        let place = |kept: Option<Kept>, whole: Kept| match (kept?, whole) {
            (Kept::Cache { cache, place }, Kept::Cache { cache: same, .. }) if cache == same => {
                Some(place)
            }
            (Kept::Ring { ring, place }, Kept::Ring { ring: same, .. }) if ring == same => {
                Some(place)
            }
            _ => None,
        };
        match *observed {
            [] => Some(Source::Own),
            [Some(Kept::Sum { sum: first }), Some(Kept::Sum { sum: second })] => {
                Some(Source::Sums([first, second]))
            }
            // Where all keys are equal, the latest position wins, which is the own one.
            [.., None, _, _] => Some(Source::Own),
            [.., Some(whole), _, _] => {
                let places: Option<Vec<usize>> =
                    observed.iter().map(|kept| place(*kept, whole)).collect();
                let places = places?.try_into().ok()?;
                match whole {
                    Kept::Cache { cache, .. } => Some(Source::Cache(cache, places)),
                    Kept::Ring { ring, .. } => Some(Source::Ring(ring, places)),
                    Kept::Sum { .. } => None,
                }
            }
            _ => None,
        }
    }

    /// What the head remembers, if it does.
    fn recalled(&self, state: &PlanState, token: &impl Fn(u64) -> Token) -> Option<Recalled> {
        match *self {
            Source::Own => None,
            Source::Sums(sums) => Some(Recalled::Sums(sums.map(|sum| state.running_sum(sum)))),
            Source::Cache(cache, places) => Some(keys(state.rows(cache), places, token)),
            Source::Ring(ring, places) => Some(keys(state.ring_rows(ring), places, token)),
        }
    }
}

/// Keys with their values, by the rows that they are in.
fn keys<'rows>(
    rows: impl Iterator<Item = &'rows [f64]>,
    places: [usize; OBSERVED],
    token: &impl Fn(u64) -> Token,
) -> Recalled {
    let rows = rows.map(|row| places.map(|place| row[place]));
    // A place where nothing was kept has zeros.
    let kept = rows.filter(|[_, _, after, ..]| *after > 0.0);
    let mut keys: Vec<(Key, [f64; 2])> = kept
        .map(|[first, second, after, x, y]| {
            let position = after as u64 - 1;
            let of = Attended { position: position as usize, token: token(position) };
            (Key { point: [x, y], of }, [first, second])
        })
        .collect();
    keys.sort_by_key(|(key, _)| key.of.position);
    Recalled::Keys(keys)
}

/// What of a head is observed.
#[derive(Clone, Copy)]
enum Observed {
    /// A head without a key attends to its own position.
    Nothing,
    /// The means of its values.
    Mean,
    /// What it fetches.
    Fetched,
}

impl Observed {
    fn slots(self) -> usize {
        match self {
            Observed::Nothing => 0,
            Observed::Mean => 2,
            Observed::Fetched => OBSERVED,
        }
    }
}

fn of_layer(layer: &Layer<'_>) -> Vec<Observed> {
    let Attention { selection, key, .. } = &layer.attention;
    let has_key = |head: usize| [0, 1].iter().any(|axis| key.row(2 * head + axis).next().is_some());
    let observed = selection.iter().enumerate().map(|(head, selection)| match selection {
        Selection::Mean => Observed::Mean,
        Selection::Latest if has_key(head) => Observed::Fetched,
        Selection::Latest => Observed::Nothing,
    });
    observed.collect()
}

/// Entries of a row or a column.
type Line = Vec<(usize, f64)>;

/// The wider weights, and the slots that are observed. The first new slot is one more than the position.
fn widened(
    weights: &Weights<'_>,
    observed: &[Vec<Observed>],
) -> (Weights<'static>, std::ops::Range<usize>) {
    let after = weights.d_model();
    let first = after + 1;
    let end = first + observed.iter().flatten().map(|head| head.slots()).sum::<usize>();
    let rows = |matrix: &Matrix<'_>| Matrix::of_rows(end, lines(matrix));
    let with_after = |matrix: &Matrix<'_>| {
        let lines = lines(matrix).into_iter().map(|line| [line, vec![(after, 1.0)]].concat());
        Matrix::of_rows(end, lines)
    };
    let mut slot = first;
    let layers = weights.layers.iter().zip(observed).map(|(layer, observed)| {
        let FeedForward { gate, value, output } = &layer.feed_forward;
        Layer {
            attention: attention(&layer.attention, observed, (after, &mut slot, end)),
            feed_forward: FeedForward {
                gate: rows(gate),
                value: rows(value),
                output: Matrix::of_columns(end, columns(output)),
            },
        }
    });
    let wider = Weights {
        embedding: with_after(&weights.embedding),
        position_linear: with_after(&weights.position_linear),
        position_periodic: rows(&weights.position_periodic),
        layers: layers.collect(),
        unembedding: rows(&weights.unembedding),
        generable: weights.generable.clone(),
    };
    (wider, first..end)
}

fn attention(
    heads: &Attention<'_>,
    observed: &[Observed],
    (after, slot, end): (usize, &mut usize, usize),
) -> Attention<'static> {
    let mut selection = heads.selection.clone();
    let [mut query, mut key, mut value] = [&heads.query, &heads.key, &heads.value].map(lines);
    let mut output = columns(&heads.output);
    for (head, observed) in observed.iter().enumerate() {
        let pair = [2 * head, 2 * head + 1];
        let mut new_slot = || {
            *slot += 1;
            (*slot - 1, 1.0)
        };
        if observed.slots() > 0 {
            pair.into_iter().for_each(|row| output[row].push(new_slot()));
        }
        if let Observed::Fetched = observed {
            let keys = pair.map(|row| key[row].clone());
            for values in [[vec![(after, 1.0)], Line::new()], keys.clone()] {
                selection.push(Selection::Latest);
                for (row, values) in pair.into_iter().zip(values) {
                    query.push(query[row].clone());
                    key.push(key[row].clone());
                    value.push(values);
                }
            }
            output.extend([vec![new_slot()], Line::new(), vec![new_slot()], vec![new_slot()]]);
        }
    }
    let [query, key, value] = [query, key, value].map(|rows| Matrix::of_rows(end, rows));
    Attention { selection, query, key, value, output: Matrix::of_columns(end, output) }
}

fn lines(matrix: &Matrix<'_>) -> Vec<Line> {
    (0..matrix.rows()).map(|row| matrix.row(row).collect()).collect()
}

fn columns(matrix: &Matrix<'_>) -> Vec<Line> {
    let matrix = matrix.stored_by(tvm_model::Lines::Columns);
    (0..matrix.columns()).map(|column| matrix.column(column).collect()).collect()
}
