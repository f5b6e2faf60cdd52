::core::compile_error! {
    "unknown name `cary`; did you mean `carry`?"
}
/// Sums.
pub const FAMILY: &[::tvm_core::machine::Opcode] = { &[] };
