//! Every operator of floating point by the reference executor, against Rust's own f32 and f64.
//!
//! `TVM_FLOAT_CASES=10000000 cargo test -p tvm-program --test floats random` tries so many random cases of
//! each operator; `TVM_FLOAT_OPERATOR=f64.div` of this one only.

mod calls;
mod cases;
mod operators;
mod sequences;

use cases::SplitMix;
use operators::{OPERATORS, Operator};
use tvm_program::InstructionSet;
use tvm_reference::{End, Executor};
use tvm_test_support::sets;

/// Random cases of each operator.
const CASES: usize = 20_000;

/// Those of quotients and roots, which are computed with approximations that have to be near enough.
const CASES_OF_APPROXIMATIONS: usize = 300_000;

/// The operators that they are.
const APPROXIMATIONS: [&str; 4] = ["f32.div", "f64.div", "f32.sqrt", "f64.sqrt"];

/// The cases of one program.
const TOGETHER: usize = 10_000;

fn number_of_cases(operator: &Operator) -> usize {
    let number = std::env::var("TVM_FLOAT_CASES").ok();
    let usual =
        if APPROXIMATIONS.contains(&operator.name) { CASES_OF_APPROXIMATIONS } else { CASES };
    number.map_or(usual, |number| number.parse().expect("a number of cases"))
}

/// The operators, or the one that is asked for.
fn operators() -> impl Iterator<Item = &'static Operator> {
    let only = std::env::var("TVM_FLOAT_OPERATOR").ok();
    OPERATORS.iter().filter(move |one| only.as_ref().is_none_or(|only| only == one.name))
}

/// Runs cases of an operator: those that return as one program, those that trap each by itself, up to
/// so many.
fn check(operator: &Operator, set: &InstructionSet, arguments: &[(u64, u64)], most_traps: usize) {
    let run = |arguments: &[(u64, u64)]| {
        let program = calls::program(operator, set, arguments);
        Executor::new(&program, set, &[]).unwrap().run(u64::MAX, &mut |_| {}).unwrap()
    };
    let (returning, trapping): (Vec<_>, Vec<_>) =
        arguments.iter().copied().partition(|&(a, b)| (operator.by_rust)(a, b).is_ok());
    for some in returning.chunks(TOGETHER) {
        let summary = run(some);
        assert_eq!(summary.end, End::Halt, "{}", operator.name);
        calls::compare(operator, some, &summary.output);
    }
    for &(a, b) in trapping.iter().take(most_traps) {
        let End::Trap(kind) = run(&[(a, b)]).end else {
            panic!("{} of {a:#x} does not trap", operator.name);
        };
        assert_eq!(Err(kind.to_string().as_str()), (operator.by_rust)(a, b), "{a:#x}");
    }
}

#[test]
fn edge_values_crossed() {
    let set = sets::full();
    for operator in operators() {
        check(operator, &set, &cases::crossed(operator.parameters), usize::MAX);
    }
}

#[test]
fn random_numbers() {
    let set = sets::full();
    for (seed, operator) in (0..).zip(operators()) {
        let mut random = SplitMix(seed);
        let mut rest = number_of_cases(operator);
        while rest > 0 {
            let number = rest.min(10 * TOGETHER);
            let arguments: Vec<_> =
                (0..number).map(|_| cases::arguments(operator.parameters, &mut random)).collect();
            check(operator, &set, &arguments, 20);
            rest -= number;
        }
    }
}
