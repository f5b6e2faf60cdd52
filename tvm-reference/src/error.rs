//! How a run can fail to be a run at all. A trap is not among these: it is a way for a program to
//! end, and the trace says so.

use tvm_program::Cursor;
use tvm_program::limits::CALL_DEPTH;
use tvm_program::{Code, ValueType};

/// What went wrong, and at which instruction.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("at instruction {cursor}: {fault}")]
pub struct ReferenceError {
    /// The instruction that was being executed.
    pub cursor: Cursor,
    /// What is wrong with it.
    pub fault: Fault,
}

/// What went wrong, without the place.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Fault {
    /// The program did not end within the number of tokens it was allowed.
    #[error("no end after {0} tokens; raise the token limit if the program needs more")]
    TokenLimit(u64),
    /// The cursor left the program.
    #[error("the cursor is outside the program of {0} instructions; end the program with `halt`")]
    CursorOutOfProgram(usize),
    /// An operand is missing.
    #[error("the opcode needs {needed} operands and the stack holds {found}")]
    StackUnderflow {
        /// How many operands the opcode pops.
        needed: usize,
        /// How many there are.
        found: usize,
    },
    /// Too many calls inside each other, in an instruction set where that is no trap.
    #[error("more than {CALL_DEPTH} calls inside each other; is a recursion endless?")]
    CallDepth,
    /// A `return` outside any call.
    #[error("`return` outside any call; the outermost code ends with `halt`")]
    ReturnWithoutCall,
    /// A code that the instruction set does not have.
    #[error("the instruction set has no opcode with code {:02x}", .0.0)]
    UnknownOpcode(Code),
    /// An opcode of the instruction set that this executor cannot execute.
    #[error("the reference executor has no semantics for `{0}`; register one that pushes a value")]
    NoSemantics(String),
    /// A registered opcode that gives a value of another type than it is declared with.
    #[error("the registered opcode gives an {found:?}; it is declared to push an {expected:?}")]
    ResultType {
        /// The type of its declaration.
        expected: ValueType,
        /// The type that it gives.
        found: ValueType,
    },
    /// An `input_base` or a `memory.data` that is not at the program's beginning.
    #[error("`input_base` and `memory.data` can only be executed once, by sections of the prompt")]
    MisplacedSection,
    /// A variable that is read and was not written.
    #[error(
        "word {word} of the variables is read before it is written; write it first, if only with 0"
    )]
    Unwritten {
        /// The word.
        word: u32,
    },
    /// Operands or a result where the opcode cannot have them.
    #[error(
        "the opcode cannot have its operands and its result there; without places all are on the stack"
    )]
    Places,
    /// A reserved word where the machine has no memory.
    #[error("a reserved word at address {0:#x}, where the machine has no memory")]
    ReservedAddress(u64),
    /// An answer of the host of another size than what is awaited.
    #[error("the host answers {found} bytes where {expected} are awaited")]
    Answer {
        /// The bytes that are awaited.
        expected: u8,
        /// The bytes of the answer.
        found: usize,
    },
}
