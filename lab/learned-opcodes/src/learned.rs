//! Opcodes that were learned by gradient. `lab/learned_opcodes.py --write` writes this file: every number in it was a weight that
//! was trained and then rounded.

tvm_core::opcode! {
    /// Arithmetic that was learned.
    pub LEARNED {
        /// The sum of two numbers without sign, at most 2^32 - 1.
        learned.sat_add = 0xe0 : [a: i32 b: i32] -> [result: i32] {
            let relation = step(a.value + b.value >= 4294967296);
            let wraps = step(a.byte + b.byte + carry - 257 * relation >= 256);
            result.byte = a.byte + b.byte + carry - 256 * wraps + reglu(0 - a.byte - b.byte - carry + 256 * wraps + 255, relation);
            result.carry = wraps;
        }

        /// The difference of two numbers without sign, at least 0.
        learned.sat_sub = 0xe1 : [a: i32 b: i32] -> [result: i32] {
            let relation = step(order(a, b).unsigned < 0);
            let wraps = step(0 - a.byte + b.byte + carry - 257 * relation >= 1);
            result.byte = a.byte - b.byte - carry + 256 * wraps + reglu(0 - a.byte + b.byte + carry - 256 * wraps, relation);
            result.carry = wraps;
        }

        /// The less of two numbers without sign.
        learned.min_u = 0xe2 : [a: i32 b: i32] -> [result: i32] {
            let relation = step(order(a, b).unsigned < 0);
            result.byte = b.byte + reglu(a.byte - b.byte, relation);
        }

        /// The greater of two numbers without sign.
        learned.max_u = 0xe3 : [a: i32 b: i32] -> [result: i32] {
            let relation = step(order(a, b).unsigned < 0);
            result.byte = a.byte + reglu(0 - a.byte + b.byte, relation);
        }
    }
}
