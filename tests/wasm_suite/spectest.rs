//! The module `spectest` that scripts may import from, for the compiler, and its types, as a module, for who
//! links. Nothing is ever said about what its functions print.

use tvm_program::wasm::HostModule;
use tvm_program::{Value, ValueType};

/// Its name.
pub const SPECTEST: &str = "spectest";

/// The module of the host for every script.
pub fn spectest() -> HostModule {
    HostModule::new(SPECTEST)
        .with_function("print", &[])
        .with_function("print_i32", &[ValueType::I32])
        .with_function("print_i64", &[ValueType::I64])
        .with_function("print_f32", &[ValueType::F32])
        .with_function("print_f64", &[ValueType::F64])
        .with_function("print_i32_f32", &[ValueType::I32, ValueType::F32])
        .with_function("print_f64_f64", &[ValueType::F64, ValueType::F64])
        .with_global("global_i32", Value::I32(666))
        .with_global("global_i64", Value::I64(666))
        .with_global("global_f32", Value::F32(666.6_f32.to_bits()))
        .with_global("global_f64", Value::F64(666.6_f64.to_bits()))
        .with_table("table", 10, Some(20))
        .with_memory("memory", 1, Some(2))
}

/// The same as a module, whose exports have the types.
pub fn spectest_module() -> Vec<u8> {
    let text = r#"(module
        (func (export "print"))
        (func (export "print_i32") (param i32))
        (func (export "print_i64") (param i64))
        (func (export "print_f32") (param f32))
        (func (export "print_f64") (param f64))
        (func (export "print_i32_f32") (param i32 f32))
        (func (export "print_f64_f64") (param f64 f64))
        (global (export "global_i32") i32 (i32.const 666))
        (global (export "global_i64") i64 (i64.const 666))
        (global (export "global_f32") f32 (f32.const 666.6))
        (global (export "global_f64") f64 (f64.const 666.6))
        (table (export "table") 10 20 funcref)
        (memory (export "memory") 1 2))"#;
    wat::parse_str(text).expect("a module in text")
}
