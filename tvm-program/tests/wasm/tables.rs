//! References, tables that change and passive segments: against wasmi, every operation in random order.

use proptest::prelude::*;

use super::call;
use tvm_program::wasm::{self, HostModule, Invocation};
use tvm_program::{Value, ValueType};
use tvm_reference::{End, Executor, Trap};
use tvm_test_support::modules::{Results, calls_as_program, calls_by_wasmi};
use tvm_test_support::sets as fixture;

/// Two tables of functions that change, one of externref, and one that does not change.
const MODULE: &str = r#"(module
    (type $f (func (param i32) (result i32)))
    (type $g (func (result i64)))
    (memory 1 3)
    (data $text "passive bytes")
    (data (i32.const 4) "active")
    (table $t 8 12 funcref)
    (table $u 5 funcref)
    (table $x 3 externref)
    (table $fixed 3 funcref)
    (elem (table $t) (i32.const 1) func $double $wide $square)
    (elem (table $fixed) (i32.const 0) func $square $double)
    (elem $passive funcref (ref.func $square) (ref.null func) (ref.func $wide) (ref.func $double))
    (elem $active (table $u) (i32.const 2) func $wide)
    (elem declare func $triple)
    (global $kept (mut funcref) (ref.func $square))
    (global $null externref (ref.null extern))
    (func $double (type $f) (i32.mul (local.get 0) (i32.const 2)))
    (func $square (type $f) (i32.mul (local.get 0) (local.get 0)))
    (func $triple (type $f) (i32.mul (local.get 0) (i32.const 3)))
    (func $wide (type $g) (i64.const 0x123456789))
    (func (export "call") (param i32 i32) (result i32)
        (call_indirect $t (type $f) (local.get 0) (local.get 1)))
    (func (export "call_wide") (param i32) (result i64)
        (call_indirect $t (type $g) (local.get 0)))
    (func (export "call_other") (param i32 i32) (result i32)
        (call_indirect $u (type $f) (local.get 0) (local.get 1)))
    (func (export "call_fixed") (param i32 i32) (result i32)
        (call_indirect $fixed (type $f) (local.get 0) (local.get 1)))
    (func (export "is_null") (param i32) (result i32) (ref.is_null (table.get $t (local.get 0))))
    (func (export "sizes") (result i32 i32 i32)
        (table.size $t) (table.size $u) (table.size $fixed))
    (func (export "clear") (param i32) (table.set $t (local.get 0) (ref.null func)))
    (func (export "set") (param i32 i32)
        (table.set $t (local.get 0)
            (select (result funcref) (ref.func $triple) (global.get $kept) (local.get 1))))
    (func (export "keep") (param i32) (local $one funcref)
        (local.set $one (table.get $t (local.get 0)))
        (global.set $kept (block (result funcref) (br 0 (local.get $one)))))
    (func (export "grow") (param i32 i32) (result i32)
        (table.grow $t (table.get $u (local.get 0)) (local.get 1)))
    (func (export "fill") (param i32 i32) (table.fill $t (local.get 0) (ref.func $triple) (local.get 1)))
    (func (export "copy") (param i32 i32 i32)
        (table.copy $t $t (local.get 0) (local.get 1) (local.get 2)))
    (func (export "copy_over") (param i32 i32 i32)
        (table.copy $u $t (local.get 0) (local.get 1) (local.get 2)))
    (func (export "copy_fixed") (param i32 i32 i32)
        (table.copy $t $fixed (local.get 0) (local.get 1) (local.get 2)))
    (func (export "init") (param i32 i32 i32)
        (table.init $t $passive (local.get 0) (local.get 1) (local.get 2)))
    (func (export "init_active") (param i32 i32 i32)
        (table.init $u $active (local.get 0) (local.get 1) (local.get 2)))
    (func (export "drop") (elem.drop $passive))
    (func (export "grow_others") (param i32) (result i32 i32)
        (table.grow $x (global.get $null) (local.get 0))
        (ref.is_null (table.get $x (local.get 0))))
    (func (export "bytes") (param i32 i32 i32)
        (memory.init $text (local.get 0) (local.get 1) (local.get 2)))
    (func (export "drop_bytes") (data.drop $text))
    (func (export "load") (param i32) (result i64) (i64.load (local.get 0)))
    (func (export "pages") (param i32) (result i32) (memory.grow (local.get 0))))"#;

/// The exports with how many parameters they take, and how far it makes sense to choose these.
const FUNCTIONS: [(&str, &[u32]); 21] = [
    ("call", &[9, 14]),
    ("call_wide", &[14]),
    ("call_other", &[9, 6]),
    ("call_fixed", &[9, 4]),
    ("is_null", &[14]),
    ("sizes", &[]),
    ("clear", &[14]),
    ("set", &[14, 2]),
    ("keep", &[14]),
    ("grow", &[6, 7]),
    ("fill", &[14, 6]),
    ("copy", &[14, 14, 7]),
    ("copy_over", &[6, 14, 5]),
    ("copy_fixed", &[10, 3, 4]),
    ("init", &[13, 5, 5]),
    ("init_active", &[6, 2, 2]),
    ("drop", &[]),
    ("grow_others", &[4]),
    ("bytes", &[70, 15, 15]),
    ("drop_bytes", &[]),
    ("load", &[80]),
];

/// What both ways of running a module have in common: one trap of wasmi is two of the machine.
fn agreed(bytes: &[u8], calls: &[Invocation]) -> Results {
    let (found, _) = calls_as_program(bytes, &fixture::full(), calls);
    let mut expected = calls_by_wasmi(bytes, calls);
    if (&found.end, &expected.end)
        == (&End::Trap(Trap::OutOfBounds), &End::Trap(Trap::UndefinedElement))
    {
        expected.end = found.end;
    }
    assert_eq!(found, expected, "{calls:?}");
    found
}

fn invocation(function: usize, numbers: [u32; 3]) -> Invocation {
    let (name, bounds) = FUNCTIONS[function];
    let arguments: Vec<_> =
        bounds.iter().zip(numbers).map(|(bound, number)| Value::I32(number % bound)).collect();
    call(name, &arguments)
}

/// What all elements and some bytes are.
fn looks() -> impl Iterator<Item = Invocation> {
    let nulls = (0..8).map(|index| call("is_null", &[Value::I32(index)]));
    let bytes = (0..12).map(|word| call("load", &[Value::I32(8 * word)]));
    nulls.chain([call("sizes", &[])]).chain(bytes)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]
    #[test]
    fn tables_and_segments_are_those_of_wasmi(
        steps in prop::collection::vec((0..FUNCTIONS.len(), any::<[u32; 3]>()), 1..25),
    ) {
        let bytes = wat::parse_str(MODULE).unwrap();
        let mut calls: Vec<_> = Vec::new();
        for (function, numbers) in steps {
            // A call that traps ends the program: the next begins without it.
            calls.push(invocation(function, numbers));
            if agreed(&bytes, &calls).end != End::Halt {
                calls.pop();
            }
        }
        calls.extend(looks());
        prop_assert_eq!(agreed(&bytes, &calls).end, End::Halt);
    }
}

#[test]
fn every_trap_is_its_own() {
    let bytes = wat::parse_str(MODULE).unwrap();
    let end = |name, arguments: &[u32]| {
        let arguments: Vec<_> = arguments.iter().map(|&one| Value::I32(one)).collect();
        agreed(&bytes, &[call(name, &arguments)]).end
    };
    for (name, arguments, trap) in [
        ("call", &[1, 8][..], Trap::UndefinedElement),
        ("call", &[1, u32::MAX], Trap::UndefinedElement),
        ("call", &[1, 0], Trap::UninitializedElement),
        ("call", &[1, 2], Trap::IndirectCallTypeMismatch),
        ("is_null", &[8], Trap::OutOfBounds),
        ("is_null", &[u32::MAX], Trap::OutOfBounds),
        ("clear", &[1 << 30], Trap::OutOfBounds),
        ("fill", &[9, 0], Trap::OutOfBounds),
        ("fill", &[2, u32::MAX], Trap::OutOfBounds),
        ("copy", &[1, 2, 7], Trap::OutOfBounds),
        ("copy", &[u32::MAX, 2, 2], Trap::OutOfBounds),
        ("init", &[0, 1, 4], Trap::OutOfBounds),
        ("init", &[6, 0, 3], Trap::OutOfBounds),
        ("init_active", &[0, 0, 1], Trap::OutOfBounds),
        ("bytes", &[0, 10, 4], Trap::OutOfBounds),
        ("bytes", &[65_533, 0, 4], Trap::OutOfBounds),
        ("bytes", &[u32::MAX, 0, 2], Trap::OutOfBounds),
    ] {
        assert_eq!(end(name, arguments), End::Trap(trap), "{name} {arguments:?}");
    }
    assert_eq!(end("fill", &[8, 0]), End::Halt);
    assert_eq!(end("copy", &[8, 8, 0]), End::Halt);
    assert_eq!(end("init_active", &[5, 0, 0]), End::Halt);
    let dropped =
        [call("drop_bytes", &[]), call("bytes", &[Value::I32(0), Value::I32(0), Value::I32(1)])];
    assert_eq!(agreed(&bytes, &dropped).end, End::Trap(Trap::OutOfBounds));
}

#[test]
fn what_is_reserved_is_out_of_reach() {
    let bytes = wat::parse_str(
        r#"(module (memory 1) (data $d "text")
            (table 4 8 funcref)
            (func (export "grow") (param i32) (result i32) (memory.grow (local.get 0)))
            (func (export "last") (param i32) (result i64) (i64.load (local.get 0)))
            (func (export "init") (memory.init $d (i32.const 0) (i32.const 0) (i32.const 4)))
            (func (export "table") (result i32) (table.grow (ref.null func) (i32.const 2))))"#,
    )
    .unwrap();
    let all = [call("init", &[]), call("table", &[])];
    let run =
        |more: &[Invocation]| calls_as_program(&bytes, &fixture::full(), &[&all, more].concat()).0;
    // One page is reserved for both.
    let grown = run(&[call("grow", &[Value::I32(1022)]), call("grow", &[Value::I32(1)])]);
    assert_eq!(grown.bytes, [4, 0, 0, 0, 1, 0, 0, 0, 255, 255, 255, 255]);
    let end =
        run(&[call("grow", &[Value::I32(1022)]), call("last", &[Value::I32((1023 << 16) - 7)])]);
    assert_eq!(end.end, End::Trap(Trap::OutOfBounds));
    let small = r#"(module (memory 1024) (table 4 8 funcref)
        (func (export "main") (drop (table.grow (ref.null func) (i32.const 2)))))"#;
    let message =
        wasm::compile(&wat::parse_str(small).unwrap(), &fixture::full()).unwrap_err().to_string();
    assert!(message.contains("67174400"), "{message}");
}

#[test]
fn references_of_a_host_pass_as_words() {
    let bytes = wat::parse_str(
        r#"(module (table $x 2 externref)
            (func (export "put") (param i32 externref) (table.set $x (local.get 0) (local.get 1)))
            (func (export "take") (param i32) (result externref) (table.get $x (local.get 0)))
            (func (export "same") (param funcref) (result funcref) (local.get 0))
            (func $f) (table funcref (elem $f)))"#,
    )
    .unwrap();
    let i32 = Value::I32;
    let calls = [
        call("put", &[i32(1), i32(77)]),
        call("take", &[i32(0)]),
        call("take", &[i32(1)]),
        call("same", &[i32(1)]),
    ];
    let (found, _) = calls_as_program(&bytes, &fixture::full(), &calls);
    assert_eq!(found.bytes, [0, 0, 0, 0, 77, 0, 0, 0, 1, 0, 0, 0]);
    assert_eq!(
        wasm::signature(&bytes, "put").unwrap(),
        (vec![ValueType::I32, ValueType::I32], vec![])
    );
    let program = wasm::compile_instance(&bytes, &fixture::full(), &[]).unwrap();
    let names: Vec<_> = program.interface.exports.iter().map(|one| one.name.as_str()).collect();
    assert_eq!(names, ["put", "take"]);
}

#[test]
fn what_no_host_has_is_provided() {
    let text = r#"(module
        (import "env" "memory" (memory 2 4))
        (import "env" "table" (table 3 funcref))
        (import "env" "__memory_base" (global $base i32))
        (import "env" "changes" (global $changes (mut i64)))
        (import "env" "reference" (global $reference funcref))
        (import "host" "given" (global $given (mut i32)))
        (data (i32.const 70000) "\07")
        (elem (i32.const 1) func $seven)
        (func $seven (result i32) (i32.load8_u (i32.const 70000)))
        (func (export "all") (result i32 i32 i64 i32 i32 i32)
            (call_indirect (result i32) (i32.const 1))
            (global.get $base)
            (global.set $changes (i64.add (global.get $changes) (i64.const 5)))
            (global.get $changes)
            (ref.is_null (global.get $reference))
            (global.get $given)
            (memory.grow (i32.const 2)))
        (func (export "more") (result i32) (memory.grow (i32.const 3))))"#;
    let host = HostModule::new("host").with_global("given", Value::I32(9));
    let bytes = wat::parse_str(text).unwrap();
    let set = fixture::full();
    let calls = [call("more", &[]), call("all", &[])];
    let program = wasm::compile_calls(&bytes, &set, std::slice::from_ref(&host), &calls).unwrap();
    let found = Executor::new(&program, &set, b"").unwrap().run(100_000, &mut |_| {}).unwrap();
    assert_eq!(found.end, End::Halt);
    let expected: [u32; 8] = [u32::MAX, 7, 0, 5, 0, 1, 9, 2];
    assert_eq!(found.output, expected.map(u32::to_le_bytes).concat());
}
