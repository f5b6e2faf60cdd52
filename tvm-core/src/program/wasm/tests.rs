//! Modules in the text format: what they compile to, what they do, and why they are refused.

mod behaviour;
mod layout;
mod refusal;

/// The binary format of a module with these fields and a function `output`.
fn module(fields: &str) -> Vec<u8> {
    let text = format!(
        r#"(module (import "tvm" "output" (func $output (param i32)))
            (memory (export "memory") 1) {fields})"#
    );
    wat::parse_str(text).unwrap()
}
