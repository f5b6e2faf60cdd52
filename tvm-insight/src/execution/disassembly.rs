//! Instructions as text, and the functions that they are in. The text is that of WebAssembly where
//! the instruction is WebAssembly's; a branch names its target, a call its function.

use super::names::Immediate;
use tvm_program::{Cursor, InstructionSet, Program};

/// A program whose instructions can be read.
#[derive(Debug)]
pub struct Disassembly<'program> {
    program: &'program Program,
    /// By code.
    opcodes: Vec<Option<(String, Immediate)>>,
}

impl<'program> Disassembly<'program> {
    /// Of a program of this instruction set.
    pub fn new(program: &'program Program, set: &InstructionSet) -> Self {
        let mut opcodes = vec![None; 256];
        for mnemonic in set.mnemonics() {
            let opcode = (mnemonic.name.clone(), Immediate::of(&mnemonic.name));
            opcodes[usize::from(mnemonic.code.0)] = Some(opcode);
        }
        Disassembly { program, opcodes }
    }

    /// The name of the function that an instruction is in, where functions are known.
    pub fn function(&self, at: Cursor) -> Option<&'program str> {
        let functions = &self.program.functions;
        let begun = functions.partition_point(|function| function.first <= at.0 as usize);
        Some(&functions[begun.checked_sub(1)?].name)
    }

    /// The name of the function that begins with an instruction.
    pub fn function_from(&self, first: Cursor) -> Option<&'program str> {
        let functions = &self.program.functions;
        let found = functions.binary_search_by_key(&(first.0 as usize), |function| function.first);
        Some(&functions[found.ok()?].name)
    }

    /// An instruction. Targets of branches are numbers of instructions, from 0; the target of a
    /// call is a function's name, where it has one. None outside the program, and for an opcode
    /// that is not in the set.
    pub fn text(&self, at: Cursor) -> Option<String> {
        let instruction = self.program.instructions.get(at.0 as usize)?;
        let (name, kind) = self.opcodes[usize::from(instruction.code.0)].as_ref()?;
        let immediate = instruction.immediate;
        Some(match kind {
            Immediate::Constant => format!("{name} {}", immediate as i32),
            Immediate::Target => format!("{name} -> {}", at.branch(immediate)),
            Immediate::Callee => {
                let target = at.branch(immediate);
                match self.function_from(target) {
                    Some(callee) => format!("{name} {callee}"),
                    None => format!("{name} -> {target}"),
                }
            }
            Immediate::Offset if immediate != 0 => format!("{name} offset={immediate}"),
            Immediate::Number => format!("{name} {immediate}"),
            Immediate::Unknown if immediate != 0 => format!("{name} {immediate}"),
            Immediate::Offset | Immediate::Unknown | Immediate::Hidden => name.clone(),
        })
    }
}
