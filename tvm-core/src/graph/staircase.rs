//! Staircases: tables in the feed-forward half. Any function of an integer `x` is a sum over
//! thresholds, `sum_i w_i * step(x >= c_i)`; all its neurons share one gate direction, so any
//! number of functions of `x` share them, and the family is one operation of the schedule.

use std::ops::Range;

use super::{Form, Graph};

impl Graph {
    /// `base + sum of weight * step(x >= threshold)` over `(threshold, weight)`.
    pub fn staircase(&mut self, x: Form, base: i64, steps: &[(i64, i64)]) -> Form {
        let family = self.family_of(x.direction());
        let (mut constant, mut terms) = (base, Vec::new());
        self.of(&x, "thresholds", |graph| {
            for &(threshold, weight) in steps {
                let step = graph.threshold(x.clone() - Form::constant(threshold));
                graph.join(family, &step);
                terms.extend(step.terms().map(|(node, coefficient)| (node, coefficient * weight)));
                constant += step.offset() * weight;
            }
        });
        Form::of_terms(constant, terms)
    }

    /// How many of `unit, 2 * unit, .., number * unit` are at most `x`, for a unit that is itself
    /// computed: the thresholds are a family although their gates differ in direction.
    pub fn ratio(&mut self, x: Form, unit: Form, number: i64) -> Form {
        let family = self.new_family();
        let mut sum = Form::default();
        for i in 1..=number {
            let step = self.threshold(x.clone() - unit.clone() * i);
            self.join(family, &step);
            sum.add_scaled(&step, 1);
        }
        sum
    }

    /// `function(x)` for `x` in `range`; the first and the last value outside of it.
    pub fn table(&mut self, x: Form, range: Range<i64>, function: &dyn Fn(i64) -> i64) -> Form {
        let steps: Vec<(i64, i64)> = (range.start + 1..range.end)
            .map(|at| (at, function(at) - function(at - 1)))
            .filter(|&(_, rise)| rise != 0)
            .collect();
        self.staircase(x, function(range.start), &steps)
    }

    /// How many of `unit, 2 * unit, .., number * unit` are at most `x`.
    pub fn count(&mut self, x: Form, unit: i64, number: i64) -> Form {
        let steps: Vec<(i64, i64)> = (1..=number).map(|i| (i * unit, 1)).collect();
        self.staircase(x, 0, &steps)
    }
}

#[cfg(test)]
mod tests {
    use super::super::Node;
    use super::super::probe::Probe;
    use super::*;

    /// Neurons of a graph.
    fn neurons(graph: &Graph) -> usize {
        graph.nodes().filter(|(_, node)| matches!(node, Node::ReGlu { .. })).count()
    }

    #[test]
    fn a_table_is_a_function_and_its_ends_beyond() {
        let values = [1, 1, 3, 3, 2, 2, 2, 5, 5, -400];
        let mut probe = Probe::new();
        let [x] = probe.inputs(["x"]);
        let function = |at: i64| values[at as usize];
        let table = probe.graph.table(x.clone(), 0..values.len() as i64, &function);
        for at in -3..13 {
            probe.token(&[(&x, at)]);
        }
        for (at, [found]) in (-3..13).zip(probe.read([&table])) {
            assert_eq!(found, values[at.clamp(0, 9) as usize], "at {at}");
        }
    }

    #[test]
    fn functions_of_one_integer_share_their_neurons() {
        let mut probe = Probe::new();
        let [x] = probe.inputs(["x"]);
        let [square, parity]: [fn(i64) -> i64; 2] = [|at| at * at, |at| at & 1];
        let square_table = probe.graph.table(x.clone(), 0..40, &square);
        let before = neurons(&probe.graph);
        let parity_table = probe.graph.table(x.clone(), 0..40, &parity);
        assert_eq!((before, neurons(&probe.graph)), (40, 40));
        for at in 0..40 {
            probe.token(&[(&x, at)]);
        }
        for (at, found) in (0..40).zip(probe.read([&square_table, &parity_table])) {
            assert_eq!(found, [at * at, at % 2]);
        }
    }

    #[test]
    fn multiples_that_fit_are_counted() {
        let cases = [(0, 1), (1, 1), (9, 3), (10, 3), (11, 3), (1000, 7), (255 * 9, 9), (5, 100)];
        let mut probe = Probe::new();
        let [x, unit] = probe.inputs(["x", "unit"]);
        let ratio = probe.graph.ratio(x.clone(), unit.clone(), 255);
        let count = probe.graph.count(x.clone(), 16, 12);
        for (number, of) in cases {
            probe.token(&[(&x, number), (&unit, of)]);
        }
        for ((number, of), found) in cases.into_iter().zip(probe.read([&ratio, &count])) {
            assert_eq!(found, [(number / of).min(255), (number / 16).min(12)], "{number}, {of}");
        }
    }
}
