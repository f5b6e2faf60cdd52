///What [`calls`] gives.
#[derive(Debug, Clone)]
#[allow(dead_code)]
struct Calls {}
/// One of each.
#[allow(unused_variables, clippy::clone_on_copy, clippy::too_many_arguments)]
fn calls(
    graph: &mut ::tvm_core::graph::Graph,
    x: &::tvm_core::graph::Form,
    y: &::tvm_core::graph::Form,
) -> Calls {
    let at_least = graph
        .bind(
            "at_least",
            |graph| {
                let difference = x.clone() - y.clone();
                graph.step(difference)
            },
        );
    let at_most = graph
        .bind(
            "at_most",
            |graph| {
                let difference = y.clone() - x.clone();
                graph.step(difference)
            },
        );
    let less = graph
        .bind(
            "less",
            |graph| {
                let difference = y.clone() - x.clone()
                    - ::tvm_core::graph::Form::constant(1);
                graph.step(difference)
            },
        );
    let same = graph
        .bind(
            "same",
            |graph| {
                let difference = x.clone() - y.clone();
                graph.equal(difference)
            },
        );
    let gated = graph
        .bind(
            "gated",
            |graph| {
                let (first, second) = (x.clone(), y.clone());
                graph.reglu(first, second)
            },
        );
    let multiplied = graph
        .bind(
            "multiplied",
            |graph| {
                let (first, second) = (
                    x.clone(),
                    (y.clone() + ::tvm_core::graph::Form::constant(1)),
                );
                graph.product(first, second)
            },
        );
    let squared = graph
        .bind(
            "squared",
            |graph| {
                let form = x.clone();
                graph.square(form)
            },
        );
    let sum = graph
        .bind(
            "sum",
            |graph| {
                let form = {
                    let form = x.clone();
                    graph.persist(form)
                };
                graph.cumsum(form)
            },
        );
    let looked_up = graph
        .bind(
            "looked_up",
            |graph| {
                let form = x.clone();
                graph.table(form, (0)..(256), &crate::bits::population)
            },
        );
    let counted = graph
        .bind(
            "counted",
            |graph| {
                let form = x.clone();
                graph.count(form, 4, LIMIT)
            },
        );
    let share = graph
        .bind(
            "share",
            |graph| {
                let (form, unit) = (x.clone(), y.clone());
                graph.ratio(form, unit, LIMIT)
            },
        );
    let before = graph
        .bind(
            "before",
            |graph| {
                let form = x.clone();
                graph.recent(form, 2)
            },
        );
    Calls {}
}
