//! WebAssembly text and token text.

use tvm_core::machine::Machine;
use tvm_program::{InstructionSet, text, wasm};

use crate::damage::{edits, flips, garbage, truncations};
use crate::split_mix::SplitMix;
use crate::{files, run, survives};

fn assemble(source: &[u8], set: &InstructionSet) {
    let Ok(module) = wat::parse_bytes(source) else { return };
    if let Ok(program) = wasm::compile(&module, set) {
        run(&program, set);
    }
}

#[test]
fn damaged_webassembly_text_is_refused_or_run() {
    let set = Machine::full().instruction_set();
    for (name, source) in files("tests/differential/programs", "wat") {
        let cases = truncations(&source).chain(flips(&source, 400)).chain(edits(&source, 200));
        for case in cases.chain(garbage(100)) {
            survives(&format!("{name}, {}", case.how), || assemble(&case.bytes, &set));
        }
    }
}

fn read(text: &str, set: &InstructionSet) {
    if let Ok((program, input)) = text::parse(text, set) {
        let _ = text::prompt(&program, set, input.as_deref());
        run(&program, set);
    }
}

/// The token text of a program, with an input section.
fn token_text(set: &InstructionSet, module: &[u8]) -> String {
    let program = wasm::compile(module, set).unwrap();
    text::prompt(&program, set, Some(b"27")).join(" ")
}

#[test]
fn damaged_token_text_is_refused_or_run() {
    let set = Machine::full().instruction_set();
    for (name, module) in files("programs/prebuilt", "wasm") {
        let source = token_text(&set, &module).into_bytes();
        let cases = truncations(&source).chain(flips(&source, 500)).chain(edits(&source, 300));
        for case in cases {
            let text = String::from_utf8_lossy(&case.bytes);
            survives(&format!("{name}, {}", case.how), || read(&text, &set));
        }
    }
}

/// Instructions that no compiler would write: any opcode with any immediate.
#[test]
fn any_instructions_run() {
    for machine in [Machine::classic(), Machine::full()] {
        let set = machine.instruction_set();
        for seed in 0..3000 {
            let mut random = SplitMix(seed);
            let mut source = String::from("{ ");
            for _ in 0..1 + random.next() % 40 {
                let known = set.mnemonics();
                let mnemonic = &known[random.next() as usize % known.len()];
                let immediate = match random.next() % 4 {
                    0 => 0,
                    1 => random.next() as u32 % 8,
                    2 => (random.next() as u32 % 8).wrapping_neg(),
                    _ => random.next() as u32,
                };
                let bytes = immediate.to_le_bytes().map(|byte| format!("{byte:02x}"));
                source += &format!("{} {} ", mnemonic.name, bytes.join(" "));
            }
            source.push('}');
            survives(&source, || read(&source, &set));
        }
    }
}

#[test]
fn messages_about_tokens_are_short() {
    let set = Machine::full().instruction_set();
    let long = "x".repeat(1_000_000);
    for text in
        [long.clone(), format!("{{ {long}"), format!("{{ halt {long}"), "{ \u{1b}[2J".into()]
    {
        let message = text::parse(&text, &set).unwrap_err().to_string();
        assert!(message.len() < 500 && !message.contains('\u{1b}'), "{}", message.len());
    }
}
