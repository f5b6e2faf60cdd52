//! A graph of ONNX that is put together node by node. A node is called as its result.

use std::collections::HashSet;

use super::proto::{Attribute, DOUBLE, Graph, INT64, Node, Tensor};

/// A graph that grows.
pub(super) struct Builder {
    pub(super) graph: Graph,
    constants: HashSet<String>,
}

/// The name of a tensor.
pub(super) type Name = String;

impl Builder {
    pub(super) fn new(name: &str) -> Builder {
        let graph = Graph { name: name.to_string(), ..Graph::default() };
        Builder { graph, constants: HashSet::new() }
    }

    /// A node with one result.
    pub(super) fn op(&mut self, kind: &str, inputs: &[&str], output: &str) -> Name {
        self.op_with(kind, inputs, output, Vec::new())
    }

    /// A node with one result and attributes.
    pub(super) fn op_with(
        &mut self,
        kind: &str,
        inputs: &[&str],
        output: &str,
        attribute: Vec<Attribute>,
    ) -> Name {
        self.graph.node.push(Node {
            input: inputs.iter().map(|input| input.to_string()).collect(),
            output: vec![output.to_string()],
            name: output.to_string(),
            op_type: kind.to_string(),
            attribute,
            doc_string: String::new(),
        });
        output.to_string()
    }

    /// Says what the last node is.
    pub(super) fn describe(&mut self, description: String) {
        if let Some(node) = self.graph.node.last_mut() {
            node.doc_string = description;
        }
    }

    /// A constant number, or numbers in a row.
    pub(super) fn numbers(&mut self, name: &str, numbers: &[f64], dims: &[usize]) -> Name {
        let bytes = numbers.iter().flat_map(|number| number.to_le_bytes()).collect();
        self.constant(Tensor::new(name, DOUBLE, dims, bytes))
    }

    /// A constant integer of no dimension.
    pub(super) fn integer(&mut self, name: &str, integer: i64) -> Name {
        self.constant(Tensor::new(name, INT64, &[], integer.to_le_bytes().to_vec()))
    }

    /// A list of constant integers.
    pub(super) fn integers(&mut self, name: &str, integers: impl IntoIterator<Item = i64>) -> Name {
        let integers: Vec<i64> = integers.into_iter().collect();
        let bytes = integers.iter().flat_map(|integer| integer.to_le_bytes()).collect();
        self.constant(Tensor::new(name, INT64, &[integers.len()], bytes))
    }

    /// Indices, such as rows or heads.
    pub(super) fn indices(&mut self, name: &str, indices: &[usize]) -> Name {
        self.integers(name, indices.iter().map(|&index| index as i64))
    }

    /// Adds a constant, unless one of this name is there.
    pub(super) fn constant(&mut self, tensor: Tensor) -> Name {
        let name = tensor.name.clone();
        if self.constants.insert(name.clone()) {
            self.graph.initializer.push(tensor);
        }
        name
    }

    /// What is at some indices of an axis.
    pub(super) fn gather(&mut self, from: &str, indices: &str, axis: i64, output: &str) -> Name {
        self.op_with("Gather", &[from, indices], output, vec![Attribute::int("axis", axis)])
    }

    pub(super) fn transpose(&mut self, from: &str, permutation: &[i64], output: &str) -> Name {
        self.op_with("Transpose", &[from], output, vec![Attribute::ints("perm", permutation)])
    }

    pub(super) fn concat(&mut self, parts: &[&str], axis: i64, output: &str) -> Name {
        self.op_with("Concat", parts, output, vec![Attribute::int("axis", axis)])
    }
}
