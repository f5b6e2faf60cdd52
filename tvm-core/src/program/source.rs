//! A program from a file, whatever it is written in: C, WebAssembly (binary or text), or tokens.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::clang::{CompileOptions, Features};
use super::excerpt;
use super::prebuilt::{self, PrebuiltError};
use super::text::{self, TextError};
use super::wasm::{self, CompileError};
use super::{InstructionSet, Program};

/// A program and the input that came with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// The program.
    pub program: Program,
    /// The input section of a token text; nothing else carries one.
    pub input: Option<Vec<u8>>,
}

/// Why a file is not a program.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// It cannot be read.
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
    /// The module cannot become a program.
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
    /// The token text cannot be read.
    #[error("`{}`: {error}", path.display())]
    Text {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        error: TextError,
    },
}

/// Reads a program: `.c` through a prebuilt module or clang, `.wasm`, `.wat`, and anything else as
/// token text. clang may use whatever features the instruction set has.
///
/// # Errors
/// When the file cannot be read, compiled, or expressed in the instruction set.
pub fn compile_file(
    path: &Path,
    set: &InstructionSet,
    options: &CompileOptions,
) -> Result<Source, SourceError> {
    let read_error = |error| SourceError::Read { path: path.to_owned(), error };
    let module = match path.extension().and_then(|extension| extension.to_str()) {
        Some("c") => {
            let features = Features::of(set);
            prebuilt::load(path, &CompileOptions { features, ..options.clone() })?
        }
        Some("wasm") => fs::read(path).map_err(read_error)?,
        Some("wat") => assemble(path)?,
        _ => {
            let text = fs::read_to_string(path).map_err(read_error)?;
            let (program, input) = text::parse(&text, set)
                .map_err(|error| SourceError::Text { path: path.to_owned(), error })?;
            return Ok(Source { program, input });
        }
    };
    let program = wasm::compile(&module, set)
        .map_err(|error| SourceError::Wasm { path: path.to_owned(), error })?;
    Ok(Source { program, input: None })
}

fn assemble(path: &Path) -> Result<Vec<u8>, SourceError> {
    wat::parse_file(path).map_err(|error| {
        let message = excerpt::lines(&error.to_string());
        SourceError::Wat { path: path.to_owned(), message }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::program::{clang, fixture};
    use crate::reference::Executor;

    fn compile(name: &str, text: &str) -> Result<Source, SourceError> {
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
        if clang::find(&CompileOptions::default()).is_err() {
            eprintln!("left out: there is no clang here");
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
