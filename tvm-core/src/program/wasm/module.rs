//! A validated module, decoded into what compiling it needs.

use std::collections::BTreeMap;
use std::fmt;

use wasmparser::{
    ConstExpr, Data, DataKind, ExternalKind, FuncType, FunctionBody, KnownCustom, Name, Operator,
    Parser, Payload, TypeRef, ValType, Validator, WasmFeatures,
};

use super::{CompileError, MEMORY_BYTES, PAGE_BYTES};

/// The index of a function in its module, imported ones first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct FunctionIndex(pub(super) u32);

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

/// A global: its type and initial value. Only an i32 has one here; any other can only be refused
/// where it is used.
#[derive(Clone, Copy)]
pub(super) enum Global {
    I32(u32),
    Other(ValType),
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
    types: Vec<FuncType>,
    functions: Vec<Function<'a>>,
    bodies: Vec<FunctionBody<'a>>,
    defined: Vec<u32>,
    names: BTreeMap<FunctionIndex, String>,
    pub(super) globals: Vec<Global>,
    pub(super) memory_pages: u32,
    pub(super) data: Vec<Segment<'a>>,
    pub(super) exported_functions: Vec<(&'a str, FunctionIndex)>,
    pub(super) exported_globals: Vec<(&'a str, u32)>,
    pub(super) start: Option<FunctionIndex>,
}

impl<'a> Module<'a> {
    /// Validates and decodes.
    pub(super) fn decode(bytes: &'a [u8]) -> Result<Self, CompileError> {
        let features = WasmFeatures::WASM1 | WasmFeatures::SIGN_EXTENSION;
        Validator::new_with_features(features).validate_all(bytes)?;
        let mut module = Module::default();
        for payload in Parser::new(0).parse_all(bytes) {
            module.section(payload?)?;
        }
        let defined = std::mem::take(&mut module.defined).into_iter();
        let bodies = std::mem::take(&mut module.bodies);
        for (type_index, body) in defined.zip(bodies) {
            module.add_function(type_index, Origin::Defined(body));
        }
        module.check_memory()?;
        Ok(module)
    }

    fn section(&mut self, payload: Payload<'a>) -> Result<(), CompileError> {
        match payload {
            Payload::TypeSection(reader) => {
                for function_type in reader.into_iter_err_on_gc_types() {
                    self.types.push(function_type?);
                }
            }
            Payload::ImportSection(reader) => {
                for import in reader.into_imports() {
                    let import = import?;
                    self.import(import.module, import.name, import.ty)?;
                }
            }
            Payload::FunctionSection(reader) => {
                for type_index in reader {
                    self.defined.push(type_index?);
                }
            }
            Payload::MemorySection(reader) => {
                for memory in reader {
                    let pages = memory?.initial;
                    self.memory_pages = u32::try_from(pages).expect("validated: at most 65536");
                }
            }
            Payload::GlobalSection(reader) => {
                for global in reader {
                    let global = global?;
                    self.globals.push(match global.ty.content_type {
                        ValType::I32 => Global::I32(constant(&global.init_expr, "a global")?),
                        other => Global::Other(other),
                    });
                }
            }
            Payload::ExportSection(reader) => {
                for export in reader {
                    let export = export?;
                    self.export(export.name, export.kind, export.index);
                }
            }
            Payload::StartSection { func, .. } => self.start = Some(FunctionIndex(func)),
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

    fn import(
        &mut self,
        module: &'a str,
        name: &'a str,
        imported: TypeRef,
    ) -> Result<(), CompileError> {
        let TypeRef::Func(type_index) = imported else {
            return Err(CompileError::Import {
                module: module.to_owned(),
                name: name.to_owned(),
                reason: "it is not a function".to_owned(),
            });
        };
        self.add_function(type_index, Origin::Imported { module, name });
        Ok(())
    }

    fn add_function(&mut self, type_index: u32, origin: Origin<'a>) {
        let signature = self.types[type_index as usize].clone();
        self.functions.push(Function { signature, origin });
    }

    fn export(&mut self, name: &'a str, kind: ExternalKind, index: u32) {
        match kind {
            ExternalKind::Func => self.exported_functions.push((name, FunctionIndex(index))),
            ExternalKind::Global => self.exported_globals.push((name, index)),
            _ => {}
        }
    }

    fn segment(&mut self, segment: Data<'a>) -> Result<(), CompileError> {
        if let DataKind::Active { offset_expr, .. } = &segment.kind {
            let address = constant(offset_expr, "the address of a data segment")?;
            self.data.push(Segment { address, bytes: segment.data });
        }
        Ok(())
    }

    /// The name section is a comment: what cannot be read of it is left out.
    fn function_names(&mut self, names: wasmparser::NameSectionReader<'a>) {
        for subsection in names {
            let Ok(Name::Function(map)) = subsection else { continue };
            for naming in map.into_iter().flatten() {
                self.names.insert(FunctionIndex(naming.index), naming.name.to_owned());
            }
        }
    }

    fn check_memory(&self) -> Result<(), CompileError> {
        if self.memory_bytes() > MEMORY_BYTES {
            return Err(CompileError::MemoryTooLarge { bytes: self.memory_bytes() });
        }
        for segment in &self.data {
            if segment.end() > self.memory_bytes() {
                return Err(CompileError::DataOutsideMemory {
                    address: segment.address.into(),
                    length: segment.bytes.len() as u64,
                });
            }
        }
        Ok(())
    }

    /// The bytes of the initial pages.
    pub(super) fn memory_bytes(&self) -> u64 {
        u64::from(self.memory_pages) * PAGE_BYTES
    }

    /// The function with this index.
    pub(super) fn function(&self, index: FunctionIndex) -> &Function<'a> {
        &self.functions[index.0 as usize]
    }

    /// The function as an error names it.
    pub(super) fn function_name(&self, index: FunctionIndex) -> String {
        match self.names.get(&index) {
            Some(name) => format!("`{name}` (index {})", index.0),
            None => format!("{}", index.0),
        }
    }

    /// The exported i32 global of this name.
    pub(super) fn exported_i32(&self, name: &str) -> Option<u32> {
        let (_, index) = self.exported_globals.iter().find(|(exported, _)| *exported == name)?;
        match self.globals[*index as usize] {
            Global::I32(value) => Some(value),
            Global::Other(_) => None,
        }
    }
}

/// The value of an initialiser that is a single `i32.const`.
fn constant(expression: &ConstExpr<'_>, what: &'static str) -> Result<u32, CompileError> {
    let mut operators = expression.get_operators_reader();
    let offset = operators.original_position();
    match operators.read()? {
        Operator::I32Const { value } => Ok(value.cast_unsigned()),
        _ => Err(CompileError::NotConstant { what, offset }),
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
