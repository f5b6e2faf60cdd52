//! Imports of a module that are there before it runs: globals, memories, tables of the host.

use wasmparser::{GlobalType, MemoryType, TableType};

use super::host::{HostLimits, Hosts};
use super::module::Memory;
use super::types::number_type;
use crate::Value;
use crate::excerpt::excerpt;
use crate::wasm::error::CompileError;

/// The value of an imported global.
pub(crate) fn global(
    hosts: Hosts<'_>,
    module: &str,
    name: &str,
    wanted: GlobalType,
) -> Result<Value, CompileError> {
    let value = hosts.global(module, name).filter(|value| fits_global(*value, wanted));
    value.ok_or_else(|| absent(module, name, "global"))
}

/// An imported memory.
pub(crate) fn memory(
    hosts: Hosts<'_>,
    module: &str,
    name: &str,
    wanted: MemoryType,
) -> Result<Memory, CompileError> {
    let found = hosts.memory(module, name).filter(|one| fit(*one, wanted.initial, wanted.maximum));
    let limits = found.ok_or_else(|| absent(module, name, "memory"))?;
    Ok(Memory { pages: limits.size, maximum: limits.maximum })
}

/// The size of an imported table.
pub(crate) fn table(
    hosts: Hosts<'_>,
    module: &str,
    name: &str,
    wanted: TableType,
) -> Result<u32, CompileError> {
    let found = hosts.table(module, name).filter(|one| fit(*one, wanted.initial, wanted.maximum));
    Ok(found.ok_or_else(|| absent(module, name, "table"))?.size)
}

/// The error of an import that is not there.
pub(crate) fn absent(module: &str, name: &str, what: &str) -> CompileError {
    CompileError::Import {
        module: excerpt(module),
        name: excerpt(name),
        reason: format!("there is no such {what}"),
    }
}

fn fits_global(value: Value, wanted: GlobalType) -> bool {
    !wanted.mutable && number_type(wanted.content_type) == Some(value.value_type())
}

/// Is what the host has at least as large as it must be, and bounded as it must be?
fn fit(found: HostLimits, size: u64, maximum: Option<u64>) -> bool {
    let bounded = maximum
        .is_none_or(|wanted| found.maximum.is_some_and(|maximum| u64::from(maximum) <= wanted));
    u64::from(found.size) >= size && bounded
}
