//! The library that belongs to `tvm.h`: functions that clang calls of its own accord, the heap, and
//! floating point as text.
//! Its sources are part of this crate and are compiled along with a program that needs any of them.

use std::io;
use std::path::{Path, PathBuf};

/// The files, by their names.
const FILES: [(&str, &str); 6] = [
    ("memory.c", include_str!("../../../programs/library/memory.c")),
    ("heap.c", include_str!("../../../programs/library/heap.c")),
    ("wide_integers.c", include_str!("../../../programs/library/wide_integers.c")),
    ("natural.c", include_str!("../../../programs/library/natural.c")),
    ("floating_text.c", include_str!("../../../programs/library/floating_text.c")),
    ("strtod.c", include_str!("../../../programs/library/strtod.c")),
];

/// The contents of its files.
pub(super) fn sources() -> impl Iterator<Item = &'static str> {
    FILES.into_iter().map(|(_, text)| text)
}

/// Writes the files into a folder. Returns the file to compile, which includes all others. The linker
/// keeps only the functions that are called.
pub(super) fn write(folder: &Path) -> io::Result<PathBuf> {
    let folder = folder.join("library");
    std::fs::create_dir(&folder)?;
    let mut includes = String::new();
    for (name, text) in FILES {
        std::fs::write(folder.join(name), text)?;
        includes.push_str(&format!("#include \"{name}\"\n"));
    }
    let all = folder.join("library.c");
    std::fs::write(&all, includes)?;
    Ok(all)
}
