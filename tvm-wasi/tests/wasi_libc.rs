//! C programs, compiled twice: for WebAssembly with wasi-libc, executed by wasmi with these functions,
//! and for the host. Both begin in an empty directory. They write the same, leave the same files, and
//! end with the same status.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};

use tvm_test_support::tools;
use tvm_wasi::{Answer, MODULE, ValueType, Wasi, functions, signature};
use wasmi::{Caller, Engine, Error, Extern, FuncType, Linker, Module, Store, Val, ValType};

const ARGUMENTS: [&str; 3] = ["one", "", "two words"];
const VARIABLES: [(&str, &str); 2] = [("NAME", "value=x"), ("A", "")];
const INPUT: &str = "first\nsecond, without an end";

/// What a program leaves behind.
#[derive(Debug, PartialEq, Eq)]
struct Outcome {
    status: i32,
    output: String,
    errors: String,
    files: BTreeMap<PathBuf, Vec<u8>>,
}

/// The files below a directory and what is in them. Of a link that is where it leads.
fn files(directory: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut all = BTreeMap::new();
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        let name = PathBuf::from(path.file_name().unwrap());
        if path.is_symlink() {
            all.insert(name, fs::read_link(&path).unwrap().as_os_str().as_encoded_bytes().into());
        } else if path.is_dir() {
            all.extend(files(&path).into_iter().map(|(inner, bytes)| (name.join(inner), bytes)));
            all.insert(name, Vec::new());
        } else {
            all.insert(name, fs::read(&path).unwrap());
        }
    }
    all
}

/// Compiles a source.
fn compile(compiler: &[&str], source: &Path, output: &Path) -> bool {
    Command::new(compiler[0])
        .args(&compiler[1..])
        .args(["-std=gnu11", "-O1", "-Wall", "-Wno-unused-result"])
        .args([Path::new("-o"), output, source])
        .status()
        .is_ok_and(|status| status.success())
}

/// Compiles a program of `tests/c` in a folder; nothing where a compiler or its library is missing.
fn compiled(tool: &str, compiler: &[&str], name: &str, folder: &Path) -> Option<PathBuf> {
    let (least, output) = (folder.join("least.c"), folder.join("program"));
    fs::write(&least, "#include <stdio.h>\nint main(void) { return puts(\"\") < 0; }\n").unwrap();
    if !tools::is_here(tool, compile(compiler, &least, &output)) {
        return None;
    }
    let source = PathBuf::from(format!("tests/c/{name}.c"));
    assert!(compile(compiler, &source, &output), "{tool} refuses {}", source.display());
    Some(output)
}

/// What the program does as a program of the host.
fn on_the_host(name: &str) -> Option<Outcome> {
    let (folder, directory) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let executable = compiled("compiler `cc`", &["cc"], name, folder.path())?;
    let mut child = Command::new(executable)
        .args(ARGUMENTS)
        .env_clear()
        .envs(VARIABLES)
        .current_dir(directory.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(INPUT.as_bytes()).unwrap();
    let ended = child.wait_with_output().unwrap();
    Some(Outcome {
        status: ended.status.code().unwrap(),
        output: String::from_utf8(ended.stdout).unwrap(),
        errors: String::from_utf8(ended.stderr).unwrap(),
        files: files(directory.path()),
    })
}

/// What was written to a stream.
#[derive(Clone, Default)]
struct Written(Arc<Mutex<Vec<u8>>>);

impl Written {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

impl Write for Written {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// What the program does as a module with these functions.
fn as_module(name: &str) -> Option<Outcome> {
    let (folder, directory) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let compiler = ["clang", "--target=wasm32-wasi"];
    let file = compiled("clang with wasi-libc", &compiler, name, folder.path())?;
    let (output, errors) = (Written::default(), Written::default());
    let wasi = Wasi::builder()
        .argument(name)
        .arguments(ARGUMENTS)
        .directory(directory.path(), "/")
        .input(io::Cursor::new(INPUT), false)
        .output(output.clone(), false)
        .error_output(errors.clone(), false);
    let wasi = VARIABLES.iter().fold(wasi, |wasi, (name, value)| wasi.variable(name, value));
    let status = execute(&fs::read(file).unwrap(), wasi.build().unwrap());
    let files = files(directory.path());
    Some(Outcome { status, output: output.text(), errors: errors.text(), files })
}

/// Executes a module to its end and returns its status.
fn execute(module: &[u8], wasi: Wasi) -> i32 {
    let engine = Engine::default();
    let module = Module::new(&engine, module).unwrap();
    let mut linker = Linker::new(&engine);
    for name in functions() {
        link(&mut linker, name);
    }
    let mut store = Store::new(&engine, wasi);
    let instance = linker.instantiate_and_start(&mut store, &module).unwrap();
    let start = instance.get_typed_func::<(), ()>(&store, "_start").unwrap();
    match start.call(&mut store, ()) {
        Ok(()) => 0,
        Err(error) => error.i32_exit_status().unwrap_or_else(|| panic!("{error}")),
    }
}

/// Binds a function to the import of its name.
fn link(linker: &mut Linker<Wasi>, name: &'static str) {
    let signature = signature(name).unwrap();
    let types = |types: &[ValueType]| -> Vec<_> {
        let wasmi = |value_type: &ValueType| match value_type {
            ValueType::I32 => ValType::I32,
            ValueType::I64 => ValType::I64,
        };
        types.iter().map(wasmi).collect()
    };
    let function = FuncType::new(types(signature.parameters), types(signature.results));
    let call = move |mut caller: Caller<'_, Wasi>, arguments: &[Val], results: &mut [Val]| {
        let Some(Extern::Memory(memory)) = caller.get_export("memory") else { panic!("no memory") };
        let arguments: Vec<_> = arguments
            .iter()
            .map(|argument| match argument {
                Val::I32(number) => u64::from(number.cast_unsigned()),
                Val::I64(number) => number.cast_unsigned(),
                _ => panic!("{name} has such a parameter"),
            })
            .collect();
        let (mut memory, wasi) = memory.data_and_store_mut(&mut caller);
        match wasi.call(name, &arguments, &mut memory).unwrap() {
            Answer::Returns(errno) => results[0] = Val::I32(errno.code().into()),
            Answer::Exits(status) => return Err(Error::i32_exit(status.cast_signed())),
        }
        Ok(())
    };
    linker.func_new(MODULE, name, function, call).unwrap();
}

#[track_caller]
fn compare(name: &str) {
    let (Some(host), Some(module)) = (on_the_host(name), as_module(name)) else { return };
    for (host, module) in host.output.lines().zip(module.output.lines()) {
        assert_eq!(module, host, "{name}");
    }
    assert_eq!(module, host, "{name}");
    assert!(host.output.lines().count() > 20);
}

#[test]
fn descriptors() {
    compare("descriptors");
}

#[test]
fn directories() {
    compare("directories");
}

#[test]
fn streams() {
    compare("streams");
}
