//! Two ways to run a module, for the tests: the module itself by wasmi, and the program it is
//! compiled to by the reference executor. Both start where the front end would, or make the same
//! calls of exported functions.

use wasmi::{Caller, Engine, F32, F64, Func, Instance, Linker, Module, Store, TrapCode, Val};

use tvm_program::Value;
use tvm_program::wasm::Invocation;
use tvm_program::{InstructionSet, wasm};
use tvm_reference::{End, Executor, Trap};

const TOKEN_LIMIT: u64 = 20_000_000;

/// What a module printed and whether it came to its end; not, if it trapped.
#[derive(Debug, PartialEq, Eq)]
pub struct Outcome {
    /// What it printed.
    pub output: Vec<u8>,
    /// Did it come to its end?
    pub ended: bool,
}

/// Compiles the module and runs the program by the reference executor.
pub fn as_program(module: &[u8], set: &InstructionSet, input: &[u8]) -> Outcome {
    let program = wasm::compile(module, set).unwrap();
    let executor = Executor::new(&program, set, input).unwrap();
    let summary = executor.run(TOKEN_LIMIT, &mut |_| {}).unwrap();
    Outcome { output: summary.output, ended: summary.end == End::Halt }
}

/// What the host functions of a module see.
struct Host {
    output: Vec<u8>,
    input_base: i32,
}

/// Runs the module by wasmi.
pub fn by_wasmi(bytes: &[u8], input: &[u8]) -> Outcome {
    let engine = Engine::default();
    let module = Module::new(&engine, bytes).unwrap();
    let mut store = Store::new(&engine, Host { output: Vec::new(), input_base: 0 });
    let instance = linker(&engine, &module).instantiate_and_start(&mut store, &module).unwrap();
    store.data_mut().input_base = place_input(&mut store, instance, input);
    let ended = call_entry(&mut store, instance).is_ok();
    Outcome { output: std::mem::take(&mut store.data_mut().output), ended }
}

fn linker(engine: &Engine, module: &Module) -> Linker<Host> {
    let mut linker = Linker::new(engine);
    for import in module.imports() {
        let (from, name) = (import.module(), import.name());
        match name {
            "output" => linker.func_wrap(from, name, |mut caller: Caller<'_, Host>, byte: i32| {
                caller.data_mut().output.push(byte.to_le_bytes()[0]);
            }),
            "input" => {
                linker.func_wrap(from, name, |caller: Caller<'_, Host>| caller.data().input_base)
            }
            _ => linker.func_wrap(from, name, |a: i32, b: i32| a.wrapping_add(b)),
        }
        .unwrap();
    }
    linker
}

/// Writes the input, ended by 0, to `__heap_base`, and returns the address.
fn place_input(store: &mut Store<Host>, instance: Instance, input: &[u8]) -> i32 {
    let heap_base = instance.get_global(&*store, "__heap_base");
    let Some(memory) = instance.get_memory(&*store, "memory") else { return 0 };
    let base = match heap_base.map(|global| global.get(&*store)) {
        Some(Val::I32(base)) => base,
        _ => 0,
    };
    let ended = [input, &[0]].concat();
    let address = usize::try_from(base).unwrap();
    if address + ended.len() > memory.data_size(&*store) {
        memory.grow(&mut *store, 1).unwrap();
    }
    memory.write(&mut *store, address, &ended).unwrap();
    base
}

fn call_entry(store: &mut Store<Host>, instance: Instance) -> Result<(), wasmi::Error> {
    let find = |store: &Store<Host>, name| instance.get_func(store, name);
    let base = store.data().input_base;
    if let Some(compute) = find(store, "compute") {
        return compute.call(store, &[Val::I32(base)], &mut []);
    }
    let main: Func = ["__main_void", "__original_main", "main"]
        .into_iter()
        .find_map(|name| find(store, name))
        .unwrap();
    let mut results = vec![Val::I32(0); main.ty(&*store).results().len()];
    main.call(store, &[], &mut results)
}

/// The results of calls, as bytes, and how they came to an end.
#[derive(Debug, PartialEq, Eq)]
pub struct Results {
    /// The results, least significant byte first.
    pub bytes: Vec<u8>,
    /// How the last call ended.
    pub end: End,
}

/// Compiles calls of a module and runs the program by the reference executor. Also says how many
/// tokens that was.
pub fn calls_as_program(
    module: &[u8],
    set: &InstructionSet,
    calls: &[Invocation],
) -> (Results, u64) {
    let program = wasm::compile_calls(module, set, &[], calls).unwrap();
    let summary = Executor::new(&program, set, b"").unwrap().run(TOKEN_LIMIT, &mut |_| {}).unwrap();
    (Results { bytes: summary.output, end: summary.end }, summary.generated_tokens)
}

/// Makes the calls by wasmi, up to the first that traps.
pub fn calls_by_wasmi(bytes: &[u8], calls: &[Invocation]) -> Results {
    let engine = Engine::default();
    let module = Module::new(&engine, bytes).unwrap();
    let mut store = Store::new(&engine, Host { output: Vec::new(), input_base: 0 });
    let instance = linker(&engine, &module).instantiate_and_start(&mut store, &module).unwrap();
    for call in calls {
        let function = instance.get_func(&store, &call.function).unwrap();
        let arguments: Vec<Val> = call.arguments.iter().map(|&one| argument(one)).collect();
        let mut results = vec![Val::I32(0); function.ty(&store).results().len()];
        if let Err(error) = function.call(&mut store, &arguments, &mut results) {
            let end = End::Trap(trap(error.as_trap_code().unwrap()));
            return Results { bytes: std::mem::take(&mut store.data_mut().output), end };
        }
        for result in results {
            store.data_mut().output.extend(little_endian(&result));
        }
    }
    Results { bytes: std::mem::take(&mut store.data_mut().output), end: End::Halt }
}

fn argument(value: Value) -> Val {
    match value {
        Value::I32(value) => Val::I32(value.cast_signed()),
        Value::I64(value) => Val::I64(value.cast_signed()),
        Value::F32(bits) => Val::F32(F32::from_bits(bits)),
        Value::F64(bits) => Val::F64(F64::from_bits(bits)),
    }
}

fn little_endian(value: &Val) -> Vec<u8> {
    match value {
        Val::I32(value) => value.to_le_bytes().to_vec(),
        Val::I64(value) => value.to_le_bytes().to_vec(),
        Val::F32(value) => value.to_bits().to_le_bytes().to_vec(),
        Val::F64(value) => value.to_bits().to_le_bytes().to_vec(),
        other => panic!("the front end has no such value: {other:?}"),
    }
}

fn trap(code: TrapCode) -> Trap {
    match code {
        TrapCode::UnreachableCodeReached => Trap::Unreachable,
        TrapCode::MemoryOutOfBounds => Trap::OutOfBounds,
        TrapCode::TableOutOfBounds => Trap::UndefinedElement,
        TrapCode::IndirectCallToNull => Trap::UninitializedElement,
        TrapCode::BadSignature => Trap::IndirectCallTypeMismatch,
        TrapCode::IntegerDivisionByZero => Trap::DivideByZero,
        TrapCode::IntegerOverflow => Trap::IntegerOverflow,
        TrapCode::BadConversionToInteger => Trap::InvalidConversionToInteger,
        other => panic!("the machine has no such trap: {other:?}"),
    }
}
