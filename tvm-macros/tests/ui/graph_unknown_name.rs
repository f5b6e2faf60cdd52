//! Names of functions are parameters, earlier names and earlier fields.

tvm_core::graph! {
    /// Sum.
    pub fn sum(left, right) -> Sum {
        /// The sum.
        sum = left + rigth;
    }
}

fn main() {}
