//! The declaration of an opcode, as `opcode!` writes it down, and the vocabulary of its body: what
//! it may read of its operands and of the machine, what it may assign, how it may end.

use super::Scope;
use tvm_program::{Code, Mnemonic, ValueType};

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
    /// The mnemonic of the first opcode of its declaration: itself, or the same for another type.
    pub declaration: &'static str,
    /// The type that the declaration's parameter stands for, if it has one.
    pub parameter: Option<ValueType>,
    /// The mnemonic of the opcode that is 0 where this one is 1, and 1 where it is 0.
    pub opposite: Option<&'static str>,
    /// Its operands, the top of the stack last.
    pub pops: &'static [StackValue],
    /// Operands that stay where they are, then its result, if any.
    pub pushes: &'static [StackValue],
    /// What the bytes that it emits are, if it emits any.
    pub target: Option<Target>,
    /// How its body ends the instruction other than by a commit.
    pub controls: &'static [Control],
    /// Adds its neurons to a graph.
    pub build: fn(&mut Scope<'_>),
}

/// A value of an opcode's stack type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StackValue {
    /// What the opcode calls it.
    pub name: &'static str,
    /// Its type.
    pub value_type: ValueType,
}

/// The words that values take together.
fn words(values: &[StackValue]) -> u8 {
    values.iter().map(|value| value.value_type.words()).sum()
}

fn types(values: &[StackValue]) -> Vec<ValueType> {
    values.iter().map(|value| value.value_type).collect()
}

impl Opcode {
    /// The value that it writes to the stack: the last one it pushes, unless that is an operand
    /// which stays where it is.
    pub fn result(&self) -> Option<StackValue> {
        let last = *self.pushes.last()?;
        (self.pops.get(self.pushes.len() - 1) != Some(&last)).then_some(last)
    }

    /// How many words of its result the instruction's bytes are.
    pub fn result_words(&self) -> u8 {
        self.result().map_or(0, |result| result.value_type.words())
    }

    /// The type of an operand, counted from the top.
    pub fn operand_type(&self, operand: usize) -> Option<ValueType> {
        self.pops.iter().rev().nth(operand).map(|value| value.value_type)
    }

    /// How many words lie between the lowest word of an operand and the top of the stack. Operands
    /// are counted from the top.
    pub fn words_above(&self, operand: usize) -> u8 {
        words(&self.pops[self.pops.len() - 1 - operand..]) - 1
    }

    /// Has it anything to do with numbers of 64 bits?
    pub fn is_wide(&self) -> bool {
        self.pops.iter().chain(self.pushes).any(|value| value.value_type.words() == 2)
    }

    /// Is its operand on top of the stack, and so both of those that a circuit takes, of so many words?
    pub(super) fn computes_words(&self, words: u8) -> bool {
        self.pops.last().is_some_and(|top| top.value_type.words() == words)
    }

    /// How many bytes the instruction emits when it writes any.
    pub fn bytes(&self) -> u8 {
        match self.target {
            Some(Target::Memory(bytes)) => bytes,
            Some(Target::Local(value_type) | Target::Global(value_type)) => 4 * value_type.words(),
            _ => 4 * self.result_words().max(1),
        }
    }

    /// The instruction writes bytes that are not a stack value.
    pub fn writes_elsewhere(&self) -> bool {
        use Target::{Global, Local, Memory, Pages};
        matches!(self.target, Some(Local(_) | Global(_) | Memory(_) | Pages))
    }

    /// Its name and stack type, for the front end.
    pub fn describe(&self) -> Mnemonic {
        Mnemonic {
            name: self.mnemonic.to_string(),
            code: self.code,
            operands: types(self.pops),
            results: types(self.pushes),
            stores_to_stack: self.result().is_some(),
            declaration: self.declaration.to_string(),
            parameter: self.parameter,
            opposite: self.opposite.map(str::to_string),
            documentation: self.documentation.to_string(),
        }
    }
}

/// What the bytes that an instruction emits are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Target {
    /// The result on the stack.
    Result,
    /// The local that the immediate names, as a value of this type.
    Local(ValueType),
    /// The global that the immediate names, as a value of this type.
    Global(ValueType),
    /// So many bytes of linear memory.
    Memory(u8),
    /// The size of linear memory in pages.
    Pages,
    /// The argument of an `out` token.
    Output,
    /// The relative offset of a control transfer.
    Offset,
}

/// Which part of an emitted token is assigned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Field {
    /// The byte, 0 to 255.
    Byte,
    /// The tick, 0 or 1.
    Carry,
    /// `2^24` times the byte, with anything below 1 as fraction, and multiples of `2^32` above it,
    /// in all less than `2^43`; the machine reduces it.
    Wide,
    /// A small number that is added to the multiples of `2^32` in a wide value once the coarse ones
    /// are gone.
    Carried,
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
    /// Emits the four digits of a quotient and `divided` before its result.
    Divide,
    /// Adds its operand to the size of linear memory, unless its result is -1.
    Grow,
}

/// What can be read of an operand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Attribute {
    /// The byte at the index that is about to be emitted.
    Byte,
    /// All 32 bits, unsigned.
    Value,
    /// Of an i64: bits 0 to 31, unsigned.
    Low,
    /// Of an i64: bits 32 to 63, unsigned.
    High,
    /// 1 when it is not 0.
    Nonzero,
    /// 1 when its highest bit is set.
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
    /// The value modulo the number of its bits.
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
    /// The byte of linear memory at the address of the access, plus immediate, plus index. The
    /// access is of so many bytes.
    MemoryByte(u8),
    /// 1 when an access of so many bytes goes past the end of linear memory.
    MemoryOutside(u8),
    /// The size of linear memory in pages.
    MemoryPages,
    /// How many calls are open, the entry counted as one.
    CallsDepth,
    /// How many words are on the operand stack.
    OperandsDepth,
    /// The byte at the index of the immediate of the call that opened the frame.
    CallerByte,
    /// Positive when the operand below the top is greater than the top, as numbers without signs;
    /// negative when it is less. At most 7 either way.
    OrderUnsigned,
    /// The same as signed numbers.
    OrderSigned,
    /// The same as numbers in floating point, where neither is a NaN; at most 3 either way.
    OrderNumber,
    /// The same with -0 less than 0. While the upper words are as they were, it is right for them.
    OrderTotal,
    /// How many of two numbers in floating point are NaNs.
    Unordered,
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
    /// What the bytes of the product four places below carry, as [`Field::Carried`].
    ProductCarried,
}
