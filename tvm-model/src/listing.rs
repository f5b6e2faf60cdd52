//! What people want to know of a program whose instructions are only in weights: the names of its
//! functions and of its instructions. No immediates, and a letter for an instruction, so that the
//! listing of 2,000 instructions takes less than 3 KB. Nothing is computed with it.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Write as _;

use serde::{Deserialize, Serialize};

use crate::{CStack, CStackUse};

/// Callers that a description names; a recursion may have thousands.
const NAMED_CALLERS: usize = 4;

/// The names of a program's functions and instructions.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Listing {
    /// The first instruction of every function and the function's name, in order.
    functions: Vec<(u32, String)>,
    /// What the letters stand for.
    mnemonics: BTreeMap<char, String>,
    /// A letter for every instruction.
    instructions: String,
    /// The C stack of a program that has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    c_stack: Option<CStack>,
}

/// As many letters as there are codes of opcodes and more; ASCII, which is shorter, first. None of them has
/// to be escaped in JSON.
fn letters() -> impl Iterator<Item = char> {
    ('a'..='z').chain('A'..='Z').chain('0'..='9').chain('\u{c0}'..)
}

impl Listing {
    /// The listing of functions in order, as first instruction and name, and of mnemonics, one for
    /// every instruction.
    pub fn new<'a>(
        functions: impl IntoIterator<Item = (u32, &'a str)>,
        instructions: impl IntoIterator<Item = &'a str>,
    ) -> Listing {
        let mut letters = letters();
        let mut known: HashMap<&str, char> = HashMap::new();
        let mut next = || letters.next().expect("there are more characters than mnemonics");
        let instructions: String = instructions
            .into_iter()
            .map(|name| *known.entry(name).or_insert_with(&mut next))
            .collect();
        Listing {
            functions: functions
                .into_iter()
                .map(|(first, name)| (first, name.to_string()))
                .collect(),
            mnemonics: known.into_iter().map(|(name, letter)| (letter, name.to_string())).collect(),
            instructions,
            c_stack: None,
        }
    }

    /// The same listing with what is known of the program's C stack.
    #[must_use]
    pub fn with_c_stack(self, c_stack: Option<CStack>) -> Listing {
        Listing { c_stack, ..self }
    }

    /// The mnemonic of an instruction.
    pub fn mnemonic(&self, instruction: u32) -> Option<&str> {
        let letter = self.instructions.chars().nth(instruction as usize)?;
        self.mnemonics.get(&letter).map(String::as_str)
    }

    /// The mnemonics of all instructions, in order.
    pub fn mnemonics(&self) -> impl Iterator<Item = &str> {
        self.instructions
            .chars()
            .map(|letter| self.mnemonics.get(&letter).map_or("", String::as_str))
    }

    /// The name of the function that an instruction is in.
    pub fn function(&self, instruction: u32) -> Option<&str> {
        let (_, name) = self.entry(instruction)?;
        Some(name)
    }

    fn entry(&self, instruction: u32) -> Option<&(u32, String)> {
        let begun = self.functions.partition_point(|(first, _)| *first <= instruction);
        self.functions.get(begun.checked_sub(1)?)
    }

    /// Where an instruction is, in words: its mnemonic, its function and, from the innermost on, the
    /// functions that the calls are in; and whether those have used up the C stack. Names are escaped.
    pub fn describe(&self, instruction: u32, calls: &[u32]) -> String {
        let mnemonic = self.mnemonic(instruction).map(|name| format!(": {name}"));
        let mnemonic = mnemonic.unwrap_or_default();
        let Some(function) = self.function(instruction) else {
            return format!("at instruction {instruction}{mnemonic}");
        };
        let function = function.escape_debug();
        let mut text = format!("in function `{function}` (instruction {instruction}{mnemonic})");
        let callers = calls.iter().filter_map(|&call| self.function(call));
        for (index, name) in callers.take(NAMED_CALLERS).enumerate() {
            let called = if index == 0 { "called from" } else { "from" };
            let _ = write!(text, ", {called} `{}`", name.escape_debug());
        }
        if calls.len() > NAMED_CALLERS {
            let _ = write!(text, " and {} more", calls.len() - NAMED_CALLERS);
        }
        text.push_str(&self.describe_c_stack(instruction, calls).unwrap_or_default());
        text
    }

    /// What the C stack has to do with a failure. Beyond its end there is no memory, or what the
    /// program keeps there has been overwritten. Where nobody knows how much of it is in use, it may be
    /// the reason why an access to memory fails.
    fn describe_c_stack(&self, instruction: u32, calls: &[u32]) -> Option<String> {
        let stack = self.c_stack.as_ref()?;
        let open = std::iter::once(&instruction).chain(calls);
        let functions = open.filter_map(|&at| self.entry(at)).map(|(first, _)| *first);
        let state = match stack.in_use(functions) {
            CStackUse::Exhausted => "is",
            CStackUse::Unknown if self.accesses_memory(instruction) => "may be",
            CStackUse::Unknown | CStackUse::Within => return None,
        };
        let bytes = stack.bytes();
        Some(format!("; the C stack of {bytes} bytes {state} used up: compile with a larger one"))
    }

    fn accesses_memory(&self, instruction: u32) -> bool {
        let accesses = |name: &str| name.contains(".load") || name.contains(".store");
        self.mnemonic(instruction).is_some_and(accesses)
    }

    /// What contradicts itself in a listing that was read.
    pub(super) fn problem(&self) -> Option<String> {
        if let Some(letter) =
            self.instructions.chars().find(|one| !self.mnemonics.contains_key(one))
        {
            return Some(format!("no mnemonic has the letter {letter:?}"));
        }
        let ordered = self.functions.is_sorted_by(|(one, _), (next, _)| one <= next);
        (!ordered).then(|| "the functions are not in order".to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listing() -> Listing {
        let functions = [(0, "(start of the program)"), (2, "f\"\\\n"), (3, "g")];
        Listing::new(functions, ["call", "halt", "i32.div_s", "call", "return"])
    }

    #[test]
    fn a_c_stack_that_is_used_up_is_said() {
        use crate::CStackFrame;
        let fixed = CStackFrame { bytes: 48, varies: false };
        let varying = CStackFrame { bytes: 0, varies: true };
        let names = ["call", "halt", "call", "return", "i32.load8_u", "i32.div_s"];
        let listing = |frame| {
            let functions = [(0, "(start of the program)"), (2, "main"), (4, "f")];
            let stack = CStack::new(100, [(2, fixed), (4, frame)]);
            Listing::new(functions, names).with_c_stack(Some(stack))
        };
        assert!(!listing(fixed).describe(4, &[2, 0]).contains("C stack"));
        let found = listing(fixed).describe(5, &[5, 2, 0]);
        let expected = "; the C stack of 100 bytes is used up: compile with a larger one";
        assert!(found.ends_with(expected), "{found}");
        assert!(listing(varying).describe(4, &[2, 0]).contains("may be used up"));
        assert!(!listing(varying).describe(5, &[2, 0]).contains("C stack"));
    }

    #[test]
    fn an_instruction_has_a_name_and_a_function() {
        let listing = listing();
        let found = (0..6).map(|at| listing.mnemonic(at).unwrap_or("-")).collect::<Vec<_>>();
        assert_eq!(found, ["call", "halt", "i32.div_s", "call", "return", "-"]);
        assert_eq!(listing.function(1), Some("(start of the program)"));
        assert_eq!(listing.function(2), Some("f\"\\\n"));
        assert_eq!(listing.function(4), Some("g"));
        assert_eq!(Listing::new([], ["halt"]).function(0), None);
    }

    #[test]
    fn a_place_has_names() {
        let functions = [(0, "(start of the program)"), (2, "main"), (4, "f")];
        let code = ["call", "halt", "call", "return", "i32.div_s", "call", "return"];
        let listing = Listing::new(functions, code);
        assert_eq!(
            listing.describe(4, &[2, 0]),
            "in function `f` (instruction 4: i32.div_s), \
             called from `main`, from `(start of the program)`"
        );
        let recursion = [vec![5; 65_534], vec![2, 0]].concat();
        assert_eq!(
            listing.describe(5, &recursion),
            "in function `f` (instruction 5: call), \
             called from `f`, from `f`, from `f`, from `f` and 65532 more"
        );
        let nameless = Listing::new([], ["i32.const", "unreachable"]);
        assert_eq!(nameless.describe(1, &[]), "at instruction 1: unreachable");
    }

    #[test]
    fn what_is_written_is_read() {
        let text = serde_json::to_string(&listing()).unwrap();
        assert!(text.contains(r#""instructions":"abcad""#), "{text}");
        assert_eq!(serde_json::from_str::<Listing>(&text).unwrap(), listing());
        assert_eq!(listing().problem(), None);
    }

    #[test]
    fn there_are_letters_for_every_code() {
        let names: Vec<String> = (0..256).map(|code| format!("opcode {code}")).collect();
        let listing = Listing::new([], names.iter().map(String::as_str));
        for (at, name) in (0..).zip(&names) {
            assert_eq!(listing.mnemonic(at), Some(name.as_str()));
        }
        let text = serde_json::to_string(&listing).unwrap();
        assert_eq!(serde_json::from_str::<Listing>(&text).unwrap(), listing);
    }

    #[test]
    fn contradictions_are_found() {
        let wrong = |text: &str| serde_json::from_str::<Listing>(text).unwrap().problem().unwrap();
        let letter = wrong(r#"{"functions":[],"mnemonics":{"a":"halt"},"instructions":"ab"}"#);
        assert!(letter.contains("'b'"), "{letter}");
        let order = r#"{"functions":[[2,"f"],[1,"g"]],"mnemonics":{},"instructions":""}"#;
        assert!(wrong(order).contains("order"));
    }
}
