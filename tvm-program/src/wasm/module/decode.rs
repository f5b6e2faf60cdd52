//! From the bytes of a module to a [`Module`]: validated by wasmparser, section by section.

use std::collections::BTreeMap;

use wasmparser::{
    Data, DataKind, ExternalKind, FunctionBody, Import, KnownCustom, Name, Parser, Payload,
    TypeRef, ValType,
};

use super::host::Hosts;
use super::import;
use super::initial::{self, ActiveElements};
use super::module::{
    Function, FunctionIndex, Global, Memory, Module, Origin, Segment, Table, TypeIndex,
};
use super::validate::validate;
use crate::wasm::error::CompileError;
use crate::{Value, ValueType};

/// A module being read.
struct Decoder<'a, 'h> {
    module: Module<'a>,
    hosts: Hosts<'h>,
    bodies: Vec<FunctionBody<'a>>,
    defined: Vec<u32>,
    elements: Vec<ActiveElements>,
    global_words: u32,
}

/// Validates and decodes.
pub(crate) fn decode<'a>(bytes: &'a [u8], hosts: Hosts<'_>) -> Result<Module<'a>, CompileError> {
    validate(bytes)?;
    let mut decoder = Decoder {
        module: Module::default(),
        hosts,
        bodies: Vec::new(),
        defined: Vec::new(),
        elements: Vec::new(),
        global_words: 0,
    };
    for payload in Parser::new(0).parse_all(bytes) {
        decoder.section(payload?)?;
    }
    decoder.finish()
}

impl<'a> Decoder<'a, '_> {
    fn section(&mut self, payload: Payload<'a>) -> Result<(), CompileError> {
        match payload {
            Payload::TypeSection(reader) => {
                for function_type in reader.into_iter_err_on_gc_types() {
                    self.module.add_type(function_type?);
                }
            }
            Payload::ImportSection(reader) => {
                for import in reader.into_imports() {
                    self.import(import?)?;
                }
            }
            Payload::FunctionSection(reader) => {
                for type_index in reader {
                    self.defined.push(type_index?);
                }
            }
            Payload::TableSection(reader) => {
                for table in reader {
                    self.add_table(element_number(table?.ty.initial));
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
                    self.elements.extend(initial::active_elements(segment?, &self.module)?);
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
                    self.function_names(names);
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// Reads an import. A function is looked for only where it is called.
    fn import(&mut self, import: Import<'a>) -> Result<(), CompileError> {
        let Import { module, name, ty } = import;
        match ty {
            TypeRef::Func(type_index) => {
                self.add_function(type_index, Origin::Imported { module, name });
            }
            TypeRef::Global(wanted) => {
                let value = import::global(self.hosts, module, name, wanted)?;
                self.add_global(wanted.content_type, Some(value));
            }
            TypeRef::Memory(wanted) => {
                self.module.memory = Some(import::memory(self.hosts, module, name, wanted)?);
            }
            TypeRef::Table(wanted) => {
                self.add_table(import::table(self.hosts, module, name, wanted)?);
            }
            TypeRef::Tag(_) | TypeRef::FuncExact(_) => {
                return Err(import::absent(module, name, "thing"));
            }
        }
        Ok(())
    }

    fn add_function(&mut self, type_index: u32, origin: Origin<'a>) {
        self.module.functions.push(Function { type_index: TypeIndex(type_index), origin });
    }

    /// Adds a global. One of a type that is refused takes no word.
    fn add_global(&mut self, value_type: ValType, initial: Option<Value>) {
        self.module.globals.push(Global { value_type, initial, word: self.global_words });
        self.global_words += ValueType::of(value_type).map_or(0, |known| known.words().into());
    }

    fn add_table(&mut self, size: u32) {
        self.module.tables.push(Table { size, elements: BTreeMap::new() });
    }

    fn export(&mut self, name: &'a str, kind: ExternalKind, index: u32) {
        match kind {
            ExternalKind::Func => {
                self.module.export_function(name, FunctionIndex(index));
            }
            ExternalKind::Global => self.module.exported_globals.push((name, index)),
            _ => {}
        }
    }

    fn segment(&mut self, segment: Data<'a>) -> Result<(), CompileError> {
        if let DataKind::Active { offset_expr, .. } = &segment.kind {
            let what = "the address of a data segment";
            let address = initial::address(offset_expr, what, &self.module)?;
            self.module.data.push(Segment { address, bytes: segment.data });
        }
        Ok(())
    }

    /// The name section is a comment: what cannot be read of it is left out.
    fn function_names(&mut self, names: wasmparser::NameSectionReader<'a>) {
        for subsection in names {
            let Ok(Name::Function(map)) = subsection else { continue };
            for naming in map.into_iter().flatten() {
                self.module.names.insert(FunctionIndex(naming.index), naming.name.to_owned());
            }
        }
    }

    fn finish(mut self) -> Result<Module<'a>, CompileError> {
        let defined = std::mem::take(&mut self.defined).into_iter();
        let bodies = std::mem::take(&mut self.bodies);
        for (type_index, body) in defined.zip(bodies) {
            self.add_function(type_index, Origin::Defined(body));
        }
        for elements in std::mem::take(&mut self.elements) {
            elements.write(&mut self.module)?;
        }
        check_memory(&self.module)?;
        Ok(self.module)
    }
}

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
