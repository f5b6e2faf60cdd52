//! Staircases: tables in the feed-forward half. Any function of an integer `x` is a sum over
//! thresholds, `sum_i w_i * step(x >= c_i)`; all its neurons share one gate direction, so any
//! number of functions of `x` share them, and the family is one operation of the schedule.

use std::ops::Range;

use super::{Form, Graph};

impl Graph {
    /// `base + sum of weight * step(x >= threshold)` over `(threshold, weight)`.
    pub fn staircase(&mut self, x: Form, base: i64, steps: &[(i64, i64)]) -> Form {
        self.declare_family(x.direction());
        let mut sum = Form::constant(base);
        for &(threshold, weight) in steps {
            let step = self.step(x.clone() - Form::constant(threshold));
            sum.add_scaled(&step, weight);
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
