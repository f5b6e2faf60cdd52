//! A family with a mistake, even of syntax, is still there for those who name it.

tvm_core::opcode! {
    /// A family.
    pub FAMILY {
        /// Sum.
        i32.add = 0x6a : [a b] -> c {
            c.byte = a.byte + b.byte;
        }
    }
}

fn main() {
    assert!(FAMILY.is_empty());
}
