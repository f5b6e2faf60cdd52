//! Where the operands of an instruction are, and where its result goes: on the operand stack, or in a variable.
//! A [`Row`] says it as the model reads it, three tokens behind the immediate of each instruction.

use std::fmt;

use crate::{Instruction, Mnemonic};

/// Where a value is. A value of 64 bits is two words; its place is that of the lower one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Place {
    /// On the operand stack.
    #[default]
    Stack,
    /// In the local that begins with this word.
    Local(u16),
    /// In the global that begins with this word.
    Global(u16),
}

impl Place {
    /// The place that begins with a word of the variables.
    pub fn in_variables(space: Space, word: u16) -> Place {
        match space {
            Space::Locals => Place::Local(word),
            Space::Globals => Place::Global(word),
        }
    }

    /// Where it is among the variables; nowhere if it is on the stack.
    pub fn variable(self) -> Option<(Space, u16)> {
        match self {
            Place::Stack => None,
            Place::Local(word) => Some((Space::Locals, word)),
            Place::Global(word) => Some((Space::Globals, word)),
        }
    }

    /// Have a value of so many words here and one there, in variables both, a word in common?
    pub(crate) fn meets(self, words: u8, other: Place, of_other: u8) -> bool {
        let (Some((space, one)), Some((of_space, other))) = (self.variable(), other.variable())
        else {
            return false;
        };
        space == of_space
            && one < other.saturating_add(of_other.into())
            && other < one.saturating_add(words.into())
    }
}

/// Words of locals that an operand or a result can be in; `local.get` and the like reach all.
pub const PLACES_OF_LOCALS: u16 = 256;

/// Words of globals that an operand or a result can be in. A program in the weights has these numbers as staircases, which are
/// exact for numbers below 2^9.
pub const PLACES_OF_GLOBALS: u16 = 504;

/// Where the operands of an instruction are, and where its result goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Places {
    /// The last operand.
    pub top: Place,
    /// The operand before it.
    pub second: Place,
    /// The result.
    pub result: Place,
}

impl Places {
    /// All on the stack.
    pub const STACK: Places =
        Places { top: Place::Stack, second: Place::Stack, result: Place::Stack };

    /// Ways in which two operands and a result can be in variables or on the stack.
    pub const SHAPES: usize = 8;

    /// Which of the operands and the result are in variables, below [`Places::SHAPES`].
    pub fn shape(self) -> usize {
        let all = [self.top, self.second, self.result];
        all.iter().fold(0, |shape, place| 2 * shape + usize::from(*place != Place::Stack))
    }

    /// Some places of a shape, which have no word in common.
    pub fn with_shape(shape: usize) -> Places {
        let place = |bit: u16| match shape & usize::from(bit) {
            0 => Place::Stack,
            _ => Place::Local(2 * bit),
        };
        Places { top: place(4), second: place(2), result: place(1) }
    }
}

/// The variables of a function, or those of all functions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Space {
    /// Those of a call.
    Locals,
    /// Those of the program.
    Globals,
}

/// What the place of a value is counted from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Origin {
    /// The top word of the stack before the instruction.
    Top,
    /// The first variable of a space.
    Variables(Space),
}

/// A place as a token of the program.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PlaceToken {
    /// What it is counted from.
    pub origin: Origin,
    /// How many words the lowest word of the value is above it.
    pub word: i32,
    /// How many words of the value are not on the stack: 0 if it is there.
    pub words: u8,
}

impl PlaceToken {
    /// The place of a value that there is not.
    pub const NOTHING: PlaceToken = PlaceToken { origin: Origin::Top, word: 0, words: 0 };

    /// A place on the stack.
    pub fn stack(word: i32) -> PlaceToken {
        PlaceToken { word, ..PlaceToken::NOTHING }
    }

    /// A variable of so many words.
    pub fn variable(space: Space, word: u16, words: u8) -> PlaceToken {
        PlaceToken { origin: Origin::Variables(space), word: word.into(), words }
    }

    /// All variables that a token can name.
    pub fn variables() -> impl Iterator<Item = PlaceToken> {
        let spaces =
            [(Space::Locals, PLACES_OF_LOCALS), (Space::Globals, PLACES_OF_GLOBALS)].into_iter();
        spaces.flat_map(|(space, number)| {
            [1, 2].into_iter().flat_map(move |words| {
                (0..number).map(move |word| PlaceToken::variable(space, word, words))
            })
        })
    }

    /// The token with this name.
    pub fn named(name: &str) -> Option<PlaceToken> {
        if let Some(word) = name.strip_prefix("stack") {
            return Some(PlaceToken::stack(word.parse().ok()?))
                .filter(|one| one.to_string() == name);
        }
        let (space, word) = name.split_once('.')?;
        let (space, number, words) = match space {
            "local" => (Space::Locals, PLACES_OF_LOCALS, 1),
            "local64" => (Space::Locals, PLACES_OF_LOCALS, 2),
            "global" => (Space::Globals, PLACES_OF_GLOBALS, 1),
            "global64" => (Space::Globals, PLACES_OF_GLOBALS, 2),
            _ => return None,
        };
        let word = word.parse().ok().filter(|word| *word < number)?;
        Some(PlaceToken::variable(space, word, words)).filter(|one| one.to_string() == name)
    }

    /// The place that it names.
    pub fn place(self) -> Place {
        let word = u16::try_from(self.word).unwrap_or_default();
        match self.origin {
            Origin::Top => Place::Stack,
            Origin::Variables(space) => Place::in_variables(space, word),
        }
    }
}

impl fmt::Display for PlaceToken {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let wide = if self.words == 2 { "64" } else { "" };
        match self.origin {
            Origin::Top => write!(formatter, "stack{:+}", self.word),
            Origin::Variables(Space::Locals) => write!(formatter, "local{wide}.{}", self.word),
            Origin::Variables(Space::Globals) => write!(formatter, "global{wide}.{}", self.word),
        }
    }
}

/// What the model is told of an instruction's places.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Row {
    /// The last operand, then the one before it. Where memory is written they are exchanged: so the first one is the
    /// address of every access. An opcode that reads a variable has it behind its operands, counted with its immediate.
    pub operands: [PlaceToken; 2],
    /// The result, or the variable that is written, which is counted with the immediate.
    pub result: PlaceToken,
}

impl Row {
    /// The places of an instruction with this opcode.
    pub fn of(mnemonic: &Mnemonic, places: Places) -> Row {
        let types = &mnemonic.operands;
        let words = |from_top: usize| types.iter().rev().nth(from_top).map_or(0, |of| of.words());
        let top = variable(places.top, words(0));
        let second = variable(places.second, words(1));
        let above_second = if top.is_some() { 0 } else { words(0) };
        let on_stack = |above: u8, words: u8| match words {
            0 => PlaceToken::NOTHING,
            _ => PlaceToken::stack(1 - i32::from(above) - i32::from(words)),
        };
        let mut operands = [
            top.unwrap_or_else(|| on_stack(0, words(0))),
            second.unwrap_or_else(|| on_stack(above_second, words(1))),
        ];
        if let Some((space, words)) = mnemonic.reads {
            if let Some(operand) = operands.get_mut(types.len()) {
                *operand = PlaceToken::variable(space, 0, words);
            }
        }
        if mnemonic.writes_memory {
            operands.reverse();
        }
        Row { operands, result: result(mnemonic, places) }
    }

    /// The tokens, in their order in the program.
    pub fn tokens(self) -> [PlaceToken; 3] {
        let [first, second] = self.operands;
        [first, second, self.result]
    }
}

fn result(mnemonic: &Mnemonic, places: Places) -> PlaceToken {
    if let Some((space, words)) = mnemonic.writes {
        return PlaceToken::variable(space, 0, words);
    }
    let words = mnemonic.result_words();
    if words == 0 {
        return PlaceToken::NOTHING;
    }
    variable(places.result, words)
        .unwrap_or_else(|| PlaceToken::stack(mnemonic.delta_with(places) - i32::from(words) + 1))
}

fn variable(place: Place, words: u8) -> Option<PlaceToken> {
    let (space, word) = place.variable()?;
    Some(PlaceToken::variable(space, word, words))
}

/// The places that a row of tokens says; none if an instruction with this opcode has no such row.
pub fn places(mnemonic: &Mnemonic, tokens: [PlaceToken; 3]) -> Option<Places> {
    let [mut top, mut second, result] = tokens.map(PlaceToken::place);
    if mnemonic.writes_memory {
        std::mem::swap(&mut top, &mut second);
    }
    // A variable that the opcode itself reads or writes is in its immediate.
    let own = mnemonic.reads.map(|_| mnemonic.operands.len());
    let places = Places {
        top: if own == Some(0) { Place::Stack } else { top },
        second: if own == Some(1) { Place::Stack } else { second },
        result: if mnemonic.writes.is_some() { Place::Stack } else { result },
    };
    let fits = mnemonic.allows(places) && Row::of(mnemonic, places).tokens() == tokens;
    fits.then_some(places)
}

impl Instruction {
    /// This instruction with other places.
    #[must_use]
    pub fn with(self, places: Places) -> Instruction {
        Instruction { places, ..self }
    }
}
