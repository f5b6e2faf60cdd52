//! Tokens and their names. What a token means to the run loop follows from its name alone; the
//! names are the token language.

use std::collections::HashMap;

use thiserror::Error;

/// A token: its row in the vocabulary.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Token(pub u32);

impl Token {
    /// No token: what follows when no score is a number. No vocabulary has it.
    pub const NONE: Token = Token(u32::MAX);
}

/// The tokens of a model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vocabulary {
    names: Vec<String>,
    generable: Vec<bool>,
    by_name: HashMap<String, Token>,
}

/// Text that is not in the token language of a model.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("token {position} is `{name}`, which this model does not know")]
pub struct UnknownToken {
    /// The token's place in the text, from 0.
    pub position: usize,
    /// What is written there.
    pub name: String,
}

impl Vocabulary {
    /// A vocabulary of these names; `generable` says which can be emitted. `None` when a name
    /// occurs twice or the lengths differ.
    pub fn new(names: Vec<String>, generable: Vec<bool>) -> Option<Vocabulary> {
        let numbered = names.iter().enumerate();
        let by_name: HashMap<String, Token> =
            numbered.map(|(index, name)| (name.clone(), Token(index as u32))).collect();
        let consistent = by_name.len() == names.len() && generable.len() == names.len();
        consistent.then_some(Vocabulary { names, generable, by_name })
    }

    /// How many tokens there are.
    pub fn len(&self) -> usize {
        self.names.len()
    }

    /// Are there none?
    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    /// All names in order.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// The name of a token.
    ///
    /// # Panics
    /// When the token is of another vocabulary.
    pub fn name(&self, token: Token) -> &str {
        &self.names[token.0 as usize]
    }

    /// Can the token be emitted?
    pub fn is_generable(&self, token: Token) -> bool {
        self.generable[token.0 as usize]
    }

    /// The token with this name.
    pub fn token(&self, name: &str) -> Option<Token> {
        self.by_name.get(name).copied()
    }

    /// The tokens of a text separated by white space.
    ///
    /// # Errors
    /// [`UnknownToken`] for the first token that the vocabulary lacks.
    pub fn parse(&self, text: &str) -> Result<Vec<Token>, UnknownToken> {
        self.tokens(text.split_whitespace())
    }

    /// The tokens with these names.
    ///
    /// # Errors
    /// [`UnknownToken`] for the first token that the vocabulary lacks.
    pub fn tokens<'a>(
        &self,
        names: impl IntoIterator<Item = &'a str>,
    ) -> Result<Vec<Token>, UnknownToken> {
        let named = names.into_iter().enumerate();
        named
            .map(|(position, name)| {
                let unknown = || UnknownToken { position, name: name.to_string() };
                self.token(name).ok_or_else(unknown)
            })
            .collect()
    }

    /// The input section: every byte, a final `00`, and a commit.
    ///
    /// # Errors
    /// [`UnknownToken`] when the model has no input tokens.
    pub fn input_section(&self, input: &[u8]) -> Result<Vec<Token>, UnknownToken> {
        let bytes = input.iter().map(|&byte| written(byte));
        let names: Vec<String> =
            bytes.chain(["00".to_string(), "commit(+0,sts=0,bt=0)".to_string()]).collect();
        self.tokens(names.iter().map(String::as_str))
    }

    /// What each token does, by token number.
    pub fn roles(&self) -> Vec<Role> {
        self.names.iter().map(|name| Role::of(name)).collect()
    }
}

/// A byte of the input as a token: itself where it is printable and no bracket, else in hex.
pub fn written(byte: u8) -> String {
    let printable = byte.is_ascii_graphic() && !b"{}".contains(&byte);
    if printable { (byte as char).to_string() } else { format!("{byte:02x}") }
}

/// What a token means to the run loop.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Role {
    /// Nothing.
    Silent,
    /// A byte of a value or of an offset.
    Byte(u8),
    /// It completes an instruction, and execution goes on there.
    Completes(Move),
    /// It completes an instruction that writes this byte.
    Outputs(u8),
    /// It completes the program.
    Halts,
    /// It ends the program as an error of this kind.
    Traps(String),
}

/// Where execution goes on when an instruction is complete.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Move {
    /// At the next instruction.
    Next,
    /// Beyond the next instruction, by the offset in the last four bytes.
    Branch,
    /// As after a branch, in a function that was called.
    Call,
    /// As after a branch, in the function that called.
    Return,
}

impl Role {
    /// The role of the token with this name.
    pub fn of(name: &str) -> Role {
        if name == "halt" {
            return Role::Halts;
        }
        if let Some(kind) = inside(name, "trap(") {
            return Role::Traps(kind.to_string());
        }
        if let Some(byte) = inside(name, "out(").and_then(byte_of) {
            return Role::Outputs(byte);
        }
        match name {
            "call_commit" => Role::Completes(Move::Call),
            "return_commit" => Role::Completes(Move::Return),
            _ if name.starts_with("commit(") && name.ends_with(",bt=1)") => {
                Role::Completes(Move::Branch)
            }
            _ if name.starts_with("commit(") => Role::Completes(Move::Next),
            _ => value_byte(name).map_or(Role::Silent, Role::Byte),
        }
    }
}

/// The byte that `hh` or `hh'` is.
fn value_byte(name: &str) -> Option<u8> {
    let digits = name.strip_suffix('\'').unwrap_or(name);
    let written = |digit: u8| matches!(digit, b'0'..=b'9' | b'a'..=b'f');
    let two = digits.len() == 2 && digits.bytes().all(written);
    two.then(|| u8::from_str_radix(digits, 16).ok())?
}

fn inside<'a>(name: &'a str, opening: &str) -> Option<&'a str> {
    name.strip_prefix(opening)?.strip_suffix(')')
}

fn byte_of(text: &str) -> Option<u8> {
    match text.as_bytes() {
        [byte] => Some(*byte),
        [_, _] => u8::from_str_radix(text, 16).ok(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_say_what_tokens_do() {
        assert_eq!(Role::of("out(A)"), Role::Outputs(b'A'));
        assert_eq!(Role::of("out())"), Role::Outputs(b')'));
        assert_eq!(Role::of("out(0a)"), Role::Outputs(10));
        assert_eq!(Role::of("trap(unreachable)"), Role::Traps("unreachable".into()));
        assert_eq!(Role::of("commit(-1,sts=1,bt=0)"), Role::Completes(Move::Next));
        assert_eq!(Role::of("commit(-1,sts=0,bt=1)"), Role::Completes(Move::Branch));
        assert_eq!(Role::of("call_commit"), Role::Completes(Move::Call));
        assert_eq!(Role::of("return_commit"), Role::Completes(Move::Return));
        assert_eq!(Role::of("halt"), Role::Halts);
        assert_eq!(Role::of("7f'"), Role::Byte(0x7f));
        assert_eq!(Role::of("a0"), Role::Byte(0xa0));
        for silent in ["7", "A0", "+1", "branch_taken", "}", "return"] {
            assert_eq!(Role::of(silent), Role::Silent, "{silent}");
        }
    }
}
