//! The pipeline from a machine to its weights, as one function for each kind of model:
//!
//! ```text
//! Machine (and Program) -> TokenGraph -> Problem -> Schedule -> matrices -> Model
//! ```

use std::time::Duration;

use thiserror::Error;
use tvm_interface::Interface;
use tvm_model::{CStack, CStackFrame, Description, Layer, Listing, Model, Section};

use crate::graph::TokenGraph;
use crate::interface::interface;
use crate::machine::{Machine, MachineError};
use crate::schedule::{self, LayerSize, Options, Schedule, ScheduleError};
use crate::weights::{Lowered, lower, matrices};
use tvm_program::{InstructionSet, Program};

/// A model with everything it was made from.
#[derive(Debug)]
pub struct Construction {
    /// What the model computes.
    pub definition: TokenGraph,
    /// The operations that were scheduled.
    pub lowered: Lowered,
    /// When they run and where values live.
    pub schedule: Schedule,
    /// The transformer.
    pub model: Model<'static>,
}

impl Construction {
    /// What the model is of: an instruction set, or a program and an instruction set.
    pub fn name(&self) -> String {
        let Description { instruction_set, program, .. } = &self.model.description;
        match program {
            None => instruction_set.clone(),
            Some(program) => format!("{program} (instruction set {instruction_set})"),
        }
    }

    /// What the layers have.
    pub fn layer_sizes(&self) -> Vec<LayerSize> {
        let layers = self.model.weights.layers.iter();
        let size = |layer: &Layer<'static>| LayerSize {
            heads: layer.attention.selection.len(),
            neurons: layer.feed_forward.gate.rows(),
        };
        layers.map(size).collect()
    }
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

/// How universal models are scheduled unless a caller says otherwise: one layer more than is needed makes the
/// residual stream narrower.
pub const UNIVERSAL: Options =
    Options { extra_layers: 1, rounds: 3, solver: Some(Duration::from_secs(20)) };

/// How specialised models are scheduled unless a caller says otherwise: in the fewest layers.
pub const SPECIALISED: Options = Options { extra_layers: 0, ..UNIVERSAL };

/// The interpreter of a machine.
///
/// # Errors
/// [`BuildError`] when it cannot be scheduled.
pub fn universal(machine: &Machine) -> Result<Construction, BuildError> {
    universal_within(machine, &UNIVERSAL)
}

/// The interpreter of a machine, scheduled with these options.
///
/// # Errors
/// [`BuildError`] when it cannot be scheduled.
pub fn universal_within(machine: &Machine, options: &Options) -> Result<Construction, BuildError> {
    let description =
        Description { instruction_set: machine.name().to_string(), ..Description::default() };
    pack(machine.universal(), options, description)
}

/// The interpreter with a program in its weights.
///
/// # Errors
/// [`BuildError`] when the machine lacks an opcode, or the program cannot be scheduled.
pub fn specialised(
    machine: &Machine,
    program: &Program,
    name: &str,
) -> Result<Construction, BuildError> {
    specialised_within(machine, program, name, &SPECIALISED)
}

/// The interpreter with a program in its weights, scheduled with these options.
///
/// # Errors
/// [`BuildError`] when the machine lacks an opcode, or the program cannot be scheduled.
pub fn specialised_within(
    machine: &Machine,
    program: &Program,
    name: &str,
    options: &Options,
) -> Result<Construction, BuildError> {
    let description = Description {
        instruction_set: machine.name().to_string(),
        program: Some(name.to_string()),
        reads_input: program.reads_input(),
        data: program.data.iter().cloned().map(Section).collect(),
        interface: Some(interface(program, machine)).filter(Interface::needs_host),
        listing: Some(listing(program, &machine.instruction_set())),
        ..Description::default()
    };
    pack(machine.specialised(program)?, options, description)
}

/// The names of a program's functions and instructions, for messages. An opcode that is not in the
/// set has none.
pub fn listing(program: &Program, set: &InstructionSet) -> Listing {
    let functions = program.functions.iter().map(|one| (one.first as u32, one.name.as_str()));
    let name = |code| set.by_code(code).map_or("unknown", |mnemonic| mnemonic.name.as_str());
    Listing::new(functions, program.instructions.iter().map(|one| name(one.code)))
        .with_c_stack(program.c_stack.as_ref().map(c_stack))
}

fn c_stack(of: &tvm_program::CStack) -> CStack {
    let frames = of.frames.iter().map(|&tvm_program::CStackFrame { function, bytes, varies }| {
        (function as u32, CStackFrame { bytes, varies })
    });
    CStack::new(of.bytes, frames)
}

fn pack(
    definition: TokenGraph,
    options: &Options,
    description: Description,
) -> Result<Construction, BuildError> {
    let lowered = lower(&definition);
    let schedule = schedule::solve(&lowered.problem, options)?;
    let model = matrices(&definition, &lowered, &schedule, description);
    Ok(Construction { definition, lowered, schedule, model })
}
