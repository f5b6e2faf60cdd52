//! Instructions as the machine executes them. A [`Program`] is a flat list: block structure is
//! already relative branches. What an opcode computes is not known here.

use std::borrow::Cow;

use crate::{Interface, Places};

/// The one-byte code of an opcode: that of the WebAssembly binary format where it has one there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Code(pub u8);

/// An opcode with its 32-bit immediate, and where its operands and its result are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Instruction {
    /// Which opcode.
    pub code: Code,
    /// Its immediate; 0 where the opcode has none.
    pub immediate: u32,
    /// Where its operands are and where its result goes. In an instruction set without
    /// [places](crate::InstructionSet::has_places) all are on the stack.
    pub places: Places,
}

impl Instruction {
    /// An instruction whose operands and result are on the stack.
    pub const fn new(code: Code, immediate: u32) -> Instruction {
        Instruction { code, immediate, places: Places::STACK }
    }
}

/// A program: executed from its first instruction until `halt` or a trap.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Program {
    /// The instructions; the machine's cursor is an index into them.
    pub instructions: Vec<Instruction>,
    /// For every instruction the place of the operator in the module, in bytes, that it was made of, and 0 for none; for
    /// people, and empty where the program was no module.
    pub origins: Vec<u32>,
    /// Where each function begins, in order; for people, and empty where nothing is known of them.
    pub functions: Vec<FunctionStart>,
    /// The C stack of a program that a compiler of C has made; for people, too.
    pub c_stack: Option<CStack>,
    /// The bytes of the data sections, one for each `memory.data` that the program begins with.
    pub data: Vec<Vec<u8>>,
    /// The functions that it asks of a host, and those that a host can call.
    pub interface: Interface,
}

/// The first instruction of a function.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FunctionStart {
    /// The instruction.
    pub first: usize,
    /// The function's name, or its index in the module.
    pub name: String,
}

/// The C stack of a program: where a compiler of C puts the variables that have an address.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CStack {
    /// Its size in bytes.
    pub bytes: u32,
    /// What a call of each function that uses it takes, in order of the functions.
    pub frames: Vec<CStackFrame>,
}

/// What a call of a function takes of the C stack.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CStackFrame {
    /// The first instruction of the function.
    pub function: usize,
    /// The bytes that every call takes.
    pub bytes: u32,
    /// Can a call take more, so many as only the run decides?
    pub varies: bool,
}

impl Program {
    /// Does the program take an input section? It does when it begins with `input_base`, or that comes
    /// after the data.
    pub fn reads_input(&self) -> bool {
        self.input_base().is_some()
    }

    /// The address of the input, if the program takes an input section.
    pub fn input_base(&self) -> Option<u32> {
        let first = self.instructions.get(self.data.len())?;
        (first.code == Code::INPUT_BASE).then_some(first.immediate)
    }

    /// The sections of the prompt, in order: the address and the bytes of each. An input has a 0 at its end.
    pub fn sections<'all>(
        &'all self,
        input: &'all [u8],
    ) -> impl Iterator<Item = (u32, Cow<'all, [u8]>)> {
        let addresses = self.instructions.iter().map(|instruction| instruction.immediate);
        let data = addresses.zip(&self.data).map(|(at, bytes)| (at, Cow::from(&bytes[..])));
        let input = self.input_base().map(|at| (at, Cow::from([input, &[0]].concat())));
        data.chain(input)
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
    /// Says where a section of data in the prompt is placed in memory.
    pub const DATA: Code = Code(0xfc);
    /// Writes bytes of the host to memory.
    pub const SECTION: Code = Code(0x0b);
    /// The instructions whose bytes come from outside and go to memory.
    pub const SECTIONS: [Code; 3] = [Code::DATA, Code::INPUT_BASE, Code::SECTION];
    /// Writes the low byte of the top of the stack.
    pub const OUTPUT: Code = Code(0xff);
    /// Traps. WebAssembly's own code is 0x00, which the token language gives to `halt`.
    pub const UNREACHABLE: Code = Code(0xfd);
}
