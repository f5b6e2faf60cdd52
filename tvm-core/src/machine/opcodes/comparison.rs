//! Comparisons: 1 or 0. Signed order is unsigned order except where the signs differ.

use tvm_macros::opcode;

opcode! {
    /// Comparisons of 32-bit integers.
    pub COMPARISON {
        /// Is it 0?
        i32.eqz = 0x45 : [a] -> [truth] { truth.byte = 1 - a.nonzero when first; }

        /// Equal.
        i32.eq = 0x46 : [a b] -> [truth] {
            let greater = step(a.value > b.value);
            let less = step(a.value < b.value);
            truth.byte = 1 - greater - less when first;
        }

        /// Not equal.
        i32.ne = 0x47 : [a b] -> [truth] {
            let greater = step(a.value > b.value);
            let less = step(a.value < b.value);
            truth.byte = greater + less when first;
        }

        /// Less, signed.
        i32.lt_s = 0x48 : [a b] -> [truth] {
            let less = step(a.value < b.value);
            let signs = persist(a.negative - b.negative);
            let signed_less = step(less + signs > 0);
            truth.byte = signed_less when first;
        }

        /// Less, unsigned.
        i32.lt_u = 0x49 : [a b] -> [truth] {
            let less = step(a.value < b.value);
            truth.byte = less when first;
        }

        /// Greater, signed.
        i32.gt_s = 0x4a : [a b] -> [truth] {
            let greater = step(a.value > b.value);
            let signs = persist(a.negative - b.negative);
            let signed_greater = step(greater - signs > 0);
            truth.byte = signed_greater when first;
        }

        /// Greater, unsigned.
        i32.gt_u = 0x4b : [a b] -> [truth] {
            let greater = step(a.value > b.value);
            truth.byte = greater when first;
        }

        /// Less or equal, signed.
        i32.le_s = 0x4c : [a b] -> [truth] {
            let greater = step(a.value > b.value);
            let signs = persist(a.negative - b.negative);
            let signed_greater = step(greater - signs > 0);
            truth.byte = 1 - signed_greater when first;
        }

        /// Less or equal, unsigned.
        i32.le_u = 0x4d : [a b] -> [truth] {
            let greater = step(a.value > b.value);
            truth.byte = 1 - greater when first;
        }

        /// Greater or equal, signed.
        i32.ge_s = 0x4e : [a b] -> [truth] {
            let less = step(a.value < b.value);
            let signs = persist(a.negative - b.negative);
            let signed_less = step(less + signs > 0);
            truth.byte = 1 - signed_less when first;
        }

        /// Greater or equal, unsigned.
        i32.ge_u = 0x4f : [a b] -> [truth] {
            let less = step(a.value < b.value);
            truth.byte = 1 - less when first;
        }
    }
}

opcode! {
    /// Comparisons of 64-bit integers. The upper words decide, where they are equal the lower ones: twice
    /// how the upper ones compare and once how the lower ones do.
    pub COMPARISON_64 {
        /// Is it 0?
        i64.eqz = 0x50 : [a: i64] -> [truth] { truth.byte = 1 - a.nonzero when first; }

        /// Equal.
        i64.eq = 0x51 : [a: i64 b: i64] -> [truth] {
            let high_greater = step(a.high > b.high);
            let high_less = step(a.high < b.high);
            let low_greater = step(a.low > b.low);
            let low_less = step(a.low < b.low);
            let order = persist(2 * high_greater - 2 * high_less + low_greater - low_less);
            let same = equal(order, 0);
            truth.byte = same when first;
        }

        /// Not equal.
        i64.ne = 0x52 : [a: i64 b: i64] -> [truth] {
            let high_greater = step(a.high > b.high);
            let high_less = step(a.high < b.high);
            let low_greater = step(a.low > b.low);
            let low_less = step(a.low < b.low);
            let order = persist(2 * high_greater - 2 * high_less + low_greater - low_less);
            let same = equal(order, 0);
            truth.byte = 1 - same when first;
        }

        /// Less, signed.
        i64.lt_s = 0x53 : [a: i64 b: i64] -> [truth] {
            let high_greater = step(a.high > b.high);
            let high_less = step(a.high < b.high);
            let low_greater = step(a.low > b.low);
            let low_less = step(a.low < b.low);
            let order = persist(2 * high_greater - 2 * high_less + low_greater - low_less);
            let signs = persist(a.negative - b.negative);
            let less = step(order - 4 * signs < 0);
            truth.byte = less when first;
        }

        /// Less, unsigned.
        i64.lt_u = 0x54 : [a: i64 b: i64] -> [truth] {
            let high_greater = step(a.high > b.high);
            let high_less = step(a.high < b.high);
            let low_greater = step(a.low > b.low);
            let low_less = step(a.low < b.low);
            let order = persist(2 * high_greater - 2 * high_less + low_greater - low_less);
            let less = step(order < 0);
            truth.byte = less when first;
        }

        /// Greater, signed.
        i64.gt_s = 0x55 : [a: i64 b: i64] -> [truth] {
            let high_greater = step(a.high > b.high);
            let high_less = step(a.high < b.high);
            let low_greater = step(a.low > b.low);
            let low_less = step(a.low < b.low);
            let order = persist(2 * high_greater - 2 * high_less + low_greater - low_less);
            let signs = persist(a.negative - b.negative);
            let greater = step(order - 4 * signs > 0);
            truth.byte = greater when first;
        }

        /// Greater, unsigned.
        i64.gt_u = 0x56 : [a: i64 b: i64] -> [truth] {
            let high_greater = step(a.high > b.high);
            let high_less = step(a.high < b.high);
            let low_greater = step(a.low > b.low);
            let low_less = step(a.low < b.low);
            let order = persist(2 * high_greater - 2 * high_less + low_greater - low_less);
            let greater = step(order > 0);
            truth.byte = greater when first;
        }

        /// Less or equal, signed.
        i64.le_s = 0x57 : [a: i64 b: i64] -> [truth] {
            let high_greater = step(a.high > b.high);
            let high_less = step(a.high < b.high);
            let low_greater = step(a.low > b.low);
            let low_less = step(a.low < b.low);
            let order = persist(2 * high_greater - 2 * high_less + low_greater - low_less);
            let signs = persist(a.negative - b.negative);
            let greater = step(order - 4 * signs > 0);
            truth.byte = 1 - greater when first;
        }

        /// Less or equal, unsigned.
        i64.le_u = 0x58 : [a: i64 b: i64] -> [truth] {
            let high_greater = step(a.high > b.high);
            let high_less = step(a.high < b.high);
            let low_greater = step(a.low > b.low);
            let low_less = step(a.low < b.low);
            let order = persist(2 * high_greater - 2 * high_less + low_greater - low_less);
            let greater = step(order > 0);
            truth.byte = 1 - greater when first;
        }

        /// Greater or equal, signed.
        i64.ge_s = 0x59 : [a: i64 b: i64] -> [truth] {
            let high_greater = step(a.high > b.high);
            let high_less = step(a.high < b.high);
            let low_greater = step(a.low > b.low);
            let low_less = step(a.low < b.low);
            let order = persist(2 * high_greater - 2 * high_less + low_greater - low_less);
            let signs = persist(a.negative - b.negative);
            let less = step(order - 4 * signs < 0);
            truth.byte = 1 - less when first;
        }

        /// Greater or equal, unsigned.
        i64.ge_u = 0x5a : [a: i64 b: i64] -> [truth] {
            let high_greater = step(a.high > b.high);
            let high_less = step(a.high < b.high);
            let low_greater = step(a.low > b.low);
            let low_less = step(a.low < b.low);
            let order = persist(2 * high_greater - 2 * high_less + low_greater - low_less);
            let less = step(order < 0);
            truth.byte = 1 - less when first;
        }
    }
}
