//! A name nearly known is suggested; one that resembles nothing is only named.

tvm_core::opcode! {
    /// A family.
    pub FAMILY {
        /// Sum.
        i32.add = 0x6a : [a b] -> [c] {
            let total = a.byte + b.byte + cary;
            c.byte = totl - immediate.bite;
            c.carry = zebra;
        }
    }
}

fn main() {}
