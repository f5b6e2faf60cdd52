//! What a program and its host ask of each other: values, the functions that a program imports and exports, and
//! the instructions by which it changes its memory, and the variables that addresses are read from. Who has these
//! and sees the tokens of a run knows every request and all of memory.

mod accesses;
mod interface;
mod value;

pub use accesses::{Access, Address};
pub use interface::{DONE, Export, FIRST_EXPORT, Import, Interface, RETURNED, SECTION, Signature};
pub use value::{Value, ValueType};

/// Bytes of a page of linear memory.
pub const PAGE_BYTES: u32 = 1 << 16;

/// Pages of linear memory before a program declares any. An instruction set without traps has no other
/// memory: accesses beyond it read 0 and write nothing.
pub const MEMORY_PAGES: u32 = 512;

/// The most pages that a program can declare or grow to, in an instruction set with traps.
pub const GREATEST_PAGES: u32 = 1024;

/// Instructions of a program in the weights. Weights that hold more are not exact.
pub const INSTRUCTIONS_IN_WEIGHTS: usize = 1 << 21;

/// Calls that may be open inside each other.
pub const CALL_DEPTH: u32 = 1 << 16;

/// Words of locals in the window of one call depth. A function with more takes several depths: its words lie
/// behind each other, from the window of its depth on.
pub const WINDOW_WORDS: u32 = 64;
