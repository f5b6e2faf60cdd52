//! Comparisons, which give 1 or 0. `order(a, b)` is negative if a is less, 0 if they are equal and positive if
//! a is greater.

use tvm_macros::opcode;

opcode! {
    /// Comparisons of integers.
    pub COMPARISON {
        /// Is it 0?
        i32.eqz = 0x45, i64.eqz = 0x50 : [a: T] -> [truth: i32] {
            truth.byte = not a.nonzero when first;
        }

        /// Equal.
        i32.eq = 0x46, i64.eq = 0x51 : [a: T b: T] -> [truth: i32] opposite i32.ne, i64.ne {
            truth.byte = 1 when first && order(a, b).unsigned == 0;
        }

        /// Not equal.
        i32.ne = 0x47, i64.ne = 0x52 : [a: T b: T] -> [truth: i32] {
            truth.byte = 1 when first && order(a, b).unsigned != 0;
        }

        /// Less, signed.
        i32.lt_s = 0x48, i64.lt_s = 0x53 : [a: T b: T] -> [truth: i32] opposite i32.ge_s, i64.ge_s {
            truth.byte = 1 when first && order(a, b).signed < 0;
        }

        /// Less, unsigned.
        i32.lt_u = 0x49, i64.lt_u = 0x54 : [a: T b: T] -> [truth: i32] opposite i32.ge_u, i64.ge_u {
            truth.byte = 1 when first && order(a, b).unsigned < 0;
        }

        /// Greater, signed.
        i32.gt_s = 0x4a, i64.gt_s = 0x55 : [a: T b: T] -> [truth: i32] opposite i32.le_s, i64.le_s {
            truth.byte = 1 when first && order(a, b).signed > 0;
        }

        /// Greater, unsigned.
        i32.gt_u = 0x4b, i64.gt_u = 0x56 : [a: T b: T] -> [truth: i32] opposite i32.le_u, i64.le_u {
            truth.byte = 1 when first && order(a, b).unsigned > 0;
        }

        /// Less or equal, signed.
        i32.le_s = 0x4c, i64.le_s = 0x57 : [a: T b: T] -> [truth: i32] {
            truth.byte = 1 when first && order(a, b).signed <= 0;
        }

        /// Less or equal, unsigned.
        i32.le_u = 0x4d, i64.le_u = 0x58 : [a: T b: T] -> [truth: i32] {
            truth.byte = 1 when first && order(a, b).unsigned <= 0;
        }

        /// Greater or equal, signed.
        i32.ge_s = 0x4e, i64.ge_s = 0x59 : [a: T b: T] -> [truth: i32] {
            truth.byte = 1 when first && order(a, b).signed >= 0;
        }

        /// Greater or equal, unsigned.
        i32.ge_u = 0x4f, i64.ge_u = 0x5a : [a: T b: T] -> [truth: i32] {
            truth.byte = 1 when first && order(a, b).unsigned >= 0;
        }
    }
}

opcode! {
    /// Comparisons of numbers in floating point. With a NaN all are 0 but `ne`: the order of numbers is at
    /// most 3, so that eight times the NaNs puts it out of reach.
    pub NUMBER_COMPARISON {
        /// Equal.
        f32.eq = 0x5b, f64.eq = 0x61 : [a: T b: T] -> [truth: i32] opposite f32.ne, f64.ne {
            truth.byte = 1 when first && order(a, b).number + 8 * order(a, b).unordered == 0;
        }

        /// Not equal.
        f32.ne = 0x5c, f64.ne = 0x62 : [a: T b: T] -> [truth: i32] {
            truth.byte = 1 when first && order(a, b).number + 8 * order(a, b).unordered != 0;
        }

        /// Less.
        f32.lt = 0x5d, f64.lt = 0x63 : [a: T b: T] -> [truth: i32] {
            truth.byte = 1 when first && order(a, b).number + 8 * order(a, b).unordered < 0;
        }

        /// Greater.
        f32.gt = 0x5e, f64.gt = 0x64 : [a: T b: T] -> [truth: i32] {
            truth.byte = 1 when first && order(a, b).number - 8 * order(a, b).unordered > 0;
        }

        /// Less or equal.
        f32.le = 0x5f, f64.le = 0x65 : [a: T b: T] -> [truth: i32] {
            truth.byte = 1 when first && order(a, b).number + 8 * order(a, b).unordered <= 0;
        }

        /// Greater or equal.
        f32.ge = 0x60, f64.ge = 0x66 : [a: T b: T] -> [truth: i32] {
            truth.byte = 1 when first && order(a, b).number - 8 * order(a, b).unordered >= 0;
        }
    }
}
