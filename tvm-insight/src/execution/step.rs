//! What is told of one instruction.

use serde::Serialize;

use super::effect::Effect;
use super::place;
use tvm_program::{Cursor, Place, Value};

/// An instruction that was executed. Written as text it is a line under [`header`](super::header),
/// in JSON an object with these fields; values are signed numbers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Step {
    /// The position of its first token in the whole sequence, prompt included, from 0.
    pub position: u64,
    /// How many tokens it took.
    pub tokens: u64,
    /// The instruction: its number in the program, from 0.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub instruction: Cursor,
    /// The name of the function that it is in, where functions are known.
    pub function: Option<String>,
    /// The instruction as text.
    pub text: String,
    /// Its operands, in the order in which WebAssembly pushes them.
    #[cfg_attr(feature = "typescript", ts(type = "Array<number | string>"))]
    pub operands: Vec<Value>,
    /// Where each operand was: it was taken from the stack, or read from a variable. In JSON `"stack"`, `{"local":3}`
    /// or `{"global":7}`; of a value of 64 bits, the first of two words.
    #[serde(serialize_with = "place::serialize")]
    #[cfg_attr(
        feature = "typescript",
        ts(type = "Array<\"stack\" | { local: number } | { global: number }>")
    )]
    pub operand_places: Vec<Place>,
    /// Its results, in the order in which WebAssembly pushes them.
    #[cfg_attr(feature = "typescript", ts(type = "Array<number | string>"))]
    pub results: Vec<Value>,
    /// Where each result went, as for operands.
    #[serde(serialize_with = "place::serialize")]
    #[cfg_attr(
        feature = "typescript",
        ts(type = "Array<\"stack\" | { local: number } | { global: number }>")
    )]
    pub result_places: Vec<Place>,
    /// How many words of 32 bits are on the stack after it.
    pub stack_depth: usize,
    /// How many calls were open when it was executed.
    pub call_depth: usize,
    /// What it did beyond taking its operands and putting its results where they go. None if it trapped.
    pub effect: Option<Effect>,
    /// The byte that it wrote.
    pub output: Option<u8>,
    /// The trap in which the program ended here. Nothing of the instruction was done then.
    pub trap: Option<String>,
    /// Did the program end here as it should?
    pub halted: bool,
}
