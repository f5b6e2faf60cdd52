//! Names of nodes, for people: nothing is computed with them.
//!
//! The author names what is built, and a node is called after what it was built for: the names that
//! were open when it was added, joined with dots. So the neurons of a value have the value's name. An
//! equal node that is built again keeps its first name. A part that several others ask for has a
//! name of its own, which does not depend on who asks first ([`Graph::shared`]).
//!
//! A sum of neurons that is written to a slot only when a later layer reads it is called as its
//! author bound it, not as its reader.

use std::collections::HashMap;
use std::sync::Arc;

use super::{Form, Graph, Input, Node, NodeId};

/// The names of a graph, and those that are open.
#[derive(Debug, Clone, Default)]
pub(super) struct Naming {
    /// The open names, the outermost first.
    open: Vec<String>,
    /// For every node, those that were open when it was added. Many neurons of a table have the same.
    nodes: Vec<Arc<[String]>>,
    /// Sums of neurons that were bound, without a common factor.
    sums: HashMap<Form, Vec<String>>,
}

/// The names that were open before others, to be opened again.
#[derive(Debug)]
pub(crate) struct Outer(Vec<String>);

/// A binding that is open.
#[derive(Debug)]
pub(crate) struct Binding {
    /// How many nodes there were before.
    nodes: usize,
    outer: Outer,
}

impl Naming {
    /// A node was added.
    pub(super) fn added(&mut self) {
        let names = match self.nodes.last() {
            Some(last) if **last == *self.open => last.clone(),
            _ => self.open.as_slice().into(),
        };
        self.nodes.push(names);
    }

    fn of(&self, node: NodeId) -> &[String] {
        &self.nodes[node.0 as usize]
    }
}

impl Graph {
    /// The name that its author gave a node; one of its kind and number where none did.
    pub fn name_of(&self, node: NodeId) -> String {
        let kind = match self.node(node) {
            Node::Input(Input::Token(column)) => return column.clone(),
            Node::Input(Input::Position) => return "position".into(),
            Node::Input(Input::Octagon(0)) => return "octagon.x".into(),
            Node::Input(Input::Octagon(_)) => return "octagon.y".into(),
            Node::ReGlu { .. } => "reglu",
            Node::Persist(_) => "persist",
            Node::Lookup { .. } => "lookup",
            Node::Cumsum(_) => "cumsum",
        };
        match self.naming.of(node) {
            [] => format!("{kind}.{}", node.0),
            names => names.join("."),
        }
    }

    /// Opens a name within those that are open.
    pub(crate) fn open(&mut self, name: &str) -> Outer {
        let outer = self.naming.open.clone();
        self.naming.open.push(name.to_string());
        Outer(outer)
    }

    /// Opens a name in place of those that are open.
    pub(crate) fn open_alone(&mut self, name: &str) -> Outer {
        Outer(std::mem::replace(&mut self.naming.open, vec![name.to_string()]))
    }

    /// Closes all that are open.
    pub(crate) fn close_all(&mut self) -> Outer {
        Outer(std::mem::take(&mut self.naming.open))
    }

    /// Closes what was opened last.
    pub(crate) fn close(&mut self, Outer(outer): Outer) {
        self.naming.open = outer;
    }

    /// Builds something under a name within those that are open.
    pub(crate) fn within<T>(&mut self, name: &str, build: impl FnOnce(&mut Graph) -> T) -> T {
        let outer = self.open(name);
        let built = build(self);
        self.close(outer);
        built
    }

    /// Builds a part that several others ask for, under a name that is only its own.
    pub(crate) fn shared<T>(&mut self, name: &str, build: impl FnOnce(&mut Graph) -> T) -> T {
        let outer = self.open_alone(name);
        let built = build(self);
        self.close(outer);
        built
    }

    /// Builds a value under its name.
    pub fn bind(&mut self, name: &str, build: impl FnOnce(&mut Graph) -> Form) -> Form {
        self.bind_all(&[name], |graph| vec![build(graph)]).remove(0)
    }

    /// Builds several values under a name each. What is added besides has the first name.
    pub fn bind_all(
        &mut self,
        names: &[&str],
        build: impl FnOnce(&mut Graph) -> Vec<Form>,
    ) -> Vec<Form> {
        let binding = self.open_binding(names[0]);
        let forms = build(self);
        self.close_binding(binding, names, &forms);
        forms
    }

    /// Opens the first name of what is bound.
    pub(crate) fn open_binding(&mut self, first: &str) -> Binding {
        Binding { nodes: self.naming.nodes.len(), outer: self.open(first) }
    }

    /// Closes it, and gives what is bound its names.
    pub(crate) fn close_binding(&mut self, binding: Binding, names: &[&str], forms: &[Form]) {
        let Binding { nodes, outer } = binding;
        let built_within = self.naming.open.clone();
        self.close(outer);
        for (form, name) in forms.iter().zip(names) {
            let name: Vec<String> =
                self.naming.open.iter().cloned().chain([name.to_string()]).collect();
            if let Some(sum) = self.sum_of_neurons(form) {
                self.naming.sums.entry(sum).or_insert(name);
            } else if let Some(NodeId(node)) = form.as_node() {
                let node = node as usize;
                if node >= nodes && *self.naming.nodes[node] == *built_within {
                    self.naming.nodes[node] = name.into();
                }
            }
        }
    }

    /// Builds what says whether a form is at least 0. Where the form is a node and a number, it is
    /// called after both, such as `index.at_least_4`, whoever asks first.
    pub(crate) fn reaching(&mut self, form: &Form, build: impl FnOnce(&mut Graph) -> Form) -> Form {
        let Some((node, sign)) = as_signed_node(form) else { return build(self) };
        let (node, number) = (self.name_of(node), form.offset());
        let name = match sign {
            1 => format!("{node}.at_least_{}", -number),
            _ => format!("{node}.at_most_{number}"),
        };
        let outer = self.close_all();
        let built = self.bind(&name, build);
        self.close(outer);
        built
    }

    /// Builds the neuron of a gate. Where the gate is a node and a number, it is called after both, such
    /// as `index.over_3`, whoever asks first.
    pub(super) fn over(&mut self, gate: &Form, build: impl FnOnce(&mut Graph) -> Form) -> Form {
        let Some((node, sign)) = as_signed_node(gate) else { return build(self) };
        let (node, number) = (self.name_of(node), gate.offset());
        let name = match sign {
            1 => format!("{node}.over_{}", -number),
            _ => format!("{node}.under_{number}"),
        };
        self.shared(&name, build)
    }

    /// Builds something of a form: under a name within the form's where that is one node, whoever asks
    /// first, else within those that are open.
    pub(super) fn of<T>(
        &mut self,
        form: &Form,
        name: &str,
        build: impl FnOnce(&mut Graph) -> T,
    ) -> T {
        let mut nodes = form.terms().map(|(node, _)| node);
        match (nodes.next(), nodes.next()) {
            (Some(node), None) => {
                let name = format!("{}.{name}", self.name_of(node));
                self.shared(&name, build)
            }
            _ => self.within(name, build),
        }
    }

    /// Adds the slot of a sum of neurons: as the sum was bound, else by what its neurons have in common,
    /// else as a part of what is built.
    pub(super) fn as_sum(
        &mut self,
        sum: &Form,
        part: usize,
        add: impl FnOnce(&mut Graph) -> Form,
    ) -> Form {
        let bound = self.sum_of_neurons(sum).and_then(|sum| self.naming.sums.get(&sum).cloned());
        let name = bound.unwrap_or_else(|| self.in_common(sum));
        if self.naming.open.is_empty() && name.is_empty() {
            return add(self);
        }
        if self.naming.open.starts_with(&name) {
            return self.within(&format!("part_{part}"), add);
        }
        let outer = Outer(std::mem::replace(&mut self.naming.open, name));
        let added = add(self);
        self.close(outer);
        added
    }

    /// The outer names that all nodes of a form have.
    fn in_common(&self, form: &Form) -> Vec<String> {
        let mut names = form.terms().map(|(node, _)| self.naming.of(node));
        let first = names.next().unwrap_or_default().to_vec();
        names.fold(first, |common, name| {
            let both = common.into_iter().zip(name).take_while(|(one, other)| one == *other);
            both.map(|(one, _)| one).collect()
        })
    }

    /// The neurons of a form without their common factor, if there are several.
    fn sum_of_neurons(&self, form: &Form) -> Option<Form> {
        let is_neuron = |(node, _): &(NodeId, i64)| matches!(self.node(*node), Node::ReGlu { .. });
        let sum = Form::of_terms(0, form.terms().filter(is_neuron).collect());
        (sum.terms().count() > 1).then(|| sum.divided(sum.common_factor()))
    }
}

/// The node that a form is, or is the negation of, but for a number; and the sign.
fn as_signed_node(form: &Form) -> Option<(NodeId, i64)> {
    let mut terms = form.terms();
    match (terms.next(), terms.next()) {
        (Some((node, sign @ (1 | -1))), None) => Some((node, sign)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::Key;
    use super::*;

    fn name(graph: &Graph, form: &Form) -> String {
        graph.name_of(form.as_node().expect("one node"))
    }

    /// What a later neuron reads of a form: the slot that it was written to.
    fn slot(graph: &mut Graph, form: Form) -> Form {
        let reader = graph.within("reader", |graph| graph.reglu(form, Form::constant(1)));
        let node = reader.as_node().expect("a neuron");
        let Node::ReGlu { value, .. } = graph.node(node) else { panic!("a neuron") };
        Form::node(value.terms().next().expect("it reads something").0)
    }

    #[test]
    fn nodes_are_called_after_what_they_are_built_for() {
        let mut graph = Graph::new();
        let x = graph.token_input("x");
        let value = graph.within("adder", |graph| {
            graph.bind("total", |graph| graph.reglu(x.clone(), x.clone()))
        });
        assert_eq!((name(&graph, &x), name(&graph, &value)), ("x".into(), "adder.total".into()));
        let again = graph.bind("other", |graph| graph.reglu(x.clone(), x.clone()));
        assert_eq!(name(&graph, &again), "adder.total");
        let nameless = graph.reglu(x.clone(), x + Form::constant(1));
        assert_eq!(name(&graph, &nameless), "reglu.2");
    }

    #[test]
    fn shared_parts_are_not_called_after_who_asks_first() {
        let mut graph = Graph::new();
        let x = graph.token_input("x");
        let before = graph.within("reader", |graph| graph.recent(x.clone(), 2));
        assert_eq!(name(&graph, &before), "x.2_ago");
        let reached = graph.within("reader", |graph| graph.step(x.clone() - Form::constant(4)));
        let slot = slot(&mut graph, reached);
        assert_eq!(name(&graph, &slot), "x.at_least_4");
        let part = graph.within("reader", |graph| {
            graph.shared("part", |graph| graph.reglu(x.clone(), x.clone()))
        });
        assert_eq!(name(&graph, &part), "part");
    }

    #[test]
    fn a_sum_that_is_written_later_has_the_name_it_was_bound_to() {
        let mut graph = Graph::new();
        let x = graph.token_input("x");
        let function = |at: i64| at * at % 7;
        let low = graph.bind("low", |graph| graph.table(x.clone(), 0..16, &function));
        let high = graph.bind("high", |graph| graph.table(x.clone(), 0..16, &|at| at & 3));
        let [low, high] = [low, high].map(|form| slot(&mut graph, form));
        assert_eq!((name(&graph, &low), name(&graph, &high)), ("low".into(), "high".into()));
    }

    #[test]
    fn several_values_have_a_name_each() {
        let mut graph = Graph::new();
        let [x, y] = ["x", "y"].map(|column| graph.token_input(column));
        let key = Key::Integer { key: x.clone(), on: None, query: y.clone() };
        let found = graph.bind_all(&["a", "b"], |graph| graph.lookup(key, vec![x.clone(), y]));
        assert_eq!([0, 1].map(|at| name(&graph, &found[at])), ["a", "b"]);
        let neuron = graph.nodes().find(|(_, node)| matches!(node, Node::ReGlu { .. }));
        assert_eq!(graph.name_of(neuron.expect("the square of the key").0), "x.square");
    }
}
