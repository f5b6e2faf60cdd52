//! The languages that clang compiles, by the names of files.

use std::path::Path;

/// A language that clang compiles.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// C.
    C,
    /// C++.
    Cpp,
}

impl Language {
    /// The language of a file by its extension. Compilers take `.C` for C++; the case of other extensions
    /// does not matter.
    pub fn of(file: &Path) -> Option<Language> {
        let extension = file.extension()?.to_str()?;
        if extension == "C" {
            return Some(Language::Cpp);
        }
        match extension.to_ascii_lowercase().as_str() {
            "c" => Some(Language::C),
            "cc" | "cpp" | "cxx" | "c++" => Some(Language::Cpp),
            _ => None,
        }
    }
}

/// Is the file an object file or a library of them, which is only linked?
pub(super) fn is_object(file: &Path) -> bool {
    file.extension().is_some_and(|extension| extension == "o" || extension == "a")
}
