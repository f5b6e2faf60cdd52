//! For every program in programs/: C -> wasm -> instructions -> specialised model -> kernel, into OUT_DIR,
//! with a Rust file that its executable includes.

use std::process::ExitCode;

use tvm_build::Build;

fn main() -> ExitCode {
    let made = Build::from_environment().and_then(|build| build.catalogue("programs".as_ref()));
    match made {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            println!("cargo::error={}", error.to_string().replace('\n', " "));
            ExitCode::FAILURE
        }
    }
}
