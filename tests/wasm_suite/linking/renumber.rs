//! New indices for everything in modules that become one.

use std::collections::BTreeMap;
use std::convert::Infallible;

use wasm_encoder::reencode::{Error, Reencode, utils};
use wasm_encoder::{ConstExpr, TableSection};
use wasmparser::{Import, Operator, TableInit};

use super::imports::{Item, Resolver};
use super::spaces::{Space, imports, types};
use crate::script::Instance;

/// The new indices of everything in a module.
#[derive(Default)]
pub struct Renumbered {
    pub first_type: u32,
    pub first_elements: u32,
    pub first_data: u32,
    pub spaces: BTreeMap<Space, Vec<u32>>,
    /// The initial values of the globals that are defined so far, by their new indices.
    pub initial: BTreeMap<u32, ConstExpr>,
}

type Renumbering = Result<u32, Error<Infallible>>;

impl Renumbered {
    fn number(&self, space: Space, index: u32) -> Renumbering {
        Ok(self.spaces[&space][index as usize])
    }
}

impl Reencode for Renumbered {
    type Error = Infallible;

    fn type_index(&mut self, index: u32) -> Renumbering {
        Ok(self.first_type + index)
    }

    fn function_index(&mut self, index: u32) -> Renumbering {
        self.number(Space::Functions, index)
    }

    fn table_index(&mut self, index: u32) -> Renumbering {
        self.number(Space::Tables, index)
    }

    fn memory_index(&mut self, index: u32) -> Renumbering {
        self.number(Space::Memories, index)
    }

    fn global_index(&mut self, index: u32) -> Renumbering {
        self.number(Space::Globals, index)
    }

    fn tag_index(&mut self, index: u32) -> Renumbering {
        self.number(Space::Tags, index)
    }

    fn element_index(&mut self, index: u32) -> Renumbering {
        Ok(self.first_elements + index)
    }

    fn data_index(&mut self, index: u32) -> Renumbering {
        Ok(self.first_data + index)
    }

    /// What a table is filled with may be an imported global, which is defined behind the tables now. So it is that
    /// global's initial value.
    fn parse_table(
        &mut self,
        tables: &mut TableSection,
        table: wasmparser::Table<'_>,
    ) -> Result<(), Error<Infallible>> {
        if let TableInit::Expr(expression) = &table.init
            && let Ok(Operator::GlobalGet { global_index }) =
                expression.get_operators_reader().read()
            && let Some(initial) =
                self.initial.get(&self.number(Space::Globals, global_index)?).cloned()
        {
            tables.table_with_init(self.table_type(table.ty)?, &initial);
            return Ok(());
        }
        utils::parse_table(self, tables, table)
    }
}

/// Numbers for everything that instances have, imports first.
pub struct Numbers<'m> {
    pub of: BTreeMap<Item, u32>,
    pub next: BTreeMap<Space, u32>,
    /// The imports that are left, each of an instance.
    pub imports: Vec<(usize, Import<'m>)>,
}

impl<'m> Numbers<'m> {
    pub fn of(resolver: &Resolver<'_>, instances: &'m [Instance], members: &[usize]) -> Self {
        let mut numbers =
            Numbers { of: BTreeMap::new(), next: BTreeMap::new(), imports: Vec::new() };
        for &member in members {
            let mut indices: BTreeMap<Space, u32> = BTreeMap::new();
            let sources = &resolver.known(member).sources;
            for (import, &(space, source)) in
                imports(&instances[member].module).into_iter().zip(sources)
            {
                let index = indices.entry(space).or_default();
                if source.is_none_or(|item| !members.contains(&item.instance)) {
                    let item = Item { instance: member, space, index: *index };
                    numbers.import(item, import);
                }
                *index += 1;
            }
        }
        for &member in members {
            for space in Space::ALL {
                let all = types(&instances[member].module, space).len();
                let sources = &resolver.known(member).sources;
                let imported = sources.iter().filter(|source| source.0 == space).count();
                for index in imported..all {
                    let index = u32::try_from(index).expect("few things");
                    numbers.add(Item { instance: member, space, index });
                }
            }
        }
        numbers
    }

    fn add(&mut self, item: Item) {
        let next = self.next.entry(item.space).or_default();
        self.of.insert(item, *next);
        *next += 1;
    }

    /// Leaves an import. What is not a function or a constant is shared by all that import it.
    fn import(&mut self, item: Item, import: Import<'m>) {
        let shared = matches!(item.space, Space::Tables | Space::Memories);
        let same = |(_, known): &(usize, Import<'_>)| {
            (known.module, known.name, Space::of_import(known))
                == (import.module, import.name, item.space)
        };
        match self.imports.iter().position(same).filter(|_| shared) {
            Some(first) => {
                let before = self.imports[..first].iter();
                let number = before.filter(|one| Space::of_import(&one.1) == item.space).count();
                self.of.insert(item, u32::try_from(number).expect("few imports"));
            }
            None => {
                self.add(item);
                self.imports.push((item.instance, import));
            }
        }
    }

    /// The new indices of everything in the module of a member.
    pub fn renumbered(
        &self,
        resolver: &Resolver<'_>,
        member: usize,
        module: &[u8],
        first_type: u32,
    ) -> Renumbered {
        let mut spaces: BTreeMap<Space, Vec<u32>> = BTreeMap::new();
        for space in Space::ALL {
            let number = |index: u32| {
                let own = Item { instance: member, space, index };
                let item = resolver.item(member, space, index);
                // An import from an instance that is elsewhere is left.
                *self.of.get(&item).unwrap_or_else(|| &self.of[&own])
            };
            let all = types(module, space);
            spaces.insert(space, (0..).zip(all).map(|(index, _)| number(index)).collect());
        }
        Renumbered { first_type, spaces, ..Renumbered::default() }
    }
}
