//! Opcodes that a user registers.

use super::fixture::{assemble, instruction_set, trace_of};
use tvm_program::{Code, Value, ValueType};
use tvm_reference::{Executor, Fault, Outcome};

/// A sum that saturates, with ticks in bytes 0 and 2.
fn saturating_sum(operands: &[Value]) -> Outcome {
    let [Value::I32(a), Value::I32(b)] = *operands else { panic!("two i32: {operands:?}") };
    let ticks = std::array::from_fn(|k| k == 0 || k == 2);
    Outcome { value: Value::I32(a.saturating_add(b)), ticks }
}

#[test]
fn a_registered_opcode_pushes_what_it_says() {
    let program = assemble("i32.const -1; i32.const 2; sat_add; output; halt");
    let set = instruction_set();
    let executor = Executor::new(&program, set, b"").unwrap();
    let (trace, result) = trace_of(executor.with_opcode(Code(0xe0), saturating_sum));
    assert_eq!(
        trace,
        "ff ff ff ff commit(+1,sts=1,bt=0) 02 00 00 00 commit(+1,sts=1,bt=0) \
         ff' ff ff' ff commit(-1,sts=1,bt=0) out(ff) halt"
    );
    assert_eq!(result.unwrap().output, [0xff]);
}

#[test]
fn operands_come_deepest_first_and_may_be_missing() {
    let set = instruction_set();
    let difference = |operands: &[Value]| Outcome::difference(operands[0], operands[1]);
    let program = assemble("i32.const 5; i32.const 3; sat_add; output; halt");
    let executor = Executor::new(&program, set, b"").unwrap();
    let (_, result) = trace_of(executor.with_opcode(Code(0xe0), difference));
    assert_eq!(result.unwrap().output, [2]);

    let program = assemble("i32.const 5; sat_add; halt");
    let executor = Executor::new(&program, set, b"").unwrap();
    let (_, result) = trace_of(executor.with_opcode(Code(0xe0), difference));
    assert_eq!(result.unwrap_err().fault, Fault::StackUnderflow { needed: 2, found: 1 });
}

#[test]
fn registering_replaces_built_in_semantics() {
    let (program, set) = (assemble("i32.const 7; i32.popcnt; output; halt"), instruction_set());
    let executor = Executor::new(&program, set, b"").unwrap();
    let (_, result) =
        trace_of(executor.with_opcode(Code(0x69), |_| Outcome::plain(Value::I32(42))));
    assert_eq!(result.unwrap().output, [42]);
}

#[test]
fn an_opcode_that_pushes_nothing_stays_without_semantics() {
    let (program, set) = (assemble("i32.const 7; discard; halt"), instruction_set());
    let executor = Executor::new(&program, set, b"").unwrap();
    let (_, result) = trace_of(executor.with_opcode(Code(0xe1), |_| Outcome::plain(Value::I32(0))));
    assert_eq!(result.unwrap_err().fault, Fault::NoSemantics("discard".to_string()));
}

#[test]
fn a_registered_opcode_can_be_of_64_bits() {
    let set = instruction_set();
    let add = set.by_name("i64.add").unwrap().code;
    let product = |operands: &[Value]| {
        let [Value::I64(a), Value::I64(b)] = *operands else { panic!("two i64: {operands:?}") };
        Outcome::plain(Value::I64(a.wrapping_mul(b)))
    };
    let program = assemble("i64.const 6; i64.const 7; i64.add; drop; output; halt");
    let executor = Executor::new(&program, set, b"").unwrap();
    let (_, result) = trace_of(executor.with_opcode(add, product));
    assert_eq!(result.unwrap().output, [42]);
}

#[test]
fn a_result_of_another_type_than_declared_is_a_fault() {
    let program = assemble("i32.const 1; i32.const 2; sat_add; halt");
    let executor = Executor::new(&program, instruction_set(), b"").unwrap();
    let (_, result) = trace_of(executor.with_opcode(Code(0xe0), |_| Outcome::plain(Value::I64(3))));
    let fault = Fault::ResultType { expected: ValueType::I32, found: ValueType::I64 };
    assert_eq!(result.unwrap_err().fault, fault);
}
