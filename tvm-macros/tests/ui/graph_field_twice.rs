//! A field is assigned once.

tvm_core::graph! {
    /// Sum.
    pub fn sum(left, right) -> Sum {
        /// The sum.
        sum = left + right;
        /// The same.
        sum = right + left;
    }
}

fn main() {}
