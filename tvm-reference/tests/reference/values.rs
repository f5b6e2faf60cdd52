//! The bytes and ticks of pushed values, of output, and of what is written to the stack.

use super::fixture::assert_trace;

#[test]
fn hello_in_two_bytes() {
    let summary = assert_trace(
        "i32.const 72; output; i32.const 0x20a; output; halt",
        "48 00 00 00 commit(+1,sts=1,bt=0) out(H)
         0a 02 00 00 commit(+1,sts=1,bt=0) out(0a)
         halt",
    );
    assert_eq!(summary.output, b"H\n");
    assert_eq!((summary.generated_tokens, summary.instructions), (13, 5));
}

#[test]
fn output_pops() {
    assert_trace(
        "i32.const 1; i32.const 65; output; output; halt",
        "01 00 00 00 commit(+1,sts=1,bt=0) 41 00 00 00 commit(+1,sts=1,bt=0)
         out(A) out(01) halt",
    );
}

#[test]
fn a_sum_ticks_where_it_carries() {
    assert_trace(
        "i32.const 0x00ff00ff; i32.const 0xff00ff01; i32.add; halt",
        "ff 00 ff 00 commit(+1,sts=1,bt=0)
         01 ff 00 ff commit(+1,sts=1,bt=0)
         00' 00' 00' 00' commit(-1,sts=1,bt=0) halt",
    );
    assert_trace(
        "i32.const 200; i32.const 100; i32.add; halt",
        "c8 00 00 00 commit(+1,sts=1,bt=0) 64 00 00 00 commit(+1,sts=1,bt=0)
         2c' 01 00 00 commit(-1,sts=1,bt=0) halt",
    );
}

#[test]
fn a_difference_ticks_where_it_borrows() {
    assert_trace(
        "i32.const 0x10000; i32.const 1; i32.sub; halt",
        "00 00 01 00 commit(+1,sts=1,bt=0) 01 00 00 00 commit(+1,sts=1,bt=0)
         ff' ff' 00 00 commit(-1,sts=1,bt=0) halt",
    );
}

#[test]
fn only_negative_sign_extensions_tick() {
    assert_trace(
        "i32.const 0x8180; i32.extend8_s; drop; i32.const 0x8180; i32.extend16_s; halt",
        "80 81 00 00 commit(+1,sts=1,bt=0) 80' ff' ff' ff' commit(+0,sts=1,bt=0)
         commit(-1,sts=0,bt=0)
         80 81 00 00 commit(+1,sts=1,bt=0) 80 81' ff' ff' commit(+0,sts=1,bt=0) halt",
    );
    assert_trace(
        "i32.const 0x817f; i32.extend8_s; halt",
        "7f 81 00 00 commit(+1,sts=1,bt=0) 7f 00 00 00 commit(+0,sts=1,bt=0) halt",
    );
}

#[test]
fn select_keeps_the_first_operand_when_the_condition_holds() {
    let constants = "01 00 00 00 commit(+1,sts=1,bt=0) 02 00 00 00 commit(+1,sts=1,bt=0)";
    assert_trace(
        "i32.const 1; i32.const 2; i32.const 0x100; select; halt",
        &format!(
            "{constants} 00 01 00 00 commit(+1,sts=1,bt=0) 01 00 00 00 commit(-2,sts=1,bt=0) halt"
        ),
    );
    assert_trace(
        "i32.const 1; i32.const 2; i32.const 0; select; halt",
        &format!(
            "{constants} 00 00 00 00 commit(+1,sts=1,bt=0) 02 00 00 00 commit(-2,sts=1,bt=0) halt"
        ),
    );
}

#[test]
fn a_comparison_is_four_bytes_and_a_test_keeps_the_depth() {
    assert_trace(
        "i32.const -1; i32.const 0; i32.lt_s; i32.eqz; halt",
        "ff ff ff ff commit(+1,sts=1,bt=0) 00 00 00 00 commit(+1,sts=1,bt=0)
         01 00 00 00 commit(-1,sts=1,bt=0) 00 00 00 00 commit(+0,sts=1,bt=0) halt",
    );
}

#[test]
fn the_hard_operators_do_not_tick() {
    assert_trace(
        "i32.const -1; i32.const -1; i32.mul; i32.const -1; i32.rotl; halt",
        "ff ff ff ff commit(+1,sts=1,bt=0) ff ff ff ff commit(+1,sts=1,bt=0)
         01 00 00 00 commit(-1,sts=1,bt=0)
         ff ff ff ff commit(+1,sts=1,bt=0) 00 00 00 80 commit(-1,sts=1,bt=0) halt",
    );
}
