//! Functions of one byte, and of a sum of two: the tables behind the bitwise operators and the
//! shifts. Each becomes a staircase.

/// The bits of a nibble as digits in base 3, so that the digits of a sum of two spreads are the
/// number of operands that have the bit.
fn spread(nibble: i64) -> i64 {
    (0..4).map(|bit| (nibble >> bit & 1) * 3_i64.pow(bit)).sum()
}

/// The spread of bits 0 to 3.
pub fn spread_low(byte: i64) -> i64 {
    spread(byte & 15)
}

/// The spread of bits 4 to 7.
pub fn spread_high(byte: i64) -> i64 {
    spread(byte >> 4)
}

/// From the sum of two spreads: the bits that both operands have, as a nibble.
pub fn both(sum: i64) -> i64 {
    (0..4).map(|bit| i64::from(sum / 3_i64.pow(bit) % 3 == 2) << bit).sum()
}

/// How many of the eight bits are set.
pub fn population(byte: i64) -> i64 {
    byte.count_ones().into()
}

/// How many of the eight lowest bits are zero below the first that is set; 8 when none is.
pub fn trailing(byte: i64) -> i64 {
    (byte | 256).trailing_zeros().into()
}

/// From the trailing zeros of four bytes as digits in base 9, the first byte's most significant:
/// the trailing zeros of the whole.
pub fn trailing_of_four(digits: i64) -> i64 {
    let mut total = 0;
    for place in [729, 81, 9, 1] {
        let zeros = digits / place % 9;
        total += zeros;
        if zeros < 8 {
            break;
        }
    }
    total
}

/// The byte modulo 32: the amount of a shift.
pub fn amount(byte: i64) -> i64 {
    byte & 31
}

/// Added to the distance of a rotation, to tell it from a shift in one table.
pub const ROTATION: i64 = 256;

/// Added to the distance when no shift is executed: past the end of every table.
pub const NO_SHIFT: i64 = -1024;

/// The factor of byte `byte` of the operand in a byte of the result that lies `distance` bits
/// above the start of the operand: `2^e` with `e = 24 + 8 * byte - distance`, scaled so that the
/// byte of the result begins at bit 24. Smaller powers would only reach the fraction, greater
/// ones only multiples of `2^32`.
fn factor(byte: i64, distance: i64) -> i64 {
    let exponent = if distance >= ROTATION - 31 {
        (24 + 8 * byte - (distance - ROTATION)).rem_euclid(32)
    } else {
        24 + 8 * byte - distance
    };
    if (17..32).contains(&exponent) { 1 << exponent } else { 0 }
}

/// [`factor`] of byte 0.
pub fn factor_0(distance: i64) -> i64 {
    factor(0, distance)
}

/// [`factor`] of byte 1.
pub fn factor_1(distance: i64) -> i64 {
    factor(1, distance)
}

/// [`factor`] of byte 2.
pub fn factor_2(distance: i64) -> i64 {
    factor(2, distance)
}

/// [`factor`] of byte 3.
pub fn factor_3(distance: i64) -> i64 {
    factor(3, distance)
}

/// The bits of a byte of the result that lie past the end of the operand.
pub fn fill(distance: i64) -> i64 {
    match distance {
        ..=24 => 0,
        25..32 => 256 - (1 << (32 - distance)),
        _ => 255,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spreads_tell_which_bits_both_have() {
        for a in 0..16 {
            for b in 0..16 {
                assert_eq!(both(spread(a) + spread(b)), a & b);
            }
        }
    }

    #[test]
    fn factors_shift_and_rotate() {
        let shifted = |operand: u32, distance: i64| -> u8 {
            let wide: u64 = (0..4)
                .map(|i| (operand >> (8 * i) & 255) as u64 * factor(i, distance) as u64)
                .sum();
            (wide >> 24) as u8
        };
        let operand = 0x9abc_def1_u32;
        for amount in 0..32_i64 {
            for index in 0..4_i64 {
                let byte = |value: u32| (value >> (8 * index)) as u8;
                assert_eq!(shifted(operand, 8 * index - amount), byte(operand << amount));
                assert_eq!(shifted(operand, 8 * index + amount), byte(operand >> amount));
                let left = ROTATION + 8 * index - amount;
                assert_eq!(shifted(operand, left), byte(operand.rotate_left(amount as u32)));
                let right = ROTATION + 8 * index + amount;
                assert_eq!(shifted(operand, right), byte(operand.rotate_right(amount as u32)));
            }
        }
    }
}
