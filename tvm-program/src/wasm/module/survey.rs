//! What the functions of a module do, whether they are reached or not: with its tables and segments, and so what has to
//! lie in reserved memory; whether they leave other than by returning.

use std::collections::{BTreeMap, BTreeSet};

use wasmparser::{FunctionBody, Operator};

use super::indices::{FunctionIndex, TableIndex};
use super::module::{Global, Module};
use super::reserved::{Place, Reserved, Store, WORD};
use super::types::{number_type, value_type};
use crate::Value;
use crate::limits::{GREATEST_MEMORY, GROWN_ELEMENTS, PAGE_BYTES};
use crate::wasm::error::CompileError;

/// What the functions of a module do.
#[derive(Default)]
pub(super) struct Survey {
    has_exits: bool,
    used: BTreeSet<Store>,
    written: BTreeSet<TableIndex>,
    changed: BTreeSet<Store>,
    references: BTreeSet<FunctionIndex>,
}

impl Survey {
    /// Reads a body, whether it is reached or not.
    pub(super) fn body(&mut self, body: &FunctionBody<'_>) -> Result<(), CompileError> {
        for operator in body.get_operators_reader()? {
            self.operator(&operator?);
        }
        Ok(())
    }

    fn operator(&mut self, operator: &Operator<'_>) {
        match *operator {
            Operator::RefFunc { function_index } => {
                self.references.insert(FunctionIndex(function_index));
            }
            Operator::TableGet { table } => self.uses(Store::Table(TableIndex(table))),
            Operator::TableSet { table } | Operator::TableFill { table } => self.writes(table),
            Operator::TableGrow { table } => {
                self.writes(table);
                self.changed.insert(Store::Table(TableIndex(table)));
            }
            Operator::TableCopy { dst_table, src_table } => {
                self.writes(dst_table);
                self.uses(Store::Table(TableIndex(src_table)));
            }
            Operator::TableInit { elem_index, table } => {
                self.writes(table);
                self.uses(Store::Elements(elem_index));
            }
            Operator::ElemDrop { elem_index } => self.changes(Store::Elements(elem_index)),
            Operator::MemoryInit { data_index, .. } => self.uses(Store::Data(data_index)),
            Operator::DataDrop { data_index } => self.changes(Store::Data(data_index)),
            Operator::Throw { .. }
            | Operator::ThrowRef
            | Operator::Rethrow { .. }
            | Operator::Try { .. }
            | Operator::TryTable { .. }
            | Operator::ReturnCall { .. }
            | Operator::ReturnCallIndirect { .. }
            | Operator::ReturnCallRef { .. } => self.has_exits = true,
            _ => {}
        }
    }

    fn uses(&mut self, store: Store) {
        self.used.insert(store);
    }

    fn writes(&mut self, table: u32) {
        self.written.insert(TableIndex(table));
        self.uses(Store::Table(TableIndex(table)));
    }

    fn changes(&mut self, store: Store) {
        self.changed.insert(store);
        self.uses(store);
    }

    /// Says what was found to the module: places what is used, and turns references into their words.
    pub(super) fn place(mut self, module: &mut Module<'_>) {
        module.has_exits = self.has_exits;
        self.references.extend(module.globals.iter().filter_map(global_function));
        for store in &self.used {
            match *store {
                Store::Table(table) => {
                    self.references.extend(module.tables[table.0 as usize].functions());
                }
                Store::Elements(index) => {
                    self.references.extend(module.elements[index as usize].iter().flatten());
                }
                Store::Data(_) => {}
            }
        }
        let lengths: Vec<_> = self.used.iter().map(|&store| self.length(module, store)).collect();
        let sizes = self.used.iter().zip(&lengths).map(|(store, &(_, most))| size(*store, most));
        let bytes = sizes.sum::<u64>().next_multiple_of(PAGE_BYTES.into());
        let mut places = BTreeMap::new();
        // If there is no room, the module is refused before anything asks for an address.
        let mut next = GREATEST_MEMORY.saturating_sub(bytes);
        for (&store, (length, most)) in self.used.iter().zip(lengths) {
            let address = u32::try_from(next).unwrap_or(u32::MAX);
            let changes = self.changed.contains(&store);
            places.insert(store, Place { address, length, changes, most });
            next += size(store, most);
        }
        let references = self.references.into_iter().collect();
        module.reserved = Reserved { places, written: self.written, references, bytes };
        for global in 0..module.globals.len() {
            if let Some(function) = global_function(&module.globals[global]) {
                let word = module.reserved.word(Some(function));
                module.globals[global].initial = Some(Value::I32(word));
            }
        }
    }

    /// The length at the beginning, and the greatest.
    fn length(&self, module: &Module<'_>, store: Store) -> (u32, u32) {
        let length = |length: usize| u32::try_from(length).expect("as long as a module at most");
        let length = match store {
            Store::Elements(index) => length(module.elements[index as usize].len()),
            Store::Data(index) => length(module.passive[index as usize].len()),
            Store::Table(index) => {
                let table = &module.tables[index.0 as usize];
                let most = match self.changed.contains(&store) {
                    true => table.maximum.unwrap_or(u32::MAX).min(GROWN_ELEMENTS),
                    false => 0,
                };
                return (table.size, most.max(table.size));
            }
        };
        (length, length)
    }
}

/// The bytes that something takes.
fn size(store: Store, most: u32) -> u64 {
    let (most, word) = (u64::from(most), u64::from(WORD));
    word + if matches!(store, Store::Data(_)) { most.next_multiple_of(word) } else { word * most }
}

/// The function that a global begins as a reference to. While a module is read, the initial value is its
/// index plus 1.
fn global_function(global: &Global) -> Option<FunctionIndex> {
    let is_reference =
        value_type(global.value_type).is_some() && number_type(global.value_type).is_none();
    match global.initial {
        Some(Value::I32(word)) if is_reference => word.checked_sub(1).map(FunctionIndex),
        _ => None,
    }
}

impl Module<'_> {
    /// What lies at a place when the program begins, without the zeros at its end.
    pub(crate) fn reserved_bytes(&self, store: Store, place: Place) -> Vec<u8> {
        let mut bytes = place.length.to_le_bytes().to_vec();
        let mut words = |functions: &mut dyn Iterator<Item = Option<FunctionIndex>>| {
            functions.for_each(|one| bytes.extend(self.reserved.word(one).to_le_bytes()));
        };
        match store {
            Store::Data(index) => bytes.extend(self.passive[index as usize]),
            Store::Elements(index) => words(&mut self.elements[index as usize].iter().copied()),
            Store::Table(index) => {
                let table = &self.tables[index.0 as usize];
                words(&mut (0..table.end()).map(|index| table.element(index)));
            }
        }
        bytes
    }
}
