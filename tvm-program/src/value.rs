//! Values and their types, as programs and opcodes have them. The operand stack, locals and
//! globals are made of 32-bit words; a value of 64 bits is two, the lower one deeper or first.

use std::fmt;

use serde::{Serialize, Serializer};

/// The type of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ValueType {
    /// A 32-bit integer: one word.
    I32,
    /// A 64-bit integer: two words.
    I64,
    /// A 32-bit floating-point number: one word. Opcodes can have such operands; programs have none yet.
    F32,
    /// A 64-bit floating-point number: two words, likewise.
    F64,
}

impl ValueType {
    /// How many words of 32 bits a value takes.
    pub fn words(self) -> u8 {
        match self {
            ValueType::I32 | ValueType::F32 => 1,
            ValueType::I64 | ValueType::F64 => 2,
        }
    }
}

/// A value. Its bits have no sign; where it is written down, they are read as a signed number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Value {
    /// A 32-bit integer.
    I32(u32),
    /// A 64-bit integer.
    I64(u64),
}

impl Value {
    /// Its type.
    pub fn value_type(self) -> ValueType {
        match self {
            Value::I32(_) => ValueType::I32,
            Value::I64(_) => ValueType::I64,
        }
    }

    /// The value as a number without sign.
    pub fn unsigned(self) -> u64 {
        match self {
            Value::I32(value) => value.into(),
            Value::I64(value) => value,
        }
    }

    /// The value as a signed number.
    pub fn signed(self) -> i64 {
        match self {
            Value::I32(value) => i64::from(value as i32),
            Value::I64(value) => value as i64,
        }
    }
}

impl fmt::Display for Value {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.signed().fmt(formatter)
    }
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_i64(self.signed())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_written_with_its_sign() {
        assert_eq!(Value::I32(0xffff_ffff).to_string(), "-1");
        assert_eq!(Value::I32(0x7fff_ffff).to_string(), "2147483647");
        assert_eq!(Value::I64(0xffff_ffff).to_string(), "4294967295");
        assert_eq!(Value::I64(1 << 63).to_string(), "-9223372036854775808");
    }
}
