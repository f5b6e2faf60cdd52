//! Instructions as text, and the functions that they are in. The text is that of WebAssembly where
//! the instruction is WebAssembly's; a branch says where it goes, a call whom it calls.

use super::meaning::Meaning;
use tvm_program::{Code, InstructionSet, Mnemonic, Program};
use tvm_reference::Cursor;

/// A program whose instructions can be read.
#[derive(Debug)]
pub struct Disassembly<'program> {
    program: &'program Program,
    /// By code.
    opcodes: Vec<Option<(&'program Mnemonic, Meaning)>>,
}

impl<'program> Disassembly<'program> {
    /// Of a program of this instruction set.
    pub fn new(program: &'program Program, set: &'program InstructionSet) -> Self {
        let mut opcodes = vec![None; 256];
        for mnemonic in set.mnemonics() {
            opcodes[usize::from(mnemonic.code.0)] = Some((mnemonic, Meaning::of(&mnemonic.name)));
        }
        Disassembly { program, opcodes }
    }

    /// Forgets what an opcode means but for its stack type.
    pub(super) fn forget(&mut self, code: Code) {
        if let Some((_, meaning)) = &mut self.opcodes[usize::from(code.0)] {
            *meaning = Meaning::Operator;
        }
    }

    /// The opcode of an instruction, what it means, and its immediate. None outside the program,
    /// and for an opcode that is not in the set.
    pub(super) fn instruction(&self, at: Cursor) -> Option<(&'program Mnemonic, Meaning, u32)> {
        let instruction = self.program.instructions.get(at.0 as usize)?;
        let (mnemonic, meaning) = self.opcodes[usize::from(instruction.code.0)]?;
        Some((mnemonic, meaning, instruction.immediate))
    }

    /// The name of the function that an instruction is in, where functions are known.
    pub fn function(&self, at: Cursor) -> Option<&'program str> {
        let functions = &self.program.functions;
        let begun = functions.partition_point(|function| function.first <= at.0 as usize);
        Some(&functions[begun.checked_sub(1)?].name)
    }

    /// The name of the function that begins with an instruction.
    pub(super) fn function_from(&self, first: Cursor) -> Option<&'program str> {
        let functions = &self.program.functions;
        let found = functions.binary_search_by_key(&(first.0 as usize), |function| function.first);
        Some(&functions[found.ok()?].name)
    }

    /// An instruction. Targets of branches are numbers of instructions, from 0; the one of a call
    /// is a function's name, where it has one. None outside the program, and for an opcode that
    /// is not in the set.
    pub fn text(&self, at: Cursor) -> Option<String> {
        let (mnemonic, meaning, immediate) = self.instruction(at)?;
        let name = &mnemonic.name;
        Some(match meaning {
            Meaning::Constant => format!("{name} {}", immediate as i32),
            Meaning::Access { .. } if immediate != 0 => format!("{name} offset={immediate}"),
            Meaning::Branch => format!("{name} -> {}", at.branch(immediate)),
            Meaning::Call => {
                let target = at.branch(immediate);
                match self.function_from(target) {
                    Some(callee) => format!("{name} {callee}"),
                    None => format!("{name} -> {target}"),
                }
            }
            Meaning::Variable { .. }
            | Meaning::BranchTable
            | Meaning::MemoryDeclare
            | Meaning::MemoryGrow => format!("{name} {immediate}"),
            Meaning::Operator if immediate != 0 => format!("{name} {immediate}"),
            Meaning::Operator | Meaning::Access { .. } | Meaning::Return | Meaning::MemorySize => {
                name.clone()
            }
        })
    }
}
