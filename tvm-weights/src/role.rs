//! What a token means to the loop that runs a model. Who knows the names of the tokens makes a table
//! of roles, one for each token; the loop reads the table and never a name.

/// What a token means to the loop that runs a model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Role {
    /// Nothing.
    Silent,
    /// A byte of a value or of an offset.
    Byte(u8),
    /// It completes an instruction, and execution goes on there.
    Completes(Move),
    /// It completes an instruction that writes this byte.
    Outputs(u8),
    /// The host appends what comes next, up to the token that completes the instruction.
    Awaits,
    /// It completes the program.
    Halts,
    /// It ends the program as an error of this kind.
    Traps(String),
}

/// Where execution goes on when an instruction is complete.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Move {
    /// At the next instruction.
    Next,
    /// Beyond the next instruction, by the offset in the last four bytes.
    Branch,
    /// As after a branch, in a function that was called.
    Call,
    /// As after a branch, in the function that called.
    Return,
}
