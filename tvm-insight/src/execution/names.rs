//! What the name of a machine's own opcode says: what its immediate is, and what the instruction
//! reads. Declarations say neither. Of an opcode that is not listed here nothing is assumed.

use tvm_program::ValueType;

/// What the immediate of an instruction is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Immediate {
    /// Unknown. It is shown if it is not 0.
    Unknown,
    /// There is none, or none that helps a reader.
    Hidden,
    /// A constant.
    Constant,
    /// A number: the index of a variable, a number of pages, the last branch of a table.
    Number,
    /// It is added to the address.
    Offset,
    /// The relative target of a branch.
    Target,
    /// The relative place of a function.
    Callee,
}

impl Immediate {
    /// The immediate of the opcode with this name.
    pub(super) fn of(name: &str) -> Immediate {
        match name {
            "i32.const" | "i64.const" => Immediate::Constant,
            "br" | "br_if" => Immediate::Target,
            "call" => Immediate::Callee,
            "return" | "memory.size" => Immediate::Hidden,
            "br_table" | "memory.declare" | "memory.grow" | "host.request" | "memory.data" => {
                Immediate::Number
            }
            _ if name.strip_prefix("br_if.").is_some_and(is_comparison) => Immediate::Target,
            _ if variable(name).is_some() => Immediate::Number,
            _ if access(name).is_some() => Immediate::Offset,
            _ => Immediate::Unknown,
        }
    }
}

/// What an instruction reads beyond its operands and its immediate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reads {
    /// The local that the immediate names.
    Local,
    /// The global that the immediate names.
    Global,
    /// Bytes of linear memory.
    Memory {
        /// How many.
        bytes: u8,
    },
    /// The size of linear memory.
    Pages,
}

impl Reads {
    /// What the opcode with this name reads; none where nothing is known.
    pub(super) fn of(name: &str) -> Option<Reads> {
        if name == "memory.size" {
            return Some(Reads::Pages);
        }
        match (variable(name), access(name)) {
            (Some((place, "get")), _) => Some(place),
            (_, Some(("load", bytes))) => Some(Reads::Memory { bytes }),
            _ => None,
        }
    }
}

/// Is it the name of a comparison of integers, or of the test for 0? There is a branch of each.
fn is_comparison(name: &str) -> bool {
    let relations =
        ["eqz", "eq", "ne", "lt_s", "lt_u", "gt_s", "gt_u", "le_s", "le_u", "ge_s", "ge_u"];
    matches!(name.split_once('.'), Some(("i32" | "i64", relation)) if relations.contains(&relation))
}

/// Where the variable is that an opcode accesses, and how: `get`, `set` or `tee`.
fn variable(name: &str) -> Option<(Reads, &str)> {
    let (place, rest) = name.split_once('.')?;
    let place = match place {
        "local" => Reads::Local,
        "global" => Reads::Global,
        _ => return None,
    };
    let access = rest.strip_suffix("64").unwrap_or(rest);
    matches!(access, "get" | "set" | "tee").then_some((place, access))
}

/// How an opcode accesses memory, `load` or `store`, and how many bytes of it.
fn access(name: &str) -> Option<(&str, u8)> {
    let (value_type, rest) = name.split_once('.')?;
    let value_type = match value_type {
        // Reserved words are memory too.
        "i32" | "reserved" => ValueType::I32,
        "i64" => ValueType::I64,
        _ => return None,
    };
    let direction = ["load", "store"].into_iter().find(|direction| rest.starts_with(direction))?;
    let bytes = match &rest[direction.len()..] {
        "" => 4 * value_type.words(),
        "8" | "8_s" | "8_u" => 1,
        "16" | "16_s" | "16_u" => 2,
        "32" | "32_s" | "32_u" => 4,
        _ => return None,
    };
    Some((direction, bytes))
}

#[cfg(test)]
mod tests {
    use super::*;
    use tvm_core::machine::{Control, Machine};

    #[test]
    fn names_say_what_is_read() {
        for opcode in Machine::full().opcodes() {
            let name = opcode.mnemonic;
            let read = Reads::of(name);
            let variable = matches!(read, Some(Reads::Local | Reads::Global));
            assert_eq!(variable, name.contains(".get"), "{name}");
            assert_eq!(matches!(read, Some(Reads::Memory { .. })), name.contains("load"), "{name}");
            assert_eq!(read == Some(Reads::Pages), name == "memory.size", "{name}");
        }
        assert_eq!(Reads::of("local.get64"), Some(Reads::Local));
        assert_eq!(Reads::of("i32.load16_u"), Some(Reads::Memory { bytes: 2 }));
        assert_eq!(Reads::of("i64.load32_s"), Some(Reads::Memory { bytes: 4 }));
        assert_eq!(Reads::of("i64.load"), Some(Reads::Memory { bytes: 8 }));
    }

    /// A branch jumps by its immediate, as the body of its opcode says.
    #[test]
    fn names_say_what_branches() {
        for opcode in Machine::full().opcodes() {
            let jumps = opcode.controls.contains(&Control::Jump) && opcode.mnemonic != "br_table";
            let target = Immediate::of(opcode.mnemonic) == Immediate::Target;
            assert_eq!(target, jumps, "{}", opcode.mnemonic);
        }
    }

    #[test]
    fn nothing_is_assumed_of_other_names() {
        for name in [
            "br_if.i32.add",
            "br_if.f64.lt",
            "br_if.",
            "sat_add",
            "local.sum",
            "i32.load_pair",
            "f32.load",
            "global.",
            "loader",
        ] {
            assert_eq!(Immediate::of(name), Immediate::Unknown, "{name}");
            assert_eq!(Reads::of(name), None, "{name}");
        }
    }
}
