//! Values of every type as the machine has them: as words, and as numbers of a width that is a
//! parameter. The lower word of a value is the deeper one on the stack, and the one with the lower
//! index among variables.

use tvm_program::{Value, ValueType};

/// The value of a type whose bits are the low ones of a number.
pub(crate) fn value(of: ValueType, bits: u64) -> Value {
    match of {
        ValueType::I32 => Value::I32(bits as u32),
        ValueType::I64 => Value::I64(bits),
        ValueType::F32 => Value::F32(bits as u32),
        ValueType::F64 => Value::F64(bits),
    }
}

/// The value of a type that words make; `word` is asked for each, the lowest first.
pub(crate) fn from_words(of: ValueType, mut word: impl FnMut(u32) -> u32) -> Value {
    let words = (0..u32::from(of.words())).map(|index| u64::from(word(index)) << (32 * index));
    value(of, words.sum())
}

/// The words of a value, the lowest first.
pub(crate) fn words(value: Value) -> impl Iterator<Item = u32> {
    let bits = value.unsigned();
    (0..u32::from(value.value_type().words())).map(move |index| (bits >> (32 * index)) as u32)
}

/// How many bits a value has.
pub(crate) fn width(value: Value) -> u32 {
    32 * u32::from(value.value_type().words())
}

/// How many bytes a value of a type has.
pub(crate) fn size(of: ValueType) -> u8 {
    4 * of.words()
}

/// The type of integers that the name of an opcode begins with, and the rest of the name.
pub(crate) fn typed(name: &str) -> Option<(ValueType, &str)> {
    match name.split_once('.')? {
        ("i32", operator) => Some((ValueType::I32, operator)),
        ("i64", operator) => Some((ValueType::I64, operator)),
        _ => None,
    }
}

/// The type of floating point that the name of an opcode begins with, and the rest of the name.
pub(crate) fn typed_float(name: &str) -> Option<(ValueType, &str)> {
    match name.split_once('.')? {
        ("f32", operator) => Some((ValueType::F32, operator)),
        ("f64", operator) => Some((ValueType::F64, operator)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lower_word_comes_first() {
        let wide = Value::I64(0x1122_3344_5566_7788);
        assert_eq!(words(wide).collect::<Vec<_>>(), [0x5566_7788, 0x1122_3344]);
        assert_eq!(
            from_words(ValueType::I64, |index| [0x5566_7788, 0x1122_3344][index as usize]),
            wide
        );
        assert_eq!(words(Value::I32(7)).collect::<Vec<_>>(), [7]);
        assert_eq!(from_words(ValueType::I32, |index| [7][index as usize]), Value::I32(7));
    }

    #[test]
    fn bits_above_the_width_are_cut_off() {
        assert_eq!(value(ValueType::I32, 0x1_0000_0002), Value::I32(2));
        assert_eq!(value(ValueType::I64, u64::MAX), Value::I64(u64::MAX));
    }
}
