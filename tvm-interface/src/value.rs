//! Values and their types, as programs and opcodes have them. The operand stack, locals and
//! globals are made of 32-bit words; a value of 64 bits is two, the lower one deeper or first.

use std::fmt;

use serde::{Deserialize, Serialize, Serializer};

/// The type of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ValueType {
    /// A 32-bit integer: one word.
    I32,
    /// A 64-bit integer: two words.
    I64,
    /// A 32-bit floating-point number: one word, its bits.
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

    /// Its name in WebAssembly.
    pub fn name(self) -> &'static str {
        match self {
            ValueType::I32 => "i32",
            ValueType::I64 => "i64",
            ValueType::F32 => "f32",
            ValueType::F64 => "f64",
        }
    }
}

/// A value. Its bits have no sign; where it is written down, those of an integer are read as a signed
/// number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Value {
    /// A 32-bit integer.
    I32(u32),
    /// A 64-bit integer.
    I64(u64),
    /// A 32-bit floating-point number, by its bits.
    F32(u32),
    /// A 64-bit floating-point number, by its bits.
    F64(u64),
}

impl Value {
    /// The value of a type that words of 32 bits make, the lower one first.
    pub fn from_words(value_type: ValueType, [low, high]: [u32; 2]) -> Value {
        let wide = u64::from(high) << 32 | u64::from(low);
        match value_type {
            ValueType::I32 => Value::I32(low),
            ValueType::F32 => Value::F32(low),
            ValueType::I64 => Value::I64(wide),
            ValueType::F64 => Value::F64(wide),
        }
    }

    /// Its bytes, the least significant first.
    pub fn to_bytes(self) -> Vec<u8> {
        let bytes = usize::from(4 * self.value_type().words());
        self.unsigned().to_le_bytes()[..bytes].to_vec()
    }

    /// Its type.
    pub fn value_type(self) -> ValueType {
        match self {
            Value::I32(_) => ValueType::I32,
            Value::I64(_) => ValueType::I64,
            Value::F32(_) => ValueType::F32,
            Value::F64(_) => ValueType::F64,
        }
    }

    /// Its bits as a number without sign.
    pub fn unsigned(self) -> u64 {
        match self {
            Value::I32(bits) | Value::F32(bits) => bits.into(),
            Value::I64(bits) | Value::F64(bits) => bits,
        }
    }

    /// Its bits as a signed number.
    pub fn signed(self) -> i64 {
        match self {
            Value::I32(bits) | Value::F32(bits) => i64::from(bits.cast_signed()),
            Value::I64(bits) | Value::F64(bits) => bits.cast_signed(),
        }
    }
}

impl fmt::Display for Value {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            // With an exponent where it is very large or small.
            Value::F32(bits) => fmt::Debug::fmt(&f32::from_bits(bits), formatter),
            Value::F64(bits) => fmt::Debug::fmt(&f64::from_bits(bits), formatter),
            _ => self.signed().fmt(formatter),
        }
    }
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match *self {
            Value::F32(bits) if f32::from_bits(bits).is_finite() => {
                serializer.serialize_f32(f32::from_bits(bits))
            }
            Value::F64(bits) if f64::from_bits(bits).is_finite() => {
                serializer.serialize_f64(f64::from_bits(bits))
            }
            // Infinities and NaNs, which JSON has not as numbers.
            Value::F32(_) | Value::F64(_) => serializer.collect_str(self),
            _ => serializer.serialize_i64(self.signed()),
        }
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
        assert_eq!(Value::F32(0xbfc0_0000).to_string(), "-1.5");
        assert_eq!(Value::F64(0x3fb9_9999_9999_999a).to_string(), "0.1");
        assert_eq!(Value::F64(1 << 63).to_string(), "-0.0");
        assert_eq!(Value::F64(1).to_string(), "5e-324");
    }

    #[test]
    fn json_has_numbers_and_the_names_of_what_is_none() {
        let json = |value: Value| serde_json::to_string(&value).unwrap();
        assert_eq!(json(Value::I32(u32::MAX)), "-1");
        assert_eq!(json(Value::F32(0xbfc0_0000)), "-1.5");
        assert_eq!(json(Value::F64(0x7ff0 << 48)), r#""inf""#);
        assert_eq!(json(Value::F32(0x7fc0_0000)), r#""NaN""#);
    }
}
