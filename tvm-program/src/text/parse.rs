//! Reads the token text. Every error says which token it met and what belonged there.

use super::{CLOSE, INPUT_COMMIT, OPEN};
use crate::excerpt::excerpt;
use crate::limits::{GLOBAL_WORDS, GREATEST_PAGES, LOCAL_WORDS};
use crate::{Code, Instruction, InstructionSet, Mnemonic, PlaceToken, Places, Program, places};

/// The opcodes whose immediate is a size of memory in pages.
const SIZES_OF_MEMORY: [&str; 2] = ["memory.declare", "memory.grow"];

/// What is wrong with a token text. Token numbers count from 1.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TextError {
    /// Another token belongs here.
    #[error("token {number}: {expected} expected, found `{token}`")]
    Unexpected {
        /// The token's number.
        number: usize,
        /// The token.
        token: String,
        /// What belongs there.
        expected: &'static str,
    },
    /// The text ends too early.
    #[error("token {number}: {expected} expected, but the text ends here")]
    Ended {
        /// The number the missing token would have.
        number: usize,
        /// What belongs there.
        expected: &'static str,
    },
    /// The opcode is not in the instruction set.
    #[error("token {number}: `{token}` is not an opcode of this instruction set")]
    UnknownOpcode {
        /// The token's number.
        number: usize,
        /// The token.
        token: String,
    },
    /// More memory than the machine has.
    #[error("token {number}: `{token}` of {pages} pages; the machine has at most {GREATEST_PAGES}")]
    MemoryTooLarge {
        /// The number of the opcode's token.
        number: usize,
        /// The opcode.
        token: String,
        /// Its immediate.
        pages: u32,
    },
    /// A local or a global beyond those that the machine has.
    #[error("token {number}: `{token}` of word {index}; the machine has words up to {greatest}")]
    VariableOutOfRange {
        /// The number of the opcode's token.
        number: usize,
        /// The opcode.
        token: String,
        /// Its immediate.
        index: u32,
        /// The greatest immediate.
        greatest: u32,
    },
    /// Places that an instruction with this opcode cannot have.
    #[error(
        "token {number}: `{opcode}` cannot have its operands and its result at `{places}`; without places all are on \
         the stack"
    )]
    Places {
        /// The number of the first place.
        number: usize,
        /// The opcode.
        opcode: String,
        /// The places.
        places: String,
    },
    /// An input section follows a program that reads none.
    #[error(
        "token {number}: the program takes no input (it does not begin with `input_base`), found `{token}`"
    )]
    NoInput {
        /// The token's number.
        number: usize,
        /// The token.
        token: String,
    },
}

impl TextError {
    /// The token that is wrong, from 1; where the text ends too early, the one that is missing.
    pub fn number(&self) -> usize {
        match self {
            TextError::Unexpected { number, .. }
            | TextError::Ended { number, .. }
            | TextError::UnknownOpcode { number, .. }
            | TextError::MemoryTooLarge { number, .. }
            | TextError::VariableOutOfRange { number, .. }
            | TextError::Places { number, .. }
            | TextError::NoInput { number, .. } => *number,
        }
    }
}

/// Reads a program and, if the text has one, the bytes of its input section.
///
/// # Errors
/// When the text is not a program of this instruction set; the error names the token.
pub fn parse(text: &str, set: &InstructionSet) -> Result<(Program, Option<Vec<u8>>), TextError> {
    let mut tokens = Tokens { rest: text.split_ascii_whitespace(), read: 0 };
    let mut program = parse_program(&mut tokens, set)?;
    let leading = program.instructions.iter().take_while(|one| one.code == Code::DATA).count();
    for _ in 0..leading {
        let first = tokens.expect("a section of data")?;
        program.data.push(parse_section(first, &mut tokens)?);
    }
    let Some(token) = tokens.next() else { return Ok((program, None)) };
    if !program.reads_input() {
        return Err(TextError::NoInput { number: tokens.read, token: excerpt(token) });
    }
    let input = parse_input(token, &mut tokens)?;
    match tokens.next() {
        None => Ok((program, Some(input))),
        Some(token) => Err(tokens.unexpected(token, "the end of the text")),
    }
}

/// The tokens of the text, counted as they are read.
struct Tokens<'t> {
    rest: std::str::SplitAsciiWhitespace<'t>,
    read: usize,
}

impl<'t> Tokens<'t> {
    fn next(&mut self) -> Option<&'t str> {
        let token = self.rest.next()?;
        self.read += 1;
        Some(token)
    }

    fn peek(&self) -> Option<&'t str> {
        self.rest.clone().next()
    }

    fn expect(&mut self, expected: &'static str) -> Result<&'t str, TextError> {
        let number = self.read + 1;
        self.next().ok_or(TextError::Ended { number, expected })
    }

    /// The error for the token that was read last.
    fn unexpected(&self, token: &str, expected: &'static str) -> TextError {
        TextError::Unexpected { number: self.read, token: excerpt(token), expected }
    }
}

fn parse_program(tokens: &mut Tokens<'_>, set: &InstructionSet) -> Result<Program, TextError> {
    let open = tokens.expect("`{`")?;
    if open != OPEN {
        return Err(tokens.unexpected(open, "`{`"));
    }
    let mut instructions = Vec::new();
    loop {
        let token = tokens.expect("an opcode or `}`")?;
        if token == CLOSE {
            return Ok(Program { instructions, ..Program::default() });
        }
        let Some(mnemonic) = set.by_name(token) else {
            return Err(TextError::UnknownOpcode { number: tokens.read, token: excerpt(token) });
        };
        let (number, immediate) = (tokens.read, parse_immediate(tokens)?);
        check_immediate(number, token, immediate)?;
        let instruction = Instruction::new(mnemonic.code, immediate);
        let places = match set.has_places() {
            true => parse_places(tokens, mnemonic, instruction)?,
            false => Places::STACK,
        };
        instructions.push(instruction.with(places));
    }
}

/// The places of an instruction: three tokens, or none where all are on the stack.
fn parse_places(
    tokens: &mut Tokens<'_>,
    mnemonic: &Mnemonic,
    instruction: Instruction,
) -> Result<Places, TextError> {
    const EXPECTED: &str = "a place (such as `stack-1`, `local.3` or `global64.7`)";
    if tokens.peek().and_then(PlaceToken::named).is_none() {
        return Ok(Places::STACK);
    }
    let first = tokens.read + 1;
    let mut row = [PlaceToken::NOTHING; 3];
    for place in &mut row {
        let token = tokens.expect(EXPECTED)?;
        *place = PlaceToken::named(token).ok_or_else(|| tokens.unexpected(token, EXPECTED))?;
    }
    let can_be = |places: &Places| mnemonic.can_be(instruction.with(*places));
    places(mnemonic, row).filter(can_be).ok_or_else(|| TextError::Places {
        number: first,
        opcode: mnemonic.name.clone(),
        places: row.map(|place| place.to_string()).join(" "),
    })
}

/// Refuses sizes of memory and indices of variables that the machine does not have.
fn check_immediate(number: usize, opcode: &str, immediate: u32) -> Result<(), TextError> {
    if SIZES_OF_MEMORY.contains(&opcode) && immediate > GREATEST_PAGES {
        let token = opcode.to_owned();
        return Err(TextError::MemoryTooLarge { number, token, pages: immediate });
    }
    let words = match opcode.split_once('.') {
        Some(("local", _)) => LOCAL_WORDS,
        Some(("global", _)) => GLOBAL_WORDS,
        _ => return Ok(()),
    };
    // A variable of 64 bits has a second word.
    let greatest = words - 2;
    if immediate > greatest {
        let token = opcode.to_owned();
        return Err(TextError::VariableOutOfRange { number, token, index: immediate, greatest });
    }
    Ok(())
}

fn parse_immediate(tokens: &mut Tokens<'_>) -> Result<u32, TextError> {
    const EXPECTED: &str = "an immediate byte (two hex digits)";
    let mut bytes = [0; 4];
    for byte in &mut bytes {
        let token = tokens.expect(EXPECTED)?;
        *byte = hex_byte(token).ok_or_else(|| tokens.unexpected(token, EXPECTED))?;
    }
    Ok(u32::from_le_bytes(bytes))
}

/// A section from its first token on.
fn parse_section(first: &str, tokens: &mut Tokens<'_>) -> Result<Vec<u8>, TextError> {
    const EXPECTED: &str = "a byte or `commit(+0,sts=0,bt=0)`";
    let mut bytes = Vec::new();
    let mut token = first;
    while token != INPUT_COMMIT {
        bytes.push(input_byte(token).ok_or_else(|| tokens.unexpected(token, EXPECTED))?);
        token = tokens.expect(EXPECTED)?;
    }
    Ok(bytes)
}

/// The input section from its first token on.
fn parse_input(first: &str, tokens: &mut Tokens<'_>) -> Result<Vec<u8>, TextError> {
    let mut bytes = parse_section(first, tokens)?;
    match bytes.pop() {
        Some(0) => Ok(bytes),
        _ => Err(tokens.unexpected(INPUT_COMMIT, "the final `00` of the input")),
    }
}

/// An input byte in either spelling: two hex digits or the printable character itself.
fn input_byte(token: &str) -> Option<u8> {
    match token.as_bytes() {
        [byte @ 0x21..=0x7e] if token != OPEN && token != CLOSE => Some(*byte),
        _ => hex_byte(token),
    }
}

fn hex_byte(token: &str) -> Option<u8> {
    let &[high, low] = token.as_bytes() else { return None };
    Some(16 * hex_digit(high)? + hex_digit(low)?)
}

/// Lower case only: a token has one spelling.
fn hex_digit(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    }
}
