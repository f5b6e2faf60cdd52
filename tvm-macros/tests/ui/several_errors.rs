//! Mistakes are reported together, one message each, in all opcodes of a family.

tvm_core::opcode! {
    /// A family.
    pub FAMILY {
        /// Sum.
        i32.add = 0x6a : [a b] -> [c] {
            let total = a.bite + b.byte + cary;
            c.byte = total * total;
            result.byte = total;
        }

        i32.sub = 0x6a : [a b] -> [c] {
            c.carry = squared(b.byte);
        }
    }
}

fn main() {}
