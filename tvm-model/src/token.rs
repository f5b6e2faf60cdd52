//! Tokens and their names. What a token means to the loop that runs a model follows from its name
//! alone; the names are the token language.

use std::collections::HashMap;

use thiserror::Error;
pub use tvm_weights::{Move, Role, Token};

/// The tokens of a model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vocabulary {
    names: Vec<String>,
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
    /// A vocabulary of these names. `None` when a name occurs twice.
    pub fn new(names: Vec<String>) -> Option<Vocabulary> {
        let numbered = names.iter().enumerate();
        let by_name: HashMap<String, Token> =
            numbered.map(|(index, name)| (name.clone(), Token(index as u32))).collect();
        (by_name.len() == names.len()).then_some(Vocabulary { names, by_name })
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
    pub fn tokens(
        &self,
        names: impl IntoIterator<Item = impl AsRef<str>>,
    ) -> Result<Vec<Token>, UnknownToken> {
        let named = names.into_iter().enumerate();
        named
            .map(|(position, name)| {
                let name = name.as_ref();
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
        self.section(&[input, &[0]].concat())
    }

    /// A section of the prompt: every byte, and a commit.
    ///
    /// # Errors
    /// [`UnknownToken`] when the model has no tokens for it.
    pub fn section(&self, bytes: &[u8]) -> Result<Vec<Token>, UnknownToken> {
        let bytes = bytes.iter().map(|&byte| written(byte));
        self.tokens(bytes.chain(["commit(+0,sts=0,bt=0)".to_string()]))
    }

    /// What each token does, by token number.
    pub fn roles(&self) -> Vec<Role> {
        self.names.iter().map(|name| role(name)).collect()
    }
}

/// A byte of the input as a token: itself where it is printable and no bracket, else in hex.
pub fn written(byte: u8) -> String {
    let printable = byte.is_ascii_graphic() && !b"{}".contains(&byte);
    if printable { (byte as char).to_string() } else { format!("{byte:02x}") }
}

/// The role of the token with this name.
pub fn role(name: &str) -> Role {
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
        "await" => Role::Awaits,
        "call_commit" => Role::Completes(Move::Call),
        "return_commit" => Role::Completes(Move::Return),
        _ if name.starts_with("commit(") && name.ends_with(",bt=1)") => {
            Role::Completes(Move::Branch)
        }
        _ if name.starts_with("commit(") => Role::Completes(Move::Next),
        _ => value_byte(name).map_or(Role::Silent, Role::Byte),
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
        assert_eq!(role("out(A)"), Role::Outputs(b'A'));
        assert_eq!(role("out())"), Role::Outputs(b')'));
        assert_eq!(role("out(0a)"), Role::Outputs(10));
        assert_eq!(role("trap(unreachable)"), Role::Traps("unreachable".into()));
        assert_eq!(role("commit(-1,sts=1,bt=0)"), Role::Completes(Move::Next));
        assert_eq!(role("commit(-1,sts=0,bt=1)"), Role::Completes(Move::Branch));
        assert_eq!(role("call_commit"), Role::Completes(Move::Call));
        assert_eq!(role("return_commit"), Role::Completes(Move::Return));
        assert_eq!(role("halt"), Role::Halts);
        assert_eq!(role("7f'"), Role::Byte(0x7f));
        assert_eq!(role("a0"), Role::Byte(0xa0));
        for silent in ["7", "A0", "+1", "branch_taken", "}", "return"] {
            assert_eq!(role(silent), Role::Silent, "{silent}");
        }
    }
}
