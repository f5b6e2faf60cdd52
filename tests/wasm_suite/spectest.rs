//! The module `spectest` that scripts may import from. Nothing is ever said about what its
//! functions print.

use tvm_program::wasm::HostModule;
use tvm_program::{Value, ValueType};

/// The module of the host for every script.
pub fn spectest() -> HostModule {
    HostModule::new("spectest")
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
