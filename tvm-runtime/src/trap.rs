//! What a trap is called, in WebAssembly's own words, and where it was, in those of the program.

use std::fmt::Write as _;

use crate::cursor::Place;
use tvm_model::{CStackUse, Listing};

/// Callers that are named; a recursion may have thousands.
const NAMED_CALLERS: usize = 4;

/// The message about a trap: its kind, the instruction and, where a listing names them, its mnemonic,
/// its function and those that called it, and whether the C stack is used up.
pub fn message(kind: &str, place: &Place, listing: Option<&Listing>) -> String {
    let mut text = format!("trap: {}", words(kind).escape_debug());
    let Place { instruction, calls } = place;
    let function = |at: u32| Some(listing?.function(at)?.escape_debug());
    let mnemonic = listing.and_then(|listing| listing.mnemonic(*instruction));
    let mnemonic = mnemonic.map(|name| format!(": {name}")).unwrap_or_default();
    match function(*instruction) {
        Some(name) => {
            let _ = write!(text, " in function `{name}` (instruction {instruction}{mnemonic})");
        }
        None => {
            let _ = write!(text, " at instruction {instruction}{mnemonic}");
        }
    }
    let callers = calls.iter().filter_map(|&call| function(call));
    for (index, name) in callers.take(NAMED_CALLERS).enumerate() {
        let called = if index == 0 { "called from" } else { "from" };
        let _ = write!(text, ", {called} `{name}`");
    }
    if calls.len() > NAMED_CALLERS && function(*instruction).is_some() {
        let _ = write!(text, " and {} more", calls.len() - NAMED_CALLERS);
    }
    text.push_str(&listing.and_then(|listing| c_stack(kind, place, listing)).unwrap_or_default());
    text
}

/// What the C stack has to do with a trap. Beyond its end there is no memory, or what a module keeps
/// there is overwritten.
fn c_stack(kind: &str, place: &Place, listing: &Listing) -> Option<String> {
    let stack = listing.c_stack()?;
    let open = std::iter::once(&place.instruction).chain(&place.calls);
    let state = match stack.in_use(open.filter_map(|&at| listing.beginning(at))) {
        CStackUse::Exhausted => "is",
        CStackUse::Unknown if kind == OUT_OF_BOUNDS => "may be",
        CStackUse::Unknown | CStackUse::Within => return None,
    };
    let bytes = stack.bytes();
    Some(format!("; the C stack of {bytes} bytes {state} used up: compile with a larger one"))
}

/// The kind of an access outside memory.
const OUT_OF_BOUNDS: &str = "out_of_bounds";

/// A kind of trap as the specification of WebAssembly words it. Others speak for themselves.
fn words(kind: &str) -> String {
    match kind {
        "divide_by_zero" => "integer divide by zero".to_string(),
        OUT_OF_BOUNDS => "out of bounds memory access".to_string(),
        other => other.replace('_', " "),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listing() -> Listing {
        let functions = [(0, "(start of the program)"), (2, "main"), (4, "f")];
        Listing::new(functions, ["call", "halt", "call", "return", "i32.div_s", "call", "return"])
    }

    #[test]
    fn the_words_are_those_of_webassembly() {
        for (kind, expected) in [
            ("unreachable", "unreachable"),
            ("divide_by_zero", "integer divide by zero"),
            ("integer_overflow", "integer overflow"),
            ("out_of_bounds", "out of bounds memory access"),
            ("undefined_element", "undefined element"),
            ("uninitialized_element", "uninitialized element"),
            ("indirect_call_type_mismatch", "indirect call type mismatch"),
            ("call_stack_exhausted", "call stack exhausted"),
            ("of_my_own", "of my own"),
        ] {
            assert_eq!(words(kind), expected);
        }
    }

    #[test]
    fn a_listing_names_the_place() {
        let place = Place { instruction: 4, calls: vec![2, 0] };
        assert_eq!(
            message("divide_by_zero", &place, Some(&listing())),
            "trap: integer divide by zero in function `f` (instruction 4: i32.div_s), \
             called from `main`, from `(start of the program)`"
        );
        assert_eq!(
            message("divide_by_zero", &place, None),
            "trap: integer divide by zero at instruction 4"
        );
        let nameless = Listing::new([], ["i32.const", "unreachable"]);
        let place = Place { instruction: 1, calls: vec![] };
        assert_eq!(
            message("unreachable", &place, Some(&nameless)),
            "trap: unreachable at instruction 1: unreachable"
        );
    }

    #[test]
    fn a_c_stack_that_is_used_up_is_said() {
        use tvm_model::{CStack, CStackFrame};
        let fixed = CStackFrame { bytes: 48, varies: false };
        let with = |frame| listing().with_c_stack(Some(CStack::new(100, [(2, fixed), (4, frame)])));
        let once = Place { instruction: 4, calls: vec![2, 0] };
        let twice = Place { instruction: 4, calls: vec![5, 2, 0] };
        let of = |kind, place, frame| message(kind, place, Some(&with(frame)));
        assert!(!of("out_of_bounds", &once, fixed).contains("C stack"));
        let found = of("out_of_bounds", &twice, fixed);
        let expected = "; the C stack of 100 bytes is used up: compile with a larger one";
        assert!(found.ends_with(expected), "{found}");
        let varying = CStackFrame { bytes: 0, varies: true };
        assert!(of("out_of_bounds", &twice, varying).contains("may be used up"));
        assert!(!of("divide_by_zero", &twice, varying).contains("C stack"));
    }

    #[test]
    fn a_recursion_is_cut_short() {
        let place = Place { instruction: 5, calls: [vec![5; 65_534], vec![2, 0]].concat() };
        assert_eq!(
            message("call_stack_exhausted", &place, Some(&listing())),
            "trap: call stack exhausted in function `f` (instruction 5: call), \
             called from `f`, from `f`, from `f`, from `f` and 65532 more"
        );
    }
}
