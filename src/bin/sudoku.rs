//! `sudoku`: the program of that name in programs/, as a transformer. The build script makes `PROGRAM`.

include!(concat!(env!("OUT_DIR"), "/sudoku.rs"));

fn main() -> std::process::ExitCode {
    tvm_host::executable::main(&PROGRAM)
}
