//! Modules taken apart and put together again, for tests that need others than they have.

use std::convert::Infallible;

use wasm_encoder::reencode::{Error, Reencode};
use wasm_encoder::{
    CodeSection, DataCountSection, DataSection, ElementSection, ExportSection, FunctionSection,
    GlobalSection, ImportSection, MemorySection, Module, StartSection, TableSection, TagSection,
    TypeSection,
};
use wasmparser::{Export, Parser, Payload};

/// The sections of a module, as far as they can be read: not every module of a script is valid.
pub fn payloads(module: &[u8]) -> impl Iterator<Item = Payload<'_>> {
    Parser::new(0).parse_all(module).map_while(Result::ok)
}

/// Its exports.
pub fn exports(module: &[u8]) -> Vec<Export<'_>> {
    let sections = payloads(module).filter_map(|payload| match payload {
        Payload::ExportSection(exports) => Some(exports),
        _ => None,
    });
    sections.flat_map(|exports| exports.into_iter().map_while(Result::ok)).collect()
}

/// The sections of a module that is being made. They are public, since who makes it adds what the definitions do not
/// say: imports, exports, segments, a start function.
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
    /// Adds the types of a module and what it defines, without segments.
    pub fn add_definitions<R: Reencode<Error = Infallible>>(
        &mut self,
        module: &[u8],
        with: &mut R,
    ) -> Result<(), Error<Infallible>> {
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
                Payload::CodeSectionEntry(body) => {
                    with.parse_function_body(&mut self.code, body)?;
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
        module.section(&self.elements);
        if !self.data.is_empty() {
            module.section(&DataCountSection { count: self.data.len() });
        }
        module.section(&self.code).section(&self.data);
        module.finish()
    }
}
