//! Values in words of 32 bits, as the stack, locals and globals have them: the lower word of a value of 64 bits first.

use tvm_program::{Value, ValueType};

/// The values of these types in words from the bottom up, as far as there are words.
pub(super) fn values(types: &[ValueType], words: &[u32]) -> Vec<Value> {
    let mut words = words.iter().copied();
    let values = types.iter().map_while(|value_type| {
        let low = words.next()?;
        let mut wide = || Some(u64::from(words.next()?) << 32 | u64::from(low));
        Some(match value_type {
            ValueType::I32 => Value::I32(low),
            ValueType::F32 => Value::F32(low),
            ValueType::I64 => Value::I64(wide()?),
            ValueType::F64 => Value::F64(wide()?),
        })
    });
    values.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use ValueType::{F64, I32, I64};

    #[test]
    fn the_lower_word_comes_first() {
        let words = [7, 1, 2, 0, 0x3ff8_0000];
        let expected = [Value::I32(7), Value::I64(0x2_0000_0001), Value::F64(1.5_f64.to_bits())];
        assert_eq!(values(&[I32, I64, F64], &words), expected);
        assert_eq!(values(&[I32, I64], &words[..2]), expected[..1]);
    }
}
