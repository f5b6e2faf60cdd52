//! The universal models and their kernels, into OUT_DIR.

use std::error::Error;

use tvm_core::machine::Machine;

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    let build = tvm_build::Build::from_environment()?;
    build.universal(&Machine::classic())?;
    build.universal(&Machine::full())?;
    Ok(())
}
