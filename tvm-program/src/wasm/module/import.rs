//! Imports of a module that are there before it runs: globals, memories, tables. What no module of the host has
//! is provided: a global that is 0 or null, a memory of zeros, a table of nulls, as large as the module asks.

use wasmparser::{GlobalType, MemoryType, TableType};

use super::host::{HostLimits, Hosts};
use super::types::{number_type, value_type};
use crate::excerpt::excerpt;
use crate::wasm::error::CompileError;
use crate::{Value, ValueType};

/// The module that opcodes and the input are imported from. It has functions only.
pub(crate) const MACHINE: &str = "tvm";

/// The value of an imported global; none of a type that is refused where the global is used.
pub(crate) fn global(
    hosts: Hosts<'_>,
    module: &str,
    name: &str,
    wanted: GlobalType,
) -> Result<Option<Value>, CompileError> {
    match hosts.global(module, name) {
        Some(value) if number_type(wanted.content_type) == Some(value.value_type()) => {
            Ok(Some(value))
        }
        None if module != MACHINE => Ok(zero(wanted)),
        _ => Err(absent(module, name, "global")),
    }
}

/// The 0 of a type.
pub(crate) fn zero(of: GlobalType) -> Option<Value> {
    value_type(of.content_type).map(|value_type| match value_type {
        ValueType::I32 => Value::I32(0),
        ValueType::I64 => Value::I64(0),
        ValueType::F32 => Value::F32(0),
        ValueType::F64 => Value::F64(0),
    })
}

/// The limits of an imported memory.
pub(crate) fn memory(
    hosts: Hosts<'_>,
    module: &str,
    name: &str,
    wanted: MemoryType,
) -> Result<HostLimits, CompileError> {
    let found = hosts.memory(module, name);
    limits(found, (wanted.initial, wanted.maximum), [module, name], "memory")
}

/// The limits of an imported table.
pub(crate) fn table(
    hosts: Hosts<'_>,
    module: &str,
    name: &str,
    wanted: TableType,
) -> Result<HostLimits, CompileError> {
    let found = hosts.table(module, name);
    limits(found, (wanted.initial, wanted.maximum), [module, name], "table")
}

/// Those of what the host has, if it is large enough and bounded as it must be; where it has nothing of the
/// name, those that are wanted.
fn limits(
    found: Option<HostLimits>,
    (size, maximum): (u64, Option<u64>),
    [module, name]: [&str; 2],
    what: &str,
) -> Result<HostLimits, CompileError> {
    let number = |one: u64| u32::try_from(one).unwrap_or(u32::MAX);
    let (size, maximum) = (number(size), maximum.map(number));
    match found {
        Some(found) if fits(found, size, maximum) => Ok(found),
        None if module != MACHINE => Ok(HostLimits { size, maximum }),
        _ => Err(absent(module, name, what)),
    }
}

/// The error of an import that is not there.
pub(crate) fn absent(module: &str, name: &str, what: &str) -> CompileError {
    CompileError::Import {
        module: excerpt(module),
        name: excerpt(name),
        reason: format!("there is no such {what}"),
    }
}

/// Is what the host has at least as large as it must be, and bounded as it must be?
fn fits(found: HostLimits, size: u32, maximum: Option<u32>) -> bool {
    let bounded =
        maximum.is_none_or(|wanted| found.maximum.is_some_and(|maximum| maximum <= wanted));
    found.size >= size && bounded
}
