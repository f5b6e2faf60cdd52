//! What instructions emit, by any engine whose tokens are those of a graph.

use tvm_core::graph::TokenGraph;
use tvm_core::model::Token;
use tvm_core::runtime::engine::Engine;

/// The bytes that each instruction emits, in the order of execution; digits of quotients are none.
pub fn emitted(engine: &mut impl Engine, graph: &TokenGraph, prompt: &[String]) -> Vec<Vec<u8>> {
    for name in prompt {
        let token = graph.token(name).unwrap_or_else(|| panic!("no token {name}"));
        engine.feed(Token(token as u32));
    }
    let mut instructions = vec![Vec::new()];
    loop {
        let token = engine.predict();
        assert_ne!(token, Token::NONE, "the evaluator found it inexact");
        let name = &graph.tokens[token.0 as usize].name;
        match u8::from_str_radix(name.trim_end_matches('\''), 16) {
            Ok(byte) => instructions.last_mut().expect("never empty").push(byte),
            Err(_) if name == "divided" => instructions.last_mut().expect("never empty").clear(),
            Err(_) if name.starts_with("commit") => instructions.push(Vec::new()),
            Err(_) => {
                assert_eq!(name, "halt");
                return instructions;
            }
        }
        engine.feed(token);
    }
}
