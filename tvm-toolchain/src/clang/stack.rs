//! The size of the C stack, which holds the variables that need an address, such as arrays.

use std::fmt;
use std::str::FromStr;

/// The size of the C stack, in bytes: a multiple of 16.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StackSize(u32);

/// A text that is not a valid size of the C stack.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{text}` is no size of a C stack: write bytes from {least} to {most}, also as 256K or 1M",
    least = StackSize::LEAST, most = StackSize::MOST
)]
pub struct StackSizeError {
    text: String,
}

impl StackSize {
    /// The least size: that of a memory page on most systems.
    const LEAST: u32 = 4096;
    /// The greatest size: half of the memory of the machine.
    const MOST: u32 = 1 << 25;
    /// The linker rounds sizes up to a multiple of this.
    const ALIGNMENT: u32 = 16;

    /// The size in bytes.
    pub fn bytes(self) -> u32 {
        self.0
    }

    pub(super) fn linker_flag(self) -> String {
        format!("-Wl,-z,stack-size={}", self.0)
    }
}

impl Default for StackSize {
    fn default() -> Self {
        StackSize(1 << 16)
    }
}

impl fmt::Display for StackSize {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}", self.0)
    }
}

impl FromStr for StackSize {
    type Err = StackSizeError;

    /// Parses a number of bytes; with the suffix `K` or `M`, of 2^10 or 2^20 bytes.
    fn from_str(text: &str) -> Result<Self, StackSizeError> {
        let (number, unit) = match text.as_bytes().last() {
            Some(b'K' | b'k') => (&text[..text.len() - 1], 1 << 10),
            Some(b'M' | b'm') => (&text[..text.len() - 1], 1 << 20),
            _ => (text, 1),
        };
        let bytes = number.parse::<u32>().ok().and_then(|number| number.checked_mul(unit));
        match bytes {
            Some(bytes) if (StackSize::LEAST..=StackSize::MOST).contains(&bytes) => {
                Ok(StackSize(bytes.next_multiple_of(StackSize::ALIGNMENT)))
            }
            _ => Err(StackSizeError { text: text.to_owned() }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_size_is_bytes_or_has_a_unit() {
        let size = |text: &str| text.parse::<StackSize>().map(StackSize::bytes);
        assert_eq!(size("65536"), Ok(65536));
        assert_eq!(size("8K"), Ok(8192));
        assert_eq!(size("1m"), Ok(1 << 20));
        assert_eq!(size("5001"), Ok(5008));
        for wrong in ["", "K", "0", "4095", "33M", "-1", "1G", "4194304K", "é"] {
            let message = size(wrong).unwrap_err().to_string();
            assert!(message.contains("4096 to 33554432"), "{message}");
        }
    }
}
