//! Calls of an operator as one program, and what it writes.

use tvm_program::wasm::{CompileError, Invocation, compile_calls};
use tvm_program::{InstructionSet, Program, Value, ValueType};

use crate::operators::Operator;

/// The name under which the operator is exported.
const EXPORT: &str = "operator";

/// A module that exports an operator as a function.
fn module(operator: &Operator) -> Vec<u8> {
    let name = |value_type| match value_type {
        ValueType::I32 => "i32",
        ValueType::I64 => "i64",
        ValueType::F32 => "f32",
        ValueType::F64 => "f64",
    };
    let parameters: Vec<&str> = operator.parameters.iter().copied().map(name).collect();
    let operands: String =
        (0..parameters.len()).map(|index| format!("(local.get {index}) ")).collect();
    let text = format!(
        r#"(module (func (export "{EXPORT}") (param {}) (result {}) ({} {operands})))"#,
        parameters.join(" "),
        name(operator.result),
        operator.name
    );
    wat::parse_str(text).unwrap()
}

fn value(value_type: ValueType, bits: u64) -> Value {
    match value_type {
        ValueType::I32 => Value::I32(bits as u32),
        ValueType::I64 => Value::I64(bits),
        ValueType::F32 => Value::F32(bits as u32),
        ValueType::F64 => Value::F64(bits),
    }
}

/// The program that calls the operator with these arguments, one after the other.
pub fn program(operator: &Operator, set: &InstructionSet, arguments: &[(u64, u64)]) -> Program {
    compile(operator, set, arguments).unwrap()
}

/// The same in a set that may have no such operator.
pub fn compile(
    operator: &Operator,
    set: &InstructionSet,
    arguments: &[(u64, u64)],
) -> Result<Program, CompileError> {
    let calls: Vec<Invocation> = arguments
        .iter()
        .map(|&(a, b)| Invocation {
            function: EXPORT.to_owned(),
            arguments: operator
                .parameters
                .iter()
                .zip([a, b])
                .map(|(&of, bits)| value(of, bits))
                .collect(),
        })
        .collect();
    compile_calls(&module(operator), set, &[], &calls)
}

/// Compares what a program has written with what Rust says of the arguments, none of which trap.
pub fn compare(operator: &Operator, arguments: &[(u64, u64)], output: &[u8]) {
    let bytes = 4 * usize::from(operator.result.words());
    assert_eq!(output.len(), bytes * arguments.len(), "{}", operator.name);
    for (&(a, b), found) in arguments.iter().zip(output.chunks_exact(bytes)) {
        let mut wide = [0; 8];
        wide[..bytes].copy_from_slice(found);
        let (found, expected) = (u64::from_le_bytes(wide), (operator.by_rust)(a, b));
        assert_eq!(Ok(found), expected, "{} of {a:#x} and {b:#x}: {found:#x}", operator.name);
    }
}
