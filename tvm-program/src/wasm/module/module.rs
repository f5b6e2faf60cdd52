//! A validated module as compiling sees it: functions, globals with their words, tables with their
//! elements, memory and data. `decode` fills it.

use std::collections::{BTreeMap, BTreeSet};

use wasmparser::{FuncType, FunctionBody, ValType};

use super::indices::{FunctionIndex, TableIndex, TypeIndex};
use super::reserved::Reserved;
use super::types::value_type;
use crate::Value;
use crate::excerpt::{excerpt, shortened};
use crate::limits::{GREATEST_PAGES, PAGE_BYTES};
use crate::wasm::error::CompileError;

/// Where a function comes from.
pub(crate) enum Origin<'a> {
    Imported { module: &'a str, name: &'a str },
    Defined(FunctionBody<'a>),
}

/// A function of the module.
pub(crate) struct Function<'a> {
    pub(crate) type_index: TypeIndex,
    pub(crate) origin: Origin<'a>,
}

/// A global.
#[derive(Clone, Copy)]
pub(crate) struct Global {
    pub(crate) value_type: ValType,
    /// Its initial value; none of a type that can only be refused where the global is used.
    pub(crate) initial: Option<Value>,
    /// The machine's global that is its first word.
    pub(crate) word: u32,
}

/// A table as instantiation leaves it. A few bytes can declare ten million elements.
pub(crate) struct Table {
    pub(crate) element_type: ValType,
    pub(crate) size: u32,
    pub(crate) maximum: Option<u32>,
    /// What the elements are that no segment says.
    pub(crate) others: Option<FunctionIndex>,
    /// Those that a segment says; null may be among them.
    pub(crate) elements: BTreeMap<u32, Option<FunctionIndex>>,
}

impl Table {
    /// The element with this index, unless it is null.
    pub(crate) fn element(&self, index: u32) -> Option<FunctionIndex> {
        self.elements.get(&index).copied().unwrap_or(self.others)
    }

    /// The functions among the elements.
    pub(crate) fn functions(&self) -> impl Iterator<Item = FunctionIndex> {
        self.elements.values().copied().chain([self.others]).flatten()
    }

    /// The index behind the last element that is not null.
    pub(crate) fn end(&self) -> u32 {
        match self.others {
            Some(_) => self.size,
            None => self.elements.last_key_value().map_or(0, |(last, _)| last + 1),
        }
    }
}

/// A tag: what kind of exception it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Tag {
    /// The type whose parameters an exception carries.
    pub(crate) type_index: TypeIndex,
    /// The first tag that it is the same as: an import may have several indices.
    pub(crate) identity: u32,
}

/// The memory.
#[derive(Clone, Copy)]
pub(crate) struct Memory {
    pub(crate) pages: u32,
    pub(crate) maximum: Option<u32>,
}

/// An active data segment.
pub(crate) struct Segment<'a> {
    pub(crate) address: u32,
    pub(crate) bytes: &'a [u8],
}

impl Segment<'_> {
    /// The address behind its last byte.
    pub(crate) fn end(&self) -> u64 {
        u64::from(self.address) + self.bytes.len() as u64
    }
}

/// A type of the module.
pub(crate) struct Type {
    /// The function type; none of a type of another kind, which only unreachable code can use.
    pub(crate) function: Option<FuncType>,
    /// The first type that equals it.
    pub(crate) canonical: TypeIndex,
    /// The canonical type that it is declared to be a subtype of.
    pub(crate) supertype: Option<TypeIndex>,
}

/// A validated module.
#[derive(Default)]
pub(crate) struct Module<'a> {
    pub(crate) types: Vec<Type>,
    pub(crate) functions: Vec<Function<'a>>,
    pub(crate) names: BTreeMap<FunctionIndex, String>,
    /// The global that a compiler of C names as its stack pointer.
    pub(crate) stack_pointer: Option<u32>,
    pub(crate) globals: Vec<Global>,
    pub(crate) tables: Vec<Table>,
    pub(crate) tags: Vec<Tag>,
    /// How many of the machine's globals those of the module are.
    pub(crate) global_words: u32,
    pub(crate) memory: Option<Memory>,
    pub(crate) data: Vec<Segment<'a>>,
    /// The bytes of each data segment, if it is passive; else none.
    pub(crate) passive: Vec<&'a [u8]>,
    /// The elements of each element segment, if it is passive; else none.
    pub(crate) elements: Vec<Vec<Option<FunctionIndex>>>,
    pub(crate) reserved: Reserved,
    exported_functions: BTreeMap<&'a str, FunctionIndex>,
    /// The first name under which a function is exported.
    export_names: BTreeMap<FunctionIndex, &'a str>,
    pub(crate) exported_globals: Vec<(&'a str, u32)>,
    pub(crate) start: Option<FunctionIndex>,
    /// Has a function exceptions or tail calls of its own, whether it is reached or not?
    pub(crate) has_exits: bool,
    /// Imports that are not there, other than functions.
    pub(crate) lacks: Vec<CompileError>,
}

impl<'a> Module<'a> {
    /// The bytes of the initial pages.
    pub(crate) fn memory_bytes(&self) -> u64 {
        u64::from(self.memory.map_or(0, |memory| memory.pages)) * u64::from(PAGE_BYTES)
    }

    /// The functions that calls through a table lead to, by number: its elements, or, if instructions write it,
    /// null and all that references may be to.
    pub(crate) fn callees(&self, table: TableIndex) -> Vec<Option<FunctionIndex>> {
        if self.reserved.is_written(table) {
            return self.referred();
        }
        let table = &self.tables[table.0 as usize];
        (0..table.size).map(|index| table.element(index)).collect()
    }

    /// Null, and the functions that references may be to, by number.
    pub(crate) fn referred(&self) -> Vec<Option<FunctionIndex>> {
        let references = self.reserved.references().iter().copied().map(Some);
        std::iter::once(None).chain(references).collect()
    }

    /// The functions that calls through a table lead to. A table may have ten million elements, and few of them
    /// are different.
    pub(crate) fn distinct_callees(&self, table: TableIndex) -> BTreeSet<FunctionIndex> {
        if self.reserved.is_written(table) {
            return self.reserved.references().iter().copied().collect();
        }
        let table = &self.tables[table.0 as usize];
        table.functions().collect()
    }

    /// The pages that its memory can have beside what is reserved.
    pub(crate) fn available_pages(&self) -> u32 {
        let reserved = self.reserved.bytes / u64::from(PAGE_BYTES);
        GREATEST_PAGES.saturating_sub(u32::try_from(reserved).unwrap_or(GREATEST_PAGES))
    }

    /// Adds an export of a function.
    pub(crate) fn export_function(&mut self, name: &'a str, function: FunctionIndex) {
        self.exported_functions.insert(name, function);
        self.export_names.entry(function).or_insert(name);
    }

    /// The exported functions, by name.
    pub(crate) fn exports(&self) -> impl Iterator<Item = (&'a str, FunctionIndex)> {
        self.exported_functions.iter().map(|(&name, &function)| (name, function))
    }

    /// The imported functions, in order.
    pub(crate) fn imports(&self) -> impl Iterator<Item = (&'a str, &'a str, FunctionIndex)> {
        let imported = |(index, function): (u32, &Function<'a>)| match function.origin {
            Origin::Imported { module, name } => Some((module, name, FunctionIndex(index))),
            Origin::Defined(_) => None,
        };
        (0..).zip(&self.functions).map_while(imported)
    }

    /// The function with this index.
    pub(crate) fn function(&self, index: FunctionIndex) -> &Function<'a> {
        &self.functions[index.0 as usize]
    }

    /// Is it a function of the module, and no import?
    pub(crate) fn is_defined(&self, index: FunctionIndex) -> bool {
        matches!(self.function(index).origin, Origin::Defined(_))
    }

    /// The type of a function.
    pub(crate) fn type_of(&self, index: FunctionIndex) -> &FuncType {
        self.signature(self.function(index).type_index)
    }

    /// What an exception with this tag carries.
    pub(crate) fn payload(&self, tag: u32) -> &[ValType] {
        self.signature(self.tags[tag as usize].type_index).params()
    }

    /// The words that an exception with this tag carries. A value that the machine has not counts as one.
    pub(crate) fn payload_words(&self, tag: u32) -> u32 {
        let of = |one: &ValType| value_type(*one).map_or(1, |known| u32::from(known.words()));
        self.payload(tag).iter().map(of).sum()
    }

    /// The words of the exception that carries most.
    pub(crate) fn widest_payload(&self) -> u32 {
        let tags = (0..).zip(&self.tags);
        tags.map(|(tag, _)| self.payload_words(tag)).max().unwrap_or(0)
    }

    /// The function exported under this name.
    pub(crate) fn exported_function(&self, name: &str) -> Option<FunctionIndex> {
        self.exported_functions.get(name).copied()
    }

    /// The function as an error names it.
    pub(crate) fn function_name(&self, index: FunctionIndex) -> String {
        match self.names.get(&index) {
            Some(name) => format!("`{}` (index {})", excerpt(name), index.0),
            None => format!("{}", index.0),
        }
    }

    /// The function as people know it: by its name, else by that of an export, else by its index. The
    /// name is not escaped.
    pub(crate) fn display_name(&self, index: FunctionIndex) -> String {
        let name = self.names.get(&index).map(String::as_str);
        match name.or_else(|| self.export_names.get(&index).copied()) {
            // What clang makes of a `main` without parameters.
            Some("__original_main" | "__main_void") => "main".to_owned(),
            Some(name) => shortened(name),
            None => format!("function {}", index.0),
        }
    }

    /// The function type with this index.
    pub(crate) fn signature(&self, index: TypeIndex) -> &FuncType {
        let function = self.types[index.0 as usize].function.as_ref();
        function.expect("validated: functions and calls have function types")
    }

    /// The first type that equals the one with this index.
    pub(crate) fn canonical(&self, index: TypeIndex) -> TypeIndex {
        self.types[index.0 as usize].canonical
    }

    /// Can a function be called by a canonical type: is its type equal, or declared a subtype?
    pub(crate) fn is_callable_as(&self, index: FunctionIndex, wanted: TypeIndex) -> bool {
        self.callable_types(index).any(|found| found == wanted)
    }

    /// The canonical types by which a function can be called.
    pub(crate) fn callable_types(&self, index: FunctionIndex) -> impl Iterator<Item = TypeIndex> {
        let own = self.canonical(self.function(index).type_index);
        std::iter::successors(Some(own), |found| self.types[found.0 as usize].supertype)
    }

    /// The exported i32 global of this name.
    pub(crate) fn exported_i32(&self, name: &str) -> Option<u32> {
        let (_, index) = self.exported_globals.iter().find(|(exported, _)| *exported == name)?;
        match self.globals[*index as usize].initial {
            Some(Value::I32(value)) => Some(value),
            _ => None,
        }
    }
}
