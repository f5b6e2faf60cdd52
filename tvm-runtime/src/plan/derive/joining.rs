//! Which neurons may be computed together, as a table or a chain.
//!
//! The definition adds what neurons write to a slot one by one. A pattern gives the sum of its neurons at
//! once, so it may take the place of neurons only where every partial sum of the definition is an integer
//! below `2^53`, for every slot that one of them writes. For a slot that holds at most `s` before, and neurons
//! `max(0, g_i) v_i` that write to it with weights `w_i`, that is so when
//!
//! ```text
//! s + sum over i of |w_i| max g_i max |v_i|  <  2^53
//! ```
//!
//! Long staircases `w_i max(0, x - c_i)` need a better bound, since terms that cancel out are counted here
//! as if they did not. With thresholds in ascending order the first `k` of them add up to `a_k + b_k x` from
//! `c_k` on, where `b_k` is the sum of the weights up to `k`, and `a_k` that of `-w_i c_i`; so the
//! greatest of `|a_k + b_k x|` at both ends, `x = c_k` and the greatest `x`, bounds all partial sums of
//! the staircase. Partial sums of several groups of neurons are at most the sum of the bounds of the groups,
//! however the groups are mixed.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::super::bounds::{EXACT, Interval};
use super::Derivation;
use crate::patterns::{Chain, Members, SparseRow, TableMembers};
use tvm_weights::FeedForward;

/// The neurons of a half-layer, and where patterns may write.
pub(crate) struct Joining {
    /// Patterns and single neurons.
    pub(crate) members: Members,
    /// Slots that are written exactly, whatever the order.
    pub(crate) certain: BTreeSet<u16>,
    pub(crate) bounds: NeuronBounds,
}

/// What each neuron can let through.
pub(crate) struct NeuronBounds {
    neurons: Vec<Neuron>,
}

/// The bits of a row's weights, by slot.
type Direction = Vec<(u16, u64)>;

struct Neuron {
    /// The gate without the constant.
    direction: Direction,
    /// What `x` in `max(0, x - threshold)` can be.
    x: Interval,
    threshold: f64,
    /// The value, where it is a constant.
    constant: Option<f64>,
    /// At most how far it is open, and what it lets through then.
    gate: f64,
    value: f64,
    /// Nothing in it is rounded.
    exact: bool,
}

impl NeuronBounds {
    /// At most how far a neuron is open.
    pub(crate) fn gate(&self, neuron: usize) -> f64 {
        self.neurons[neuron].gate
    }

    /// The greatest magnitude that a neuron adds to a slot.
    pub(crate) fn contribution(&self, neurons: &FeedForward, neuron: usize, slot: u16) -> f64 {
        let Neuron { gate, value, .. } = &self.neurons[neuron];
        neurons.output.get(slot.into(), neuron).abs() * gate * value
    }
}

impl Joining {
    /// Finds patterns among the neurons of a half-layer.
    pub(crate) fn of(stream: &Derivation, neurons: &FeedForward) -> Joining {
        let bounds = neuron_bounds(stream, neurons);
        let columns: Vec<SparseRow> = (0..neurons.gate.rows())
            .map(|neuron| SparseRow::of_column(&neurons.output, neuron))
            .collect();
        let mut written: BTreeMap<u16, Vec<(usize, f64)>> = BTreeMap::new();
        for (neuron, column) in columns.iter().enumerate() {
            for &(slot, weight) in column.weights() {
                written.entry(slot).or_default().push((neuron, weight));
            }
        }
        // A pattern that would round is left out, and what was certain because of it no longer is.
        let mut refused: BTreeSet<usize> = BTreeSet::new();
        loop {
            let is_certain = |(slot, terms): (&u16, &Vec<(usize, f64)>)| {
                let before = stream.slot(*slot);
                let mass = bounds.mass(terms, &refused);
                let total = mass.map(|mass| mass + before.interval.magnitude().ceil());
                let certain = before.integer && total.is_some_and(|total| total < EXACT);
                certain.then_some(*slot)
            };
            let certain: BTreeSet<u16> = written.iter().filter_map(is_certain).collect();
            let may_join = |neuron: usize| {
                let mut slots = columns[neuron].weights().iter();
                bounds.neurons[neuron].exact
                    && !refused.contains(&neuron)
                    && slots.all(|(slot, _)| certain.contains(slot))
            };
            let members = Members::of(neurons, stream.one, may_join);
            let mut rounded = rounded(stream, &members);
            let in_tables: BTreeSet<usize> =
                members.tables.iter().flat_map(|table| &table.neurons).copied().collect();
            // A staircase counts as one term only where it is one.
            for terms in certain.iter().map(|slot| &written[slot]) {
                let staircases = bounds.staircases(terms, &refused).into_iter().flatten();
                rounded.extend(staircases.filter(|neuron| !in_tables.contains(neuron)));
            }
            if rounded.is_empty() {
                return Joining { members, certain, bounds };
            }
            refused.extend(rounded);
        }
    }
}

/// The neurons of patterns that would be rounded themselves.
fn rounded(stream: &Derivation, members: &Members) -> Vec<usize> {
    let tables = members.tables.iter().filter(|TableMembers { direction, table, .. }| {
        let x = stream.row_interval(direction);
        let ends = [x.low, x.high];
        let exact = |column: usize| table.range_between(column, ends).is_some();
        !(stream.reads_exactly(direction) && (0..table.slots.len()).all(exact))
    });
    let chains = members.chains.iter().filter(|(chain, _)| !chain_is_exact(stream, chain));
    let tables = tables.flat_map(|table| &table.neurons);
    tables.chain(chains.flat_map(|(_, neurons)| neurons)).copied().collect()
}

/// `k first - step k (k - 1) / 2` for `k` up to the length, and what it is multiplied by. Where the step is never
/// negative, no neuron is active unless the first is, so that only a positive `first` counts.
fn chain_is_exact(stream: &Derivation, chain: &Chain) -> bool {
    let length = chain.length() as f64;
    let [first, step] = [&chain.first, &chain.step]
        .map(|row| stream.reads_exactly(row).then(|| stream.row_interval(row)));
    let (Some(first), Some(step)) = (first, step) else { return false };
    let first = if step.low >= 0.0 { first.open() } else { first };
    let [first, step] = [first, step].map(|interval| interval.magnitude().ceil());
    let weights = chain.output.weights().iter();
    length * first + length * length * step < EXACT
        && weights.map(|(_, weight)| weight.abs()).all(|weight| weight < EXACT)
}

fn neuron_bounds(stream: &Derivation, neurons: &FeedForward) -> NeuronBounds {
    let mut known: HashMap<Vec<(u16, u64)>, Interval> = HashMap::new();
    let mut neuron = |index: usize| {
        let [gate, value] = [&neurons.gate, &neurons.value].map(|m| SparseRow::of(m, index));
        let ahead = stream.one.map_or(0.0, |one| neurons.gate.get(index, one.into()));
        let direction = stream.one.map_or_else(|| gate.clone(), |one| gate.without(one));
        let mut interval =
            |row: &SparseRow| *known.entry(row.key()).or_insert_with(|| stream.row_interval(row));
        let x = interval(&direction);
        let open = x.plus(Interval::number(ahead)).open().high.ceil();
        let through = interval(&value).magnitude().ceil();
        let constant = match value.weights() {
            &[(slot, weight)] if Some(slot) == stream.one => Some(weight),
            _ => None,
        };
        let exact = stream.reads_exactly(&gate)
            && stream.reads_exactly(&value)
            && open.max(1.0) * through.max(1.0) < EXACT;
        Neuron {
            direction: direction.key(),
            x,
            threshold: -ahead,
            constant,
            gate: open,
            value: through,
            exact,
        }
    };
    let neurons = (0..neurons.gate.rows()).map(&mut neuron).collect();
    NeuronBounds { neurons }
}

impl NeuronBounds {
    /// A bound of all partial sums of what some neurons write with these weights; `None` when something
    /// may be rounded. Refused neurons belong to no staircase.
    fn mass(&self, terms: &[(usize, f64)], refused: &BTreeSet<usize>) -> Option<f64> {
        let exact =
            |&(neuron, weight): &(usize, f64)| self.neurons[neuron].exact && weight.fract() == 0.0;
        if !terms.iter().all(exact) {
            return None;
        }
        let singly = terms.iter().map(|term| self.greatest(term)).sum();
        let Some(staircases) = self.staircases(terms, refused) else { return Some(singly) };
        let mut groups: HashMap<&Direction, Vec<(usize, f64)>> = HashMap::new();
        let mut rest = 0.0;
        for &(index, weight) in terms {
            let neuron = &self.neurons[index];
            match neuron.constant.filter(|_| staircases.contains(&index)) {
                Some(value) => {
                    groups.entry(&neuron.direction).or_default().push((index, weight * value));
                }
                None => rest += self.greatest(&(index, weight)),
            }
        }
        groups.values().try_fold(rest, |sum, group| Some(sum + self.staircase(group)?))
    }

    /// The neurons that have to be bounded as parts of staircases; `None` when all terms may be bounded one
    /// by one.
    fn staircases(
        &self,
        terms: &[(usize, f64)],
        refused: &BTreeSet<usize>,
    ) -> Option<BTreeSet<usize>> {
        let singly: f64 = terms.iter().map(|term| self.greatest(term)).sum();
        let neurons = terms.iter().map(|(neuron, _)| *neuron);
        let may =
            |neuron: &usize| self.neurons[*neuron].constant.is_some() && !refused.contains(neuron);
        (singly >= EXACT).then(|| neurons.filter(may).collect())
    }

    /// The greatest magnitude of one term.
    fn greatest(&self, &(neuron, weight): &(usize, f64)) -> f64 {
        let Neuron { gate, value, .. } = &self.neurons[neuron];
        weight.abs() * gate.max(1.0) * value.max(1.0)
    }

    /// The greatest partial sum of `weight * max(0, x - threshold)`, when thresholds ascend.
    fn staircase(&self, terms: &[(usize, f64)]) -> Option<f64> {
        let x = self.neurons[terms.first()?.0].x;
        let (mut a, mut b, mut greatest) = (0.0, 0.0, 0.0_f64);
        let mut before = f64::NEG_INFINITY;
        for &(neuron, weight) in terms {
            let threshold = self.neurons[neuron].threshold;
            let ascends = before <= threshold;
            before = threshold;
            a -= weight * threshold;
            b += weight;
            let from = threshold.max(x.low);
            let numbers =
                [weight * threshold, a, b, b * from, b * x.high, weight * (x.high - threshold)];
            if !ascends || !numbers.iter().all(|number| number.abs() < EXACT) {
                return None;
            }
            if from <= x.high {
                greatest = greatest.max((a + b * from).abs()).max((a + b * x.high).abs());
            }
        }
        Some(greatest.max(1.0))
    }
}
