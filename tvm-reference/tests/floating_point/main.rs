//! The steps of arithmetic in floating point, put together to operators, against Rust's own f32 and f64,
//! bit for bit.
//!
//! `cargo test -p tvm-reference --test floating_point -- --ignored --nocapture` tries ten million
//! random cases of each operator.

mod numbers;
mod operators;

use numbers::SplitMix;
use operators::{OPERATORS, Operator};
use tvm_program::{Code, Instruction, Program, ValueType};
use tvm_reference::{End, Executor, Trace, Trap};
use tvm_test_support::sets::{assemble, full_and_users};

/// Random cases of each operator.
const CASES: usize = 300_000;

/// Those of the test that is run by hand.
const MANY_CASES: usize = 10_000_000;

/// The cases of one program. Their results are on the stack at its end.
const TOGETHER: usize = 2_000;

/// The constants that push a value.
fn constants(of: ValueType, bits: u64, constant: Code) -> impl Iterator<Item = Instruction> {
    let words = [bits as u32, (bits >> 32) as u32].into_iter().take(of.words().into());
    words.map(move |immediate| Instruction::new(constant, immediate))
}

/// The results of an operator of these arguments, or the first trap.
fn results(
    operator: &Operator,
    steps: &[Instruction],
    arguments: &[(u64, u64)],
) -> Result<Vec<u64>, Trap> {
    let set = full_and_users();
    let constant = set.by_name("i32.const").unwrap().code;
    let mut instructions = Vec::new();
    for &(a, b) in arguments {
        for (&of, bits) in operator.parameters.iter().zip([a, b]) {
            instructions.extend(constants(of, bits, constant));
        }
        instructions.extend(steps);
    }
    let program = Program { instructions, ..Program::default() };
    let mut executor = Executor::new(&program, set, b"").unwrap();
    let mut consumer = |_: &_| {};
    let mut trace = Trace::new(u64::MAX, &mut consumer);
    for _ in &program.instructions {
        if let Some(End::Trap(kind)) = executor.step(&mut trace).unwrap() {
            return Err(kind);
        }
    }
    let words = executor.operands().chunks_exact(operator.result.words().into());
    Ok(words
        .map(|words| words.iter().rev().fold(0, |bits, &word| bits << 32 | u64::from(word)))
        .collect())
}

/// Checks the cases that have a result together; those that trap each by itself, up to so many.
fn check(operator: &Operator, arguments: &[(u64, u64)], most_traps: usize) {
    let (name, steps) = (operator.name, assemble(operator.steps).instructions);
    let (returning, trapping): (Vec<_>, Vec<_>) =
        arguments.iter().copied().partition(|&(a, b)| (operator.by_rust)(a, b).is_ok());
    for arguments in returning.chunks(TOGETHER) {
        let results = results(operator, &steps, arguments).unwrap();
        assert_eq!(results.len(), arguments.len(), "{name}");
        for (&(a, b), found) in arguments.iter().zip(results) {
            let expected = (operator.by_rust)(a, b);
            assert_eq!(Ok(found), expected, "{name} of {a:#x} and {b:#x}: {found:#x}");
        }
    }
    for (a, b) in trapping.into_iter().take(most_traps) {
        let found = results(operator, &steps, &[(a, b)]).map(|_| 0);
        assert_eq!(found, (operator.by_rust)(a, b), "{name} of {a:#x}");
    }
}

/// Checks random cases of each operator; of each two thousand so many that trap.
fn check_random(cases: usize, first_seed: u64, most_traps: usize) {
    for (seed, operator) in (first_seed..).zip(OPERATORS) {
        let mut random = SplitMix(seed);
        for _ in 0..cases / TOGETHER {
            let arguments: Vec<_> = (0..TOGETHER)
                .map(|_| numbers::arguments(operator.parameters, &mut random))
                .collect();
            check(operator, &arguments, most_traps);
        }
    }
}

#[test]
fn edge_values_crossed() {
    for operator in OPERATORS {
        check(operator, &numbers::crossed(operator.parameters), usize::MAX);
    }
}

#[test]
fn random_numbers() {
    check_random(CASES, 0, 50);
}

#[test]
#[ignore = "minutes"]
fn many_random_numbers() {
    check_random(MANY_CASES, 1000, usize::MAX);
    println!("{} operators, {MANY_CASES} random cases each", OPERATORS.len());
}
