//! Random modules against wasmi, always the same ones: from wasm-smith, and programs written by hand
//! with operators and constants changed. The fuzz target in `fuzz/` makes others, without end.
//!
//! `TVM_MODULES=50000 cargo test --test fuzz_seeds generated` compares so many from wasm-smith.

mod differential;
mod executors;
mod modules;
#[path = "differential/mutate.rs"]
mod mutate;
#[path = "../tvm-core/tests/operator_tokens/split_mix.rs"]
mod split_mix;
#[path = "executors/transformer.rs"]
mod transformer;

use std::ops::Range;

use arbitrary::Unstructured;
use differential::{Tally, compare, generated, invocations};
use executors::{Reference, Run};
use mutate::{PROGRAMS, mutated};
use split_mix::SplitMix;
use transformer::with_transformer;

/// Random bytes for a case.
const BYTES: usize = 4096;

/// The random bytes of a case.
fn bytes(seed: u64) -> Vec<u8> {
    let mut numbers = SplitMix(seed);
    (0..BYTES / 8).flat_map(|_| numbers.next().to_le_bytes()).collect()
}

/// Compares the modules that wasm-smith makes of these seeds.
fn compare_generated(seeds: Range<u64>, executor: &dyn Run) -> Tally {
    let mut tally = Tally::default();
    for seed in seeds {
        let bytes = bytes(seed);
        let (for_module, for_calls) = bytes.split_at(BYTES / 2);
        let module = generated(&mut Unstructured::new(for_module)).expect("enough bytes");
        let calls = invocations(&module, &mut Unstructured::new(for_calls));
        let result = compare(&module, &calls, executor, &mut tally);
        result.unwrap_or_else(|how| panic!("generated from seed {seed}: {how}"));
    }
    tally
}

/// Compares every program written by hand, and what these seeds make of it.
fn compare_mutated(seeds: Range<u64>, executor: &dyn Run) -> Tally {
    let mut tally = Tally::default();
    for (name, text) in PROGRAMS {
        let program = wat::parse_str(text).unwrap();
        for seed in seeds.clone() {
            let bytes = bytes(seed);
            let (for_module, for_calls) = bytes.split_at(BYTES / 2);
            let module = match seed {
                0 => Some(program.clone()),
                _ => mutated(&program, &mut Unstructured::new(for_module)),
            };
            let Some(module) = module else { continue };
            let calls = invocations(&module, &mut Unstructured::new(for_calls));
            let result = compare(&module, &calls, executor, &mut tally);
            result.unwrap_or_else(|how| panic!("{name} with seed {seed}: {how}"));
        }
    }
    tally
}

/// Prints what was compared, and requires that most of it means something.
fn report(what: &str, tally: &Tally) {
    eprintln!("{what}: {tally:?}");
    assert_eq!(tally.unsupported, 0, "{what}: {tally:?}");
    assert!(tally.ended + tally.trapped > 8 * tally.endless, "{what}: {tally:?}");
    assert!(2 * tally.ended > tally.modules, "{what}: {tally:?}");
}

/// Modules from wasm-smith, unless the environment says another number.
const MODULES: u64 = 1_000;

#[test]
fn generated_modules_by_the_reference_executor() {
    let number = std::env::var("TVM_MODULES").ok();
    let number = number.map_or(MODULES, |number| number.parse().expect("a number of modules"));
    report("generated", &compare_generated(0..number, &Reference::default()));
}

#[test]
fn mutated_programs_by_the_reference_executor() {
    report("mutated", &compare_mutated(0..200, &Reference::default()));
}

#[test]
fn some_of_both_by_the_transformer() {
    with_transformer(|transformer| {
        report("generated", &compare_generated(1_000_000..1_000_100, transformer));
        report("mutated", &compare_mutated(0..16, transformer));
    });
}
