//! What wasmparser's operators are called in the text format, and their immediates.

use wasmparser::{MemArg, Operator, ValType};

/// The names that the text format writes with a dot after the first word.
const DOTTED: [&str; 8] = ["i32", "i64", "f32", "f64", "local", "global", "memory", "table"];

/// What wasmparser says of an operator.
struct Description {
    /// `visit_i32_add` for `i32.add`: the one spelling of the name that wasmparser has.
    visited: &'static str,
    /// The proposal that it comes from.
    proposal: &'static str,
    immediates: Immediates,
}

/// The immediates of an operator.
enum Immediates {
    None,
    /// Those of a load or a store.
    Access(MemArg),
    Other,
}

/// The immediates by their names, given twice: once to be matched, once to be used.
macro_rules! immediates {
    (;) => {
        Immediates::None
    };
    (memarg; $access:ident) => {
        Immediates::Access(*$access)
    };
    ($($name:ident)*; $($value:ident)*) => {{
        $(let _ = $value;)*
        Immediates::Other
    }};
}

macro_rules! define_description {
    ($( @$proposal:ident $operator:ident $({ $($argument:ident: $type:ty),* })? => $visit:ident ($($arity:tt)*) )*) => {
        fn description(operator: &Operator<'_>) -> Description {
            match operator {
                $( Operator::$operator { $($($argument),*)? } => Description {
                    visited: stringify!($visit),
                    proposal: stringify!($proposal),
                    immediates: immediates!($($($argument)*)?; $($($argument)*)?),
                }, )*
                _ => Description {
                    visited: "visit_unknown_operator",
                    proposal: "unknown",
                    immediates: Immediates::Other,
                },
            }
        }
    };
}
wasmparser::for_each_operator!(define_description);

/// The operator's name in the text format.
pub(crate) fn name(operator: &Operator<'_>) -> String {
    let visited = description(operator).visited;
    let name = visited.strip_prefix("visit_").unwrap_or(visited);
    match name.split_once('_') {
        Some((first, rest)) if DOTTED.contains(&first) => format!("{first}.{rest}"),
        _ => name.to_owned(),
    }
}

/// The immediate of an operator that maps to the opcode of the same name, if a set has one; none for
/// operators whose immediates say something else than an opcode's.
pub(crate) fn immediate(operator: &Operator<'_>) -> Option<u32> {
    match (operator, description(operator).immediates) {
        (Operator::I32Const { value }, _) => Some(value.cast_unsigned()),
        (_, Immediates::None) => Some(0),
        (_, Immediates::Access(access)) => u32::try_from(access.offset).ok(),
        (_, Immediates::Other) => None,
    }
}

/// Is it an operator of numbers that WebAssembly 1.0, sign extension or saturating conversion has? The
/// full set has all.
fn is_of_numbers(operator: &Operator<'_>) -> bool {
    let name = name(operator);
    let of_numbers = ["i32.", "i64.", "f32.", "f64."].iter().any(|one| name.starts_with(one));
    let proposal = description(operator).proposal;
    (of_numbers || name == "unreachable")
        && ["mvp", "sign_extension", "saturating_float_to_int"].contains(&proposal)
}

/// What to do about something that only the full instruction set has.
pub(crate) const OF_THE_FULL_SET: &str =
    " by this instruction set; the full one has it (--isa full)";

/// What to do when an instruction set has nothing for this operator.
pub(crate) fn hint(operator: &Operator<'_>) -> &'static str {
    use Operator::*;
    match operator {
        MemoryCopy { .. } | MemoryFill { .. } | MemoryInit { .. } | DataDrop { .. } => {
            OF_THE_FULL_SET
        }
        TableGet { .. } | TableSet { .. } | TableSize { .. } | TableGrow { .. } => OF_THE_FULL_SET,
        TableFill { .. } | TableCopy { .. } | TableInit { .. } | ElemDrop { .. } => OF_THE_FULL_SET,
        CallRef { .. } | ReturnCall { .. } | ReturnCallIndirect { .. } | ReturnCallRef { .. } => {
            OF_THE_FULL_SET
        }
        _ if is_of_numbers(operator) => OF_THE_FULL_SET,
        _ => proposal_hint(description(operator).proposal),
    }
}

/// What to do about an operator of a proposal.
fn proposal_hint(proposal: &str) -> &'static str {
    match proposal {
        "simd" | "relaxed_simd" => "; compile without vectors (clang: -mno-simd128)",
        "threads" => "; compile for one thread (clang: without -pthread and -matomics)",
        "exceptions" | "legacy_exceptions" => OF_THE_FULL_SET,
        "gc" => "; objects of the garbage collector are not supported",
        "function_references" => {
            "; a reference to an exception can be thrown and compared with null"
        }
        _ => "",
    }
}

/// What to say of values of a type that the machine has not.
pub(crate) fn hint_for_type(value_type: ValType) -> &'static str {
    match value_type {
        ValType::V128 => proposal_hint("simd"),
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use wasmparser::MemArgTarget;

    use super::*;

    #[test]
    fn immediates_are_none_or_those_of_an_access() {
        let access = |offset| MemArg {
            align: 2,
            max_align: 2,
            offset,
            target: MemArgTarget::Memory(0),
            ordering: None,
        };
        assert_eq!(immediate(&Operator::I64Rotl), Some(0));
        assert_eq!(immediate(&Operator::I32Const { value: -1 }), Some(u32::MAX));
        assert_eq!(immediate(&Operator::I64Load32U { memarg: access(7) }), Some(7));
        assert_eq!(immediate(&Operator::I32Store { memarg: access(1 << 32) }), None);
        assert_eq!(immediate(&Operator::I64Const { value: 0 }), None);
        assert_eq!(immediate(&Operator::MemoryGrow { mem: 0 }), None);
    }

    #[test]
    fn the_full_set_has_the_numbers_of_the_first_version() {
        for (operator, expected) in [
            (Operator::I64DivS, OF_THE_FULL_SET),
            (Operator::I64Extend32S, OF_THE_FULL_SET),
            (Operator::I32WrapI64, OF_THE_FULL_SET),
            (Operator::MemoryFill { mem: 0 }, OF_THE_FULL_SET),
            (Operator::I32TruncF32S, OF_THE_FULL_SET),
            (Operator::I32TruncSatF32S, OF_THE_FULL_SET),
            (Operator::F64Add, OF_THE_FULL_SET),
        ] {
            assert_eq!(hint(&operator), expected, "{operator:?}");
        }
        assert_ne!(hint(&Operator::I64Add128), OF_THE_FULL_SET);
    }

    #[test]
    fn names_are_those_of_the_text_format() {
        assert_eq!(name(&Operator::I32Extend8S), "i32.extend8_s");
        assert_eq!(name(&Operator::LocalGet { local_index: 0 }), "local.get");
        assert_eq!(name(&Operator::MemoryGrow { mem: 0 }), "memory.grow");
        assert_eq!(name(&Operator::BrIf { relative_depth: 0 }), "br_if");
        assert_eq!(name(&Operator::I64ExtendI32S), "i64.extend_i32_s");
        assert_eq!(
            name(&Operator::CallIndirect { type_index: 0, table_index: 0 }),
            "call_indirect"
        );
    }
}
