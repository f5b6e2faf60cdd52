//! Types are WebAssembly's value types.

tvm_core::opcode! {
    /// A family.
    pub FAMILY {
        /// A short.
        short = 0x01 : [a: i16] -> [c] {
            c.byte = a.byte;
        }
    }
}

fn main() {}
