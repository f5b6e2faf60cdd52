//! Branches, calls, ends, and the runs that cannot go on.

use super::fixture::{assemble, assert_trace, instruction_set, pushed, run_with_input, trace_of};
use tvm_program::limits::CALL_DEPTH;
use tvm_program::{Code, Instruction, Program};
use tvm_reference::{Cursor, End, Executor, Fault, ReferenceError, Trap};
use tvm_test_support::sets::classic;

fn fault(text: &str) -> ReferenceError {
    run_with_input(text, b"").1.expect_err("the run cannot go on")
}

#[test]
fn halt_alone() {
    let summary = assert_trace("halt", "halt");
    assert_eq!((summary.generated_tokens, summary.instructions), (1, 1));
    assert_eq!(summary.end, End::Halt);
}

#[test]
fn an_unconditional_branch_skips_its_immediate() {
    assert_trace("br 1; unreachable; halt", "branch_taken 01 00 00 00 commit(+0,sts=0,bt=1) halt");
}

#[test]
fn a_countdown_loop_branches_back_until_zero() {
    let summary = assert_trace(
        "i32.const 2; i32.const 1; i32.sub; local.tee 0; local.get 0; br_if -5; drop; halt",
        "02 00 00 00 commit(+1,sts=1,bt=0)
         01 00 00 00 commit(+1,sts=1,bt=0)
         01 00 00 00 commit(-1,sts=1,bt=0)
         01 00 00 00 commit(+0,sts=0,bt=0)
         01 00 00 00 commit(+1,sts=1,bt=0)
         branch_taken fb ff ff ff commit(-1,sts=0,bt=1)
         01 00 00 00 commit(+1,sts=1,bt=0)
         00 00 00 00 commit(-1,sts=1,bt=0)
         00 00 00 00 commit(+0,sts=0,bt=0)
         00 00 00 00 commit(+1,sts=1,bt=0)
         commit(-1,sts=0,bt=0)
         commit(-1,sts=0,bt=0)
         halt",
    );
    assert_eq!(summary.instructions, 13);
    assert_eq!(summary.generated_tokens, 9 * 5 + 6 + 2 + 1);
}

#[test]
fn a_return_subtracts_the_call_immediate_with_borrows() {
    // The function begins at 2 and its `return` is 1 further: immediate !1. The call at 0 has
    // immediate 1, and 0xfffffffe - 1 = -3 leads from 3 to 1.
    let summary = assert_trace(
        "call 1; halt; i32.const 7; return -2",
        "branch_taken 01 00 00 00 call_commit
         07 00 00 00 commit(+1,sts=1,bt=0)
         branch_taken fd ff ff ff return_commit
         halt",
    );
    assert_eq!(summary.instructions, 4);
}

#[test]
fn a_function_before_its_caller_returns_forward() {
    // The function at 1 returns at distance 1: fffffffe. The call at 3 has immediate fffffffd, and
    // the difference 1 leads from 2 to 4.
    assert_trace(
        "br 2; i32.const 9; return -2; call -3; halt",
        "branch_taken 02 00 00 00 commit(+0,sts=0,bt=1)
         branch_taken fd ff ff ff call_commit
         09 00 00 00 commit(+1,sts=1,bt=0)
         branch_taken 01 00 00 00 return_commit
         halt",
    );
}

#[test]
fn a_return_with_a_low_byte_below_the_calls_borrows() {
    // The function at 256 returns at distance 1: fe ff ff ff less ff 00 00 00, from the low byte.
    let padding = "halt;".repeat(255);
    assert_trace(
        &format!("call 255; {padding} br 0; return -2"),
        "branch_taken ff 00 00 00 call_commit
         branch_taken 00 00 00 00 commit(+0,sts=0,bt=1)
         branch_taken ff' fe ff ff return_commit
         halt",
    );
}

#[test]
fn a_branch_table_leads_into_the_row_after_it() {
    // Index 0 and 1 meet their branch in the row, any other the default.
    let table = |index: &str, offset: &str, then: &str| {
        assert_trace(
            &format!("i32.const {index}; br_table 2; br 2; br 2; br 2; halt; unreachable; halt"),
            &format!(
                "{} branch_taken {offset} 00 00 00 commit(-1,sts=0,bt=1)
                 branch_taken 02 00 00 00 commit(+0,sts=0,bt=1) {then}",
                pushed(index.parse::<i64>().unwrap() as u32)
            ),
        )
    };
    table("0", "00", "halt");
    table("1", "01", "trap(unreachable)");
    table("2", "02", "halt");
    table("3", "02", "halt");
    table("-1", "02", "halt");
}

#[test]
fn a_branch_table_may_be_longer_than_a_byte() {
    let row = "halt; ".repeat(0x200);
    assert_trace(
        &format!("i32.const 0x1ff; br_table 0x200; {row} unreachable"),
        "ff 01 00 00 commit(+1,sts=1,bt=0)
         branch_taken ff 01 00 00 commit(-1,sts=0,bt=1) halt",
    );
    assert_trace(
        &format!("i32.const 0x10000; br_table 0x200; {row} unreachable"),
        "00 00 01 00 commit(+1,sts=1,bt=0)
         branch_taken 00 02 00 00 commit(-1,sts=0,bt=1) trap(unreachable)",
    );
}

#[test]
fn unreachable_ends_the_trace_in_a_trap() {
    let summary = assert_trace(
        "i32.const 1; drop; unreachable; halt",
        "01 00 00 00 commit(+1,sts=1,bt=0) commit(-1,sts=0,bt=0) trap(unreachable)",
    );
    assert_eq!(summary.end, End::Trap(Trap::Unreachable));
    assert_eq!((summary.generated_tokens, summary.instructions), (7, 2));
}

#[test]
fn faults_name_their_instruction() {
    let at = |cursor, fault| ReferenceError { cursor: Cursor(cursor), fault };
    assert_eq!(fault("br 5; halt"), at(6, Fault::CursorOutOfProgram(2)));
    assert_eq!(fault("br -2; halt"), at(u32::MAX, Fault::CursorOutOfProgram(2)));
    assert_eq!(fault("i32.const 1; drop"), at(2, Fault::CursorOutOfProgram(2)));
    let underflow = Fault::StackUnderflow { needed: 2, found: 1 };
    assert_eq!(fault("i32.const 1; i32.add; halt"), at(1, underflow));
    assert_eq!(fault("return; halt"), at(0, Fault::ReturnWithoutCall));
    assert_eq!(fault("br 0; input_base 64; halt"), at(1, Fault::MisplacedSection));
    assert_eq!(fault("input_base 64; br -2"), at(0, Fault::MisplacedSection));
    let reserved = |address| Fault::ReservedAddress(address);
    assert_eq!(fault("i32.const 0x3fffffd; reserved.load"), at(1, reserved(0x03ff_fffd)));
    assert_eq!(fault("i32.const -1; i32.const 7; reserved.store 1"), at(2, reserved(1 << 32)));
    assert_eq!(
        fault("i32.const 1; sat_add; halt"),
        at(1, Fault::NoSemantics("sat_add".to_string()))
    );
    assert_eq!(
        fault("return; halt").to_string(),
        "at instruction 0: `return` outside any call; the outermost code ends with `halt`"
    );
}

#[test]
fn a_code_outside_the_set_is_refused_before_the_run() {
    let halt = Instruction::new(Code::HALT, 0);
    let unknown = Instruction::new(Code(0xee), 0);
    let program = Program { instructions: vec![halt, unknown], ..Program::default() };
    let error = Executor::new(&program, instruction_set(), b"").expect_err("an unknown code");
    assert_eq!(error.cursor, Cursor(1));
    assert_eq!(
        error.to_string(),
        "at instruction 1: the instruction set has no opcode with code ee"
    );
}

#[test]
fn without_traps_an_endless_recursion_is_a_fault() {
    let (program, set) = (assemble("call -1"), &classic());
    let mut calls = 0_u32;
    let error = Executor::new(&program, set, b"")
        .unwrap()
        .run(u64::MAX, &mut |token| calls += u32::from(token.completes_instruction()))
        .expect_err("endless");
    assert_eq!(error.fault, Fault::CallDepth);
    assert_eq!(calls, CALL_DEPTH);
}

#[test]
fn the_token_limit_counts_generated_tokens() {
    let (program, set) = (assemble("br -1"), instruction_set());
    let mut seen = 0;
    let executor = Executor::new(&program, set, b"").unwrap();
    let error = executor.run(13, &mut |_| seen += 1).expect_err("endless");
    assert_eq!((error.fault, seen), (Fault::TokenLimit(13), 13));

    let program = assemble("i32.const 1; halt");
    let run = |limit| Executor::new(&program, set, b"").unwrap().run(limit, &mut |_| {});
    assert!(run(6).is_ok(), "exactly enough is enough");
    assert_eq!(run(5).unwrap_err().fault, Fault::TokenLimit(5));
}

#[test]
fn input_is_placed_with_a_final_zero_and_writes_nothing() {
    let (program, set) = (
        assemble(
            "input_base 100; i32.const 96; i32.const -1; i32.store 7;
             i32.const 0; i32.load8_u 101; output; i32.const 100; i32.load; halt",
        ),
        instruction_set(),
    );
    let (trace, result) = trace_of(Executor::new(&program, set, b"H~").unwrap());
    // Bytes 103.. are overwritten by the store; 102 is the input's final 0.
    assert_eq!(
        trace,
        "60 00 00 00 commit(+1,sts=1,bt=0) ff ff ff ff commit(+1,sts=1,bt=0) \
         ff ff ff ff commit(-2,sts=0,bt=0) \
         00 00 00 00 commit(+1,sts=1,bt=0) 7e 00 00 00 commit(+0,sts=1,bt=0) out(~) \
         64 00 00 00 commit(+1,sts=1,bt=0) 48 7e 00 ff commit(+0,sts=1,bt=0) halt"
    );
    assert_eq!(result.unwrap().output, b"~");
}
