//! The limits of the machine. All follow from exactness: the key of a lookup is squared, and the square must
//! be an exact integer of f64.

use tvm_program::limits;

/// Bytes of linear memory in a machine without traps: reads beyond give 0, writes beyond are ignored. Also the
/// size in a machine with traps until a program declares one.
pub const MEMORY_BYTES: i64 = limits::MEMORY_BYTES as i64;

/// The greatest linear memory that a program can declare or grow to, in bytes: twice the product of two
/// addresses must be less than 2^53.
pub const GREATEST_MEMORY: i64 = limits::GREATEST_MEMORY as i64;

/// Bytes of a page of linear memory.
pub const PAGE_BYTES: i64 = limits::PAGE_BYTES as i64;

/// Pages of linear memory before a program declares any.
pub const MEMORY_PAGES: i64 = limits::MEMORY_PAGES as i64;

/// No instruction emits more bytes.
pub const LONGEST_RESULT: i64 = 16;

/// The depth of the operand stack when nothing is on it: no opcode reads below depth 0.
pub const EMPTY_DEPTH: i64 = 3;

/// No function is called with more words than this on the operand stack.
pub const OPERAND_WORDS: i64 = limits::OPERAND_WORDS as i64;

/// Words of one window of locals.
pub const WINDOW_WORDS: i64 = limits::WINDOW_WORDS as i64;

/// Bytes of one window of locals.
pub const WINDOW_BYTES: i64 = 4 * WINDOW_WORDS;

/// Nested calls; a function of more words of locals than a window has counts once for every window.
pub const CALL_DEPTH: i64 = limits::CALL_DEPTH as i64;

/// The first key of globals among those of variables: above all locals of the innermost call.
pub const GLOBALS: i64 = WINDOW_BYTES * CALL_DEPTH + 4 * limits::LOCAL_WORDS as i64;

// Keys of variables are no greater than those of memory.
const _: () = assert!(GLOBALS + 4 * limits::GLOBAL_WORDS as i64 <= GREATEST_MEMORY);

/// In a machine where operands can be in variables: the first word of globals, behind all words of the stack.
pub const FIRST_GLOBAL: i64 = OPERAND_WORDS + limits::HIGHEST_STACK as i64;

/// The first word of locals, behind all globals.
pub const FIRST_LOCAL: i64 = FIRST_GLOBAL + limits::GLOBAL_WORDS as i64;

/// Behind the last word of locals of the innermost call.
const END_OF_WORDS: i64 = FIRST_LOCAL + WINDOW_WORDS * CALL_DEPTH + limits::LOCAL_WORDS as i64;

// Nor are the keys of the bytes of these words.
const _: () = assert!(4 * END_OF_WORDS <= GREATEST_MEMORY);

/// Added to the address of an entry that is switched off, so that it equals no address.
pub const NOWHERE: i64 = 1 << 40;

/// Numbers of 32 bits wrap at this number.
pub const TWO_TO_32: i64 = 1 << 32;

/// The sign bit of a number of 32 bits.
pub const SIGN_BIT: i64 = 1 << 31;

/// A byte in the scale of wide values.
pub const BYTE: i64 = 1 << 24;

/// A multiple of 2^32, added so that a wide difference is not negative before it is reduced.
pub const MULTIPLE: i64 = 1 << 42;

/// The exponent of a scale whose unit is 1: it is added to all exponents, so that none is negative.
pub const UNIT_EXPONENT: i64 = 2200;
