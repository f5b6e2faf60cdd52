//! What stands for the imports of a module that are not opcodes: functions without effect, constant
//! globals, an empty table, a memory. The official tests of WebAssembly import such a module, and
//! the operators that are routines import their traps this way.

use std::collections::BTreeMap;

use crate::{Value, ValueType};

/// A module of the host: what a compiled module can import by its name.
#[derive(Debug, Clone, Default)]
pub struct HostModule {
    name: String,
    functions: BTreeMap<String, HostFunction>,
    globals: BTreeMap<String, Value>,
    tables: BTreeMap<String, HostLimits>,
    memories: BTreeMap<String, HostLimits>,
}

/// A function of the host.
#[derive(Debug, Clone)]
pub(crate) struct HostFunction {
    pub(crate) parameters: Vec<ValueType>,
    pub(crate) results: Vec<ValueType>,
    pub(crate) body: HostBody,
}

/// What a function of the host does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum HostBody {
    /// Drops its arguments.
    Discard,
    /// Traps by the opcode of this name.
    Trap(&'static str),
    /// Calls the routine of this name.
    Routine(&'static str),
    /// Is these opcodes, one after the other.
    Opcodes(&'static [&'static str]),
    /// Sees the words of its arguments as values of other types: no instruction at all.
    Retype,
}

/// The size of a table in elements or of a memory in pages, and the most it may grow to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct HostLimits {
    pub(crate) size: u32,
    pub(crate) maximum: Option<u32>,
}

impl HostModule {
    /// A module of this name that has nothing yet.
    pub fn new(name: &str) -> Self {
        HostModule { name: name.to_owned(), ..HostModule::default() }
    }

    /// Adds a function that drops its arguments and gives nothing.
    #[must_use]
    pub fn with_function(self, name: &str, parameters: &[ValueType]) -> Self {
        self.with_body(name, parameters, &[], HostBody::Discard)
    }

    /// Adds a function with a body.
    pub(crate) fn with_body(
        mut self,
        name: &str,
        parameters: &[ValueType],
        results: &[ValueType],
        body: HostBody,
    ) -> Self {
        let (parameters, results) = (parameters.to_vec(), results.to_vec());
        self.functions.insert(name.to_owned(), HostFunction { parameters, results, body });
        self
    }

    /// Adds a global that never changes.
    #[must_use]
    pub fn with_global(mut self, name: &str, value: Value) -> Self {
        self.globals.insert(name.to_owned(), value);
        self
    }

    /// Adds a table of this many references to functions, all null, that may grow to the maximum.
    #[must_use]
    pub fn with_table(mut self, name: &str, size: u32, maximum: Option<u32>) -> Self {
        self.tables.insert(name.to_owned(), HostLimits { size, maximum });
        self
    }

    /// Adds a memory of this many pages of 65,536 bytes that may grow to the maximum.
    #[must_use]
    pub fn with_memory(mut self, name: &str, pages: u32, maximum: Option<u32>) -> Self {
        self.memories.insert(name.to_owned(), HostLimits { size: pages, maximum });
        self
    }
}

/// Everything a compiled module can import by the names of a module and a thing in it.
#[derive(Clone, Copy)]
pub(crate) struct Hosts<'h>(pub(crate) &'h [HostModule]);

impl<'h> Hosts<'h> {
    fn find<T>(
        self,
        module: &str,
        name: &str,
        things: fn(&'h HostModule) -> &'h BTreeMap<String, T>,
    ) -> Option<&'h T> {
        self.0.iter().filter(|host| host.name == module).find_map(|host| things(host).get(name))
    }

    /// Has the host anything of this name, of whatever kind?
    pub(crate) fn has(self, module: &str, name: &str) -> bool {
        self.function(module, name).is_some()
            || self.global(module, name).is_some()
            || self.table(module, name).is_some()
            || self.memory(module, name).is_some()
    }

    pub(crate) fn function(self, module: &str, name: &str) -> Option<&'h HostFunction> {
        self.find(module, name, |host| &host.functions)
    }

    pub(crate) fn global(self, module: &str, name: &str) -> Option<Value> {
        self.find(module, name, |host| &host.globals).copied()
    }

    pub(crate) fn table(self, module: &str, name: &str) -> Option<HostLimits> {
        self.find(module, name, |host| &host.tables).copied()
    }

    pub(crate) fn memory(self, module: &str, name: &str) -> Option<HostLimits> {
        self.find(module, name, |host| &host.memories).copied()
    }
}
