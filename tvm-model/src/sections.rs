//! The data that a program finds in its memory: sections of the prompt. In a model file each is a text of
//! hexadecimal digits.

use std::fmt::Write as _;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

/// The bytes of a section.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Section(pub Vec<u8>);

impl Serialize for Section {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut text = String::with_capacity(2 * self.0.len());
        for byte in &self.0 {
            let _ = write!(text, "{byte:02x}");
        }
        serializer.serialize_str(&text)
    }
}

impl<'de> Deserialize<'de> for Section {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Section, D::Error> {
        let text = String::deserialize(deserializer)?;
        let (pairs, rest) = text.as_bytes().as_chunks::<2>();
        let digit = |digit: u8| match digit {
            b'0'..=b'9' => Some(digit - b'0'),
            b'a'..=b'f' => Some(digit - b'a' + 10),
            _ => None,
        };
        let byte = |[high, low]: &[u8; 2]| Some(16 * digit(*high)? + digit(*low)?);
        let bytes = pairs.iter().map(byte).collect::<Option<Vec<u8>>>();
        bytes.filter(|_| rest.is_empty()).map(Section).ok_or_else(|| {
            D::Error::custom("a section is pairs of hexadecimal digits in lower case")
        })
    }
}
