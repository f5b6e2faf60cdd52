//! Slots for values. Live ranges are intervals. So giving each value, in the order of their beginnings,
//! the lowest free slot uses exactly as many slots as there are live values at the widest boundary. If
//! a value is read last in a half-layer, that half-layer can write another value to its slot.

use super::problem::{Phase, Problem, Slot};
use super::width::lives;

/// The slot of every value that needs one.
pub fn assign(problem: &Problem, phases: &[Phase], layers: usize) -> Vec<Option<Slot>> {
    let boundaries = 2 * layers + 1;
    let mut lives = lives(problem, phases, boundaries);
    for &(first, second) in &problem.successions {
        // One interval for both: the second goes on where the first ends.
        lives[first.0].end = lives[second.0].end;
        lives[second.0] = 0..0;
    }
    let mut order: Vec<usize> =
        (0..lives.len()).filter(|&value| !lives[value].is_empty()).collect();
    order.sort_by_key(|&value| (lives[value].start, value));
    let mut free_from: Vec<usize> = Vec::new();
    let mut slots = vec![None; lives.len()];
    for value in order {
        let life = &lives[value];
        let free = free_from.iter().position(|&free| free <= life.start);
        let slot = free.unwrap_or_else(|| {
            free_from.push(0);
            free_from.len() - 1
        });
        free_from[slot] = life.end;
        slots[value] = Some(Slot(slot));
    }
    for &(first, second) in &problem.successions {
        slots[second.0] = slots[first.0];
    }
    slots
}
