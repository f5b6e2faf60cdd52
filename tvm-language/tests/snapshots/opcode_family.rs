::core::compile_error! {
    "`a` stays where it is, as an i64"
}
/// Sums and stores.
pub const FAMILY: &[::tvm_core::machine::Opcode] = { &[] };
