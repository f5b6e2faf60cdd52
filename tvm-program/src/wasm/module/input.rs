//! Where a program finds its input, and how many pages of memory it has with room for it.

use wasmparser::ValType;

use super::module::{Memory, Module, Segment};
use crate::Value;
use crate::limits::{GREATEST_MEMORY, INPUT_BYTES, PAGE_BYTES};
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
        Ok(base) if address + module.reserved.bytes < GREATEST_MEMORY => Ok(base),
        _ => Err(CompileError::NoRoomForInput { address }),
    }
}

fn global_addresses(module: &Module<'_>) -> impl Iterator<Item = u64> {
    module.globals.iter().filter_map(|global| match global.initial {
        Some(Value::I32(value))
            if global.value_type == ValType::I32 && u64::from(value) <= module.memory_bytes() =>
        {
            Some(value.into())
        }
        _ => None,
    })
}

/// How many pages memory has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Pages {
    /// When the program begins.
    pub(crate) initial: u32,
    /// When it has grown as far as it can.
    pub(crate) most: u32,
}

/// The pages of a program: the module's own, and where one reads input at least so many that
/// [`INPUT_BYTES`] and the 0 that ends them fit behind its base. What the module has as its maximum is
/// then at least that, too: a memory that is larger than its maximum could not even grow by nothing. There are
/// no more than `available`.
pub(crate) fn pages(own: Memory, base: Option<u32>, available: u32) -> Pages {
    let end = base.map_or(0, |base| u64::from(base) + u64::from(INPUT_BYTES) + 1);
    let needed = u32::try_from(end.div_ceil(PAGE_BYTES.into())).unwrap_or(available);
    let initial = own.pages.max(needed.min(available));
    let most = own.maximum.unwrap_or(available).min(available);
    Pages { initial, most: most.max(initial) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::GREATEST_PAGES;

    #[test]
    fn an_input_has_room_whatever_the_maximum_is() {
        let memory = |pages, maximum| Memory { pages, maximum };
        let found = |memory, base| {
            let Pages { initial, most } = pages(memory, base, GREATEST_PAGES);
            (initial, most)
        };
        assert_eq!(found(memory(1, Some(1)), None), (1, 1));
        assert_eq!(found(memory(1, Some(1)), Some(16)), (2, 2));
        assert_eq!(found(memory(1, Some(9)), Some(16)), (2, 9));
        assert_eq!(found(memory(3, None), Some(16)), (3, GREATEST_PAGES));
        // The last byte of the promised input, or only the 0 behind it, is in the next page.
        assert_eq!(found(memory(0, None), Some(65_535)).0, 2);
        assert_eq!(found(memory(0, None), Some(65_536)).0, 3);
        let Pages { initial, most } = pages(memory(1, Some(900)), Some(1 << 25), 800);
        assert_eq!((initial, most), (514, 800));
    }
}
