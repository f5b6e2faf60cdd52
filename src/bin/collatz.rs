//! `collatz`: the program of that name in programs/, as a transformer.

fn main() -> std::process::ExitCode {
    tvm_host::executable::main(&transformer_vm::embedded::COLLATZ)
}
