//! Every native operator on numbers through the weights of the full universal model, against Rust's own
//! arithmetic: edge values crossed with each other and random pairs by the kernel and the sparse
//! engine, a few pairs by every engine.

#[path = "executors/engines.rs"]
mod engines;
mod prepared;

use engines::{MODEL, prepared};
use proptest::prelude::*;
use tvm_core::machine::Machine;
use tvm_model::Token;
use tvm_program::text;
use tvm_program::wasm::is_step;
use tvm_runtime::engine::EngineKind;
use tvm_test_support::parallel::in_parallel;

/// The lesser of two numbers if `less`, else the greater, as WebAssembly has them: -0 is less than 0, and
/// with a NaN the result is the canonical one.
fn extreme(a: f64, b: f64, less: bool) -> f64 {
    match a.is_nan() || b.is_nan() {
        true => f64::from_bits(0x7ff8_0000_0000_0000),
        false if (a.total_cmp(&b).is_lt()) == less => a,
        false => b,
    }
}

/// The same of two f32, by their bits.
fn narrow_extreme(a: u32, b: u32, less: bool) -> u32 {
    let [a, b] = [a, b].map(|bits| f64::from(f32::from_bits(bits)));
    match extreme(a, b, less) {
        nan if nan.is_nan() => 0x7fc0_0000,
        number => (number as f32).to_bits(),
    }
}

/// The same of two f64, by their bits.
fn wide_extreme(a: u64, b: u64, less: bool) -> u64 {
    extreme(f64::from_bits(a), f64::from_bits(b), less).to_bits()
}

/// An operator: its mnemonic, and what Rust says; `None` for a trap.
type Binary = (&'static str, fn(u32, u32) -> Option<u32>);
type Unary = (&'static str, fn(u32) -> u32);

const BINARY: &[Binary] = &[
    ("i32.add", |a, b| Some(a.wrapping_add(b))),
    ("i32.sub", |a, b| Some(a.wrapping_sub(b))),
    ("i32.mul", |a, b| Some(a.wrapping_mul(b))),
    ("i32.div_s", |a, b| (a as i32).checked_div(b as i32).map(|q| q as u32)),
    ("i32.div_u", |a, b| a.checked_div(b)),
    ("i32.rem_s", |a, b| (b != 0).then(|| (a as i32).wrapping_rem(b as i32) as u32)),
    ("i32.rem_u", |a, b| a.checked_rem(b)),
    ("i32.and", |a, b| Some(a & b)),
    ("i32.or", |a, b| Some(a | b)),
    ("i32.xor", |a, b| Some(a ^ b)),
    ("i32.shl", |a, b| Some(a.wrapping_shl(b))),
    ("i32.shr_s", |a, b| Some((a as i32).wrapping_shr(b) as u32)),
    ("i32.shr_u", |a, b| Some(a.wrapping_shr(b))),
    ("i32.rotl", |a, b| Some(a.rotate_left(b & 31))),
    ("i32.rotr", |a, b| Some(a.rotate_right(b & 31))),
    ("i32.eq", |a, b| Some((a == b).into())),
    ("i32.ne", |a, b| Some((a != b).into())),
    ("i32.lt_s", |a, b| Some(((a as i32) < b as i32).into())),
    ("i32.lt_u", |a, b| Some((a < b).into())),
    ("i32.gt_s", |a, b| Some((a as i32 > b as i32).into())),
    ("i32.gt_u", |a, b| Some((a > b).into())),
    ("i32.le_s", |a, b| Some((a as i32 <= b as i32).into())),
    ("i32.le_u", |a, b| Some((a <= b).into())),
    ("i32.ge_s", |a, b| Some((a as i32 >= b as i32).into())),
    ("i32.ge_u", |a, b| Some((a >= b).into())),
    ("f32.eq", |a, b| Some((f32::from_bits(a) == f32::from_bits(b)).into())),
    ("f32.ne", |a, b| Some((f32::from_bits(a) != f32::from_bits(b)).into())),
    ("f32.lt", |a, b| Some((f32::from_bits(a) < f32::from_bits(b)).into())),
    ("f32.gt", |a, b| Some((f32::from_bits(a) > f32::from_bits(b)).into())),
    ("f32.le", |a, b| Some((f32::from_bits(a) <= f32::from_bits(b)).into())),
    ("f32.ge", |a, b| Some((f32::from_bits(a) >= f32::from_bits(b)).into())),
    ("f32.min", |a, b| Some(narrow_extreme(a, b, true))),
    ("f32.max", |a, b| Some(narrow_extreme(a, b, false))),
    ("f32.copysign", |a, b| Some(f32::from_bits(a).copysign(f32::from_bits(b)).to_bits())),
];

const UNARY: &[Unary] = &[
    ("i32.eqz", |a| (a == 0).into()),
    ("i32.clz", u32::leading_zeros),
    ("i32.ctz", u32::trailing_zeros),
    ("i32.popcnt", u32::count_ones),
    ("i32.extend8_s", |a| a as i8 as u32),
    ("i32.extend16_s", |a| a as i16 as u32),
    ("f32.abs", |a| f32::from_bits(a).abs().to_bits()),
    ("f32.neg", |a| (-f32::from_bits(a)).to_bits()),
];

/// An operator of 64 bits: its mnemonic, and what Rust says. Comparisons give 0 or 1.
type WideBinary = (&'static str, fn(u64, u64) -> u64);
type WideUnary = (&'static str, fn(u64) -> u64);

const WIDE_BINARY: &[WideBinary] = &[
    ("i64.add", u64::wrapping_add),
    ("i64.sub", u64::wrapping_sub),
    ("i64.mul", u64::wrapping_mul),
    ("i64.and", |a, b| a & b),
    ("i64.or", |a, b| a | b),
    ("i64.xor", |a, b| a ^ b),
    ("i64.shl", |a, b| a.wrapping_shl(b as u32)),
    ("i64.shr_s", |a, b| (a as i64).wrapping_shr(b as u32) as u64),
    ("i64.shr_u", |a, b| a.wrapping_shr(b as u32)),
    ("i64.rotl", |a, b| a.rotate_left((b & 63) as u32)),
    ("i64.rotr", |a, b| a.rotate_right((b & 63) as u32)),
    ("i64.eq", |a, b| (a == b).into()),
    ("i64.ne", |a, b| (a != b).into()),
    ("i64.lt_s", |a, b| ((a as i64) < b as i64).into()),
    ("i64.lt_u", |a, b| (a < b).into()),
    ("i64.gt_s", |a, b| (a as i64 > b as i64).into()),
    ("i64.gt_u", |a, b| (a > b).into()),
    ("i64.le_s", |a, b| (a as i64 <= b as i64).into()),
    ("i64.le_u", |a, b| (a <= b).into()),
    ("i64.ge_s", |a, b| (a as i64 >= b as i64).into()),
    ("i64.ge_u", |a, b| (a >= b).into()),
    ("f64.eq", |a, b| (f64::from_bits(a) == f64::from_bits(b)).into()),
    ("f64.ne", |a, b| (f64::from_bits(a) != f64::from_bits(b)).into()),
    ("f64.lt", |a, b| (f64::from_bits(a) < f64::from_bits(b)).into()),
    ("f64.gt", |a, b| (f64::from_bits(a) > f64::from_bits(b)).into()),
    ("f64.le", |a, b| (f64::from_bits(a) <= f64::from_bits(b)).into()),
    ("f64.ge", |a, b| (f64::from_bits(a) >= f64::from_bits(b)).into()),
    ("f64.min", |a, b| wide_extreme(a, b, true)),
    ("f64.max", |a, b| wide_extreme(a, b, false)),
    ("f64.copysign", |a, b| f64::from_bits(a).copysign(f64::from_bits(b)).to_bits()),
];

const WIDE_UNARY: &[WideUnary] = &[
    ("i64.eqz", |a| (a == 0).into()),
    ("i64.clz", |a| a.leading_zeros().into()),
    ("i64.ctz", |a| a.trailing_zeros().into()),
    ("i64.popcnt", |a| a.count_ones().into()),
    ("i64.extend8_s", |a| a as i8 as u64),
    ("i64.extend16_s", |a| a as i16 as u64),
    ("f64.abs", |a| f64::from_bits(a).abs().to_bits()),
    ("f64.neg", |a| (-f64::from_bits(a)).to_bits()),
];

const WIDE_EDGES: &[u64] = &[
    0,
    1,
    2,
    7,
    8,
    63,
    64,
    65,
    255,
    256,
    0x8000,
    0xffff_ffff,
    0x1_0000_0000,
    0x1_0000_0001,
    0x00ff_00ff_00ff_00ff,
    0x0123_4567_89ab_cdef,
    // 1, infinities and the least NaNs of f64.
    0x3ff0_0000_0000_0000,
    0x7ff0_0000_0000_0000,
    0x7ff0_0000_0000_0001,
    0xfff0_0000_0000_0000,
    0xfff0_0000_0000_0001,
    0x7fff_ffff_ffff_ffff,
    0x8000_0000_0000_0000,
    0x8000_0000_0000_0001,
    0xffff_ffff_0000_0000,
    0xffff_ffff_7fff_ffff,
    0xffff_ffff_ffff_ff80,
    0xffff_ffff_ffff_ffff,
];

const EDGES: &[u32] = &[
    0,
    1,
    2,
    3,
    7,
    8,
    31,
    32,
    33,
    127,
    128,
    255,
    256,
    257,
    0x7fff,
    0x8000,
    0xffff,
    0x1_0000,
    0x7f_ffff,
    0x80_0000,
    0xff_ffff,
    0x100_0000,
    0x1234_5678,
    // 1, infinities and the least NaNs of f32.
    0x3f80_0000,
    0x7f80_0000,
    0x7f80_0001,
    0xff80_0000,
    0xff80_0001,
    0x7fff_fffe,
    0x7fff_ffff,
    0x8000_0000,
    0x8000_0001,
    0xaaaa_aaaa,
    0xdead_beef,
    0xffff_ff00,
    0xffff_fffe,
    0xffff_ffff,
];

/// One expression to be computed: the words of the operands, mnemonic, expected value.
type Question = (Vec<u32>, &'static str, Option<u64>);

/// A number of 64 bits as two words, the lower one first.
fn words(number: u64) -> [u32; 2] {
    [number as u32, (number >> 32) as u32]
}

/// The engines that answer many questions.
const FAST: &[EngineKind] = &[EngineKind::Kernel, EngineKind::Sparse];

/// Runs all questions that have an answer as one program, and every trap as its own.
fn ask(questions: &[Question], engines: &[EngineKind]) {
    assert!(!questions.is_empty(), "something is asked");
    let (answered, trapping): (Vec<&Question>, Vec<&Question>) =
        questions.iter().partition(|(_, _, expected)| expected.is_some());
    let values = generate(&answered, engines);
    assert_eq!(values.len(), answered.len(), "every question has an answer");
    for ((operands, mnemonic, expected), found) in answered.iter().zip(values) {
        assert_eq!(found, expected.unwrap(), "{mnemonic} {operands:x?}");
    }
    for question in trapping {
        let (operands, mnemonic, _) = question;
        let last = run(&[question], engines).pop().unwrap();
        let kind = if operands[1] == 0 { "divide_by_zero" } else { "integer_overflow" };
        assert_eq!(last, format!("trap({kind})"), "{mnemonic} {operands:x?}");
    }
}

/// The tokens that all of these engines generate of a program that computes and drops every
/// expression.
fn run(questions: &[&Question], engines: &[EngineKind]) -> Vec<String> {
    let set = Machine::full().instruction_set();
    let mut program = tvm_program::Program::default();
    let mut push = |mnemonic: &str, immediate: u32| {
        let code = set.by_name(mnemonic).unwrap().code;
        program.instructions.push(tvm_program::Instruction::new(code, immediate));
    };
    for (operands, mnemonic, _) in questions {
        operands.iter().for_each(|&operand| push("i32.const", operand));
        push(mnemonic, 0);
        let is_wide = set.by_name(mnemonic).unwrap().pushes() == 2;
        push(if is_wide { "drop64" } else { "drop" }, 0);
    }
    push("halt", 0);
    let prompt = text::prompt(&program, &set, None);
    let tokens = generated(engines[0], &prompt);
    for &kind in &engines[1..] {
        assert_eq!(generated(kind, &prompt), tokens, "{kind} and {}", engines[0]);
    }
    tokens
}

/// What an engine generates until the program ends.
fn generated(kind: EngineKind, prompt: &[String]) -> Vec<String> {
    let mut engine = prepared(kind).engine();
    for token in MODEL.vocabulary.tokens(prompt.iter().map(String::as_str)).unwrap() {
        engine.feed(token);
    }
    let mut tokens = Vec::new();
    loop {
        let token: Token = engine.predict();
        let name = MODEL.vocabulary.name(token).to_string();
        let ends = name == "halt" || name.starts_with("trap");
        tokens.push(name);
        if ends {
            return tokens;
        }
        engine.feed(token);
    }
}

/// The value that every `drop` and `drop64` found: the bytes before the commit before it.
fn generate(questions: &[&Question], engines: &[EngineKind]) -> Vec<u64> {
    let tokens = run(questions, engines);
    let value = |at: usize| {
        let bytes = match tokens[at].as_str() {
            "commit(-1,sts=0,bt=0)" => 4,
            "commit(-2,sts=0,bt=0)" => 8,
            _ => return None,
        };
        let byte = |token: &String| u64::from_str_radix(&token[..2], 16).unwrap();
        let bytes = tokens[at - 1 - bytes..at - 1].iter().rev();
        Some(bytes.fold(0, |value, token| value << 8 | byte(token)))
    };
    (0..tokens.len()).filter_map(value).collect()
}

#[test]
fn edge_values_crossed() {
    in_parallel(BINARY, |(mnemonic, operator)| {
        let pairs = EDGES.iter().flat_map(|&a| EDGES.iter().map(move |&b| (a, b)));
        let questions: Vec<Question> =
            pairs.map(|(a, b)| (vec![a, b], *mnemonic, operator(a, b).map(u64::from))).collect();
        ask(&questions, FAST);
    });
    for (mnemonic, operator) in UNARY {
        let questions: Vec<Question> =
            EDGES.iter().map(|&a| (vec![a], *mnemonic, Some(operator(a).into()))).collect();
        ask(&questions, FAST);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn random_pairs(pairs in prop::collection::vec((any::<u32>(), any::<u32>(), 0..33_u32), 12)) {
        let mut questions: Vec<Question> = Vec::new();
        for (a, b, narrow) in pairs {
            // Operands of every size: most quotients of full words are 0.
            questions.extend(narrow_questions(a, b.checked_shr(narrow).unwrap_or(0)));
        }
        ask(&questions, FAST);
    }
}

/// The questions about two operands of 32 bits.
fn narrow_questions(a: u32, b: u32) -> Vec<Question> {
    let binary = BINARY.iter().map(|(name, f)| (vec![a, b], *name, f(a, b).map(u64::from)));
    let unary = UNARY.iter().map(|(name, f)| (vec![b], *name, Some(f(b).into())));
    binary.chain(unary).collect()
}

/// The questions about two operands of 64 bits.
fn wide_questions(a: u64, b: u64) -> Vec<Question> {
    let both = [words(a), words(b)].concat();
    let binary = WIDE_BINARY.iter().map(|(name, f)| (both.clone(), *name, Some(f(a, b))));
    let unary = WIDE_UNARY.iter().map(|(name, f)| (words(b).to_vec(), *name, Some(f(b))));
    binary.chain(unary).collect()
}

#[test]
fn wide_edge_values_crossed() {
    in_parallel(WIDE_EDGES, |&a| {
        let questions: Vec<Question> =
            WIDE_EDGES.iter().flat_map(|&b| wide_questions(a, b)).collect();
        ask(&questions, FAST);
    });
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]
    #[test]
    fn random_wide_pairs(pairs in prop::collection::vec((any::<u64>(), any::<u64>(), 0..65_u32), 12)) {
        let narrowed = |b: u64, by: u32| b.checked_shr(by).unwrap_or(0);
        let questions: Vec<Question> =
            pairs.into_iter().flat_map(|(a, b, by)| wide_questions(a, narrowed(b, by))).collect();
        ask(&questions, FAST);
    }
}

#[test]
fn a_few_pairs_by_every_engine() {
    const A: u64 = 0x8123_4567_89ab_cdef;
    let pairs = [(A, 0xffff_ffff_0000_0007), (1 << 63, u64::MAX), (5, 0)];
    let questions: Vec<Question> = pairs
        .into_iter()
        .flat_map(|(a, b)| [narrow_questions(a as u32, b as u32), wide_questions(a, b)].concat())
        .collect();
    ask(&questions, &EngineKind::ALL);
}

#[test]
fn no_operator_is_left_out() {
    let set = Machine::full().instruction_set();
    let asked: Vec<&str> = narrow_questions(1, 1)
        .into_iter()
        .chain(wide_questions(1, 1))
        .map(|(_, mnemonic, _)| mnemonic)
        .collect();
    let is_numeric = |name: &str| {
        let typed =
            name.split_once('.').filter(|(of, _)| ["i32", "i64", "f32", "f64"].contains(of));
        typed.is_some_and(|(_, operator)| {
            !["const", "extend_i32_s"].contains(&operator)
                && !operator.starts_with("load")
                && !operator.starts_with("store")
        })
    };
    // The steps of operators of floating point are tested as these operators (`float_operators.rs`).
    let opcodes = set.mnemonics().iter().filter(|mnemonic| !is_step(&mnemonic.name));
    let names = opcodes.map(|mnemonic| mnemonic.name.as_str());
    let missing: Vec<&str> =
        names.filter(|name| is_numeric(name) && !asked.contains(name)).collect();
    assert!(missing.is_empty(), "{missing:?}");
}
