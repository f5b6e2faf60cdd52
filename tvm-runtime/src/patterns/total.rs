//! Cumulative sums. A head without a key gives the mean `m` over `n` positions; the feed-forward half
//! multiplies it by `n` and adds a bias `C = 1.5 * 2^e`, so that what rounding left behind the point
//! is rounded away:
//!
//! `m + (n m + (C - m))`, where every operation is rounded.
//!
//! While the sum `S` of all values is at most `2^(e-2)` in magnitude, this is `C + S`: all results
//! lie between `2^e` and `2^(e+1)` on a grid of `2^(e-52)`; `n m` is off from `S` by at most
//! `2^-52 |S|`, less than half of it, so that `n m + (C - m)` is `S` plus the rounded `C - m`; that
//! is off from the true one by at most half of the grid, and adding `m` rounds to the nearest even
//! number of the grid, the integer `C + S`.

/// A bias for which the rounding is known.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BiasedTotal {
    /// `C`.
    pub bias: f64,
    /// Sums up to this magnitude are exact.
    pub greatest: f64,
}

impl BiasedTotal {
    /// `None` unless the bias is `1.5 * 2^e` where that is far above rounding and far below `2^53`.
    pub fn new(bias: f64) -> Option<BiasedTotal> {
        let power = bias / 1.5;
        let is_power = power.to_bits() << 12 == 0;
        let is_usual = (1_u64 << 20) as f64 <= power && power <= (1_u64 << 50) as f64;
        (is_power && is_usual).then_some(BiasedTotal { bias, greatest: 0.25 * power })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The operations of the definition.
    fn as_defined(bias: f64, sum: f64, positions: f64) -> f64 {
        let mean = sum / positions;
        mean + (positions * mean + (bias - mean))
    }

    proptest! {
        #[test]
        fn sums_are_what_rounding_leaves(
            exponent in 20_i32..=50,
            share in -1.0_f64..=1.0,
            positions in prop_oneof![1_u64..100, 1_u64..1_000_000_000],
        ) {
            let known = BiasedTotal::new(1.5 * 2_f64.powi(exponent)).unwrap();
            let sum = (share * known.greatest).trunc();
            let expected = as_defined(known.bias, sum, positions as f64);
            prop_assert_eq!(known.bias + sum, expected);
        }
    }

    #[test]
    fn other_biases_are_not_known() {
        let biases = [0.0, 1.0, 1.5, -1.5 * 2_f64.powi(40), 2_f64.powi(40), 1.5 * 2_f64.powi(60)];
        assert!(biases.into_iter().all(|bias| BiasedTotal::new(bias).is_none()));
    }
}
