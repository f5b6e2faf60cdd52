//! Some arguments are constants, some are forms.

tvm_core::graph! {
    /// Sign.
    pub fn past(form) -> Past {
        /// A distance that is not constant.
        before = recent(form, form + 1);
        /// A range where a form belongs.
        square = square(0..3);
    }
}

fn main() {}
