//! Matrices times vectors, with the rows that are added in order; and what is looked at so that no other sum rounds.

use tvm_model::Matrix;
use tvm_runtime::plan::{Limit, WATCHED};

use super::builder::{Builder, Name};
use super::proto::Attribute;

/// By how much something is beyond its limit, for every batch and position: numbers that must not be above 0.
#[derive(Default)]
pub(super) struct Excesses(pub(super) Vec<Name>);

/// `matrix * x` for `x` of `[batch, positions, columns]`. The matrix is a constant called `name.weight`.
pub(super) fn linear(
    builder: &mut Builder,
    excesses: &mut Excesses,
    (name, matrix): (&str, &Matrix),
    order: &[usize],
    x: &str,
) -> Name {
    let transposed =
        builder.transpose(&format!("{name}.weight"), &[1, 0], &format!("{name}.transposed"));
    if order.is_empty() {
        return builder.op("MatMul", &[x, &transposed], name);
    }
    let product = builder.op("MatMul", &[x, &transposed], &format!("{name}.in_any_order"));
    let mut parts = vec![product];
    let last = builder.integers("last", [-1]);
    for &row in order {
        let (columns, weights): (Vec<usize>, Vec<f64>) = matrix.row(row).unzip();
        let part = format!("{name}.row_{row}");
        let columns = builder.indices(&format!("{part}.columns"), &columns);
        let weights = builder.numbers(&format!("{part}.weights"), &weights, &[weights.len()]);
        let read = builder.gather(x, &columns, -1, &format!("{part}.read"));
        let terms = builder.op("Mul", &[&read, &weights], &format!("{part}.terms"));
        let axis = builder.integer("last_axis", -1);
        let sums = builder.op("CumSum", &[&terms, &axis], &format!("{part}.sums"));
        for (what, numbers) in [("terms", &terms), ("sums", &sums)] {
            excesses.at_most(builder, numbers, WATCHED, &format!("{part}.{what}"));
        }
        parts.push(builder.gather(&sums, &last, -1, &part));
    }
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    let all = builder.concat(&parts, -1, &format!("{name}.both"));
    let place = |row: usize| {
        let ordered = order.iter().position(|&other| other == row);
        ordered.map_or(row, |index| matrix.rows() + index)
    };
    let places: Vec<usize> = (0..matrix.rows()).map(place).collect();
    let places = builder.indices(&format!("{name}.places"), &places);
    builder.gather(&all, &places, -1, name)
}

impl Excesses {
    /// Magnitudes along the last axis may be `most`.
    pub(super) fn at_most(&mut self, builder: &mut Builder, numbers: &str, most: f64, name: &str) {
        let magnitudes = builder.op("Abs", &[numbers], &format!("{name}.magnitudes"));
        let most = builder.numbers(&format!("at_most_{most:e}"), &[most], &[]);
        let excess = builder.op("Sub", &[&magnitudes, &most], &format!("{name}.excesses"));
        self.add(builder, &excess, name);
    }

    /// Slots of `x` lie within limits.
    pub(super) fn within(&mut self, builder: &mut Builder, limits: &[Limit], x: &str, name: &str) {
        if limits.is_empty() {
            return;
        }
        let slots: Vec<usize> = limits.iter().map(|limit| limit.slot).collect();
        let slots = builder.indices(&format!("{name}.slots"), &slots);
        let held = builder.gather(x, &slots, -1, &format!("{name}.held"));
        let mut end = |end: &str, numbers: Vec<f64>| {
            builder.numbers(&format!("{name}.{end}"), &numbers, &[numbers.len()])
        };
        let low = end("low", limits.iter().map(|limit| limit.low).collect());
        let high = end("high", limits.iter().map(|limit| limit.high).collect());
        let below = builder.op("Sub", &[&low, &held], &format!("{name}.below"));
        let above = builder.op("Sub", &[&held, &high], &format!("{name}.above"));
        let excess = builder.op("Max", &[&below, &above], &format!("{name}.excesses"));
        self.add(builder, &excess, name);
    }

    /// Numbers of `[batch, positions, any]`.
    pub(super) fn add(&mut self, builder: &mut Builder, excesses: &str, name: &str) {
        let attributes = vec![Attribute::ints("axes", &[-1]), Attribute::int("keepdims", 0)];
        let greatest = format!("{name}.excess");
        self.0.push(builder.op_with("ReduceMax", &[excesses], &greatest, attributes));
    }
}
