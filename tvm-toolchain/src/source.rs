//! Reads a program from a file in any of the languages: C, C++, WebAssembly (binary or text), or token text.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use tvm_program::text::{self, TextError};
use tvm_program::wasm::{self, CompileError};
use tvm_program::{InstructionSet, Program, excerpt};

use wasmparser::{Parser, Payload};

use super::clang::{ClangError, CompileOptions, Entry, Features, Language};
use super::prebuilt::{self, PrebuiltError};

/// The source of a program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// A file; its extension names the language: `.c`, `.cpp`, `.wasm`, `.wat`; any other is token text.
    File(PathBuf),
    /// C source text, to be compiled by clang.
    C(String),
    /// The bytes of a WebAssembly module.
    Wasm(Vec<u8>),
    /// A module in the WebAssembly text format.
    Wat(String),
    /// Token text.
    Tokens(String),
}

impl From<&Path> for Source {
    fn from(path: &Path) -> Source {
        Source::File(path.to_path_buf())
    }
}

impl From<&str> for Source {
    /// Recognises the language of a text by its first character: `(` begins a module, `{` begins token text;
    /// anything else is C.
    fn from(text: &str) -> Source {
        match text.trim_start().chars().next() {
            Some('(') => Source::Wat(text.to_string()),
            Some('{') => Source::Tokens(text.to_string()),
            _ => Source::C(text.to_string()),
        }
    }
}

/// A program and what came with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Loaded {
    /// The program.
    pub program: Program,
    /// The input section of a token text. Other languages have none.
    pub input: Option<Vec<u8>>,
    /// What clang warned of, in lines for people; empty if of nothing.
    pub warnings: String,
}

/// Why a program could not be read.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// The file cannot be read.
    #[error("`{}`: {error}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system says.
        error: io::Error,
    },
    /// There is no module for a C file.
    #[error(transparent)]
    C(#[from] PrebuiltError),
    /// The module cannot be compiled to a program.
    #[error("`{}`: {error}", path.display())]
    Wasm {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        error: CompileError,
    },
    /// The WebAssembly text cannot be read.
    #[error("`{}`: {message}", path.display())]
    Wat {
        /// The file.
        path: PathBuf,
        /// What is wrong with it, with line and column.
        message: String,
    },
    /// The content of the file does not fit its name, or its language is not supported.
    #[error("`{}` {hint}", path.display())]
    WrongKind {
        /// The file.
        path: PathBuf,
        /// What the file is, and what to do.
        hint: &'static str,
    },
    /// The token text cannot be read.
    #[error("`{}`: {error}", path.display())]
    Text {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        error: TextError,
    },
}

/// Reads a program from a file: `.c` (by its prebuilt module, or clang), `.cpp`, `.cc` and `.cxx`, `.wasm`,
/// `.wat`; any other file is read as token text. clang may use all features that the instruction set has.
///
/// # Errors
/// When the file cannot be read, compiled, or expressed in the instruction set.
pub fn compile_file(
    path: &Path,
    set: &InstructionSet,
    options: &CompileOptions,
) -> Result<Loaded, SourceError> {
    let read_error = |error| SourceError::Read { path: path.to_owned(), error };
    let read = || fs::read(path).map_err(read_error);
    let wrong = |hint| SourceError::WrongKind { path: path.to_owned(), hint };
    let kind = kind(path);
    if kind != Kind::C && !options.further.is_empty() {
        return Err(wrong("is no source of C or C++; --source, -I, -D and -O are for these"));
    }
    match kind {
        Kind::C => {
            let options = CompileOptions { features: Features::of(set), ..options.clone() };
            let module = prebuilt::load(path, &options)?;
            let loaded = from_wasm(path, &module.bytes, set, options.entry)?;
            Ok(Loaded { warnings: module.warnings, ..loaded })
        }
        Kind::Wasm => from_wasm(path, &module(read()?).map_err(wrong)?, set, options.entry),
        Kind::Wat => from_wat(path, &readable(read()?).map_err(wrong)?, set, options.entry),
        Kind::Tokens => from_tokens(path, &readable(read()?).map_err(wrong)?, set),
    }
}

/// The program of a file as it is where there is no clang: C and C++ as a module, everything else as it is in the file.
/// [`compile_source`] reads it.
///
/// # Errors
/// When the file cannot be read or compiled.
pub fn without_clang(
    path: &Path,
    set: &InstructionSet,
    options: &CompileOptions,
) -> Result<Vec<u8>, SourceError> {
    match kind(path) {
        Kind::C => {
            let options = CompileOptions { features: Features::of(set), ..options.clone() };
            Ok(prebuilt::load(path, &options)?.bytes)
        }
        Kind::Wasm | Kind::Wat | Kind::Tokens => {
            fs::read(path).map_err(|error| SourceError::Read { path: path.to_owned(), error })
        }
    }
}

/// The same program as a source that needs neither files nor clang: C and C++ become a module.
///
/// # Errors
/// When a file cannot be read or compiled.
pub fn portable(
    source: &Source,
    set: &InstructionSet,
    options: &CompileOptions,
) -> Result<Source, SourceError> {
    match source {
        Source::File(path) => portable_file(path, set, options),
        Source::C(text) => with_file_of_c(text, |path| portable_file(path, set, options)),
        Source::Wasm(_) | Source::Wat(_) | Source::Tokens(_) => Ok(source.clone()),
    }
}

fn portable_file(
    path: &Path,
    set: &InstructionSet,
    options: &CompileOptions,
) -> Result<Source, SourceError> {
    let bytes = without_clang(path, set, options)?;
    let wrong = |hint| SourceError::WrongKind { path: path.to_owned(), hint };
    match kind(path) {
        Kind::C | Kind::Wasm => Ok(Source::Wasm(bytes)),
        Kind::Wat => readable(bytes).map(Source::Wat).map_err(wrong),
        Kind::Tokens => readable(bytes).map(Source::Tokens).map_err(wrong),
    }
}

/// The language of a program.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// C or C++.
    C,
    Wasm,
    Wat,
    Tokens,
}

/// The language of a file by its extension.
fn kind(path: &Path) -> Kind {
    if Language::of(path).is_some() {
        return Kind::C;
    }
    let extension = path.extension().unwrap_or_default().to_string_lossy();
    match extension.to_ascii_lowercase().as_str() {
        "wasm" => Kind::Wasm,
        "wat" => Kind::Wat,
        _ => Kind::Tokens,
    }
}

/// Reads a program from any source. Error messages name a source that is not a file by its language.
///
/// # Errors
/// When it cannot be read, compiled, or expressed in the instruction set.
pub fn compile_source(
    source: &Source,
    set: &InstructionSet,
    options: &CompileOptions,
) -> Result<Loaded, SourceError> {
    match source {
        Source::File(path) => compile_file(path, set, options),
        Source::C(text) => from_c(text, set, options),
        Source::Wasm(module) => from_wasm(Path::new("(wasm)"), module, set, options.entry),
        Source::Wat(text) => from_wat(Path::new("(wat)"), text, set, options.entry),
        Source::Tokens(text) => from_tokens(Path::new("(tokens)"), text, set),
    }
}

fn from_c(
    text: &str,
    set: &InstructionSet,
    options: &CompileOptions,
) -> Result<Loaded, SourceError> {
    with_file_of_c(text, |path| compile_file(path, set, options))
}

/// Writes C source text to a file while it is used.
fn with_file_of_c<T>(
    text: &str,
    used: impl FnOnce(&Path) -> Result<T, SourceError>,
) -> Result<T, SourceError> {
    let temporary = |error| PrebuiltError::Clang(ClangError::Temporary(error));
    let folder = tempfile::tempdir().map_err(temporary)?;
    let path = folder.path().join("program.c");
    fs::write(&path, text).map_err(temporary)?;
    used(&path)
}

fn from_wasm(
    path: &Path,
    module: &[u8],
    set: &InstructionSet,
    entry: Entry,
) -> Result<Loaded, SourceError> {
    let program = match entry {
        Entry::Main => wasm::compile(module, set),
        Entry::Exports => wasm::compile_instance(module, set, &[]),
    };
    let program = program.map_err(|error| SourceError::Wasm { path: path.to_owned(), error })?;
    Ok(Loaded { program, input: None, warnings: String::new() })
}

fn from_wat(
    path: &Path,
    text: &str,
    set: &InstructionSet,
    entry: Entry,
) -> Result<Loaded, SourceError> {
    let module = wat::parse_str(text).map_err(|mut error| {
        error.set_path(path);
        SourceError::Wat { path: path.to_owned(), message: excerpt::lines(&error.to_string()) }
    })?;
    from_wasm(path, &module, set, entry)
}

fn from_tokens(path: &Path, text: &str, set: &InstructionSet) -> Result<Loaded, SourceError> {
    let (program, input) = text::parse(text, set)
        .map_err(|error| SourceError::Text { path: path.to_owned(), error })?;
    Ok(Loaded { program, input, warnings: String::new() })
}

/// The first bytes of every module, of object files, components and shared libraries too.
const MODULE: &[u8] = b"\0asm";

/// What follows them in a component.
const COMPONENT: &[u8] = b"\x0d\0\x01\0";

/// What such a file is, if it is no module that can begin.
fn no_program(bytes: &[u8]) -> Option<&'static str> {
    if bytes.get(MODULE.len()..).is_some_and(|rest| rest.starts_with(COMPONENT)) {
        return Some(
            "is a component of WebAssembly, and not a module; build it as a module, for the target \
             wasm32-wasip1",
        );
    }
    Parser::new(0).parse_all(bytes).map_while(Result::ok).find_map(|payload| match payload {
        Payload::CustomSection(section) => match section.name() {
            "linking" => Some(
                "is an object file, which is not linked yet; `tvm cc FILE -o program.wasm` links it",
            ),
            "dylink" | "dylink.0" => {
                Some("is a shared library; link the program without `-shared` and `-pie`")
            }
            _ => None,
        },
        _ => None,
    })
}

/// Checks the content of a file that is a module by its name.
fn module(bytes: Vec<u8>) -> Result<Vec<u8>, &'static str> {
    match () {
        () if bytes.starts_with(MODULE) => no_program(&bytes).map_or(Ok(bytes), Err),
        () if bytes.is_empty() => Err("is empty, and not a WebAssembly module"),
        () if std::str::from_utf8(&bytes).is_ok_and(|text| !text.contains('\0')) => {
            Err("is text, and not a WebAssembly module; if it is WebAssembly text, name it `.wat`")
        }
        () => Err("is not a WebAssembly module: it does not begin with the bytes 00 61 73 6d"),
    }
}

/// Decodes text, without a byte order mark.
fn readable(bytes: Vec<u8>) -> Result<String, &'static str> {
    if bytes.starts_with(MODULE) {
        let module = "is not text but a WebAssembly module; name it `.wasm`";
        return Err(no_program(&bytes).unwrap_or(module));
    }
    if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") {
        return Err("is text in UTF-16; save it as UTF-8");
    }
    let text = String::from_utf8(bytes).map_err(|error| match is_model(error.as_bytes()) {
        true => "is a model and not a program; give it with `--model`",
        false => {
            "is not text; a program is C in a file that ends in `.c` or C++ in `.cpp`, a module in `.wasm` or \
             `.wat`, or token text"
        }
    })?;
    Ok(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text))
}

/// Do these bytes begin like a model file: with the length of a header that is a JSON object?
fn is_model(bytes: &[u8]) -> bool {
    bytes.get(8..10) == Some(b"{\"")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clang;
    use tvm_reference::Executor;
    use tvm_test_support::{sets as fixture, tools};

    fn compile(name: &str, text: &str) -> Result<Loaded, SourceError> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(name);
        fs::write(&path, text).unwrap();
        compile_file(&path, &fixture::classic(), &CompileOptions::default())
    }

    const WAT: &str = r#"(module (func (export "main") (result i32) (i32.const 7)))"#;

    #[test]
    fn the_extension_decides() {
        let from_wat = compile("a.wat", WAT).unwrap();
        assert_eq!(from_wat.program.instructions.len(), 5);
        let tokens = text::print(&from_wat.program, &fixture::classic());
        let from_tokens = compile("a.txt", &tokens).unwrap();
        assert_eq!(from_tokens.program.instructions, from_wat.program.instructions);
    }

    /// Function pointers, 64-bit integers, narrow signed types, and a copy of a structure.
    const C: &str = r#"
        #include <tvm.h>
        typedef long long number;
        struct many { number values[20]; };
        static number twice(number x) { return 2 * x; }
        static number power(number x) { return (number)((unsigned long long)x * x) % 1000003; }
        static number (*const functions[])(number) = {twice, power};
        __attribute__((noinline)) static struct many copy(const struct many *from) { return *from; }
        __attribute__((noinline)) static int narrow(signed char x) { return x; }
        int main(void) {
            struct many a = {{0}};
            for (int i = 0; i < 20; i++)
                a.values[i] = functions[tvm_opaque(i) % 2](123456789012LL + i);
            struct many b = copy(&a);
            number sum = narrow((signed char)tvm_opaque(200));
            for (int i = 0; i < 20; i++) sum += b.values[i];
            for (int i = 0; i < 8; i++) tvm_output((int)(sum >> 8 * i));
            return 0;
        }"#;

    #[test]
    fn c_may_use_what_clang_does_by_default() {
        if !tools::is_here("clang", clang::find(&CompileOptions::default()).is_ok()) {
            return;
        }
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("numbers.c");
        fs::write(&path, C).unwrap();
        let values = (0..20).map(|i| {
            let x = 123_456_789_012 + i;
            // The square wraps as that of a 64-bit integer does.
            if i % 2 == 0 { 2 * x } else { i64::wrapping_mul(x, x) % 1_000_003 }
        });
        let expected = values.sum::<i64>() - 56;
        let set = fixture::full();
        let program = compile_file(&path, &set, &CompileOptions::default()).unwrap().program;
        let executor = Executor::new(&program, &set, b"").unwrap();
        let summary = executor.run(1_000_000, &mut |_| {}).unwrap();
        assert_eq!(summary.output, expected.to_le_bytes());
    }

    #[test]
    fn an_input_section_comes_with_token_text() {
        let text = "{ input_base 00 00 01 00 halt 00 00 00 00 } 4 2 00 commit(+0,sts=0,bt=0)";
        assert_eq!(compile("program", text).unwrap().input.as_deref(), Some(&b"42"[..]));
    }

    #[test]
    fn a_text_says_what_it_is() {
        let set = fixture::full();
        let options = CompileOptions::default();
        let run = |source: Source| {
            let program = compile_source(&source, &set, &options).unwrap().program;
            let executor = Executor::new(&program, &set, b"").unwrap();
            executor.run(1_000, &mut |_| {}).unwrap().output
        };
        let tokens = "{ i32.const 41 00 00 00 output 00 00 00 00 halt 00 00 00 00 }";
        assert_eq!(run(tokens.into()), b"A");
        let wat = r#" (module (import "tvm" "output" (func $output (param i32)))
            (func (export "_start") (call $output (i32.const 66))))"#;
        assert_eq!(run(wat.into()), b"B");
        assert_eq!(run(Source::Wasm(wat::parse_str(wat).unwrap())), b"B");
        if tools::is_here("clang", clang::find(&CompileOptions::default()).is_ok()) {
            let c = "#include <tvm.h>\nint main(void) { putchar('C'); return 0; }";
            assert_eq!(run(c.into()), b"C");
        }
    }

    #[test]
    fn a_module_under_another_name_is_recognised() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("module");
        fs::write(&path, wat::parse_str(WAT).unwrap()).unwrap();
        let message = compile_file(&path, &fixture::full(), &CompileOptions::default());
        assert!(message.unwrap_err().to_string().contains("name it `.wasm`"));
    }

    #[test]
    fn a_file_of_the_wrong_kind_is_said_plainly() {
        let folder = tempfile::tempdir().unwrap();
        let model = [&b"\x10\0\0\0\0\0\0\0{\"a\":1}"[..], &[0xff; 16]].concat();
        for (name, bytes, said) in [
            (
                "a.wasm",
                WAT.as_bytes(),
                "text, and not a WebAssembly module; if it is WebAssembly text",
            ),
            ("b.wasm", b"", "is empty"),
            ("c.wasm", b"\x7fELF\0\xff", "does not begin with the bytes 00 61 73 6d"),
            ("d.wasm", b"\0asm\x0d\0\x01\0", "is a component"),
            ("e.o", b"\0asm\x01\0\0\0\0\x09\x07linking\x02", "is an object file"),
            ("f.wasm", b"\0asm\x01\0\0\0\0\x09\x07linking\x02", "tvm cc"),
            ("g.wasm", b"\0asm\x01\0\0\0\0\x09\x08dylink.0", "is a shared library"),
            ("f.txt", b"\xff\xfe{\0", "is text in UTF-16; save it as UTF-8"),
            ("g.tvm", &model, "give it with `--model`"),
            ("h", b"\x7fELF\0\xff", "is not text"),
        ] {
            let path = folder.path().join(name);
            fs::write(&path, bytes).unwrap();
            let refused = compile_file(&path, &fixture::full(), &CompileOptions::default());
            let message = refused.unwrap_err().to_string();
            assert!(message.contains(name) && message.contains(said), "{message}");
        }
    }

    #[test]
    fn a_byte_order_mark_is_no_part_of_a_text() {
        for (name, text) in [("a.txt", "{ halt 00 00 00 00 }"), ("a.wat", WAT), ("B.WAT", WAT)] {
            let marked = compile(name, &format!("\u{feff}{text}")).unwrap();
            assert_eq!(marked, compile(name, text).unwrap(), "{name}");
        }
    }

    #[test]
    fn errors_name_the_file() {
        for (name, text) in [("a.txt", "{ nop"), ("a.wat", "(module"), ("a.wasm", "x")] {
            let message = compile(name, text).unwrap_err().to_string();
            assert!(message.contains(name), "{message}");
        }
        let set = fixture::classic();
        let missing = compile_file(Path::new("no.c"), &set, &CompileOptions::default());
        assert!(missing.unwrap_err().to_string().contains("no.c"));
    }
}
