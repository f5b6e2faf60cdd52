//! Operands read from variables, results written to them, and branches that compare.

use super::fixture::{
    assemble, assert_trace, bytes, constant, instruction_set, operators, pushed, run,
    run_with_input, trace_of,
};
use tvm_program::ValueType::{self, I32, I64};
use tvm_program::{Mnemonic, Place, Places, Value};
use tvm_reference::{Executor, Fault};

/// The values that operands have, the last one first.
const VALUES: [u64; 2] = [0x8000_0000_0000_0007, 0x0000_0005_ffff_fff3];

/// Where values of a test can be: words that do not overlap.
const TOP: [Place; 3] = [Place::Stack, Place::Local(0), Place::Global(503 - 1)];
const SECOND: [Place; 3] = [Place::Stack, Place::Local(2), Place::Global(0)];
const RESULT: [Place; 3] = [Place::Stack, Place::Local(254), Place::Global(4)];

fn value(of: ValueType, bits: u64) -> Value {
    match of.words() {
        1 => Value::I32(bits as u32),
        _ => Value::I64(bits),
    }
}

/// Writes a value to a place.
fn write(value: Value, place: Place) -> String {
    let set = |space: &str, first: u16| -> String {
        let words = (0..u16::from(value.value_type().words())).rev();
        words.map(|word| format!("; {space}.set {}", first + word)).collect()
    };
    let moved = match place {
        Place::Stack => String::new(),
        Place::Local(word) => set("local", word),
        Place::Global(word) => set("global", word),
    };
    format!("{}{moved}", constant(value))
}

fn named(place: Place) -> String {
    match place {
        Place::Stack => "stack".to_owned(),
        Place::Local(word) => format!("L{word}"),
        Place::Global(word) => format!("G{word}"),
    }
}

/// Outputs the bytes of a value that is at a place, and leaves the stack without it.
fn output(of: ValueType, place: Place) -> String {
    let words = u16::from(of.words());
    let (space, first, moved) = match place {
        Place::Stack => (
            "local",
            100,
            (0..words).rev().map(|word| format!("local.set {}; ", 100 + word)).collect(),
        ),
        Place::Local(word) => ("local", word, String::new()),
        Place::Global(word) => ("global", word, String::new()),
    };
    let each = (first..first + words).flat_map(|word| [0, 8, 16, 24].map(|shift| (word, shift)));
    let bytes = each
        .map(|(word, shift)| format!("{space}.get {word}; i32.const {shift}; i32.shr_u; output; "));
    moved + &bytes.collect::<String>()
}

/// What comes below the operands, to see that it stays.
const BELOW: u32 = 0x1234_5678;

/// The output of an instruction: its result, and what lay below its operands.
fn output_of(mnemonic: &Mnemonic, places: Places) -> Vec<u8> {
    let at = [places.top, places.second];
    let mut text = format!("i32.const {BELOW}; ");
    for (of, (place, bits)) in mnemonic.operands.iter().rev().zip(at.into_iter().zip(VALUES)).rev()
    {
        text += &format!("{}; ", write(value(*of, bits), place));
    }
    text += &match (mnemonic.operands.len(), places.result) {
        (1, Place::Stack) => format!("{} {}; ", mnemonic.name, named(places.top)),
        (1, result) => format!("{} {} -> {}; ", mnemonic.name, named(places.top), named(result)),
        (_, Place::Stack) => {
            format!("{} {} {}; ", mnemonic.name, named(places.second), named(places.top))
        }
        (_, result) => format!(
            "{} {} {} -> {}; ",
            mnemonic.name,
            named(places.second),
            named(places.top),
            named(result)
        ),
    };
    text += &output(mnemonic.results[0], places.result);
    text += &output(I32, Place::Stack);
    run(&format!("{text} halt")).1.output
}

#[test]
fn an_operator_gives_the_same_wherever_its_operands_and_its_result_are() {
    let mut tried = 0;
    for types in [&[I32][..], &[I64], &[I32, I32], &[I64, I64]] {
        for mnemonic in operators(types).iter().filter(|one| one.takes_variables) {
            let expected = output_of(mnemonic, Places::STACK);
            assert!(expected.ends_with(&BELOW.to_le_bytes()), "{}", mnemonic.name);
            for (top, second, result) in each_place() {
                let places = Places { top, second, result };
                let instruction = tvm_program::Instruction::new(mnemonic.code, 0).with(places);
                if mnemonic.can_be(instruction) {
                    assert_eq!(
                        output_of(mnemonic, places),
                        expected,
                        "{} {places:?}",
                        mnemonic.name
                    );
                    tried += 1;
                }
            }
        }
    }
    assert!(tried > 1000, "{tried}");
}

fn each_place() -> impl Iterator<Item = (Place, Place, Place)> {
    TOP.into_iter().flat_map(|top| {
        SECOND.into_iter().flat_map(move |second| RESULT.map(move |result| (top, second, result)))
    })
}

#[test]
fn a_commit_says_what_is_popped_and_pushed() {
    let before = "i32.const 3; local.set 0; i32.const 4; i32.const 5";
    let trace_before =
        format!("{} 03 00 00 00 commit(-1,sts=0,bt=0) {} {}", pushed(3), pushed(4), pushed(5));
    for (instruction, commit) in [
        ("i32.mul", "14 00 00 00 commit(-1,sts=1,bt=0)"),
        ("i32.mul stack L0", "0f 00 00 00 commit(+0,sts=1,bt=0)"),
        ("i32.mul L0 L0", "09 00 00 00 commit(+1,sts=1,bt=0)"),
        ("i32.mul -> L0", "14 00 00 00 commit(-2,sts=0,bt=0)"),
        ("i32.add L0 L0 -> L0", "06 00 00 00 commit(+0,sts=0,bt=0)"),
        ("i32.mul L0 stack -> G7", "0f 00 00 00 commit(-1,sts=0,bt=0)"),
        ("i32.eqz L0", "00 00 00 00 commit(+1,sts=1,bt=0)"),
        ("i32.const 9 -> L0", "09 00 00 00 commit(+0,sts=0,bt=0)"),
        ("i64.const 9 -> L0", "09 00 00 00 00 00 00 00 commit(+0,sts=0,bt=0)"),
        ("local.get 0 -> L5", "03 00 00 00 commit(+0,sts=0,bt=0)"),
        ("drop L0", "commit(+0,sts=0,bt=0)"),
        ("br_if L0 0", "branch_taken 00 00 00 00 commit(+0,sts=0,bt=1)"),
        ("br_if.i32.lt_s stack L0 0", "commit(-1,sts=0,bt=0)"),
        ("br_if.i32.lt_s 1", "branch_taken 01 00 00 00 commit(-2,sts=0,bt=1)"),
        ("br_if.i32.ge_s L0 L0 0", "branch_taken 00 00 00 00 commit(+0,sts=0,bt=1)"),
        ("i32.store8 L0 stack 0", "05 commit(-1,sts=0,bt=0)"),
        ("i32.store8 stack L0 0", "03 commit(-1,sts=0,bt=0)"),
        ("i32.load8_u L0 -> L1", "00 00 00 00 commit(+0,sts=0,bt=0)"),
    ] {
        assert_trace(
            &format!("{before}; {instruction}; halt; halt"),
            &format!("{trace_before} {commit} halt"),
        );
    }
}

#[test]
fn a_result_may_be_written_over_an_operand() {
    let text = "i32.const 7; local.set 0; i32.const 2; local.set 1; i32.sub L0 L1 -> L0; \
                i32.sub L0 L1 -> L1; local.get 0; output; local.get 1; output; halt";
    assert_eq!(run(text).1.output, [5, 3]);
}

#[track_caller]
fn fault_of(text: &str) -> Fault {
    run_with_input(text, b"").1.unwrap_err().fault
}

#[test]
fn a_variable_is_written_before_it_is_read() {
    for (text, word) in [
        ("local.get 3", 3),
        ("global.get 3", 3),
        ("i32.eqz L3", 3),
        ("i32.eqz G503", 503),
        // The upper word of two.
        ("i32.const 1; local.set 3; i64.eqz L3", 4),
        ("i32.const 1; local.set 3; local.get64 3", 4),
        // That of the caller is another one.
        ("i32.const 1; local.set 3; call 0; i32.eqz L3", 3),
        // What an earlier call has left is not there any more.
        ("call 2; call 1; halt; i32.const 1 -> L3; return -2", u32::MAX),
    ] {
        let (_, result) = run_with_input(&format!("{text}; halt"), b"");
        match word {
            u32::MAX => assert!(result.is_ok(), "{text}"),
            word => assert_eq!(result.unwrap_err().fault, Fault::Unwritten { word }, "{text}"),
        }
    }
    let twice = "call 2; call 3; halt; i32.const 1 -> L3; return -2; local.get 3; return -2";
    assert_eq!(fault_of(twice), Fault::Unwritten { word: 3 });
}

#[test]
fn opcodes_have_no_places_that_they_cannot_have() {
    for text in [
        "i32.const 1 -> L0; select L0",
        "i32.const 1 -> L0; output L0",
        "i32.const 1; memory.grow -> L0",
        "i32.const 1 -> L0; i32.eqz L0 L0",
        "i32.const 1 -> L0; local.set 1 L0",
        "i32.const 1; local.tee 1 -> L0",
        "i32.const 1 -> L0; i32.store L0 L0 -> L1",
        "halt -> L0",
        // The result would be written where there is something left to read.
        "i32.const 1 -> L0; i32.shl L0 L0 -> L0",
        "i32.const 1; i32.const 1 -> L0; i32.shl L0 stack",
        "i64.const 1 -> L0; i64.const 1 -> L2; i64.add L0 L2 -> L1",
    ] {
        assert_eq!(fault_of(&format!("{text}; halt")), Fault::Places, "{text}");
    }
    let program = assemble("i32.const 1 -> L0; i32.shl L0 L0 -> L1; i32.eqz L0 -> L0; halt");
    let executor = Executor::new(&program, instruction_set(), b"").unwrap();
    trace_of(executor).1.unwrap();
}

#[test]
fn a_trap_is_all_that_an_instruction_with_places_generates() {
    let zero = "i32.const 1 -> L0; i32.const 0 -> L1;";
    let written = "01 00 00 00 commit(+0,sts=0,bt=0) 00 00 00 00 commit(+0,sts=0,bt=0)";
    assert_trace(
        &format!("{zero} i32.div_u L0 L1 -> L0; halt"),
        &format!("{written} trap(divide_by_zero)"),
    );
    assert_trace(
        &format!("{zero} i32.rem_s L0 L1; halt"),
        &format!("{written} trap(divide_by_zero)"),
    );
    let outside = "i32.const -1 -> L0;";
    let written = "ff ff ff ff commit(+0,sts=0,bt=0)";
    for access in ["i32.load L0 -> L0", "i64.load8_u L0", "i32.store L0 L0"] {
        assert_trace(
            &format!("{outside} {access}; halt"),
            &format!("{written} trap(out_of_bounds)"),
        );
    }
}

/// What a comparison is in Rust.
fn holds(name: &str, a: Value, b: Value) -> bool {
    let (unsigned, signed) = (
        (a.unsigned(), b.unsigned()),
        match (a, b) {
            (Value::I32(a), Value::I32(b)) => {
                (i64::from(a.cast_signed()), i64::from(b.cast_signed()))
            }
            _ => (a.unsigned().cast_signed(), b.unsigned().cast_signed()),
        },
    );
    match name.rsplit('.').next().unwrap() {
        "eqz" => unsigned.1 == 0,
        "eq" => unsigned.0 == unsigned.1,
        "ne" => unsigned.0 != unsigned.1,
        "lt_s" => signed.0 < signed.1,
        "lt_u" => unsigned.0 < unsigned.1,
        "gt_s" => signed.0 > signed.1,
        "gt_u" => unsigned.0 > unsigned.1,
        "le_s" => signed.0 <= signed.1,
        "le_u" => unsigned.0 <= unsigned.1,
        "ge_s" => signed.0 >= signed.1,
        "ge_u" => unsigned.0 >= unsigned.1,
        other => panic!("no comparison {other}"),
    }
}

#[test]
fn each_branch_that_compares_is_taken_where_its_comparison_holds() {
    const EDGES: [u64; 9] = [
        0,
        1,
        7,
        0x7fff_ffff,
        0x8000_0000,
        0xffff_ffff,
        0x7fff_ffff_ffff_ffff,
        0x8000_0000_0000_0000,
        u64::MAX,
    ];
    let all = instruction_set().mnemonics().iter();
    let branches: Vec<&Mnemonic> = all.filter(|one| one.name.starts_with("br_if.")).collect();
    assert_eq!(branches.len(), 22);
    for branch in branches {
        let of = *branch.operands.last().unwrap();
        for (a, b) in EDGES.iter().flat_map(|a| EDGES.map(|b| (value(of, *a), value(of, b)))) {
            let operands = match branch.operands.len() {
                1 => constant(b),
                _ => format!("{}; {}", constant(a), constant(b)),
            };
            let text = format!("{operands}; {} 2; i32.const 0; output; halt; halt", branch.name);
            let taken = run(&text).1.output.is_empty();
            assert_eq!(taken, holds(&branch.name, a, b), "{} of {a:?} and {b:?}", branch.name);
        }
    }
}

#[test]
fn a_branch_that_compares_is_told_as_any_other() {
    let words = -i32::from(I64.words()) * 2;
    assert_trace(
        "i64.const -1; i64.const 1; br_if.i64.lt_s 1; halt; halt; halt",
        &format!(
            "{} commit(+2,sts=1,bt=0) {} commit(+2,sts=1,bt=0)
             branch_taken 01 00 00 00 commit({words},sts=0,bt=1) halt",
            bytes(&[0xff; 8]),
            bytes(&1_u64.to_le_bytes()),
        ),
    );
}
