//! The instruction sets that have a universal model, by their names.

use std::fmt;
use std::str::FromStr;

use tvm_core::machine::Machine;
use tvm_core::model::Model;
use tvm_runtime::engine::GeneratedKernel;

use crate::{classic, full};

/// An instruction set that has a universal model.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Isa {
    /// The 36 classic mnemonics.
    Classic,
    /// All opcodes, with traps.
    Full,
}

impl Isa {
    /// All of them.
    pub const ALL: [Isa; 2] = [Isa::Classic, Isa::Full];

    /// Its name: that of its machine.
    pub fn name(self) -> &'static str {
        match self {
            Isa::Classic => "classic",
            Isa::Full => "full",
        }
    }

    /// That of a model. Models of other machines are taken for `full`.
    pub fn of(model: &Model) -> Isa {
        model.description.instruction_set.parse().unwrap_or(Isa::Full)
    }

    /// The machine with its opcodes.
    pub fn machine(self) -> Machine {
        match self {
            Isa::Classic => Machine::classic(),
            Isa::Full => Machine::full(),
        }
    }

    /// The file of its universal model, and the kernel.
    pub fn universal(self) -> (&'static [u8], GeneratedKernel) {
        match self {
            Isa::Classic => (classic::MODEL, classic::KERNEL),
            Isa::Full => (full::MODEL, full::KERNEL),
        }
    }
}

impl fmt::Display for Isa {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Isa {
    type Err = String;

    fn from_str(text: &str) -> Result<Isa, String> {
        let found = Isa::ALL.into_iter().find(|isa| isa.name() == text);
        found.ok_or_else(|| format!("no instruction set {text:?}: classic or full"))
    }
}
