//! What is measured. The sources of Lua come with the crate that the tests of real programs take them from.

use std::path::{Path, PathBuf};
use std::process::Command;

use tvm_core::model::Model;
use tvm_core::runtime::engine::GeneratedKernel;
use tvm_core::toolchain::Source;
use tvm_core::toolchain::clang::CompileOptions;
use tvm_core::toolchain::prebuilt;

use crate::Result;

mod sudoku {
    include!(concat!(env!("OUT_DIR"), "/sudoku.rs"));
}

mod sha256 {
    include!(concat!(env!("OUT_DIR"), "/sha256.rs"));
}

/// This package.
pub(crate) const FOLDER: &str = env!("CARGO_MANIFEST_DIR");

/// The default puzzle.
pub(crate) const PUZZLE: &str = match str::from_utf8(sudoku::PROGRAM.default_input) {
    Ok(puzzle) => puzzle,
    Err(_) => panic!("a puzzle is digits and points"),
};

/// A puzzle that needs much search (Arto Inkala, 2012).
const INKALA: &str =
    "8..........36......7..9.2...5...7.......457.....1...3...1....68..85...1..9....4..";

/// A program with its input.
pub(crate) struct Program {
    pub(crate) about: &'static str,
    pub(crate) input: &'static str,
    /// The C files, the own first.
    pub(crate) sources: Vec<PathBuf>,
    /// Where headers are.
    pub(crate) include: Option<PathBuf>,
    pub(crate) module: Vec<u8>,
    pub(crate) model: Model<'static>,
    pub(crate) kernel: Option<GeneratedKernel>,
}

pub(crate) fn all() -> Result<Vec<Program>> {
    let (puzzles, hashes) = (&sudoku::PROGRAM, &sha256::PROGRAM);
    Ok(vec![
        embedded(
            "sudoku, the default puzzle",
            PUZZLE,
            sudoku_source(),
            puzzles.model,
            sudoku::kernel::KERNEL,
        )?,
        embedded(
            "sudoku, Inkala's puzzle",
            INKALA,
            sudoku_source(),
            puzzles.model,
            sudoku::kernel::KERNEL,
        )?,
        embedded(
            "SHA-256 of a megabyte",
            "1048576",
            Path::new(FOLDER).join("programs/sha256.c"),
            hashes.model,
            sha256::kernel::KERNEL,
        )?,
        lua()?,
    ])
}

pub(crate) fn sudoku_source() -> PathBuf {
    Path::new(FOLDER).join("../../programs/sudoku.c")
}

/// A program whose model is in this executable.
fn embedded(
    about: &'static str,
    input: &'static str,
    source: PathBuf,
    model: &'static [u8],
    kernel: GeneratedKernel,
) -> Result<Program> {
    let module = prebuilt::load(&source, &CompileOptions::default())?.bytes;
    let model = Model::from_bytes(model)?;
    Ok(Program {
        about,
        input,
        sources: vec![source],
        include: None,
        module,
        model,
        kernel: Some(kernel),
    })
}

fn lua() -> Result<Program> {
    let folder = lua_folder()?;
    let mut sources: Vec<PathBuf> = std::fs::read_dir(&folder)?
        .map(|entry| Ok(entry?.path()))
        .collect::<Result<Vec<PathBuf>>>()?;
    sources.retain(|path| path.extension().is_some_and(|end| end == "c"));
    sources.sort();
    sources.insert(0, Path::new(FOLDER).join("programs/lua.c"));
    let module = tempfile::NamedTempFile::new()?;
    let mut command = Command::new("clang");
    command.args([
        "--target=wasm32-wasi",
        "-O2",
        "-w",
        "-Wl,--allow-undefined",
        "-Wl,-z,stack-size=1048576",
    ]);
    command.arg("-I").arg(Path::new(FOLDER).join("programs/wasi"));
    command
        .args(EMULATED)
        .args(WITHOUT_JUMPS)
        .arg("-I")
        .arg(&folder)
        .args(&sources)
        .arg("-o")
        .arg(module.path());
    if !command.status()?.success() {
        return Err("clang with wasi-libc cannot compile Lua".into());
    }
    let module = std::fs::read(module.path())?;
    let model = tvm_core::compile(Source::Wasm(module.clone()))?.specialise()?.model().clone();
    let (about, include) = ("Lua, a script", Some(folder));
    Ok(Program { about, input: "", sources, include, module, model, kernel: None })
}

/// What Lua names of a system, and wasi-libc only emulates.
const EMULATED: [&str; 4] = [
    "-D_WASI_EMULATED_SIGNAL",
    "-D_WASI_EMULATED_PROCESS_CLOCKS",
    "-lwasi-emulated-signal",
    "-lwasi-emulated-process-clocks",
];

/// An error ends Lua, instead of a protected call.
pub(crate) const WITHOUT_JUMPS: [&str; 5] = [
    "-D_GNU_SOURCE",
    "-DLUAI_THROW(L,c)=abort()",
    "-DLUAI_TRY(L,c,f,ud)=((f)(L,ud))",
    "-Dluai_jmpbuf=int",
    "-lm",
];

/// Where cargo has the sources of Lua.
fn lua_folder() -> Result<PathBuf> {
    let manifest = Path::new(FOLDER).join("../../tvm-cli/tests/real_programs/sources/Cargo.toml");
    let output = Command::new("cargo")
        .args(["metadata", "--locked", "--format-version", "1", "--manifest-path"])
        .arg(manifest)
        .output()?;
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout)?;
    let packages = metadata["packages"].as_array().ok_or("cargo lists no packages")?;
    let lua = packages.iter().find(|package| package["name"] == "lua-src");
    let manifest = lua.and_then(|package| package["manifest_path"].as_str());
    let folder = Path::new(manifest.ok_or("cargo has no sources of Lua")?).parent();
    Ok(folder.ok_or("a manifest is in a folder")?.join("lua-5.5.1"))
}
