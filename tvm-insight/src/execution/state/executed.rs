//! One instruction as its tokens say it.

use super::declaration::{Declaration, Written};
use tvm_program::{Cursor, Places, Value, ValueType};

/// An instruction that was executed, read off its tokens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Executed {
    /// The instruction.
    pub instruction: Cursor,
    /// Its immediate.
    pub immediate: u32,
    /// The name of its opcode.
    pub opcode: &'static str,
    /// Where its operands were and where its result went.
    pub places: Places,
    /// Its operands, in the order in which WebAssembly pushes them.
    pub operands: Vec<Value>,
    /// Its results, in the order in which WebAssembly pushes them. Nothing if it trapped.
    pub results: Vec<Value>,
    /// What its bytes are. None if it has none, if they are a relative target, and if it trapped.
    pub written: Option<Written>,
    /// The bytes, the least significant first, without the digits of a quotient.
    pub bytes: Vec<u8>,
    /// How it ended.
    pub ending: Ending,
    /// Is it a branch, taken or not?
    pub is_branch: bool,
    /// Is it one whose operand is added to the size of memory, unless its result is -1?
    pub grows: bool,
}

/// How an instruction ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ending {
    /// Execution goes on at the next instruction.
    Next,
    /// It goes on where the bytes say.
    Branch,
    /// It goes on in a function.
    Call,
    /// It goes on in the function that called.
    Return,
    /// A byte of output was written; execution goes on at the next instruction.
    Output(u8),
    /// The program ended.
    Halt,
    /// The program ended in a trap of this kind. The instruction did nothing.
    Trap(String),
}

impl Executed {
    /// The lowest word of 32 bits in its bytes: the relative target of a transfer of control.
    pub(super) fn word(&self) -> u32 {
        number(&self.bytes) as u32
    }

    /// Where it accesses linear memory, if it does: an operand and the immediate together. The
    /// operand is below the value of a store, and on top of the stack for a load.
    pub fn address(&self) -> u64 {
        let above = usize::from(self.written == Some(Written::Memory));
        let operand = self.operands.iter().nth_back(above).map_or(0, |operand| operand.unsigned());
        operand.wrapping_add(self.immediate.into())
    }

    /// The words of 32 bits in its bytes.
    pub(super) fn words(&self) -> impl Iterator<Item = u32> {
        self.bytes.chunks(4).map(|bytes| number(bytes) as u32)
    }

    /// The value of its bytes: of 64 bits if there are more than four.
    pub fn value(&self) -> Value {
        match self.bytes.len() {
            0..=4 => Value::I32(number(&self.bytes) as u32),
            _ => Value::I64(number(&self.bytes)),
        }
    }
}

/// A number of at most eight bytes, the least significant first.
fn number(bytes: &[u8]) -> u64 {
    bytes.iter().rev().fold(0, |number, byte| number << 8 | u64::from(*byte))
}

/// The types of the results to be shown. The result of an `i64` instruction is one number even where
/// its declaration has two words, the lower of which stays where it is.
pub(super) fn shown_results(declaration: &Declaration) -> &[ValueType] {
    use ValueType::{I32, I64};
    match declaration.results.as_slice() {
        [I32, I32] if declaration.name.starts_with("i64.") => &[I64],
        types => types,
    }
}
