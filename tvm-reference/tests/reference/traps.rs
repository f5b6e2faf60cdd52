//! Traps: each is the whole trace of its instruction, and happens exactly where it should.

use super::fixture::{assemble, assert_trace, bytes, instruction_set, pushed, run};
use tvm_program::InstructionSet;
use tvm_program::limits::{CALL_DEPTH, MEMORY_BYTES, OPERAND_WORDS, PAGE_BYTES as PAGE};
use tvm_reference::{End, Executor, Summary, Trap};

/// Every load and store with its width.
const ACCESSES: [(&str, u32); 19] = [
    ("i32.load8_s", 1),
    ("i32.load8_u", 1),
    ("i32.load16_s", 2),
    ("i32.load16_u", 2),
    ("i32.load", 4),
    ("i64.load8_s", 1),
    ("i64.load8_u", 1),
    ("i64.load16_s", 2),
    ("i64.load16_u", 2),
    ("i64.load32_s", 4),
    ("i64.load32_u", 4),
    ("i64.load", 8),
    ("i32.store8", 1),
    ("i32.store16", 2),
    ("i32.store", 4),
    ("i64.store8", 1),
    ("i64.store16", 2),
    ("i64.store32", 4),
    ("i64.store", 8),
];

#[test]
fn there_is_an_opcode_for_every_trap_that_is_no_single_instruction() {
    let kinds = [
        ("divide_by_zero", Trap::DivideByZero),
        ("integer_overflow", Trap::IntegerOverflow),
        ("out_of_bounds", Trap::OutOfBounds),
        ("undefined_element", Trap::UndefinedElement),
        ("uninitialized_element", Trap::UninitializedElement),
        ("indirect_call_type_mismatch", Trap::IndirectCallTypeMismatch),
        ("uncaught_exception", Trap::UncaughtException),
    ];
    for (name, kind) in kinds {
        let summary = assert_trace(&format!("trap.{name}; halt"), &format!("trap({name})"));
        assert_eq!(summary.end, End::Trap(kind));
        assert_eq!((summary.generated_tokens, summary.instructions), (1, 0));
    }
}

/// How a program ends that accesses one page of memory (or as much as is declared).
fn access(declared: &str, name: &str, address: u32, offset: u32) -> (String, End) {
    let value = match (name.contains("store"), name.starts_with("i64")) {
        (false, _) => "",
        (true, false) => "i32.const -1;",
        (true, true) => "i64.const -1;",
    };
    let (trace, summary) =
        run(&format!("{declared} i32.const {address}; {value} {name} {offset}; halt"));
    (trace, summary.end)
}

#[test]
fn an_access_may_touch_the_last_byte_and_none_beyond() {
    for (name, width) in ACCESSES {
        for offset in [0, 1, PAGE - width] {
            let last = PAGE - width - offset;
            let (_, end) = access("memory.declare 1;", name, last, offset);
            assert_eq!(end, End::Halt, "{name} at {last} + {offset}");
            let (trace, end) = access("memory.declare 1;", name, last + 1, offset);
            assert_eq!(end, End::Trap(Trap::OutOfBounds), "{name} at {last} + 1 + {offset}");
            assert!(trace.ends_with("bt=0) trap(out_of_bounds)"), "{name}: {trace}");
        }
    }
}

#[test]
fn without_a_declaration_memory_ends_where_the_machines_does() {
    for (name, width) in ACCESSES {
        let last = MEMORY_BYTES as u32 - width;
        assert_eq!(access("", name, last, 0).1, End::Halt, "{name}");
        let beyond = access("", name, last, 1).1;
        assert_eq!(beyond, End::Trap(Trap::OutOfBounds), "{name}");
    }
}

#[test]
fn the_effective_address_does_not_wrap() {
    for (name, width) in ACCESSES {
        let out_of_bounds = End::Trap(Trap::OutOfBounds);
        for (address, offset) in [
            (u32::MAX, 1),
            (1, u32::MAX),
            (u32::MAX, u32::MAX),
            (0u32.wrapping_sub(width), 0),
            (0u32.wrapping_sub(width), width),
        ] {
            assert_eq!(
                access("", name, address, offset).1,
                out_of_bounds,
                "{name} at {address} + {offset}"
            );
        }
    }
}

#[test]
fn memory_of_no_pages_has_no_byte() {
    for (name, _) in ACCESSES {
        let end = access("memory.declare 0;", name, 0, 0).1;
        assert_eq!(end, End::Trap(Trap::OutOfBounds), "{name}");
    }
}

#[test]
fn memory_that_grew_is_larger_by_so_much() {
    let grown = "memory.declare 1; i32.const 1; memory.grow 2; drop;";
    assert_eq!(access(grown, "i64.store", 2 * PAGE - 8, 0).1, End::Halt);
    assert_eq!(access(grown, "i64.store", 2 * PAGE - 7, 0).1, End::Trap(Trap::OutOfBounds));
    let refused = "memory.declare 1; i32.const 2; memory.grow 2; drop;";
    assert_eq!(access(refused, "i32.load8_u", PAGE - 1, 0).1, End::Halt);
    assert_eq!(access(refused, "i32.load8_u", PAGE, 0).1, End::Trap(Trap::OutOfBounds));
}

#[test]
fn a_store_that_traps_is_one_token() {
    assert_trace(
        "memory.declare 1; i32.const 0xfff9; i64.const -1; i64.store; halt",
        &format!(
            "01 00 00 00 commit(+0,sts=0,bt=0) {} {} commit(+2,sts=1,bt=0) trap(out_of_bounds)",
            pushed(0xfff9),
            bytes(&u64::MAX.to_le_bytes())
        ),
    );
}

/// Runs a program that may be long, without keeping its trace.
fn run_long(text: &str) -> Summary {
    let program = assemble(text);
    let executor = Executor::new(&program, instruction_set(), b"").unwrap();
    executor.run(u64::MAX, &mut |_| {}).unwrap()
}

#[test]
fn an_endless_recursion_exhausts_the_call_stack() {
    let summary = run_long("call -1");
    assert_eq!(summary.end, End::Trap(Trap::CallStackExhausted));
    assert_eq!(summary.instructions, u64::from(CALL_DEPTH));
    assert_eq!(summary.generated_tokens, 6 * u64::from(CALL_DEPTH) + 1);
}

#[test]
fn as_many_calls_as_may_be_open_can_all_return() {
    // f(n) calls f(n - 1) unless n is 1; the first call has n = `calls`.
    let recursion = |calls: u32| {
        run_long(&format!(
            "i32.const {calls}; call 1; halt;
             i32.const 1; i32.sub; local.tee 0; i32.eqz; br_if 2;
             local.get 0; call -7; return -8"
        ))
    };
    assert_eq!(recursion(CALL_DEPTH).end, End::Halt);
    let end = recursion(CALL_DEPTH + 1).end;
    assert_eq!(end, End::Trap(Trap::CallStackExhausted));
}

#[test]
fn a_call_above_too_many_operands_traps() {
    // Each round pushes 16 words; local 0 counts the rounds.
    let pushes = "i64.const 0;".repeat(8);
    let called_above = |rounds: u32, more: &str| {
        run_long(&format!(
            "i32.const {rounds}; local.set 0;
             {pushes} local.get 0; i32.const 1; i32.sub; local.tee 0; br_if -13;
             {more} call 0; halt"
        ))
        .end
    };
    let rounds = OPERAND_WORDS / 16;
    assert_eq!(called_above(rounds, ""), End::Trap(Trap::CallStackExhausted));
    assert_eq!(called_above(rounds, "drop;"), End::Halt);
}

#[test]
fn divisions_trap_in_every_set() {
    let without_traps = InstructionSet::new(instruction_set().mnemonics().to_vec());
    let program = assemble("i32.const 1; i32.const 0; i32.div_u; halt");
    let executor = Executor::new(&program, &without_traps, b"").unwrap();
    let end = executor.run(100, &mut |_| {}).unwrap().end;
    assert_eq!(end, End::Trap(Trap::DivideByZero));
}
