//! A validated module as compiling sees it: functions, globals with their words, tables with their
//! elements, memory and data. `decode` fills it.

use std::collections::BTreeMap;
use std::fmt;

use wasmparser::{FuncType, FunctionBody, ValType};

use super::PAGE_BYTES;
use super::value::Value;

/// The index of a function in its module, imported ones first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct FunctionIndex(pub(super) u32);

/// The index of a table in its module, imported ones first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct TableIndex(pub(super) u32);

/// The index of a function type in its module. Equal types have several; the first one stands for
/// them where types are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct TypeIndex(pub(super) u32);

/// Where a function comes from.
pub(super) enum Origin<'a> {
    Imported { module: &'a str, name: &'a str },
    Defined(FunctionBody<'a>),
}

/// A function of the module.
pub(super) struct Function<'a> {
    pub(super) signature: FuncType,
    pub(super) origin: Origin<'a>,
}

/// A global.
#[derive(Clone, Copy)]
pub(super) struct Global {
    pub(super) value_type: ValType,
    /// Its initial value; none of a type that can only be refused where the global is used.
    pub(super) initial: Option<Value>,
    /// The machine's global that is its first word.
    pub(super) word: u32,
}

/// A table: its elements as instantiation leaves them, null where there is none.
pub(super) struct Table {
    pub(super) elements: Vec<Option<FunctionIndex>>,
}

/// The memory.
#[derive(Clone, Copy)]
pub(super) struct Memory {
    pub(super) pages: u32,
    pub(super) maximum: Option<u32>,
}

/// An active data segment.
pub(super) struct Segment<'a> {
    pub(super) address: u32,
    pub(super) bytes: &'a [u8],
}

impl Segment<'_> {
    /// The address behind its last byte.
    pub(super) fn end(&self) -> u64 {
        u64::from(self.address) + self.bytes.len() as u64
    }
}

/// A validated module.
#[derive(Default)]
pub(super) struct Module<'a> {
    pub(super) types: Vec<FuncType>,
    pub(super) functions: Vec<Function<'a>>,
    pub(super) names: BTreeMap<FunctionIndex, String>,
    pub(super) globals: Vec<Global>,
    pub(super) tables: Vec<Table>,
    pub(super) memory: Option<Memory>,
    pub(super) data: Vec<Segment<'a>>,
    pub(super) exported_functions: Vec<(&'a str, FunctionIndex)>,
    pub(super) exported_globals: Vec<(&'a str, u32)>,
    pub(super) start: Option<FunctionIndex>,
}

impl<'a> Module<'a> {
    /// The bytes of the initial pages.
    pub(super) fn memory_bytes(&self) -> u64 {
        u64::from(self.memory.map_or(0, |memory| memory.pages)) * PAGE_BYTES
    }

    /// The function with this index.
    pub(super) fn function(&self, index: FunctionIndex) -> &Function<'a> {
        &self.functions[index.0 as usize]
    }

    /// The function exported under this name.
    pub(super) fn exported_function(&self, name: &str) -> Option<FunctionIndex> {
        let found = self.exported_functions.iter().find(|(exported, _)| *exported == name)?;
        Some(found.1)
    }

    /// The function as an error names it.
    pub(super) fn function_name(&self, index: FunctionIndex) -> String {
        match self.names.get(&index) {
            Some(name) => format!("`{name}` (index {})", index.0),
            None => format!("{}", index.0),
        }
    }

    /// The function as people know it: by its name, else by that of an export, else by its index.
    pub(super) fn display_name(&self, index: FunctionIndex) -> String {
        let exported = || self.exported_functions.iter().find(|(_, function)| *function == index);
        match self.names.get(&index) {
            Some(name) => name.clone(),
            None => match exported() {
                Some((name, _)) => (*name).to_owned(),
                None => format!("function {}", index.0),
            },
        }
    }

    /// The function type with this index.
    pub(super) fn signature(&self, index: TypeIndex) -> &FuncType {
        &self.types[index.0 as usize]
    }

    /// The first type that equals the one with this index.
    pub(super) fn canonical(&self, index: TypeIndex) -> TypeIndex {
        let wanted = self.signature(index);
        let first = (0..).zip(&self.types).find(|(_, one)| *one == wanted);
        first.map_or(index, |(first, _)| TypeIndex(first))
    }

    /// The exported i32 global of this name.
    pub(super) fn exported_i32(&self, name: &str) -> Option<u32> {
        let (_, index) = self.exported_globals.iter().find(|(exported, _)| *exported == name)?;
        match self.globals[*index as usize].initial {
            Some(Value::I32(value)) => Some(value),
            _ => None,
        }
    }
}

/// A function type as the text format writes it, shortly: `(i32 i32) -> (i32)`.
pub(super) struct SignatureText<'f>(pub(super) &'f FuncType);

impl fmt::Display for SignatureText<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let list =
            |types: &[ValType]| types.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
        write!(formatter, "({}) -> ({})", list(self.0.params()), list(self.0.results()))
    }
}
