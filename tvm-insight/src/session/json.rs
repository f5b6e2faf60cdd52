//! JSON for JavaScript, whose numbers are f64: an integer beyond 2^53 is a string of its digits.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::ser::{Formatter, Serializer};

/// Integers up to it are exact in f64.
const EXACT: u64 = 1 << 53;

/// A value as JSON, whose integers beyond 2^53 are strings.
///
/// # Panics
/// When a map has keys that are no strings; the types of this crate have none.
pub fn to_json(value: &impl Serialize) -> String {
    let mut bytes = Vec::new();
    let mut serializer = Serializer::with_formatter(&mut bytes, ForJavaScript);
    value.serialize(&mut serializer).expect("the types of this crate can be JSON");
    String::from_utf8(bytes).expect("JSON is UTF-8")
}

struct ForJavaScript;

impl Formatter for ForJavaScript {
    fn write_i64<W: ?Sized + Write>(&mut self, writer: &mut W, value: i64) -> io::Result<()> {
        match value.unsigned_abs() {
            ..=EXACT => write!(writer, "{value}"),
            _ => write!(writer, "\"{value}\""),
        }
    }

    fn write_u64<W: ?Sized + Write>(&mut self, writer: &mut W, value: u64) -> io::Result<()> {
        match value {
            ..=EXACT => write!(writer, "{value}"),
            _ => write!(writer, "\"{value}\""),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_beyond_the_exact_ones_are_strings() {
        let json = to_json(&(i64::MIN, -1_i32, 1_u64 << 53, (1_u64 << 53) + 1, u64::MAX, 0.5));
        assert_eq!(
            json,
            r#"["-9223372036854775808",-1,9007199254740992,"9007199254740993","18446744073709551615",0.5]"#
        );
        assert_eq!(to_json(&"<a \"b\">"), r#""<a \"b\">""#);
    }
}
