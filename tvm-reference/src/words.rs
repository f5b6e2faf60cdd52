//! A 64-bit integer as the two words that it is on the stack and among the variables: the lower
//! one is the deeper one, or the one with the lower index.

/// The integer that two words make.
pub(super) fn joined([low, high]: [u32; 2]) -> u64 {
    u64::from(high) << 32 | u64::from(low)
}

/// The two words of an integer, the lower one first.
pub(super) fn split(value: u64) -> [u32; 2] {
    [value as u32, (value >> 32) as u32]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lower_word_comes_first() {
        assert_eq!(split(0x1122_3344_5566_7788), [0x5566_7788, 0x1122_3344]);
        assert_eq!(joined([0x5566_7788, 0x1122_3344]), 0x1122_3344_5566_7788);
    }
}
