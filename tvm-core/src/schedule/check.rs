//! The checker of schedules. It is independent of how a schedule is found: phases, precedence,
//! transience, slots and width are checked by their definitions.

use thiserror::Error;

use super::Schedule;
use super::problem::{OperationKind, Phase, Problem};

/// What is wrong with a schedule.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Violation {
    /// An operation runs in a phase for other operations, or after the last layer.
    #[error("{operation} cannot run in phase {phase}")]
    Phase {
        /// Its name.
        operation: String,
        /// Where it was put.
        phase: usize,
    },
    /// An operation runs before a value that it reads is written.
    #[error("{reader} reads {value} before {writer} has written it")]
    Precedence {
        /// Who reads.
        reader: String,
        /// What.
        value: String,
        /// Who writes it.
        writer: String,
    },
    /// A value without a slot is read after the half-layer in which it is computed.
    #[error("{reader} reads {value}, which is gone by then")]
    Gone {
        /// Who reads.
        reader: String,
        /// What.
        value: String,
    },
    /// Two values are in one slot at once.
    #[error("{first} and {second} share slot {slot} at boundary {boundary}")]
    Shared {
        /// One value.
        first: String,
        /// The other.
        second: String,
        /// Their slot.
        slot: usize,
        /// The boundary at which both are live.
        boundary: usize,
    },
    /// A reader of a transient operation does not run immediately after it.
    #[error("{reader} does not run right after {writer}")]
    Late {
        /// Who reads.
        reader: String,
        /// The transient operation.
        writer: String,
    },
    /// A value does not take over the slot of the one it succeeds.
    #[error("{second} does not take over the slot of {first}")]
    Succession {
        /// The value that is succeeded.
        first: String,
        /// The value that succeeds it.
        second: String,
    },
    /// A slot is not in the residual stream.
    #[error("{value} has slot {slot} of {width}")]
    Slot {
        /// The value.
        value: String,
        /// Its slot.
        slot: usize,
        /// The width.
        width: usize,
    },
}

/// Checks a schedule.
///
/// # Errors
/// The first [`Violation`] found.
pub fn check(problem: &Problem, schedule: &Schedule) -> Result<(), Violation> {
    phases(problem, schedule)?;
    reads(problem, schedule)?;
    slots(problem, schedule)?;
    successions(problem, schedule)
}

fn successions(problem: &Problem, schedule: &Schedule) -> Result<(), Violation> {
    for &(first, second) in &problem.successions {
        if schedule.slots[first.0] != schedule.slots[second.0] {
            let name = |value: super::ValueId| problem.values[value.0].clone();
            return Err(Violation::Succession { first: name(first), second: name(second) });
        }
    }
    Ok(())
}

fn phases(problem: &Problem, schedule: &Schedule) -> Result<(), Violation> {
    for (operation, &Phase(phase)) in problem.operations.iter().zip(&schedule.phases) {
        let allowed = match operation.kind {
            OperationKind::Lookup => phase % 4 == 0,
            OperationKind::Persist => phase % 4 == 1 || phase % 4 == 3,
            OperationKind::ReGlu => phase % 4 == 2,
        };
        if !allowed || phase >= 4 * schedule.layers {
            return Err(Violation::Phase { operation: operation.name.clone(), phase });
        }
    }
    Ok(())
}

fn reads(problem: &Problem, schedule: &Schedule) -> Result<(), Violation> {
    let writers = problem.writers();
    for (operation, &Phase(at)) in problem.operations.iter().zip(&schedule.phases) {
        for &value in &operation.reads {
            let name = || problem.values[value.0].clone();
            let reader = operation.name.clone();
            let Some(writer) = writers[value.0] else { continue };
            let Phase(written) = schedule.phases[writer.0];
            if written >= at {
                let writer = problem.operations[writer.0].name.clone();
                return Err(Violation::Precedence { reader, value: name(), writer });
            }
            let source = &problem.operations[writer.0];
            if source.transient && at != written + source.gap() {
                let writer = source.name.clone();
                return Err(Violation::Late { reader, writer });
            }
            let same_half = at / 2 == written / 2;
            if !same_half && schedule.slots[value.0].is_none() {
                return Err(Violation::Gone { reader, value: name() });
            }
        }
    }
    Ok(())
}

/// At the end of every half-layer, the values that are written and still read later (or are
/// outputs) are in different slots. A clean slot is taken before anything is written to it.
fn slots(problem: &Problem, schedule: &Schedule) -> Result<(), Violation> {
    let (writers, readers) = (problem.writers(), problem.readers());
    for boundary in 0..=2 * schedule.layers {
        let mut holders: Vec<Option<usize>> = vec![None; schedule.d_model];
        for value in 0..problem.values.len() {
            let phase = |operation: &super::OperationId| schedule.phases[operation.0].0;
            let clean = problem.clean.iter().any(|clean| clean.0 == value);
            let written = clean || writers[value].as_ref().is_none_or(|w| phase(w) < 2 * boundary);
            let output = problem.outputs.iter().any(|output| output.0 == value);
            let pending = readers[value].iter().any(|r| phase(r) >= 2 * boundary);
            if !written || !(output || pending) {
                continue;
            }
            let name = problem.values[value].clone();
            let Some(slot) = schedule.slots[value] else {
                return Err(Violation::Gone { reader: "a later operation".into(), value: name });
            };
            let width = schedule.d_model;
            let Some(holder) = holders.get_mut(slot.0) else {
                return Err(Violation::Slot { value: name, slot: slot.0, width });
            };
            if let Some(other) = holder.replace(value) {
                let first = problem.values[other].clone();
                return Err(Violation::Shared { first, second: name, slot: slot.0, boundary });
            }
        }
    }
    Ok(())
}
