//! Comparisons: 1 or 0.

use tvm_macros::opcode;

opcode! {
    /// Comparisons of 32-bit integers.
    pub COMPARISON {
        /// Is it 0?
        i32.eqz = 0x45 : [a] -> [truth] { truth.byte = 1 - a.nonzero when first; }

        /// Equal.
        i32.eq = 0x46 : [a b] -> [truth] { truth.byte = 1 when first && order.unsigned == 0; }

        /// Not equal.
        i32.ne = 0x47 : [a b] -> [truth] {
            truth.byte = 1 when first;
            truth.byte = -1 when first && order.unsigned == 0;
        }

        /// Less, signed.
        i32.lt_s = 0x48 : [a b] -> [truth] { truth.byte = 1 when first && order.signed < 0; }

        /// Less, unsigned.
        i32.lt_u = 0x49 : [a b] -> [truth] { truth.byte = 1 when first && order.unsigned < 0; }

        /// Greater, signed.
        i32.gt_s = 0x4a : [a b] -> [truth] { truth.byte = 1 when first && order.signed > 0; }

        /// Greater, unsigned.
        i32.gt_u = 0x4b : [a b] -> [truth] { truth.byte = 1 when first && order.unsigned > 0; }

        /// Less or equal, signed.
        i32.le_s = 0x4c : [a b] -> [truth] { truth.byte = 1 when first && order.signed <= 0; }

        /// Less or equal, unsigned.
        i32.le_u = 0x4d : [a b] -> [truth] { truth.byte = 1 when first && order.unsigned <= 0; }

        /// Greater or equal, signed.
        i32.ge_s = 0x4e : [a b] -> [truth] { truth.byte = 1 when first && order.signed >= 0; }

        /// Greater or equal, unsigned.
        i32.ge_u = 0x4f : [a b] -> [truth] { truth.byte = 1 when first && order.unsigned >= 0; }
    }
}

opcode! {
    /// Comparisons of 64-bit integers.
    pub COMPARISON_64 {
        /// Is it 0?
        i64.eqz = 0x50 : [a: i64] -> [truth] { truth.byte = 1 - a.nonzero when first; }

        /// Equal.
        i64.eq = 0x51 : [a: i64 b: i64] -> [truth] {
            truth.byte = 1 when first && order.unsigned == 0;
        }

        /// Not equal.
        i64.ne = 0x52 : [a: i64 b: i64] -> [truth] {
            truth.byte = 1 when first;
            truth.byte = -1 when first && order.unsigned == 0;
        }

        /// Less, signed.
        i64.lt_s = 0x53 : [a: i64 b: i64] -> [truth] {
            truth.byte = 1 when first && order.signed < 0;
        }

        /// Less, unsigned.
        i64.lt_u = 0x54 : [a: i64 b: i64] -> [truth] {
            truth.byte = 1 when first && order.unsigned < 0;
        }

        /// Greater, signed.
        i64.gt_s = 0x55 : [a: i64 b: i64] -> [truth] {
            truth.byte = 1 when first && order.signed > 0;
        }

        /// Greater, unsigned.
        i64.gt_u = 0x56 : [a: i64 b: i64] -> [truth] {
            truth.byte = 1 when first && order.unsigned > 0;
        }

        /// Less or equal, signed.
        i64.le_s = 0x57 : [a: i64 b: i64] -> [truth] {
            truth.byte = 1 when first && order.signed <= 0;
        }

        /// Less or equal, unsigned.
        i64.le_u = 0x58 : [a: i64 b: i64] -> [truth] {
            truth.byte = 1 when first && order.unsigned <= 0;
        }

        /// Greater or equal, signed.
        i64.ge_s = 0x59 : [a: i64 b: i64] -> [truth] {
            truth.byte = 1 when first && order.signed >= 0;
        }

        /// Greater or equal, unsigned.
        i64.ge_u = 0x5a : [a: i64 b: i64] -> [truth] {
            truth.byte = 1 when first && order.unsigned >= 0;
        }
    }
}
