//! Operands and the parts of the machine belong to opcodes.

tvm_core::graph! {
    /// Sum.
    pub fn sum(left) -> Sum {
        /// The sum.
        sum = left + carry + left.byte;
    }
}

fn main() {}
