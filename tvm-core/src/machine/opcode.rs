//! The declaration of an opcode, which `opcode!` expands to, and the vocabulary of its body: what it can
//! read of its operands and of the machine, what it can assign, and how it can end.

use super::Scope;
use super::survey::{Usage, survey};
use tvm_program::{Code, Mnemonic, Space, ValueType};

/// An opcode. Its vocabulary, dispatch, stack effect, decoding and documentation all follow from this
/// declaration.
#[derive(Debug, Clone, Copy)]
pub struct Opcode {
    /// Its name in the WebAssembly text format.
    pub mnemonic: &'static str,
    /// Its code.
    pub code: Code,
    /// Its documentation.
    pub documentation: &'static str,
    /// The mnemonic of the first opcode of its declaration: its own, or that of the opcode for another type.
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

/// What the row of an instruction says of its opcode.
#[derive(Debug, Clone, Copy)]
pub(super) struct Effect {
    pub(super) stack_delta: i64,
    pub(super) result_words: i64,
    pub(super) writes_elsewhere: i64,
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

    /// Is one of its operands or results a number of 64 bits?
    pub fn is_wide(&self) -> bool {
        self.pops.iter().chain(self.pushes).any(|value| value.value_type.words() == 2)
    }

    /// Does the top operand have this many words? Then so have both operands of a circuit.
    pub(super) fn computes_words(&self, words: u8) -> bool {
        self.pops.last().is_some_and(|top| top.value_type.words() == words)
    }

    /// How many bytes the instruction emits when it writes any.
    pub fn bytes(&self) -> u8 {
        match self.target {
            Some(Target::Memory(bytes)) => bytes,
            Some(
                Target::Local(value_type)
                | Target::Global(value_type)
                | Target::Argument(value_type),
            ) => 4 * value_type.words(),
            _ => 4 * self.result_words().max(1),
        }
    }

    /// The instruction writes bytes that are not a stack value.
    pub fn writes_elsewhere(&self) -> bool {
        use Target::{Argument, Global, Local, Memory, Pages};
        matches!(self.target, Some(Local(_) | Global(_) | Memory(_) | Pages | Argument(_)))
    }

    /// Its name and stack type, for the front end.
    pub fn describe(&self) -> Mnemonic {
        let usage = survey(self);
        Mnemonic {
            name: self.mnemonic.to_string(),
            code: self.code,
            operands: types(self.pops),
            results: types(self.pushes),
            stores_to_stack: self.result().is_some(),
            declaration: self.declaration.to_string(),
            parameter: self.parameter,
            opposite: self.opposite.map(str::to_string),
            takes_variables: self.takes_variables(&usage),
            gives_variable: self.result().is_some() && self.pushes.len() == 1 && !self.has_host(),
            // A truth value is known at its first byte.
            overwrites_top: self.opposite.is_some() || usage.takes_top_bytewise(),
            writes_memory: matches!(self.target, Some(Target::Memory(_))),
            reads: self.reads_variable(&usage),
            writes: match self.target {
                Some(Target::Local(of)) => Some((Space::Locals, of.words())),
                Some(Target::Global(of)) => Some((Space::Globals, of.words())),
                _ => None,
            },
            documentation: self.documentation.to_string(),
        }
    }

    /// Can its operands be in variables? There must be two places at most, each operand must go away, and who follows
    /// the tokens of a run must find on the stack what he has to know.
    fn takes_variables(&self, usage: &Usage) -> bool {
        let stay = self.pushes.len() > usize::from(self.result().is_some());
        let followed = matches!(
            self.target,
            Some(Target::Output | Target::Pages | Target::Request | Target::Argument(_))
        );
        let moves = matches!(self.target, Some(Target::Local(_) | Target::Global(_)));
        (1..=2).contains(&self.pops.len())
            && !(stay || followed || moves || self.has_host())
            && !usage.contexts.iter().any(|context| context.is_on_the_stack())
    }

    /// Has each value that it reads a place, in a machine with places? A variable takes the place of a second operand.
    pub(super) fn has_places_enough(&self) -> bool {
        self.pops.len() < 2 || self.reads_variable(&survey(self)).is_none()
    }

    /// Its effect on the depth of the stack and the words of its bytes that are a value, as the row of an instruction
    /// says them: in a machine with places as if every variable were on the stack.
    pub(super) fn effect(&self, mnemonic: &Mnemonic, has_places: bool) -> Effect {
        let words =
            |of: Option<(Space, u8)>| of.filter(|_| has_places).map_or(0, |(_, words)| words);
        let (read, written) = (words(mnemonic.reads), words(mnemonic.writes));
        let delta = mnemonic.stack_delta() + i32::from(written) - i32::from(read);
        Effect {
            stack_delta: delta.into(),
            result_words: i64::from(self.result_words().max(written)),
            writes_elsewhere: i64::from(self.writes_elsewhere() && written == 0),
        }
    }

    /// Does a host write what it pushes, or does it change the size of memory?
    fn has_host(&self) -> bool {
        self.controls.iter().any(|one| matches!(one, Control::Await | Control::Grow))
    }

    fn reads_variable(&self, usage: &Usage) -> Option<(Space, u8)> {
        let words = self.result_words().max(1);
        if usage.reads(Context::LocalByte) {
            Some((Space::Locals, words))
        } else {
            usage.reads(Context::GlobalByte).then_some((Space::Globals, words))
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
    /// This many bytes of linear memory.
    Memory(u8),
    /// The size of linear memory in pages.
    Pages,
    /// The argument of an `out` token.
    Output,
    /// The relative offset of a control transfer.
    Offset,
    /// The number of a request to the host.
    Request,
    /// An argument of a request, of this type.
    Argument(ValueType),
}

/// Which part of an emitted token is assigned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Field {
    /// The byte, 0 to 255.
    Byte,
    /// The tick, 0 or 1.
    Carry,
    /// `2^24` times the byte, plus a fraction of the byte, plus multiples of `2^32`; less than `2^43` in all.
    /// The machine reduces it to the byte.
    Wide,
}

impl Field {
    /// What the neurons that assign it are called after.
    pub(super) fn word(self) -> &'static str {
        match self {
            Field::Byte => "byte",
            Field::Carry => "carry",
            Field::Wide => "wide",
        }
    }
}

/// How an instruction ends other than by a commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Control {
    /// Transfers control by the offset in its bytes.
    Jump,
    /// Transfers control and opens a frame.
    Call,
    /// Transfers control and closes a frame.
    Return,
    /// Ends the program.
    Halt,
    /// Begins a request to the host.
    Request,
    /// Waits for the host, which appends what completes the instruction.
    Await,
    /// Ends the program as an error of this kind.
    Trap(&'static str),
    /// Emits the four digits of a quotient and `divided` before its result.
    Divide,
    /// Adds its operand to the size of linear memory, unless its result is -1.
    Grow,
}

impl Control {
    /// What the neurons that bring it about are called after.
    pub(super) fn word(self) -> &'static str {
        match self {
            Control::Jump => "jump",
            Control::Call => "call",
            Control::Return => "return",
            Control::Halt => "halt",
            Control::Request => "request",
            Control::Await => "await",
            Control::Trap(kind) => kind,
            Control::Divide => "divided",
            Control::Grow => "grow",
        }
    }
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
    /// The byte that was emitted last; -1 where the run begins.
    Emitted,
    /// The byte of the immediate at the index.
    ImmediateByte,
    /// The immediate as a whole.
    ImmediateValue,
    /// The byte of the local at the index.
    LocalByte,
    /// The byte of the global at the index.
    GlobalByte,
    /// The byte of linear memory at the address of the access, plus immediate, plus index. The number is the
    /// size of the access in bytes.
    MemoryByte(u8),
    /// 1 when an access of this many bytes goes past the end of linear memory.
    MemoryOutside(u8),
    /// The size of linear memory in pages.
    MemoryPages,
    /// The number of open calls, including the entry.
    CallsDepth,
    /// The number of words on the operand stack.
    OperandsDepth,
    /// The byte at the index of the immediate of the call that opened the frame.
    CallerByte,
    /// Positive when the second operand is greater than the top one as unsigned numbers, negative when it is
    /// less, 0 when they are equal. Its magnitude is at most 7.
    OrderUnsigned,
    /// The order of the operands as signed numbers.
    OrderSigned,
    /// The order of the operands as numbers in floating point, where neither is a NaN. Its magnitude is at most 3.
    OrderNumber,
    /// The order of the operands as numbers in floating point, with -0 less than 0. While the upper words are as
    /// they were, it is right for them.
    OrderTotal,
    /// How many of two numbers in floating point are NaNs.
    Unordered,
    /// The second operand shifted left by the top one, as [`Field::Wide`].
    ShiftLeft,
    /// The second operand shifted right by the top one, as [`Field::Wide`].
    ShiftRight,
    /// The second operand rotated left by the top one, as [`Field::Wide`].
    RotateLeft,
    /// The second operand rotated right by the top one, as [`Field::Wide`].
    RotateRight,
    /// The bits of the byte at the index that a shift to the right leaves free, all set.
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
    /// The product of the two i32 on top of the stack, as [`Field::Wide`].
    Product,
    /// The product of the two i64 on top of the stack, as [`Field::Wide`]. The bytes emitted before are those of the
    /// product.
    WideProduct,
    /// The exponent of the scale of a sum or a difference.
    SumExponent,
    /// The flags of the scale of a sum.
    SumFlags,
    /// The flags of the scale of a difference.
    DifferenceFlags,
    /// By how many bits the lesser number of a sum is shifted.
    SumDistance,
    /// By how many bytes the upper digits of a product begin lower than usual.
    ProductDistance,
    /// The exponent of the scale of a product.
    ProductExponent,
    /// The flags of the scale of a product.
    ProductFlags,
    /// The exponent of the scale of a number.
    NumberExponent,
    /// The flags of the scale of a number.
    NumberFlags,
    /// The exponent of the scale of a number that becomes an integral one.
    IntegralExponent,
    /// The flags of that scale.
    IntegralFlags,
    /// How many bits of the number are below 1.
    IntegralDistance,
    /// 1 where they are not all 0.
    IntegralFraction,
    /// 1 where they are one half.
    IntegralTie,
    /// 1 where the magnitude of the nearest integral number is greater.
    IntegralUp,
    /// The byte at the index of an integral number without its fraction, as [`Field::Wide`].
    WholeDigits,
    /// What is carried into that byte.
    WholeCarry,
    /// How many bits the integer part of a number has; not positive where it is 0.
    TruncationBits,
    /// The distance of the shift to an integer, plus 64.
    TruncationDistance,
    /// 1 where the number is negative.
    TruncationNegative,
    /// 1 where it is a NaN.
    TruncationNan,
    /// 1 where it is negative and nothing but the highest bit of its integer part is set, if that has 32 bits.
    TruncationIsLeastWord,
    /// That for 64 bits.
    TruncationIsLeastPair,
    /// All bytes but the highest of an integer that is as great as can be.
    TruncatedFill,
    /// Its highest byte.
    TruncatedHighest,
    /// 1 where the integer is negative.
    TruncatedNegative,
    /// The byte at the index of the significand that is greater, one byte further up.
    AlignedGreater,
    /// The byte at the index of the lesser significand, shifted, as [`Field::Wide`].
    AlignedLesser,
    /// What is carried into the byte at the index of a sum of significands, or borrowed from it.
    AlignedCarry,
    /// 1 where bits of the lesser significand are lost.
    AlignedLost,
    /// 1 where the lesser significand is subtracted.
    AlignedSubtracts,
    /// The byte at the index of the product of two significands, as [`Field::Wide`].
    Columns,
    /// The byte six above the index of the product, as [`Field::Wide`].
    UpperColumns,
    /// 1 where the six lowest bytes of the product are not all 0.
    LowerColumns,
    /// The distance of a rounding to an f32, plus 64.
    DistanceForF32,
    /// The distance of a rounding to an f64, plus 64.
    DistanceForF64,
    /// The exponent of the rounded number, as its bits have it.
    RoundingExponent,
    /// The flags of a rounding.
    RoundingFlags,
    /// 1 where the number is half-way between two results.
    RoundingTie,
    /// A byte whose highest bit says whether the result is one unit greater, as [`Field::Wide`].
    RoundingBits,
    /// The byte at the index of the significand, shifted, as [`Field::Wide`].
    Rounded,
    /// What is carried into the byte at the index.
    RoundedCarry,
    /// The exponent of the result.
    RoundedExponent,
    /// The sign of the result.
    RoundedSign,
    /// What the highest byte of the significand has too much, in halves of its highest bit: 2 where that bit is not
    /// written; -1 for a NaN, whose fraction has its highest bit set.
    RoundedHidden,
}

impl Context {
    /// Is it made of operands that are looked for on the stack? The steps of floating point find theirs there, by the
    /// depth, and more than two of them.
    pub(super) fn is_on_the_stack(self) -> bool {
        self >= Context::SumExponent
    }
}
