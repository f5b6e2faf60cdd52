//! What clang says. It warns in messages for people, and so it says why it failed; failures that have
//! one cause and one remedy are recognised, the others are shown.

use std::path::Path;

use super::ClangError;

/// Headers of the C library, which are not part of clang.
const LIBRARY_HEADERS: [&str; 25] = [
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
];

/// Parts of the messages by which clang reports a missing linker. Such a line also names `wasm-ld`.
const NO_LINKER: [&str; 4] =
    ["doesn't exist", "unable to execute", "posix_spawn failed", "invalid linker name"];

/// Messages as text. Files in the folder for temporary ones are named without it.
pub(super) fn readable(stderr: &[u8], folder: &Path) -> String {
    let folder = format!("{}{}", folder.display(), std::path::MAIN_SEPARATOR);
    String::from_utf8_lossy(stderr).replace(&folder, "")
}

/// Why clang failed at a file, by its messages.
pub(super) fn refusal(clang: &Path, file: &Path, messages: String) -> ClangError {
    let file = file.to_owned();
    if has_no_linker(&messages) {
        return ClangError::LinkerMissing { path: clang.to_owned() };
    }
    if let Some(header) = missing_header(&messages) {
        return ClangError::NoCLibrary { file, header };
    }
    let names = undefined(&messages);
    if !names.is_empty() {
        return ClangError::Undefined { file, names };
    }
    ClangError::Refused { file, messages }
}

fn has_no_linker(messages: &str) -> bool {
    messages
        .lines()
        .any(|line| line.contains("wasm-ld") && NO_LINKER.iter().any(|text| line.contains(text)))
}

/// The missing header, if the messages report one of the C library.
fn missing_header(messages: &str) -> Option<String> {
    messages.lines().find_map(|line| {
        let (_, rest) = line.split_once("fatal error: '")?;
        let (header, _) = rest.split_once("' file not found")?;
        let is_known = LIBRARY_HEADERS.contains(&header) || header.starts_with("sys/");
        is_known.then(|| header.to_owned())
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

    fn reason_for(messages: &str) -> String {
        let messages = readable(messages.as_bytes(), Path::new("/tmp/folder"));
        refusal(Path::new("clang"), Path::new("x.c"), messages).to_string()
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
        let found = reason_for("x.c:1:10: fatal error: 'stdio.h' file not found\n");
        for part in ["<stdio.h>", "tvm.h", "wasi-libc"] {
            assert!(found.contains(part), "{found}");
        }
        let found = reason_for("x.c:1:10: fatal error: 'mine.h' file not found\n");
        assert!(found.contains("'mine.h' file not found"), "{found}");
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
