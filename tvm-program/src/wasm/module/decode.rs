//! From the bytes of a module to a [`Module`]: validated by wasmparser, section by section.

use std::collections::{BTreeMap, HashMap};

use wasmparser::types::{CoreTypeId, TypesRef};
use wasmparser::{
    CompositeInnerType, Data, DataKind, ExternalKind, FunctionBody, Import, KnownCustom, Name,
    Parser, Payload, TableInit, TableType, TypeRef, ValType,
};

use super::host::{HostLimits, Hosts};
use super::import;
use super::indices::{FunctionIndex, TypeIndex};
use super::initial::{self, ActiveElements};
use super::module::{Function, Global, Memory, Module, Origin, Segment, Table, Tag, Type};
use super::survey::Survey;
use super::types::value_type;
use super::validate::validate;
use crate::Value;
use crate::limits::TABLE_ELEMENTS;
use crate::wasm::error::CompileError;

/// The name that compilers of C give the global that points to the end of their stack.
const STACK_POINTER: &str = "__stack_pointer";

/// A module being read.
struct Decoder<'a, 'h> {
    module: Module<'a>,
    hosts: Hosts<'h>,
    bodies: Vec<FunctionBody<'a>>,
    defined: Vec<u32>,
    elements: Vec<ActiveElements>,
    /// The imported tags by their names.
    imported_tags: HashMap<(&'a str, &'a str), u32>,
}

/// Validates and decodes.
pub(crate) fn decode<'a>(bytes: &'a [u8], hosts: Hosts<'_>) -> Result<Module<'a>, CompileError> {
    let types = validate(bytes)?;
    let mut decoder = Decoder {
        module: Module::default(),
        hosts,
        bodies: Vec::new(),
        defined: Vec::new(),
        elements: Vec::new(),
        imported_tags: HashMap::new(),
    };
    decoder.module.types = module_types(types.as_ref());
    for payload in Parser::new(0).parse_all(bytes) {
        decoder.section(payload?)?;
    }
    decoder.finish()
}

/// The types of a module. Which of them are equal is the validator's to say: two types of equal
/// structure are different ones when they are declared in different groups.
fn module_types(types: TypesRef<'_>) -> Vec<Type> {
    let mut first: HashMap<CoreTypeId, TypeIndex> = HashMap::new();
    let of = |index| {
        let id = types.core_type_at_in_module(index);
        let canonical = *first.entry(id).or_insert(TypeIndex(index));
        let supertype = types.supertype_of(id).and_then(|supertype| first.get(&supertype).copied());
        let function = match &types[id].composite_type.inner {
            CompositeInnerType::Func(function) => Some(function.clone()),
            _ => None,
        };
        Type { function, canonical, supertype }
    };
    (0..types.core_type_count_in_module()).map(of).collect()
}

impl<'a> Decoder<'a, '_> {
    fn section(&mut self, payload: Payload<'a>) -> Result<(), CompileError> {
        match payload {
            Payload::ImportSection(reader) => {
                for import in reader.into_imports() {
                    self.import(import?);
                }
            }
            Payload::FunctionSection(reader) => {
                for type_index in reader {
                    self.defined.push(type_index?);
                }
            }
            Payload::TableSection(reader) => {
                for table in reader {
                    self.table(&table?)?;
                }
            }
            Payload::MemorySection(reader) => {
                for memory in reader {
                    let memory = memory?;
                    self.module.memory = Some(Memory {
                        pages: page_number(memory.initial),
                        maximum: memory.maximum.map(page_number),
                    });
                }
            }
            other => self.later_section(other)?,
        }
        Ok(())
    }

    /// The sections behind the memory.
    fn later_section(&mut self, payload: Payload<'a>) -> Result<(), CompileError> {
        match payload {
            Payload::TagSection(reader) => {
                for tag in reader {
                    self.add_tag(tag?.func_type_idx, None);
                }
            }
            Payload::GlobalSection(reader) => {
                for global in reader {
                    let global = global?;
                    let initial = initial::global(&global, &self.module)?;
                    self.add_global(global.ty.content_type, initial);
                }
            }
            Payload::ExportSection(reader) => {
                for export in reader {
                    let export = export?;
                    self.export(export.name, export.kind, export.index);
                }
            }
            Payload::StartSection { func, .. } => self.module.start = Some(FunctionIndex(func)),
            Payload::ElementSection(reader) => {
                for segment in reader {
                    let (passive, active) = initial::elements(segment?, &self.module)?;
                    self.module.elements.push(passive);
                    self.elements.extend(active);
                }
            }
            Payload::CodeSectionEntry(body) => self.bodies.push(body),
            Payload::DataSection(reader) => {
                for segment in reader {
                    self.segment(segment?)?;
                }
            }
            Payload::CustomSection(reader) => {
                if let KnownCustom::Name(names) = reader.as_known() {
                    self.names(names);
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// Reads an import. A function that the host has not is looked for only where it is called.
    fn import(&mut self, import: Import<'a>) {
        let Import { module, name, ty } = import;
        match ty {
            TypeRef::Func(type_index) => {
                let wanted = self.module.signature(TypeIndex(type_index));
                let found = import::function(self.hosts, module, name, wanted);
                self.or_lacks(found);
                self.add_function(type_index, Origin::Imported { module, name });
            }
            TypeRef::Global(wanted) => {
                let found = import::global(self.hosts, module, name, wanted);
                let value = self.or_lacks(found).unwrap_or_else(|| import::zero(wanted));
                self.add_global(wanted.content_type, value);
            }
            TypeRef::Memory(wanted) => {
                let found = import::memory(self.hosts, module, name, wanted);
                let limits = self.or_lacks(found).unwrap_or(NO_LIMITS);
                self.module.memory = Some(Memory { pages: limits.size, maximum: limits.maximum });
            }
            TypeRef::Table(wanted) => {
                let found = import::table(self.hosts, module, name, wanted);
                let limits = self.or_lacks(found).unwrap_or(NO_LIMITS);
                self.add_table(wanted, limits, None);
            }
            TypeRef::Tag(tag) => {
                let found = import::tag(self.hosts, module, name);
                self.or_lacks(found);
                self.add_tag(tag.func_type_idx, Some((module, name)));
            }
            TypeRef::FuncExact(_) => {
                self.module.lacks.push(import::absent(module, name, "function"));
            }
        }
    }

    /// What was found. If it was not, the module lacks it, and is read on for what else it does.
    fn or_lacks<T>(&mut self, found: Result<T, CompileError>) -> Option<T> {
        found.map_err(|lacking| self.module.lacks.push(lacking)).ok()
    }

    fn add_function(&mut self, type_index: u32, origin: Origin<'a>) {
        self.module.functions.push(Function { type_index: TypeIndex(type_index), origin });
    }

    /// Adds a global. One of a type that is refused takes no word.
    fn add_global(&mut self, of: ValType, initial: Option<Value>) {
        let word = self.module.global_words;
        self.module.globals.push(Global { value_type: of, initial, word });
        self.module.global_words += value_type(of).map_or(0, |known| u32::from(known.words()));
    }

    /// Adds a tag. Imports of the same name are the same tag; nobody else knows it.
    fn add_tag(&mut self, type_index: u32, import: Option<(&'a str, &'a str)>) {
        let own = u32::try_from(self.module.tags.len()).expect("a module has fewer than 2^32 tags");
        let identity = import.map_or(own, |name| *self.imported_tags.entry(name).or_insert(own));
        self.module.tags.push(Tag { type_index: TypeIndex(type_index), identity });
    }

    fn table(&mut self, table: &wasmparser::Table<'_>) -> Result<(), CompileError> {
        let size = element_number(table.ty.initial);
        let maximum = table.ty.maximum.map(|most| u32::try_from(most).unwrap_or(u32::MAX));
        let others = match &table.init {
            TableInit::RefNull => None,
            TableInit::Expr(expression) => initial::filling(expression, &self.module)?,
        };
        self.add_table(table.ty, HostLimits { size, maximum }, others);
        let filled = self.module.tables.iter().filter(|one| one.others.is_some());
        let (size, most) = (filled.map(|one| u64::from(one.size)).sum(), TABLE_ELEMENTS);
        match size > u64::from(most) {
            true => Err(CompileError::FilledTablesTooLarge { size, most }),
            false => Ok(()),
        }
    }

    fn add_table(&mut self, wanted: TableType, limits: HostLimits, others: Option<FunctionIndex>) {
        self.module.tables.push(Table {
            element_type: ValType::Ref(wanted.element_type),
            size: limits.size,
            maximum: limits.maximum,
            others,
            elements: BTreeMap::new(),
        });
    }

    fn export(&mut self, name: &'a str, kind: ExternalKind, index: u32) {
        match kind {
            ExternalKind::Func => {
                self.module.export_function(name, FunctionIndex(index));
            }
            ExternalKind::Global => {
                self.module.exported_globals.push((name, index));
                self.global_name(name, index);
            }
            _ => {}
        }
    }

    fn segment(&mut self, segment: Data<'a>) -> Result<(), CompileError> {
        match &segment.kind {
            DataKind::Active { offset_expr, .. } => {
                let what = "the address of a data segment";
                let address = initial::address(offset_expr, what, &self.module)?;
                self.module.data.push(Segment { address, bytes: segment.data });
                self.module.passive.push(&[]);
            }
            DataKind::Passive => self.module.passive.push(segment.data),
        }
        Ok(())
    }

    /// The name section is a comment: what cannot be read of it is left out.
    fn names(&mut self, names: wasmparser::NameSectionReader<'a>) {
        for subsection in names {
            match subsection {
                Ok(Name::Function(map)) => {
                    for naming in map.into_iter().flatten() {
                        let name = naming.name.to_owned();
                        self.module.names.insert(FunctionIndex(naming.index), name);
                    }
                }
                Ok(Name::Global(map)) => {
                    map.into_iter().flatten().for_each(|one| self.global_name(one.name, one.index));
                }
                _ => {}
            }
        }
    }

    fn global_name(&mut self, name: &str, index: u32) {
        if name == STACK_POINTER {
            self.module.stack_pointer = Some(index);
        }
    }

    fn finish(mut self) -> Result<Module<'a>, CompileError> {
        let defined = std::mem::take(&mut self.defined).into_iter();
        let bodies = std::mem::take(&mut self.bodies);
        let mut survey = Survey::default();
        for body in &bodies {
            survey.body(body)?;
        }
        for (type_index, body) in defined.zip(bodies) {
            self.add_function(type_index, Origin::Defined(body));
        }
        for elements in std::mem::take(&mut self.elements) {
            elements.write(&mut self.module)?;
        }
        survey.place(&mut self.module);
        check_memory(&self.module)?;
        Ok(self.module)
    }
}

/// Those of an import that is not there.
const NO_LIMITS: HostLimits = HostLimits { size: 0, maximum: None };

fn page_number(pages: u64) -> u32 {
    u32::try_from(pages).expect("validated: at most 65536 pages")
}

fn element_number(elements: u64) -> u32 {
    u32::try_from(elements).expect("validated: at most ten million elements")
}

fn check_memory(module: &Module<'_>) -> Result<(), CompileError> {
    for segment in &module.data {
        if segment.end() > module.memory_bytes() {
            return Err(CompileError::DataOutsideMemory {
                address: segment.address.into(),
                length: segment.bytes.len() as u64,
            });
        }
    }
    Ok(())
}
