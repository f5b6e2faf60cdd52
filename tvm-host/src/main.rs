//! A runtime and nothing else: an executable that runs the program that is appended to it. Built for
//! another platform it is what `tvm bundle --target-runtime` takes.

use std::process::ExitCode;

use tvm_host::message::tell;
use tvm_host::{bundle, executable};

fn main() -> ExitCode {
    bundle::main().unwrap_or_else(|| {
        tell(
            "there is no program in this runtime: \
             `tvm bundle PROGRAM -o FILE --target-runtime RUNTIME` appends one",
        );
        ExitCode::from(executable::status::USAGE)
    })
}
