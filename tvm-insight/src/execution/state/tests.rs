//! The state after handwritten tokens. Tokens of whole programs are in `tests/execution.rs`.

use std::sync::LazyLock;

use super::{Ending, Reason, State, Written};
use tvm_core::machine::Machine;
use tvm_core::opcode;
use tvm_program::{Cursor, Place, Program, Space, Value, text};

opcode! {
    /// Opcodes of a user that write.
    pub WRITERS {
        /// Writes the lower word of its operand to a local, and takes both.
        keep.low = 0xe0 : [a: i64] -> [] { local[i32].byte = a.byte; }

        /// Writes its second operand to memory and keeps the first.
        store.keep = 0xe1 : [kept: i32 address: i32 value: i32] -> [kept: i32] {
            let bytes = memory[address, 2];
            trap out_of_bounds when bytes.outside;
            bytes.byte = value.byte;
        }
    }
}

static MACHINE: LazyLock<Machine> =
    LazyLock::new(|| Machine::full().with("writers", WRITERS).expect("their codes are free"));

/// A program: mnemonics with an immediate below 256 each, or with none, and the tokens of their places, separated by `;`.
fn program(instructions: &str) -> Program {
    let instructions = instructions.split(';').map(|line| {
        let (name, rest) = line.trim().split_once(' ').unwrap_or((line.trim(), ""));
        let (immediate, places) = rest.split_once(' ').unwrap_or((rest, ""));
        match immediate.parse::<u8>() {
            Ok(immediate) => format!("{name} {immediate:02x} 00 00 00 {places}"),
            Err(_) => format!("{name} 00 00 00 00 {rest}"),
        }
    });
    let source = format!("{{ {} }}", instructions.collect::<Vec<_>>().join(" "));
    text::parse(&source, &MACHINE.instruction_set()).unwrap().0
}

/// Follows tokens that complete a last instruction.
fn follow(state: &mut State<'_>, tokens: &str) -> super::Executed {
    let tokens: Vec<&str> = tokens.split(' ').collect();
    let (last, others) = tokens.split_last().unwrap();
    others.iter().for_each(|token| drop(state.follow(token).unwrap()));
    state.follow(last).unwrap().expect("the instruction is complete")
}

/// What is wrong with the last of these tokens, which follow the beginning of a program.
fn reason(instructions: &str, tokens: &str) -> Reason {
    let program = program(instructions);
    let mut state = State::new(&program, &MACHINE, b"");
    let tokens: Vec<&str> = tokens.split(' ').collect();
    let (last, others) = tokens.split_last().unwrap();
    others.iter().for_each(|token| drop(state.follow(token).unwrap()));
    let before = format!("{state:?}");
    let error = state.follow(last).unwrap_err();
    assert_eq!(error.token, *last);
    assert_eq!(format!("{state:?}"), before, "the state stays as it was");
    error.reason
}

#[test]
fn values_are_the_bytes_that_were_emitted() {
    // 200 + 100: no sum is computed here, so the tokens could as well say 7.
    let program = program("i32.const 200; i32.const 100; i32.add; local.tee 3; drop");
    let mut state = State::new(&program, &MACHINE, b"");
    follow(&mut state, "c8 00 00 00 commit(+1,sts=1,bt=0)");
    follow(&mut state, "64 00 00 00 commit(+1,sts=1,bt=0)");
    assert_eq!(state.operands(), [200, 100]);
    let sum = follow(&mut state, "07 00' 00 00 commit(-1,sts=1,bt=0)");
    assert_eq!(sum.operands, [Value::I32(200), Value::I32(100)]);
    assert_eq!((sum.results, sum.written), (vec![Value::I32(7)], Some(Written::Result)));
    let tee = follow(&mut state, "07 00 00 00 commit(+0,sts=0,bt=0)");
    assert_eq!((tee.results, tee.written), (vec![Value::I32(7)], Some(Written::Local)));
    assert_eq!((state.local(3), state.operands()), (7, [7].as_slice()));
    follow(&mut state, "commit(-1,sts=0,bt=0)");
    assert_eq!((state.operands(), state.cursor()), ([].as_slice(), Cursor(5)));
}

#[test]
fn two_words_are_written_to_two_variables() {
    let program = program("i64.const 1; local.tee64 4; global.set64 0");
    let mut state = State::new(&program, &MACHINE, b"");
    follow(&mut state, "01 02 03 04 05 06 07 08 commit(+2,sts=1,bt=0)");
    follow(&mut state, "01 02 03 04 05 06 07 08 commit(+0,sts=0,bt=0)");
    follow(&mut state, "01 02 03 04 05 06 07 08 commit(-2,sts=0,bt=0)");
    let words = [0x0403_0201, 0x0807_0605];
    assert_eq!([state.local(4), state.local(5)], words);
    assert_eq!([state.global(0), state.global(1)], words);
}

/// What is added is of the variables; the tokens of the program count from the last operand down, then the result.
#[test]
fn operands_are_read_from_variables_and_a_result_is_written_to_one() {
    let program = program(
        "i32.const 200 stack+0 stack+0 local.3; i32.const 100 stack+0 stack+0 global.17; \
         i32.add global.17 local.3 local.5; i32.const 9; i32.add stack+0 local.5 stack+0; \
         i32.add local.5 stack+0 local.5",
    );
    let mut state = State::new(&program, &MACHINE, b"");
    follow(&mut state, "c8 00 00 00 commit(+0,sts=0,bt=0)");
    follow(&mut state, "64 00 00 00 commit(+0,sts=0,bt=0)");
    assert_eq!((state.local(3), state.global(17)), (200, 100));
    let sum = follow(&mut state, "07 00' 00 00 commit(+0,sts=0,bt=0)");
    assert_eq!(sum.operands, [Value::I32(200), Value::I32(100)]);
    assert_eq!((sum.results, sum.written), (vec![Value::I32(7)], Some(Written::Result)));
    assert_eq!((state.local(5), state.operands().len()), (7, 0));
    follow(&mut state, "09 00 00 00 commit(+1,sts=1,bt=0)");
    let sum = follow(&mut state, "0a 00 00 00 commit(+0,sts=1,bt=0)");
    assert_eq!(sum.operands, [Value::I32(7), Value::I32(9)]);
    assert_eq!(state.operands(), [10]);
    let sum = follow(&mut state, "0b 00 00 00 commit(-1,sts=0,bt=0)");
    assert_eq!(sum.operands, [Value::I32(10), Value::I32(7)]);
    assert_eq!((state.local(5), state.operands().len()), (11, 0));
}

#[test]
fn two_words_are_read_from_two_variables() {
    let program = program(
        "i64.const 1 stack+0 stack+0 local64.4; i64.mul local64.4 local64.4 global64.6; \
         i64.store 8 local.4 global64.6 stack+0; i64.eqz global64.6 stack+0 stack+1; \
         br_if.i64.ge_s 0 global64.6 local64.4 stack+0",
    );
    let mut state = State::new(&program, &MACHINE, b"");
    follow(&mut state, "01 02 00 00 05 06 07 08 commit(+0,sts=0,bt=0)");
    let product = follow(&mut state, "01 02 03 04 05 06 07 09 commit(+0,sts=0,bt=0)");
    assert_eq!(product.operands, [Value::I64(0x0807_0605_0000_0201); 2]);
    assert_eq!([state.global(6), state.global(7)], [0x0403_0201, 0x0907_0605]);
    let store = follow(&mut state, "01 02 03 04 05 06 07 09 commit(+0,sts=0,bt=0)");
    assert_eq!((store.address(), store.written), (0x209, Some(Written::Memory)));
    assert_eq!(state.memory(0x209, 8), [1, 2, 3, 4, 5, 6, 7, 9]);
    follow(&mut state, "00 00 00 00 commit(+1,sts=1,bt=0)");
    let branch = follow(&mut state, "commit(+0,sts=0,bt=0)");
    assert_eq!(branch.operands[1], Value::I64(0x0907_0605_0403_0201));
    assert_eq!((branch.is_branch, state.operands()), (true, [0].as_slice()));
}

#[test]
fn variables_of_an_instruction_are_those_of_the_call_it_is_in() {
    let set = "i32.const 7 stack+0 stack+0 local.3";
    let program = program(&format!("{set}; call 0; i32.eqz local.3 stack+0 stack+1"));
    let mut state = State::new(&program, &MACHINE, b"");
    follow(&mut state, "07 00 00 00 commit(+0,sts=0,bt=0)");
    follow(&mut state, "branch_taken 00 00 00 00 call_commit");
    for token in ["00"; 4] {
        assert_eq!(state.follow(token), Ok(None));
    }
    let error = state.follow("commit(+1,sts=1,bt=0)").unwrap_err();
    let unwritten = Reason::Unwritten { opcode: "i32.eqz", space: Space::Locals, word: 3 };
    assert_eq!(error.reason, unwritten);
}

#[test]
fn digits_of_a_quotient_are_no_result() {
    let program = program("i32.const 7; i32.const 2; i32.rem_u; output");
    let mut state = State::new(&program, &MACHINE, b"");
    follow(&mut state, "07 00 00 00 commit(+1,sts=1,bt=0)");
    follow(&mut state, "02 00 00 00 commit(+1,sts=1,bt=0)");
    follow(&mut state, "00 00 00 03 divided 01 00 00 00 commit(-1,sts=1,bt=0)");
    assert_eq!(state.operands(), [1]);
    assert_eq!(follow(&mut state, "out(01)").ending, Ending::Output(1));
    assert_eq!(state.operands(), [0_u32; 0]);
}

#[test]
fn calls_open_frames_with_locals_of_their_own() {
    let program = program("i32.const 9; local.set 0; call 1; halt; local.get 0; return 0");
    let mut state = State::new(&program, &MACHINE, b"");
    follow(&mut state, "09 00 00 00 commit(+1,sts=1,bt=0)");
    follow(&mut state, "09 00 00 00 commit(-1,sts=0,bt=0)");
    let call = follow(&mut state, "branch_taken 01 00 00 00 call_commit");
    assert_eq!((call.ending, state.cursor()), (Ending::Call, Cursor(4)));
    let [frame] = state.frames() else { panic!("one call is under way") };
    assert_eq!((frame.call, frame.first), (Cursor(2), Cursor(4)));
    assert_eq!([state.local(0), state.local_at(0, 0)], [0, 9]);
    follow(&mut state, "00 00 00 00 commit(+1,sts=1,bt=0)");
    follow(&mut state, "branch_taken fd' ff' ff' ff' return_commit");
    assert_eq!((state.cursor(), state.frames().len(), state.local(0)), (Cursor(3), 0, 9));
    assert_eq!(follow(&mut state, "halt").ending, Ending::Halt);
    assert!(state.has_ended());
}

#[test]
fn a_trap_does_nothing() {
    let program = program("i32.const 255; i32.load");
    let mut state = State::new(&program, &MACHINE, b"");
    follow(&mut state, "ff ff ff ff commit(+1,sts=1,bt=0)");
    let trap = follow(&mut state, "trap(out_of_bounds)");
    assert_eq!(trap.ending, Ending::Trap("out_of_bounds".to_owned()));
    assert_eq!((trap.operands, trap.results), (vec![Value::I32(u32::MAX)], vec![]));
    assert_eq!((state.operands(), state.has_ended()), ([u32::MAX].as_slice(), true));
}

#[test]
fn memory_grows_by_the_operand_unless_the_result_is_minus_one() {
    let program = program("memory.declare 3; i32.const 2; memory.grow 5; memory.grow 5");
    let mut state = State::new(&program, &MACHINE, b"");
    assert_eq!(state.memory_pages(), 512);
    follow(&mut state, "03 00 00 00 commit(+0,sts=0,bt=0)");
    follow(&mut state, "02 00 00 00 commit(+1,sts=1,bt=0)");
    follow(&mut state, "03 00 00 00 commit(+0,sts=1,bt=0)");
    assert_eq!(state.memory_pages(), 5);
    follow(&mut state, "ff ff ff ff commit(+0,sts=1,bt=0)");
    assert_eq!(state.memory_pages(), 5);
}

#[test]
fn the_input_is_in_memory() {
    let program = program("input_base 16; i32.const 15; i32.load");
    let state = State::new(&program, &MACHINE, b"ab");
    assert_eq!((state.cursor(), state.memory(15, 5)), (Cursor(1), b"\0ab\0\0".to_vec()));
}

/// What a user's opcode writes follows from its declaration as well.
#[test]
fn opcodes_of_a_user_write_where_they_declare() {
    let program =
        program("i64.const 1; keep.low 6; i32.const 9; i32.const 8; i32.const 1; store.keep 4");
    let mut state = State::new(&program, &MACHINE, b"");
    follow(&mut state, "01 02 03 04 05 06 07 08 commit(+2,sts=1,bt=0)");
    follow(&mut state, "01 02 03 04 commit(-2,sts=0,bt=0)");
    assert_eq!((state.local(6), state.operands().len()), (0x0403_0201, 0));
    follow(&mut state, "09 00 00 00 commit(+1,sts=1,bt=0)");
    follow(&mut state, "08 00 00 00 commit(+1,sts=1,bt=0)");
    follow(&mut state, "01 00 00 00 commit(+1,sts=1,bt=0)");
    let store = follow(&mut state, "01 00 commit(-2,sts=0,bt=0)");
    assert_eq!((store.address(), store.written), (12, Some(Written::Memory)));
    assert_eq!((state.memory(11, 4), state.operands()), (vec![0, 1, 0, 0], [9].as_slice()));
}

#[test]
fn tokens_that_no_execution_has_are_refused() {
    let add = "i32.const 1; i32.const 1; i32.add";
    let one = "01 00 00 00 commit(+1,sts=1,bt=0)";
    let two = format!("{one} {one}");
    let in_variables = "i32.const 1 stack+0 stack+0 local.3; i32.add local.3 local.3 local.3";
    let written = "01 00 00 00 commit(+0,sts=0,bt=0)";
    for (instructions, tokens) in [
        (add, "01 00 00 00 05".to_owned()),
        (add, "01 00 00 commit(+1,sts=1,bt=0)".to_owned()),
        (add, "01 00 00 00 commit(+2,sts=1,bt=0)".to_owned()),
        (add, "01 00 00 00 commit(+1,sts=0,bt=0)".to_owned()),
        (add, "branch_taken".to_owned()),
        (add, "out(a)".to_owned()),
        (add, "halt".to_owned()),
        (add, "i32.add".to_owned()),
        (add, "a".to_owned()),
        (add, format!("{two} 02 00 00 00 divided")),
        (add, format!("{two} trap(divide_by_zero)")),
        ("i32.const 1; i32.const 1; i32.div_u", format!("{two} 00 00 00 01 01")),
        ("i32.const 1; i32.const 1; i32.div_u", format!("{two} 00 00 00 01 commit(-1,sts=1,bt=0)")),
        ("br 1", "branch_taken 00 00 divided".to_owned()),
        ("br 1", "branch_taken 00 00 00 00 call_commit".to_owned()),
        ("call 1", "branch_taken branch_taken".to_owned()),
        ("halt", "trap(unreachable)".to_owned()),
        (in_variables, format!("{written} 01 00 00 00 commit(-1,sts=1,bt=0)")),
        (in_variables, format!("{written} 01 00 00 00 commit(+0,sts=1,bt=0)")),
        (in_variables, format!("{written} 01 00 00 00 commit(-1,sts=0,bt=0)")),
    ] {
        let reason = reason(instructions, &tokens);
        assert!(matches!(reason, Reason::Unexpected { .. }), "{tokens}: {reason}");
    }
    assert_eq!(
        reason("i32.const 1; i32.div_u", &format!("{one} halt")).to_string(),
        "the tokens of i32.div_u are 4 bytes, `divided`, 4 bytes, `commit(-1,sts=1,bt=0)` \
         or `trap(divide_by_zero)`"
    );
    let underflow =
        reason("i32.const 1; i32.add", &format!("{one} 01 00 00 00 commit(-1,sts=1,bt=0)"));
    assert_eq!(underflow, Reason::StackUnderflow { opcode: "i32.add", needed: 2, found: 1 });
    let underflow = reason(
        "i32.const 1 stack+0 stack+0 local.3; i32.add local.3 stack+0 local.3",
        &format!("{written} 01 00 00 00 commit(-1,sts=0,bt=0)"),
    );
    assert_eq!(underflow, Reason::StackUnderflow { opcode: "i32.add", needed: 1, found: 0 });
    let unwritten =
        reason("i64.eqz global64.7 stack+0 stack+1", "01 00 00 00 commit(+1,sts=1,bt=0)");
    assert_eq!(unwritten.to_string(), "i64.eqz reads word 7 of the globals, which was not written");
    let back = reason("return 0", "branch_taken 00 00 00 00 return_commit");
    assert_eq!(back, Reason::ReturnWithoutCall);
    let outside = reason("br 7", "branch_taken 07 00 00 00 commit(+0,sts=0,bt=1) 00");
    assert_eq!(outside, Reason::OutsideTheProgram(1));
    assert_eq!(reason("halt", "halt halt"), Reason::AfterTheEnd);
}

#[test]
fn places_that_an_instruction_cannot_have_are_refused() {
    let classic = Machine::classic();
    for (machine, opcode, token) in [(&*MACHINE, "output", "out(a)"), (&classic, "i32.eqz", "01")] {
        let mut program = program(opcode);
        program.instructions[0].places.top = Place::Local(3);
        let error = State::new(&program, machine, b"").follow(token).unwrap_err();
        let what = "cannot have its operands and its result in these variables";
        assert_eq!(error.to_string(), format!("`{token}` in instruction 0: {opcode} {what}"));
    }
}

#[test]
fn an_opcode_that_the_machine_lacks_is_refused() {
    let program = program("i32.mul");
    let mut state = State::new(&program, &Machine::classic(), b"");
    let error = state.follow("00").unwrap_err();
    assert_eq!(error.to_string(), "`00` in instruction 0: the machine has no opcode 0x6c");
}
