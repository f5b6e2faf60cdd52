//! The engines on whole runs: `cargo bench --bench engines`. `tvm bench` measures longer ones, and
//! memory.

use divan::counter::ItemsCount;
use divan::{Bencher, black_box};
use tvm_host::executable::Embedded;
use tvm_model::Model;
use tvm_runtime::driver::{Observer, run};
use tvm_runtime::engine::{AttentionKind, EngineKind, Prepared};

mod sudoku {
    include!(concat!(env!("OUT_DIR"), "/sudoku.rs"));
}

fn main() {
    divan::main();
}

struct Nobody;

impl Observer for Nobody {}

#[divan::bench(args = [EngineKind::Kernel, EngineKind::Plan, EngineKind::Sparse], sample_count = 10)]
fn whole(bencher: Bencher, engine: EngineKind) {
    measure(bencher, &sudoku::PROGRAM, engine, u64::MAX);
}

/// The definition is slow: no more than a few thousand tokens of it.
#[divan::bench(
    args = [EngineKind::Kernel, EngineKind::Plan, EngineKind::Sparse, EngineKind::Dense],
    sample_count = 10
)]
fn beginning(bencher: Bencher, engine: EngineKind) {
    measure(bencher, &sudoku::PROGRAM, engine, 2000);
}

fn measure(bencher: Bencher, program: &Embedded, engine: EngineKind, max_tokens: u64) {
    let model = Model::from_bytes(program.model).expect("an embedded model");
    let prompt = model.prompt(program.default_input).expect("an input of the program");
    let prepared = Prepared::new(&model.weights, Some(engine), AttentionKind::Hull, program.kernel)
        .expect("an embedded kernel");
    let tokens = || {
        let mut engine = prepared.engine();
        // A run that is cut off is as good as any.
        let result =
            run(engine.as_mut(), &model.vocabulary.roles(), &prompt, max_tokens, &mut Nobody);
        result.map_or(prompt.len() as u64 + max_tokens, |summary| summary.tokens)
    };
    let number = tokens();
    bencher.counter(ItemsCount::new(number)).bench_local(|| black_box(tokens()));
}
