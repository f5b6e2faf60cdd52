//! What `tvm bench` measures beside the universal models: a specialised program with its kernel. Also
//! which compiler it is, for those who measure.

use std::error::Error;
use std::process::Command;
use std::{env, path::Path};

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rustc-env=TVM_RUSTC={}", compiler());
    let programs = Path::new("../programs");
    println!("cargo::rerun-if-changed={}", programs.display());
    let entries = tvm_toolchain::catalogue::read(programs)?;
    let sudoku = entries.iter().find(|entry| entry.name == "sudoku");
    tvm_build::Build::from_environment()?.program(sudoku.ok_or("no sudoku in programs")?)?;
    Ok(())
}

fn compiler() -> String {
    let output =
        env::var_os("RUSTC").and_then(|rustc| Command::new(rustc).arg("--version").output().ok());
    let version = output.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_string());
    version.unwrap_or_else(|| "an unknown compiler".to_string())
}
