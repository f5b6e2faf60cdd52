//! What is known of registers before a block is translated: from the operations of this block and of the common part
//! alone, since in a class a register may hold another number than in the whole plan.

use std::collections::{HashMap, HashSet};

use tvm_runtime::plan::{Block, Code, Operation, Register, WATCHED};

/// What is known of registers.
#[derive(Debug, Default)]
pub(crate) struct Known {
    constants: HashMap<Register, f64>,
    watched: HashSet<Register>,
}

impl Known {
    /// Takes up a block, in which every register is written once.
    pub(crate) fn learn(&mut self, code: &Code, block: Block) {
        for operation in code.operations(block) {
            match *operation {
                Operation::Sum { to, terms, offset } => {
                    let (terms, offset) = self.simplified(code.terms(terms), offset);
                    if terms.is_empty() {
                        self.constants.insert(to, offset);
                    }
                }
                Operation::Watched { to, .. } => _ = self.watched.insert(to),
                _ => {}
            }
        }
    }

    /// The number that a register holds for every token.
    pub(crate) fn constant(&self, register: Register) -> Option<f64> {
        self.constants.get(&register).copied()
    }

    /// No greater magnitude is in a register, unless the engine has refused. Infinite when that is not known; then it may
    /// be no number.
    pub(crate) fn magnitude(&self, register: Register) -> f64 {
        let watched = if self.watched.contains(&register) { WATCHED } else { f64::INFINITY };
        self.constant(register).map_or(watched, f64::abs)
    }

    /// A sum that is exact in any order, with its constant terms in the offset.
    pub(crate) fn simplified(
        &self,
        terms: &[(Register, f64)],
        offset: f64,
    ) -> (Vec<(Register, f64)>, f64) {
        let constant = |(register, weight): &(Register, f64)| {
            self.constant(*register).map(|constant| constant * weight)
        };
        let known: f64 = terms.iter().filter_map(constant).sum();
        let others = terms.iter().filter(|term| constant(term).is_none()).copied();
        (others.collect(), offset + known)
    }
}
