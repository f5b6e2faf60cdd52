//! What an instruction does to the machine, or sees of it, beyond its operands and its results.

use std::fmt;

use serde::Serialize;

use tvm_program::{Cursor, Value};

/// What an instruction does beyond its operands and its results. In JSON it is an object whose `kind` is the
/// variant; instructions are numbers, from 0. That an operand is read from a variable, or a result written to one, is in
/// the places of a [`Step`](super::Step), since an instruction can have that and an effect: a load of memory to a local.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Effect {
    /// Bytes of memory became a value.
    Load {
        /// The address of the first byte: operand and immediate together.
        address: u64,
        /// The bytes.
        bytes: Vec<u8>,
        /// The value.
        #[cfg_attr(feature = "typescript", ts(type = "number | string"))]
        value: Value,
    },
    /// A value was written to memory.
    Store {
        /// The address of the first byte: operand and immediate together.
        address: u64,
        /// The bytes that are in memory now.
        bytes: Vec<u8>,
        /// The value, of which these are the lowest bytes.
        #[cfg_attr(feature = "typescript", ts(type = "number | string"))]
        value: Value,
    },
    /// A local was read.
    LocalRead {
        /// Which one; of a value of 64 bits, the first of two.
        index: u32,
        /// Its value.
        #[cfg_attr(feature = "typescript", ts(type = "number | string"))]
        value: Value,
    },
    /// A local was written.
    LocalWritten {
        /// Which one; of a value of 64 bits, the first of two.
        index: u32,
        /// Its value.
        #[cfg_attr(feature = "typescript", ts(type = "number | string"))]
        value: Value,
    },
    /// A global was read.
    GlobalRead {
        /// Which one; of a value of 64 bits, the first of two.
        index: u32,
        /// Its value.
        #[cfg_attr(feature = "typescript", ts(type = "number | string"))]
        value: Value,
    },
    /// A global was written.
    GlobalWritten {
        /// Which one; of a value of 64 bits, the first of two.
        index: u32,
        /// Its value.
        #[cfg_attr(feature = "typescript", ts(type = "number | string"))]
        value: Value,
    },
    /// The host was asked for the function of this number.
    Request {
        /// The index of the import; 4294967295 where an export of the program returns.
        number: u32,
    },
    /// An argument of a request was said.
    Argument {
        /// The argument.
        #[cfg_attr(feature = "typescript", ts(type = "number | string"))]
        value: Value,
    },
    /// The host wrote to memory.
    HostWritten {
        /// The address of the first byte.
        address: u64,
        /// The bytes.
        bytes: Vec<u8>,
    },
    /// A branch.
    Branch {
        /// Was it taken?
        taken: bool,
        /// The instruction that comes next.
        #[cfg_attr(feature = "typescript", ts(type = "number"))]
        to: Cursor,
    },
    /// A function was called.
    Call {
        /// The function's first instruction.
        #[cfg_attr(feature = "typescript", ts(type = "number"))]
        to: Cursor,
        /// Its name. None where it is unknown, and for a call of the next instruction, by which
        /// a function of many locals makes room for them.
        function: Option<String>,
    },
    /// A function returned.
    Return {
        /// The instruction that comes next.
        #[cfg_attr(feature = "typescript", ts(type = "number"))]
        to: Cursor,
        /// The name of the function that it is in.
        function: Option<String>,
    },
    /// The program said how large memory is.
    MemoryDeclared {
        /// Its size in pages of 65,536 bytes.
        pages: u32,
    },
    /// The size of memory was read.
    MemorySize {
        /// The size in pages of 65,536 bytes.
        pages: u32,
    },
    /// Memory was to grow. It did not if the sizes are equal.
    MemoryGrown {
        /// Its size before, in pages of 65,536 bytes.
        from: u32,
        /// Its size now.
        to: u32,
    },
}

impl Effect {
    /// Is the effect only that the value of the instruction was read?
    pub(super) fn is_reading(&self) -> bool {
        matches!(
            self,
            Effect::LocalRead { .. } | Effect::GlobalRead { .. } | Effect::MemorySize { .. }
        )
    }
}

impl fmt::Display for Effect {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Effect::Load { address, bytes, .. } => {
                write!(formatter, "memory[{address}] is")?;
                hexadecimal(bytes, formatter)
            }
            Effect::Request { number } => write!(formatter, "request {number}"),
            Effect::Argument { value } => write!(formatter, "argument {value}"),
            Effect::Store { address, bytes, .. } | Effect::HostWritten { address, bytes } => {
                write!(formatter, "memory[{address}] =")?;
                hexadecimal(bytes, formatter)
            }
            Effect::LocalRead { index, value } => write!(formatter, "local {index} is {value}"),
            Effect::LocalWritten { index, value } => write!(formatter, "local {index} = {value}"),
            Effect::GlobalRead { index, value } => write!(formatter, "global {index} is {value}"),
            Effect::GlobalWritten { index, value } => write!(formatter, "global {index} = {value}"),
            Effect::Branch { taken: true, to } | Effect::Call { to, .. } => {
                write!(formatter, "to {to}")
            }
            Effect::Branch { taken: false, .. } => formatter.write_str("not taken"),
            Effect::Return { to, function: Some(name) } => {
                write!(formatter, "to {to} in {}", name.escape_debug())
            }
            Effect::Return { to, function: None } => write!(formatter, "to {to}"),
            Effect::MemoryGrown { from, to } if from == to => {
                write!(formatter, "pages of memory: still {to}")
            }
            Effect::MemoryDeclared { pages }
            | Effect::MemorySize { pages }
            | Effect::MemoryGrown { to: pages, .. } => {
                write!(formatter, "pages of memory: {pages}")
            }
        }
    }
}

/// Bytes of a section that are written out.
const SHOWN_BYTES: usize = 16;

fn hexadecimal(bytes: &[u8], formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
    let shown = &bytes[..bytes.len().min(SHOWN_BYTES)];
    shown.iter().try_for_each(|byte| write!(formatter, " {byte:02x}"))?;
    match bytes.len() - shown.len() {
        0 => Ok(()),
        more => write!(formatter, " and {more} more"),
    }
}
