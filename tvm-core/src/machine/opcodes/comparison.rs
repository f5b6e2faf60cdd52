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
