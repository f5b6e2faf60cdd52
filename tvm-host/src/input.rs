//! The input of a program as a command line gives it: the bytes of an argument, or stdin. Bytes are
//! taken as they are, whatever their encoding.

use std::ffi::OsStr;
use std::io::{self, Read};

use thiserror::Error;
use tvm_model::token::Token;

/// Bytes of memory that a byte of input takes before a model has read it: itself and its token.
const MEMORY_PER_BYTE: usize = 1 + size_of::<Token>();

/// The argument that means stdin.
const STDIN: &str = "-";

/// Why there is no input.
#[derive(Debug, Error)]
pub enum InputError {
    /// The system says no.
    #[error("cannot read stdin: {0}")]
    Read(#[from] io::Error),
    /// It takes more memory than it may.
    #[error(
        "the input takes more than {} MB: raise the limit with --max-memory if the program needs more",
        limit >> 20
    )]
    MemoryLimit {
        /// The limit of memory, in bytes.
        limit: usize,
    },
}

/// The input that an argument gives: its bytes, or stdin where it is `-`. No more is read of stdin
/// than the limit of memory, in bytes, has room for.
///
/// # Errors
/// When stdin cannot be read, or has more.
pub fn input(argument: &OsStr, limit: usize) -> Result<Vec<u8>, InputError> {
    match argument == STDIN {
        true => read(&mut io::stdin().lock(), limit),
        false => Ok(argument.as_encoded_bytes().to_vec()),
    }
}

/// What is piped in, without the end of its last line.
fn read(reader: &mut dyn Read, limit: usize) -> Result<Vec<u8>, InputError> {
    let most = limit / MEMORY_PER_BYTE;
    let mut bytes = Vec::new();
    reader.take((most as u64).saturating_add(1)).read_to_end(&mut bytes)?;
    if bytes.len() > most {
        return Err(InputError::MemoryLimit { limit });
    }
    if bytes.last() == Some(&b'\n') {
        bytes.pop();
        if bytes.last() == Some(&b'\r') {
            bytes.pop();
        }
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_input_ends_before_the_end_of_its_last_line() {
        for (piped, input) in [("a", "a"), ("a\n", "a"), ("a\r\n", "a"), ("a\n\n", "a\n"), ("", "")]
        {
            assert_eq!(read(&mut piped.as_bytes(), 1 << 20).unwrap(), input.as_bytes());
        }
    }

    #[test]
    fn an_endless_input_is_not_read_to_its_end() {
        let limit = 1 << 20;
        let refused = read(&mut io::repeat(b'a'), limit).unwrap_err();
        assert!(matches!(refused, InputError::MemoryLimit { limit: 1_048_576 }), "{refused}");
        assert!(refused.to_string().contains("more than 1 MB"), "{refused}");
        let most = limit / MEMORY_PER_BYTE;
        assert_eq!(read(&mut io::repeat(b'a').take(most as u64), limit).unwrap().len(), most);
    }

    #[test]
    #[cfg(unix)]
    fn an_argument_is_its_bytes() {
        use std::os::unix::ffi::OsStrExt;
        let bytes = b"\xff\xfe \x80";
        assert_eq!(input(OsStr::from_bytes(bytes), 0).unwrap(), bytes);
    }
}
