//! Which values are on the stack at the end of a function of WebAssembly.

use tvm_program::ValueType;
use wasmparser::{
    FuncToValidate, Operator, Parser, ValType, ValidPayload, Validator, ValidatorResources,
};

/// A value on the stack, by its type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct OnStack(pub(super) ValueType);

/// The types on the stack before the `return` at the end of the last function of a module, bottom first.
///
/// # Errors
/// Why the module is not valid.
pub(super) fn stack(module: &[u8]) -> Result<Vec<OnStack>, String> {
    let mut validator = Validator::new();
    let mut last = Vec::new();
    for payload in Parser::new(0).parse_all(module) {
        let payload = payload.map_err(|error| error.message().to_owned())?;
        let valid = validator.payload(&payload).map_err(|error| error.message().to_owned())?;
        if let ValidPayload::Func(function, body) = valid {
            last = of_function(function, &body).map_err(|error| error.message().to_owned())?;
        }
    }
    last.into_iter().map(known).collect()
}

/// The types on the stack before the last `return` of a function outside of all blocks.
fn of_function(
    function: FuncToValidate<ValidatorResources>,
    body: &wasmparser::FunctionBody<'_>,
) -> wasmparser::Result<Vec<Option<ValType>>> {
    let mut validator = function.into_validator(Default::default());
    let mut reader = body.get_binary_reader();
    validator.read_locals(&mut reader)?;
    let mut operators = wasmparser::OperatorsReader::new(reader);
    let mut types = Vec::new();
    while !operators.eof() {
        let (operator, offset) = operators.read_with_offset()?;
        if matches!(operator, Operator::Return) && validator.control_stack_height() == 1 {
            let height = validator.operand_stack_height() as usize;
            types = (0..height)
                .rev()
                .map(|depth| validator.get_operand_type(depth).flatten())
                .collect();
        }
        validator.op(offset, &operator)?;
    }
    operators.finish()?;
    Ok(types)
}

fn known(of: Option<ValType>) -> Result<OnStack, String> {
    match of {
        Some(ValType::I32) => Ok(OnStack(ValueType::I32)),
        Some(ValType::I64) => Ok(OnStack(ValueType::I64)),
        Some(ValType::F32) => Ok(OnStack(ValueType::F32)),
        Some(ValType::F64) => Ok(OnStack(ValueType::F64)),
        other => Err(format!("a value on the stack cannot be shown: {other:?}")),
    }
}
