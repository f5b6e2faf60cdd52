//! The declaration of an opcode, as `opcode!` writes it down, and the vocabulary of its body: what
//! it may read of its operands and of the machine, what it may assign, how it may end.

use super::Scope;
use crate::program::{Code, Mnemonic};

/// An opcode: one declaration says everything about it. Vocabulary, dispatch, stack effect,
/// decoding and documentation follow from it.
#[derive(Debug, Clone, Copy)]
pub struct Opcode {
    /// Its name in the WebAssembly text format.
    pub mnemonic: &'static str,
    /// Its code.
    pub code: Code,
    /// What it does, for people.
    pub documentation: &'static str,
    /// Its operands, the top of the stack last.
    pub pops: &'static [&'static str],
    /// Its result, if any.
    pub pushes: &'static [&'static str],
    /// What its body assigns.
    pub targets: &'static [Target],
    /// How its body ends the instruction other than by a commit.
    pub controls: &'static [Control],
    /// Adds its neurons to a graph.
    pub build: fn(&mut Scope<'_>),
}

impl Opcode {
    /// The instruction's bytes are a stack value.
    pub fn stores_to_stack(&self) -> bool {
        !self.pushes.is_empty() && !self.controls.contains(&Control::Keep)
    }

    /// The instruction writes bytes that are not a stack value.
    pub fn writes_elsewhere(&self) -> bool {
        self.targets.iter().any(|target| {
            use Target::{Global, Local, Memory8, Memory16, Memory32};
            matches!(target, Local | Global | Memory8 | Memory16 | Memory32)
        })
    }

    /// Its name and stack type, for the front end.
    pub fn describe(&self) -> Mnemonic {
        Mnemonic {
            name: self.mnemonic.to_string(),
            code: self.code,
            pops: self.pops.len() as u8,
            pushes: self.pushes.len() as u8,
            stores_to_stack: self.stores_to_stack(),
            documentation: self.documentation.to_string(),
        }
    }
}

/// What the bytes that an instruction emits are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Target {
    /// The result on the stack.
    Result,
    /// The local that the immediate names.
    Local,
    /// The global that the immediate names.
    Global,
    /// One byte of linear memory.
    Memory8,
    /// Two bytes of linear memory.
    Memory16,
    /// Four bytes of linear memory.
    Memory32,
    /// The argument of an `out` token.
    Output,
    /// The relative offset of a control transfer.
    Jump,
    /// A byte of the quotient, before the result of a division.
    Scratch,
}

/// Which part of an emitted token is assigned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Field {
    /// The byte, 0 to 255.
    Byte,
    /// The tick, 0 or 1.
    Carry,
    /// `2^24` times the byte, with anything below 1 as fraction, and multiples of `2^32` above it,
    /// in all less than `2^42 + 2^32`; the machine reduces it.
    Wide,
}

/// How an instruction ends other than by a commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Control {
    /// Transfers control by the offset in its bytes.
    Jump,
    /// The same, opening a frame.
    Call,
    /// The same, closing a frame.
    Return,
    /// Ends the program.
    Halt,
    /// Ends the program as an error of this kind.
    Trap(&'static str),
    /// Emits four scratch bytes and `divided` before its result.
    Divide,
    /// Leaves its operand on the stack as its result.
    Keep,
}

/// What can be read of an operand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Attribute {
    /// The byte at the index that is about to be emitted.
    Byte,
    /// All 32 bits, unsigned.
    Value,
    /// 1 when it is not 0.
    Nonzero,
    /// 1 when bit 31 is set.
    Negative,
    /// `256^(3-i)` times the value modulo `256^(i+1)`, `i` being the index.
    Prefix,
    /// Bits 0 to 3 of the byte as digits in base 3.
    SpreadLow,
    /// Bits 4 to 7 of the byte as digits in base 3.
    SpreadHigh,
    /// The number of trailing zero bits.
    Trailing,
    /// The number of bits that are set.
    Population,
    /// The value modulo 32.
    Amount,
    /// The number of leading zero bits.
    Leading,
}

/// What can be read of the machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Context {
    /// The tick of the token before.
    Carry,
    /// The index of the byte that is about to be emitted.
    Index,
    /// 1 for the first byte of a run.
    First,
    /// The byte of the immediate at the index.
    ImmediateByte,
    /// The immediate as a whole.
    ImmediateValue,
    /// The byte of the local at the index.
    LocalByte,
    /// The byte of the global at the index.
    GlobalByte,
    /// The byte of linear memory at the top of the stack, plus immediate, plus index.
    MemoryByte,
    /// 1 when that byte is at least 128.
    MemoryNegative,
    /// The byte at the index of the immediate of the call that opened the frame.
    CallerByte,
    /// The operand below the top shifted left by the top, as [`Field::Wide`].
    ShiftLeft,
    /// The same, shifted right.
    ShiftRight,
    /// The same, rotated left.
    RotateLeft,
    /// The same, rotated right.
    RotateRight,
    /// The bits that a shift to the right leaves free, as a byte.
    ShiftFill,
    /// The next digit of the operands' quotient, most significant first.
    DivisionDigit,
    /// The next digit of the quotient of the operands' magnitudes.
    DivisionSignedDigit,
    /// 1 once the quotient is known.
    DivisionKnown,
    /// The byte of the quotient at the index.
    DivisionByte,
    /// Quotient times divisor, as [`Field::Wide`].
    DivisionProduct,
    /// The product of the two operands on top of the stack, as [`Field::Wide`].
    Product,
}
