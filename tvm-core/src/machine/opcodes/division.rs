//! Division and remainder. First come the four digits of the quotient of the magnitudes, most
//! significant first, then `divided`, then the result.

use tvm_macros::opcode;

/// -2^31 as a number without sign.
const MOST_NEGATIVE: i64 = 1 << 31;

/// -1 as a number without sign.
const MINUS_ONE: i64 = (1 << 32) - 1;

/// A multiple of 2^32 that makes a remainder positive before it is reduced.
const MULTIPLE: i64 = 1 << 42;

opcode! {
    /// Quotients and remainders.
    pub DIVISION {
        /// Quotient rounded towards 0, signed. Traps on 0 and on overflow.
        i32.div_s = 0x6d : [a b] -> [quotient] {
            trap divide_by_zero when 1 - b.nonzero;
            let most_negative = equal(a.value, MOST_NEGATIVE);
            let minus_one = equal(b.value, MINUS_ONE);
            trap integer_overflow when most_negative && minus_one;
            scratch.byte = division.signed_digit when 1 - division.known;
            divide;
            let negated = -division.byte - carry;
            let signs = a.negative + b.negative;
            let different = equal(signs, 1);
            quotient.byte = division.byte when division.known && 1 - different;
            quotient.byte = negated when division.known && different;
            quotient.byte = 256 when division.known && different && negated < 0;
            quotient.carry = 1 when division.known && different && negated < 0;
        }

        /// Quotient, unsigned. Traps on 0.
        i32.div_u = 0x6e : [a b] -> [quotient] {
            trap divide_by_zero when 1 - b.nonzero;
            scratch.byte = division.digit when 1 - division.known;
            divide;
            quotient.byte = division.byte when division.known;
        }

        /// Remainder with the sign of the dividend. Traps on 0.
        i32.rem_s = 0x6f : [a b] -> [remainder] {
            trap divide_by_zero when 1 - b.nonzero;
            scratch.byte = division.signed_digit when 1 - division.known;
            divide;
            let less = a.prefix - division.product + MULTIPLE;
            let more = a.prefix + division.product;
            remainder.wide = less when division.known && a.negative && b.negative;
            remainder.wide = less when division.known && 1 - a.negative && 1 - b.negative;
            remainder.wide = more when division.known && a.negative && 1 - b.negative;
            remainder.wide = more when division.known && 1 - a.negative && b.negative;
        }

        /// Remainder, unsigned. Traps on 0.
        i32.rem_u = 0x70 : [a b] -> [remainder] {
            trap divide_by_zero when 1 - b.nonzero;
            scratch.byte = division.digit when 1 - division.known;
            divide;
            remainder.wide = a.prefix - division.product + MULTIPLE when division.known;
        }
    }
}
