//! Messages about traps, in the words of the WebAssembly specification.

use super::cursor::Place;

/// The message about a trap: its kind and its place; `described` is the place by the names of functions.
pub(super) fn message(kind: &str, place: &Place, described: Option<String>) -> String {
    let number = || format!("at instruction {}", place.instruction);
    let place = described.unwrap_or_else(number);
    format!("trap: {} {place}", words(kind).escape_debug())
}

/// The words of the WebAssembly specification for a kind of trap. Other kinds are shown with spaces.
fn words(kind: &str) -> String {
    match kind {
        "divide_by_zero" => "integer divide by zero".to_string(),
        "out_of_bounds" => "out of bounds memory access".to_string(),
        other => other.replace('_', " "),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_are_those_of_webassembly() {
        for (kind, expected) in [
            ("unreachable", "unreachable"),
            ("divide_by_zero", "integer divide by zero"),
            ("integer_overflow", "integer overflow"),
            ("invalid_conversion_to_integer", "invalid conversion to integer"),
            ("out_of_bounds", "out of bounds memory access"),
            ("undefined_element", "undefined element"),
            ("uninitialized_element", "uninitialized element"),
            ("indirect_call_type_mismatch", "indirect call type mismatch"),
            ("uncaught_exception", "uncaught exception"),
            ("call_stack_exhausted", "call stack exhausted"),
            ("of_my_own", "of my own"),
        ] {
            assert_eq!(words(kind), expected);
        }
    }

    #[test]
    fn a_place_is_a_number_or_what_someone_calls_it() {
        let place = Place { instruction: 4, calls: vec![2, 0] };
        let message = |described| message("divide_by_zero", &place, described);
        assert_eq!(message(None), "trap: integer divide by zero at instruction 4");
        let described = message(Some("in function `f`".to_string()));
        assert_eq!(described, "trap: integer divide by zero in function `f`");
    }
}
