//! The traces of arithmetic in floating point: what each step writes, with its ticks.

use super::fixture::{assert_trace, constant, pushed, run_with_input, wide_pushed};
use tvm_program::Value;
use tvm_reference::Fault;

/// Checks the trace of steps after the constants of two f32.
#[track_caller]
fn assert_narrow(numbers: [f32; 2], steps: &str, expected: &str) {
    let [a, b] = numbers.map(f32::to_bits);
    assert_trace(
        &format!("i32.const {a}; i32.const {b}; {steps}; halt"),
        &format!("{} {} {expected} halt", pushed(a), pushed(b)),
    );
}

/// The same of an f64.
#[track_caller]
fn assert_wide(number: f64, steps: &str, expected: &str) {
    let bits = number.to_bits();
    assert_trace(
        &format!("{}; {steps}; halt", constant(Value::F64(bits))),
        &format!("{} {expected} halt", wide_pushed(bits)),
    );
}

#[test]
fn halfway_between_two_numbers_the_rounding_ticks() {
    // 1 + 2^-24: the lowest bit of 1 decides, which is 0.
    assert_narrow(
        [1.0, 1.0 / 16_777_216.0],
        "f32.scale_sum; f32.sum; f32.rounding; f32.round2",
        "79 08 18 18 commit(+1,sts=1,bt=0)
         80 00 00 80 00 00 00 00 commit(+2,sts=1,bt=0)
         48' 7f' 10' 40' commit(+1,sts=1,bt=0)
         00 00 80 3f commit(-5,sts=1,bt=0)",
    );
}

#[test]
fn what_is_lost_of_a_difference_is_borrowed_and_no_tie_remains() {
    // 1 - 2^-60: rounded up, it is 1 again.
    assert_narrow(
        [1.0, f32::from_bits(67 << 23)],
        "f32.scale_difference; f32.sum; f32.rounding; f32.round2",
        "79 08 1c a7 commit(+1,sts=1,bt=0)
         ff' ff' ff' 7f' 00 00 00 00 commit(+2,sts=1,bt=0)
         47 7e 10 fe commit(+1,sts=1,bt=0)
         00' 00' 80' 3f commit(-5,sts=1,bt=0)",
    );
}

#[test]
fn the_upper_part_of_a_product_takes_the_place_of_the_lower_one() {
    // (1 + 2^-52)^2
    let number = 1.0 + f64::EPSILON;
    let [low, high] = [number.to_bits() as u32, (number.to_bits() >> 32) as u32];
    assert_wide(
        number,
        &format!(
            "{}; f64.scale_product; f64.product; f64.product_high; f64.rounding; f64.round4",
            constant(Value::F64(number.to_bits()))
        ),
        &format!(
            "{} {}
             60 08 18 00 commit(+1,sts=1,bt=0)
             01 00 00 00 00 00 20 00 commit(+2,sts=1,bt=0)
             20' 00 00 00 00 00 00 01 commit(+0,sts=1,bt=0)
             44 ff 13 00 commit(+1,sts=1,bt=0)
             02 00 00 00 00 00 f0 3f commit(-6,sts=1,bt=0)",
            pushed(low),
            pushed(high)
        ),
    );
}

#[test]
fn an_integer_is_its_sign_and_its_magnitude() {
    assert_trace(
        "i32.const -3; i32.scale_s; i32.magnitude; f64.rounding; f64.round1; halt",
        "fd ff ff ff commit(+1,sts=1,bt=0)
         98 08 01 00 commit(+1,sts=1,bt=0)
         03 00' 00' 00' 00 00 00 00 commit(+2,sts=1,bt=0)
         0d 00 1c 00 commit(+1,sts=1,bt=0)
         00 00 00 00 00 00 08 c0 commit(-3,sts=1,bt=0) halt",
    );
}

#[test]
fn an_infinity_is_its_exponent() {
    assert_wide(
        f64::NEG_INFINITY,
        "f64.scale; f64.significand; f32.rounding; f32.round2",
        "64 2c 09 00 commit(+1,sts=1,bt=0)
         00 00 00 00 00 00 10 00 commit(+2,sts=1,bt=0)
         dd ff 08 00 commit(+1,sts=1,bt=0)
         00 00 80 ff commit(-5,sts=1,bt=0)",
    );
}

#[test]
fn a_sticky_bit_stays_with_its_significand() {
    // 1 + 2^-24 + 2^-60: what is lost decides, also if the significand is read meanwhile.
    let [a, b] = [1.0_f32, f32::from_bits((103 << 23) + 1)].map(f32::to_bits);
    let trace = |between: &str| {
        let steps = format!("f32.scale_sum; f32.sum; {between} f32.rounding; f32.round2");
        run_with_input(&format!("i32.const {a}; i32.const {b}; {steps}; halt"), b"").0
    };
    let result = "01' 00 80 3f commit(-5,sts=1,bt=0) halt";
    assert!(trace("").ends_with(result), "{}", trace(""));
    assert!(trace("local.tee64 0;").ends_with(result), "{}", trace("local.tee64 0;"));
    // A copy is without it, and so lies halfway.
    let copied = trace("local.set64 0; local.get64 0;");
    assert!(copied.ends_with(" 00 00 80 3f commit(-5,sts=1,bt=0) halt"), "{copied}");
}

#[test]
fn missing_words_are_a_fault() {
    let needs = [
        ("f32.scale", 1),
        ("f64.scale_sum", 4),
        ("i64.scale_s", 2),
        ("f64.sum", 5),
        ("f64.product_high", 7),
        ("i32.magnitude", 2),
        ("f64.rounding", 3),
        ("f32.round1", 5),
        ("f64.round2", 6),
        ("f64.round4", 8),
    ];
    for (opcode, needed) in needs {
        let words = "i32.const 0;".repeat(needed - 1);
        let fault = run_with_input(&format!("{words} {opcode}; halt"), b"").1.unwrap_err().fault;
        assert_eq!(fault, Fault::StackUnderflow { needed, found: needed - 1 }, "{opcode}");
    }
}
