//! What `graph!` and `opcode!` say of mistakes. To accept changed messages, run with
//! `TRYBUILD=overwrite`.

#[test]
fn mistakes_are_reported_where_they_are() {
    trybuild::TestCases::new().compile_fail("tests/ui/*.rs");
}
