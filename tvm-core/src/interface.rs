//! What a host has to know of a program beside its tokens: which instructions change memory or speak to the host,
//! and which write a variable that an address is read from. It follows from the declarations of the opcodes.

use std::collections::BTreeSet;

use tvm_interface::{Access, Address, Interface};
use tvm_program::{Code, Instruction, Mnemonic, Place, Program, Row, Space};

use crate::machine::{Control, Machine, Opcode, Target};

/// The interface of a program, complete with its accesses.
pub fn interface(program: &Program, machine: &Machine) -> Interface {
    let opcodes = Opcodes::new(machine);
    let read = opcodes.read_as_addresses(program);
    let accesses = located(program).filter_map(|located| {
        let declared = opcodes.get(located.instruction)?;
        let access = access(declared, located.instruction);
        Some((located.index, access.or_else(|| write(declared, located, &read))?))
    });
    Interface { accesses: accesses.collect(), ..program.interface.clone() }
}

/// An instruction, and where it is.
#[derive(Clone, Copy)]
struct Located {
    index: u32,
    /// The function that it belongs to. A program of which no functions are known is one.
    function: usize,
    instruction: Instruction,
}

fn located(program: &Program) -> impl Iterator<Item = Located> {
    let functions = &program.functions;
    (0..).zip(&program.instructions).map(|(index, &instruction)| {
        let function = functions.partition_point(|one| one.first <= index as usize);
        Located { index, function, instruction }
    })
}

/// A word of a variable.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Word {
    /// A local of this function.
    Local(usize, u32),
    Global(u32),
}

/// An opcode, and what the front end knows of it.
struct Declared<'machine> {
    opcode: &'machine Opcode,
    mnemonic: Mnemonic,
}

/// The opcodes of a machine, by code.
struct Opcodes<'machine>(Vec<Option<Declared<'machine>>>);

impl<'machine> Opcodes<'machine> {
    fn new(machine: &'machine Machine) -> Self {
        let mut opcodes: Vec<_> = (0..256).map(|_| None).collect();
        for opcode in machine.opcodes() {
            let mnemonic = opcode.describe();
            opcodes[usize::from(opcode.code.0)] = Some(Declared { opcode, mnemonic });
        }
        Opcodes(opcodes)
    }

    fn get(&self, instruction: Instruction) -> Option<&Declared<'machine>> {
        self.0[usize::from(instruction.code.0)].as_ref()
    }

    /// All words of variables that stores have their addresses in.
    fn read_as_addresses(&self, program: &Program) -> BTreeSet<Word> {
        let words = located(program).filter_map(|Located { function, instruction, .. }| {
            match address(&self.get(instruction)?.mnemonic, instruction)? {
                Address::Stack(_) => None,
                Address::Local(word) => Some(Word::Local(function, word.into())),
                Address::Global(word) => Some(Word::Global(word.into())),
            }
        });
        words.collect()
    }
}

/// Where a store finds its address; none of any other instruction.
fn address(mnemonic: &Mnemonic, instruction: Instruction) -> Option<Address> {
    if !mnemonic.writes_memory {
        return None;
    }
    let [address, _] = Row::of(mnemonic, instruction.places).operands;
    Some(match address.place() {
        Place::Stack => Address::Stack(u8::try_from(-address.word).expect("a value has two words")),
        Place::Local(word) => Address::Local(word),
        Place::Global(word) => Address::Global(word),
    })
}

fn access(declared: &Declared<'_>, instruction: Instruction) -> Option<Access> {
    let (opcode, Instruction { code, immediate, .. }) = (declared.opcode, instruction);
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
        Target::Memory(_) => {
            let address = address(&declared.mnemonic, instruction)?;
            Some(Access::Store { address, offset: immediate })
        }
        Target::Pages => Some(Access::Declare),
        Target::Request => Some(Access::Request),
        Target::Argument(_) => Some(Access::Argument),
        _ => None,
    }
}

/// The write of a variable, if an address is read from one of its words.
fn write(declared: &Declared<'_>, located: Located, read: &BTreeSet<Word>) -> Option<Access> {
    let Located { function, instruction, .. } = located;
    let (space, first, words) = declared.mnemonic.written(instruction)?;
    let is_read = (0..u32::from(words)).map(|word| first.wrapping_add(word)).any(|word| {
        read.contains(&match space {
            Space::Locals => Word::Local(function, word),
            Space::Globals => Word::Global(word),
        })
    });
    // Addresses are in places, which are among the first words.
    let first = u16::try_from(first).ok().filter(|_| is_read)?;
    Some(match space {
        Space::Locals => Access::Local(first),
        Space::Globals => Access::Global(first),
    })
}

#[cfg(test)]
mod tests {
    use tvm_program::{FunctionStart, Places};

    use super::*;

    fn instruction(name: &str, immediate: u32, places: Places) -> Instruction {
        let set = Machine::full().instruction_set();
        let mnemonic = set.by_name(name).unwrap();
        assert!(mnemonic.allows(places), "{name}");
        Instruction::new(mnemonic.code, immediate).with(places)
    }

    fn accesses(instructions: Vec<Instruction>, functions: &[usize]) -> Vec<(u32, Access)> {
        let name = String::new();
        let functions =
            functions.iter().map(|&first| FunctionStart { first, name: name.clone() }).collect();
        let program = Program { instructions, functions, ..Program::default() };
        interface(&program, &Machine::full()).accesses
    }

    fn operands(second: Place, top: Place) -> Places {
        Places { second, top, result: Place::Stack }
    }

    fn result(result: Place) -> Places {
        Places { result, ..Places::STACK }
    }

    #[test]
    fn a_store_says_where_its_address_is() {
        use Place::{Global, Local, Stack};
        let stores = [
            ("i32.store", operands(Stack, Stack), Address::Stack(1)),
            ("i64.store", operands(Stack, Stack), Address::Stack(2)),
            ("i64.store8", operands(Stack, Local(7)), Address::Stack(0)),
            ("i32.store16", operands(Local(255), Stack), Address::Local(255)),
            ("i64.store32", operands(Global(503), Local(7)), Address::Global(503)),
            ("reserved.store", operands(Local(1), Global(2)), Address::Local(1)),
        ];
        for (name, places, address) in stores {
            let found = accesses(vec![instruction(name, 9, places)], &[]);
            assert_eq!(found, [(0, Access::Store { address, offset: 9 })], "{name}");
        }
        assert_eq!(accesses(vec![instruction("i32.load", 0, operands(Stack, Local(1)))], &[]), []);
    }

    #[test]
    fn writes_of_what_addresses_are_read_from_are_listed() {
        use Place::{Global, Local, Stack};
        let plain = |name, immediate| instruction(name, immediate, Places::STACK);
        let function = || {
            vec![
                plain("local.set", 3),
                plain("local.tee", 3),
                plain("local.set64", 2),
                plain("local.set64", 3),
                plain("local.set", 2),
                plain("local.set", u32::MAX),
                plain("local.get", 3),
                instruction("i32.add", 0, result(Local(3))),
                instruction("i64.add", 0, result(Local(2))),
                instruction("i32.add", 0, result(Local(4))),
                plain("global.set", 3),
                plain("global.set64", 4),
                instruction("i64.const", 0, result(Global(5))),
                instruction("i32.const", 0, result(Global(6))),
            ]
        };
        let local = instruction("i32.store", 0, operands(Local(3), Stack));
        let global = instruction("i32.store", 0, operands(Global(5), Stack));
        let stores = [Address::Local(3), Address::Global(5)]
            .map(|address| Access::Store { address, offset: 0 });
        let both = [function(), vec![local], function(), vec![global]].concat();
        let locals = [(0, 3), (1, 3), (2, 2), (3, 3), (7, 3), (8, 2)];
        let globals = [(11, 4), (12, 5)];
        let at = |first: u32, words: &[(u32, u16)], access: fn(u16) -> Access| {
            words.iter().map(|&(index, word)| (first + index, access(word))).collect()
        };
        let first: Vec<_> = at(0, &locals, Access::Local);
        let expected: [Vec<_>; 6] = [
            first,
            at(0, &globals, Access::Global),
            vec![(14, stores[0])],
            at(15, &locals, Access::Local),
            at(15, &globals, Access::Global),
            vec![(29, stores[1])],
        ];
        assert_eq!(accesses(both.clone(), &[]), expected.concat(), "all is one function");
        let [first, globals, local, _, more_globals, global] = &expected;
        let expected = [first, globals, local, more_globals, global].map(|part| &part[..]);
        assert_eq!(accesses(both, &[0, 15]), expected.concat(), "two functions");
    }

    /// Who follows a run finds these operands on the stack, and a host has to know where its answers go.
    #[test]
    fn what_speaks_to_the_host_has_its_values_on_the_stack() {
        let machine = Machine::full();
        let opcodes = Opcodes::new(&machine);
        let mut spoken = 0;
        for declared in opcodes.0.iter().flatten() {
            let Declared { opcode, mnemonic } = declared;
            match access(declared, Instruction::new(opcode.code, 0)) {
                None | Some(Access::Store { .. }) => continue,
                Some(_) => spoken += 1,
            }
            assert!(!mnemonic.takes_variables && !mnemonic.gives_variable, "{}", opcode.mnemonic);
        }
        assert_eq!(spoken, 10);
    }
}
