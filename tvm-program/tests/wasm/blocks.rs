//! Blocks with parameters and several results, and branches that carry values past others.

use super::{agree, call};
use tvm_program::InstructionSet;
use tvm_program::Value;
use tvm_test_support::modules::calls_as_program;
use tvm_test_support::sets as fixture;

/// Calls `f` with each number up to 9 and compares with wasmi.
#[track_caller]
fn table(results: &str, body: &str) {
    let text = format!(
        r#"(module (func (export "f") (param i32) (result {results}) (local i64 i32) {body}))"#
    );
    let bytes = wat::parse_str(text).unwrap();
    let calls: Vec<_> = (0..10).map(|x| call("f", &[Value::I32(x)])).collect();
    agree(&bytes, &calls);
    if !body.contains("i64.") {
        let before_tables = fixture::full().mnemonics().to_vec();
        let some = before_tables.into_iter().filter(|one| one.name != "br_table").collect();
        let set = InstructionSet::new(some).with_traps();
        let found = calls_as_program(&bytes, &set, &calls).0;
        assert_eq!(found, agree(&bytes, &calls).0, "without br_table");
    }
}

#[test]
fn a_block_takes_and_gives_several_values() {
    table(
        "i64 i32",
        "(i64.const 5) (local.get 0) (i32.const 9)
         (block (param i64 i32 i32) (result i64 i32)
           (i32.add)
           (br_if 0 (i32.and (local.get 0) (i32.const 1)))
           (local.set 2) (i64.add (i64.const 0x100000000)) (local.get 2))",
    );
}

#[test]
fn a_loop_takes_its_parameters_again() {
    table(
        "i64 i32",
        "(i64.const 1) (i32.const 0)
         (loop $again (param i64 i32) (result i64 i32)
           (local.set 2)
           (i64.mul (i64.const 1000003))
           (local.tee 2 (i32.add (local.get 2) (i32.const 1)))
           (br_if $again (i32.lt_u (local.get 2) (local.get 0))))",
    );
}

#[test]
fn both_arms_of_an_if_see_its_parameters() {
    table(
        "i64 i64",
        "(i64.const 1) (i64.const -2)
         (if (param i64 i64) (result i64 i64) (i32.and (local.get 0) (i32.const 1))
           (then (i64.add) (i64.const 7))
           (else (i64.sub) (local.tee 1) (local.get 1)))",
    );
    table(
        "i32 i64",
        "(i32.const 1) (i64.const -2)
         (if (param i32 i64) (result i32 i64) (local.get 0)
           (then (local.set 1) (drop) (local.get 0) (local.get 1)))",
    );
}

#[test]
fn branches_carry_several_values_past_operands() {
    table(
        "i64 i32",
        "(i32.const 77)
         (block $out (result i64 i32)
           (i64.const 11) (i32.const 12) (i64.const 13)
           (i64.const 1) (local.get 0)
           (br_if $out (i32.lt_u (local.get 0) (i32.const 3)))
           (local.set 2) (local.set 1) (drop) (drop) (drop)
           (i64.const 21) (i32.const 22) (local.get 1) (local.get 2)
           (br $out))
         (local.set 2) (local.set 1) (drop) (local.get 1) (local.get 2)",
    );
}

#[test]
fn a_table_of_branches_goes_by_way_of_detours() {
    table(
        "i32 i32",
        "(block $a (result i32 i32)
           (i32.const 1)
           (block $b (result i32 i32)
             (i32.const 2) (i32.const 3)
             (block $c (result i32 i32)
               (i32.const 4) (i32.const 5) (local.get 0)
               (br_table $a $b $c $c $a $b 3 $c (local.get 0)))
             (i32.add) (drop) (i32.const 6) (i32.add))
           (i32.mul))",
    );
    table("i32", "(block $a (br_table $a $a (local.get 0))) (i32.const 5)");
}

#[test]
fn a_table_of_branches_may_be_long() {
    let targets = "0 1 2 ".repeat(20_000);
    let text = format!(
        r#"(module (func (export "f") (param i32) (result i32)
            (block (block (block (br_table {targets} 2 (local.get 0)))
                (return (i32.const 1))) (return (i32.const 2))) (i32.const 3)))"#
    );
    let bytes = wat::parse_str(text).unwrap();
    let indices = [0, 1, 2, 59_998, 59_999, 60_000, 1 << 31, u32::MAX];
    agree(&bytes, &indices.map(|index| call("f", &[Value::I32(index)])));
}
