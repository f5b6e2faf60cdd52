//! Which modules are read: those that wasmparser's validator accepts, within bounds. By the limits of
//! the standard alone, a module of a few kilobytes could become gigabytes. A program has no more than
//! [`INSTRUCTIONS`](crate::limits::INSTRUCTIONS), and what one function can make of the compiler's
//! memory on the way there is bounded here.

use wasmparser::types::Types;
use wasmparser::{CompositeInnerType, Parser, Payload, SubType, Validator, WasmFeatures};

use crate::limits::FUNCTION_OPERANDS;
use crate::wasm::error::CompileError;

/// What a module may be made of: the finished proposals of WebAssembly, and the older form of exceptions,
/// which compilers still write. Much of it cannot be
/// executed; it is refused where the entry reaches it, so a module may carry what it does not use.
/// Memories are another matter: every function shares the one that the machine has, which is
/// addressed by an i32.
const FEATURES: WasmFeatures = WasmFeatures::WASM3
    .union(WasmFeatures::THREADS)
    .union(WasmFeatures::LEGACY_EXCEPTIONS)
    .difference(WasmFeatures::MULTI_MEMORY)
    .difference(WasmFeatures::MEMORY64);

/// Validates, and gives what the validator knows of types.
pub(crate) fn validate(bytes: &[u8]) -> Result<Types, CompileError> {
    check_bodies(bytes)?;
    Ok(Validator::new_with_features(FEATURES).validate_all(bytes)?)
}

/// The parameters or results of a function type.
fn most_values(one: &SubType) -> u64 {
    match &one.composite_type.inner {
        CompositeInnerType::Func(one) => one.params().len().max(one.results().len()) as u64,
        _ => 0,
    }
}

/// Refuses a module with a function that could push too many operands, before anything follows them. What
/// cannot be read is left to the validator.
fn check_bodies(bytes: &[u8]) -> Result<(), CompileError> {
    let mut values: u64 = 1;
    let mut bodies = 0;
    for payload in Parser::new(0).parse_all(bytes).map_while(Result::ok) {
        match payload {
            Payload::TypeSection(types) => {
                for group in types.into_iter().map_while(Result::ok) {
                    values = group.types().map(most_values).fold(values, u64::max);
                }
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
