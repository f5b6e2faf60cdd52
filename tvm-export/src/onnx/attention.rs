//! The heads of a layer: `ArgMax` with the last index, and a gather. Heads without keys have their own values, means a
//! running sum.

use tvm_model::{Attention, Selection};
use tvm_runtime::plan::LayerExactness;

use super::builder::{Builder, Name};
use super::linear::{Excesses, linear};
use super::proto::{Attribute, DOUBLE, Size, ValueInfo};
use crate::exact::WatchedHead;

/// Integers below are exact.
const EXACT: f64 = (1_u64 << 53) as f64;

/// What is the same for all layers.
pub(super) struct Positions {
    /// `[positions]`, as f64: one more than the position.
    pub(super) counts: Name,
    /// `[positions, all positions]`: may be seen.
    pub(super) seen: Name,
}

/// A layer's heads, and what is known of them.
pub(super) struct Heads<'model> {
    pub(super) layer: usize,
    pub(super) attention: &'model Attention<'model>,
    pub(super) known: &'model LayerExactness,
    pub(super) watched: Vec<WatchedHead>,
    /// Are there caches?
    pub(super) cached: bool,
}

/// The heads by what they need.
struct Kinds {
    searching: Vec<usize>,
    means: Vec<usize>,
}

impl Heads<'_> {
    fn kinds(&self) -> Kinds {
        let attention = self.attention;
        let has_key =
            |head: usize| (0..2).any(|axis| attention.key.row(2 * head + axis).next().is_some());
        let heads = 0..attention.selection.len();
        let (means, latest): (Vec<usize>, Vec<usize>) =
            heads.partition(|&head| attention.selection[head] == Selection::Mean);
        Kinds { searching: latest.into_iter().filter(|&head| has_key(head)).collect(), means }
    }

    /// What the heads select, times the output matrix; `x` is `[batch, positions, d_model]`.
    pub(super) fn attend(
        &self,
        builder: &mut Builder,
        excesses: &mut Excesses,
        positions: &Positions,
        x: &str,
    ) -> Name {
        let name = format!("layers.{}.attn", self.layer);
        let (attention, known) = (self.attention, self.known);
        let mut rows = |builder: &mut Builder, part: &str, matrix, order| {
            let part = format!("{name}.{part}");
            let product = linear(builder, excesses, (&part, matrix), order, x);
            by_head(builder, attention.selection.len(), &product)
        };
        let kinds = self.kinds();
        let v = rows(builder, "v", &attention.value, &known.value);
        let mut parts = vec![v.clone()];
        let mut order: Vec<usize> = (0..attention.selection.len()).collect();
        let mut next = order.len();
        if !kinds.searching.is_empty() {
            let q = rows(builder, "q", &attention.query, &known.query);
            let k = rows(builder, "k", &attention.key, &known.key);
            parts.push(self.search(builder, excesses, positions, (&kinds.searching, [&q, &k, &v])));
            kinds
                .searching
                .iter()
                .enumerate()
                .for_each(|(index, &head)| order[head] = next + index);
            next += kinds.searching.len();
        }
        if !kinds.means.is_empty() {
            parts.push(self.mean(builder, positions, (&kinds.means, &v)));
            kinds.means.iter().enumerate().for_each(|(index, &head)| order[head] = next + index);
        }
        let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
        let all = builder.concat(&parts, 1, &format!("{name}.candidates"));
        let order = builder.indices(&format!("{name}.head_order"), &order);
        let z = builder.gather(&all, &order, 1, &format!("{name}.z"));
        let z = builder.transpose(&z, &[0, 2, 1, 3], &format!("{name}.z_by_position"));
        let shape = builder.integers("flat", [0, 0, -1]);
        let z = builder.op("Reshape", &[&z, &shape], &format!("{name}.z_flat"));
        let part = format!("{name}.o");
        linear(builder, excesses, (&part, &attention.output), &known.attention_output, &z)
    }

    /// The values at the latest of the positions with the greatest score.
    fn search(
        &self,
        builder: &mut Builder,
        excesses: &mut Excesses,
        positions: &Positions,
        (heads, rows): (&[usize], [&str; 3]),
    ) -> Name {
        let name = format!("layers.{}.attn", self.layer);
        let index = builder.indices(&format!("{name}.searching"), heads);
        let [q, k, v] = ["q", "k", "v"].map(|part| format!("{name}.{part}.searching"));
        let [q, k, v] = [(&q, rows[0]), (&k, rows[1]), (&v, rows[2])]
            .map(|(to, from)| builder.gather(from, &index, 1, to));
        let keys = self.with_past(builder, "keys", heads.len(), &k);
        let values = self.with_past(builder, "values", heads.len(), &v);
        let turned = builder.transpose(&keys, &[0, 1, 3, 2], &format!("{name}.keys_turned"));
        let scores = builder.op("MatMul", &[&q, &turned], &format!("{name}.all_scores"));
        let never = builder.numbers("never", &[f64::NEG_INFINITY], &[]);
        let seen = [positions.seen.as_str(), &scores, &never];
        let scores = builder.op("Where", &seen, &format!("{name}.scores"));
        self.watch(builder, excesses, (heads, [&q, &keys, &scores]));
        let attributes = [("axis", -1), ("keepdims", 1), ("select_last_index", 1)];
        let attributes = attributes.map(|(key, value)| Attribute::int(key, value)).to_vec();
        let latest = builder.op_with("ArgMax", &[&scores], &format!("{name}.latest"), attributes);
        let both = builder.concat(&[&latest, &latest], -1, &format!("{name}.latest_of_both"));
        let axis = vec![Attribute::int("axis", 2)];
        builder.op_with("GatherElements", &[&values, &both], &format!("{name}.found"), axis)
    }

    /// Are products exact, and the greatest scores and the integers next to them?
    fn watch(
        &self,
        builder: &mut Builder,
        excesses: &mut Excesses,
        (heads, [q, keys, scores]): (&[usize], [&str; 3]),
    ) {
        let places = self.watched.iter().filter_map(|watched| {
            Some((heads.iter().position(|&head| head == watched.head)?, watched.most))
        });
        let (places, most): (Vec<usize>, Vec<[f64; 2]>) = places.unzip();
        if places.is_empty() {
            return;
        }
        let name = format!("layers.{}.attn.watched", self.layer);
        let index = builder.indices(&name, &places);
        let magnitude = |builder: &mut Builder, from: &str, what: &str| {
            let some = builder.gather(from, &index, 1, &format!("{name}.{what}"));
            builder.op("Abs", &[&some], &format!("{name}.{what}.magnitudes"))
        };
        let query = magnitude(builder, q, "q");
        let key = magnitude(builder, keys, "keys");
        let over_positions = vec![Attribute::ints("axes", &[2]), Attribute::int("keepdims", 1)];
        let key =
            builder.op_with("ReduceMax", &[&key], &format!("{name}.greatest_keys"), over_positions);
        let products = builder.op("Mul", &[&query, &key], &format!("{name}.products"));
        let numbers: Vec<f64> = most.iter().flatten().copied().collect();
        let most = builder.numbers(&format!("{name}.most"), &numbers, &[places.len(), 1, 2]);
        let beyond = builder.op("Sub", &[&products, &most], &format!("{name}.products.beyond"));
        let turned = builder.transpose(&beyond, &[0, 2, 1, 3], &format!("{name}.products.turned"));
        let shape = builder.integers("flat", [0, 0, -1]);
        let flat = builder.op("Reshape", &[&turned, &shape], &format!("{name}.products.flat"));
        excesses.add(builder, &flat, &format!("{name}.products"));
        let last = vec![Attribute::ints("axes", &[-1]), Attribute::int("keepdims", 0)];
        let greatest =
            builder.op_with("ReduceMax", &[scores], &format!("{name}.all_greatest"), last);
        let greatest = builder.gather(&greatest, &index, 1, &format!("{name}.greatest"));
        let greatest =
            builder.transpose(&greatest, &[0, 2, 1], &format!("{name}.greatest_by_position"));
        excesses.at_most(builder, &greatest, EXACT - 1.0, &format!("{name}.scores"));
    }

    /// The sum of the values so far, divided once.
    fn mean(
        &self,
        builder: &mut Builder,
        positions: &Positions,
        (heads, v): (&[usize], &str),
    ) -> Name {
        let name = format!("layers.{}.attn", self.layer);
        let index = builder.indices(&format!("{name}.means"), heads);
        let values = builder.gather(v, &index, 1, &format!("{name}.v.means"));
        let axis = builder.integer("position_axis", 2);
        let mut sums = builder.op("CumSum", &[&values, &axis], &format!("{name}.new_sums"));
        if self.cached {
            let past = self.past(
                builder,
                "sums",
                [Size::Number(heads.len() as i64), Size::Number(1), Size::Number(2)],
            );
            sums = builder.op("Add", &[&past, &sums], &format!("{name}.sums"));
            let last = builder.integers("last", [-1]);
            let present = self.present(
                builder,
                "sums",
                [Size::Number(heads.len() as i64), Size::Number(1), Size::Number(2)],
            );
            builder.gather(&sums, &last, 2, &present);
        }
        let shape = builder.integers("column", [-1, 1]);
        let counts = builder.op("Reshape", &[&positions.counts, &shape], &format!("{name}.counts"));
        builder.op("Div", &[&sums, &counts], &format!("{name}.mean"))
    }

    /// New keys or values behind those of the cache.
    fn with_past(&self, builder: &mut Builder, what: &str, heads: usize, new: &str) -> Name {
        if !self.cached {
            return new.to_string();
        }
        let shape = |length: &str| {
            [Size::Number(heads as i64), Size::Name(length.to_string()), Size::Number(2)]
        };
        let past = self.past(builder, what, shape("past"));
        let present = self.present(builder, what, shape("present"));
        builder.concat(&[&past, new], 2, &present)
    }

    fn past(&self, builder: &mut Builder, what: &str, shape: [Size; 3]) -> Name {
        let name = format!("past.{}.{what}", self.layer);
        let shape = [&[Size::Name("batch".to_string())][..], &shape].concat();
        builder.graph.input.push(ValueInfo::new(&name, DOUBLE, &shape));
        name
    }

    fn present(&self, builder: &mut Builder, what: &str, shape: [Size; 3]) -> Name {
        let name = format!("present.{}.{what}", self.layer);
        let shape = [&[Size::Name("batch".to_string())][..], &shape].concat();
        builder.graph.output.push(ValueInfo::new(&name, DOUBLE, &shape));
        name
    }
}

/// `[batch, positions, 2 heads]` as `[batch, heads, positions, 2]`.
fn by_head(builder: &mut Builder, heads: usize, rows: &str) -> Name {
    let shape = builder.integers(&format!("{rows}.shape"), [0, 0, heads as i64, 2]);
    let split = builder.op("Reshape", &[rows, &shape], &format!("{rows}.by_position"));
    builder.transpose(&split, &[0, 2, 1, 3], &format!("{rows}.by_head"))
}
