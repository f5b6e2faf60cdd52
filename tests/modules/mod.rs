//! Modules taken apart and put together again, for tests that need others than they have.

use std::convert::Infallible;

use wasm_encoder::reencode::{Error, Reencode};
use wasm_encoder::{
    CodeSection, DataSection, ElementSection, ExportSection, FunctionSection, GlobalSection,
    ImportSection, MemorySection, Module, StartSection, TableSection, TagSection, TypeSection,
};
use wasmparser::{Export, Import, Parser, Payload};

/// The sections of a module, as far as they can be read: not every module of a script is valid.
pub fn payloads(module: &[u8]) -> impl Iterator<Item = Payload<'_>> {
    Parser::new(0).parse_all(module).map_while(Result::ok)
}

/// Its imports.
pub fn imports(module: &[u8]) -> Vec<Import<'_>> {
    let sections = payloads(module).filter_map(|payload| match payload {
        Payload::ImportSection(imports) => Some(imports),
        _ => None,
    });
    sections.flat_map(|imports| imports.into_imports().map_while(Result::ok)).collect()
}

/// Its exports.
pub fn exports(module: &[u8]) -> Vec<Export<'_>> {
    let sections = payloads(module).filter_map(|payload| match payload {
        Payload::ExportSection(exports) => Some(exports),
        _ => None,
    });
    sections.flat_map(|exports| exports.into_iter().map_while(Result::ok)).collect()
}

/// The sections of a module that is being made.
#[derive(Default)]
pub struct Sections {
    pub types: TypeSection,
    pub imports: ImportSection,
    pub functions: FunctionSection,
    pub tables: TableSection,
    pub memories: MemorySection,
    pub tags: TagSection,
    pub globals: GlobalSection,
    pub exports: ExportSection,
    pub elements: ElementSection,
    pub code: CodeSection,
    pub data: DataSection,
    pub start: Option<StartSection>,
}

impl Sections {
    /// Adds what a module has, with other indices, except for what it imports from the module of this name.
    pub fn add<R: Reencode<Error = Infallible>>(
        &mut self,
        module: &[u8],
        linked: Option<&str>,
        with: &mut R,
    ) -> Result<(), Error<Infallible>> {
        for import in imports(module) {
            if Some(import.module) != linked {
                with.parse_import(&mut self.imports, import)?;
            }
        }
        for payload in payloads(module) {
            match payload {
                Payload::TypeSection(types) => with.parse_type_section(&mut self.types, types)?,
                Payload::FunctionSection(functions) => {
                    with.parse_function_section(&mut self.functions, functions)?;
                }
                Payload::TableSection(tables) => {
                    with.parse_table_section(&mut self.tables, tables)?;
                }
                Payload::MemorySection(memories) => {
                    with.parse_memory_section(&mut self.memories, memories)?;
                }
                Payload::TagSection(tags) => with.parse_tag_section(&mut self.tags, tags)?,
                Payload::GlobalSection(globals) => {
                    with.parse_global_section(&mut self.globals, globals)?;
                }
                Payload::ExportSection(exports) => {
                    with.parse_export_section(&mut self.exports, exports)?;
                }
                Payload::ElementSection(elements) => {
                    with.parse_element_section(&mut self.elements, elements)?;
                }
                Payload::CodeSectionEntry(body) => {
                    with.parse_function_body(&mut self.code, body)?;
                }
                Payload::DataSection(data) => with.parse_data_section(&mut self.data, data)?,
                Payload::StartSection { func, .. } => {
                    assert!(self.start.is_none(), "a module has one start function");
                    let function_index = with.function_index(func)?;
                    self.start = Some(StartSection { function_index });
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// The module.
    pub fn finish(self) -> Vec<u8> {
        let mut module = Module::new();
        module
            .section(&self.types)
            .section(&self.imports)
            .section(&self.functions)
            .section(&self.tables)
            .section(&self.memories);
        if !self.tags.is_empty() {
            module.section(&self.tags);
        }
        module.section(&self.globals).section(&self.exports);
        if let Some(start) = &self.start {
            module.section(start);
        }
        module.section(&self.elements).section(&self.code).section(&self.data);
        module.finish()
    }
}
