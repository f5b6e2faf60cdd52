//! `tvm`.
fn main() {}
