//! What clang says. It warns in messages for people, and so it says why it failed; failures that have
//! one cause and one remedy are recognised, the others are shown.

use std::path::Path;

use super::wasi::Wasi;
use super::{ClangError, Language};

/// Headers of the C library and of POSIX, which are not part of clang.
const LIBRARY_HEADERS: [&str; 44] = [
    "assert.h",
    "complex.h",
    "ctype.h",
    "errno.h",
    "fenv.h",
    "inttypes.h",
    "locale.h",
    "malloc.h",
    "math.h",
    "setjmp.h",
    "signal.h",
    "stdio.h",
    "stdlib.h",
    "string.h",
    "strings.h",
    "tgmath.h",
    "threads.h",
    "time.h",
    "uchar.h",
    "unistd.h",
    "wchar.h",
    "wctype.h",
    "fcntl.h",
    "memory.h",
    "alloca.h",
    "dirent.h",
    "dlfcn.h",
    "err.h",
    "fnmatch.h",
    "getopt.h",
    "glob.h",
    "grp.h",
    "iconv.h",
    "libgen.h",
    "netdb.h",
    "poll.h",
    "pthread.h",
    "pwd.h",
    "regex.h",
    "sched.h",
    "semaphore.h",
    "spawn.h",
    "syslog.h",
    "termios.h",
];

/// Folders of such headers.
const LIBRARY_FOLDERS: [&str; 4] = ["sys/", "net/", "netinet/", "arpa/"];

/// Folders of headers that only headers of the host's C library include.
const OF_THE_HOST: [&str; 3] = ["bits/", "gnu/", "asm/"];

/// Parts of the messages by which clang reports functions and names that are not declared.
const UNDECLARED: [&str; 5] = [
    "implicit declaration of function",
    "implicitly declaring library function",
    "call to undeclared function",
    "call to undeclared library function",
    "undeclared identifier",
];

/// Parts of the messages that a program gets that uses exceptions or `setjmp` and is compiled without: those
/// of clang, of our `setjmp.h` and of the WASI SDK's.
const NO_UNWINDING: [&str; 3] =
    ["with exceptions disabled", "-wasm-enable-sjlj", "requires Exception handling support"];

/// The beginnings of the names of what clang calls for them.
const UNWINDING: [&str; 10] = [
    "__cxa_allocate_exception",
    "__cxa_throw",
    "__cxa_rethrow",
    "__cxa_begin_catch",
    "_Unwind_",
    "__wasm_lpad",
    "__cpp_exception",
    "__wasm_setjmp",
    "__wasm_longjmp",
    "saveSetjmp",
];

/// Parts of the messages by which clang reports a missing linker. Such a line also names `wasm-ld`.
const NO_LINKER: [&str; 4] =
    ["doesn't exist", "unable to execute", "posix_spawn failed", "invalid linker name"];

/// Messages as text. Files in the folder for temporary ones are named without it.
pub(super) fn readable(stderr: &[u8], folder: &Path) -> String {
    let folder = format!("{}{}", folder.display(), std::path::MAIN_SEPARATOR);
    String::from_utf8_lossy(stderr).replace(&folder, "")
}

/// A call of clang that failed at a file.
pub(super) struct Failed<'f> {
    pub(super) clang: &'f Path,
    pub(super) file: &'f Path,
    pub(super) messages: String,
}

impl Failed<'_> {
    /// Why a program failed that is compiled without a C library.
    pub(super) fn own(self) -> ClangError {
        if has_no_linker(&self.messages) {
            return ClangError::LinkerMissing { path: self.clang.to_owned() };
        }
        self.refusal()
    }

    /// Why a program failed that is compiled with the C library of WASI.
    pub(super) fn with_library(self, wasi: &Wasi, folder: &Path, is_cpp: bool) -> ClangError {
        if has_no_linker(&self.messages) {
            return ClangError::LinkerMissing { path: self.clang.to_owned() };
        }
        let file = self.file.to_owned();
        if let Some(header) = missing_header(&self.messages).map(str::to_owned) {
            return self.without_header(header, wasi, folder);
        }
        if let Some(missing) = missing_archive(&self.messages) {
            return ClangError::NoArchive { file, missing, packages: wasi.packages(is_cpp).into() };
        }
        self.refusal()
    }

    fn without_header(self, header: String, wasi: &Wasi, folder: &Path) -> ClangError {
        let is_of_cpp = Language::of(self.file) == Some(Language::Cpp) && !header.contains('.');
        if !is_of_cpp && !is_known(&header) {
            return self.refusal();
        }
        let (file, header) = (self.file.to_owned(), header.into());
        match is_of_cpp || !wasi.has_library(folder) {
            true => {
                let packages = wasi.packages(Language::of(&file) == Some(Language::Cpp));
                ClangError::NoCLibrary { file, header, packages: packages.into() }
            }
            false => ClangError::NoHeader { file, header },
        }
    }

    fn refusal(self) -> ClangError {
        let file = self.file.to_owned();
        match undefined(&self.messages) {
            names if names.is_empty() => ClangError::Refused { file, messages: self.messages },
            names => ClangError::Undefined { file, names },
        }
    }
}

impl ClangError {
    /// Is there a header that was not found?
    pub(super) fn is_missing_header(&self) -> bool {
        matches!(self, ClangError::Refused { messages, .. } if missing_header(messages).is_some())
    }

    /// Does the program use names that it does not declare, or that are defined nowhere?
    pub(super) fn is_missing_declaration(&self) -> bool {
        match self {
            ClangError::Undefined { .. } => true,
            ClangError::Refused { messages, .. } => {
                UNDECLARED.iter().any(|text| messages.contains(text))
            }
            _ => false,
        }
    }

    /// Does the program use `setjmp` or exceptions, and was it compiled without?
    pub(super) fn is_missing_unwinding(&self) -> bool {
        match self {
            ClangError::Undefined { names, .. } => {
                names.iter().any(|name| UNWINDING.iter().any(|begin| name.starts_with(begin)))
            }
            ClangError::Refused { messages, .. } => {
                NO_UNWINDING.iter().any(|text| messages.contains(text))
            }
            _ => false,
        }
    }
}

fn has_no_linker(messages: &str) -> bool {
    messages
        .lines()
        .any(|line| line.contains("wasm-ld") && NO_LINKER.iter().any(|text| line.contains(text)))
}

/// The missing header, if the messages report one. A header of the host's C library that is found by
/// mistake does not find its own ones: then it is the one that is missing.
fn missing_header(messages: &str) -> Option<&str> {
    messages.lines().find_map(|line| {
        let (place, rest) = line.split_once(" fatal error: '")?;
        let (header, _) = rest.split_once("' file not found")?;
        if !OF_THE_HOST.iter().any(|folder| header.starts_with(folder)) {
            return Some(header);
        }
        let (found, _) = place.split_once(".h:")?;
        let name = found.rsplit(['/', '\\']).next()?;
        place.get(found.len() - name.len()..found.len() + 2)
    })
}

/// Is it a header of the C library, of POSIX or of systems like it?
fn is_known(header: &str) -> bool {
    LIBRARY_HEADERS.contains(&header)
        || LIBRARY_FOLDERS.iter().any(|folder| header.starts_with(folder))
}

/// What of the libraries the linker does not find.
fn missing_archive(messages: &str) -> Option<&'static str> {
    let mut lines = messages.lines();
    lines.find_map(|line| match () {
        () if line.contains("cannot open") && line.contains("libclang_rt.builtins") => {
            Some("the runtime library of clang")
        }
        () if line.contains("cannot open") && line.contains("crt1") => Some("the C library"),
        () if line.contains("unable to find library -lc++") => Some("the C++ library"),
        () if line.contains("unable to find library -lwasi") => Some("the C library"),
        () => None,
    })
}

/// The undefined symbols that the linker reports, each once, in the order of the messages.
fn undefined(messages: &str) -> Vec<String> {
    let mut names = Vec::new();
    for line in messages.lines() {
        let Some((_, name)) = line.split_once("undefined symbol: ") else { continue };
        let name = name.trim().to_owned();
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clang::CompileOptions;

    fn failed<'f>(file: &'f str, messages: &str) -> Failed<'f> {
        let messages = readable(messages.as_bytes(), Path::new("/tmp/folder"));
        Failed { clang: Path::new("clang"), file: Path::new(file), messages }
    }

    /// The error where there is no C library, nor a clang to ask for one.
    fn error_with_library(file: &str, messages: &str) -> ClangError {
        let clang = Some("/no/such/clang".into());
        let options = CompileOptions { clang, ..CompileOptions::default() };
        let wasi = Wasi::find(&options).unwrap();
        let is_cpp = Language::of(Path::new(file)) == Some(Language::Cpp);
        failed(file, messages).with_library(&wasi, Path::new("/no/such"), is_cpp)
    }

    fn reason_with_library(file: &str, messages: &str) -> String {
        error_with_library(file, messages).to_string()
    }

    fn reason_for(messages: &str) -> String {
        failed("x.c", messages).own().to_string()
    }

    #[test]
    fn a_missing_linker_is_recognised_in_every_wording() {
        for messages in [
            "clang: error: unable to execute command: Executable \"wasm-ld\" doesn't exist!",
            "clang: error: invalid linker name in argument '-fuse-ld=wasm-ld'",
            "error: unable to execute command: posix_spawn failed: /usr/bin/wasm-ld",
        ] {
            assert!(reason_for(messages).contains("install lld"), "{messages}");
        }
    }

    #[test]
    fn a_header_of_the_c_library_is_named_with_what_to_install() {
        let missing = "x.c:1:10: fatal error: 'stdio.h' file not found\n";
        assert!(failed("x.c", missing).own().is_missing_header());
        let found = reason_with_library("x.c", missing);
        for part in ["<stdio.h>", "tvm.h", "wasi-libc", "WASI_SDK_PATH", "WASI_SYSROOT"] {
            assert!(found.contains(part), "{found}");
        }
        let of_the_host = "In file included from x.c:1:\n\
            /usr/include/netdb.h:28:10: fatal error: 'bits/stdint-uintn.h' file not found\n";
        let found = reason_with_library("x.c", of_the_host);
        assert!(found.contains("<netdb.h>"), "{found}");
        let found = reason_with_library("x.c", "x.c:1:10: fatal error: 'mine.h' file not found\n");
        assert!(found.contains("'mine.h' file not found"), "{found}");
    }

    #[test]
    fn what_a_cpp_program_lacks_is_named_with_what_to_install() {
        let missing = "x.cpp:1:10: fatal error: 'iostream' file not found\n";
        let found = reason_with_library("x.cpp", missing);
        assert!(found.contains("<iostream>") && found.contains("libc++-dev-wasm32"), "{found}");
        assert!(!found.contains("tvm.h"), "{found}");
    }

    #[test]
    fn programs_with_exceptions_or_setjmp_are_recognised() {
        for (file, messages, unwinds) in [
            ("x.cpp", "x.cpp:1:16: error: cannot use 'throw' with exceptions disabled\n", true),
            ("x.cpp", "wasm-ld: error: x.o: undefined symbol: __cxa_throw\n", true),
            ("x.c", "setjmp.h:8:2: error: compile with -mllvm -wasm-enable-sjlj\n", true),
            ("x.c", "wasm-ld: error: x.o: undefined symbol: __wasm_setjmp\n", true),
            ("x.c", "wasm-ld: error: x.o: undefined symbol: system\n", false),
            ("x.cpp", "x.cpp:1:1: error: unknown type name 'thr'\n", false),
        ] {
            assert_eq!(
                error_with_library(file, messages).is_missing_unwinding(),
                unwinds,
                "{messages}"
            );
        }
    }

    #[test]
    fn a_missing_part_of_the_libraries_is_named_with_what_to_install() {
        for (messages, missing) in [
            (
                "wasm-ld: error: cannot open /usr/lib/libclang_rt.builtins-wasm32.a: No such file",
                "the runtime library of clang",
            ),
            ("wasm-ld: error: cannot open crt1.o: No such file", "the C library"),
            ("wasm-ld: error: unable to find library -lc++", "the C++ library"),
        ] {
            let found = reason_with_library("x.c", messages);
            assert!(found.contains(missing) && found.contains("libclang-rt-"), "{found}");
        }
    }

    #[test]
    fn all_undefined_names_are_named_once() {
        let found = reason_for(
            "wasm-ld: error: /tmp/folder/program.o: undefined symbol: puts\n\
             wasm-ld: error: /tmp/folder/program.o: undefined symbol: qsort\n\
             wasm-ld: error: /tmp/folder/program.o: undefined symbol: puts\n",
        );
        assert!(found.contains("nowhere: puts, qsort."), "{found}");
    }

    #[test]
    fn the_temporary_folder_is_not_shown() {
        let found = reason_for("/tmp/folder/tvm.h:3:1: error: this\n");
        assert!(found.contains("\ntvm.h:3:1: error: this"), "{found}");
    }
}
