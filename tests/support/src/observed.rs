//! The tokens of an instance, and what the reference executor says of them: it replays what the host has answered
//! and generates the rest itself.

use std::cell::RefCell;
use std::rc::Rc;

use tvm_core::instance::Replay;
use tvm_core::model::{Token, Vocabulary};
use tvm_core::runtime::driver::Observer;
use tvm_core::{Compiled, Transformer};
use tvm_reference::{Answers, Executor};

/// An observer that keeps all tokens. Its clones keep the same ones.
#[derive(Clone, Default)]
pub struct Tokens(Rc<RefCell<Vec<Token>>>);

impl Tokens {
    /// The tokens until now.
    pub fn all(&self) -> Vec<Token> {
        self.0.borrow().clone()
    }
}

impl Observer for Tokens {
    fn token(&mut self, token: Token) {
        self.0.borrow_mut().push(token);
    }
}

/// Checks all tokens of an instance that reads no input against the reference executor.
///
/// # Panics
/// When they are not the same.
pub fn assert_as_by_reference(compiled: &Compiled, transformer: &Transformer, tokens: &[Token]) {
    let vocabulary = &transformer.model().vocabulary;
    let prompt = transformer.prompt(b"").unwrap().len();
    let tokens = &tokens[prompt..];
    let replay = Replay::new(vocabulary, tokens).unwrap();
    let host = Answers::new(replay.answers().iter().map(|answer| bytes(vocabulary, answer)));
    let set = compiled.machine.instruction_set();
    let mut expected = Vec::new();
    let executor = Executor::new(&compiled.program, &set, b"").unwrap().with_host(Box::new(host));
    executor.run(u64::MAX, &mut |token| expected.push(token.to_string())).unwrap();
    let found: Vec<&str> = tokens.iter().map(|&one| vocabulary.name(one)).collect();
    assert_eq!(found, expected);
}

/// The bytes of an answer, which a commit completes.
fn bytes(vocabulary: &Vocabulary, answer: &[Token]) -> Vec<u8> {
    let bytes = &answer[..answer.len() - 1];
    bytes.iter().map(|&one| u8::from_str_radix(vocabulary.name(one), 16).unwrap()).collect()
}
