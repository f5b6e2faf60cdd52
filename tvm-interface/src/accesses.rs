//! The instructions of a program that change its memory or speak to its host, and those that write what addresses
//! are read from. The tokens of an instruction do not say which it is, so who follows a run reads it here.

use serde::{Deserialize, Serialize};

/// What an instruction has to do with memory and the host. Operands are on the stack, unless it says otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Access {
    /// Stores its bytes at an address, plus the offset.
    Store {
        /// Where the address is.
        address: Address,
        /// The offset.
        offset: u32,
    },
    /// Writes a section of the prompt to this address.
    Data {
        /// The address.
        address: u32,
    },
    /// Says how many pages memory has.
    Declare,
    /// Adds as many pages as its operand says, unless its result is -1.
    Grow,
    /// Begins a request to the host.
    Request,
    /// Says an argument of a request.
    Argument,
    /// Pushes what the host answers.
    Receive,
    /// Writes bytes of the host at the address on the stack.
    Section,
    /// Writes its bytes to the local that begins with this word. Only those are listed that an address is read
    /// from in the same function.
    Local(u16),
    /// Writes its bytes to the global that begins with this word. Only those are listed that an address is read
    /// from.
    Global(u16),
}

/// Where a store finds its address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Address {
    /// On the operand stack, so many words below the top one.
    Stack(u8),
    /// In this word of the locals.
    Local(u16),
    /// In this word of the globals.
    Global(u16),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn model_files_have_accesses_as_readable_json() {
        let store = |address| Access::Store { address, offset: 8 };
        for (access, text) in [
            (store(Address::Stack(1)), r#"{"store":{"address":{"stack":1},"offset":8}}"#),
            (store(Address::Local(3)), r#"{"store":{"address":{"local":3},"offset":8}}"#),
            (store(Address::Global(5)), r#"{"store":{"address":{"global":5},"offset":8}}"#),
            (Access::Data { address: 16 }, r#"{"data":{"address":16}}"#),
            (Access::Local(3), r#"{"local":3}"#),
            (Access::Global(5), r#"{"global":5}"#),
            (Access::Receive, r#""receive""#),
        ] {
            assert_eq!(serde_json::to_string(&access).unwrap(), text);
            assert_eq!(serde_json::from_str::<Access>(text).unwrap(), access);
        }
        for wrong in [r#"{"local":65536}"#, r#"{"local":-1}"#, r#"{"store":{"offset":8}}"#] {
            assert!(serde_json::from_str::<Access>(wrong).is_err(), "{wrong}");
        }
    }
}
