//! What `tvm bench` measures beside the universal models: a specialised program with its kernel. What `tvm xray --site` has in
//! it: the programs of the catalogue and the book. Also which compiler it is, for those who measure.

use std::error::Error;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use tvm_toolchain::catalogue::{self, CatalogueEntry};
use tvm_toolchain::prebuilt;

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rustc-env=TVM_RUSTC={}", compiler());
    let programs = Path::new("../programs");
    println!("cargo::rerun-if-changed={}", programs.display());
    let entries = catalogue::read(programs)?;
    let made = PathBuf::from(env::var_os("OUT_DIR").ok_or("no OUT_DIR")?);
    fs::write(made.join("examples.rs"), examples(&entries)?)?;
    fs::write(made.join("book.rs"), book(Path::new("../docs"))?)?;
    let sudoku = entries.iter().find(|entry| entry.name == "sudoku");
    tvm_build::Build::from_environment()?.program(sudoku.ok_or("no sudoku in programs")?)?;
    Ok(())
}

/// The programs of the catalogue, as a constant of Rust.
fn examples(entries: &[CatalogueEntry]) -> Result<String, Box<dyn Error>> {
    let mut examples = String::new();
    for CatalogueEntry { name, about, input, source, .. } in entries {
        let folder = source.parent().ok_or("a program is in a folder")?.join(prebuilt::FOLDER);
        let (module, source) =
            (folder.join(name).with_extension("wasm").canonicalize()?, source.canonicalize()?);
        examples += &format!(
            "Example {{ name: {name:?}, about: {about:?}, input: {input:?}, \
             source: include_str!({source:?}), module: include_bytes!({module:?}) }},\n"
        );
    }
    Ok(format!("pub(super) const EXAMPLES: &[Example] = &[\n{examples}];\n"))
}

/// The pages and pictures of the book, as constants of Rust.
fn book(folder: &Path) -> Result<String, Box<dyn Error>> {
    println!("cargo::rerun-if-changed={}", folder.display());
    let (mut pages, mut pictures) = (String::new(), String::new());
    let all = |folder: PathBuf| -> Result<Vec<PathBuf>, std::io::Error> {
        let files = fs::read_dir(folder)?.map(|entry| entry?.path().canonicalize());
        let mut files: Vec<PathBuf> = files.collect::<Result<_, std::io::Error>>()?;
        files.sort();
        Ok(files)
    };
    let name = |path: &Path| path.file_name().map(OsStr::to_os_string).unwrap_or_default();
    for path in
        all(folder.to_owned())?.iter().filter(|path| path.extension() == Some(OsStr::new("md")))
    {
        pages += &format!("({:?}, include_str!({path:?})),\n", name(path));
    }
    for path in all(folder.join("pictures"))? {
        pictures += &format!("({:?}, include_bytes!({path:?})),\n", name(&path));
    }
    Ok(format!(
        "const PAGES: &[(&str, &str)] = &[\n{pages}];\n\
         pub(super) const PICTURES: &[(&str, &[u8])] = &[\n{pictures}];\n"
    ))
}

fn compiler() -> String {
    let output =
        env::var_os("RUSTC").and_then(|rustc| Command::new(rustc).arg("--version").output().ok());
    let version = output.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_string());
    version.unwrap_or_else(|| "an unknown compiler".to_string())
}
