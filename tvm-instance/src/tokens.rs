//! What each token of a vocabulary does to the state that a host follows, and the tokens that a host appends.

use tvm_model::Token;
use tvm_model::token::{Move, Role, Vocabulary, role};

/// What a token does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Effect {
    /// A byte of the run under way, also as a character of a section.
    Byte(u8),
    /// Begins a run of bytes: anything that completes nothing.
    Opens,
    /// `}`: the program of the prompt ends, and execution begins.
    Begins,
    /// A byte of output.
    Output,
    /// Completes an instruction.
    Completes {
        /// The change of the stack's depth, in words.
        delta: i8,
        /// Are the bytes pushed?
        pushes: bool,
        /// Where execution goes on.
        going: Move,
    },
}

/// The effects of all tokens, by number.
pub(crate) fn effects(vocabulary: &Vocabulary) -> Vec<Effect> {
    vocabulary.names().iter().map(|name| effect(name)).collect()
}

fn effect(name: &str) -> Effect {
    if name == "}" {
        return Effect::Begins;
    }
    if let [byte @ 0x21..=0x7e] = name.as_bytes()
        && name != "{"
    {
        return Effect::Byte(*byte);
    }
    match role(name) {
        Role::Byte(byte) => Effect::Byte(byte),
        Role::Outputs(_) => Effect::Output,
        Role::Completes(going @ (Move::Call | Move::Return)) => {
            Effect::Completes { delta: 0, pushes: false, going }
        }
        Role::Completes(going) => {
            Effect::Completes { delta: delta(name), pushes: name.contains("sts=1"), going }
        }
        Role::Silent | Role::Awaits | Role::Halts | Role::Traps(_) => Effect::Opens,
    }
}

/// The change of depth in the name of a commit.
fn delta(name: &str) -> i8 {
    let digits = name.trim_start_matches("commit(").split(',').next();
    digits.and_then(|digits| digits.parse().ok()).unwrap_or(0)
}

/// The tokens that a host appends.
#[derive(Debug, Clone)]
pub(crate) struct HostTokens {
    bytes: Vec<Token>,
    word: Token,
    /// A program that pushes no value of 64 bits has no token for it.
    pair: Option<Token>,
    section: Option<Token>,
}

impl HostTokens {
    /// Those of a vocabulary; none if it has no host calls.
    pub(crate) fn of(vocabulary: &Vocabulary) -> Option<HostTokens> {
        let bytes = (0..=255_u8).map(|byte| vocabulary.token(&format!("{byte:02x}")));
        Some(HostTokens {
            bytes: bytes.collect::<Option<_>>()?,
            word: vocabulary.token("commit(+1,sts=1,bt=0)")?,
            pair: vocabulary.token("commit(+2,sts=1,bt=0)"),
            section: vocabulary.token("commit(-1,sts=0,bt=0)"),
        })
    }

    /// The bytes of a value and the commit that pushes it, if the vocabulary has that.
    pub(crate) fn value(&self, bytes: &[u8]) -> Option<Vec<Token>> {
        let commit = if bytes.len() > 4 { self.pair } else { Some(self.word) };
        Some(self.tokens(bytes, commit?))
    }

    /// The bytes of a section and its commit, if the vocabulary has that.
    pub(crate) fn section(&self, bytes: &[u8]) -> Option<Vec<Token>> {
        Some(self.tokens(bytes, self.section?))
    }

    fn tokens(&self, bytes: &[u8], commit: Token) -> Vec<Token> {
        let bytes = bytes.iter().map(|&byte| self.bytes[usize::from(byte)]);
        bytes.chain([commit]).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_say_what_tokens_do() {
        let completes = |delta, pushes, going| Effect::Completes { delta, pushes, going };
        for (name, expected) in [
            ("a", Effect::Byte(b'a')),
            ("7f", Effect::Byte(0x7f)),
            ("7f'", Effect::Byte(0x7f)),
            ("{", Effect::Opens),
            ("}", Effect::Begins),
            ("await", Effect::Opens),
            ("branch_taken", Effect::Opens),
            ("divided", Effect::Opens),
            ("out(a)", Effect::Output),
            ("commit(-3,sts=0,bt=0)", completes(-3, false, Move::Next)),
            ("commit(+2,sts=1,bt=0)", completes(2, true, Move::Next)),
            ("commit(-1,sts=0,bt=1)", completes(-1, false, Move::Branch)),
            ("call_commit", completes(0, false, Move::Call)),
            ("return_commit", completes(0, false, Move::Return)),
        ] {
            assert_eq!(effect(name), expected, "{name}");
        }
    }
}
