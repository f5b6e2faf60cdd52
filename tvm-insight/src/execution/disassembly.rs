//! Instructions as text, and the functions that they are in. The text is that of WebAssembly where
//! the instruction is WebAssembly's; a branch names its target, a call its function.
//!
//! Behind that are the operands, if one of them is not on the stack, and behind an arrow the variable that the result
//! goes to: `i32.add L3 4 -> L5` adds the constant 4 to local 3 and writes local 5. The operands are in the order in
//! which WebAssembly pushes them; one that is on the stack is `stack`, and one in a global that is a constant is that
//! constant.

use super::constants::Constants;
use super::names::Immediate;
use super::place;
use tvm_program::{Cursor, Instruction, InstructionSet, Place, Program, ValueType};

/// A program whose instructions can be read.
#[derive(Debug)]
pub struct Disassembly<'program> {
    program: &'program Program,
    /// By code.
    opcodes: Vec<Option<Opcode>>,
    constants: Constants,
}

/// What is known of an opcode.
#[derive(Debug, Clone)]
struct Opcode {
    name: String,
    immediate: Immediate,
    operands: Vec<ValueType>,
}

impl<'program> Disassembly<'program> {
    /// Of a program of this instruction set.
    pub fn new(program: &'program Program, set: &InstructionSet) -> Self {
        let mut opcodes = vec![None; 256];
        for mnemonic in set.mnemonics() {
            opcodes[usize::from(mnemonic.code.0)] = Some(Opcode {
                name: mnemonic.name.clone(),
                immediate: Immediate::of(&mnemonic.name),
                operands: mnemonic.operands.clone(),
            });
        }
        Disassembly { program, opcodes, constants: Constants::of(program, set) }
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
        let opcode = self.opcodes[usize::from(instruction.code.0)].as_ref()?;
        let (immediate, target) = self.immediate(opcode, at, instruction.immediate);
        let operands = self.operands(opcode, *instruction);
        let target = target.map(|target| format!("-> {target}"));
        let result = instruction.places.result;
        let result = (result != Place::Stack).then(|| format!("-> {}", place::short(result)));
        let parts = [opcode.name.clone()].into_iter().chain(immediate).chain(operands);
        Some(parts.chain(target).chain(result).collect::<Vec<_>>().join(" "))
    }

    /// What is shown of the immediate: a text, or where the instruction goes.
    fn immediate(
        &self,
        opcode: &Opcode,
        at: Cursor,
        immediate: u32,
    ) -> (Option<String>, Option<Cursor>) {
        let target = at.branch(immediate);
        match opcode.immediate {
            Immediate::Constant => (Some((immediate as i32).to_string()), None),
            Immediate::Target => (None, Some(target)),
            Immediate::Callee => match self.function_from(target) {
                Some(callee) => (Some(callee.to_owned()), None),
                None => (None, Some(target)),
            },
            Immediate::Offset if immediate != 0 => (Some(format!("offset={immediate}")), None),
            Immediate::Number => (Some(immediate.to_string()), None),
            Immediate::Unknown if immediate != 0 => (Some(immediate.to_string()), None),
            Immediate::Offset | Immediate::Unknown | Immediate::Hidden => (None, None),
        }
    }

    /// The operands of an instruction; nothing if all of them are on the stack.
    fn operands(&self, opcode: &Opcode, instruction: Instruction) -> Vec<String> {
        let places = place::of_operands(opcode.operands.len(), instruction.places);
        if places.iter().all(|place| *place == Place::Stack) {
            return Vec::new();
        }
        let operands = opcode.operands.iter().zip(places);
        operands.map(|(of, place)| self.operand(*of, place)).collect()
    }

    fn operand(&self, of: ValueType, place: Place) -> String {
        let constant = match place {
            Place::Global(first) => self.constants.value(of, first),
            Place::Stack | Place::Local(_) => None,
        };
        constant.map_or_else(|| place::short(place), |constant| constant.to_string())
    }
}
