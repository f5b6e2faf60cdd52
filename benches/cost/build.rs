//! The programs whose models have a kernel here.

use std::error::Error;
use std::path::Path;

use tvm_build::Build;
use tvm_core::toolchain::catalogue;

fn main() -> Result<(), Box<dyn Error>> {
    let build = Build::from_environment()?;
    for (folder, name) in [("../../programs", "sudoku"), ("programs", "sha256")] {
        println!("cargo::rerun-if-changed={folder}");
        let entries = catalogue::read(Path::new(folder))?;
        let entry = entries.iter().find(|entry| entry.name == name);
        build.program(entry.ok_or("the catalogue has the program")?)?;
    }
    Ok(())
}
