//! Every operator of floating point through the weights of the full universal model, against Rust's own
//! f32 and f64, and against the reference executor, which also counts the tokens: edge values crossed and
//! random numbers. The reference executor alone tries many more of them (`tvm-program/tests/floats`).

#[path = "../tvm-program/tests/floats/calls.rs"]
mod calls;
#[path = "../tvm-program/tests/floats/cases.rs"]
mod cases;
mod executors;
#[path = "../tvm-program/tests/floats/operators.rs"]
mod operators;
#[path = "executors/transformer.rs"]
mod transformer;

use cases::SplitMix;
use executors::{End, Reference, Run};
use operators::{OPERATORS, Operator};
use transformer::with_transformer;
use tvm_core::machine::Machine;
use tvm_test_support::parallel::in_parallel;

/// Cases of each operator, edge values and random ones, and how many of them are edge values at most.
const CASES: usize = 20_000;
const EDGES: usize = 2_000;

/// Cases that are one program.
const TOGETHER: usize = 2_000;

/// Cases that trap, of each operator: each is a program of its own.
const TRAPS: usize = 12;

const MOST_TOKENS: u64 = 10_000_000;

/// Edge values or pairs of them, spread over all there are, and random ones.
fn arguments(operator: &Operator, random: &mut SplitMix) -> Vec<(u64, u64)> {
    let mut crossed = cases::crossed(operator.parameters);
    let mut arguments = Vec::new();
    for _ in 0..EDGES.min(crossed.len()) {
        arguments.push(crossed.swap_remove(random.next() as usize % crossed.len()));
    }
    let edges = arguments.len();
    arguments.extend((edges..CASES).map(|_| cases::arguments(operator.parameters, random)));
    arguments
}

/// Arguments of an operator, a pair for each case.
type Arguments = [(u64, u64)];

/// One of the arguments for which executors differ, by halves; all of them if each half is right.
fn differing(arguments: &Arguments, agrees: &dyn Fn(&Arguments) -> bool) -> String {
    let (one, other) = arguments.split_at(arguments.len() / 2);
    match [one, other].into_iter().find(|half| !half.is_empty() && !agrees(half)) {
        Some(half) if half.len() < arguments.len() => differing(half, agrees),
        _ => format!("{arguments:#x?}"),
    }
}

fn check(operator: &Operator, executor: &dyn Run, random: &mut SplitMix) -> u64 {
    let set = Machine::full().instruction_set();
    let reference = Reference::default();
    let run = |arguments: &Arguments| {
        let program = calls::program(operator, &set, arguments);
        let outcome = executor.run(&program, &[], MOST_TOKENS);
        let expected = reference.run(&program, &[], MOST_TOKENS);
        assert!(
            outcome == expected,
            "{} of {}",
            operator.name,
            differing(arguments, &|some| {
                let program = calls::program(operator, &set, some);
                executor.run(&program, &[], MOST_TOKENS)
                    == reference.run(&program, &[], MOST_TOKENS)
            })
        );
        outcome
    };
    let (returning, trapping): (Vec<_>, Vec<_>) = arguments(operator, random)
        .into_iter()
        .partition(|&(a, b)| (operator.by_rust)(a, b).is_ok());
    let mut tokens = 0;
    for some in returning.chunks(TOGETHER) {
        let outcome = run(some);
        assert_eq!(outcome.end, End::Halt, "{}", operator.name);
        calls::compare(operator, some, &outcome.output);
        tokens += outcome.tokens;
    }
    for &(a, b) in trapping.iter().take(TRAPS) {
        let kind = (operator.by_rust)(a, b).expect_err("it traps").to_owned();
        let outcome = run(&[(a, b)]);
        assert_eq!(outcome.end, End::Trap(kind), "{} of {a:#x}", operator.name);
        tokens += outcome.tokens;
    }
    tokens
}

#[test]
fn every_operator_by_the_transformer() {
    with_transformer(|transformer| {
        let numbers: Vec<usize> = (0..OPERATORS.len()).collect();
        let check =
            |&number: &usize| check(&OPERATORS[number], transformer, &mut SplitMix(number as u64));
        let tokens: u64 = in_parallel(&numbers, check).into_iter().sum();
        eprintln!("{} operators, {tokens} tokens", OPERATORS.len());
    });
}
