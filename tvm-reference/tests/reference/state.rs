//! Locals, globals and linear memory through whole runs.

use super::fixture::{assert_trace, assert_trace_in};
use tvm_test_support::sets::classic;

#[test]
fn local_writes_are_no_stack_entries() {
    assert_trace(
        "i32.const 258; local.tee 3; local.set 4; local.get 3; halt",
        "02 01 00 00 commit(+1,sts=1,bt=0) 02 01 00 00 commit(+0,sts=0,bt=0)
         02 01 00 00 commit(-1,sts=0,bt=0) 02 01 00 00 commit(+1,sts=1,bt=0) halt",
    );
}

#[test]
fn a_second_call_does_not_see_the_first_ones_locals() {
    // The function at 7 shows local 0, sets it to 5 and returns; the caller's local stays 9.
    let function = "local.get 0; output; i32.const 5; local.set 0; return -5";
    let body = "00 00 00 00 commit(+1,sts=1,bt=0) out(00)
                05 00 00 00 commit(+1,sts=1,bt=0) 05 00 00 00 commit(-1,sts=0,bt=0)";
    assert_trace_in(
        &classic(),
        &format!("i32.const 9; local.set 0; call 4; call 3; local.get 0; output; halt; {function}"),
        &format!(
            "09 00 00 00 commit(+1,sts=1,bt=0) 09 00 00 00 commit(-1,sts=0,bt=0)
             branch_taken 04 00 00 00 call_commit {body} branch_taken f7 ff ff ff return_commit
             branch_taken 03 00 00 00 call_commit {body} branch_taken f8 ff ff ff return_commit
             09 00 00 00 commit(+1,sts=1,bt=0) out(09) halt"
        ),
    );
}

#[test]
fn a_wide_frame_is_kept_by_an_empty_call() {
    // Local 64 lies in the next depth's window: `call 0` steps over it before the real call, and
    // `return` with immediate 0 steps back.
    assert_trace(
        "i32.const 3; local.set 64; call 0; call 4; return 0; local.get 64; output; halt;
         i32.const 8; local.set 0; return -3",
        "03 00 00 00 commit(+1,sts=1,bt=0) 03 00 00 00 commit(-1,sts=0,bt=0)
         branch_taken 00 00 00 00 call_commit
         branch_taken 04 00 00 00 call_commit
         08 00 00 00 commit(+1,sts=1,bt=0) 08 00 00 00 commit(-1,sts=0,bt=0)
         branch_taken f9 ff ff ff return_commit
         branch_taken 00 00 00 00 return_commit
         03 00 00 00 commit(+1,sts=1,bt=0) out(03) halt",
    );
}

#[test]
fn globals_start_at_zero_and_are_not_in_memory() {
    assert_trace_in(
        &classic(),
        "global.get 2; drop; i32.const 513; global.set 2;
         i32.const 8; i32.load; drop; global.get 2; halt",
        "00 00 00 00 commit(+1,sts=1,bt=0) commit(-1,sts=0,bt=0)
         01 02 00 00 commit(+1,sts=1,bt=0) 01 02 00 00 commit(-1,sts=0,bt=0)
         08 00 00 00 commit(+1,sts=1,bt=0) 00 00 00 00 commit(+0,sts=1,bt=0)
         commit(-1,sts=0,bt=0) 01 02 00 00 commit(+1,sts=1,bt=0) halt",
    );
}

#[test]
fn stores_write_as_many_bytes_as_they_say() {
    let pushed = "10 00 00 00 commit(+1,sts=1,bt=0) 04 03 82 81 commit(+1,sts=1,bt=0)";
    let stored = |name| format!("i32.const 16; i32.const 0x81820304; i32.store{name} 4");
    let (word, byte, half) = (stored(""), stored("8"), stored("16"));
    assert_trace(
        &format!("{word}; {byte}; {half}; halt"),
        &format!(
            "{pushed} 04 03 82 81 commit(-2,sts=0,bt=0)
             {pushed} 04 commit(-2,sts=0,bt=0)
             {pushed} 04 03 commit(-2,sts=0,bt=0) halt"
        ),
    );
}

#[test]
fn narrow_loads_extend_and_tick_when_negative() {
    let load = |name, address| format!("i32.const {address}; i32.{name} 0; drop");
    let shown = |address, bytes| {
        format!(
            "{address} 00 00 00 commit(+1,sts=1,bt=0) {bytes} commit(+0,sts=1,bt=0)
             commit(-1,sts=0,bt=0)"
        )
    };
    let loads = [
        ("load8_s", 0, "04 00 00 00"),
        ("load8_s", 2, "82' ff' ff' ff'"),
        ("load8_u", 2, "82 00 00 00"),
        ("load16_s", 0, "04 03 00 00"),
        ("load16_s", 1, "03 82' ff' ff'"),
        ("load16_u", 1, "03 82 00 00"),
        ("load", 1, "03 82 81 00"),
    ];
    let program: Vec<_> = loads.iter().map(|(name, at, _)| load(name, at)).collect();
    let traces: Vec<_> =
        loads.iter().map(|(_, at, bytes)| shown(format!("{at:02x}"), bytes)).collect();
    assert_trace(
        &format!("i32.const 0; i32.const 0x81820304; i32.store; {}; halt", program.join(";")),
        &format!(
            "00 00 00 00 commit(+1,sts=1,bt=0) 04 03 82 81 commit(+1,sts=1,bt=0)
             04 03 82 81 commit(-2,sts=0,bt=0) {} halt",
            traces.join(" ")
        ),
    );
}

#[test]
fn without_traps_memory_beyond_the_end_is_zero_and_addresses_do_not_wrap() {
    assert_trace_in(
        &classic(),
        "i32.const 0; i32.const 7; i32.store; i32.const -4; i32.load 4;
         i32.const -4; i32.const 9; i32.store8 4; i32.const 0; i32.load; halt",
        "00 00 00 00 commit(+1,sts=1,bt=0) 07 00 00 00 commit(+1,sts=1,bt=0)
         07 00 00 00 commit(-2,sts=0,bt=0)
         fc ff ff ff commit(+1,sts=1,bt=0) 00 00 00 00 commit(+0,sts=1,bt=0)
         fc ff ff ff commit(+1,sts=1,bt=0) 09 00 00 00 commit(+1,sts=1,bt=0)
         09 commit(-2,sts=0,bt=0)
         00 00 00 00 commit(+1,sts=1,bt=0) 07 00 00 00 commit(+0,sts=1,bt=0) halt",
    );
}
