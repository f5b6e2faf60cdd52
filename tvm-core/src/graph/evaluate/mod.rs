//! The exact meaning of a graph: every token is evaluated in integer arithmetic, without floats,
//! layers or weights. It also checks the bound that the weights need: the absolute values of
//! the terms of every form add up to less than 2^53, so an f64 computes it exactly in any order.

mod engine;
mod store;

use thiserror::Error;

use super::{Form, Input, Node, NodeId, TokenGraph};
use store::Store;

pub use engine::ExactEngine;

/// Sums of absolute terms stay below this, so that every partial sum is an exact f64.
pub const EXACT: i128 = 1 << 53;

/// A value outside the integers that an f64 holds exactly.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{node} reaches {magnitude} at position {position}: beyond the exact integers of f64")]
pub struct Inexact {
    /// The author's name of the node, or the token whose score it is.
    pub node: String,
    /// The sum of absolute terms.
    pub magnitude: i128,
    /// The position of the token.
    pub position: usize,
}

/// Executes a graph token by token.
#[derive(Debug)]
pub struct Evaluator<'graph> {
    definition: &'graph TokenGraph,
    position: usize,
    values: Vec<i128>,
    sums: Vec<i128>,
    stores: Vec<Store>,
    lookups_before: Vec<(NodeId, usize)>,
}

/// The integer points that stand for positions modulo 8; see `Graph::recent`.
pub const OCTAGON: [[i64; 2]; 8] =
    [[3, 0], [2, 2], [0, 3], [-2, 2], [-3, 0], [-2, -2], [0, -3], [2, -2]];

impl<'graph> Evaluator<'graph> {
    /// An evaluator that has seen no token.
    pub fn new(definition: &'graph TokenGraph) -> Self {
        let graph = &definition.graph;
        let number = graph.nodes().count();
        Evaluator {
            definition,
            position: 0,
            values: vec![0; number],
            sums: vec![0; number],
            stores: graph.lookups().iter().map(|_| Store::default()).collect(),
            lookups_before: first_uses(definition),
        }
    }

    /// Reads a token.
    ///
    /// # Errors
    /// [`Inexact`] when a value is outside the integers that an f64 holds exactly.
    ///
    /// # Panics
    /// When there is no such token.
    pub fn feed(&mut self, token: usize) -> Result<(), Inexact> {
        let definition = self.definition;
        let mut pending = self.lookups_before.clone().into_iter().peekable();
        for (id, node) in definition.graph.nodes() {
            while let Some((first, lookup)) = pending.next_if(|&(first, _)| first == id) {
                self.attend(first, lookup)?;
            }
            let value = self.value(id, node, token)?;
            self.values[id.0 as usize] = value;
        }
        self.keep_promises()?;
        self.position += 1;
        Ok(())
    }

    fn keep_promises(&self) -> Result<(), Inexact> {
        for (form, bound) in self.definition.graph.small_forms() {
            let value = self.inspect(form)?.abs();
            if value >= i128::from(*bound) {
                let node = format!("a comparison of numbers below {bound}");
                return Err(Inexact { node, magnitude: value, position: self.position });
            }
        }
        Ok(())
    }

    /// About how many bytes hold what is remembered of the tokens so far.
    pub fn memory(&self) -> usize {
        self.stores.iter().map(Store::memory).sum()
    }

    /// The token that follows.
    ///
    /// # Errors
    /// [`Inexact`] when a score is outside the integers that an f64 holds exactly.
    ///
    /// # Panics
    /// When no token can be generated.
    pub fn predict(&self) -> Result<usize, Inexact> {
        let mut best: Option<(i128, usize)> = None;
        for (token, row) in self.definition.tokens.iter().enumerate() {
            let Some(score) = &row.score else { continue };
            let score = self.form(score, || format!("score of {}", row.name))?;
            if best.is_none_or(|(greatest, _)| score > greatest) {
                best = Some((score, token));
            }
        }
        Ok(best.expect("some token can be generated").1)
    }

    /// The value of a form at the current position.
    ///
    /// # Errors
    /// [`Inexact`] as in [`Evaluator::feed`].
    pub fn inspect(&self, form: &Form) -> Result<i128, Inexact> {
        self.form(form, || "inspected form".to_string())
    }

    fn form(&self, form: &Form, name: impl Fn() -> String) -> Result<i128, Inexact> {
        let mut sum = i128::from(form.offset());
        let mut magnitude = sum.abs();
        for (node, coefficient) in form.terms() {
            let term = self.values[node.0 as usize] * i128::from(coefficient);
            sum += term;
            magnitude += term.abs();
        }
        self.exact(magnitude, name)?;
        Ok(sum)
    }

    fn exact(&self, magnitude: i128, name: impl Fn() -> String) -> Result<(), Inexact> {
        if magnitude < EXACT {
            return Ok(());
        }
        Err(Inexact { node: name(), magnitude, position: self.position })
    }

    fn value(&mut self, id: NodeId, node: &Node, token: usize) -> Result<i128, Inexact> {
        let name = || self.definition.graph.name_of(id);
        Ok(match node {
            Node::Input(Input::Token(_)) => {
                self.definition.tokens[token].sets.get(&id).copied().unwrap_or(0).into()
            }
            Node::Input(Input::Position) => self.position as i128,
            Node::Input(Input::Octagon(axis)) => OCTAGON[self.position % 8][*axis].into(),
            Node::ReGlu { value, gate } => {
                let gate = self.form(gate, name)?.max(0);
                let product = if gate == 0 { 0 } else { gate * self.form(value, name)? };
                self.exact(product.abs(), name)?;
                product
            }
            Node::Persist(form) => self.form(form, name)?,
            Node::Lookup { lookup, value } => self.stores[lookup.0 as usize].chosen()[*value],
            Node::Cumsum(form) => {
                let sum = self.sums[id.0 as usize] + self.form(form, name)?;
                self.sums[id.0 as usize] = sum;
                sum
            }
        })
    }

    /// Evaluates a lookup; it is called after the first node that reads it.
    fn attend(&mut self, first: NodeId, index: usize) -> Result<(), Inexact> {
        let graph = &self.definition.graph;
        let lookup = &graph.lookups()[index];
        let name = || format!("the lookup of {}", graph.name_of(first));
        let evaluate = |form: &Form| self.form(form, name);
        let key = [evaluate(&lookup.key[0])?, evaluate(&lookup.key[1])?];
        let query = [evaluate(&lookup.query[0])?, evaluate(&lookup.query[1])?];
        let values = lookup.values.iter().map(evaluate).collect::<Result<Vec<_>, _>>()?;
        self.stores[index].insert(key, self.position, values);
        self.stores[index].choose(query);
        Ok(())
    }
}

/// For every lookup, the first node that reads it: there it is evaluated, after all nodes that any
/// of its values read.
fn first_uses(definition: &TokenGraph) -> Vec<(NodeId, usize)> {
    let graph = &definition.graph;
    let mut first = vec![None; graph.lookups().len()];
    for (id, node) in graph.nodes() {
        if let Node::Lookup { lookup, .. } = node {
            first[lookup.0 as usize].get_or_insert(id);
        }
    }
    let mut uses: Vec<(NodeId, usize)> =
        first.into_iter().enumerate().filter_map(|(lookup, id)| Some((id?, lookup))).collect();
    uses.sort();
    uses
}
