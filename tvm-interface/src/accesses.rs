//! The instructions of a program that change its memory or speak to its host. The tokens of an instruction do
//! not say which it is, so who follows a run reads it here.

use serde::{Deserialize, Serialize};

/// What an instruction has to do with memory and the host. Operands are on the stack.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Access {
    /// Stores its bytes at the operand below the value, plus the offset.
    Store {
        /// The offset.
        offset: u32,
        /// How many words of 32 bits the value has.
        words: u8,
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
}
