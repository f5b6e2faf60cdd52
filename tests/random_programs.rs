//! Random valid programs, the kind a C compiler emits: straight runs of values and effects, branches
//! that only go forward, calls, all within the stack. They have every opcode of the full set that
//! neither ends a program nor moves its cursor, so integers of 32 and of 64 bits and memory accesses of
//! every width, with operands on the stack and in variables, and results that go to either. The reference executor and every engine agree on every token.

#[path = "executors/engines.rs"]
mod engines;
mod prepared;

use std::collections::BTreeSet;

use engines::{MODEL, prepared};
use proptest::prelude::*;
use tvm_core::machine::Machine;
use tvm_program::ValueType::{self, I32, I64};
use tvm_program::limits::{GREATEST_PAGES, MEMORY_BYTES};
use tvm_program::wasm::is_step;
use tvm_program::{Instruction, InstructionSet, Mnemonic, Place, Places, Program, text};
use tvm_reference::Executor;
use tvm_runtime::engine::EngineKind;
use tvm_test_support::parallel::in_parallel;

/// Generated tokens that are compared at most.
const MOST_TOKENS: u64 = 3_000;

/// Opcodes that programs are not made of, since they move the cursor or say how a program begins.
/// Branches and calls are put between the others.
const LEFT_OUT: [&str; 19] = [
    "halt",
    "unreachable",
    "br",
    "br_if",
    "br_table",
    "call",
    "return",
    "input_base",
    "memory.declare",
    // They wait for a section of the prompt, or for a host.
    "memory.data",
    "host.request",
    "host.argument",
    "host.argument64",
    "host.receive",
    "host.receive64",
    "host.section",
    // Their addresses are the compiler's, which knows how much memory there is.
    "reserved.load",
    "reserved.store",
    // Its result is the upper word of an i64 whose lower word stays: see `Builder::extension`.
    "i64.extend_i32_s",
];

/// Words of locals and of globals that programs have.
const VARIABLES: u16 = 9;

/// The opcodes that programs are made of.
fn pieces(set: &InstructionSet) -> Vec<&Mnemonic> {
    // Steps of floating point go together: `float_operators.rs` has them.
    let is_piece =
        |name: &str| !LEFT_OUT.contains(&name) && !name.starts_with("trap.") && !is_step(name);
    set.mnemonics().iter().filter(|one| is_piece(&one.name)).collect()
}

/// A random choice: which opcode, a number for its immediate and operands, and whether operands are
/// taken from the stack where they are of the right types.
type Choice = (usize, u64, bool);

/// A program being built, and the types of what is on its stack.
struct Builder<'set> {
    set: &'set InstructionSet,
    program: Program,
    stack: Vec<ValueType>,
}

impl Builder<'_> {
    fn push(&mut self, name: &str, immediate: u32) {
        let code = self.set.by_name(name).unwrap().code;
        self.program.instructions.push(Instruction::new(code, immediate));
    }

    /// A constant of a type: small, or any.
    fn constant(&mut self, of: ValueType, number: u64) {
        let number = if number % 3 == 0 { number % 64 } else { number };
        match of.words() {
            1 => self.push("i32.const", number as u32),
            _ if number % 5 == 0 => self.push("i64.const", number as u32),
            _ => {
                self.push("i32.const", number as u32);
                self.push("i32.const", (number >> 32) as u32);
            }
        }
        self.stack.push(of);
    }

    /// Writes all variables, as a program of this instruction set must before it reads them.
    fn write_variables(&mut self) {
        for word in 0..VARIABLES {
            for result in [Place::Local(word), Place::Global(word)] {
                self.push("i32.const", word.into());
                let last = self.program.instructions.last_mut().expect("one is pushed");
                last.places = Places { result, ..Places::STACK };
            }
        }
    }

    /// The operands of an opcode: those on the stack, or constants. Those whose places are variables are moved there.
    fn operands(&mut self, piece: &Mnemonic, number: u64, from_stack: bool, places: Places) {
        let accesses = piece.name.contains("load") || piece.name.contains("store");
        let in_variables = [places.top, places.second].iter().any(|one| *one != Place::Stack);
        if from_stack && !accesses && !in_variables && self.stack.ends_with(&piece.operands) {
            return;
        }
        let last = piece.operands.len();
        for (place, &of) in piece.operands.iter().enumerate() {
            match (accesses, place) {
                // Most addresses are near each other; some are near the end of memory, or beyond.
                (true, 0) if number % 16 != 0 => self.constant(I32, 3 * (number % 16)),
                (true, 0) => {
                    self.push("i32.const", MEMORY_BYTES as u32 - 16 + number as u32 / 16 % 16);
                    self.stack.push(I32);
                }
                _ => self.constant(of, number.rotate_left(17 * place as u32)),
            }
            match last - place {
                1 => self.move_to(places.top, of),
                2 => self.move_to(places.second, of),
                _ => {}
            }
        }
    }

    /// Moves the top value to a place.
    fn move_to(&mut self, place: Place, of: ValueType) {
        let (space, word) = match place {
            Place::Stack => return,
            Place::Local(word) => ("local", word),
            Place::Global(word) => ("global", word),
        };
        let wide = if of.words() == 2 { "64" } else { "" };
        self.push(&format!("{space}.set{wide}"), word.into());
        self.stack.pop();
    }

    /// Places of an instruction: half the time all on the stack.
    fn places(piece: &Mnemonic, number: u64) -> Places {
        let place = |shift: u32| {
            let bits = number >> shift;
            let word = (bits >> 3 & 7) as u16;
            match bits & 7 {
                0 | 1 => Place::Local(word),
                2 | 3 => Place::Global(word),
                _ => Place::Stack,
            }
        };
        let places = Places { top: place(20), second: place(30), result: place(40) };
        let apart = places.top == Place::Stack || places.top != places.second;
        if number >> 50 & 1 == 0 && apart && piece.allows(places) { places } else { Places::STACK }
    }

    fn piece(&mut self, piece: &Mnemonic, (_, number, from_stack): Choice) {
        let places = Self::places(piece, number);
        self.operands(piece, number, from_stack, places);
        let immediate = match piece.name.split_once('.') {
            Some(("local", _)) => number as u32 % 6,
            Some(("global", _)) => number as u32 % 4,
            Some(("memory", "grow")) => GREATEST_PAGES,
            Some((_, operator))
                if operator.starts_with("load") || operator.starts_with("store") =>
            {
                number as u32 % 8
            }
            Some((_, "const")) => number as u32,
            _ => 0,
        };
        self.push(&piece.name, immediate);
        let last = self.program.instructions.last_mut().expect("one is pushed");
        // What reads a variable by its immediate cannot overwrite part of it. It has no operands.
        let placed = Instruction { places, ..*last };
        let places = if piece.can_be(placed) { places } else { Places::STACK };
        last.places = places;
        let operands = piece.operands.iter().rev().zip([places.top, places.second]);
        let moved = operands.filter(|(_, place)| *place != Place::Stack).count();
        self.stack.truncate(self.stack.len() - (piece.operands.len() - moved));
        let results = piece.results.len() - usize::from(places.result != Place::Stack);
        self.stack.extend(&piece.results[..results]);
    }

    /// An i32 with its sign extended.
    fn extension(&mut self, number: u64) {
        self.constant(I32, number);
        self.push("i64.extend_i32_s", 0);
        self.stack.pop();
        self.stack.push(I64);
    }

    /// A branch over a constant and its drop: the stack is the same on both ways.
    fn branch(&mut self, number: u64) {
        self.push("i32.const", number as u32 & 8);
        self.push("br_if", 2);
        self.push("i64.const", number as u32);
        self.push("drop64", 0);
    }

    /// A call of the next instruction but one, which writes and reads locals and returns.
    fn call(&mut self, number: u64) {
        self.push("call", 1);
        self.push("br", 6);
        self.push("i64.const", !number as u32);
        self.push("local.set64", 1);
        self.push("local.get64", 1);
        self.push("local.set64", 2);
        self.push("i32.const", number as u32);
        self.push("return", !5);
        self.stack.push(I32);
    }
}

fn build(set: &InstructionSet, choices: &[Choice]) -> Program {
    let pieces = pieces(set);
    let mut builder = Builder { set, program: Program::default(), stack: Vec::new() };
    builder.write_variables();
    for &choice in choices {
        let (which, number, _) = choice;
        builder.piece(pieces[which % pieces.len()], choice);
        match number % 11 {
            0 => builder.branch(number),
            1 => builder.call(number),
            2 => builder.extension(number),
            _ => {}
        }
    }
    builder.push("halt", 0);
    builder.program
}

#[test]
fn programs_are_made_of_both_widths_and_of_every_memory_access() {
    let set = Machine::full().instruction_set();
    let pieces = pieces(&set);
    let number = |part: &str| pieces.iter().filter(|one| one.name.contains(part)).count();
    assert_eq!((number("load"), number("store")), (12, 7));
    assert!(number("i32.") > 30 && number("i64.") > 30, "{} pieces", pieces.len());
    let choices: Vec<Choice> =
        (0..pieces.len()).map(|which| (which, 7 * which as u64, true)).collect();
    let program = build(&set, &choices);
    let used = |piece: &&Mnemonic| program.instructions.iter().any(|one| one.code == piece.code);
    assert!(pieces.iter().all(used), "every piece is used");
    let numbers = (0..1_u64 << 16).map(|one| one.wrapping_mul(0x9e37_79b9_7f4a_7c15));
    let add = set.by_name("i64.add").unwrap();
    let places: BTreeSet<_> = numbers.map(|one| Builder::places(add, one)).map(kinds).collect();
    assert_eq!(places.len(), 27, "every operand and the result are everywhere: {places:?}");
}

/// Whether each value is on the stack, in a local or in a global.
fn kinds(places: Places) -> [u8; 3] {
    [places.top, places.second, places.result].map(|place| match place {
        Place::Stack => 0,
        Place::Local(_) => 1,
        Place::Global(_) => 2,
    })
}

/// Compares what an engine generates with what is expected.
fn compare(kind: EngineKind, prompt: &[String], expected: &[String]) -> Result<(), TestCaseError> {
    let mut engine = prepared(kind).engine();
    for token in MODEL.vocabulary.tokens(prompt.iter().map(String::as_str)).unwrap() {
        engine.feed(token);
    }
    for (place, expected) in expected.iter().enumerate() {
        let token = engine.predict();
        let found = MODEL.vocabulary.name(token);
        prop_assert_eq!(found, expected, "{}, token {}", kind, place);
        engine.feed(token);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(18))]
    #[test]
    fn every_engine_runs_as_the_reference_does(
        choices in prop::collection::vec(any::<Choice>(), 1..60)
    ) {
        let set = Machine::full().instruction_set();
        let program = build(&set, &choices);
        let mut expected = Vec::new();
        let run = Executor::new(&program, &set, &[]).unwrap();
        let ended = run.run(MOST_TOKENS, &mut |token| expected.push(token.to_string()));
        prop_assert!(ended.is_ok() || expected.len() as u64 == MOST_TOKENS, "{:?}", ended);
        let prompt = text::prompt(&program, &set, None);
        let compared = in_parallel(&EngineKind::ALL, |&kind| compare(kind, &prompt, &expected));
        compared.into_iter().collect::<Result<(), TestCaseError>>()?;
    }
}
