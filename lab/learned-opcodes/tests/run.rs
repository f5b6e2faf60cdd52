//! The learned opcodes in transformers: for all pairs of bytes at every tick, for random words, and by name in an explanation. What
//! they should compute is said here in Rust.

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use learned_opcodes::machine;
use tvm_core::runtime::engine::EngineKind;
use tvm_core::toolchain::clang::CompileOptions;
use tvm_core::toolchain::prebuilt;
use tvm_core::{Transformer, compile_for};

/// How far apart the bytes are that a short test tries: 0 and 255 are among them.
const APART: u32 = 15;

/// What every opcode should compute, in the order in which the programs print.
const OPCODES: [fn(u32, u32) -> u32; 4] =
    [u32::saturating_add, u32::saturating_sub, |a, b| a.min(b), |a, b| a.max(b)];

static EVERY_PAIR: LazyLock<Transformer> = LazyLock::new(|| transformer("every_pair.c"));
static RANDOM_WORDS: LazyLock<Transformer> = LazyLock::new(|| transformer("random_words.c"));

fn source(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

/// The model of a program, with the learned opcodes in its weights.
fn transformer(name: &str) -> Transformer {
    compile_for(machine().unwrap(), source(name).as_path()).unwrap().specialise().unwrap()
}

fn printed(transformer: &Transformer, input: &str) -> String {
    let run = transformer.run_by(EngineKind::Plan, input.as_bytes(), u64::MAX.into()).unwrap();
    String::from_utf8(run.output).unwrap()
}

/// The checksums that a program should print, of results of pairs of words.
fn checksums(pairs: impl Iterator<Item = (u32, u32)>) -> String {
    let mut sums = [0_u32; OPCODES.len()];
    for (a, b) in pairs {
        for (sum, opcode) in sums.iter_mut().zip(OPCODES) {
            *sum = (*sum ^ opcode(a, b)).wrapping_mul(16_777_619);
        }
    }
    sums.iter().map(|sum| format!("{sum:08x}\n")).collect()
}

/// The pairs of `every_pair.c`.
fn every_pair(tick: u32, apart: u32) -> impl Iterator<Item = (u32, u32)> {
    let others = [(0, 0), (u32::MAX, 1), (1, u32::MAX), (0x80ff_80ff, 0x7f01_7f01)];
    let bytes = move || (0..256).step_by(apart as usize);
    let mask = 255 << (8 * tick);
    others.into_iter().flat_map(move |(a, b)| {
        let with = move |word: u32, byte: u32| (word & !mask) | byte << (8 * tick);
        bytes().flat_map(move |x| bytes().map(move |y| (with(a, x), with(b, y))))
    })
}

/// The pairs of `random_words.c`.
fn random_words(pairs: u32) -> impl Iterator<Item = (u32, u32)> {
    let mut state = 2_463_534_242_u32;
    let mut word = move || {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        state
    };
    (0..pairs).map(move |pair| {
        let (a, b) = (word(), word());
        let near = (b & 3).wrapping_sub(1);
        match pair % 4 {
            1 => (a, a.wrapping_add(near)),
            2 => (a, near.wrapping_sub(a)),
            _ => (a, b),
        }
    })
}

fn at_every_tick(apart: u32) {
    for tick in 0..4 {
        let found = printed(&EVERY_PAIR, &format!("{tick}{apart}"));
        assert_eq!(found, checksums(every_pair(tick, apart)), "tick {tick}");
    }
}

#[test]
fn pairs_of_bytes_at_every_tick() {
    at_every_tick(APART);
}

#[test]
#[ignore = "a minute and a half: see lab/README.md"]
fn all_pairs_of_bytes_at_every_tick() {
    at_every_tick(1);
}

#[test]
fn words() {
    assert_eq!(printed(&RANDOM_WORDS, "1000"), checksums(random_words(1000)));
}

#[test]
#[ignore = "a minute and a half: see lab/README.md"]
fn a_million_words() {
    assert_eq!(printed(&RANDOM_WORDS, "1000000"), checksums(random_words(1_000_000)));
}

#[test]
fn explanations_name_their_parts() {
    let names = EVERY_PAIR.model().description.names.as_ref().unwrap();
    let neurons = (0..EVERY_PAIR.model().weights.layers.len()).flat_map(|layer| {
        names.layer(layer).unwrap().neurons.iter().map(|(_, name)| name.as_str())
    });
    let own: Vec<&str> = neurons.filter(|name| name.starts_with("learned.")).collect();
    for part in ["learned.sat_add.wraps", "learned.sat_add.byte", "learned.min_u.byte"] {
        assert!(own.iter().any(|name| name.starts_with(part)), "no {part} in {own:?}");
    }
}

#[test]
fn the_prebuilt_modules_belong_to_their_sources() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    if std::env::var_os("TVM_UPDATE").is_some() {
        prebuilt::update(folder, &CompileOptions::default()).unwrap();
    }
    prebuilt::check(folder).unwrap();
}
