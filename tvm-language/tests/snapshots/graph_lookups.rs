///What [`memory`] gives.
#[derive(Debug, Clone)]
#[allow(dead_code)]
struct Memory {
    /// The value.
    pub loaded: ::tvm_core::graph::Form,
}
/// Memory.
#[allow(unused_variables, clippy::clone_on_copy, clippy::too_many_arguments)]
fn memory(
    graph: &mut ::tvm_core::graph::Graph,
    address: &::tvm_core::graph::Form,
    on: &::tvm_core::graph::Form,
    value: &::tvm_core::graph::Form,
) -> Memory {
    let loaded = graph
        .bind(
            "loaded",
            |graph| {
                {
                    let key = ::tvm_core::graph::Key::Integer {
                        key: address.clone(),
                        on: ::core::option::Option::Some(on.clone()),
                        query: (address.clone() + ::tvm_core::graph::Form::constant(1)),
                    };
                    let values = ::std::vec![value.clone()];
                    graph.lookup(key, values)
                }
                    .remove(0)
            },
        );
    let mut values = graph
        .bind_all(
            &["byte", "tick"],
            |graph| {
                let key = ::tvm_core::graph::Key::Integer {
                    key: address.clone(),
                    on: ::core::option::Option::None,
                    query: address.clone(),
                };
                let values = ::std::vec![value.clone(), on.clone()];
                graph.lookup(key, values)
            },
        )
        .into_iter();
    let byte = values.next().expect("a form for every value");
    let tick = values.next().expect("a form for every value");
    let nearest = graph
        .bind(
            "nearest",
            |graph| {
                {
                    let key = ::tvm_core::graph::Key::Plain {
                        key: [address.clone(), ::tvm_core::graph::Form::constant(1)],
                        query: [byte.clone(), tick.clone()],
                    };
                    let values = ::std::vec![value.clone()];
                    graph.lookup(key, values)
                }
                    .remove(0)
            },
        );
    Memory { loaded }
}
