//! Two modules made into one, for scripts in which a module imports from another that was
//! instantiated before: the machine runs one module at a time.
//!
//! The new module has everything that both have, the exporting module's first. What the importing
//! one imported from it is the exporting one's own. Segments are copied in the order in which the
//! two would have been instantiated.

use std::collections::BTreeSet;
use std::convert::Infallible;

use wasm_encoder::reencode::{Error, Reencode};
use wasmparser::{ExternalKind, FunctionBody, Import, Operator, Payload, TypeRef};

use crate::modules::{Sections, exports, imports, payloads};

/// The names of the modules that a module imports from.
pub fn imported_modules(module: &[u8]) -> BTreeSet<String> {
    imports(module).into_iter().map(|import| import.module.to_owned()).collect()
}

/// Imports a module only functions from the module of this name?
pub fn imports_functions_only(module: &[u8], name: &str) -> bool {
    let from = imports(module).into_iter().filter(|import| import.module == name);
    from.map(|import| imported_kind(&import)).all(|kind| kind == ExternalKind::Func)
}

/// Does a body write a table, or drop a segment?
fn writes_tables(body: &FunctionBody<'_>) -> bool {
    let operators = body.get_operators_reader().into_iter().flatten();
    operators.map_while(Result::ok).any(|operator| {
        matches!(
            operator,
            Operator::TableSet { .. }
                | Operator::TableGrow { .. }
                | Operator::TableFill { .. }
                | Operator::TableCopy { .. }
                | Operator::TableInit { .. }
                | Operator::ElemDrop { .. }
                | Operator::DataDrop { .. }
        )
    })
}

/// Can a call leave anything behind: has the module a memory, a global that changes, or a table that does?
pub fn has_state(module: &[u8]) -> bool {
    let imported = |import: &Import<'_>| match import.ty {
        TypeRef::Memory(_) => true,
        TypeRef::Global(global) => global.mutable,
        _ => false,
    };
    imports(module).iter().any(imported)
        || payloads(module).any(|payload| match payload {
            Payload::MemorySection(memories) => memories.count() > 0,
            Payload::CodeSectionEntry(body) => writes_tables(&body),
            Payload::GlobalSection(globals) => {
                globals.into_iter().any(|global| global.is_ok_and(|global| global.ty.mutable))
            }
            _ => false,
        })
}

/// The index spaces.
const SPACES: usize = 5;

fn space(kind: ExternalKind) -> usize {
    match kind {
        ExternalKind::Func => 0,
        ExternalKind::Table => 1,
        ExternalKind::Memory => 2,
        ExternalKind::Global => 3,
        ExternalKind::Tag => 4,
        other => panic!("{other:?} is not of WebAssembly 1.0"),
    }
}

fn imported_kind(import: &Import<'_>) -> ExternalKind {
    match import.ty {
        TypeRef::Func(_) => ExternalKind::Func,
        TypeRef::Table(_) => ExternalKind::Table,
        TypeRef::Memory(_) => ExternalKind::Memory,
        TypeRef::Global(_) => ExternalKind::Global,
        TypeRef::Tag(_) => ExternalKind::Tag,
        other => panic!("{other:?} is not of WebAssembly 1.0"),
    }
}

/// How many things a module defines, by index space.
fn defined(module: &[u8]) -> [u32; SPACES] {
    let mut numbers = [0; SPACES];
    for payload in payloads(module) {
        match payload {
            Payload::FunctionSection(functions) => numbers[0] = functions.count(),
            Payload::TableSection(tables) => numbers[1] = tables.count(),
            Payload::MemorySection(memories) => numbers[2] = memories.count(),
            Payload::GlobalSection(globals) => numbers[3] = globals.count(),
            Payload::TagSection(tags) => numbers[4] = tags.count(),
            _ => {}
        }
    }
    numbers
}

fn number_of_types(module: &[u8]) -> u32 {
    let types = payloads(module).find_map(|payload| match payload {
        Payload::TypeSection(types) => Some(types),
        _ => None,
    });
    let groups = types.into_iter().flatten().map_while(Result::ok);
    groups.map(|group| u32::try_from(group.types().len()).unwrap()).sum()
}

/// The new indices of everything in a module.
#[derive(Default)]
struct Renumbered {
    first_type: u32,
    spaces: [Vec<u32>; SPACES],
}

type Renumbering = Result<u32, Error<Infallible>>;

impl Reencode for Renumbered {
    type Error = Infallible;

    fn type_index(&mut self, index: u32) -> Renumbering {
        Ok(self.first_type + index)
    }

    fn function_index(&mut self, index: u32) -> Renumbering {
        Ok(self.spaces[0][index as usize])
    }

    fn table_index(&mut self, index: u32) -> Renumbering {
        Ok(self.spaces[1][index as usize])
    }

    fn memory_index(&mut self, index: u32) -> Renumbering {
        Ok(self.spaces[2][index as usize])
    }

    fn global_index(&mut self, index: u32) -> Renumbering {
        Ok(self.spaces[3][index as usize])
    }

    fn tag_index(&mut self, index: u32) -> Renumbering {
        Ok(self.spaces[4][index as usize])
    }
}

/// New indices for both modules: what is imported from elsewhere comes first.
fn renumber(exporting: &[u8], name: &str, importing: &[u8]) -> [Renumbered; 2] {
    let mut next = [0_u32; SPACES];
    let mut number = |space: usize| {
        next[space] += 1;
        next[space] - 1
    };
    let mut first = Renumbered::default();
    let mut second = Renumbered { first_type: number_of_types(exporting), ..Renumbered::default() };
    for import in imports(exporting) {
        let space = space(imported_kind(&import));
        first.spaces[space].push(number(space));
    }
    // The exporting module's own things are numbered behind what the importing one imports from
    // elsewhere, so these are counted first.
    let (linked, free): (Vec<_>, Vec<_>) =
        imports(importing).into_iter().partition(|import| import.module == name);
    let mut from_elsewhere: [Vec<u32>; SPACES] = Default::default();
    for import in &free {
        let space = space(imported_kind(import));
        from_elsewhere[space].push(number(space));
    }
    for (space, count) in defined(exporting).into_iter().enumerate() {
        first.spaces[space].extend((0..count).map(|_| number(space)));
    }
    let exported = |import: &Import<'_>| {
        let exports = exports(exporting);
        let found = exports.iter().find(|export| export.name == import.name);
        let export = found.unwrap_or_else(|| panic!("{name} exports no {}", import.name));
        first.spaces[space(export.kind)][export.index as usize]
    };
    let mut from_elsewhere = from_elsewhere.map(Vec::into_iter);
    for import in imports(importing) {
        let space = space(imported_kind(&import));
        let index = match linked.contains(&import) {
            true => exported(&import),
            false => from_elsewhere[space].next().expect("each was given a number"),
        };
        second.spaces[space].push(index);
    }
    for (space, count) in defined(importing).into_iter().enumerate() {
        second.spaces[space].extend((0..count).map(|_| number(space)));
    }
    [first, second]
}

/// One module of the module of this name and one that imports from it.
pub fn merge(exporting: &[u8], name: &str, importing: &[u8]) -> Vec<u8> {
    let [mut first, mut second] = renumber(exporting, name, importing);
    let mut sections = Sections::default();
    sections.add(exporting, None, &mut first).expect("the module is valid");
    sections.add(importing, Some(name), &mut second).expect("the module is valid");
    sections.finish()
}
