//! The routines of 64-bit division against the host's own arithmetic.

use proptest::prelude::*;

use super::{agree, call};
use tvm_program::Value;
use tvm_program::wasm::Invocation;
use tvm_reference::{End, Trap};
use tvm_test_support::modules::calls_as_program;
use tvm_test_support::sets as fixture;

const OPERATORS: [&str; 4] = ["div_u", "rem_u", "div_s", "rem_s"];

fn module() -> Vec<u8> {
    let functions: String = OPERATORS
        .map(|name| {
            format!(
                r#"(func (export "{name}") (param i64 i64) (result i64)
                    (i64.{name} (local.get 0) (local.get 1)))"#
            )
        })
        .concat();
    wat::parse_str(format!("(module {functions})")).unwrap()
}

fn invoke(operator: &str, a: u64, b: u64) -> Invocation {
    call(operator, &[Value::I64(a), Value::I64(b)])
}

/// What the host computes; none where it cannot.
fn by_host(operator: &str, a: u64, b: u64) -> Option<u64> {
    let (x, y) = (a.cast_signed(), b.cast_signed());
    match operator {
        "div_u" => a.checked_div(b),
        "rem_u" => a.checked_rem(b),
        "div_s" => x.checked_div(y).map(i64::cast_unsigned),
        _ if y == -1 => Some(0),
        _ => x.checked_rem(y).map(i64::cast_unsigned),
    }
}

/// All quotients and remainders of these pairs, in one program.
fn check(pairs: &[(u64, u64)]) {
    let (mut calls, mut expected) = (Vec::new(), Vec::new());
    for &(a, b) in pairs {
        for operator in OPERATORS {
            if let Some(value) = by_host(operator, a, b) {
                calls.push(invoke(operator, a, b));
                expected.push((operator, a, b, value));
            }
        }
    }
    let (found, _) = calls_as_program(&module(), &fixture::full(), &calls);
    assert_eq!(found.end, End::Halt);
    for (bytes, expected) in found.bytes.chunks_exact(8).zip(&expected) {
        let (operator, a, b, value) = *expected;
        let found = u64::from_le_bytes(bytes.try_into().unwrap());
        assert_eq!(found, value, "{operator} of {a:#x} and {b:#x}");
    }
    assert_eq!(found.bytes.len(), 8 * expected.len());
}

/// Numbers around the powers of two, where the routines take different ways.
fn edges() -> Vec<u64> {
    let mut edges = vec![0, 1, 2, 3, 10, 1_000_000_007, 0xffff_fffe_ffff_ffff];
    for bits in [15, 16, 17, 31, 32, 33, 47, 48, 49, 62, 63] {
        edges.extend([-1, 0, 1].map(|step| (1u64 << bits).wrapping_add_signed(step)));
    }
    edges.extend(edges.clone().into_iter().map(u64::wrapping_neg));
    edges
}

#[test]
fn edges_divide_edges() {
    let edges = edges();
    for &b in &edges {
        let pairs: Vec<_> = edges.iter().map(|&a| (a, b)).collect();
        check(&pairs);
    }
}

/// A number of any length in bits.
fn number() -> impl Strategy<Value = u64> {
    (any::<u64>(), 0u32..64).prop_map(|(value, shift)| value >> shift)
}

proptest! {
    #[test]
    fn quotients_and_remainders_are_the_hosts(pairs in prop::collection::vec((number(), number()), 30)) {
        check(&pairs);
        let signed: Vec<_> = pairs.iter().map(|&(a, b)| (a.wrapping_neg(), b)).collect();
        check(&signed);
        // Dividends just around a multiple of the divisor.
        let exact: Vec<_> = pairs
            .iter()
            .flat_map(|&(a, b)| [-1, 0, 1].map(|step| {
                let quotient = a.checked_div(b).unwrap_or_default();
                (quotient.wrapping_mul(b).wrapping_add_signed(step), b)
            }))
            .collect();
        check(&exact);
    }
}

#[test]
fn what_cannot_be_divided_traps() {
    let least = 1 << 63;
    for (operator, a, b, trap) in [
        ("div_u", 5, 0, Trap::DivideByZero),
        ("div_u", 5 << 40, 0, Trap::DivideByZero),
        ("rem_u", 5, 0, Trap::DivideByZero),
        ("rem_u", 5 << 40, 0, Trap::DivideByZero),
        ("div_s", 5, 0, Trap::DivideByZero),
        ("div_s", u64::MAX, 0, Trap::DivideByZero),
        ("rem_s", u64::MAX, 0, Trap::DivideByZero),
        ("div_s", least, 0, Trap::DivideByZero),
        ("div_s", least, u64::MAX, Trap::IntegerOverflow),
    ] {
        let (found, _) = agree(&module(), &[invoke(operator, a, b)]);
        assert_eq!(found.end, End::Trap(trap), "{operator} of {a:#x} and {b:#x}");
    }
    let (found, _) = agree(&module(), &[invoke("rem_s", least, u64::MAX)]);
    assert_eq!(found.end, End::Halt);
}

/// The tokens of a call of a function that divides. The constants of the program are written before the first one.
fn tokens(operator: &str, a: u64, b: u64) -> u64 {
    let module = wat::parse_str(format!(
        r#"(module (func (export "f") (param i64 i64) (result i64)
            (i64.{operator} (local.get 0) (local.get 1))))"#
    ));
    let (module, set) = (module.unwrap(), fixture::full());
    let of_calls = |calls: &[Invocation]| calls_as_program(&module, &set, calls).1;
    let once = invoke("f", a, b);
    of_calls(&[once.clone(), once.clone()]) - of_calls(&[once])
}

#[test]
fn a_division_takes_few_tokens() {
    const ADDITION: u64 = 9;
    let cases = [
        ("small by small", 1_000, 7, 70),
        ("64 bits by 10", u64::MAX / 3, 10, 170),
        ("60 bits by 1,000,000,007", 123_456_789_012_345_678, 1_000_000_007, 300),
        ("64 bits by 40 bits", u64::MAX / 3, 0x83_4567_89ab, 610),
        ("64 bits by 60 bits", u64::MAX / 3, 1 << 60, 180),
    ];
    for (what, a, b, limit) in cases {
        for operator in ["div_u", "rem_u"] {
            let found = tokens(operator, a, b) + ADDITION - tokens("add", a, b);
            println!("{operator}, {what}: {found} tokens");
            assert!(found <= limit, "{operator}, {what}: {found} tokens");
        }
    }
}
