//! What a program and its host ask of each other: values, the functions that a program imports and exports, and
//! the instructions by which it changes its memory. Who has these and sees the tokens of a run knows every
//! request and all of memory.

mod accesses;
mod interface;
mod value;

pub use accesses::Access;
pub use interface::{DONE, Export, FIRST_EXPORT, Import, Interface, RETURNED, SECTION, Signature};
pub use value::{Value, ValueType};

/// Bytes of a page of linear memory.
pub const PAGE_BYTES: u32 = 1 << 16;
