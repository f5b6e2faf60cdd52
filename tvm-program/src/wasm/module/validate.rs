//! Which modules are read: those that wasmparser's validator accepts, within bounds. By the limits of
//! the standard alone, a module of a few kilobytes could become gigabytes. A program has no more than
//! [`INSTRUCTIONS`](crate::limits::INSTRUCTIONS), and what one function can make of the compiler's
//! memory on the way there is bounded here.

use wasmparser::types::Types;
use wasmparser::{Parser, Payload, Validator, WasmFeatures};

use crate::limits::FUNCTION_OPERANDS;
use crate::wasm::error::CompileError;

/// What a module may use. References are read for the sake of `call_indirect`, as compilers encode
/// it; operators on them are refused where they stand.
const FEATURES: WasmFeatures = WasmFeatures::WASM1
    .union(WasmFeatures::SIGN_EXTENSION)
    .union(WasmFeatures::MULTI_VALUE)
    .union(WasmFeatures::BULK_MEMORY)
    .union(WasmFeatures::REFERENCE_TYPES);

/// Validates, and gives what the validator knows of types.
pub(crate) fn validate(bytes: &[u8]) -> Result<Types, CompileError> {
    check_bodies(bytes)?;
    Ok(Validator::new_with_features(FEATURES).validate_all(bytes)?)
}

/// Refuses a module with a function that could push too many operands, before anything follows them. What
/// cannot be read is left to the validator.
fn check_bodies(bytes: &[u8]) -> Result<(), CompileError> {
    let mut values: u64 = 1;
    let mut bodies = 0;
    for payload in Parser::new(0).parse_all(bytes).map_while(Result::ok) {
        match payload {
            Payload::TypeSection(types) => {
                let types = types.into_iter_err_on_gc_types().map_while(Result::ok);
                let most =
                    types.map(|one| one.params().len().max(one.results().len()) as u64).max();
                values = values.max(most.unwrap_or(0));
            }
            Payload::CodeSectionEntry(body) => {
                let (range, length) = (body.range(), body.as_bytes().len() as u64);
                if length.saturating_mul(values) > FUNCTION_OPERANDS {
                    let (body, offset) = (bodies, range.start);
                    return Err(CompileError::FunctionTooLarge { body, offset, length, values });
                }
                bodies += 1;
            }
            _ => {}
        }
    }
    Ok(())
}
