//! Places routines one after the other and turns labels and callees into relative immediates.
//!
//! The next cursor is cursor + 1 + immediate. A routine whose locals take W windows raises the
//! call depth by W - 1 before a call and lowers it again after it: `call 0` and `return 0` go to
//! the next instruction.

use std::collections::BTreeMap;
use std::iter::repeat_n;

use crate::limits::INSTRUCTIONS;
use crate::wasm::error::CompileError;
use crate::wasm::lower::{Routine, RoutineName, Routines, Step};
use crate::wasm::module::Pages;
use crate::{Code, FunctionStart, Instruction, Program};

/// What is filled in.
struct Places {
    /// Where each routine begins.
    beginnings: BTreeMap<RoutineName, usize>,
    /// The pages that memory may grow to.
    most_pages: u32,
}

/// Places the prologue and the routines behind it, in order of their names.
pub(crate) fn place(
    prologue: &Routine,
    routines: &Routines,
    pages: Option<Pages>,
) -> Result<Program, CompileError> {
    let mut beginnings = BTreeMap::new();
    let mut functions = vec![FunctionStart { first: 0, name: prologue.name.clone() }];
    let mut cursor = length(prologue);
    for (&name, routine) in routines {
        beginnings.insert(name, cursor);
        functions.push(FunctionStart { first: cursor, name: routine.name.clone() });
        cursor += length(routine);
    }
    if cursor > INSTRUCTIONS {
        return Err(CompileError::ProgramTooLong { function: prologue.name.clone() });
    }
    let places = Places { beginnings, most_pages: pages.map_or(0, |pages| pages.most) };
    let mut instructions = Vec::with_capacity(cursor);
    let mut origins = Vec::with_capacity(cursor);
    for routine in std::iter::once(prologue).chain(routines.values()) {
        emit(routine, &places, &mut instructions);
        let all = routine.assembly.steps().iter().zip(routine.assembly.origins());
        origins
            .extend(all.flat_map(|(step, &origin)| repeat_n(origin, step_length(step, routine))));
    }
    Ok(Program { instructions, origins, functions, ..Program::default() })
}

/// How many instructions a step becomes.
fn step_length(step: &Step, routine: &Routine) -> usize {
    match step {
        Step::Call(_) => 2 * (routine.windows as usize - 1) + 1,
        _ => 1,
    }
}

/// How many instructions a routine becomes.
pub(crate) fn length(routine: &Routine) -> usize {
    routine.assembly.steps().iter().map(|step| step_length(step, routine)).sum()
}

/// The cursor of each step, and that of the end.
fn cursors(routine: &Routine, beginning: usize) -> Vec<usize> {
    let mut cursors = vec![beginning];
    let mut cursor = beginning;
    for step in routine.assembly.steps() {
        cursor += step_length(step, routine);
        cursors.push(cursor);
    }
    cursors
}

fn emit(routine: &Routine, places: &Places, instructions: &mut Vec<Instruction>) {
    let beginning = instructions.len();
    let cursors = cursors(routine, beginning);
    for step in routine.assembly.steps() {
        let cursor = instructions.len();
        match *step {
            Step::Plain(instruction) => instructions.push(instruction),
            Step::Branch { code, target, places } => {
                let target = cursors[routine.assembly.place(target)];
                let branch = Instruction::new(code, relative(cursor, target));
                instructions.push(branch.with(places));
            }
            Step::Return => {
                let immediate = !relative(beginning, cursor).wrapping_add(1);
                instructions.push(Instruction::new(Code::RETURN, immediate));
            }
            Step::Grow(code) => {
                instructions.push(Instruction::new(code, places.most_pages));
            }
            Step::Call(callee) => {
                emit_call(routine.windows - 1, places.beginnings[&callee], instructions);
            }
        }
    }
}

fn emit_call(extra_windows: u32, target: usize, instructions: &mut Vec<Instruction>) {
    for _ in 0..extra_windows {
        instructions.push(Instruction::new(Code::CALL, 0));
    }
    let immediate = relative(instructions.len(), target);
    instructions.push(Instruction::new(Code::CALL, immediate));
    for _ in 0..extra_windows {
        instructions.push(Instruction::new(Code::RETURN, 0));
    }
}

/// The immediate that leads from the instruction at `cursor` to `target`, modulo 2^32.
fn relative(cursor: usize, target: usize) -> u32 {
    let [cursor, target] = [cursor, target]
        .map(|place| u32::try_from(place).expect("a program has fewer than 2^32 instructions"));
    target.wrapping_sub(cursor).wrapping_sub(1)
}
