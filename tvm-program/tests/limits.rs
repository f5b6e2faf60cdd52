//! The figures of docs/limits.md are the constants of the crate.

use std::fs;
use std::path::Path;

use tvm_program::limits;

/// A number with commas between thousands, as the document writes it.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place) % 3 == 0 {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A power of two as the document writes it.
fn power(number: u64) -> String {
    assert!(number.is_power_of_two());
    format!("2^{}", number.ilog2())
}

#[test]
fn the_document_has_the_sizes_of_the_crate() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/limits.md");
    let document = fs::read_to_string(path).unwrap();
    let pages = |pages: u32| grouped(pages.into());
    let megabytes = |bytes: u64| format!("{} MiB", bytes >> 20);
    assert_eq!(limits::PAGE_BYTES, 64 << 10, "a page has 64 KiB");
    let (greatest, undeclared) = (limits::GREATEST_PAGES, limits::MEMORY_PAGES);
    let depth = grouped(limits::CALL_DEPTH.into());
    let rows = [
        format!(
            "| linear memory | {} pages of 64 KiB: {} | {} pages, always: {} |",
            pages(greatest),
            megabytes(limits::GREATEST_MEMORY),
            pages(undeclared),
            megabytes(limits::MEMORY_BYTES)
        ),
        format!(
            "| linear memory before a program declares any (token text) | {} pages |",
            pages(undeclared)
        ),
        format!(
            "| nested calls | {depth}; a function of more than {words} words of locals counts once for every {words} |",
            words = limits::WINDOW_WORDS
        ),
        format!(
            "| words on the operand stack at a call | {} |",
            power(limits::OPERAND_WORDS.into())
        ),
        format!(
            "| words on the operand stack of one function | {} |",
            power(limits::FUNCTION_STACK.into())
        ),
        format!(
            "| words of locals of a function; words of globals | {}; {} |",
            power(limits::LOCAL_WORDS.into()),
            power(limits::GLOBAL_WORDS.into())
        ),
        format!(
            "| elements of a table that calls go through | {} |",
            grouped(limits::TABLE_ELEMENTS.into())
        ),
        format!(
            "| elements that a table can grow to | {} |",
            grouped(limits::GROWN_ELEMENTS.into())
        ),
        format!("| input | {} bytes always fit |", grouped(limits::INPUT_BYTES.into())),
        format!(
            "| instructions of a compiled program; in the weights | {} - 1; {} |",
            power(limits::INSTRUCTIONS as u64 + 1),
            power(limits::INSTRUCTIONS_IN_WEIGHTS as u64)
        ),
    ];
    for row in rows {
        assert!(document.lines().any(|line| line.starts_with(&row)), "no row begins with: {row}");
    }
}
