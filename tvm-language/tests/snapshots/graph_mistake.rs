::core::compile_error! {
    "product of two unknowns: a linear form cannot hold it; write `product(a, b)`, or `reglu(a, b)` where b is not negative"
}
///What [`multiply`] gives.
#[derive(Debug, Clone)]
#[allow(dead_code)]
pub struct Multiplied {
    /// The product.
    pub product: ::tvm_core::graph::Form,
}
/// Multiplies.
#[allow(unused_variables, clippy::clone_on_copy, clippy::too_many_arguments)]
pub fn multiply(
    graph: &mut ::tvm_core::graph::Graph,
    left: &::tvm_core::graph::Form,
    right: &::tvm_core::graph::Form,
) -> Multiplied {
    ::core::unreachable!()
}
