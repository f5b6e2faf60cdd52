//! The module `spectest` that scripts may import from. Nothing is ever said about what its
//! functions print. Those with parameters in floating point are missing.

use tvm_program::wasm::HostModule;
use tvm_program::{Value, ValueType};

/// The module of the host for every script.
pub fn spectest() -> HostModule {
    HostModule::new("spectest")
        .with_function("print", &[])
        .with_function("print_i32", &[ValueType::I32])
        .with_function("print_i64", &[ValueType::I64])
        .with_global("global_i32", Value::I32(666))
        .with_global("global_i64", Value::I64(666))
        .with_table("table", 10, Some(20))
        .with_memory("memory", 1, Some(2))
}
