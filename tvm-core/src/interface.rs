//! What a host has to know of a program beside its tokens: which instructions change memory or speak to the host.
//! It follows from the declarations of the opcodes.

use tvm_interface::{Access, Interface};
use tvm_program::{Code, Instruction, Program};

use crate::machine::{Control, Machine, Opcode, Target};

/// The interface of a program, complete with its accesses.
pub fn interface(program: &Program, machine: &Machine) -> Interface {
    let mut opcodes: Vec<Option<&Opcode>> = vec![None; 256];
    for opcode in machine.opcodes() {
        opcodes[usize::from(opcode.code.0)] = Some(opcode);
    }
    let instructions = (0..).zip(&program.instructions);
    let accesses = instructions.filter_map(|(index, &instruction)| {
        let opcode = opcodes[usize::from(instruction.code.0)]?;
        Some((index, access(opcode, instruction)?))
    });
    Interface { accesses: accesses.collect(), ..program.interface.clone() }
}

fn access(opcode: &Opcode, Instruction { code, immediate, .. }: Instruction) -> Option<Access> {
    if opcode.controls.contains(&Control::Grow) {
        return Some(Access::Grow);
    }
    if opcode.controls.contains(&Control::Await) {
        return Some(if code == Code::SECTION { Access::Section } else { Access::Receive });
    }
    if Code::SECTIONS.contains(&code) {
        return Some(Access::Data { address: immediate });
    }
    match opcode.target? {
        // A store has its address below the value.
        Target::Memory(_) => {
            Some(Access::Store { offset: immediate, words: opcode.words_above(1) })
        }
        Target::Pages => Some(Access::Declare),
        Target::Request => Some(Access::Request),
        Target::Argument(_) => Some(Access::Argument),
        _ => None,
    }
}
