///What [`adder`] gives.
#[derive(Debug, Clone)]
#[allow(dead_code)]
pub struct Adder {
    /// 1 when the sum is no byte.
    pub over: ::tvm_core::graph::Form,
    /// The sum.
    pub sum: ::tvm_core::graph::Form,
}
/// Adds with a carry.
#[allow(unused_variables, clippy::clone_on_copy, clippy::too_many_arguments)]
pub fn adder(
    graph: &mut ::tvm_core::graph::Graph,
    left: &::tvm_core::graph::Form,
    right: &::tvm_core::graph::Form,
    columns: &Columns,
) -> Adder {
    let total = graph
        .bind(
            "total",
            |graph| {
                ((left.clone() + (right.clone() * 2))
                    - ((-columns.carry.clone()) * (limits::BYTE - 1)))
            },
        );
    let over = graph
        .bind(
            "over",
            |graph| {
                let difference = total.clone() - ::tvm_core::graph::Form::constant(255)
                    - ::tvm_core::graph::Form::constant(1);
                graph.step(difference)
            },
        );
    let sum = graph.bind("sum", |graph| (total.clone() - (over.clone() * 256)));
    Adder { over, sum }
}
