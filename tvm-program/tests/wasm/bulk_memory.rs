//! `memory.copy` and `memory.fill` against wasmi: every length and every overlap, and their traps.

use proptest::prelude::*;

use super::{agree, call};
use tvm_program::Value;
use tvm_program::wasm::Invocation;
use tvm_reference::{End, Trap};

/// A page whose first bytes count up; `read` gives eight bytes of it.
fn module() -> Vec<u8> {
    let data: String = (1..=250).map(|byte| format!("\\{byte:02x}")).collect();
    let text = format!(
        r#"(module (memory 1) (data (i32.const 100) "{data}")
            (func (export "copy") (param i32 i32 i32)
                (memory.copy (local.get 0) (local.get 1) (local.get 2)))
            (func (export "fill") (param i32 i32 i32)
                (memory.fill (local.get 0) (local.get 1) (local.get 2)))
            (func (export "read") (param i32) (result i64) (i64.load (local.get 0))))"#
    );
    wat::parse_str(text).unwrap()
}

fn bulk(name: &str, arguments: [u32; 3]) -> Invocation {
    call(name, &arguments.map(Value::I32))
}

/// Reads everything that the data can have been moved to.
fn reads() -> impl Iterator<Item = Invocation> {
    (0..50).map(|word| call("read", &[Value::I32(8 * word)]))
}

#[test]
fn every_length_and_overlap_is_copied() {
    for length in (0..20).chain([31, 32, 33, 40, 41, 64, 71]) {
        for (to, from) in [(100, 105), (105, 100), (100, 101), (101, 100), (120, 120), (99, 180)] {
            let mut calls = vec![bulk("copy", [to, from, length])];
            calls.extend(reads());
            assert_eq!(agree(&module(), &calls).0.end, End::Halt);
        }
    }
}

proptest! {
    #[test]
    fn copies_and_fills_are_those_of_wasmi(
        steps in prop::collection::vec((any::<bool>(), 0u32..300, 0u32..300, 0u32..90), 1..5),
    ) {
        let mut calls: Vec<_> = steps
            .into_iter()
            .map(|(copy, to, other, length)| bulk(if copy { "copy" } else { "fill" }, [to, other, length]))
            .collect();
        calls.extend(reads());
        prop_assert_eq!(agree(&module(), &calls).0.end, End::Halt);
    }
}

#[test]
fn nothing_is_written_when_a_part_is_outside() {
    const END: u32 = 0x1_0000;
    for (name, arguments) in [
        ("copy", [0, END - 3, 4]),
        ("copy", [END - 3, 0, 4]),
        ("copy", [0, 0, END + 1]),
        ("copy", [END + 1, 0, 0]),
        ("copy", [0, u32::MAX, 2]),
        ("copy", [u32::MAX, 0, 2]),
        ("copy", [10, 10, u32::MAX]),
        ("fill", [END - 3, 7, 4]),
        ("fill", [END + 1, 7, 0]),
        ("fill", [1, 7, u32::MAX]),
        ("fill", [u32::MAX, 7, 2]),
    ] {
        let (found, _) = agree(&module(), &[bulk(name, arguments)]);
        assert_eq!(found.end, End::Trap(Trap::OutOfBounds), "{name} {arguments:?}");
    }
    for (name, arguments) in [
        ("copy", [0, END - 4, 4]),
        ("copy", [END, END, 0]),
        ("fill", [END, 7, 0]),
        ("fill", [END - 40, 7, 40]),
    ] {
        let calls = [bulk(name, arguments), call("read", &[Value::I32(END - 8)])];
        assert_eq!(agree(&module(), &calls).0.end, End::Halt, "{name} {arguments:?}");
    }
}

#[test]
fn a_byte_takes_few_tokens() {
    let tokens = |name, to, length| agree(&module(), &[bulk(name, [to, 100, length])]).1;
    for (what, name, to, limit) in
        [("upwards", "copy", 2000, 6), ("downwards", "copy", 1000, 6), ("all", "fill", 1000, 5)]
    {
        let none = tokens(name, to, 0);
        let [few, many] = [8, 1600].map(|length| tokens(name, to, length) - none);
        println!("{name}, {what}: {few} tokens more for 8 bytes, {many} more for 1600");
        assert!(many <= 1600 * limit, "{name}, {what}: {many} tokens for 1600 bytes");
    }
}
