//! What a program and its host ask of each other: the functions that it imports, and those that it exports.
//!
//! A host call is a *request*: `host.request` with the number of the import, its arguments, the last one first,
//! and then what the host answers. What it answers before the results are *actions*, each a word:
//! [`DONE`], [`SECTION`] with an address and bytes for memory, or [`FIRST_EXPORT`] plus the number of an export,
//! with its arguments. When the export returns, the request [`RETURNED`] says its results, the last one first.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{Access, INSTRUCTIONS_IN_WEIGHTS, ValueType};

/// The action of a host that has nothing more to do.
pub const DONE: u32 = 0;
/// The action of a host that writes bytes to memory.
pub const SECTION: u32 = 1;
/// The action of a host that calls the first export.
pub const FIRST_EXPORT: u32 = 2;
/// The number of the request that says what an export returns.
pub const RETURNED: u32 = u32::MAX;

/// The functions that a program imports and exports. Each is known by its place in its list.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Interface {
    /// The functions that are asked of a host.
    pub imports: Vec<Import>,
    /// The functions that a host can call.
    pub exports: Vec<Export>,
    /// The instructions that change memory, speak to the host, or write what addresses are read from, in order.
    #[serde(default)]
    pub accesses: Vec<(u32, Access)>,
}

/// A function that a program asks of its host.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Import {
    /// The name of the module that it is imported from.
    pub module: String,
    /// Its name.
    pub name: String,
    /// Its type.
    pub signature: Signature,
}

/// A function that a host can call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Export {
    /// Its name.
    pub name: String,
    /// Its type.
    pub signature: Signature,
}

/// The type of a function.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signature {
    /// The types of its parameters.
    pub parameters: Vec<ValueType>,
    /// The types of its results.
    pub results: Vec<ValueType>,
}

impl Interface {
    /// Does the program speak to a host at all?
    pub fn needs_host(&self) -> bool {
        self.accesses.iter().any(|(_, access)| *access == Access::Receive)
    }

    /// What contradicts itself in the interface of a model that was read. Who follows a run makes room for
    /// every instruction up to the last one that is named here.
    pub fn problem(&self) -> Option<String> {
        if !self.accesses.is_sorted_by(|(one, _), (next, _)| one < next) {
            return Some("the accesses are not in order".to_string());
        }
        let (last, _) = self.accesses.last()?;
        (*last as usize >= INSTRUCTIONS_IN_WEIGHTS).then(|| {
            format!("no model has an instruction {last}: it has at most {INSTRUCTIONS_IN_WEIGHTS}")
        })
    }

    /// The export of a name, and its number.
    pub fn export(&self, name: &str) -> Option<(u32, &Export)> {
        (0..).zip(&self.exports).find(|(_, export)| export.name == name)
    }
}

impl fmt::Display for Signature {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let list =
            |types: &[ValueType]| types.iter().map(|one| one.name()).collect::<Vec<_>>().join(" ");
        write!(formatter, "({}) -> ({})", list(&self.parameters), list(&self.results))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accesses_are_in_order_and_inside_of_the_weights() {
        let problem = |instructions: &[u32]| {
            let accesses = instructions.iter().map(|&one| (one, Access::Request)).collect();
            Interface { accesses, ..Interface::default() }.problem()
        };
        assert_eq!(problem(&[]), None);
        assert_eq!(problem(&[0, 7, (1 << 21) - 1]), None);
        assert_eq!(problem(&[7, 7]).unwrap(), "the accesses are not in order");
        assert_eq!(problem(&[8, 7]).unwrap(), "the accesses are not in order");
        let beyond = "no model has an instruction 2097152: it has at most 2097152";
        assert_eq!(problem(&[0, 1 << 21]).unwrap(), beyond);
    }
}
