//! `fibonacci`: the program of that name in programs/, as a transformer. The build script makes `PROGRAM`.

include!(concat!(env!("OUT_DIR"), "/fibonacci.rs"));

fn main() -> std::process::ExitCode {
    tvm_host::executable::main(&PROGRAM)
}
