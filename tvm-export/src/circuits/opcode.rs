//! What one opcode needs. While it is executed two values are known, its point; most neurons are gated by it, and those
//! of other opcodes are shut. From the scores backwards: a neuron is needed if it may be open and writes a slot that
//! is needed, and then what it reads is needed, and so on.
//!
//! Whether a neuron may be open follows from the range of every slot on its own, widened so that it has 0 in it. So all
//! slots that are not needed may hold any number of their ranges, at every boundary, and nothing that is needed
//! changes: a shut neuron stays shut. A slot's old value is not needed where what overwrites it takes all of it away.
//!
//! Two questions are asked of every position. What the next token needs ([`Circuit::predicts`]); and what later positions
//! may need as well, since heads find keys and values of this one ([`Circuit::remembers`]). What is in neither changes
//! nothing at all.

use tvm_model::{Attention, FeedForward, Matrix, Model, Selection};
use tvm_runtime::patterns::{SparseRow, constant_slot};
use tvm_runtime::plan::Exactness;

use super::Pin;

/// What an opcode needs.
pub(super) struct Circuit {
    pub(super) predicts: Needs,
    pub(super) remembers: Needs,
    /// For every layer which neurons may be open.
    open: Vec<Vec<bool>>,
}

/// What is needed.
pub(super) struct Needs {
    /// By boundary and slot.
    pub(super) slots: Vec<Vec<bool>>,
    /// By layer and head.
    pub(super) heads: Vec<Vec<bool>>,
    /// By layer and neuron.
    pub(super) neurons: Vec<Vec<bool>>,
}

impl Circuit {
    pub(super) fn of(model: &Model, exactness: &Exactness, pins: &[Pin]) -> Circuit {
        let layers = model.weights.layers.iter().zip(&exactness.layers).enumerate();
        let open: Vec<Vec<bool>> = layers
            .map(|(layer, (weights, known))| {
                let ranges = ranges(&known.before_neurons, 2 * layer + 1, pins);
                may_be_open(&weights.feed_forward.gate, &ranges)
            })
            .collect();
        let predicts = Needs::of(model, &open, false);
        let remembers = Needs::of(model, &open, true);
        Circuit { predicts, remembers, open }
    }

    /// The neurons that it needs for the next token and that are shut in all others, by layer.
    pub(super) fn own<'all>(&self, others: impl Iterator<Item = &'all Circuit>) -> Vec<Vec<bool>> {
        let mut own = self.predicts.neurons.clone();
        for other in others {
            for (own, open) in own.iter_mut().flatten().zip(other.open.iter().flatten()) {
                *own &= !open;
            }
        }
        own
    }
}

/// The ranges of slots before a half-layer, with 0 in them; what is pinned is one number.
fn ranges(known: &[(f64, f64)], boundary: usize, pins: &[Pin]) -> Vec<(f64, f64)> {
    let mut ranges: Vec<(f64, f64)> =
        known.iter().map(|&(low, high)| (low.min(0.0), high.max(0.0))).collect();
    for pin in pins.iter().filter(|pin| pin.first <= boundary && boundary < pin.end) {
        ranges[pin.slot] = (pin.number, pin.number);
    }
    // What is always one number stays it.
    for (range, &(low, high)) in ranges.iter_mut().zip(known) {
        if low == high {
            *range = (low, high);
        }
    }
    ranges
}

fn may_be_open(gate: &Matrix, ranges: &[(f64, f64)]) -> Vec<bool> {
    let greatest = |neuron: usize| -> f64 {
        let terms = gate.row(neuron).map(|(slot, weight)| {
            let (low, high) = ranges[slot];
            (weight * low).max(weight * high)
        });
        terms.sum()
    };
    // Bounds may be infinite, and their sum no number.
    let opens = |greatest: f64| greatest > 0.0 || greatest.is_nan();
    (0..gate.rows()).map(|neuron| opens(greatest(neuron))).collect()
}

impl Needs {
    /// What is needed for the next token, and if `memory` what later positions may find.
    fn of(model: &Model, open: &[Vec<bool>], memory: bool) -> Needs {
        let weights = &model.weights;
        let (layers, one) = (weights.layers.len(), constant_slot(weights));
        let mut slots = vec![vec![false; weights.d_model()]; 2 * layers + 1];
        for token in weights.generable() {
            for (slot, _) in weights.unembedding.row(token.0 as usize) {
                slots[2 * layers][slot] = true;
            }
        }
        let (mut heads, mut neurons) = (Vec::new(), Vec::new());
        for (index, layer) in weights.layers.iter().enumerate().rev() {
            let after = slots[2 * index + 2].clone();
            neurons.push(through_neurons(
                &layer.feed_forward,
                (&open[index], one),
                &after,
                &mut slots[2 * index + 1],
            ));
            let after = slots[2 * index + 1].clone();
            heads.push(through_heads(&layer.attention, memory, &after, &mut slots[2 * index]));
        }
        heads.reverse();
        neurons.reverse();
        Needs { slots, heads, neurons }
    }
}

/// The neurons that are needed, and what slots are needed before them.
fn through_neurons(
    layer: &FeedForward,
    (open, one): (&[bool], Option<u16>),
    after: &[bool],
    before: &mut [bool],
) -> Vec<bool> {
    let cancelled = Cancelled::by_neurons(layer, one);
    cancelled.pass_through(after, before);
    let mut needed = vec![false; open.len()];
    for neuron in (0..open.len()).filter(|&neuron| open[neuron]) {
        let written: Vec<usize> = layer.output.column(neuron).map(|(slot, _)| slot).collect();
        if !written.iter().any(|&slot| after[slot]) {
            continue;
        }
        needed[neuron] = true;
        layer.gate.row(neuron).for_each(|(slot, _)| before[slot] = true);
        let read = layer.value.row(neuron).map(|(slot, _)| slot);
        read.filter(|&slot| !cancelled.cancels(neuron, slot, &written, after))
            .for_each(|slot| before[slot] = true);
    }
    needed
}

/// The heads that are needed, and what slots are needed before them.
fn through_heads(
    layer: &Attention,
    memory: bool,
    after: &[bool],
    before: &mut [bool],
) -> Vec<bool> {
    let cancelled = Cancelled::by_heads(layer);
    cancelled.pass_through(after, before);
    let mut needed = vec![false; layer.selection.len()];
    for (head, needed) in needed.iter_mut().enumerate() {
        let searches = has_key(layer, head);
        for row in [2 * head, 2 * head + 1] {
            let written: Vec<usize> = layer.output.column(row).map(|(slot, _)| slot).collect();
            let now = written.iter().any(|&slot| after[slot]);
            let mean = layer.selection[head] == Selection::Mean;
            let later = memory && !written.is_empty() && (searches || mean);
            *needed |= now || later;
            if now || later {
                let read = layer.value.row(row).map(|(slot, _)| slot);
                read.filter(|&slot| !cancelled.cancels(row, slot, &written, after))
                    .for_each(|slot| before[slot] = true);
            }
            if searches && (now || later) {
                for axis in [2 * head, 2 * head + 1] {
                    layer.key.row(axis).for_each(|(slot, _)| before[slot] = true);
                    if now {
                        layer.query.row(axis).for_each(|(slot, _)| before[slot] = true);
                    }
                }
            }
        }
    }
    needed
}

fn has_key(layer: &Attention, head: usize) -> bool {
    let is_latest = layer.selection[head] == Selection::Latest;
    is_latest && (0..2).any(|axis| layer.key.row(2 * head + axis).next().is_some())
}

/// Slots whose old value a half-layer takes away: everything that writes a multiple of it to its own slot adds up to
/// minus one.
pub(super) struct Cancelled {
    /// For every slot the rows that take part.
    rows: Vec<Vec<usize>>,
    /// Whether nothing is left.
    all: Vec<bool>,
}

impl Cancelled {
    /// `one` is the slot that is always one: a gate that reads nothing else is a constant.
    pub(super) fn by_neurons(layer: &FeedForward, one: Option<u16>) -> Cancelled {
        let factor = |neuron: usize| {
            let gate = SparseRow::of(&layer.gate, neuron);
            let &[(slot, weight)] = gate.weights() else { return None };
            (Some(slot) == one && weight > 0.0).then_some(weight)
        };
        Cancelled::of(&layer.value, &layer.output, factor)
    }

    pub(super) fn by_heads(layer: &Attention) -> Cancelled {
        let own = |row: usize| {
            let head = row / 2;
            let is_latest = layer.selection[head] == Selection::Latest;
            (is_latest && !has_key(layer, head)).then_some(1.0)
        };
        Cancelled::of(&layer.value, &layer.output, own)
    }

    fn of(value: &Matrix, output: &Matrix, factor: impl Fn(usize) -> Option<f64>) -> Cancelled {
        let slots = output.rows();
        let (mut left, mut rows) = (vec![1.0; slots], vec![Vec::new(); slots]);
        for row in 0..value.rows() {
            let Some(factor) = factor(row) else { continue };
            for (slot, weight) in output.column(row) {
                let old = value.get(row, slot);
                if old != 0.0 {
                    left[slot] += weight * factor * old;
                    rows[slot].push(row);
                }
            }
        }
        Cancelled { rows, all: left.into_iter().map(|left| left == 0.0).collect() }
    }

    /// A slot that is needed after is needed before, unless its old value is taken away.
    fn pass_through(&self, after: &[bool], before: &mut [bool]) {
        for (slot, before) in before.iter_mut().enumerate() {
            *before |= after[slot] && !self.all[slot];
        }
    }

    /// Is a slot's old value taken away?
    pub(super) fn all_of(&self, slot: usize) -> bool {
        self.all[slot]
    }

    /// Does a row read a slot only to take its value away? It writes these slots.
    fn cancels(&self, row: usize, slot: usize, written: &[usize], after: &[bool]) -> bool {
        let others = written.iter().any(|&other| other != slot && after[other]);
        self.only_cancels(row, slot) && !others
    }

    /// Is what a row reads of a slot taken away from it?
    pub(super) fn only_cancels(&self, row: usize, slot: usize) -> bool {
        self.all[slot] && self.rows[slot].contains(&row)
    }
}
