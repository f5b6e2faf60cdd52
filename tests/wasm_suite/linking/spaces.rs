//! The index spaces of a module, and what is in them: imports first, then what the module defines.

use wasmparser::{ExternalKind, Import, Payload, TypeRef};

use crate::modules::payloads;

/// An index space.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Space {
    Functions,
    Tables,
    Memories,
    Globals,
    Tags,
}

impl Space {
    pub const ALL: [Space; 5] =
        [Space::Functions, Space::Tables, Space::Memories, Space::Globals, Space::Tags];

    pub fn of_export(kind: ExternalKind) -> Self {
        match kind {
            ExternalKind::Func | ExternalKind::FuncExact => Space::Functions,
            ExternalKind::Table => Space::Tables,
            ExternalKind::Memory => Space::Memories,
            ExternalKind::Global => Space::Globals,
            ExternalKind::Tag => Space::Tags,
        }
    }

    pub fn of_type(of: TypeRef) -> Self {
        match of {
            TypeRef::Func(_) | TypeRef::FuncExact(_) => Space::Functions,
            TypeRef::Table(_) => Space::Tables,
            TypeRef::Memory(_) => Space::Memories,
            TypeRef::Global(_) => Space::Globals,
            TypeRef::Tag(_) => Space::Tags,
        }
    }

    pub fn of_import(import: &Import<'_>) -> Self {
        Space::of_type(import.ty)
    }
}

/// The imports of a module.
pub fn imports(module: &[u8]) -> Vec<Import<'_>> {
    let sections = payloads(module).filter_map(|payload| match payload {
        Payload::ImportSection(imports) => Some(imports),
        _ => None,
    });
    sections.flat_map(|imports| imports.into_imports().map_while(Result::ok)).collect()
}

/// The types of what a module defines, in the order of the module.
fn defined(module: &[u8]) -> Vec<TypeRef> {
    let mut types = Vec::new();
    for payload in payloads(module) {
        match payload {
            Payload::FunctionSection(all) => {
                types.extend(all.into_iter().flatten().map(TypeRef::Func));
            }
            Payload::TableSection(all) => {
                types.extend(all.into_iter().flatten().map(|one| TypeRef::Table(one.ty)));
            }
            Payload::MemorySection(all) => {
                types.extend(all.into_iter().flatten().map(TypeRef::Memory));
            }
            Payload::GlobalSection(all) => {
                types.extend(all.into_iter().flatten().map(|one| TypeRef::Global(one.ty)));
            }
            Payload::TagSection(all) => types.extend(all.into_iter().flatten().map(TypeRef::Tag)),
            _ => {}
        }
    }
    types
}

/// The types of what is in an index space.
pub fn types(module: &[u8], space: Space) -> Vec<TypeRef> {
    let imported = imports(module).into_iter().map(|import| import.ty);
    imported.chain(defined(module)).filter(|one| Space::of_type(*one) == space).collect()
}

/// How many types a module has.
pub fn number_of_types(module: &[u8]) -> u32 {
    let types = payloads(module).find_map(|payload| match payload {
        Payload::TypeSection(types) => Some(types),
        _ => None,
    });
    let groups = types.into_iter().flatten().map_while(Result::ok);
    groups.map(|group| u32::try_from(group.types().len()).unwrap()).sum()
}
