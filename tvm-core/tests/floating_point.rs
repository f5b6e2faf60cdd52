//! Operators of floating point, as the steps that they are: every token by the exact evaluator and, for a few
//! cases, by the weights (the dense engine), against the reference executor; and every result against
//! the arithmetic of Rust.

use tvm_core::graph::evaluate::ExactEngine;
use tvm_core::machine::{Machine, opcodes};
use tvm_core::model::Token;
use tvm_core::pipeline::{SPECIALISED, specialised_within};
use tvm_core::program::{Instruction, Program, text};
use tvm_core::runtime::engine::{AttentionKind, Dense, Engine};
use tvm_core::schedule::Options;
use tvm_reference::Executor;

/// The words of operands, and the bits of the result.
type Case = (Vec<u32>, u64);

/// Numbers at which something changes: zeros, subnormal numbers, both ends, powers of two and their neighbours,
/// halves, infinities, NaNs.
const EDGES: [f64; 29] = [
    0.0,
    -0.0,
    5e-324,
    -1e-310,
    1.1e-319,
    1e-321,
    3e-317,
    f64::MIN_POSITIVE,
    1e-300,
    1.17549435e-38,
    -1e-40,
    7e-46,
    0.1,
    -0.5,
    0.5000001,
    1.0,
    -1.5,
    2.5,
    3.0,
    -8388608.5,
    16777217.0,
    2147483647.5,
    -2147483648.5,
    4294967296.0,
    -9223372036854775808.0,
    1.8446744073709552e19,
    3.4028235677973366e38,
    f64::MAX,
    f64::INFINITY,
];

/// The edges, their negatives, and random bits; NaNs among them.
fn numbers() -> Vec<f64> {
    let negated = EDGES.into_iter().map(|edge| -edge);
    let mut bits: u64 = 0x9e37_79b9_7f4a_7c15;
    let random = std::iter::repeat_with(|| {
        bits ^= bits << 13;
        bits ^= bits >> 7;
        bits ^= bits << 17;
        f64::from_bits(bits)
    });
    EDGES.into_iter().chain(negated).chain([f64::NAN]).chain(random.take(9)).collect()
}

/// Pairs of numbers: each with some others.
fn pairs() -> Vec<(f64, f64)> {
    let numbers = numbers();
    let some = numbers.iter().enumerate().flat_map(|(at, &a)| {
        let others = numbers.iter().skip(at % 7).step_by(7);
        others.map(move |&b| (a, b))
    });
    some.collect()
}

fn wide_words(number: f64) -> Vec<u32> {
    let bits = number.to_bits();
    vec![bits as u32, (bits >> 32) as u32]
}

fn wide_bits(number: f64) -> u64 {
    if number.is_nan() { 0x7ff8 << 48 } else { number.to_bits() }
}

fn narrow_bits(number: f32) -> u64 {
    if number.is_nan() { 0x7fc0 << 16 } else { number.to_bits().into() }
}

/// The cases of an operator of two f64, of two f32, or of one of either.
fn of_two_f64(operator: fn(f64, f64) -> f64) -> Vec<Case> {
    let case = |(a, b)| ([wide_words(a), wide_words(b)].concat(), wide_bits(operator(a, b)));
    pairs().into_iter().map(case).collect()
}

fn of_two_f32(operator: fn(f32, f32) -> f32) -> Vec<Case> {
    let case = |(a, b)| {
        let (a, b) = (a as f32, b as f32);
        (vec![a.to_bits(), b.to_bits()], narrow_bits(operator(a, b)))
    };
    pairs().into_iter().map(case).collect()
}

fn of_f64(operator: fn(f64) -> u64) -> Vec<Case> {
    numbers().into_iter().map(|a| (wide_words(a), operator(a))).collect()
}

fn of_f32(operator: fn(f32) -> u64) -> Vec<Case> {
    let case = |a: f64| (vec![(a as f32).to_bits()], operator(a as f32));
    numbers().into_iter().map(case).collect()
}

/// How many cases are one program.
const CASES: usize = 60;

/// Checks the steps of an operator; the first may have an immediate.
fn check(steps: &str, cases: &[Case]) {
    let steps: Vec<&str> = steps.split_whitespace().collect();
    let occurs =
        |name: &str| ["i32.const", "drop", "halt"].contains(&name) || steps.contains(&name);
    let chosen = opcodes::full().into_iter().filter(|opcode| occurs(opcode.mnemonic)).collect();
    let machine = Machine::new("steps", chosen).expect("its opcodes are distinct");
    for some in cases.chunks(CASES) {
        let program = program(&machine, &steps, some);
        let expected = reference(&machine, &program);
        compare_results(&expected, &steps, some);
        let graph = machine.specialised(&program).expect("the machine has its opcodes");
        follow(&mut ExactEngine::new(&graph), &graph.tokens, &machine, &expected, "the evaluator");
    }
    let few: Vec<Case> = cases.iter().step_by(cases.len() / 6).cloned().collect();
    let program = program(&machine, &steps, &few);
    let options = Options { rounds: 0, solver: None, ..SPECIALISED };
    let made = specialised_within(&machine, &program, "steps", &options).expect("a schedule");
    let mut dense = Dense::new(&made.model.weights, AttentionKind::Brute);
    let expected = reference(&machine, &program);
    follow(&mut dense, &made.definition.tokens, &machine, &expected, "the dense engine");
}

/// A program that executes the steps for one case after another.
fn program(machine: &Machine, steps: &[&str], cases: &[Case]) -> Program {
    let set = machine.instruction_set();
    let instruction = |name: &str, immediate| {
        Instruction::new(
            set.by_name(name).unwrap_or_else(|| panic!("{name} is known")).code,
            immediate,
        )
    };
    let mut instructions = Vec::new();
    for (words, _) in cases {
        instructions.extend(words.iter().map(|&word| instruction("i32.const", word)));
        instructions.extend(steps.iter().map(|step| match *step {
            "i32.const" => instruction(step, 2200),
            _ => instruction(step, 0),
        }));
    }
    instructions.push(instruction("halt", 0));
    Program { instructions, ..Program::default() }
}

fn reference(machine: &Machine, program: &Program) -> Vec<String> {
    let set = machine.instruction_set();
    let mut trace = Vec::new();
    let executor = Executor::new(program, &set, &[]).expect("all steps have semantics");
    executor.run(1_000_000, &mut |token| trace.push(token.to_string())).expect("it halts");
    trace
}

/// The bytes of the last step of each case are those of Rust's result.
fn compare_results(trace: &[String], steps: &[&str], cases: &[Case]) {
    let mut instructions = trace.split(|token| token.starts_with("commit"));
    for (words, expected) in cases {
        let bytes = instructions.nth(words.len() + steps.len() - 1).expect("it is executed");
        let byte = |token: &String| {
            u64::from_str_radix(token.trim_end_matches('\''), 16).expect("it is a byte")
        };
        let found = bytes.iter().rev().fold(0, |number, token| number << 8 | byte(token));
        assert_eq!(found, *expected, "{steps:?} of {words:x?}");
    }
}

/// An engine gives the tokens of the reference.
fn follow(
    engine: &mut impl Engine,
    rows: &[tvm_core::graph::TokenRow],
    machine: &Machine,
    expected: &[String],
    by: &str,
) {
    let token = |name: &str| {
        let place = rows.iter().position(|row| row.name == name);
        Token(place.unwrap_or_else(|| panic!("no token {name}")) as u32)
    };
    for name in text::prompt(&Program::default(), &machine.instruction_set(), None) {
        engine.feed(token(&name));
    }
    for (place, name) in expected.iter().enumerate() {
        let found = engine.predict();
        assert_eq!(found, token(name), "{name} at {place} by {by}");
        engine.feed(found);
    }
}

#[test]
fn scales_say_what_the_reference_says() {
    let narrow: Vec<Case> = of_two_f32(|a, _| a);
    let wide: Vec<Case> = of_two_f64(|a, _| a);
    for scale in ["scale_sum", "scale_difference", "scale_product"] {
        for (of, cases) in [("f32", &narrow), ("f64", &wide)] {
            let scaled = |(words, _): &Case| {
                let steps = [format!("{of}.{scale}")];
                (words.clone(), result_of(&steps[0], words))
            };
            let cases: Vec<Case> = cases.iter().step_by(3).map(scaled).collect();
            check(&format!("{of}.{scale}"), &cases);
        }
    }
}

/// What the reference says of one step: here its tokens are what is checked.
fn result_of(step: &str, words: &[u32]) -> u64 {
    let machine = Machine::full();
    let program = program(&machine, &[step], &[(words.to_vec(), 0)]);
    let trace = reference(&machine, &program);
    let bytes = trace.split(|token| token.starts_with("commit")).nth(words.len());
    let byte = |token: &String| u64::from_str_radix(token.trim_end_matches('\''), 16).unwrap_or(0);
    bytes.unwrap_or_default().iter().rev().fold(0, |number, token| number << 8 | byte(token))
}

#[test]
fn sums_and_differences_are_those_of_rust() {
    check("f32.scale_sum f32.sum f32.rounding f32.round2", &of_two_f32(|a, b| a + b));
    check("f32.scale_difference f32.sum f32.rounding f32.round2", &of_two_f32(|a, b| a - b));
    check("f64.scale_sum f64.sum f64.rounding f64.round4", &of_two_f64(|a, b| a + b));
    check("f64.scale_difference f64.sum f64.rounding f64.round4", &of_two_f64(|a, b| a - b));
}

#[test]
fn products_are_those_of_rust() {
    check("f32.scale_product f32.product f32.rounding f32.round2", &of_two_f32(|a, b| a * b));
    check(
        "f64.scale_product f64.product f64.product_high f64.rounding f64.round4",
        &of_two_f64(|a, b| a * b),
    );
}

#[test]
fn conversions_are_those_of_rust() {
    check("f64.scale f64.significand f32.rounding f32.round2", &of_f64(|a| narrow_bits(a as f32)));
    check("f32.scale f32.significand f64.rounding f64.round1", &of_f32(|a| wide_bits(a.into())));
    let integers = |steps: &str, wide: bool, of: fn(u64) -> u64| {
        let words = |a: u64| if wide { vec![a as u32, (a >> 32) as u32] } else { vec![a as u32] };
        let number = |a: f64| {
            let bits = a.to_bits();
            [bits, bits >> 31, 1 << (bits % 64), (1 << (bits % 64)) - 1, bits << 40]
        };
        let all = numbers().into_iter().flat_map(number);
        let cases: Vec<Case> = all.map(|a| (words(a), of(a))).collect();
        check(steps, &cases);
    };
    integers("i32.scale_s i32.magnitude f64.rounding f64.round1", false, |a| {
        f64::from(a as i32).to_bits()
    });
    integers("i32.const i32.magnitude f32.rounding f32.round1", false, |a| {
        (a as u32 as f32).to_bits().into()
    });
    integers("i64.scale_s i64.magnitude f32.rounding f32.round2", true, |a| {
        (a as i64 as f32).to_bits().into()
    });
    integers("i32.const i64.magnitude f64.rounding f64.round2", true, |a| (a as f64).to_bits());
}

#[test]
fn integral_numbers_are_those_of_rust() {
    let narrow = |direction: &str, of: fn(f32) -> u64| {
        let steps = format!("f32.scale_{direction} f32.whole f32.rounding f32.round1");
        check(&steps, &of_f32(of));
    };
    narrow("ceil", |a| narrow_bits(a.ceil()));
    narrow("floor", |a| narrow_bits(a.floor()));
    narrow("trunc", |a| narrow_bits(a.trunc()));
    narrow("nearest", |a| narrow_bits(a.round_ties_even()));
    let wide = |direction: &str, of: fn(f64) -> u64| {
        let steps = format!("f64.scale_{direction} f64.whole f64.rounding f64.round2");
        check(&steps, &of_f64(of));
    };
    wide("ceil", |a| wide_bits(a.ceil()));
    wide("floor", |a| wide_bits(a.floor()));
    wide("trunc", |a| wide_bits(a.trunc()));
    wide("nearest", |a| wide_bits(a.round_ties_even()));
}

#[test]
fn integers_are_those_of_rust() {
    let narrow = |steps: &str, of: fn(f32) -> u64| {
        check(&format!("f32.scale f32.significand {steps}"), &of_f32(of));
    };
    narrow("i32.truncation_sat_s i32.truncated1", |a| u64::from(a as i32 as u32));
    narrow("i32.truncation_sat_u i32.truncated1", |a| u64::from(a as u32));
    narrow("i64.truncation_sat_s i64.truncated1", |a| a as i64 as u64);
    narrow("i64.truncation_sat_u i64.truncated1", |a| a as u64);
    let wide = |steps: &str, of: fn(f64) -> u64| {
        check(&format!("f64.scale f64.significand {steps}"), &of_f64(of));
    };
    wide("i32.truncation_sat_s i32.truncated2", |a| u64::from(a as i32 as u32));
    wide("i32.truncation_sat_u i32.truncated2", |a| u64::from(a as u32));
    wide("i64.truncation_sat_s i64.truncated2", |a| a as i64 as u64);
    wide("i64.truncation_sat_u i64.truncated2", |a| a as u64);
}
