//! Memory that is reserved for what a module has besides its linear memory: tables that are more than called
//! through, and passive segments. It lies at the top of what the machine has, above all pages that the
//! module's memory can have, so that no access of the module reaches it. What one of them has there is a word
//! with its length, and then its elements, a word each, or its bytes.
//!
//! A reference is a word. That of a function is its number among those that any reference is to, from 1 on;
//! what a host knows as 0 or null is 0.

use std::collections::{BTreeMap, BTreeSet};

use super::indices::{FunctionIndex, TableIndex};

/// The bytes of a word.
pub(super) const WORD: u32 = 4;

/// Something that may lie in reserved memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Store {
    Table(TableIndex),
    /// The element segment of this index.
    Elements(u32),
    /// The data segment of this index.
    Data(u32),
}

/// Where something lies, and how long it is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place {
    /// The address of its length.
    pub(crate) address: u32,
    /// Its length when the program begins, in elements or bytes.
    pub(crate) length: u32,
    /// Does an instruction change the length?
    pub(crate) changes: bool,
    /// The greatest length that it may have.
    pub(crate) most: u32,
}

impl Place {
    /// The address of its first element.
    pub(crate) fn first(self) -> u32 {
        self.address + WORD
    }
}

/// The reserved memory of a module.
#[derive(Debug, Default)]
pub(crate) struct Reserved {
    pub(super) places: BTreeMap<Store, Place>,
    /// The tables that instructions write.
    pub(super) written: BTreeSet<TableIndex>,
    /// The functions that references may be to, in order.
    pub(super) references: Vec<FunctionIndex>,
    /// How much is reserved, in whole pages.
    pub(crate) bytes: u64,
}

impl Reserved {
    /// Where something lies; nowhere when no function asks for it.
    pub(crate) fn place(&self, store: Store) -> Option<Place> {
        self.places.get(&store).copied()
    }

    /// Does any instruction write the table?
    pub(crate) fn is_written(&self, table: TableIndex) -> bool {
        self.written.contains(&table)
    }

    /// The functions that references may be to, the first one by the word 1.
    pub(crate) fn references(&self) -> &[FunctionIndex] {
        &self.references
    }

    /// The word of a reference.
    pub(crate) fn word(&self, function: Option<FunctionIndex>) -> u32 {
        let number = function.and_then(|function| self.references.binary_search(&function).ok());
        number.map_or(0, |number| u32::try_from(number + 1).expect("fewer than 2^32 functions"))
    }
}
