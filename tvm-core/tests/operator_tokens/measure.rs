//! How many tokens an operator takes: those between two marks that the program writes before and
//! behind it.

use std::collections::BTreeSet;
use std::fmt;

use tvm_core::machine::Machine;
use tvm_program::wasm::{self, Invocation};
use tvm_program::{Code, InstructionSet, Program};
use tvm_reference::{Executor, TraceToken};

/// The byte that marks.
const MARK: u8 = 255;

/// What a mark is in the text format.
const WRITES_MARK: &str = "i32.const 255 call $output";

/// The tokens of a mark: a constant, and the mark itself.
const MARK_TOKENS: u64 = 6;

const MOST_TOKENS: u64 = 50_000_000;

/// What was measured of an operator.
pub(super) struct Measured {
    /// Its tokens, once for each of the operands.
    pub(super) tokens: Vec<u64>,
    /// The instructions that it is compiled to.
    pub(super) instructions: Vec<String>,
    /// The opcodes of the whole program.
    pub(super) used: BTreeSet<String>,
}

/// Numbers of tokens as a table says them: the only one, or the least, the greatest and the mean.
pub(super) struct Range<'t>(pub(super) &'t [u64]);

impl fmt::Display for Range<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let tokens = self.0;
        let mean = tokens.iter().sum::<u64>() as f64 / tokens.len() as f64;
        let [least, most] = [tokens.iter().min(), tokens.iter().max()].map(Option::unwrap);
        match least == most {
            true => write!(formatter, "{least}"),
            false => write!(formatter, "{least} to {most}, mean {mean:.0}"),
        }
    }
}

/// Measures an operator with each of these operands. What it leaves on the stack stays there.
pub(super) fn measure(operands: &[&str], operator: &str) -> Measured {
    let body: String = operands
        .iter()
        .map(|operands| format!("{operands} {WRITES_MARK} {operator} {WRITES_MARK}\n"))
        .collect();
    let text = format!(
        r#"(module
            (type $nothing (func))
            (import "tvm" "output" (func $output (param i32)))
            (memory 4 8)
            (global $narrow (mut i32) (i32.const 1))
            (global $wide (mut i64) (i64.const 1))
            (table funcref (elem $empty $takes_narrow $unreachable))
            (table $holes 2 funcref)
            (table $changing 8 funcref)
            (table $growing 8 64 funcref)
            (elem (table $changing) (i32.const 1) func $empty)
            (elem $passive func $empty $takes_narrow)
            (data $bytes "passive bytes")
            (func $changes
                (table.set $changing (i32.const 0) (ref.null func))
                (drop (table.grow $growing (ref.null func) (i32.const 0))))
            (func $empty)
            (func $unreachable unreachable)
            (func $leaves_early return)
            (func $takes_narrow (param i32))
            (func $takes_wide (param i64))
            (func $identity (param i32) (result i32) local.get 0)
            (func (export "measured") (local $narrow i32) (local $wide i64) {body} unreachable))"#
    );
    let bytes = wat::parse_str(&text).unwrap_or_else(|error| panic!("{operator}: {error}"));
    let set = Machine::full().instruction_set();
    let call = Invocation { function: "measured".to_owned(), arguments: Vec::new() };
    let program = wasm::compile_calls(&bytes, &set, &[], &[call])
        .unwrap_or_else(|error| panic!("{operator}: {error}"));
    let name = |code: Code| set.by_code(code).expect("compiled for this set").name.clone();
    Measured {
        tokens: tokens(&program, &set),
        instructions: instructions(&program, &name),
        used: program.instructions.iter().map(|one| name(one.code)).collect(),
    }
}

fn tokens(program: &Program, set: &InstructionSet) -> Vec<u64> {
    let (mut marks, mut number) = (Vec::new(), 0);
    let executor = Executor::new(program, set, &[]).unwrap();
    let consumer = &mut |token: &TraceToken| {
        number += 1;
        if *token == TraceToken::Out(MARK) {
            marks.push(number);
        }
    };
    executor.run(MOST_TOKENS, consumer).unwrap();
    let between = |pair: &[u64]| match pair {
        [before, behind] => behind - before - MARK_TOKENS,
        // The operator has trapped.
        _ => number - pair[0],
    };
    marks.chunks(2).map(between).collect()
}

/// The instructions between the first two marks, or behind the first where nothing behind them can be
/// reached. Of a call it is said what is called.
fn instructions(program: &Program, name: &dyn Fn(Code) -> String) -> Vec<String> {
    let functions = &program.functions;
    let place = functions.iter().position(|one| one.name == "measured").expect("it is called");
    let end = functions.get(place + 1).map_or(program.instructions.len(), |next| next.first);
    let mut marks = (functions[place].first..end).filter(|&index| {
        let before = program.instructions[index - 1];
        program.instructions[index].code == Code::OUTPUT && before.immediate == u32::from(MARK)
    });
    let first = marks.next().expect("a mark is before the operator");
    let second = marks.next().map_or(end, |mark| mark - 1);
    let described = |index: usize| {
        let instruction = program.instructions[index];
        let text = format!("`{}`", name(instruction.code));
        if instruction.code != Code::CALL {
            return text;
        }
        let called = (index as u32 + 1).wrapping_add(instruction.immediate);
        let callee = functions.iter().find(|one| one.first == called as usize);
        format!("{text} of `{}`", callee.expect("a call is of a function").name)
    };
    (first + 1..second).map(described).collect()
}
