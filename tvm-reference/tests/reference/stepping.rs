//! Programs executed an instruction at a time, and what can be seen in between.

use super::fixture::{assemble, instruction_set};
use tvm_reference::{Cursor, End, Executor, Fault, Trace, Trap};

/// Executes so many instructions.
fn stepped<'program>(
    mut executor: Executor<'program>,
    steps: usize,
) -> (Executor<'program>, Option<End>) {
    let mut end = None;
    for _ in 0..steps {
        assert_eq!(end, None, "nothing is executed after the end");
        end = executor.step(&mut Trace::new(u64::MAX, &mut |_| {})).unwrap();
    }
    (executor, end)
}

#[test]
fn steps_write_what_a_run_writes() {
    let program =
        assemble("i32.const 3; i32.const 1; i32.sub; local.tee 0; br_if -5; output; halt");
    let set = instruction_set();
    let mut executor = Executor::new(&program, set, b"").unwrap();
    let mut tokens = Vec::new();
    let consumer = &mut |token: &_| tokens.push(*token);
    let mut trace = Trace::new(60, consumer);
    let fault = loop {
        match executor.step(&mut trace) {
            Ok(end) => assert_eq!(end, None),
            Err(error) => break error.fault,
        }
    };
    assert_eq!(fault, Fault::TokenLimit(60));
    let mut expected = Vec::new();
    let executor = Executor::new(&program, set, b"").unwrap();
    executor.run(60, &mut |token| expected.push(*token)).unwrap_err();
    assert_eq!(tokens, expected);
}

#[test]
fn the_machine_can_be_seen_between_two_instructions() {
    let program = assemble(
        "memory.declare 3; i64.const -2; global.set64 1; i32.const 9; local.set 4;
         i32.const 16; i32.const 0x01020304; i32.store 2; i32.const 7; call 0; halt",
    );
    let executor = Executor::new(&program, instruction_set(), b"").unwrap();
    assert_eq!((executor.cursor(), executor.memory_pages()), (Cursor(0), 512));
    let (executor, _) = stepped(executor, 2);
    assert_eq!(executor.operands(), [0xffff_fffe, 0xffff_ffff]);
    assert_eq!(executor.memory_pages(), 3);
    let (executor, _) = stepped(executor, 7);
    assert_eq!(executor.operands(), [7]);
    assert_eq!((executor.global(1), executor.global(2)), (0xffff_fffe, 0xffff_ffff));
    assert_eq!((executor.local(4), executor.call_depth()), (9, 0));
    assert_eq!(executor.memory(17, 6), [0, 4, 3, 2, 1, 0]);
    let (executor, end) = stepped(executor, 1);
    assert_eq!((executor.cursor(), end), (Cursor(10), None));
    assert_eq!((executor.local(4), executor.call_depth()), (0, 1));
    assert_eq!(stepped(executor, 1).1, Some(End::Halt));
}

#[test]
fn memory_beyond_the_end_is_seen_as_zeros() {
    let program = assemble("unreachable");
    let executor = Executor::new(&program, instruction_set(), b"").unwrap();
    assert_eq!(executor.memory(u64::MAX, 2), [0, 0]);
    assert_eq!(stepped(executor, 1).1, Some(End::Trap(Trap::Unreachable)));
}
