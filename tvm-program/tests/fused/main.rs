//! Instructions that read operands from variables and write their results there do what they do where all is on the stack: the
//! same modules, compiled for `full` and for a set without places, write the same and end the same way. The programs
//! of the catalogues, programs written by hand and changed, and random modules.
//!
//! `TVM_MODULES=20000 cargo test -p tvm-program --test fused random` compares so many of these.

#[path = "../../../tests/differential/generate.rs"]
mod generate;
#[path = "../../../tests/modules/mod.rs"]
#[expect(dead_code, reason = "other tests put modules together")]
mod modules;
#[path = "../../../tests/differential/mutate.rs"]
mod mutate;
#[path = "../../../tvm-core/tests/operator_tokens/split_mix.rs"]
mod split_mix;

use std::fs;
use std::path::Path;

use arbitrary::Unstructured;
use generate::{generated, invocations};
use mutate::{PROGRAMS, mutated};
use split_mix::SplitMix;
use tvm_program::wasm::{HostModule, Invocation};
use tvm_program::{InstructionSet, Mnemonic, Places, Program, wasm};
use tvm_reference::{End, Executor};
use tvm_test_support::parallel::in_parallel;
use tvm_test_support::sets;
use tvm_toolchain::catalogue;

/// The tokens that a program may take.
const MOST_TOKENS: u64 = 5_000_000;

/// The tokens of a random module.
const TOKENS_OF_RANDOM: u64 = 300_000;

/// The opcodes of `full` for operands and results on the stack only, and without branches that compare.
fn on_the_stack(full: &InstructionSet) -> InstructionSet {
    let plain = full.mnemonics().iter().filter(|one| !one.name.starts_with("br_if."));
    let plain =
        plain.cloned().map(|one| Mnemonic { takes_variables: false, gives_variable: false, ..one });
    InstructionSet::new(plain.collect()).with_traps()
}

/// What a program writes and how it ends; if it does not in time, what it has written until then.
fn run(
    program: &Program,
    set: &InstructionSet,
    input: &[u8],
    most: u64,
) -> (Vec<u8>, Option<End>, u64) {
    let mut output = Vec::new();
    let mut tokens = 0;
    let summary = Executor::new(program, set, input).unwrap().run(most, &mut |token| {
        tokens += 1;
        if let tvm_reference::TraceToken::Out(byte) = token {
            output.push(*byte);
        }
    });
    match summary {
        Ok(summary) => (output, Some(summary.end), tokens),
        Err(error) => {
            assert!(tokens == most, "{error}");
            (output, None, tokens)
        }
    }
}

/// What both ways have in common, and how many tokens they are.
struct Compared {
    output: Vec<u8>,
    ended: bool,
    fused: u64,
    stacked: u64,
}

/// Compares both ways; nothing if the module is refused.
fn agree(
    name: &str,
    compile: impl Fn(&InstructionSet) -> Result<Program, wasm::CompileError>,
    input: &[u8],
    most: u64,
) -> Option<Compared> {
    let full = sets::full();
    let plain = on_the_stack(&full);
    let (fused, stacked) = match (compile(&full), compile(&plain)) {
        (Ok(fused), Ok(stacked)) => (fused, stacked),
        (fused, stacked) => {
            assert_eq!(fused.err(), stacked.err(), "{name}");
            return None;
        }
    };
    assert!(stacked.instructions.iter().all(|one| one.places == Places::STACK), "{name}");
    let (mut output, end, fused) = run(&fused, &full, input, most);
    let (expected, expected_end, stacked) = run(&stacked, &plain, input, most);
    let ended = end.is_some() && expected_end.is_some();
    if ended {
        assert_eq!((&output, end), (&expected, expected_end), "{name}");
    }
    output.truncate(output.len().min(expected.len()));
    assert_eq!(output, expected[..output.len()], "{name}");
    Some(Compared { output, ended, fused, stacked })
}

#[test]
fn programs_of_the_catalogues_write_the_same() {
    for folder in ["../programs", "../tests/c"] {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
        for entry in catalogue::read(&folder).unwrap() {
            let module = folder.join("prebuilt").join(&entry.name).with_extension("wasm");
            let Ok(module) = fs::read(module) else { continue };
            let compile = |set: &InstructionSet| wasm::compile(&module, set);
            let found = agree(&entry.name, compile, entry.input.as_bytes(), MOST_TOKENS);
            let Compared { output, ended, fused, stacked } = found.expect("it is compiled");
            assert!(ended && fused < stacked, "{}: {fused} tokens and {stacked}", entry.name);
            assert_eq!(String::from_utf8_lossy(&output), entry.expected_output, "{}", entry.name);
        }
    }
}

/// The random bytes of a case: for a module, and for its calls.
fn bytes(seed: u64) -> (Vec<u8>, Vec<u8>) {
    let mut numbers = SplitMix(seed);
    let mut half = || (0..256).flat_map(|_| numbers.next().to_le_bytes()).collect::<Vec<u8>>();
    (half(), half())
}

/// Makes each call of a module in a program of its own, and all of them in one. How many were compared.
fn calls_agree(name: &str, module: &[u8], for_calls: &[u8]) -> usize {
    let calls = invocations(module, &mut Unstructured::new(for_calls));
    let each = calls.iter().map(std::slice::from_ref);
    let all = each.chain([&calls[..]]).filter_map(|some| {
        let compile = |set: &InstructionSet| compile_calls(module, set, some);
        agree(name, compile, b"", TOKENS_OF_RANDOM)
    });
    all.count()
}

fn compile_calls(
    module: &[u8],
    set: &InstructionSet,
    calls: &[Invocation],
) -> Result<Program, wasm::CompileError> {
    wasm::compile_calls(module, set, &[] as &[HostModule], calls)
}

#[test]
fn random_modules_do_the_same() {
    let number = std::env::var("TVM_MODULES").map_or(400, |number| number.parse().unwrap());
    let seeds: Vec<u64> = (0..number).collect();
    let compared = in_parallel(&seeds, |&seed| {
        let (for_module, for_calls) = bytes(seed);
        let module = generated(&mut Unstructured::new(&for_module)).expect("enough bytes");
        calls_agree(&format!("seed {seed}"), &module, &for_calls)
    });
    let compared: usize = compared.into_iter().sum();
    assert!(compared as u64 > number, "{compared} programs");
}

#[test]
fn changed_programs_do_the_same() {
    let seeds: Vec<u64> = (0..20).collect();
    for (name, text) in PROGRAMS {
        let program = wat::parse_str(text).unwrap();
        let compared = in_parallel(&seeds, |&seed| {
            let (for_module, for_calls) = bytes(seed);
            let module = match seed {
                0 => Some(program.clone()),
                _ => mutated(&program, &mut Unstructured::new(&for_module)),
            };
            let name = format!("{name}, seed {seed}");
            module.map_or(0, |module| calls_agree(&name, &module, &for_calls))
        });
        assert!(compared.into_iter().sum::<usize>() > 20, "{name}");
    }
}
