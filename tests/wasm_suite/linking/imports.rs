//! Where the imports of instances come from: from other instances, from the module of the host that all scripts
//! may import from, or from nowhere.

use std::collections::HashMap;

use wasmparser::{Import, TypeRef};

use super::spaces::{Space, imports, types};
use super::subtypes::{Sizes, Typed, fits};
use crate::modules::exports;
use crate::script::{Instance, Names};
use crate::spectest::{SPECTEST, spectest_module};

/// Something in an index space of the instance that has it: what it defines, or imports from no other instance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Item {
    pub instance: usize,
    pub space: Space,
    pub index: u32,
}

/// What is known of an instance.
pub struct Known {
    /// What it imports, in the order of the module: other instances' items; nothing where it is no
    /// instance's.
    pub sources: Vec<(Space, Option<Item>)>,
    exports: HashMap<String, (Space, u32)>,
}

/// The instances of a script.
pub struct Resolver<'s> {
    instances: &'s [Instance],
    known: Vec<Known>,
    spectest: Vec<u8>,
}

impl<'s> Resolver<'s> {
    pub fn new(instances: &'s [Instance]) -> Self {
        let mut resolver = Resolver { instances, known: Vec::new(), spectest: spectest_module() };
        for instance in instances {
            let source = |import: &Import<'_>| {
                let item = instance
                    .registered
                    .get(import.module)
                    .and_then(|&exporter| resolver.exported(exporter, import.name));
                (Space::of_import(import), item)
            };
            let sources = imports(&instance.module).iter().map(source).collect();
            let exports = exports(&instance.module).into_iter().map(|export| {
                (export.name.to_owned(), (Space::of_export(export.kind), export.index))
            });
            let exports = exports.collect();
            resolver.known.push(Known { sources, exports });
        }
        resolver
    }

    pub fn known(&self, instance: usize) -> &Known {
        &self.known[instance]
    }

    /// What is at a place of an index space.
    pub fn item(&self, instance: usize, space: Space, index: u32) -> Item {
        let imported = self.known[instance].sources.iter().filter(|source| source.0 == space);
        let linked = imported.map(|source| source.1).nth(index as usize).flatten();
        linked.unwrap_or(Item { instance, space, index })
    }

    /// What is exported under a name.
    pub fn exported(&self, instance: usize, name: &str) -> Option<Item> {
        let &(space, index) = self.known[instance].exports.get(name)?;
        Some(self.item(instance, space, index))
    }

    /// A name under which its instance exports it.
    pub fn name(&self, item: Item) -> Option<&str> {
        let mut exports = self.known[item.instance].exports.iter();
        exports
            .find(|(_, export)| **export == (item.space, item.index))
            .map(|(name, _)| name.as_str())
    }

    /// The type of something, and the module whose types that is made of. That of an import from the host is the
    /// host's.
    fn typed(&self, item: Item) -> Typed<'_> {
        let module = self.instances[item.instance].module.as_slice();
        let of = types(module, item.space)[item.index as usize];
        let of_space = |import: &Import<'_>| Space::of_import(import) == item.space;
        let imports = imports(module);
        let import = imports.iter().filter(|import| of_space(import)).nth(item.index as usize);
        let of_host = import.filter(|import| import.module == SPECTEST);
        of_host.and_then(|import| self.of_host(import.name)).unwrap_or(Typed { module, of })
    }

    fn of_host(&self, name: &str) -> Option<Typed<'_>> {
        let exports = exports(&self.spectest);
        let export = exports.iter().find(|export| export.name == name)?;
        let all = types(&self.spectest, Space::of_export(export.kind));
        Some(Typed { module: &self.spectest, of: all[export.index as usize] })
    }

    /// What an import is given, if there is anything of its names.
    fn given(&self, registered: &Names, import: &Import<'_>) -> Option<Typed<'_>> {
        match registered.get(import.module) {
            Some(&exporter) => self.exported(exporter, import.name).map(|item| self.typed(item)),
            None if import.module == SPECTEST => self.of_host(import.name),
            None => None,
        }
    }

    /// The imports of a module that are not there, or of another type.
    pub fn missing<'m>(
        &self,
        module: &'m [u8],
        registered: &Names,
        sizes: Sizes,
    ) -> Vec<Missing<'m>> {
        let missing = |import: Import<'m>| {
            let given = self.given(registered, &import);
            let found =
                given.is_some_and(|given| fits(given, Typed { module, of: import.ty }, sizes));
            let of_host = given.is_some() && !registered.contains_key(import.module);
            (!found).then_some(Missing { import, of_host })
        };
        imports(module).into_iter().filter_map(missing).collect()
    }
}

/// An import that is not there, or of another type.
pub struct Missing<'m> {
    import: Import<'m>,
    /// Has the host something of its names?
    pub of_host: bool,
}

impl std::fmt::Display for Missing<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Import { module, name, ty } = &self.import;
        let what = match ty {
            TypeRef::Func(_) | TypeRef::FuncExact(_) => "function",
            TypeRef::Table(_) => "table",
            TypeRef::Memory(_) => "memory",
            TypeRef::Global(_) => "global",
            TypeRef::Tag(_) => "tag",
        };
        write!(formatter, "no {what} `{module}.{name}` of this type")
    }
}
