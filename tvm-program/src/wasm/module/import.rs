//! Imports of a module, against what the modules of the host have. What these have under the name must be of the
//! kind and of the type that is wanted. What they have not is provided: a global that is 0 or null, a memory of
//! zeros, a table of nulls, as large as the module asks; functions are looked for where they are called.

use wasmparser::{FuncType, GlobalType, MemoryType, RefType, TableType, ValType};

use super::host::{HostLimits, Hosts};
use super::types::{SignatureText, number_type, value_type};
use crate::excerpt::excerpt;
use crate::wasm::error::CompileError;
use crate::{Value, ValueType};

/// The module that opcodes and the input are imported from. It has functions only.
pub(crate) const MACHINE: &str = "tvm";

/// Checks an imported function.
pub(crate) fn function(
    hosts: Hosts<'_>,
    module: &str,
    name: &str,
    wanted: &FuncType,
) -> Result<(), CompileError> {
    let equal = |these: &[ValType], those: &[ValueType]| {
        these.iter().map(|&one| number_type(one)).eq(those.iter().map(|&one| Some(one)))
    };
    let Some(found) = hosts.function(module, name) else {
        return unless_other(hosts, [module, name], "function", ());
    };
    if equal(wanted.params(), &found.parameters) && equal(wanted.results(), &found.results) {
        return Ok(());
    }
    Err(CompileError::Import {
        module: excerpt(module),
        name: excerpt(name),
        reason: format!("its type is {}, and that of the host is another", SignatureText(wanted)),
    })
}

/// Checks an imported tag. The host has none.
pub(crate) fn tag(hosts: Hosts<'_>, module: &str, name: &str) -> Result<(), CompileError> {
    unless_other(hosts, [module, name], "tag", ())
}

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
        None if module != MACHINE => unless_other(hosts, [module, name], "global", zero(wanted)),
        _ => Err(absent(module, name, "global")),
    }
}

/// What is provided for an import of this kind, unless the host has something of another kind under its name.
fn unless_other<T>(
    hosts: Hosts<'_>,
    [module, name]: [&str; 2],
    what: &str,
    provided: T,
) -> Result<T, CompileError> {
    match hosts.has(module, name) {
        true => Err(absent(module, name, what)),
        false => Ok(provided),
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
    match hosts.memory(module, name) {
        Some(found) => limits(found, (wanted.initial, wanted.maximum), [module, name], "memory"),
        None => provided(hosts, (wanted.initial, wanted.maximum), [module, name], "memory"),
    }
}

/// The limits of an imported table.
pub(crate) fn table(
    hosts: Hosts<'_>,
    module: &str,
    name: &str,
    wanted: TableType,
) -> Result<HostLimits, CompileError> {
    match hosts.table(module, name) {
        Some(_) if wanted.element_type != RefType::FUNCREF => Err(absent(module, name, "table")),
        Some(found) => limits(found, (wanted.initial, wanted.maximum), [module, name], "table"),
        None => provided(hosts, (wanted.initial, wanted.maximum), [module, name], "table"),
    }
}

/// Those of what the host has, if it is large enough and bounded as it must be.
fn limits(
    found: HostLimits,
    wanted: (u64, Option<u64>),
    [module, name]: [&str; 2],
    what: &str,
) -> Result<HostLimits, CompileError> {
    let (size, maximum) = (number(wanted.0), wanted.1.map(number));
    match fits(found, size, maximum) {
        true => Ok(found),
        false => Err(absent(module, name, what)),
    }
}

/// Those that are wanted, where the host has nothing of the name.
fn provided(
    hosts: Hosts<'_>,
    wanted: (u64, Option<u64>),
    [module, name]: [&str; 2],
    what: &str,
) -> Result<HostLimits, CompileError> {
    let limits = HostLimits { size: number(wanted.0), maximum: wanted.1.map(number) };
    match module {
        MACHINE => Err(absent(module, name, what)),
        _ => unless_other(hosts, [module, name], what, limits),
    }
}

fn number(of: u64) -> u32 {
    u32::try_from(of).unwrap_or(u32::MAX)
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
