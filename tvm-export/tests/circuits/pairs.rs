//! Pairs: there is one for every opcode; its sequences differ in one token; both answers are what the forward
//! pass predicts and, where the changed token is one of the prompt, what the reference executor generates.

use std::collections::BTreeSet;

use serde_json::Value;
use tvm_core::machine::Machine;
use tvm_core::model::{Model, Token};
use tvm_core::pipeline::{SPECIALISED, specialised_within};
use tvm_core::program::{InstructionSet, text as token_text};
use tvm_core::schedule::Options;
use tvm_core::{Compiled, compile};
use tvm_reference::Executor;
use tvm_test_support::parallel::in_parallel;

use super::files::{Circuits, UNIVERSALS, array, json, number, text};
use super::forward::{Forward, Memory};

/// What follows each of two sequences that are the same up to a position.
fn predicted(forward: &Forward, sequences: [&[Token]; 2], same: usize) -> [Token; 2] {
    let mut before = forward.memory();
    let read = |memory: &mut Memory, tokens: &[Token]| {
        let predicted = tokens.iter().map(|&token| forward.read(memory, token, &mut |_, _| {}));
        predicted.last()
    };
    read(&mut before, &sequences[0][..same]);
    sequences.map(|tokens| read(&mut before.clone(), &tokens[same..]).expect("the changed token"))
}

/// The sequences of a pair differ in what it says; its answers are those of the weights.
fn check(model: &Model, forward: &Forward, pair: &Value) {
    let [clean, corrupted] =
        ["clean", "corrupted"].map(|one| model.vocabulary.parse(text(&pair[one])).unwrap());
    let different: Vec<usize> = (0..clean.len()).filter(|&at| clean[at] != corrupted[at]).collect();
    assert_eq!(
        (clean.len(), different),
        (corrupted.len(), vec![number(&pair["position"])]),
        "{pair}"
    );
    assert_eq!(clean.len(), number(&pair["answer_position"]), "{pair}");
    let name = |token: Token| model.vocabulary.name(token);
    let position = number(&pair["position"]);
    assert_eq!([name(clean[position]), name(corrupted[position])], both(pair, "token"), "{pair}");
    let answers = predicted(forward, [&clean, &corrupted], position).map(name);
    assert_eq!(answers, both(pair, "answer"), "{pair}");
    assert_ne!(answers[0], answers[1], "{pair}");
}

/// What a pair says of the clean sequence and of the corrupted one.
fn both<'pair>(pair: &'pair Value, what: &str) -> [&'pair str; 2] {
    ["clean", "corrupted"].map(|which| text(&pair[format!("{which}_{what}")]))
}

/// What the reference executor generates after a prompt, until the program ends or waits for its host.
fn by_reference(prompt: &str, set: &InstructionSet) -> Vec<String> {
    let (program, input) = token_text::parse(prompt, set).expect("a program");
    let input = input.unwrap_or_default();
    let executor =
        Executor::new(&program, set, input.strip_suffix(&[0]).unwrap_or(&input)).unwrap();
    let mut generated = Vec::new();
    let _ = executor.run(1000, &mut |token| generated.push(token.to_string()));
    generated
}

fn check_with_reference(circuits: &Circuits, pair: &Value) {
    let set = circuits.machine.instruction_set();
    for which in ["clean", "corrupted"] {
        let sequence: Vec<&str> = text(&pair[which]).split(' ').collect();
        let (prompt, generated) = sequence.split_at(number(&pair["prompt"]));
        if which == "corrupted" && number(&pair["position"]) >= prompt.len() {
            continue;
        }
        let mut expected = by_reference(&prompt.join(" "), &set);
        expected.truncate(generated.len() + 1);
        let answer = text(&pair[format!("{which}_answer")]);
        assert_eq!([generated, &[answer]].concat(), expected, "{pair}");
    }
}

#[test]
fn every_opcode_of_the_universal_models_has_pairs() {
    for circuits in &*UNIVERSALS {
        let without = array(&circuits.pairs["without"]);
        assert!(without.is_empty(), "{without:?}");
        let all = array(&circuits.pairs["pairs"]);
        let having: BTreeSet<&str> = all.iter().map(|pair| text(&pair["opcode"])).collect();
        let set = circuits.machine.instruction_set();
        let declared: BTreeSet<&str> = set.mnemonics().iter().map(|one| &one.name[..]).collect();
        assert_eq!(having, declared);
        let forward = Forward::new(&circuits.model.weights);
        in_parallel(all, |pair| {
            check(&circuits.model, &forward, pair);
            check_with_reference(circuits, pair);
        });
    }
}

/// What is changed is what the pair says.
#[test]
fn a_pair_says_what_is_changed() {
    for circuits in &*UNIVERSALS {
        let set = circuits.machine.instruction_set();
        let mut kinds = BTreeSet::new();
        for pair in array(&circuits.pairs["pairs"]) {
            let changed = text(&pair["changed"]);
            kinds.insert(changed);
            let (position, prompt) = (number(&pair["position"]), number(&pair["prompt"]));
            let is_opcode = |token: &Value| set.by_name(text(token)).is_some();
            match changed {
                "opcode" => {
                    assert_eq!(pair["clean_token"], pair["opcode"]);
                    assert!(is_opcode(&pair["corrupted_token"]) && position < prompt, "{pair}");
                }
                "immediate" | "input" => assert!(position < prompt, "{pair}"),
                _ => assert!(position >= prompt, "{pair}"),
            }
        }
        assert!(kinds.is_superset(&BTreeSet::from(["opcode", "immediate", "operand", "input"])));
    }
}

/// Bytes of the input in upper case, and a sum of two digits: loads, variables, a loop, a call.
const PROGRAM: &str = r#"(module
    (import "tvm" "output" (func $output (param i32)))
    (global (export "tvm.input") i32 (i32.const 1024))
    (memory 1)
    (func $upper (param $byte i32) (result i32)
        (if (result i32) (i32.gt_u (local.get $byte) (i32.const 96))
            (then (i32.sub (local.get $byte) (i32.const 32)))
            (else (local.get $byte))))
    (func (export "compute") (param $at i32) (local $byte i32)
        (loop $next
            (local.set $byte (i32.load8_u (local.get $at)))
            (if (local.get $byte) (then
                (call $output (call $upper (local.get $byte)))
                (local.set $at (i32.add (local.get $at) (i32.const 1)))
                (br $next))))))"#;

#[test]
fn a_specialised_model_has_pairs_of_what_its_program_executes() {
    let Compiled { machine, program, .. } = compile(PROGRAM).unwrap();
    let options = Options { rounds: 0, solver: None, ..SPECIALISED };
    let model = specialised_within(&machine, &program, "upper", &options).unwrap().model;
    let universal = &UNIVERSALS[1];
    let files = tvm_export::circuits(&model, &universal.model, &Machine::full(), b"a B").unwrap();
    let pairs = json(&files, "pairs.json");
    let all = array(&pairs["pairs"]);
    let forward = Forward::new(&model.weights);
    all.iter().for_each(|pair| check(&model, &forward, pair));
    let circuits = json(&files, "circuits.json");
    let opcodes = array(&circuits["opcodes"]).iter().map(|one| text(&one["opcode"]));
    let having: BTreeSet<&str> = all.iter().map(|pair| text(&pair["opcode"])).collect();
    assert_eq!(having, opcodes.collect::<BTreeSet<&str>>(), "{}", pairs["without"]);
    let of_the_input = |pair: &&Value| pair["changed"] == "input";
    let loads: BTreeSet<&str> =
        all.iter().filter(of_the_input).map(|pair| text(&pair["opcode"])).collect();
    assert!(loads.contains("i32.load8_u"), "{loads:?}");
    assert_eq!(pairs["without"], Value::Array(Vec::new()));
}
