//! Names in the body of `graph!`, and those that its expansion uses itself. What it says of mistakes is tested in
//! `tvm-macros/tests`.

tvm_core::graph! {
    /// Names that the expansion uses itself.
    fn same_names(graph, scope, form) -> SameNames {
        let difference = graph - scope;
        let [key, values] = lookup { key: difference, query: form, values: [graph, scope] };
        /// A sum of all.
        graph = step(key >= values) + equal(scope, difference);
        /// The field before, since it hides the parameter.
        again = slot(graph);
    }
}

#[test]
fn names_of_a_body_and_of_its_expansion_do_not_meet() {
    let mut graph = tvm_core::graph::Graph::default();
    let [first, second, third] = ["first", "second", "third"].map(|name| graph.token_input(name));
    let same = same_names(&mut graph, &first, &second, &third);
    assert_ne!(same.graph, first);
    assert_ne!(same.again, same.graph);
}
