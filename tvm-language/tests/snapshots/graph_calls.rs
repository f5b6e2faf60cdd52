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
    let at_least = {
        let form = {
            let difference = x.clone() - y.clone();
            graph.step(difference)
        };
        graph.name("at_least", form)
    };
    let at_most = {
        let form = {
            let difference = y.clone() - x.clone();
            graph.step(difference)
        };
        graph.name("at_most", form)
    };
    let less = {
        let form = {
            let difference = y.clone() - x.clone()
                - ::tvm_core::graph::Form::constant(1);
            graph.step(difference)
        };
        graph.name("less", form)
    };
    let same = {
        let form = {
            let difference = x.clone() - y.clone();
            graph.equal(difference)
        };
        graph.name("same", form)
    };
    let gated = {
        let form = {
            let (first, second) = (x.clone(), y.clone());
            graph.reglu(first, second)
        };
        graph.name("gated", form)
    };
    let multiplied = {
        let form = {
            let (first, second) = (
                x.clone(),
                (y.clone() + ::tvm_core::graph::Form::constant(1)),
            );
            graph.product(first, second)
        };
        graph.name("multiplied", form)
    };
    let squared = {
        let form = {
            let form = x.clone();
            graph.square(form)
        };
        graph.name("squared", form)
    };
    let sum = {
        let form = {
            let form = {
                let form = x.clone();
                graph.persist(form)
            };
            graph.cumsum(form)
        };
        graph.name("sum", form)
    };
    let looked_up = {
        let form = {
            let form = x.clone();
            graph.table(form, (0)..(256), &crate::bits::population)
        };
        graph.name("looked_up", form)
    };
    let counted = {
        let form = {
            let form = x.clone();
            graph.count(form, 4, LIMIT)
        };
        graph.name("counted", form)
    };
    let share = {
        let form = {
            let (form, unit) = (x.clone(), y.clone());
            graph.ratio(form, unit, LIMIT)
        };
        graph.name("share", form)
    };
    let before = {
        let form = {
            let form = x.clone();
            graph.recent(form, 2)
        };
        graph.name("before", form)
    };
    Calls {}
}
