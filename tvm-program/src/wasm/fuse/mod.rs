//! Instructions that read their operands where they are, and write their result where it is wanted: in variables
//! instead of on the stack. What only moved a value is left out, and a branch compares by itself. Every
//! instruction that is left out saves five tokens or more of every run.
//!
//! In come the routines of a program as they were lowered; they go out shorter, with the words of globals that the
//! prologue has to write. Only instruction sets with [places](crate::InstructionSet::has_places) have any of this. In such
//! a set a variable is written before it is read, which is seen to here too.
//!
//! 1. `opcodes`: what instructions do with the stack and with variables
//! 2. `initial`: locals that a function reads and may not have written
//! 3. `constants`: the constants that are read from globals
//! 4. `block`: instructions in a row

mod block;
mod constants;
mod initial;
mod opcodes;

use std::collections::{BTreeMap, BTreeSet};

use super::lower::{Routine, Routines, Step};
use block::Block;

pub(crate) use opcodes::Effects;

use constants::Constants;

/// Fuses the instructions of all routines. Gives what must be in words of globals before. Nothing changes in an
/// instruction set without places.
pub(crate) fn fuse(
    effects: &Effects<'_>,
    calls: &mut Routine,
    routines: &mut Routines,
) -> BTreeMap<u32, u32> {
    for routine in routines.values_mut().chain([&mut *calls]) {
        initial::write_first(&mut routine.assembly, effects);
    }
    let all = routines.values().chain([&*calls]);
    let mut constants = Constants::of(all.flat_map(|routine| routine.assembly.steps()), effects);
    for routine in routines.values_mut().chain([calls]) {
        fuse_routine(routine, effects, &mut constants);
    }
    constants.words()
}

fn fuse_routine(routine: &mut Routine, effects: &Effects<'_>, constants: &mut Constants) {
    let assembly = &mut routine.assembly;
    let entries: BTreeSet<usize> = assembly.entries().collect();
    let mut steps = Vec::with_capacity(assembly.steps().len());
    let mut places = Vec::with_capacity(assembly.steps().len() + 1);
    let mut block = Block::new(effects, constants);
    for (at, step) in assembly.steps().iter().enumerate() {
        if entries.contains(&at) {
            block.end(&mut steps, &mut places);
        }
        block.add(*step);
        if effects.ends_block(step) {
            block.end(&mut steps, &mut places);
        }
    }
    block.end(&mut steps, &mut places);
    places.push(steps.len());
    assembly.replace(steps, &places);
}

/// The first step of every run of steps that is only entered at its beginning, in order.
fn leaders(
    steps: &[Step],
    entries: impl Iterator<Item = usize>,
    effects: &Effects<'_>,
) -> Vec<usize> {
    let mut leaders: BTreeSet<usize> = entries.chain([0]).collect();
    let behind = steps.iter().enumerate().filter(|(_, step)| effects.ends_block(step));
    leaders.extend(behind.map(|(at, _)| at + 1));
    leaders.into_iter().filter(|at| *at < steps.len()).collect()
}
