//! The pipeline as one function for each kind of model:
//!
//! ```text
//! Machine (and Program) -> TokenGraph -> Problem -> Schedule -> matrices -> Model
//! ```

use std::time::Duration;

use thiserror::Error;
use tvm_runtime::Model;
use tvm_runtime::model::Description;

use crate::graph::TokenGraph;
use crate::machine::{Machine, MachineError};
use crate::program::Program;
use crate::schedule::{self, Options, Schedule, ScheduleError};
use crate::weights::{Lowered, lower, matrices};

/// A model with everything it was made from.
#[derive(Debug)]
pub struct Compiled {
    /// What the model computes.
    pub definition: TokenGraph,
    /// The operations that were scheduled.
    pub lowered: Lowered,
    /// When they run and where values live.
    pub schedule: Schedule,
    /// The transformer.
    pub model: Model<'static>,
}

/// Why there is no model.
#[derive(Debug, Error)]
pub enum BuildError {
    /// The machine cannot execute the program.
    #[error(transparent)]
    Machine(#[from] MachineError),
    /// The operations cannot be scheduled.
    #[error(transparent)]
    Schedule(#[from] ScheduleError),
}

/// Layers of the universal models at least. Without a multiplication or a division the longest
/// chain takes seven; with all opcodes it takes ten, and an eleventh makes the residual stream
/// narrower.
const LAYERS_OF_WIDE_MACHINES: usize = 11;

/// More opcodes than the classic machine has.
const MANY_OPCODES: usize = 40;

/// The interpreter of a machine.
///
/// # Errors
/// [`BuildError`] when it cannot be scheduled.
pub fn universal(machine: &Machine) -> Result<Compiled, BuildError> {
    let wide = machine.opcodes().len() > MANY_OPCODES;
    let least_layers = if wide { LAYERS_OF_WIDE_MACHINES } else { 0 };
    let limit = Duration::from_secs(600);
    let options = Options { least_layers, rounds: 2, solver: Some(limit) };
    let description =
        Description { instruction_set: machine.name().to_string(), ..Description::default() };
    pack(machine.universal(), &options, description)
}

/// The interpreter with a program in its weights.
///
/// # Errors
/// [`BuildError`] when the machine lacks an opcode, or the program cannot be scheduled.
pub fn specialised(
    machine: &Machine,
    program: &Program,
    name: &str,
) -> Result<Compiled, BuildError> {
    let options = Options { least_layers: 0, rounds: 2, solver: Some(Duration::from_secs(600)) };
    let description = Description {
        instruction_set: machine.name().to_string(),
        program: Some(name.to_string()),
        reads_input: program.reads_input(),
        listing: Some(program.listing(&machine.instruction_set())),
        ..Description::default()
    };
    pack(machine.specialised(program)?, &options, description)
}

fn pack(
    definition: TokenGraph,
    options: &Options,
    description: Description,
) -> Result<Compiled, BuildError> {
    let lowered = lower(&definition);
    let schedule = schedule::solve(&lowered.problem, options)?;
    let model = matrices(&definition, &lowered, &schedule, description);
    Ok(Compiled { definition, lowered, schedule, model })
}
