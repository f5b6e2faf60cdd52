//! The bytes and ticks of 64-bit integers, and how many words they are on the stack.

use super::fixture::{assert_trace, bytes, constant, pushed, run_with_input, wide_pushed};
use tvm_program::Value;
use tvm_reference::Fault;

const A: u64 = 0x1122_3344_5566_7788;
const B: u64 = 0x8070_6050_4030_2010;

/// Checks the trace of an opcode after these 64-bit operands.
fn assert_wide(operands: &[u64], opcode: &str, expected: &str) {
    let constants: Vec<_> = operands.iter().map(|value| constant(Value::I64(*value))).collect();
    let traces: Vec<_> = operands.iter().map(|value| wide_pushed(*value)).collect();
    assert_trace(
        &format!("{}; {opcode}; halt", constants.join(";")),
        &format!("{} {expected} halt", traces.join(" ")),
    );
}

#[test]
fn a_constant_is_its_immediate_with_the_sign_extended() {
    assert_trace(
        "i64.const 258; i64.const -2; drop; output; output; output; halt",
        "02 01 00 00 00 00 00 00 commit(+2,sts=1,bt=0)
         fe ff ff ff ff ff ff ff commit(+2,sts=1,bt=0)
         commit(-1,sts=0,bt=0) out(fe) out(00) out(02) halt",
    );
}

#[test]
fn a_sum_ticks_where_it_carries_also_out_of_the_lower_word() {
    assert_wide(
        &[0x00ff_00ff_ffff_ff80, 0xff00_0000_0000_0080],
        "i64.add",
        "00' 00' 00' 00' 00' 01 ff ff commit(-2,sts=1,bt=0)",
    );
    assert_wide(&[u64::MAX, 1], "i64.add", "00' 00' 00' 00' 00' 00' 00' 00' commit(-2,sts=1,bt=0)");
}

#[test]
fn a_difference_ticks_where_it_borrows_also_from_the_upper_word() {
    assert_wide(
        &[0x0000_0100_0000_0000, 1],
        "i64.sub",
        "ff' ff' ff' ff' ff' 00 00 00 commit(-2,sts=1,bt=0)",
    );
    assert_wide(&[0, 1 << 32], "i64.sub", "00 00 00 00 ff' ff' ff' ff' commit(-2,sts=1,bt=0)");
}

#[test]
fn operators_without_ticks() {
    let shown = |value: u64, end: &str| format!("{} {end}", bytes(&value.to_le_bytes()));
    let binary = [
        ("mul", A.wrapping_mul(B)),
        ("and", A & B),
        ("or", A | B),
        ("xor", A ^ B),
        ("shl", A << 16),
        ("shr_u", A >> 16),
        ("shr_s", (A as i64 >> 16) as u64),
        ("rotl", A.rotate_left(16)),
        ("rotr", A.rotate_right(16)),
    ];
    for (name, value) in binary {
        assert_wide(&[A, B], &format!("i64.{name}"), &shown(value, "commit(-2,sts=1,bt=0)"));
    }
    for (name, value) in [("clz", 3), ("ctz", 3), ("popcnt", A.count_ones())] {
        let expected = shown(u64::from(value), "commit(+0,sts=1,bt=0)");
        assert_wide(&[A], &format!("i64.{name}"), &expected);
    }
}

#[test]
fn a_truth_is_one_word() {
    assert_wide(&[A, B], "i64.lt_u", "01 00 00 00 commit(-3,sts=1,bt=0)");
    assert_wide(&[A, B], "i64.lt_s", "00 00 00 00 commit(-3,sts=1,bt=0)");
    assert_wide(&[1 << 32], "i64.eqz", "00 00 00 00 commit(-1,sts=1,bt=0)");
    assert_wide(&[0], "i64.eqz", "01 00 00 00 commit(-1,sts=1,bt=0)");
}

#[test]
fn only_negative_sign_extensions_tick() {
    assert_wide(
        &[0x8080],
        "i64.extend8_s",
        "80' ff' ff' ff' ff' ff' ff' ff' commit(+0,sts=1,bt=0)",
    );
    assert_wide(
        &[0x8080],
        "i64.extend16_s",
        "80 80' ff' ff' ff' ff' ff' ff' commit(+0,sts=1,bt=0)",
    );
    assert_wide(&[A ^ 0x80], "i64.extend8_s", "08 00 00 00 00 00 00 00 commit(+0,sts=1,bt=0)");
    assert_wide(&[A], "i64.extend16_s", "88 77 00 00 00 00 00 00 commit(+0,sts=1,bt=0)");
}

#[test]
fn a_word_is_extended_by_a_word_above_it() {
    for (word, signs) in [(0x7fff_ffff, "00 00 00 00"), (0x8000_0000, "ff ff ff ff")] {
        assert_trace(
            &format!("i32.const {word}; i64.extend_i32_s; drop; output; halt"),
            &format!(
                "{} {signs} commit(+1,sts=1,bt=0) commit(-1,sts=0,bt=0) out({:02x}) halt",
                pushed(word),
                word & 0xff
            ),
        );
    }
}

#[test]
fn drop_takes_two_words() {
    assert_trace(
        "i32.const 65; i64.const 0; drop64; output; halt",
        "41 00 00 00 commit(+1,sts=1,bt=0) 00 00 00 00 00 00 00 00 commit(+2,sts=1,bt=0)
         commit(-2,sts=0,bt=0) out(A) halt",
    );
}

#[test]
fn select_keeps_the_first_operand_when_the_condition_holds() {
    for (condition, chosen) in [(0x100, A), (0, B)] {
        assert_wide(
            &[A, B],
            &format!("i32.const {condition}; select64"),
            &format!(
                "{} {} commit(-3,sts=1,bt=0)",
                pushed(condition),
                bytes(&chosen.to_le_bytes())
            ),
        );
    }
}

#[test]
fn a_variable_is_two_words_the_lower_one_first() {
    let value = "88 77 66 55 44 33 22 11";
    for (kind, place) in [("local", "L"), ("global", "G")] {
        assert_wide(
            &[A],
            &format!(
                "{kind}.set64 5; {kind}.get 6; {kind}.get 5; {kind}.get64 5; \
                 i32.const 9 -> {place}7; {kind}.get64 6"
            ),
            &format!(
                "{value} commit(-2,sts=0,bt=0)
                 44 33 22 11 commit(+1,sts=1,bt=0) 88 77 66 55 commit(+1,sts=1,bt=0)
                 {value} commit(+2,sts=1,bt=0)
                 09 00 00 00 commit(+0,sts=0,bt=0)
                 44 33 22 11 09 00 00 00 commit(+2,sts=1,bt=0)"
            ),
        );
    }
    assert_wide(
        &[A],
        "local.tee64 3; drop64; local.get64 3",
        &format!(
            "{value} commit(+0,sts=0,bt=0) commit(-2,sts=0,bt=0) {value} commit(+2,sts=1,bt=0)"
        ),
    );
}

#[test]
fn a_call_does_not_see_its_callers_words() {
    let program = "i64.const -1; local.set64 0; call 1; halt; local.get64 0; return -2";
    let fault = run_with_input(program, b"").1.unwrap_err().fault;
    assert_eq!(fault, Fault::Unwritten { word: 0 });
}

#[test]
fn missing_words_are_a_fault() {
    let needs = [
        ("drop64", 2),
        ("select64", 5),
        ("local.set64", 2),
        ("local.tee64", 2),
        ("global.set64", 2),
        ("i64.eqz", 2),
        ("i64.lt_s", 4),
        ("i64.add", 4),
        ("i64.clz", 2),
        ("i64.store8", 3),
    ];
    for (opcode, needed) in needs {
        let words = "i32.const 0;".repeat(needed - 1);
        let fault = run_with_input(&format!("{words} {opcode}; halt"), b"").1.unwrap_err().fault;
        assert_eq!(fault, Fault::StackUnderflow { needed, found: needed - 1 }, "{opcode}");
    }
}
