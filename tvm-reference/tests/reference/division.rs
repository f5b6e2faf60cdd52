//! The traces of divisions: digits from the most significant, then the result with its ticks.

use super::fixture::{assert_trace, pushed};
use tvm_reference::{End, Trap};

/// The trace after the two constants, both of which are pushed first.
fn assert_division(name: &str, dividend: i32, divisor: i32, expected: &str) -> End {
    assert_trace(
        &format!("i32.const {dividend}; i32.const {divisor}; i32.{name}; halt"),
        &format!("{} {} {expected}", pushed(dividend as u32), pushed(divisor as u32)),
    )
    .end
}

#[test]
fn quotients_come_twice_and_remainders_after_their_quotient() {
    let quotient = "00 01 e2 40 divided";
    let (dividend, divisor) = (1_234_567, 10);
    let show = |result| format!("{quotient} {result} commit(-1,sts=1,bt=0) halt");
    assert_division("div_u", dividend, divisor, &show("40 e2 01 00"));
    assert_division("div_s", dividend, divisor, &show("40 e2 01 00"));
    assert_division("rem_u", dividend, divisor, &show("07 00 00 00"));
    assert_division("rem_s", dividend, divisor, &show("07 00 00 00"));
    assert_division("div_s", -dividend, -divisor, &show("40 e2 01 00"));
    assert_division("rem_s", -dividend, divisor, &show("f9 ff ff ff"));
    assert_division("rem_s", dividend, -divisor, &show("07 00 00 00"));
}

#[test]
fn a_negative_quotient_borrows_from_zero() {
    // -(0x0001e240) byte by byte: every byte borrows.
    let expected = "00 01 e2 40 divided c0' 1d' fe' ff' commit(-1,sts=1,bt=0) halt";
    assert_division("div_s", -1_234_567, 10, expected);
    assert_division("div_s", 1_234_567, -10, expected);
    // -(0x00000100): the low byte is 0 and does not borrow.
    assert_division(
        "div_s",
        -512,
        2,
        "00 00 01 00 divided 00 ff' ff' ff' commit(-1,sts=1,bt=0) halt",
    );
    // A quotient of 0 has no borrow although the signs differ.
    assert_division("div_s", -1, 2, "00 00 00 00 divided 00 00 00 00 commit(-1,sts=1,bt=0) halt");
}

#[test]
fn the_magnitude_of_the_least_integer_is_two_to_the_31() {
    assert_division(
        "div_s",
        i32::MIN,
        1,
        "80 00 00 00 divided 00 00 00 80' commit(-1,sts=1,bt=0) halt",
    );
    assert_division(
        "rem_s",
        i32::MIN,
        -1,
        "80 00 00 00 divided 00 00 00 00 commit(-1,sts=1,bt=0) halt",
    );
    assert_division(
        "div_u",
        i32::MIN,
        -1,
        "00 00 00 00 divided 00 00 00 00 commit(-1,sts=1,bt=0) halt",
    );
}

#[test]
fn impossible_divisions_trap_before_any_digit() {
    for name in ["div_s", "div_u", "rem_s", "rem_u"] {
        let end = assert_division(name, 5, 0, "trap(divide_by_zero)");
        assert_eq!(end, End::Trap(Trap::DivideByZero));
    }
    let end = assert_division("div_s", i32::MIN, -1, "trap(integer_overflow)");
    assert_eq!(end, End::Trap(Trap::IntegerOverflow));
}
