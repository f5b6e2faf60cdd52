//! Neurons whose gates are an arithmetic progression, `g_m = first - m * step`, where `first` and
//! `step` are forms over the stream and all let the same constant into the same slots (the digits of
//! a quotient: `remaining - m * divisor`). The open ones are the first or the last of them, and
//! their gates add up in closed form, `k first - step k (k - 1) / 2`: the same integers.

use std::collections::{BTreeMap, HashMap};

use super::row::SparseRow;
use tvm_weights::{FeedForward, Matrix};

/// Fewer neurons are computed one by one.
const LEAST_CHAIN: usize = 8;

/// A chain of neurons.
#[derive(Debug, Clone)]
pub struct Chain {
    /// The first gate.
    pub first: SparseRow,
    /// What a gate is less than the one before.
    pub step: SparseRow,
    /// Where the sum is added, and with which weights.
    pub output: SparseRow,
    length: usize,
}

impl Chain {
    /// Finds chains among neurons, each with its members; neurons that belong to none are left over.
    pub fn find(
        neurons: &FeedForward,
        members: Vec<usize>,
    ) -> (Vec<(Chain, Vec<usize>)>, Vec<usize>) {
        let mut groups: Vec<((SparseRow, SparseRow), Vec<usize>)> = Vec::new();
        let mut known = HashMap::new();
        for neuron in members {
            let value = SparseRow::of(&neurons.value, neuron);
            let output = SparseRow::of_column(&neurons.output, neuron);
            let group = *known.entry((value.key(), output.key())).or_insert(groups.len());
            match groups.get_mut(group) {
                Some((_, group)) => group.push(neuron),
                None => groups.push(((value, output), vec![neuron])),
            }
        }
        let (mut chains, mut rest) = (Vec::new(), Vec::new());
        for ((value, output), group) in groups {
            let constant = matches!(value.weights(), [_]);
            let mut start = 0;
            while start < group.len() {
                let length = if constant { progression(&neurons.gate, &group[start..]) } else { 1 };
                if length < LEAST_CHAIN {
                    rest.extend(&group[start..start + length]);
                } else {
                    let pair = [group[start], group[start + 1]];
                    let chain = Chain::new(neurons, pair, length, &value, &output);
                    chains.push((chain, group[start..start + length].to_vec()));
                }
                start += length;
            }
        }
        rest.sort_unstable();
        (chains, rest)
    }

    fn new(
        neurons: &FeedForward,
        [first, second]: [usize; 2],
        length: usize,
        value: &SparseRow,
        output: &SparseRow,
    ) -> Chain {
        Chain {
            first: SparseRow::of(&neurons.gate, first),
            step: difference(&neurons.gate, first, second),
            length,
            output: output.scaled_by(value),
        }
    }

    /// The number of neurons.
    pub fn length(&self) -> usize {
        self.length
    }

    /// The sum of the gates that are open.
    pub fn evaluate(&self, first: f64, step: f64) -> f64 {
        chain_sum(first, step, self.length as f64)
    }
}

/// `sum over m < length of max(0, first - m step)`, for integers.
#[inline]
pub fn chain_sum(first: f64, step: f64, length: f64) -> f64 {
    let sum_of_first = |k: f64| k * first - step * (k * (k - 1.0) / 2.0);
    if step > 0.0 {
        sum_of_first(open(first, step, length))
    } else if step < 0.0 {
        // The last ones are open: seen from the end, gates fall by -step.
        let last = first - (length - 1.0) * step;
        sum_of_first(length) - sum_of_first(length - open(last, -step, length))
    } else {
        length * first.max(0.0)
    }
}

/// How many `m` of `0..length` have `first - m step > 0`, for integers and `step > 0`. Rounding a
/// quotient to f64 never passes an integer, but may end on one.
#[inline]
fn open(first: f64, step: f64, length: f64) -> f64 {
    /// Rounds what is added to it, if small, to an integer.
    const MAGIC: f64 = 1.5 * (1_u64 << 52) as f64;
    let quotient = (first / step).clamp(-1.0, length);
    let nearest = (quotient + MAGIC) - MAGIC;
    let count = nearest - 1.0;
    // The count is the one before the nearest integer, that integer, or the one after it.
    let one = f64::from(u8::from(first - count * step > 0.0));
    let two = f64::from(u8::from(first - nearest * step > 0.0));
    (count + one + two).clamp(0.0, length)
}

/// The length of the arithmetic progression that some gates begin with.
fn progression(gates: &Matrix, members: &[usize]) -> usize {
    let [first, second, ..] = members else { return members.len() };
    let step = difference(gates, *first, *second);
    let goes_on = |pair: &&[usize]| difference(gates, pair[0], pair[1]) == step;
    1 + members.windows(2).take_while(goes_on).count()
}

/// One gate less another.
fn difference(gates: &Matrix, from: usize, to: usize) -> SparseRow {
    let mut weights: BTreeMap<usize, f64> = gates.row(from).collect();
    gates.row(to).for_each(|(slot, weight)| *weights.entry(slot).or_default() -= weight);
    let weights = weights.into_iter().filter(|(_, weight)| *weight != 0.0);
    SparseRow::new(weights.map(|(slot, weight)| (slot as u16, weight)).collect())
}
