//! What instructions do with the stack and with variables, as far as it is known from their declarations.

use crate::wasm::lower::{Context, Step};
use crate::{
    Code, Instruction, Mnemonic, PLACES_OF_GLOBALS, PLACES_OF_LOCALS, Place, Places, Space,
    ValueType,
};

/// The opcodes of a set, by code.
pub(crate) struct Effects<'set> {
    mnemonics: Vec<Option<&'set Mnemonic>>,
    /// The opcode that branches where this comparison holds.
    branches: Vec<Option<Code>>,
    constant: Code,
    wide_constant: Option<Code>,
    /// Those whose result is a variable, or a constant, as it is.
    moves: Vec<Code>,
    set_local: Code,
    set_global: Code,
}

/// A run of words of one space of variables.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Variable {
    pub(crate) space: Space,
    pub(crate) word: u32,
    pub(crate) words: u8,
}

impl Variable {
    /// Each of its words.
    pub(crate) fn each_word(self) -> impl Iterator<Item = (Space, u32)> {
        (0..u32::from(self.words)).map(move |word| (self.space, self.word + word))
    }

    /// Its place, if an operand can be there.
    pub(crate) fn place(self) -> Option<Place> {
        let limit = match self.space {
            Space::Locals => PLACES_OF_LOCALS,
            Space::Globals => PLACES_OF_GLOBALS,
        };
        let word = u16::try_from(self.word).ok().filter(|word| *word < limit)?;
        Some(Place::in_variables(self.space, word))
    }
}

impl<'set> Effects<'set> {
    /// Those of a set.
    pub(crate) fn of(context: &Context<'set>) -> Effects<'set> {
        let (set, opcodes) = (context.set, context.opcodes);
        let mut mnemonics = vec![None; 256];
        let mut branches = vec![None; 256];
        for mnemonic in set.mnemonics() {
            let code = usize::from(mnemonic.code.0);
            mnemonics[code] = Some(mnemonic);
            let branch = set.by_name(&format!("br_if.{}", mnemonic.name));
            branches[code] = branch.map(|branch| branch.code);
        }
        let gets = [opcodes.local_get, opcodes.global_get];
        let types = [ValueType::I32, ValueType::I64];
        let moves = gets.iter().flat_map(|get| types.map(|of| get.of(of))).collect();
        Effects {
            mnemonics,
            branches,
            constant: opcodes.constant,
            wide_constant: opcodes.wide_constant,
            moves,
            set_local: opcodes.local_set.of(ValueType::I32),
            set_global: opcodes.global_set.of(ValueType::I32),
        }
    }

    /// The instructions that write a constant to a word of the variables: one, if it has a place.
    pub(crate) fn write(&self, bits: u32, space: Space, word: u32) -> Vec<Instruction> {
        let constant = Instruction::new(self.constant, bits);
        let set = match space {
            Space::Locals => self.set_local,
            Space::Globals => self.set_global,
        };
        let gives = self.mnemonic(self.constant).is_some_and(|constant| constant.gives_variable);
        match (Variable { space, word, words: 1 }).place().filter(|_| gives) {
            Some(result) => vec![constant.with(Places { result, ..Places::STACK })],
            None => vec![constant, Instruction::new(set, word)],
        }
    }

    /// The opcode of an instruction.
    pub(crate) fn mnemonic(&self, code: Code) -> Option<&'set Mnemonic> {
        self.mnemonics[usize::from(code.0)]
    }

    /// The instruction of a step whose effect on the stack is that of its opcode.
    pub(crate) fn instruction(step: &Step) -> Option<Instruction> {
        match *step {
            Step::Plain(instruction) => Some(instruction),
            Step::Branch { code, places, .. } => Some(Instruction::new(code, 0).with(places)),
            Step::Grow(code) => Some(Instruction::new(code, 0)),
            Step::Call(_) | Step::Return => None,
        }
    }

    /// Can anything else than the next step be executed after it?
    pub(crate) fn ends_block(&self, step: &Step) -> bool {
        match step {
            Step::Plain(instruction) => self.row_of_branches(*instruction).is_some(),
            Step::Grow(_) => false,
            Step::Branch { .. } | Step::Call(_) | Step::Return => true,
        }
    }

    /// How many branches follow one that goes to one of them.
    pub(crate) fn row_of_branches(&self, instruction: Instruction) -> Option<u32> {
        let name = &self.mnemonic(instruction.code)?.name;
        (name == "br_table").then(|| instruction.immediate + 1)
    }

    /// The opcode that branches where this comparison holds.
    pub(crate) fn branch_of(&self, code: Code) -> Option<Code> {
        self.branches[usize::from(code.0)]
    }

    /// The variable that an instruction reads itself.
    pub(crate) fn reads(&self, instruction: Instruction) -> Option<Variable> {
        variable(self.mnemonic(instruction.code)?.reads, instruction.immediate)
    }

    /// The variable that an instruction writes itself.
    pub(crate) fn writes(&self, instruction: Instruction) -> Option<Variable> {
        variable(self.mnemonic(instruction.code)?.writes, instruction.immediate)
    }

    /// The variable whose value an instruction pushes, without doing anything else.
    pub(crate) fn moved(&self, instruction: Instruction) -> Option<Variable> {
        let moves = self.moves.contains(&instruction.code) && instruction.places == Places::STACK;
        if moves { self.reads(instruction) } else { None }
    }

    /// The constant that an instruction pushes, without doing anything else: its bits, and how many words they are.
    pub(crate) fn constant(&self, instruction: Instruction) -> Option<(u64, u8)> {
        let Instruction { code, immediate, places } = instruction;
        match code {
            _ if places != Places::STACK => None,
            _ if code == self.constant => Some((immediate.into(), 1)),
            _ if Some(code) == self.wide_constant => {
                Some((i64::from(immediate.cast_signed()).cast_unsigned(), 2))
            }
            _ => None,
        }
    }
}

fn variable(of: Option<(Space, u8)>, immediate: u32) -> Option<Variable> {
    of.map(|(space, words)| Variable { space, word: immediate, words })
}
