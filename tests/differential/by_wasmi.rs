//! The calls of a module by wasmi.

use tvm_program::Value;
use tvm_program::wasm::Invocation;
use wasmi::{Config, Engine, Error, F32, F64, Instance, Linker, Module, Store, TrapCode, Val};

/// Instructions, more or less, that wasmi executes for all calls of a module together.
const FUEL: u64 = 200_000;

/// What a program of the machine must come to.
#[derive(Debug)]
pub struct Outcome {
    /// The results of all calls, as the machine writes them.
    pub output: Vec<u8>,
    pub end: End,
    /// How many calls were begun; none, when already instantiating the module traps.
    pub begun: usize,
}

/// How it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    Halt,
    /// The kind of trap.
    Trap(&'static str),
    /// It takes too long, or nests too deeply for wasmi.
    OutOfFuel,
}

/// Instantiates a module and makes the calls, until one traps.
pub fn run(module: &[u8], calls: &[Invocation]) -> Outcome {
    let mut config = Config::default();
    config.consume_fuel(true);
    let engine = Engine::new(&config);
    let module = Module::new(&engine, module).expect("the module is valid");
    let mut store = Store::new(&engine, ());
    store.set_fuel(FUEL).expect("fuel is consumed");
    let mut outcome = Outcome { output: Vec::new(), end: End::Halt, begun: 0 };
    match Linker::new(&engine).instantiate_and_start(&mut store, &module) {
        Ok(instance) => make(calls, &mut store, instance, &mut outcome),
        Err(error) => outcome.end = instantiation_end(&error),
    }
    outcome
}

fn make(calls: &[Invocation], store: &mut Store<()>, instance: Instance, outcome: &mut Outcome) {
    for Invocation { function, arguments } in calls {
        outcome.begun += 1;
        let function = instance.get_func(&*store, function).expect("the function is exported");
        let arguments: Vec<Val> = arguments.iter().copied().map(argument).collect();
        let mut results = vec![Val::I32(0); function.ty(&*store).results().len()];
        if let Err(error) = function.call(&mut *store, &arguments, &mut results) {
            outcome.end = end(&error);
            return;
        }
        for result in results {
            match result {
                Val::I32(value) => outcome.output.extend(value.to_le_bytes()),
                Val::I64(value) => outcome.output.extend(value.to_le_bytes()),
                Val::F32(value) => outcome.output.extend(value.to_bits().to_le_bytes()),
                Val::F64(value) => outcome.output.extend(value.to_bits().to_le_bytes()),
                other => panic!("{other:?} is no number"),
            }
        }
    }
}

fn argument(value: Value) -> Val {
    match value {
        Value::I32(value) => Val::I32(value.cast_signed()),
        Value::I64(value) => Val::I64(value.cast_signed()),
        Value::F32(bits) => Val::F32(F32::from_bits(bits)),
        Value::F64(bits) => Val::F64(F64::from_bits(bits)),
    }
}

/// An element segment that does not fit has no code of its own.
fn instantiation_end(error: &Error) -> End {
    match error.as_trap_code() {
        Some(_) => end(error),
        None => End::Trap("out_of_bounds"),
    }
}

fn end(error: &Error) -> End {
    let code = error.as_trap_code().unwrap_or_else(|| panic!("{error}"));
    End::Trap(match code {
        TrapCode::UnreachableCodeReached => "unreachable",
        TrapCode::MemoryOutOfBounds => "out_of_bounds",
        TrapCode::TableOutOfBounds => "undefined_element",
        TrapCode::IndirectCallToNull => "uninitialized_element",
        TrapCode::IntegerDivisionByZero => "divide_by_zero",
        TrapCode::IntegerOverflow => "integer_overflow",
        TrapCode::BadConversionToInteger => "invalid_conversion_to_integer",
        TrapCode::BadSignature => "indirect_call_type_mismatch",
        TrapCode::OutOfFuel | TrapCode::StackOverflow => return End::OutOfFuel,
        other => panic!("{other:?} is no trap of the machine"),
    })
}
