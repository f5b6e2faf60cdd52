//! The sizes that programs, the reference executor and the machine share. Each has its home here, or, where a
//! host must know it too, in `tvm-interface`.
//!
//! Nearly all of them follow from exactness: the machine squares the key of a lookup, and the square must be
//! an exact integer of f64. `tvm-core/src/machine/limits.rs` says what that makes of each.

pub use tvm_interface::{
    CALL_DEPTH, GREATEST_PAGES, INSTRUCTIONS_IN_WEIGHTS, MEMORY_PAGES, PAGE_BYTES, WINDOW_WORDS,
};

/// The most bytes of linear memory that a program can declare or grow to, in an instruction set with
/// traps.
pub const GREATEST_MEMORY: u64 = GREATEST_PAGES as u64 * PAGE_BYTES as u64;

/// Bytes of linear memory before a program declares any.
pub const MEMORY_BYTES: u64 = MEMORY_PAGES as u64 * PAGE_BYTES as u64;

/// Words on the operand stack from which on a `call` traps, in an instruction set with traps.
pub const OPERAND_WORDS: u32 = 1 << 22;

/// Words that one function can have on the operand stack.
pub const HIGHEST_STACK: u32 = 1 << 21;

/// Words of locals that a function can have. The validator of modules allows 50,000 locals, an i64 is two
/// words, and the front end needs some of its own.
pub const LOCAL_WORDS: u32 = 1 << 18;

/// Words of globals that a program can have. The validator of modules allows a million globals.
pub const GLOBAL_WORDS: u32 = 1 << 21;

/// Words of operands that a function of a module can have on the stack. The front end pushes some words of its own
/// besides, fewer than there are up to [`HIGHEST_STACK`].
pub const FUNCTION_STACK: u32 = 1 << 20;

// What a call of a function takes and gives, which the front end moves, is at most 1,000 values of two words.
const _: () = assert!(FUNCTION_STACK + (1 << 16) <= HIGHEST_STACK);

/// Instructions of a compiled program. An instruction is five tokens of the prompt, or eight: the last of them has a position
/// below 2^26, so that twice the product of two positions is an exact integer of f64.
pub const INSTRUCTIONS: usize = (1 << 23) - 1;

// An opening brace comes before the first instruction.
const _: () = assert!(8 * INSTRUCTIONS < 1 << 26);

/// Elements of a table that indirect calls go through: each is an instruction.
pub const TABLE_ELEMENTS: u32 = 1 << 16;

/// Elements that a table can grow to, unless it begins with more. They take no room until they are written.
pub const GROWN_ELEMENTS: u32 = 1 << 16;

/// Operands that one function may push in all. Two bytes can call a function with a thousand results.
pub const FUNCTION_OPERANDS: u64 = 1 << 27;

/// Bytes of input that fit behind the base of every compiled program that reads input.
pub const INPUT_BYTES: u32 = PAGE_BYTES;
