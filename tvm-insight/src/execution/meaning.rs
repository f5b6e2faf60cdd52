//! What an opcode means beyond its stack type: what its immediate is, and which part of the
//! machine it reads or changes. This is the one place that knows it by name; an opcode that is not
//! here has a stack type and nothing else that could be told.

use tvm_program::ValueType;

/// What an opcode does with its immediate and with the machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Meaning {
    /// Nothing that is known. The immediate is shown if there is one.
    Operator,
    /// The immediate is a value.
    Constant,
    /// The immediate is the number of a variable.
    Variable {
        /// Where the variable is.
        place: Place,
        /// Is it written or read?
        written: bool,
    },
    /// The immediate is added to the address.
    Access {
        /// How many bytes of memory are accessed.
        bytes: u8,
        /// Are they written or read?
        written: bool,
    },
    /// The immediate is a relative target; the branch is taken if there is no operand, or one
    /// that is not 0.
    Branch,
    /// The immediate is the number of the last branch in the row that follows.
    BranchTable,
    /// The immediate is the relative place of a function.
    Call,
    /// The immediate says how far it is back to the beginning of the function.
    Return,
    /// The immediate is the size of memory in pages.
    MemoryDeclare,
    /// There is no immediate.
    MemorySize,
    /// The immediate is the greatest size of memory in pages.
    MemoryGrow,
}

/// Where a variable is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// In the call.
    Local,
    /// In the module.
    Global,
}

impl Meaning {
    /// The meaning of the machine's own opcode with this name.
    pub(super) fn of(name: &str) -> Meaning {
        match name {
            "i32.const" | "i64.const" => Meaning::Constant,
            "br" | "br_if" => Meaning::Branch,
            "br_table" => Meaning::BranchTable,
            "call" => Meaning::Call,
            "return" => Meaning::Return,
            "memory.declare" => Meaning::MemoryDeclare,
            "memory.size" => Meaning::MemorySize,
            "memory.grow" => Meaning::MemoryGrow,
            _ => variable(name).or_else(|| access(name)).unwrap_or(Meaning::Operator),
        }
    }
}

fn variable(name: &str) -> Option<Meaning> {
    let (place, rest) = name.split_once('.')?;
    let place = match place {
        "local" => Place::Local,
        "global" => Place::Global,
        _ => return None,
    };
    let written = match rest.strip_suffix("64").unwrap_or(rest) {
        "get" => false,
        "set" | "tee" => true,
        _ => return None,
    };
    Some(Meaning::Variable { place, written })
}

fn access(name: &str) -> Option<Meaning> {
    let (value_type, rest) = name.split_once('.')?;
    let value_type = match value_type {
        "i32" => ValueType::I32,
        "i64" => ValueType::I64,
        _ => return None,
    };
    let stored = rest.strip_prefix("store");
    let bytes = match stored.or_else(|| rest.strip_prefix("load"))? {
        "" => 4 * value_type.words(),
        "8" | "8_s" | "8_u" => 1,
        "16" | "16_s" | "16_u" => 2,
        "32" | "32_s" | "32_u" => 4,
        _ => return None,
    };
    Some(Meaning::Access { bytes, written: stored.is_some() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use tvm_core::machine::{Machine, Target};

    /// The declarations say what is written, and how wide it is.
    #[test]
    fn what_is_written_is_what_the_declarations_assign() {
        use Target::{Global, Global64, Local, Local64};
        use Target::{Memory8, Memory16, Memory32, Memory64};
        for opcode in Machine::full().opcodes() {
            let targets = |targets: &[Target]| opcode.assigns(targets);
            let name = opcode.mnemonic;
            let (place, bytes) = match Meaning::of(name) {
                Meaning::Variable { place, written: true } => (Some(place), None),
                Meaning::Access { bytes, written: true } => (None, Some(bytes)),
                _ => (None, None),
            };
            assert_eq!(place == Some(Place::Local), targets(&[Local, Local64]), "{name}");
            assert_eq!(place == Some(Place::Global), targets(&[Global, Global64]), "{name}");
            let stores = targets(&[Memory8, Memory16, Memory32, Memory64]);
            assert_eq!(bytes, stores.then(|| opcode.bytes()), "{name}");
        }
    }

    #[test]
    fn what_is_read_is_in_the_name() {
        for opcode in Machine::full().opcodes() {
            let name = opcode.mnemonic;
            let reads = matches!(Meaning::of(name), Meaning::Variable { written: false, .. });
            assert_eq!(reads, name.contains(".get"), "{name}");
            let loads = matches!(Meaning::of(name), Meaning::Access { written: false, .. });
            assert_eq!(loads, name.contains("load"), "{name}");
        }
        let load = |bytes| Meaning::Access { bytes, written: false };
        assert_eq!(Meaning::of("i32.load16_u"), load(2));
        assert_eq!(Meaning::of("i64.load32_s"), load(4));
        assert_eq!(Meaning::of("i64.load"), load(8));
    }

    #[test]
    fn other_names_mean_nothing() {
        for name in ["sat_add", "local.sum", "i32.load_pair", "f32.load", "global.", "loader"] {
            assert_eq!(Meaning::of(name), Meaning::Operator, "{name}");
        }
    }
}
