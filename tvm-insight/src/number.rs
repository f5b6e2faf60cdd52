//! Numbers in text and JSON: integers are written without a decimal point.

use std::fmt::{self, Display, Formatter};

use serde::{Serialize, Serializer};

/// A weight, or a number of the forward pass.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Number(pub(crate) f64);

/// Integers below it are all exact in f64.
const EXACT: f64 = (1_u64 << 53) as f64;

impl Number {
    fn as_integer(self) -> Option<i64> {
        let Number(number) = self;
        (number.fract() == 0.0 && number.abs() <= EXACT).then_some(number as i64)
    }
}

impl Display for Number {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let size = self.0.abs();
        let text = match self.as_integer() {
            Some(integer) => integer.to_string(),
            None if (1e-4..=EXACT).contains(&size) => self.0.to_string(),
            None => format!("{:e}", self.0),
        };
        f.pad(&text)
    }
}

impl Serialize for Number {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.as_integer() {
            Some(integer) => serializer.serialize_i64(integer),
            None => serializer.serialize_f64(self.0),
        }
    }
}

/// Serialises a field as a [`Number`].
pub(crate) fn serialize<S: Serializer>(number: &f64, serializer: S) -> Result<S::Ok, S::Error> {
    Number(*number).serialize(serializer)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_have_no_point() {
        let written = |number: f64| {
            (Number(number).to_string(), serde_json::to_string(&Number(number)).unwrap())
        };
        let both = |number: f64, text: &str, json: &str| {
            assert_eq!(written(number), (text.to_string(), json.to_string()));
        };
        both(-0.0, "0", "0");
        both(EXACT, "9007199254740992", "9007199254740992");
        both(-7.0, "-7", "-7");
        both(0.25, "0.25", "0.25");
        both(1.0 / 3.0, "0.3333333333333333", "0.3333333333333333");
        both(1e300, "1e300", "1e+300");
        both(f64::INFINITY, "inf", "null");
        assert_eq!(format!("{:>4}", Number(5.0)), "   5");
    }
}
