//! The size of memory, and 64-bit integers in it.

use super::fixture::{assert_trace, assert_trace_in, bytes, instruction_set, pushed, wide_pushed};
use tvm_program::InstructionSet;

#[test]
fn memory_is_all_there_is_until_its_size_is_declared() {
    assert_trace(
        "memory.size; memory.declare 3; memory.size; memory.declare 0; memory.size; halt",
        "00 02 00 00 commit(+1,sts=1,bt=0)
         03 00 00 00 commit(+0,sts=0,bt=0) 03 00 00 00 commit(+1,sts=1,bt=0)
         00 00 00 00 commit(+0,sts=0,bt=0) 00 00 00 00 commit(+1,sts=1,bt=0) halt",
    );
}

/// Checks what memory of a declared size makes of a growth, and its size after.
fn assert_growth(declared: u32, delta: u32, most: u32, result: &str, size: u32) {
    assert_trace(
        &format!(
            "memory.declare {declared}; i32.const {delta}; memory.grow {most}; memory.size; halt"
        ),
        &format!(
            "{} commit(+0,sts=0,bt=0) {} {result} commit(+0,sts=1,bt=0) {} halt",
            bytes(&declared.to_le_bytes()),
            pushed(delta),
            pushed(size)
        ),
    );
}

#[test]
fn memory_grows_up_to_the_immediate_and_gives_its_old_size() {
    assert_growth(300, 5, 512, "2c 01 00 00", 305);
    assert_growth(2, 0, 2, "02 00 00 00", 2);
    assert_growth(2, 3, 5, "02 00 00 00", 5);
    assert_growth(2, 4, 5, "ff ff ff ff", 2);
    assert_growth(2, 0, 1, "ff ff ff ff", 2);
    assert_growth(0, 0x100, 0xff, "ff ff ff ff", 0);
}

#[test]
fn a_growth_does_not_wrap() {
    assert_growth(2, u32::MAX, u32::MAX, "ff ff ff ff", 2);
    assert_growth(2, u32::MAX - 1, 512, "ff ff ff ff", 2);
    assert_growth(2, u32::MAX - 2, u32::MAX, "02 00 00 00", u32::MAX);
}

#[test]
fn memory_of_a_set_without_traps_has_a_size_that_bounds_nothing() {
    let without_traps = InstructionSet::new(instruction_set().mnemonics().to_vec());
    assert_trace_in(
        &without_traps,
        "memory.declare 0; i32.const 7; i32.const 9; i32.store; i32.const 7; i32.load; halt",
        "00 00 00 00 commit(+0,sts=0,bt=0)
         07 00 00 00 commit(+1,sts=1,bt=0) 09 00 00 00 commit(+1,sts=1,bt=0)
         09 00 00 00 commit(-2,sts=0,bt=0)
         07 00 00 00 commit(+1,sts=1,bt=0) 09 00 00 00 commit(+0,sts=1,bt=0) halt",
    );
}

#[test]
fn reserved_words_are_above_the_size_of_memory() {
    assert_trace(
        "memory.declare 1; i32.const 0x3fffff0; i32.const 0x80000007; reserved.store 12;
         i32.const 12; reserved.load 0x3fffff0; i32.const 11; reserved.load 0x3fffff0; halt",
        &format!(
            "01 00 00 00 commit(+0,sts=0,bt=0) {} {} 07 00 00 80 commit(-2,sts=0,bt=0)
             {} 07 00 00 80 commit(+0,sts=1,bt=0) {} 00 07 00 00 commit(+0,sts=1,bt=0) halt",
            pushed(0x03ff_fff0),
            pushed(0x8000_0007),
            pushed(12),
            pushed(11)
        ),
    );
}

#[test]
fn stores_write_as_many_bytes_as_they_say() {
    let (address, value) = (16, 0x8786_8584_8382_8180);
    let stores = [
        ("store", "80 81 82 83 84 85 86 87"),
        ("store8", "80"),
        ("store16", "80 81"),
        ("store32", "80 81 82 83"),
    ];
    for (name, written) in stores {
        // What was not written is still 0.
        let read = format!("{written}{}", " 00".repeat(8 - written.split(' ').count()));
        assert_trace(
            &format!(
                "i32.const {address}; i32.const {}; i32.const {}; i64.{name} 0x1fffe;
                 i32.const {address}; i64.load 0x1fffe; halt",
                value as u32,
                value >> 32
            ),
            &format!(
                "{} {} {written} commit(-3,sts=0,bt=0) {} {read} commit(+1,sts=1,bt=0) halt",
                pushed(address),
                wide_pushed(value),
                pushed(address)
            ),
        );
    }
}

#[test]
fn narrow_loads_extend_and_tick_when_negative() {
    let loads = [
        ("load8_s", 0, "04 00 00 00 00 00 00 00"),
        ("load8_s", 2, "82' ff' ff' ff' ff' ff' ff' ff'"),
        ("load8_u", 2, "82 00 00 00 00 00 00 00"),
        ("load16_s", 0, "04 03 00 00 00 00 00 00"),
        ("load16_s", 1, "03 82' ff' ff' ff' ff' ff' ff'"),
        ("load16_u", 1, "03 82 00 00 00 00 00 00"),
        ("load32_s", 0, "04 03 82' 81' ff' ff' ff' ff'"),
        ("load32_s", 1, "03 82' 81' 05 00 00 00 00"),
        ("load32_u", 0, "04 03 82 81 00 00 00 00"),
        ("load", 0, "04 03 82 81 05 06 07 88"),
    ];
    let value = 0x8807_0605_8182_0304;
    for (name, address, read) in loads {
        assert_trace(
            &format!(
                "i32.const 0; i32.const {}; i32.const {}; i64.store;
                 i32.const {address}; i64.{name}; halt",
                value as u32,
                value >> 32
            ),
            &format!(
                "{} {} {} commit(-3,sts=0,bt=0) {} {read} commit(+1,sts=1,bt=0) halt",
                pushed(0),
                wide_pushed(value),
                bytes(&value.to_le_bytes()),
                pushed(address)
            ),
        );
    }
}
