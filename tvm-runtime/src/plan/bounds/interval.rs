//! Intervals of real numbers, with ends that are rounded outwards.

use super::EXACT;

/// All numbers from `low` to `high`. An infinite end says that nothing is known on that side; the number
/// may then also be infinite, or none.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Interval {
    pub(crate) low: f64,
    pub(crate) high: f64,
}

impl Interval {
    pub(crate) const ANY: Interval = Interval { low: f64::NEG_INFINITY, high: f64::INFINITY };
    pub(crate) const ZERO: Interval = Interval { low: 0.0, high: 0.0 };
    pub(crate) const ONE: Interval = Interval { low: 1.0, high: 1.0 };

    pub(crate) fn new(low: f64, high: f64) -> Interval {
        if low <= high { Interval { low, high } } else { Interval::ANY }
    }

    /// Exactly one number.
    pub(crate) fn number(number: f64) -> Interval {
        Interval::new(number, number)
    }

    /// All numbers up to a magnitude.
    pub(crate) fn up_to(magnitude: f64) -> Interval {
        Interval::new(-magnitude, magnitude)
    }

    /// From the least to the greatest of some numbers; anything when there are none.
    pub(crate) fn of(numbers: impl Iterator<Item = f64>) -> Interval {
        let ends = numbers.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), number| {
            (number.min(low), number.max(high))
        });
        Interval::new(ends.0, ends.1)
    }

    /// The greatest magnitude in it.
    pub(crate) fn magnitude(self) -> f64 {
        self.low.abs().max(self.high.abs())
    }

    /// Is the number certainly finite?
    pub(crate) fn is_finite(self) -> bool {
        self.magnitude() < f64::INFINITY
    }

    /// The sum; also the sum after it was rounded, since rounding keeps the order of numbers.
    pub(crate) fn plus(self, other: Interval) -> Interval {
        let exact = self.has_exact_ends() && other.has_exact_ends();
        outwards(self.low + other.low, self.high + other.high, exact)
    }

    /// Where all sums of some of these terms lie, in whatever order they are added: between the sum of what
    /// may be negative and that of what may be positive.
    pub(crate) fn of_partial_sums(terms: impl Iterator<Item = Interval>) -> Interval {
        terms.fold(Interval::ZERO, |sum, term| sum.plus(term.or(Interval::ZERO)))
    }

    /// Is every integer in it exact in f64?
    pub(crate) fn holds_exact_integers(self) -> bool {
        self.magnitude() < EXACT
    }

    pub(crate) fn times(self, factor: f64) -> Interval {
        self.product(Interval::number(factor))
    }

    /// The product, rounded or not.
    pub(crate) fn product(self, other: Interval) -> Interval {
        let times = |a: f64, b: f64| if a == 0.0 || b == 0.0 { 0.0 } else { a * b };
        let ends = [self.low, self.high].map(|a| [times(a, other.low), times(a, other.high)]);
        let hull = Interval::of(ends.into_iter().flatten());
        outwards(hull.low, hull.high, self.has_exact_ends() && other.has_exact_ends())
    }

    /// What is in one of them, and all between.
    pub(crate) fn or(self, other: Interval) -> Interval {
        Interval { low: self.low.min(other.low), high: self.high.max(other.high) }
    }

    /// What is in both.
    pub(crate) fn and(self, other: Interval) -> Interval {
        Interval { low: self.low.max(other.low), high: self.high.min(other.high) }
    }

    /// `max(0, x)`.
    pub(crate) fn open(self) -> Interval {
        Interval { low: self.low.max(0.0), high: self.high.max(0.0) }
    }

    /// Both ends are integers that f64 holds exactly.
    fn has_exact_ends(self) -> bool {
        let exact = |end: f64| end.fract() == 0.0 && end.abs() <= EXACT;
        exact(self.low) && exact(self.high)
    }
}

/// Ends that come of exact integers and are themselves below `2^53` are exact; all others may have been
/// rounded, by half a unit in the last place, and are moved outwards by a whole one.
fn outwards(low: f64, high: f64, exact: bool) -> Interval {
    let low = if exact && low.abs() <= EXACT { low } else { low.next_down() };
    let high = if exact && high.abs() <= EXACT { high } else { high.next_up() };
    Interval::new(low, high)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn number() -> impl Strategy<Value = f64> {
        prop_oneof![
            -9.0_f64..9.0,
            (-9_i8..9).prop_map(f64::from),
            (-9_i64..9).prop_map(|near| ((1_i64 << 53) + near) as f64),
            any::<f64>().prop_filter("a number", |number| number.is_finite()),
        ]
    }

    proptest! {
        #[test]
        fn sums_of_some_terms_lie_between_the_partial_sums(
            terms in prop::collection::vec((-9_i8..9, 0_i8..9, 0.0_f64..=1.0, any::<bool>()), 0..9),
        ) {
            let terms = terms.into_iter().map(|(low, width, at, taken)| {
                let (low, width) = (f64::from(low), f64::from(width));
                (Interval::new(low, low + width), low + (at * width).round(), taken)
            });
            let terms: Vec<(Interval, f64, bool)> = terms.collect();
            let all = Interval::of_partial_sums(terms.iter().map(|(interval, ..)| *interval));
            let taken = terms.iter().filter(|(.., taken)| *taken);
            let sum: f64 = taken.map(|(_, number, _)| number).sum();
            prop_assert!(all.low <= sum && sum <= all.high, "{sum} is not in {all:?}");
        }

        #[test]
        fn what_is_computed_lies_inside(ends in [number(), number(), number(), number()], at in (0.0_f64..1.0, 0.0_f64..1.0)) {
            let interval = |a: f64, b: f64| Interval::new(a.min(b), a.max(b));
            let inside = |of: Interval, at: f64| (of.low + at * (of.high - of.low)).clamp(of.low, of.high);
            let [one, other] = [interval(ends[0], ends[1]), interval(ends[2], ends[3])];
            for (x, y) in [(inside(one, at.0), inside(other, at.1)), (one.low, other.high), (one.high, other.high)] {
                if x.is_nan() || y.is_nan() {
                    continue;
                }
                for (number, interval) in [
                    (x + y, one.plus(other)),
                    (x * y, one.product(other)),
                    (x.max(0.0), one.open()),
                    (x, one.or(other)),
                    (y, one.or(other)),
                ] {
                    prop_assert!(
                        interval.low <= number && number <= interval.high,
                        "{x} {y}: {number} is not in {interval:?}"
                    );
                }
            }
        }
    }
}
