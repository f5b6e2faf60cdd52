//! Model files: of real programs, damaged. Every damage is noticed by the digest; with a digest that fits,
//! as somebody might write it, what can be read must run.

use std::sync::OnceLock;

use tvm_core::machine::Machine;
use tvm_core::pipeline;
use tvm_model::{Model, ModelError, Token, VERSION};
use tvm_program::{InstructionSet, wasm};
use tvm_runtime::attention::{Hull, IntegerKeys};
use tvm_runtime::driver::{Observer, run};
use tvm_runtime::engine::{AttentionKind, Dense, Engine, Planned, Sparse};
use tvm_runtime::plan::Plan;

use crate::damage::{Damaged, edits, flips, garbage, truncations};
use crate::split_mix::SplitMix;
use crate::survives;

/// A program with a loop, a call, memory, output and a division.
const PROGRAM: &str = r#"(module (import "tvm" "output" (func $output (param i32)))
    (memory 1)
    (func $twice (param i32) (result i32) (i32.add (local.get 0) (local.get 0)))
    (func (export "main") (local i32)
        (loop
            (i32.store (local.get 0) (call $twice (local.get 0)))
            (call $output (i32.add (i32.const 65) (i32.load (local.get 0))))
            (br_if 0 (i32.lt_u (local.tee 0 (i32.add (local.get 0) (i32.const 1))) (i32.const 3))))))"#;

fn specialised(machine: &Machine) -> Model<'static> {
    let set: InstructionSet = machine.instruction_set();
    let program = wasm::compile(&wat::parse_str(PROGRAM).unwrap(), &set).unwrap();
    pipeline::specialised(machine, &program, "small").unwrap().model
}

/// Models of a small program on both machines, and the classic interpreter.
pub fn models() -> &'static [(&'static str, Model<'static>)] {
    static MODELS: OnceLock<Vec<(&'static str, Model<'static>)>> = OnceLock::new();
    MODELS.get_or_init(|| {
        let universal = pipeline::universal(&Machine::classic()).unwrap().model;
        let [classic, full] = [Machine::classic(), Machine::full()].map(|it| specialised(&it));
        vec![("classic", classic), ("full", full), ("universal classic", universal)]
    })
}

struct Nobody;

impl Observer for Nobody {}

/// Feeds an engine the prompt, what it answers, and tokens that it does not expect.
pub fn drive(model: &Model, engine: &mut dyn Engine, tokens: usize) {
    let Model { vocabulary, weights, .. } = model;
    let mut random = SplitMix(7);
    let number = vocabulary.len() as u64;
    for step in 0..tokens {
        let answer = if step == 0 { Token::NONE } else { engine.predict() };
        assert!(answer == Token::NONE || weights.is_generable(answer), "{answer:?}");
        let any = Token((random.next() % number) as u32);
        engine.feed(if step % 3 == 0 || answer == Token::NONE { any } else { answer });
        assert!(engine.memory() < 1 << 30);
    }
    let prompt = vocabulary.tokens(["{", "}"]).unwrap_or_else(|_| vec![Token(0)]);
    let _ = run(engine, &vocabulary.roles(), &prompt, tokens as u64, &mut Nobody);
}

/// Runs a model by every engine for some tokens.
pub fn exercise(model: &Model, tokens: usize) {
    let plan = Plan::new(&model.weights);
    assert!(!plan.to_string().is_empty());
    drive(model, &mut Planned::new(&plan), tokens);
    for kind in [AttentionKind::Hull, AttentionKind::Brute] {
        drive(model, &mut Sparse::new(&model.weights, kind), tokens);
        drive(model, &mut Dense::new(&model.weights, kind), tokens);
    }
}

/// Writes the digest anew, as `docs/model-file.md` says it.
fn sealed(mut bytes: Vec<u8>) -> Vec<u8> {
    const DIGITS: usize = 32;
    let name = br#"digest\":\""#;
    let Some(at) = bytes.windows(name.len()).position(|window| window == name) else {
        return bytes;
    };
    let place = at + name.len()..at + name.len() + DIGITS;
    if bytes.len() < place.end {
        return bytes;
    }
    bytes[place.clone()].fill(b'0');
    let mut words: Vec<u64> = Vec::new();
    for eight in bytes.chunks(8) {
        let mut word = [0; 8];
        word[..eight.len()].copy_from_slice(eight);
        words.push(u64::from_le_bytes(word));
    }
    words.push(bytes.len() as u64);
    let digest = words.into_iter().fold(0x6c62272e07bb014262b821756295c58d_u128, |digest, word| {
        (digest ^ u128::from(word)).wrapping_mul(0x0000000001000000000000000000013b)
    });
    bytes[place].copy_from_slice(format!("{digest:032x}").as_bytes());
    bytes
}

#[test]
fn the_digest_is_the_documented_one() {
    for (name, model) in models() {
        let bytes = model.to_bytes();
        assert!(sealed(bytes.clone()) == bytes, "{name}");
    }
}

#[test]
fn every_damage_is_noticed() {
    for (name, model) in models() {
        let bytes = model.to_bytes();
        for case in truncations(&bytes) {
            let what = format!("{name}, {}", case.how);
            let refused = survives(&what, || Model::from_bytes(&case.bytes).err());
            assert!(matches!(refused, Some(ModelError::Container(_))), "{what}: {refused:?}");
        }
        let others = edits(&bytes, 300).filter(|case| case.bytes != bytes);
        for case in flips(&bytes, 1500).chain(others) {
            let what = format!("{name}, {}", case.how);
            let refused = survives(&what, || Model::from_bytes(&case.bytes).err());
            assert!(refused.is_some(), "{what} is not noticed");
        }
    }
}

#[test]
fn garbage_is_no_model() {
    for case in garbage(3000) {
        survives(&case.how, || assert!(Model::from_bytes(&case.bytes).is_err()));
        let header = case.bytes.as_slice();
        let length = (header.len() as u64).to_le_bytes();
        let framed = [length.as_slice(), header].concat();
        survives(&case.how, || assert!(Model::from_bytes(&framed).is_err()));
    }
}

/// How much of a file is no weights.
fn head(bytes: &[u8]) -> usize {
    8 + u64::from_le_bytes(*bytes.first_chunk().unwrap()) as usize
}

#[test]
fn damaged_weights_that_can_be_read_run() {
    for (name, model) in models() {
        let bytes = model.to_bytes();
        let (head, data) = bytes.split_at(head(&bytes));
        let mut ran = 0;
        for Damaged { how, bytes: data } in flips(data, 60) {
            let damaged = sealed([head, &data].concat());
            survives(&format!("{name}, weights, {how}"), || match Model::from_bytes(&damaged) {
                Ok(model) => {
                    exercise(&model, 24);
                    ran += 1;
                }
                Err(error) => assert!(!matches!(error, ModelError::Damaged { .. }), "{error}"),
            });
        }
        assert!(ran > 25, "{name}: only {ran} are models");
    }
}

#[test]
fn damaged_headers_are_refused_or_run() {
    let (name, model) = &models()[0];
    let bytes = model.to_bytes();
    let (head, data) = bytes.split_at(head(&bytes));
    let mut ran = 0;
    for Damaged { how, bytes: head } in flips(&head[8..], 4000) {
        let length = (head.len() as u64).to_le_bytes();
        let damaged = sealed([length.as_slice(), &head, data].concat());
        survives(&format!("{name}, header, {how}"), || {
            if let Ok(model) = Model::from_bytes(&damaged) {
                ran += 1;
                if ran % 40 == 0 {
                    exercise(&model, 12);
                }
            }
        });
    }
    assert!(ran > 100, "only {ran} are models");
}

/// A file with this JSON and this many bytes of data.
fn file(header: &str, data: usize) -> Vec<u8> {
    let length = (header.len() as u64).to_le_bytes();
    [length.as_slice(), header.as_bytes(), &vec![0; data]].concat()
}

#[test]
fn headers_that_promise_too_much_are_refused() {
    let huge = u64::MAX;
    let most = huge / 8;
    let tensor = |from: u64, to: u64| {
        format!(
            r#""t{from}":{{"dtype":"U8","shape":[{}],"data_offsets":[{from},{to}]}}"#,
            to - from
        )
    };
    let mut overflowing: Vec<String> =
        (0..8).map(|part| tensor(part * most, (part + 1) * most)).collect();
    overflowing.push(tensor(8 * most, huge));
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    for header in [
        "{}".to_string(),
        "[]".to_string(),
        deep.clone(),
        format!(r#"{{"__metadata__":{deep}}}"#),
        format!("{{{}}}", overflowing.join(",")),
        format!(r#"{{"t":{{"dtype":"F64","shape":[{huge},2],"data_offsets":[0,16]}}}}"#),
        format!(r#"{{"t":{{"dtype":"F64","shape":[0,{huge}],"data_offsets":[0,0]}}}}"#),
        format!(r#"{{"t":{{"dtype":"F64","shape":[1],"data_offsets":[{huge},7]}}}}"#),
    ] {
        let shown: String = header.chars().take(200).collect();
        for data in [0, 7, 16] {
            survives(&shown, || assert!(Model::from_bytes(&file(&header, data)).is_err()));
        }
    }
    for length in [huge, huge - 7, 1 << 63, 100_000_001] {
        let bytes = [length.to_le_bytes().as_slice(), b"{}"].concat();
        let refused = survives(&length.to_string(), || Model::from_bytes(&bytes).unwrap_err());
        assert!(matches!(refused, ModelError::Container(_)), "{refused}");
    }
}

#[test]
fn messages_about_a_file_are_short() {
    let name = format!("\u{7f}[2J{}", "x".repeat(1_000_000));
    let metadata = format!(r#"{{\"version\":{VERSION},\"{name}\":0}}"#);
    for header in
        [format!(r#""{name}""#), format!(r#"{{"__metadata__":{{"transformer-vm":"{metadata}"}}}}"#)]
    {
        let error = Model::from_bytes(&file(&header, 0)).unwrap_err();
        assert!(!matches!(error, ModelError::Version { .. }));
        let message = error.to_string();
        assert!(message.len() < 2000 && !message.contains('\u{7f}'), "{} bytes", message.len());
    }
}

#[test]
fn numbers_of_the_metadata_that_do_not_fit_are_refused() {
    let bytes = models()[0].1.to_bytes();
    let data = &bytes[head(&bytes)..];
    let text = String::from_utf8(bytes[8..head(&bytes)].to_vec()).unwrap();
    for (field, number) in [("d_model", 65_536_u64), ("d_model", u64::MAX), ("period", 1 << 40)] {
        let at = text.find(&format!(r#"{field}\":"#)).unwrap() + field.len() + 3;
        let end = at + text[at..].find(',').unwrap();
        let changed = format!("{}{number}{}", &text[..at], &text[end..]);
        let length = (changed.len() as u64).to_le_bytes();
        let file = sealed([length.as_slice(), changed.as_bytes(), data].concat());
        let refused = survives(field, || Model::from_bytes(&file).unwrap_err().to_string());
        assert!(!refused.contains("damaged"), "{refused}");
        assert!(refused.contains(&number.to_string()) || refused.contains("shape"), "{refused}");
    }
}

#[test]
fn what_is_remembered_is_counted() {
    for (name, model) in models() {
        let plan = Plan::new(&model.weights);
        let engines: [Box<dyn Engine + '_>; 5] = [
            Box::new(Planned::new(&plan)),
            Box::new(Sparse::new(&model.weights, AttentionKind::Hull)),
            Box::new(Sparse::new(&model.weights, AttentionKind::Brute)),
            Box::new(Dense::new(&model.weights, AttentionKind::Hull)),
            Box::new(Dense::new(&model.weights, AttentionKind::Brute)),
        ];
        for mut engine in engines {
            let before = engine.memory();
            drive(model, engine.as_mut(), 300);
            let after = engine.memory();
            assert!(before < after && after < 100_000_000, "{name}: {before}, then {after}");
        }
    }
    // A key of 16 bytes and its list's reserve; nothing of a hull is smaller than what it holds.
    use tvm_runtime::attention::{Brute, Keys};
    let mut brute = Brute::default();
    let mut hull = Hull::default();
    let mut integers = IntegerKeys::default();
    for k in 0..10_000 {
        let key = [2 * k, -k * k];
        brute.insert(key);
        hull.insert(key);
        Keys::insert(&mut integers, key);
    }
    assert!((160_000..400_000).contains(&brute.memory()), "{}", brute.memory());
    assert!((320_000..4_000_000).contains(&hull.memory()), "{}", hull.memory());
    assert!((80_000..400_000).contains(&Keys::memory(&integers)), "{}", Keys::memory(&integers));
}
