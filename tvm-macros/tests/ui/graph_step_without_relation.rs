//! A step compares.

tvm_core::graph! {
    /// Sign.
    pub fn sign(form) -> Sign {
        /// 1 when not negative.
        positive = step(form);
    }
}

fn main() {}
