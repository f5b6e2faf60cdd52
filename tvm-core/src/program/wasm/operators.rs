//! What wasmparser's operators are called in the text format, and their immediates.

use wasmparser::Operator;

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
        LocalGet { local_index } | LocalSet { local_index } | LocalTee { local_index } => {
            *local_index
        }
        GlobalGet { global_index } | GlobalSet { global_index } => *global_index,
        I32Load { memarg }
        | I32Load8S { memarg }
        | I32Load8U { memarg }
        | I32Load16S { memarg }
        | I32Load16U { memarg }
        | I32Store { memarg }
        | I32Store8 { memarg }
        | I32Store16 { memarg } => u32::try_from(memarg.offset).ok()?,
        Unreachable | Drop | Select | I32Eqz | I32Eq | I32Ne | I32LtS | I32LtU | I32GtS
        | I32GtU | I32LeS | I32LeU | I32GeS | I32GeU | I32Clz | I32Ctz | I32Popcnt | I32Add
        | I32Sub | I32Mul | I32DivS | I32DivU | I32RemS | I32RemU | I32And | I32Or | I32Xor
        | I32Shl | I32ShrS | I32ShrU | I32Rotl | I32Rotr | I32Extend8S | I32Extend16S => 0,
        _ => return None,
    })
}

/// What to do when an instruction set has no opcode for this operator.
pub(super) fn hint(operator: &Operator<'_>) -> &'static str {
    match operator {
        Operator::CallIndirect { .. } => "; call functions by name, not through pointers",
        _ if immediate(operator).is_some() => {
            " by this instruction set; the full one has it (--isa full)"
        }
        _ => "; the machine computes with i32 alone",
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
