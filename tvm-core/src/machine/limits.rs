//! What the machine is large enough for. Every limit follows from exactness: a key of a lookup is
//! squared, and the square must stay an exact integer of f64.

/// Bytes of linear memory in a machine without traps: reads past it give 0, writes past it are ignored.
/// In one with traps as many are there until a program declares how many it has.
pub const MEMORY_BYTES: i64 = 1 << 25;

/// Bytes of the greatest linear memory that a program can declare or grow to. Twice the product of two
/// addresses is less than 2^53.
pub const GREATEST_MEMORY: i64 = 1 << 26;

/// Bytes of a page of linear memory.
pub const PAGE_BYTES: i64 = 1 << 16;

/// Pages of linear memory before a program declares any.
pub const MEMORY_PAGES: i64 = MEMORY_BYTES / PAGE_BYTES;

/// The depth of the operand stack when nothing is on it: no opcode reads below depth 0.
pub const EMPTY_DEPTH: i64 = 3;

/// No function is called with more words than this on the operand stack.
pub const OPERAND_WORDS: i64 = 1 << 22;

/// Bytes of one window of locals: 64 locals of 4 bytes.
pub const WINDOW_BYTES: i64 = 256;

/// Nested calls; a function of more than 64 locals counts once for every 64.
pub const CALL_DEPTH: i64 = 1 << 16;

/// Where globals begin among the keys of variables: past the last window.
pub const GLOBALS: i64 = WINDOW_BYTES * (CALL_DEPTH + 2);

/// Added to the address of an entry that is switched off, so that it equals no address.
pub const NOWHERE: i64 = 1 << 40;

/// Numbers wrap here.
pub const TWO_TO_32: i64 = 1 << 32;

/// The bit that makes a number negative.
pub const SIGN_BIT: i64 = 1 << 31;
