//! What `graph!` and `opcode!` say of mistakes. To accept changed messages, run with
//! `TRYBUILD=overwrite`. The test is here, not with `tvm-core`, whose tests need much that would be
//! compiled once more for it.

#[test]
fn mistakes_are_reported_where_they_are() {
    trybuild::TestCases::new().compile_fail("tests/ui/*.rs");
}
