//! Where a program finds its input, and the pages of memory that it needs for it.

use super::module::{Module, Segment};
use crate::Value;
use crate::limits::{GREATEST_MEMORY, GREATEST_PAGES, INPUT_BYTES, PAGE_BYTES};
use crate::wasm::error::CompileError;

/// The address of the input: behind everything that the module itself keeps in memory. Without a
/// `__heap_base` every initial value of a global that is an address counts as occupied, since a
/// stack that grows downwards begins at one.
pub(crate) fn base(module: &Module<'_>) -> Result<u32, CompileError> {
    const ALIGNMENT: u64 = 16;
    let data_end = module.data.iter().map(Segment::end).max().unwrap_or(0);
    let occupied = match module.exported_i32("__heap_base") {
        Some(heap_base) => data_end.max(u64::from(heap_base)),
        None => global_addresses(module).fold(data_end, u64::max),
    };
    let address = occupied.next_multiple_of(ALIGNMENT);
    match u32::try_from(address) {
        Ok(base) if address < GREATEST_MEMORY => Ok(base),
        _ => Err(CompileError::NoRoomForInput { address }),
    }
}

fn global_addresses(module: &Module<'_>) -> impl Iterator<Item = u64> {
    module.globals.iter().filter_map(|global| match global.initial {
        Some(Value::I32(value)) if u64::from(value) <= module.memory_bytes() => Some(value.into()),
        _ => None,
    })
}

/// The pages that memory begins with: the module's own, and for a program that reads input at
/// least so many that an input of [`INPUT_BYTES`] fits behind its base, with the 0 that ends it.
pub(crate) fn pages(own: u32, base: Option<u32>) -> u32 {
    let end = base.map_or(0, |base| u64::from(base) + u64::from(INPUT_BYTES) + 1);
    let needed = u32::try_from(end.div_ceil(PAGE_BYTES.into())).unwrap_or(GREATEST_PAGES);
    own.max(needed.min(GREATEST_PAGES))
}
