//! Every operator against wasmi, on edge values crossed with each other and on random ones.

use proptest::prelude::*;
use wasmi::{Engine, Instance, Module, Store, TrapCode};

use super::fixture::{BINARY, UNARY, top_of_stack};
use crate::reference::{End, Trap};

/// A module with a function `f` for every operator, exported under the operator's name.
struct Oracle {
    store: Store<()>,
    instance: Instance,
}

impl Oracle {
    fn new() -> Self {
        let unary = UNARY.iter().map(|(name, ..)| {
            format!(r#"(func (export "{name}") (param i32) (result i32) (local.get 0) ({name}))"#)
        });
        let binary = BINARY.iter().map(|(name, ..)| {
            format!(
                r#"(func (export "{name}") (param i32 i32) (result i32)
                    (local.get 0) (local.get 1) ({name}))"#
            )
        });
        let text = format!("(module {})", unary.chain(binary).collect::<String>());
        let engine = Engine::default();
        let module = Module::new(&engine, wat::parse_str(text).unwrap()).unwrap();
        let mut store = Store::new(&engine, ());
        let instance = Instance::new(&mut store, &module, &[]).unwrap();
        Oracle { store, instance }
    }

    fn unary(&mut self, name: &str, a: u32) -> Result<u32, Trap> {
        let function = self.instance.get_typed_func::<u32, u32>(&self.store, name).unwrap();
        function.call(&mut self.store, a).map_err(trap)
    }

    fn binary(&mut self, name: &str, a: u32, b: u32) -> Result<u32, Trap> {
        let function = self.instance.get_typed_func::<(u32, u32), u32>(&self.store, name).unwrap();
        function.call(&mut self.store, (a, b)).map_err(trap)
    }
}

fn trap(error: wasmi::Error) -> Trap {
    match error.as_trap_code() {
        Some(TrapCode::IntegerDivisionByZero) => Trap::DivideByZero,
        Some(TrapCode::IntegerOverflow) => Trap::IntegerOverflow,
        _ => panic!("unexpected: {error}"),
    }
}

fn executed(computation: &str) -> Result<u32, Trap> {
    let summary = top_of_stack(computation);
    match summary.end {
        End::Halt => Ok(u32::from_le_bytes(summary.output.try_into().unwrap())),
        End::Trap(kind) => Err(kind),
    }
}

fn check_unary(oracle: &mut Oracle, a: u32) {
    for (name, ..) in UNARY {
        let ours = executed(&format!("i32.const {a}; {name}"));
        assert_eq!(ours, oracle.unary(name, a), "{name} {a:#x}");
    }
}

fn check_binary(oracle: &mut Oracle, a: u32, b: u32) {
    for (name, ..) in BINARY {
        let ours = executed(&format!("i32.const {a}; i32.const {b}; {name}"));
        assert_eq!(ours, oracle.binary(name, a, b), "{a:#x} {name} {b:#x}");
    }
}

/// Values around powers of two and around the places where a byte ends, with either sign.
fn edge_values() -> Vec<u32> {
    let magnitudes = [0, 1, 2, 3, 7, 31, 32, 33, 0x7f, 0x80, 0xff, 0x100, 0x7fff, 0x8000, 0xffff];
    let wide = [0x1_0000, 0x7f_ffff, 0x80_0000, 0x0102_0304, 0x7fff_ffff, 0x8000_0000, 0xaa55_aa55];
    let positive = magnitudes.into_iter().chain(wide);
    let mut values: Vec<u32> =
        positive.flat_map(|value: u32| [value, value.wrapping_neg()]).collect();
    values.sort_unstable();
    values.dedup();
    values
}

#[test]
fn edge_values_crossed() {
    let mut oracle = Oracle::new();
    for a in edge_values() {
        check_unary(&mut oracle, a);
        for b in edge_values() {
            check_binary(&mut oracle, a, b);
        }
    }
}

#[test]
fn random_values() {
    let oracle = std::cell::RefCell::new(Oracle::new());
    proptest!(|(a: u32, b: u32, bits in 0_u32..32)| {
        let oracle = &mut *oracle.borrow_mut();
        check_unary(oracle, a >> bits);
        check_binary(oracle, a, b >> bits);
    });
}
