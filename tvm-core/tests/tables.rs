//! Tables that change, references and passive segments through the weights: called by a host, token for token as
//! the reference executor.

use tvm_core::instance::{Imports, Value};
use tvm_core::model::Token;
use tvm_core::runtime::driver::Limits;
use tvm_core::runtime::engine::EngineKind;
use tvm_core::{Launcher, compile_instance};
use tvm_test_support::observed::{Tokens, assert_as_by_reference};

const MODULE: &str = r#"(module
    (type $f (func (param i32) (result i32)))
    (memory (export "memory") 1)
    (data $text "passive bytes")
    (table $t 4 8 funcref)
    (table $x 2 externref)
    (elem (table $t) (i32.const 1) func $double $square)
    (elem $passive funcref (ref.func $square) (ref.null func) (ref.func $double))
    (func $double (type $f) (i32.mul (local.get 0) (i32.const 2)))
    (func $square (type $f) (i32.mul (local.get 0) (local.get 0)))
    (func (export "call") (param i32 i32) (result i32)
        (call_indirect $t (type $f) (local.get 0) (local.get 1)))
    (func (export "grow") (param i32) (result i32)
        (table.grow $t (ref.func $square) (local.get 0)))
    (func (export "init") (param i32 i32 i32)
        (table.init $t $passive (local.get 0) (local.get 1) (local.get 2)))
    (func (export "swap") (param i32 i32) (local $kept funcref)
        (local.set $kept (table.get $t (local.get 0)))
        (table.set $t (local.get 0) (table.get $t (local.get 1)))
        (table.set $t (local.get 1) (local.get $kept)))
    (func (export "put") (param i32 externref) (table.set $x (local.get 0) (local.get 1)))
    (func (export "take") (param i32) (result externref) (table.get $x (local.get 0)))
    (func (export "bytes") (param i32 i32 i32)
        (memory.init $text (local.get 0) (local.get 1) (local.get 2)) (data.drop $text))
)"#;

/// Calls that show everything; gives the tokens, and how the last call ended.
fn script(launcher: &Launcher<'_>) -> Vec<Token> {
    let tokens = Tokens::default();
    let mut instance =
        launcher.observed(Imports::new(), tokens.clone(), Limits::default()).unwrap();
    let mut call = |name, arguments: &[u32]| {
        let arguments: Vec<_> = arguments.iter().map(|&one| Value::I32(one)).collect();
        instance.call(name, &arguments)
    };
    let number = |number| vec![Value::I32(number)];
    assert_eq!(call("call", &[7, 1]).unwrap(), number(14));
    assert_eq!(call("swap", &[1, 2]).unwrap(), []);
    assert_eq!(call("call", &[7, 1]).unwrap(), number(49));
    assert_eq!(call("grow", &[3]).unwrap(), number(4));
    assert_eq!(call("grow", &[2]).unwrap(), number(u32::MAX));
    assert_eq!(call("call", &[5, 6]).unwrap(), number(25));
    assert_eq!(call("init", &[4, 0, 3]).unwrap(), []);
    assert_eq!(call("call", &[5, 6]).unwrap(), number(10));
    assert_eq!(call("put", &[1, 0xffff_fffe]).unwrap(), []);
    assert_eq!(call("take", &[0]).unwrap(), number(0));
    assert_eq!(call("take", &[1]).unwrap(), number(0xffff_fffe));
    assert_eq!(call("bytes", &[100, 1, 11]).unwrap(), []);
    let trap = call("call", &[5, 5]).unwrap_err().to_string();
    assert!(trap.starts_with("trap: uninitialized element"), "{trap}");
    assert_eq!(instance.memory().bytes(99, 13).unwrap(), b"\0assive byte\0");
    tokens.all()
}

#[test]
fn tables_and_segments_are_those_of_the_reference_executor() {
    let compiled = compile_instance(MODULE).unwrap();
    let transformer = compile_instance(MODULE).unwrap().specialise().unwrap();
    let by_plan = script(&transformer.launcher(EngineKind::Plan).unwrap());
    assert_as_by_reference(&compiled, &transformer, &by_plan);
}
