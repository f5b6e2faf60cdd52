//! What wasmparser's operators are called in the text format, and their immediates.

use wasmparser::{Operator, ValType};

/// The names that the text format writes with a dot after the first word.
const DOTTED: [&str; 8] = ["i32", "i64", "f32", "f64", "local", "global", "memory", "table"];

macro_rules! define_visited_name {
    ($( @$proposal:ident $operator:ident $({ $($argument:ident: $type:ty),* })? => $visit:ident ($($arity:tt)*) )*) => {
        /// `visit_i32_add` for `i32.add`: the one spelling of the name that wasmparser has.
        fn visited_name(operator: &Operator<'_>) -> &'static str {
            match operator {
                $( Operator::$operator { .. } => stringify!($visit), )*
                _ => "visit_unknown_operator",
            }
        }

        /// The proposal that brought the operator, as wasmparser names it.
        fn proposal(operator: &Operator<'_>) -> &'static str {
            match operator {
                $( Operator::$operator { .. } => stringify!($proposal), )*
                _ => "unknown",
            }
        }
    };
}
wasmparser::for_each_operator!(define_visited_name);

/// The operator's name in the text format.
pub(super) fn name(operator: &Operator<'_>) -> String {
    let visited = visited_name(operator);
    let name = visited.strip_prefix("visit_").unwrap_or(visited);
    match name.split_once('_') {
        Some((first, rest)) if DOTTED.contains(&first) => format!("{first}.{rest}"),
        _ => name.to_owned(),
    }
}

/// The immediate of an operator that maps to an opcode of the same name; none for the operators
/// that do not.
pub(super) fn immediate(operator: &Operator<'_>) -> Option<u32> {
    use Operator::*;
    Some(match operator {
        I32Const { value } => value.cast_unsigned(),
        I32Load { memarg }
        | I32Load8S { memarg }
        | I32Load8U { memarg }
        | I32Load16S { memarg }
        | I32Load16U { memarg }
        | I32Store { memarg }
        | I32Store8 { memarg }
        | I32Store16 { memarg }
        | I64Load { memarg }
        | I64Load8S { memarg }
        | I64Load8U { memarg }
        | I64Load16S { memarg }
        | I64Load16U { memarg }
        | I64Load32S { memarg }
        | I64Load32U { memarg }
        | I64Store { memarg }
        | I64Store8 { memarg }
        | I64Store16 { memarg }
        | I64Store32 { memarg } => u32::try_from(memarg.offset).ok()?,
        _ if is_plain(operator) => 0,
        _ => return None,
    })
}

/// Is it an operator without immediate that maps to an opcode?
fn is_plain(operator: &Operator<'_>) -> bool {
    use Operator::*;
    is_comparison(operator)
        || matches!(
            operator,
            Unreachable
                | I32Clz
                | I32Ctz
                | I32Popcnt
                | I32Add
                | I32Sub
                | I32Mul
                | I32DivS
                | I32DivU
                | I32RemS
                | I32RemU
                | I32And
                | I32Or
                | I32Xor
                | I32Shl
                | I32ShrS
                | I32ShrU
                | I32Rotl
                | I32Rotr
                | I32Extend8S
                | I32Extend16S
                | I64Clz
                | I64Ctz
                | I64Popcnt
                | I64Add
                | I64Sub
                | I64Mul
                | I64And
                | I64Or
                | I64Xor
                | I64Shl
                | I64ShrS
                | I64ShrU
                | I64Rotl
                | I64Rotr
                | I64Extend8S
                | I64Extend16S
                | I64ExtendI32S
        )
}

fn is_comparison(operator: &Operator<'_>) -> bool {
    use Operator::*;
    matches!(
        operator,
        I32Eqz
            | I32Eq
            | I32Ne
            | I32LtS
            | I32LtU
            | I32GtS
            | I32GtU
            | I32LeS
            | I32LeU
            | I32GeS
            | I32GeU
            | I64Eqz
            | I64Eq
            | I64Ne
            | I64LtS
            | I64LtU
            | I64GtS
            | I64GtU
            | I64LeS
            | I64LeU
            | I64GeS
            | I64GeU
    )
}

/// What to do about something that only the full instruction set has.
pub(super) const OF_THE_FULL_SET: &str =
    " by this instruction set; the full one has it (--isa full)";
/// What to say of floating point.
const FLOATING_POINT: &str = "; floating point is not supported, only i32 and i64 are";

/// What to do when an instruction set has nothing for this operator.
pub(super) fn hint(operator: &Operator<'_>) -> &'static str {
    use Operator::*;
    let name = name(operator);
    match operator {
        _ if name.contains("f32") || name.contains("f64") => FLOATING_POINT,
        I64Const { .. }
        | I32WrapI64
        | I64ExtendI32U
        | I64Extend32S
        | I64DivS
        | I64DivU
        | I64RemS
        | I64RemU
        | MemoryCopy { .. }
        | MemoryFill { .. } => OF_THE_FULL_SET,
        _ if immediate(operator).is_some() => OF_THE_FULL_SET,
        MemoryInit { .. } | DataDrop { .. } => "; initialise memory by active data segments",
        _ => proposal_hint(proposal(operator)),
    }
}

/// What to do about an operator of a proposal.
fn proposal_hint(proposal: &str) -> &'static str {
    match proposal {
        "simd" | "relaxed_simd" => "; compile without vectors (clang: -mno-simd128)",
        "threads" => "; compile for one thread (clang: without -pthread and -matomics)",
        "tail_call" => "; compile without tail calls (clang: -mno-tail-call)",
        "exceptions" | "legacy_exceptions" => {
            "; compile without exceptions (clang: -fno-exceptions)"
        }
        "gc" => "; objects of the garbage collector are not supported",
        "wide_arithmetic" => "; compile without it (clang: -mno-wide-arithmetic)",
        _ => "; functions are called, but not handled as values, and tables do not change",
    }
}

/// What to say of values of a type that the machine has not.
pub(super) fn hint_for_type(value_type: ValType) -> &'static str {
    match value_type {
        ValType::F32 | ValType::F64 => FLOATING_POINT,
        ValType::V128 => proposal_hint("simd"),
        _ => "; only i32 and i64 are",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
