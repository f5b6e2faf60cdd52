//! Why a byte of output is what it is: the path back ends where it should, and a change of the input there changes the output.

use std::path::Path;

use tvm_core::machine::Machine;
use tvm_core::pipeline::{self, SPECIALISED};
use tvm_core::schedule::Options;
use tvm_insight::session::{
    Answer, CauseEffect, CausePart, Given, Question, Session, SessionError, Subject, Why, to_json,
};
use tvm_program::wasm;
use tvm_runtime::driver::Limits;

/// How models are scheduled here: at once, however large they become.
const QUICK: Options = Options { rounds: 0, solver: None, ..SPECIALISED };

fn module(name: &str) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../programs/prebuilt");
    std::fs::read(folder.join(name).with_extension("wasm")).unwrap()
}

fn specialised(name: &str) -> Vec<u8> {
    let machine = Machine::full();
    let program = wasm::compile(&module(name), &machine.instruction_set()).unwrap();
    pipeline::specialised_within(&machine, &program, name, &QUICK).unwrap().model.to_bytes()
}

fn run(subject: &Subject) -> Session<'_> {
    let mut session = Session::new(subject, Limits::default());
    while session.advance(10_000).ended.is_none() {}
    session
}

/// The answers on the way back from a byte of output.
fn path(session: &mut Session<'_>, output: u64) -> Vec<Why> {
    let position = session.sequence().position_of_output(output).unwrap();
    let mut question = Question::Token { position };
    let mut path = Vec::new();
    loop {
        let why = session.why(question).unwrap();
        let next = why.main.map(|main| why.causes[main].next.unwrap());
        path.push(why);
        match next {
            Some(next) => question = next,
            None => return path,
        }
    }
}

#[test]
fn a_digit_of_a_sum_leads_back_to_a_digit_of_the_input() {
    let (model, module) = (specialised("addition"), module("addition"));
    let subject = Subject::program(&model, "addition", &module, b"19+23").unwrap();
    let mut session = run(&subject);
    let output = session.output(u64::MAX);
    assert_eq!(output, b"19+23=42\n");
    let path = path(&mut session, 7);
    assert_eq!(path[0].answer, Answer::Token { name: "out(2)".to_owned() });
    let given = path.last().unwrap().given;
    let Some(Given::Input { byte }) = given else { panic!("the path ends at {given:?}") };
    // The last digit of the sum is of the last digits.
    assert!([1, 4].contains(&byte), "{byte}");
    let mut other = *b"19+23";
    other[byte as usize] -= 1;
    let changed = Subject::program(&model, "addition", &module, &other).unwrap();
    assert_eq!(run(&changed).output(u64::MAX)[7], b'1');
    // Each step is an answer in its own right, and goes back.
    for (one, next) in path.iter().zip(&path[1..]) {
        assert_eq!(one.causes[one.main.unwrap()].next, Some(next.question));
        assert!(next.pass.unwrap_or(0) <= one.pass.unwrap());
    }
}

#[test]
fn a_universal_model_leads_back_to_the_program_in_the_prompt() {
    let machine = Machine::full();
    let model = pipeline::universal_within(&machine, &QUICK).unwrap().model.to_bytes();
    let text = b"{ i32.const 2a 00 00 00 output 00 00 00 00 halt 00 00 00 00 }";
    let subject = Subject::program(&model, "answer", text, b"").unwrap();
    let mut session = run(&subject);
    let path = path(&mut session, 0);
    assert_eq!(path[0].answer, Answer::Token { name: "out(*)".to_owned() });
    let last = path.last().unwrap();
    assert_eq!(
        (last.given, &last.answer),
        (Some(Given::Program), &Answer::Token { name: "2a".to_owned() })
    );
}

#[test]
fn causes_of_a_constant_are_in_the_weights() {
    let machine = Machine::full();
    let text = b"{ i32.const 2a 00 00 00 output 00 00 00 00 halt 00 00 00 00 }";
    let source = std::str::from_utf8(text).unwrap();
    let (program, _) = tvm_program::text::parse(source, &machine.instruction_set()).unwrap();
    let model = pipeline::specialised_within(&machine, &program, "answer", &QUICK).unwrap();
    let model = model.model.to_bytes();
    let subject = Subject::program(&model, "answer", text, b"").unwrap();
    let mut session = run(&subject);
    let path = path(&mut session, 0);
    let last = path.last().unwrap();
    assert_eq!((last.given, last.main), (None, None));
    let shapes = |name: &str| {
        last.causes.iter().any(|cause| {
            let is_neurons = matches!(cause.part, CausePart::Neurons { .. });
            is_neurons && cause.effect >= CauseEffect::Shapes && cause.name.contains(name)
        })
    };
    assert!(shapes("immediate"), "{}", to_json(last));
}

#[test]
fn what_is_not_there_has_no_reason() {
    let (model, module) = (specialised("addition"), module("addition"));
    let subject = Subject::program(&model, "addition", &module, b"1+1").unwrap();
    let mut session = run(&subject);
    let tokens = session.sequence().len();
    let beyond = session.why(Question::Token { position: tokens + 1 });
    assert!(matches!(beyond, Err(SessionError::Position { .. })), "{beyond:?}");
    let value = |layer, head, value| Question::Value { position: 3, layer, head, value };
    for question in [value(99, 0, 0), value(0, 999, 0), value(0, 0, 2)] {
        assert!(matches!(session.why(question), Err(SessionError::Part { .. })));
    }
    assert!(session.why(Question::Token { position: tokens }).unwrap().given.is_none());
}
