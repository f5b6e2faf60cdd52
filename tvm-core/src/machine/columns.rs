//! The columns of the embedding: what is known of a token by itself. Every other value in the residual
//! stream is computed from these and from the position.

use crate::graph::{Form, Graph};

/// The input nodes of a machine.
#[derive(Debug, Clone)]
pub struct Columns {
    /// A byte token's byte plus one; 0 for any other token.
    pub byte_number: Form,
    /// The tick of a byte token.
    pub carry: Form,
    /// 1 when the token completes an instruction: the cursor moves on.
    pub cursor_step: Form,
    /// By how much the token changes the depth of the operand stack.
    pub stack_step: Form,
    /// By how much the token changes the depth of calls.
    pub call_step: Form,
    /// 1 when the four bytes before the token are an offset for the cursor.
    pub jumps: Form,
    /// 1 when the four bytes before the token are a value for the stack.
    pub stores: Form,
    /// 1 for `branch_taken`.
    pub branches: Form,
    /// 1 for a mnemonic, and for a token that says a place: they and the bytes after them are the program.
    pub instruction: Form,
    /// The point of a mnemonic on the circle of opcodes, first coordinate.
    pub opcode_x: Form,
    /// The point of a mnemonic on the circle of opcodes, second coordinate.
    pub opcode_y: Form,
    /// The stack effect of a mnemonic.
    pub stack_delta: Form,
    /// How many words of a mnemonic's bytes are a value for the stack.
    pub result_words: Form,
    /// 1 for a mnemonic whose bytes are stored elsewhere.
    pub writes_elsewhere: Form,
    /// The word of a token that says a place.
    pub place_word: Form,
    /// 1 for a token that says the place of a local.
    pub place_in_frame: Form,
    /// 1 for a token that says the place of a global.
    pub place_in_globals: Form,
    /// How many words of the value at a token's place are not on the stack.
    pub place_off_stack: Form,
    /// 1 for the token between the quotient and the result of a division.
    pub divided: Form,
    /// The position of the token, from 0.
    pub position: Form,
}

impl Columns {
    /// Adds the columns to a graph.
    pub fn new(graph: &mut Graph) -> Columns {
        Columns {
            byte_number: graph.token_input("byte_number"),
            carry: graph.token_input("carry"),
            cursor_step: graph.token_input("cursor_step"),
            stack_step: graph.token_input("stack_step"),
            call_step: graph.token_input("call_step"),
            jumps: graph.token_input("jumps"),
            stores: graph.token_input("stores"),
            branches: graph.token_input("branches"),
            instruction: graph.token_input("instruction"),
            opcode_x: graph.token_input("opcode_x"),
            opcode_y: graph.token_input("opcode_y"),
            stack_delta: graph.token_input("stack_delta"),
            result_words: graph.token_input("result_words"),
            writes_elsewhere: graph.token_input("writes_elsewhere"),
            place_word: graph.token_input("place_word"),
            place_in_frame: graph.token_input("place_in_frame"),
            place_in_globals: graph.token_input("place_in_globals"),
            place_off_stack: graph.token_input("place_off_stack"),
            divided: graph.token_input("divided"),
            position: graph.position(),
        }
    }
}
