//! Division and remainder. First come the four digits of the quotient of the magnitudes, most
//! significant first, then `divided`, then the result.

use super::super::limits::MULTIPLE;
use tvm_macros::opcode;

/// -2^31 as an unsigned number.
const MOST_NEGATIVE: i64 = 1 << 31;

/// -1 as an unsigned number.
const MINUS_ONE: i64 = (1 << 32) - 1;

opcode! {
    /// Quotients and remainders.
    pub DIVISION {
        /// Quotient rounded towards 0, signed. Traps on 0 and on overflow.
        i32.div_s = 0x6d : [a: i32 b: i32] -> [quotient: i32] {
            trap divide_by_zero when not b.nonzero;
            let most_negative = equal(a.value, MOST_NEGATIVE);
            let minus_one = equal(b.value, MINUS_ONE);
            trap integer_overflow when most_negative && minus_one;
            let magnitude = division_of_magnitudes(a, b);
            let negated = -magnitude.byte - carry;
            let signs = a.negative + b.negative;
            let different = equal(signs, 1);
            quotient.byte = magnitude.byte when not different;
            quotient.byte = if negated < 0 { negated + 256 } else { negated } when different;
            quotient.carry = 1 when different && negated < 0;
        }

        /// Quotient, unsigned. Traps on 0.
        i32.div_u = 0x6e : [a: i32 b: i32] -> [quotient: i32] {
            trap divide_by_zero when not b.nonzero;
            quotient.byte = division(a, b).byte;
        }

        /// Remainder with the sign of the dividend. Traps on 0.
        i32.rem_s = 0x6f : [a: i32 b: i32] -> [remainder: i32] {
            trap divide_by_zero when not b.nonzero;
            let magnitude = division_of_magnitudes(a, b);
            let less = a.prefix - magnitude.product + MULTIPLE;
            let more = a.prefix + magnitude.product;
            remainder.wide = less when a.negative && b.negative;
            remainder.wide = less when not a.negative && not b.negative;
            remainder.wide = more when a.negative && not b.negative;
            remainder.wide = more when not a.negative && b.negative;
        }

        /// Remainder, unsigned. Traps on 0.
        i32.rem_u = 0x70 : [a: i32 b: i32] -> [remainder: i32] {
            trap divide_by_zero when not b.nonzero;
            remainder.wide = a.prefix - division(a, b).product + MULTIPLE;
        }
    }
}
