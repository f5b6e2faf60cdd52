//! Which neurons may be computed together, as a table or a chain.
//!
//! The definition adds up what neurons write to a slot one by one, and adds the sum to the slot. A pattern
//! gives the sum of its neurons at once, so it may take the place of neurons only where every partial sum of
//! the definition is an integer below `2^53`, for every slot that one of them writes. For neurons `max(0, g_i) v_i`
//! that write to a slot with weights `w_i`, that is so when
//!
//! ```text
//! sum over i of max (w_i g_i v_i, 0)  <  2^53    and    sum over i of min (w_i g_i v_i, 0)  >  -2^53
//! ```
//!
//! and what the slot holds afterwards, a single sum of two integers, is below `2^53` as well. Often that is known only
//! because the old value is taken away: by a neuron that is always active, and lets through a multiple
//! of the slot.
//!
//! Long staircases `w_i max(0, x - c_i)` need a better bound, since terms that cancel out are counted here
//! as if they did not. With thresholds in ascending order the first `k` of them add up to `a_k + b_k x` from
//! `c_k` on, where `b_k` is the sum of the weights up to `k`, and `a_k` that of `-w_i c_i`; so `0` and
//! `a_k + b_k x` at both ends, `x = c_k` and the greatest `x`, bound all partial sums of
//! the staircase. Where thresholds descend another staircase begins. Partial sums of several groups of neurons lie
//! between the sums of the bounds of the groups, however the groups are mixed.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::super::bounds::{EXACT, Interval};
use super::super::form::Form;
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
    /// At most how far it is open.
    gate: f64,
    /// What it lets through.
    product: Interval,
    /// The same as a form, where it is always equally open.
    linear: Option<Form>,
    /// Nothing in it is rounded.
    exact: bool,
}

impl NeuronBounds {
    /// At most how far a neuron is open.
    pub(crate) fn gate(&self, neuron: usize) -> f64 {
        self.neurons[neuron].gate
    }

    /// What a neuron adds to a slot.
    pub(crate) fn contribution(&self, neurons: &FeedForward, neuron: usize, slot: u16) -> Interval {
        self.term(&(neuron, neurons.output.get(slot.into(), neuron)))
    }
}

/// The terms of every slot that neurons write.
fn written(neurons: &FeedForward) -> BTreeMap<u16, Vec<(usize, f64)>> {
    let mut written: BTreeMap<u16, Vec<(usize, f64)>> = BTreeMap::new();
    for neuron in 0..neurons.gate.rows() {
        for (slot, weight) in neurons.output.column(neuron) {
            written.entry(slot as u16).or_default().push((neuron, weight));
        }
    }
    written
}

impl Derivation<'_> {
    /// The slots to which the neurons of the next half-layer write sums that no order of additions rounds.
    pub(crate) fn slots_in_any_order(&self, neurons: &FeedForward) -> BTreeSet<u16> {
        let bounds = neuron_bounds(self, neurons);
        let written = written(neurons).into_iter();
        let exact = written.filter(|(slot, terms)| {
            let change = bounds.singly(terms);
            bounds.add_exactly(self, *slot, terms, change, |terms| bounds.singly(terms))
        });
        exact.map(|(slot, _)| slot).collect()
    }
}

impl Joining {
    /// Finds patterns among the neurons of a half-layer.
    pub(crate) fn of(stream: &Derivation, neurons: &FeedForward) -> Joining {
        let bounds = neuron_bounds(stream, neurons);
        let written = written(neurons);
        // A pattern that would round is left out, and what was certain because of it no longer is.
        let mut refused: BTreeSet<usize> = BTreeSet::new();
        loop {
            let is_certain = |(slot, terms): (&u16, &Vec<(usize, f64)>)| {
                bounds.write_exactly(stream, *slot, terms, &refused).then_some(*slot)
            };
            let certain: BTreeSet<u16> = written.iter().filter_map(is_certain).collect();
            let may_join = |neuron: usize| {
                let mut column = neurons.output.column(neuron);
                bounds.neurons[neuron].exact
                    && !refused.contains(&neuron)
                    && column.all(|(slot, _)| certain.contains(&(slot as u16)))
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
        let through = interval(&value);
        let constant = match value.weights() {
            &[(slot, weight)] if Some(slot) == stream.one => Some(weight),
            _ => None,
        };
        let exact = stream.reads_exactly(&gate)
            && stream.reads_exactly(&value)
            && open.max(1.0) * through.magnitude().ceil().max(1.0) < EXACT;
        let linear = direction.is_empty().then(|| stream.row_form(&value)).flatten();
        let linear = linear.and_then(|value| Form::exact_sum([(&value, open)]));
        Neuron {
            direction: direction.key(),
            x,
            threshold: -ahead,
            constant,
            gate: open,
            product: Interval::new(0.0, open).product(through),
            linear,
            exact,
        }
    };
    let neurons = (0..neurons.gate.rows()).map(&mut neuron).collect();
    NeuronBounds { neurons }
}

impl NeuronBounds {
    /// Do neurons write to a slot with these weights so that no partial sum of the definition is rounded?
    fn write_exactly(
        &self,
        stream: &Derivation,
        slot: u16,
        terms: &[(usize, f64)],
        refused: &BTreeSet<usize>,
    ) -> bool {
        let change = self.partial_sums(terms, refused);
        self.add_exactly(stream, slot, terms, change, |terms| self.partial_sums(terms, refused))
    }

    /// Is what some neurons add to a slot an integer, and the slot afterwards, when all partial sums of the change lie
    /// in an interval? `partial_sums` bounds those of some of its terms.
    fn add_exactly(
        &self,
        stream: &Derivation,
        slot: u16,
        terms: &[(usize, f64)],
        change: Interval,
        partial_sums: impl Fn(&[(usize, f64)]) -> Interval,
    ) -> bool {
        let exact =
            |&(neuron, weight): &(usize, f64)| self.neurons[neuron].exact && weight.fract() == 0.0;
        if !change.holds_exact_integers() || !terms.iter().all(exact) {
            return false;
        }
        let (linear, rest): (Vec<(usize, f64)>, _) =
            terms.iter().partition(|(neuron, _)| self.neurons[*neuron].linear.is_some());
        let rest = partial_sums(&rest);
        let form = |&(neuron, weight): &(usize, f64)| {
            Some((self.neurons[neuron].linear.as_ref()?, weight))
        };
        let forms: Vec<(&Form, f64)> = linear.iter().filter_map(form).collect();
        stream.adds_exactly(slot, change, &forms, rest)
    }

    /// Where all partial sums of what some neurons write with these weights lie. Refused neurons belong to no
    /// staircase.
    fn partial_sums(&self, terms: &[(usize, f64)], refused: &BTreeSet<usize>) -> Interval {
        let Some(staircases) = self.staircases(terms, refused) else { return self.singly(terms) };
        let mut groups: BTreeMap<&Direction, Vec<Staircase>> = BTreeMap::new();
        let mut rest = Vec::new();
        for &(index, weight) in terms {
            let neuron = &self.neurons[index];
            let Some(value) = neuron.constant.filter(|_| staircases.contains(&index)) else {
                rest.push((index, weight));
                continue;
            };
            let group = groups.entry(&neuron.direction).or_default();
            match group.last_mut().filter(|group| group.ascends_to(neuron.threshold)) {
                Some(staircase) => staircase.add(neuron, weight * value),
                None => group.push(Staircase::of(neuron, weight * value)),
            }
        }
        let sums = groups.values().flatten().map(|staircase| staircase.sums);
        Interval::of_partial_sums(sums.chain([self.singly(&rest)]))
    }

    /// The neurons that have to be bounded as parts of staircases; `None` when all terms may be bounded one
    /// by one.
    fn staircases(
        &self,
        terms: &[(usize, f64)],
        refused: &BTreeSet<usize>,
    ) -> Option<BTreeSet<usize>> {
        let neurons = terms.iter().map(|(neuron, _)| *neuron);
        let may =
            |neuron: &usize| self.neurons[*neuron].constant.is_some() && !refused.contains(neuron);
        (!self.singly(terms).holds_exact_integers()).then(|| neurons.filter(may).collect())
    }

    /// Where all partial sums lie, when terms are bounded one by one.
    fn singly(&self, terms: &[(usize, f64)]) -> Interval {
        Interval::of_partial_sums(terms.iter().map(|term| self.term(term)))
    }

    /// What one term can be.
    fn term(&self, &(neuron, weight): &(usize, f64)) -> Interval {
        self.neurons[neuron].product.times(weight)
    }
}

/// Neurons `weight * max(0, x - threshold)` of one direction, as long as their thresholds ascend.
struct Staircase {
    /// What `x` can be, from an integer to an integer.
    x: Interval,
    /// The greatest threshold so far.
    latest: f64,
    /// The sum of all that are active is `a + b x`.
    a: f64,
    b: f64,
    /// Where all partial sums lie.
    sums: Interval,
}

impl Staircase {
    fn of(neuron: &Neuron, weight: f64) -> Staircase {
        let x = Interval::new(neuron.x.low.ceil(), neuron.x.high.floor());
        let latest = f64::NEG_INFINITY;
        let mut staircase = Staircase { x, latest, a: 0.0, b: 0.0, sums: Interval::ZERO };
        staircase.add(neuron, weight);
        staircase
    }

    fn ascends_to(&self, threshold: f64) -> bool {
        self.latest <= threshold
    }

    fn add(&mut self, neuron: &Neuron, weight: f64) {
        let (threshold, high) = (neuron.threshold, self.x.high);
        self.latest = threshold;
        self.a -= weight * threshold;
        self.b += weight;
        let (a, b) = (self.a, self.b);
        let from = threshold.max(self.x.low);
        let numbers = [weight * threshold, a, b, b * from, b * high, weight * (high - threshold)];
        if !numbers.iter().all(|number| number.abs() < EXACT) {
            self.sums = Interval::ANY;
        } else if from <= high {
            let ends = [a + b * from, a + b * high].map(Interval::number);
            self.sums = self.sums.or(ends[0]).or(ends[1]);
        }
    }
}
