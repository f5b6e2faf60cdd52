//! Instructions as the machine executes them. A [`Program`] is a flat list: block structure is
//! already relative branches. What an opcode computes is not known here.

/// The one-byte code of an opcode: that of the WebAssembly binary format where it has one there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Code(pub u8);

/// An opcode with its 32-bit immediate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Instruction {
    /// Which opcode.
    pub code: Code,
    /// Its immediate; 0 where the opcode has none.
    pub immediate: u32,
}

/// A program: executed from its first instruction until `halt` or a trap.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Program {
    /// The instructions; the machine's cursor is an index into them.
    pub instructions: Vec<Instruction>,
    /// Where each function begins, in order; for people, and empty where nothing is known of them.
    pub functions: Vec<FunctionStart>,
}

/// The first instruction of a function.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FunctionStart {
    /// The instruction.
    pub first: usize,
    /// The function's name, or its index in the module.
    pub name: String,
}

impl Program {
    /// Does the program take an input section? It does when it begins with `input_base`.
    pub fn reads_input(&self) -> bool {
        self.instructions.first().is_some_and(|first| first.code == Code::INPUT_BASE)
    }
}

/// The codes that the front end and the reference executor must know by name.
impl Code {
    /// Ends the program.
    pub const HALT: Code = Code(0x00);
    /// Returns from a function.
    pub const RETURN: Code = Code(0x0f);
    /// Calls a function by relative offset.
    pub const CALL: Code = Code(0x10);
    /// Unconditional relative branch.
    pub const BR: Code = Code(0x0c);
    /// Relative branch when the top of the stack is not 0.
    pub const BR_IF: Code = Code(0x0d);
    /// Says where the input section is placed in memory.
    pub const INPUT_BASE: Code = Code(0xfe);
    /// Writes the low byte of the top of the stack.
    pub const OUTPUT: Code = Code(0xff);
    /// Traps. WebAssembly's own code is 0x00, which the token language gives to `halt`.
    pub const UNREACHABLE: Code = Code(0xfd);
}
