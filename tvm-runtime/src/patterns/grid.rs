//! Numbers at equal distances: which one is near, without a search.

/// `first`, `first + distance`, and so on, as many as `len`; the distance is a power of two.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Grid {
    /// Where counting begins.
    pub first: f64,
    /// How far the last one is from the first.
    pub span: f64,
    /// Taken from what is counted; it says how ties are broken.
    pub shift: f64,
    /// One over the distance.
    pub per_unit: f64,
}

/// Added to a number below `2^51`, it leaves the nearest integer in the low bits of the sum.
const MAGIC: f64 = 1.5 * (1_u64 << 52) as f64;

impl Grid {
    /// Half-integers are exact below this, so that nothing is rounded before the end.
    const GREATEST: f64 = (1_u64 << 50) as f64;

    /// Of some intervals of integers, `distance` each, the one that a number lies in: the first one
    /// ends before `end`.
    pub fn of_intervals(end: f64, distance: f64, len: usize) -> Option<Grid> {
        Grid::new(end - distance, distance, len, 0.5 * (distance - 1.0))
    }

    /// The nearest of some numbers; half-way it is the one before or the one after.
    pub fn nearest(first: f64, distance: f64, len: usize, before: bool) -> Option<Grid> {
        Grid::new(first, distance, len, if before { 0.25 } else { -0.25 })
    }

    fn new(first: f64, distance: f64, len: usize, shift: f64) -> Option<Grid> {
        let span = distance * (len.checked_sub(1)? as f64);
        let is_power = distance >= 1.0 && distance.to_bits() << 12 == 0;
        let is_small = first.abs() < Grid::GREATEST && span < Grid::GREATEST;
        let is_exact = is_power && is_small && first.fract() == 0.0;
        is_exact.then_some(Grid { first, span, shift, per_unit: distance.recip() })
    }

    /// The index for an integer, which may be outside of the grid; `None` for a fraction and for
    /// numbers that are very large.
    #[inline(always)]
    pub fn index(self, x: f64) -> Option<usize> {
        ((x + MAGIC) - MAGIC == x).then(|| self.index_of_integer(x))
    }

    /// The same for a number that is known to be an integer.
    #[inline(always)]
    pub fn index_of_integer(self, x: f64) -> usize {
        let offset = (x - self.first).max(0.0).min(self.span);
        let sum = (offset - self.shift) * self.per_unit + MAGIC;
        sum.to_bits().wrapping_sub(MAGIC.to_bits()) as usize
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn intervals_are_divisions(
            end in -1000_i64..1000, power in 0_u32..12, len in 1_usize..50, x in -100_000_i64..100_000,
        ) {
            let distance = 1_i64 << power;
            let grid = Grid::of_intervals(end as f64, distance as f64, len).unwrap();
            let expected = ((x - end).div_euclid(distance) + 1).clamp(0, len as i64 - 1);
            prop_assert_eq!(grid.index(x as f64), Some(expected as usize));
            prop_assert_eq!(grid.index(x as f64 + 0.5), None);
        }

        #[test]
        fn the_nearest_is_nearest(
            first in -1000_i64..1000, power in 0_u32..12, len in 1_usize..50, x in -100_000_i64..100_000,
            before: bool,
        ) {
            let distance = 1_i64 << power;
            let grid = Grid::nearest(first as f64, distance as f64, len, before).unwrap();
            let far = |index: &usize| (x - first - distance * *index as i64).abs();
            let expected = match before {
                true => (0..len).min_by_key(far),
                false => (0..len).rev().min_by_key(far),
            };
            prop_assert_eq!(grid.index(x as f64), expected);
        }
    }

    #[test]
    fn refuses_what_would_be_rounded() {
        assert_eq!(Grid::nearest(0.5, 1.0, 9, true), None);
        assert_eq!(Grid::nearest(0.0, 3.0, 9, true), None);
        assert_eq!(Grid::nearest(0.0, 1.0, 0, true), None);
        assert_eq!(Grid::nearest(0.0, (1_u64 << 50) as f64, 2, true), None);
    }
}
