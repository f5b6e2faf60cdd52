//! How large a module may be. The standard's own limits, which the validator keeps, leave room for a
//! module of a few kilobytes that becomes gigabytes: a program has no more than
//! [`Program::MOST_INSTRUCTIONS`](crate::Program::MOST_INSTRUCTIONS), and what lies between is bounded here.

use wasmparser::{CompositeInnerType, Parser, Payload, SubType};

use super::CompileError;

/// Operands that a function may push in all. Two bytes can call a function with a thousand results.
const MOST_OPERANDS: u64 = 1 << 27;

/// Elements of a table that indirect calls go through: each is an instruction.
pub(super) const MOST_ELEMENTS: u32 = 1 << 16;

/// The parameters or results of a function type.
fn most_values(one: &SubType) -> u64 {
    match &one.composite_type.inner {
        CompositeInnerType::Func(one) => one.params().len().max(one.results().len()) as u64,
        _ => 0,
    }
}

/// Refuses a module with a function that could push too many operands, before anything follows them. What
/// cannot be read is left to the validator.
pub(super) fn check_bodies(bytes: &[u8]) -> Result<(), CompileError> {
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
                if length.saturating_mul(values) > MOST_OPERANDS {
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
