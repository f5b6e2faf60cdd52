//! Runs of millions of tokens: the digest of all that an engine generates is the reference's.

mod prepared;

use tvm_core::machine::Machine;
use tvm_model::{Model, Token, Vocabulary};
use tvm_program::limits::CALL_DEPTH;
use tvm_program::{Program, text, wasm};
use tvm_reference::Executor;
use tvm_runtime::driver::{Observer, run};
use tvm_runtime::engine::{AttentionKind, EngineKind, GeneratedKernel};
use tvm_test_support::sets::assemble;
use tvm_toolchain::clang::CompileOptions;
use tvm_toolchain::prebuilt;
use tvm_universal::{classic, full};

mod sudoku {
    include!(concat!(env!("OUT_DIR"), "/sudoku.rs"));
}

/// A puzzle that needs much search (Arto Inkala, 2012).
const INKALA: &str =
    "8..........36......7..9.2...5...7.......457.....1...3...1....68..85...1..9....4..";

/// FNV-1a over the names of tokens.
struct Digest(u64);

impl Digest {
    const EMPTY: Digest = Digest(0xcbf2_9ce4_8422_2325);

    fn add(&mut self, name: &str) {
        for byte in name.bytes().chain([b' ']) {
            self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }
}

/// Digests a sequence after its prompt.
struct Generated<'model> {
    vocabulary: &'model Vocabulary,
    prompt: usize,
    digest: Digest,
}

impl Observer for Generated<'_> {
    fn token(&mut self, token: Token) {
        match self.prompt.checked_sub(1) {
            Some(left) => self.prompt = left,
            None => self.digest.add(self.vocabulary.name(token)),
        }
    }
}

/// Compares the kernel, machine code and the plan with the reference. Gives the number of generated tokens.
fn agree(
    machine: &Machine,
    program: &Program,
    input: &str,
    (bytes, kernel): (&[u8], GeneratedKernel),
    prompt: &[String],
) -> u64 {
    let (mut expected, mut number) = (Digest::EMPTY, 0_u64);
    let set = machine.instruction_set();
    let executor = Executor::new(program, &set, input.as_bytes()).unwrap();
    executor
        .run(u64::MAX, &mut |token| {
            expected.add(&token.to_string());
            number += 1;
        })
        .unwrap();
    let model = Model::from_bytes(bytes).unwrap();
    let prompt = model.vocabulary.tokens(prompt.iter().map(String::as_str)).unwrap();
    for kind in [EngineKind::Kernel, EngineKind::Native, EngineKind::Plan] {
        let prepared = prepared::prepared(&model.weights, kind, AttentionKind::Hull, kernel);
        let (vocabulary, digest) = (&model.vocabulary, Digest::EMPTY);
        let mut generated = Generated { vocabulary, prompt: prompt.len(), digest };
        let mut engine = prepared.engine();
        let summary =
            run(engine.as_mut(), &vocabulary.roles(), &prompt, u64::MAX, &mut generated).unwrap();
        assert_eq!(summary.generated_tokens, number, "{kind}");
        assert_eq!(generated.digest.0, expected.0, "{kind}");
    }
    number
}

#[test]
fn a_hard_sudoku_in_the_weights() {
    let machine = Machine::full();
    let source = "programs/sudoku.c".as_ref();
    let module = prebuilt::load(source, &CompileOptions::default()).unwrap().bytes;
    let program = wasm::compile(&module, &machine.instruction_set()).unwrap();
    let prompt = text::specialised_prompt(&program, INKALA.as_bytes());
    let sudoku = (sudoku::PROGRAM.model, sudoku::kernel::KERNEL);
    assert!(agree(&machine, &program, INKALA, sudoku, &prompt) > 900_000);
}

#[test]
fn a_classic_sieve() {
    let machine = Machine::classic();
    let set = machine.instruction_set();
    let (program, _) = text::parse(include_str!("../benches/programs/sieve.txt"), &set).unwrap();
    let prompt = text::prompt(&program, &set, None);
    let classic = (classic::MODEL, classic::KERNEL);
    assert!(agree(&machine, &program, "", classic, &prompt) > 5_000_000);
}

#[test]
fn a_counting_loop() {
    let machine = Machine::full();
    let set = machine.instruction_set();
    let (program, _) = text::parse(include_str!("../benches/programs/counting.txt"), &set).unwrap();
    let prompt = text::prompt(&program, &set, Some(b"20000"));
    let full = (full::MODEL, full::KERNEL);
    assert!(agree(&machine, &program, "20000", full, &prompt) > 1_000_000);
}

/// The deepest call has more locals than a window holds: they lie beyond the windows of all call
/// depths, and must not be taken for globals.
#[test]
fn the_locals_of_the_deepest_call_are_no_globals() {
    let bottom = "i32.const 77; local.set 128; global.get 0; output";
    let program = assemble(&format!(
        "i32.const 5; global.set 0; i32.const {CALL_DEPTH}; call 1; halt;
         i32.const 1; i32.sub; local.tee 0; br_if 5; {bottom}; return -9;
         local.get 0; call -11; return -12"
    ));
    let prompt = text::prompt(&program, &Machine::full().instruction_set(), None);
    let full = (full::MODEL, full::KERNEL);
    assert!(agree(&Machine::full(), &program, "", full, &prompt) > 1_000_000);
}
