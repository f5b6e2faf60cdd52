//! The functions that the machine computes by tables: of a byte, of a sum of spreads, of counts of zeros,
//! and of the distance of a shift.

/// The bits of a nibble as digits in base 3: a digit of the sum of two spreads is the number of operands in
/// which the bit is set.
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

/// From the sum of two spreads: the bits that are set in both operands, as a nibble.
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

/// [`population`] of half of an even number; between two of them, that of the next.
pub fn population_of_half(double: i64) -> i64 {
    population((double + 1) / 2)
}

/// [`trailing`] of half of an even number.
pub fn trailing_of_half(double: i64) -> i64 {
    trailing((double + 1) / 2)
}

/// The trailing zeros of two bytes together, from those of each byte as digits in base 9, the lower byte
/// first.
pub fn trailing_of_two(digits: i64) -> i64 {
    let (lower, upper) = (digits / 9, digits % 9);
    if lower < 8 { lower } else { 8 + upper }
}

/// The byte modulo 32: the amount of a shift of 32 bits.
pub fn amount_32(byte: i64) -> i64 {
    byte & 31
}

/// The byte modulo 64: the amount of a shift of 64 bits.
pub fn amount_64(byte: i64) -> i64 {
    byte & 63
}

/// Added to the distance of a rotation, so that one table serves shifts and rotations.
pub const ROTATION: i64 = 256;

/// Greater than any distance.
pub const APART: i64 = 1024;

/// Added to the index of a byte of an operand, so that 0 means no byte.
pub const BEFORE: i64 = 1;

/// Where a byte of a shifted or rotated number comes from. It begins `distance` bits above the start
/// of the operand, among the bits of two bytes of it. Rotations have [`ROTATION`] added to the distance.
#[derive(Debug, Clone, Copy)]
pub struct Origin {
    /// How many bytes the operand has.
    pub bytes: i64,
}

impl Origin {
    /// The distances of all shifts and rotations, and one more at either end, where there is no origin.
    pub fn distances(self) -> std::ops::Range<i64> {
        -8 * self.bytes..ROTATION + 16 * self.bytes
    }

    /// The lower byte, the upper byte (either may lie outside of the operand) and by how many bits the
    /// result begins above the lower one.
    fn place(self, distance: i64) -> (i64, i64, i64) {
        let rotates = distance > ROTATION - 8 * self.bytes;
        let distance = if rotates { distance - ROTATION } else { distance };
        let lower = distance.div_euclid(8);
        let within = distance.rem_euclid(8);
        if rotates {
            return (lower.rem_euclid(self.bytes), (lower + 1).rem_euclid(self.bytes), within);
        }
        (lower, lower + 1, within)
    }

    /// The lower byte, counted from 1; 0 where it lies outside of the operand.
    pub fn lower(self, distance: i64) -> i64 {
        self.counted(self.place(distance).0)
    }

    /// The upper byte, counted from 1; 0 where it lies outside of the operand.
    pub fn upper(self, distance: i64) -> i64 {
        self.counted(self.place(distance).1)
    }

    fn counted(self, byte: i64) -> i64 {
        if (0..self.bytes).contains(&byte) { byte + BEFORE } else { 0 }
    }

    /// What the lower byte is multiplied by, so that the byte of the result begins at bit 24.
    pub fn lower_factor(self, distance: i64) -> i64 {
        1 << (24 - self.place(distance).2)
    }

    /// What the upper byte is multiplied by; 0 where none of its bits belongs to the result.
    pub fn upper_factor(self, distance: i64) -> i64 {
        match self.place(distance).2 {
            0 => 0,
            within => 1 << (32 - within),
        }
    }

    /// The bits of a byte of the result that lie beyond the end of the operand, all set.
    pub fn fill(self, distance: i64) -> i64 {
        let end = 8 * self.bytes;
        match end - distance {
            8.. => 0,
            inside @ 1..8 => 256 - (1 << inside),
            _ => 255,
        }
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

    /// A byte of the result, as the machine puts it together.
    fn moved(origin: Origin, operand: u64, distance: i64) -> u8 {
        let byte = |at: i64| match at - BEFORE {
            at @ 0.. if at < origin.bytes => (operand >> (8 * at) & 255) as i64,
            _ => 0,
        };
        let lower = byte(origin.lower(distance)) * origin.lower_factor(distance);
        ((lower + byte(origin.upper(distance)) * origin.upper_factor(distance)) >> 24) as u8
    }

    /// Every byte of an operand shifted and rotated by an amount: to the left, to the right with zeros and
    /// with signs, and around both ways.
    fn assert_moves(origin: Origin, operand: u64, amount: u32, expected: [u64; 5]) {
        for index in 0..origin.bytes {
            let found = |distance| moved(origin, operand, distance);
            let left = 8 * index - i64::from(amount);
            let right = 8 * index + i64::from(amount);
            let bytes = [
                found(left),
                found(right),
                found(right) + origin.fill(right) as u8,
                found(ROTATION + left),
                found(ROTATION + right),
            ];
            assert_eq!(bytes, expected.map(|value| (value >> (8 * index)) as u8));
        }
    }

    #[test]
    fn words_are_shifted_and_rotated() {
        let operand = 0x9abc_def1_u32;
        for n in 0..32 {
            let signed = (operand as i32 >> n) as u32;
            let rotated = [operand.rotate_left(n), operand.rotate_right(n)];
            let expected = [operand << n, operand >> n, signed, rotated[0], rotated[1]];
            assert_moves(Origin { bytes: 4 }, operand.into(), n, expected.map(u64::from));
        }
    }

    #[test]
    fn pairs_of_words_are_shifted_and_rotated() {
        let operand = 0x9abc_def1_2345_6789_u64;
        for n in 0..64 {
            let signed = (operand as i64 >> n) as u64;
            let rotated = [operand.rotate_left(n), operand.rotate_right(n)];
            let expected = [operand << n, operand >> n, signed, rotated[0], rotated[1]];
            assert_moves(Origin { bytes: 8 }, operand, n, expected);
        }
    }

    #[test]
    fn below_all_distances_nothing_comes_from_anywhere() {
        for bytes in [4, 8] {
            let origin = Origin { bytes };
            let start = origin.distances().start;
            assert_eq!((origin.lower(start), origin.upper(start)), (0, 0));
            assert_eq!(origin.fill(start), 0);
        }
    }
}
