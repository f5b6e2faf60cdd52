//! Instances: exports called by a host, imports answered by it, memory read off the tokens. Every run is compared
//! with the reference executor, which replays the host's answers, and by other engines.

use tvm_core::instance::{Host, HostError, Imports, Memory, Value, ValueType};
use tvm_core::model::Token;
use tvm_core::runtime::driver::Limits;
use tvm_core::runtime::engine::EngineKind;
use tvm_core::{Launcher, Transformer, compile_instance};
use tvm_test_support::observed::{Tokens, assert_as_by_reference};

use ValueType::{F64, I32, I64};

const MODULE: &str = r#"(module
    (import "env" "add" (func $add (param i32 i64) (result i64)))
    (import "env" "fill" (func $fill (param i32 i32)))
    (import "env" "absent" (func $absent (param f64) (result f64)))
    (memory (export "memory") 1 4)
    (data (i32.const 16) "Hello, world")
    (data (i32.const 1000) "\01\02\00\00\00\00\00\00\00\00\00\00\03")
    (global $count (mut i32) (i32.const 5))
    (func (export "sum") (param i32 i64) (result i64)
        (call $add (local.get 0) (local.get 1)))
    (func (export "swap") (param i32 f64) (result f64 i32) (local.get 1) (local.get 0))
    (func (export "count") (result i32)
        (global.set $count (i32.add (global.get $count) (i32.const 1)))
        (global.get $count))
    (func (export "filled") (param i32) (result i32)
        (call $fill (local.get 0) (i32.const 10))
        (i32.load8_u offset=9 (local.get 0)))
    (func (export "store") (param i32 i64)
        (i64.store offset=4 (local.get 0) (local.get 1))
        (i32.store8 (i32.const 7) (i32.const 77)))
    (func (export "grow") (param i32) (result i32) (memory.grow (local.get 0)))
    (func (export "load") (param i32) (result i32) (i32.load8_u (local.get 0)))
    (func (export "trap") (unreachable))
    (func (export "missing") (result f64) (call $absent (f64.const 1.5)))
)"#;

fn fill(arguments: &[Value], memory: &mut Memory) -> Result<Vec<Value>, HostError> {
    let [Value::I32(address), Value::I32(length)] = *arguments else { unreachable!("its types") };
    let bytes: Vec<u8> = (0..length as u8).map(|byte| byte * 3).collect();
    memory.write(address, &bytes)?;
    Ok(Vec::new())
}

fn imports() -> impl Host {
    Imports::new()
        .with("env", "add", (&[I32, I64], &[I64]), |arguments, _| {
            let [Value::I32(a), Value::I64(b)] = *arguments else { unreachable!("its types") };
            Ok(vec![Value::I64(u64::from(a).wrapping_add(b))])
        })
        .with("env", "fill", (&[I32, I32], &[]), fill)
}

fn transformer() -> Transformer {
    compile_instance(MODULE).unwrap().specialise().unwrap()
}

/// Calls that show everything; gives the tokens.
fn script(launcher: &Launcher<'_>) -> Vec<Token> {
    let tokens = Tokens::default();
    let mut instance = launcher.observed(imports(), tokens.clone(), Limits::default()).unwrap();
    let large = Value::I64(0xffff_fff0_8000_0001);
    let sum = instance.call("sum", &[Value::I32(0x8000_0000), large]).unwrap();
    assert_eq!(sum, [Value::I64(0xffff_fff1_0000_0001)]);
    let half = Value::F64(0.5_f64.to_bits());
    assert_eq!(instance.call("swap", &[Value::I32(7), half]).unwrap(), [half, Value::I32(7)]);
    assert_eq!(instance.call("count", &[]).unwrap(), [Value::I32(6)]);
    assert_eq!(instance.call("count", &[]).unwrap(), [Value::I32(7)]);
    assert_eq!(instance.memory().bytes(16, 12).unwrap(), b"Hello, world");
    assert_eq!(instance.memory().bytes(1000, 13).unwrap(), [1, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3]);
    assert_eq!(instance.call("filled", &[Value::I32(100)]).unwrap(), [Value::I32(27)]);
    assert_eq!(instance.call("store", &[Value::I32(200), large]).unwrap(), []);
    assert_eq!(instance.memory().bytes(204, 8).unwrap(), large.to_bytes());
    assert_eq!(instance.memory().bytes(7, 1).unwrap(), [77]);
    instance.memory().write(70_000, b"x").unwrap_err();
    assert_eq!(instance.call("grow", &[Value::I32(2)]).unwrap(), [Value::I32(1)]);
    assert_eq!(instance.memory().size(), 3 * 65_536);
    instance.memory().write(70_000, b"xyz").unwrap();
    instance.memory().write(7, &[8]).unwrap();
    assert_eq!(instance.call("load", &[Value::I32(70_002)]).unwrap(), [Value::I32(b'z'.into())]);
    assert_eq!(instance.call("load", &[Value::I32(7)]).unwrap(), [Value::I32(8)]);
    assert_eq!(instance.call("grow", &[Value::I32(9)]).unwrap(), [Value::I32(u32::MAX)]);
    tokens.all()
}

#[test]
fn exports_are_called_and_imports_answered() {
    let transformer = transformer();
    let by_plan = script(&transformer.launcher(EngineKind::Plan).unwrap());
    let by_sparse = script(&transformer.launcher(EngineKind::Sparse).unwrap());
    assert_eq!(by_plan, by_sparse);
    let compiled = compile_instance(MODULE).unwrap();
    assert_as_by_reference(&compiled, &transformer, &by_plan);
}

#[test]
fn what_is_wrong_is_said() {
    let transformer = transformer();
    let launcher = transformer.launcher(EngineKind::Plan).unwrap();
    let mut instance = launcher.instance(imports()).unwrap();
    let mut wrong =
        |name, arguments: &[Value]| instance.call(name, arguments).unwrap_err().to_string();
    let no_export = wrong("other", &[]);
    assert!(no_export.starts_with("the program exports no function `other`; it exports `count`"));
    assert_eq!(
        wrong("sum", &[Value::I32(1)]),
        "`sum` is of type (i32 i64) -> (i64), and the arguments are of types (i32)"
    );
    assert_eq!(
        wrong("filled", &[Value::I32(65_530)]),
        "env.fill: 10 bytes at address 65530 are outside of memory, which has 65536 bytes"
    );
    assert_eq!(wrong("count", &[]), "the program has ended; make a new instance");
    let mut instance = launcher.instance(imports()).unwrap();
    let missing = instance.call("missing", &[]).unwrap_err().to_string();
    assert_eq!(missing, "env.absent: nobody provides `absent` of module `env`");
    let mut instance = launcher.instance(imports()).unwrap();
    let trap = instance.call("trap", &[]).unwrap_err().to_string();
    assert!(trap.starts_with("trap: unreachable"), "{trap}");
    for (results, given) in [
        (vec![Value::I32(1)], "(i32)"),
        (vec![], "()"),
        (vec![Value::I64(1), Value::I64(2)], "(i64 i64)"),
    ] {
        let types = (&[I32, I64][..], &[I64][..]);
        let other = Imports::new().with("env", "add", types, |_, _| Ok(results.clone()));
        let mut instance = launcher.instance(other).unwrap();
        assert_eq!(
            instance.call("sum", &[Value::I32(1), Value::I64(1)]).unwrap_err().to_string(),
            format!("env.add is of type (i32 i64) -> (i64), and the host gives {given}")
        );
    }
    let types = (&[F64][..], &[][..]);
    let other = Imports::new().with("env", "add", types, |_, _| Ok(Vec::new()));
    let mut instance = launcher.instance(other).unwrap();
    let wrong = instance.call("sum", &[Value::I32(1), Value::I64(1)]).unwrap_err().to_string();
    assert_eq!(
        wrong,
        "env.add: the program imports `add` of module `env` as (i32 i64) -> (i64), and the host's is \
         (f64) -> ()"
    );
}

/// Calls its host, which calls it.
const CALLED_BACK: &str = r#"(module
    (import "env" "factorial" (func $factorial (param i32) (result i64)))
    (import "env" "reverse" (func $reverse (param i32 i32) (result i32)))
    (import "env" "attempt" (func $attempt (param i32) (result i32)))
    (import "env" "quit" (func $quit))
    (memory (export "memory") 1)
    (data (i32.const 64) "stressed")
    (global $depth (mut i32) (i32.const 0))
    (func (export "factorial") (param i32) (result i64)
        (global.set $depth (i32.add (global.get $depth) (i32.const 1)))
        (if (result i64) (i32.le_u (local.get 0) (i32.const 1)) (then (i64.const 1))
            (else (i64.mul (i64.extend_i32_u (local.get 0))
                (call $factorial (i32.sub (local.get 0) (i32.const 1)))))))
    (func (export "depth") (result i32) (global.get $depth))
    (func (export "swap") (param i32 i32) (local i32)
        (local.set 2 (i32.load8_u (local.get 0)))
        (i32.store8 (local.get 0) (i32.load8_u (local.get 1)))
        (i32.store8 (local.get 1) (local.get 2)))
    (func (export "reverse") (result i32) (call $reverse (i32.const 64) (i32.const 8)))
    (func (export "first") (result i32) (i32.load8_u (i32.const 64)))
    (func (export "attempt") (param i32) (result i32) (call $attempt (local.get 0)))
    (func (export "trap") unreachable)
    (func (export "again") (result i32) (call $attempt (i32.const 3)))
    (func (export "quit") (call $quit)))"#;

/// Answers by calls of exports. What `attempt` calls may fail, and it says 100 then.
fn calling() -> impl Host {
    Imports::new()
        .with_caller("env", "factorial", (&[I32], &[I64]), |arguments, caller| {
            caller.call("factorial", arguments)
        })
        .with_caller("env", "reverse", (&[I32, I32], &[I32]), |arguments, caller| {
            let [Value::I32(begin), Value::I32(length)] = *arguments else {
                unreachable!("its types")
            };
            caller.memory().write(begin + length, b"!")?;
            for at in 0..length / 2 {
                let ends = [begin + at, begin + length - 1 - at].map(Value::I32);
                assert_eq!(caller.call("swap", &ends)?, []);
            }
            assert_eq!(caller.memory().bytes(begin, length + 1)?, b"desserts!");
            caller.memory().write(begin, b"D")?;
            caller.call("first", &[])
        })
        .with_caller("env", "attempt", (&[I32], &[I32]), |arguments, caller| {
            let [Value::I32(which)] = *arguments else { unreachable!("its type") };
            let called = match which {
                0 => caller.call("first", &[Value::I32(1)]),
                1 => caller.call("nothing", &[]),
                2 => caller.call("trap", &[]),
                3 => caller.call("again", &[]),
                4 => caller.call("quit", &[]),
                _ => caller.call("factorial", &[Value::I32(5)]),
            };
            match called {
                Ok(results) => Ok(results),
                Err(HostError::Program(_)) => Ok(vec![Value::I32(100)]),
                Err(error) => Err(error),
            }
        })
        .with("env", "quit", (&[], &[]), |_, _| Err(HostError::Exit(9)))
}

fn called_back(launcher: &Launcher<'_>) -> Vec<Token> {
    let tokens = Tokens::default();
    let mut instance = launcher.observed(calling(), tokens.clone(), Limits::default()).unwrap();
    let product = instance.call("factorial", &[Value::I32(20)]).unwrap();
    assert_eq!(product, [Value::I64((1..=20).product())]);
    assert_eq!(instance.call("depth", &[]).unwrap(), [Value::I32(20)]);
    assert_eq!(instance.call("reverse", &[]).unwrap(), [Value::I32(b'D'.into())]);
    assert_eq!(instance.memory().bytes(64, 9).unwrap(), b"Desserts!");
    for wrong in [0, 1] {
        let attempt = instance.call("attempt", &[Value::I32(wrong)]).unwrap();
        assert_eq!(attempt, [Value::I32(100)], "{wrong}");
    }
    assert_eq!(instance.call("depth", &[]).unwrap(), [Value::I32(20)]);
    tokens.all()
}

#[test]
fn functions_of_the_host_call_exports() {
    let compiled = compile_instance(CALLED_BACK).unwrap();
    let transformer = compiled.specialise().unwrap();
    let by_plan = called_back(&transformer.launcher(EngineKind::Plan).unwrap());
    let by_sparse = called_back(&transformer.launcher(EngineKind::Sparse).unwrap());
    assert_eq!(by_plan, by_sparse);
    assert_as_by_reference(&compiled, &transformer, &by_plan);
}

#[test]
fn a_run_that_ends_in_a_call_of_the_host_has_ended() {
    let compiled = compile_instance(CALLED_BACK).unwrap();
    let transformer = compiled.specialise().unwrap();
    let launcher = transformer.launcher(EngineKind::Plan).unwrap();
    for (which, message) in [
        (2, "trap: unreachable at instruction"),
        (4, "attempt: the program has ended with exit status 9"),
        (5, "env.attempt is of type (i32) -> (i32), and the host gives (i64)"),
    ] {
        let tokens = Tokens::default();
        let instance = launcher.observed(calling(), tokens.clone(), Limits::default());
        let mut instance = instance.unwrap();
        let error = instance.call("attempt", &[Value::I32(which)]).unwrap_err().to_string();
        assert!(error.starts_with(message), "{which}: {error}");
        let after = instance.call("depth", &[]).unwrap_err().to_string();
        assert_eq!(after, "the program has ended; make a new instance");
        assert_as_by_reference(&compiled, &transformer, &tokens.all());
    }
}

#[test]
fn calls_in_both_directions_do_not_nest_without_end() {
    let transformer = compile_instance(CALLED_BACK).unwrap().specialise().unwrap();
    let launcher = transformer.launcher(EngineKind::Plan).unwrap();
    let mut instance = launcher.instance(calling()).unwrap();
    // The innermost attempt fails, and the others have its result.
    assert_eq!(instance.call("attempt", &[Value::I32(3)]).unwrap(), [Value::I32(100)]);
    let mut instance = launcher.instance(calling()).unwrap();
    let deep = instance.call("factorial", &[Value::I32(300)]).unwrap_err().to_string();
    let message =
        "functions of the host and of the program call each other more than 200 times deep";
    assert_eq!(deep, format!("env.factorial: {message}"));
}
