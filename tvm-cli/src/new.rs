//! `tvm new`: a folder to begin with. What is in it is part of this executable.

use std::fs;
use std::path::{Path, PathBuf};

use tvm_host::output_file::Existing;
use tvm_toolchain::clang::TVM_H;

use crate::arguments::NewArguments;
use crate::failure::Failure;
use crate::output::print;

/// A file of the template: its name and its bytes. `NAME` in a name, and in texts about the program, is
/// the program's.
struct Template {
    path: &'static str,
    bytes: &'static [u8],
}

macro_rules! from_repository {
    ($path:literal) => {
        include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/../", $path))
    };
}

const TEMPLATES: [Template; 10] = [
    Template { path: "NAME.c", bytes: from_repository!("tvm-cli/templates/program.c") },
    Template { path: "tvm.h", bytes: TVM_H.as_bytes() },
    Template {
        path: "prebuilt/NAME.wasm",
        bytes: from_repository!("tvm-cli/templates/prebuilt/program.wasm"),
    },
    Template { path: "README.md", bytes: from_repository!("tvm-cli/templates/README.md") },
    Template {
        path: "opcode/Cargo.toml",
        bytes: from_repository!("tvm-cli/templates/opcode.toml"),
    },
    Template { path: "opcode/src/lib.rs", bytes: from_repository!("tests/own-opcode/src/lib.rs") },
    Template {
        path: "opcode/src/main.rs",
        bytes: from_repository!("tests/own-opcode/src/main.rs"),
    },
    Template { path: "opcode/saturate.c", bytes: from_repository!("tests/own-opcode/saturate.c") },
    Template {
        path: "opcode/prebuilt/saturate.wasm",
        bytes: from_repository!("tests/own-opcode/prebuilt/saturate.wasm"),
    },
    Template { path: ".gitignore", bytes: b"/NAME\n*.tvm\nopcode/target\n" },
];

/// Where the sources of tvm-core were when this executable was built.
const TVM_CORE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../tvm-core");

pub(crate) fn execute(arguments: &NewArguments) -> Result<(), Failure> {
    let name = &arguments.name;
    check_name(name)?;
    let folder = PathBuf::from(name);
    Existing::Refuse.check(&folder)?;
    let failed = |error| Failure::Folder { path: folder.clone(), error };
    // All of it or nothing: under another name until it is complete. The text of an error of
    // `tempdir_in` has that name; its kind has not.
    let temporary = tempfile::Builder::new().prefix(".tvm-new-").tempdir_in(".");
    let temporary = temporary.map_err(|error| failed(error.kind().into()))?;
    let complete = temporary.path().join(name);
    for template in &TEMPLATES {
        write(&complete, name, template).map_err(failed)?;
    }
    fs::rename(&complete, &folder).map_err(failed)?;
    print(&format!(
        "{name}/{name}.c is your program. Next:\n\n    cd {name}\n    tvm run {name}.c --input World\n    \
         tvm bundle {name}.c -o {name}\n\n{name}/README.md says more.\n"
    ))
}

/// The name is that of a folder and of files.
fn check_name(name: &str) -> Result<(), Failure> {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    let begins = name.starts_with(|c: char| c.is_ascii_alphabetic());
    if begins && name.chars().all(is_plain) && name.len() <= 64 {
        return Ok(());
    }
    Err(Failure::Usage(format!(
        "{name:?} cannot name a program: a name is a letter, then at most 63 letters, digits, `-` and `_`"
    )))
}

fn write(folder: &Path, name: &str, template: &Template) -> std::io::Result<()> {
    let path = folder.join(template.path.replace("NAME", name));
    fs::create_dir_all(path.parent().unwrap_or(folder))?;
    let is_filled_in =
        [".md", ".toml", ".gitignore"].iter().any(|end| template.path.ends_with(end));
    match std::str::from_utf8(template.bytes) {
        Ok(text) if is_filled_in => {
            fs::write(path, text.replace("NAME", name).replace("TVM_CORE", TVM_CORE))
        }
        _ => fs::write(path, template.bytes),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_plain() {
        for name in ["a", "Sudoku-2", "my_program"] {
            check_name(name).unwrap();
        }
        for name in ["", "2a", "a/b", "..", "-x", "a b", &"x".repeat(65)] {
            assert!(check_name(name).is_err(), "{name}");
        }
    }
}
