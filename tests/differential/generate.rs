//! Modules from random bytes, and calls of what they export.

use arbitrary::Unstructured;
use tvm_program::wasm::{Invocation, signature};
use tvm_program::{Value, ValueType};
use wasm_smith::{Config, Module};
use wasmparser::ExternalKind;

use crate::modules::exports;

/// How many functions and loops a module may enter before it stops itself by a trap.
const TURNS: u32 = 500;

/// The most functions of a module that are called.
const CALLS: usize = 6;

/// Memory up to two pages: a digest of more takes long.
const MEMORY_BYTES: u64 = 2 << 16;

/// Numbers, and no proposal but sign extension, saturating conversion and multi-value. No function takes
/// for ever.
fn config() -> Config {
    Config {
        bulk_memory_enabled: false,
        compact_imports_enabled: false,
        exceptions_enabled: false,
        export_everything: true,
        extended_const_enabled: false,
        gc_enabled: false,
        max_exports: 1_000,
        max_funcs: 12,
        max_imports: 0,
        max_memory32_bytes: MEMORY_BYTES,
        max_table_elements: 64,
        memory64_enabled: false,
        memory_max_size_required: true,
        min_funcs: 1,
        multi_value_enabled: true,
        reference_types_enabled: false,
        relaxed_simd_enabled: false,
        saturating_float_to_int_enabled: true,
        sign_extension_ops_enabled: true,
        simd_enabled: false,
        tail_call_enabled: false,
        threads_enabled: false,
        wide_arithmetic_enabled: false,
        ..Config::default()
    }
}

/// A module made of random bytes; nothing when there are too few.
pub fn generated(random: &mut Unstructured<'_>) -> Option<Vec<u8>> {
    let mut module = Module::new(config(), random).ok()?;
    module.ensure_termination(TURNS).ok()?;
    Some(module.to_bytes())
}

/// Calls of some of a module's functions. There may be fewer random bytes than it takes: then the
/// arguments are 0.
pub fn invocations(module: &[u8], random: &mut Unstructured<'_>) -> Vec<Invocation> {
    let functions = exports(module).into_iter().filter(|export| export.kind == ExternalKind::Func);
    let call = |function: &str| {
        let (parameters, _) = signature(module, function).expect("a function of numbers");
        let arguments = parameters.iter().map(|parameter| argument(*parameter, random)).collect();
        Invocation { function: function.to_owned(), arguments }
    };
    functions.map(|export| export.name).take(CALLS).map(call).collect()
}

/// An argument; every other one is small, as addresses and amounts are, and an integer.
fn argument(value_type: ValueType, random: &mut Unstructured<'_>) -> Value {
    let small = random.arbitrary().unwrap_or(true);
    let number: u64 = random.arbitrary().unwrap_or(0);
    let number = if small { number % 32 } else { number };
    match value_type {
        ValueType::I32 => Value::I32(number as u32),
        ValueType::I64 => Value::I64(number),
        ValueType::F32 if small => Value::F32((number as f32).to_bits()),
        ValueType::F64 if small => Value::F64((number as f64).to_bits()),
        ValueType::F32 => Value::F32(number as u32),
        ValueType::F64 => Value::F64(number),
    }
}
