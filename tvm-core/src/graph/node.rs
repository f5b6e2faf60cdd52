//! The five kinds of node and the earliest phase at which each can be known.

use super::Form;

/// A node of one graph. Nodes are numbered in topological order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(pub u32);

/// A lookup of one graph: one key and one query, any number of values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LookupId(pub u32);

/// A family of neurons that is scheduled as one operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FamilyId(pub usize);

/// Half-layers in order: for layer `L`, `4L` lookups, `4L + 1` persists of the attention half,
/// `4L + 2` neurons, `4L + 3` persists of the feed-forward half. Inputs have phase -1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Phase(pub i32);

impl Phase {
    /// The phase of inputs: before the first layer.
    pub const INPUT: Phase = Phase(-1);

    fn next_with(self, remainder: i32, modulus: i32) -> Phase {
        let next = self.0 + 1;
        Phase(next + (remainder - next).rem_euclid(modulus))
    }

    /// The first attention after this phase.
    pub fn next_lookup(self) -> Phase {
        self.next_with(0, 4)
    }

    /// The first neurons after this phase.
    pub fn next_reglu(self) -> Phase {
        self.next_with(2, 4)
    }

    /// The first persist after this phase.
    pub fn next_persist(self) -> Phase {
        self.next_with(1, 2)
    }

    /// The layer this phase belongs to.
    pub fn layer(self) -> i32 {
        self.0.div_euclid(4)
    }
}

/// What the token, or its position, sets in the residual stream before the first layer.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Input {
    /// A column of the embedding.
    Token(String),
    /// The position of the token, from 0.
    Position,
    /// A coordinate (0 or 1) of the point that stands for the position modulo 8; see
    /// [`Graph::recent`](super::Graph::recent).
    Octagon(usize),
}

/// A node. Only nodes cost something: an embedding column, a neuron, a slot or half a head.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Node {
    /// Set by the token or its position.
    Input(Input),
    /// `max(0, gate) * value`: one neuron.
    ReGlu {
        /// The value that is multiplied by the gate.
        value: Form,
        /// The gate: the neuron is active where it is positive.
        gate: Form,
    },
    /// A linear form written to a residual slot.
    Persist(Form),
    /// One value of a lookup.
    Lookup {
        /// Which lookup.
        lookup: LookupId,
        /// Which of its values.
        value: usize,
    },
    /// The sum of a form over all tokens so far, this one included.
    Cumsum(Form),
}

/// Rightmost hard attention with a two-dimensional key: of all positions whose key has the
/// greatest scalar product with the query, the latest one gives its values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lookup {
    /// The key of each position.
    pub key: [Form; 2],
    /// The query of the current position.
    pub query: [Form; 2],
    /// The values of a position; two values make one head.
    pub values: Vec<Form>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phases_follow_each_other() {
        assert_eq!(Phase::INPUT.next_lookup(), Phase(0));
        assert_eq!(Phase::INPUT.next_reglu(), Phase(2));
        assert_eq!(Phase(0).next_lookup(), Phase(4));
        assert_eq!(Phase(2).next_persist(), Phase(3));
        assert_eq!(Phase(3).next_persist(), Phase(5));
        assert_eq!(Phase(7).layer(), 1);
    }
}
