//! The opcodes a machine knows, as the front end, the token text and the reference executor see
//! them: names, codes and stack types, nothing of what they compute. Built from the opcode
//! declarations of a machine, so every opcode is declared once.

use super::{Code, Instruction, Place, Places, Space, ValueType};

/// One opcode's name and stack type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mnemonic {
    /// Its name in the WebAssembly text format; also the name under which a module imports it as
    /// a function (`i32.add`, `output`, `sat_add`).
    pub name: String,
    /// Its code.
    pub code: Code,
    /// The types of its operands, the top of the stack last.
    pub operands: Vec<ValueType>,
    /// The types of what it leaves in their place.
    pub results: Vec<ValueType>,
    /// The name of the first opcode of its declaration: `local.get` of `local.get64`.
    pub declaration: String,
    /// The type that its declaration's parameter stands for: i64 of `local.get64` and of `i64.add`.
    pub parameter: Option<ValueType>,
    /// The name of the opcode that is 0 where this one is 1, and 1 where it is 0.
    pub opposite: Option<String>,
    /// The trace stores the instruction's bytes, four for each word, as stack values (`sts=1`).
    pub stores_to_stack: bool,
    /// Can its operands, at most two, be in variables?
    pub takes_variables: bool,
    /// Can its result go to a variable?
    pub gives_variable: bool,
    /// Can its result be where the last of two operands is? It cannot where the instruction reads that as a whole
    /// while its result is written.
    pub overwrites_top: bool,
    /// Are its bytes for memory? Its operands are then an address and a value.
    pub writes_memory: bool,
    /// The variable that it reads itself, by its immediate, and how many words that has.
    pub reads: Option<(Space, u8)>,
    /// The variable that it writes itself, by its immediate, and how many words that has.
    pub writes: Option<(Space, u8)>,
    /// A line of documentation.
    pub documentation: String,
}

impl Mnemonic {
    /// How many words of 32 bits it pops; a 64-bit integer is two, the lower one deeper.
    pub fn pops(&self) -> u8 {
        words(&self.operands)
    }

    /// Is one of its operands or results a number of 64 bits?
    fn is_wide(&self) -> bool {
        self.operands.iter().chain(&self.results).any(|of| of.words() == 2)
    }

    /// How many words it pushes.
    pub fn pushes(&self) -> u8 {
        words(&self.results)
    }

    /// The change of stack depth, as in `commit(D,..)`, of an instruction whose operands and result are there.
    pub fn stack_delta(&self) -> i32 {
        i32::from(self.pushes()) - i32::from(self.pops())
    }

    /// The change of stack depth of an instruction with these places.
    pub fn delta_with(&self, places: Places) -> i32 {
        let mut delta = self.stack_delta();
        for (operand, place) in self.operands.iter().rev().zip([places.top, places.second]) {
            if place != Place::Stack {
                delta += i32::from(operand.words());
            }
        }
        if places.result != Place::Stack {
            delta -= i32::from(self.result_words());
        }
        delta
    }

    /// How many words the value has that it makes; 0 if it makes none.
    pub fn result_words(&self) -> u8 {
        match self.results.last() {
            Some(result) if self.stores_to_stack => result.words(),
            _ => 0,
        }
    }

    /// The variable that an instruction with this opcode writes, itself or as its result: its space, its first word, and how
    /// many words it has.
    pub fn written(&self, instruction: Instruction) -> Option<(Space, u32, u8)> {
        let own = self.writes.map(|(space, words)| (space, instruction.immediate, words));
        own.or_else(|| {
            let (space, word) = instruction.places.result.variable()?;
            Some((space, word.into(), self.result_words()))
        })
    }

    /// Can an instruction with this opcode have these places? Its result is written byte by byte. It may lie where the
    /// first operand begins, as on the stack, but not where a byte is that is still to be read.
    pub fn allows(&self, places: Places) -> bool {
        let operands = [places.top, places.second];
        let variables = operands.iter().rposition(|place| *place != Place::Stack);
        let has_operands =
            variables.is_none_or(|last| self.takes_variables && last < self.operands.len());
        let has_result = self.gives_variable || places.result == Place::Stack;
        has_operands && has_result && (self.result_words() == 0 || self.keeps_operands(places))
    }

    /// Is every operand read before the result overwrites it?
    fn keeps_operands(&self, places: Places) -> bool {
        let words =
            |from_top: usize| self.operands.iter().rev().nth(from_top).map_or(0, |of| of.words());
        let meets =
            |place: Place, words: u8| place.meets(words, places.result, self.result_words());
        let begins = |place: Place| place == places.result;
        let [top, second] = [meets(places.top, words(0)), meets(places.second, words(1))];
        if self.operands.len() < 2 {
            return !top || begins(places.top);
        }
        // If only the last operand is on the stack, the result takes its place there.
        let takes_place = places.result == Place::Stack
            && places.top == Place::Stack
            && places.second != Place::Stack;
        let top_is_kept =
            !(top || takes_place) || self.overwrites_top && (takes_place || begins(places.top));
        top_is_kept && (!second || begins(places.second))
    }

    /// Can there be this instruction, which has this opcode? The variable that it reads by its immediate must be where
    /// the result begins too, or elsewhere.
    pub fn can_be(&self, instruction: Instruction) -> bool {
        let result = instruction.places.result;
        let own = self.reads.zip(u16::try_from(instruction.immediate).ok());
        let overwritten = own.is_some_and(|((space, words), word)| {
            let read = Place::in_variables(space, word);
            read != result && read.meets(words, result, self.result_words())
        });
        self.allows(instruction.places) && !overwritten
    }
}

/// The words that values of these types take together.
fn words(types: &[ValueType]) -> u8 {
    types.iter().map(|value_type| value_type.words()).sum()
}

/// A set of opcodes with unique codes and names.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct InstructionSet {
    mnemonics: Vec<Mnemonic>,
    traps: bool,
    has_places: bool,
}

impl InstructionSet {
    /// A set of these opcodes, in this order.
    ///
    /// # Panics
    /// When a name or a code occurs twice: opcode declarations are checked before they come here.
    pub fn new(mnemonics: Vec<Mnemonic>) -> Self {
        for (index, one) in mnemonics.iter().enumerate() {
            for other in &mnemonics[..index] {
                assert!(one.name != other.name, "mnemonic {} declared twice", one.name);
                assert!(one.code != other.code, "{} and {} share a code", one.name, other.name);
            }
        }
        let has_places = mnemonics.iter().any(Mnemonic::is_wide);
        InstructionSet { mnemonics, traps: false, has_places }
    }

    /// This set with every trap of WebAssembly: accesses outside memory and calls that nest too deep
    /// trap.
    #[must_use]
    pub fn with_traps(self) -> Self {
        InstructionSet { traps: true, ..self }
    }

    /// Do accesses outside memory and too many nested calls trap? Where they do not, memory is as
    /// large as the machine's and zero beyond, as in the classic machine.
    pub fn traps(&self) -> bool {
        self.traps
    }

    /// Can operands and results be in variables? They can in a set with numbers of 64 bits, which reads all values
    /// byte by byte. An instruction is then eight tokens of the prompt, and a variable is written before it is
    /// read; in any other set it is five, and a variable that was not written is 0.
    pub fn has_places(&self) -> bool {
        self.has_places
    }

    /// All opcodes in order of declaration.
    pub fn mnemonics(&self) -> &[Mnemonic] {
        &self.mnemonics
    }

    /// The opcode with this code.
    pub fn by_code(&self, code: Code) -> Option<&Mnemonic> {
        self.mnemonics.iter().find(|mnemonic| mnemonic.code == code)
    }

    /// The opcode for this type among those that are declared together with the named one.
    pub fn for_type(&self, declaration: &str, value_type: ValueType) -> Option<&Mnemonic> {
        let wanted =
            |one: &&Mnemonic| one.declaration == declaration && one.parameter == Some(value_type);
        self.mnemonics.iter().find(wanted)
    }

    /// The opcode with this name.
    pub fn by_name(&self, name: &str) -> Option<&Mnemonic> {
        self.mnemonics.iter().find(|mnemonic| mnemonic.name == name)
    }
}
