//! Modules by wasmtime, which compiles them, and by wasmi, which interprets them. Both have the functions of WASI
//! and the two of the machine that the programs call; any other import is a trap. An execution is from the call of
//! the entry to its end, in an instance of its own.

use std::io::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use tvm_wasi::{Answer, MODULE, Wasi};

use crate::programs::Program;
use crate::{Result, Time, compare, median};

/// What a module's functions of the host work on.
struct Host {
    wasi: Wasi,
    written: Written,
}

#[derive(Clone, Default)]
struct Written(Arc<Mutex<Vec<u8>>>);

impl Write for Written {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Host {
    fn new() -> Result<Host> {
        let written = Written::default();
        let wasi = Wasi::builder().argument("program").output(written.clone(), false).build()?;
        Ok(Host { wasi, written })
    }

    fn bytes(&self) -> Vec<u8> {
        self.written.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// Calls the entry of a module: `_start`, or `compute` with its input behind all other data.
macro_rules! execute {
    ($store:ident, $instance:ident, $input:expr) => {{
        let begun;
        match $instance.get_typed_func::<(), ()>(&mut $store, "_start") {
            Ok(start) => {
                begun = Instant::now();
                start.call(&mut $store, ())?;
            }
            Err(_) => {
                let memory = $instance.get_memory(&mut $store, "memory").ok_or("no memory")?;
                let base = $instance.get_global(&mut $store, "__heap_base").ok_or("no heap")?;
                let base = base.get(&mut $store).i32().ok_or("no address")?;
                let input = [$input.as_bytes(), &[0]].concat();
                if base as usize + input.len() > memory.data_size(&$store) {
                    memory.grow(&mut $store, 1)?;
                }
                memory.write(&mut $store, base as usize, &input)?;
                let compute = $instance.get_typed_func::<i32, ()>(&mut $store, "compute")?;
                begun = Instant::now();
                compute.call(&mut $store, base)?;
            }
        }
        begun.elapsed().as_secs_f64()
    }};
}

/// Links what a module imports.
macro_rules! link {
    ($linker:ident, $module:ident, $engine:ident, $library:ident, $failure:expr, $memory_of:expr, $code:expr) => {
        for import in $module.imports() {
            let (from, name) = (import.module().to_string(), import.name().to_string());
            let Some(kind) = import.ty().func().cloned() else { continue };
            if (from.as_str(), name.as_str()) == ("tvm", "output") {
                $linker.func_wrap(
                    "tvm",
                    "output",
                    |mut caller: $library::Caller<'_, Host>, byte: i32| {
                        // A list of bytes takes what is written.
                        let _ = caller.data_mut().written.write(&[byte as u8]);
                    },
                )?;
                continue;
            }
            let (of, called) = (from.clone(), name.clone());
            $linker.func_new(&from, &name, kind, move |mut caller, arguments, results| {
                if of != MODULE {
                    return Err($failure(format!("{of}.{called} is called")));
                }
                let number = |argument: &$library::Val| match argument {
                    $library::Val::I32(number) => u64::from(number.cast_unsigned()),
                    $library::Val::I64(number) => number.cast_unsigned(),
                    _ => 0,
                };
                let arguments: Vec<u64> = arguments.iter().map(number).collect();
                let Some(memory) = caller.get_export("memory").and_then($memory_of) else {
                    return Err($failure("no memory".to_string()));
                };
                let (mut bytes, host) = memory.data_and_store_mut(&mut caller);
                match host.wasi.call(&called, &arguments, &mut bytes) {
                    Ok(Answer::Returns(errno)) => {
                        results[0] = $library::Val::I32(errno.code().into())
                    }
                    Ok(Answer::Exits(status)) => return Err($code(status)),
                    Err(error) => return Err($failure(error.to_string())),
                }
                Ok(())
            })?;
        }
    };
}

/// The time by a version of wasmi.
macro_rules! by_wasmi {
    ($name:ident, $library:ident) => {
        pub(crate) fn $name(program: &Program, expected: &[u8], runs: usize) -> Result<Time> {
            let engine = $library::Engine::default();
            let module = $library::Module::new(&engine, &program.module)?;
            let mut linker = $library::Linker::<Host>::new(&engine);
            let failure = |text: String| $library::Error::new(text);
            let status = |status: u32| $library::Error::i32_exit(status.cast_signed());
            link!(linker, module, engine, $library, failure, $library::Extern::into_memory, status);
            median(runs, || {
                let mut store = $library::Store::new(&engine, Host::new()?);
                let instance = linker.instantiate_and_start(&mut store, &module)?;
                let seconds = execute!(store, instance, program.input);
                compare(&store.data().bytes(), expected, stringify!($library))?;
                Ok(seconds)
            })
        }
    };
}

by_wasmi!(by_wasmi, wasmi);
by_wasmi!(by_wasmi_1, wasmi_1);

pub(crate) fn by_wasmtime(program: &Program, expected: &[u8], runs: usize) -> Result<Time> {
    let engine = wasmtime::Engine::default();
    let module = wasmtime::Module::new(&engine, &program.module)?;
    let mut linker = wasmtime::Linker::<Host>::new(&engine);
    let failure = |text: String| wasmtime::Error::msg(text);
    let status = |status: u32| wasmtime::Error::msg(format!("it ends with status {status}"));
    link!(linker, module, engine, wasmtime, failure, wasmtime::Extern::into_memory, status);
    median(runs, || {
        let mut store = wasmtime::Store::new(&engine, Host::new()?);
        let instance = linker.instantiate(&mut store, &module)?;
        let seconds = execute!(store, instance, program.input);
        compare(&store.data().bytes(), expected, "wasmtime")?;
        Ok(seconds)
    })
}
