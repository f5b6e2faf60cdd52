//! Packing operations into transformer layers. A [`Problem`] says what reads and writes what;
//! [`solve`] finds the phase of every operation and the slot of every value, in as few layers as
//! the longest chain needs and as few slots as can be. Every schedule is checked before it is
//! given out.

pub mod check;
mod clusters;
mod flow;
mod heuristic;
mod milp;
mod outline;
pub mod picture;
mod prices;
mod problem;
mod slots;
#[cfg(test)]
mod tests;
mod text;
mod width;
mod windows;

pub use outline::LayerSize;
pub use picture::picture;
pub use problem::{Operation, OperationId, OperationKind, Phase, Problem, Slot, ValueId};
pub use text::describe;
pub use width::{boundary_after, lives, profile};

use std::time::Duration;

use web_time::Instant;

use thiserror::Error;

use windows::Windows;

/// The phase of every operation and the slot of every value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schedule {
    /// The phase of every operation.
    pub phases: Vec<Phase>,
    /// The slot of every value; `None` for values that need none, since they are read at once.
    pub slots: Vec<Option<Slot>>,
    /// The number of layers: the longest chain needs as many.
    pub layers: usize,
    /// The width of the residual stream.
    pub d_model: usize,
    /// No schedule in as many layers is narrower than this.
    pub bound: usize,
    /// How long the search took.
    pub elapsed: Duration,
}

impl Schedule {
    /// Is it known that no narrower one exists?
    pub fn is_proven(&self) -> bool {
        self.bound == self.d_model
    }
}

/// How far and how long to search.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// How many layers more than the longest chain needs a schedule may have. More layers can make the
    /// residual stream narrower: of all numbers of layers within this limit, the search takes the one
    /// with the least `layers * d_model`, the entries of the stream over all layers; the lower number
    /// on a tie.
    pub extra_layers: usize,
    /// Rounds of search by prices of boundaries, before the integer program. Without any, the schedule is the
    /// one with the least sum of live values over all boundaries.
    pub rounds: usize,
    /// Time for the integer program; `None` leaves it out. It is not tried for more than a few hundred
    /// operations.
    pub solver: Option<Duration>,
}

/// Why there is no schedule.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ScheduleError {
    /// A value depends on itself.
    #[error("the operations depend on each other in a circle")]
    Cycle,
    /// The schedule that was found is not valid.
    #[error("the schedule found is none: {0}")]
    Invalid(#[from] check::Violation),
}

/// The integer program is not tried for more operations than this. Its first relaxation would take minutes, and
/// gives the bound that the prices give in a second.
const MOST_OPERATIONS_TO_SOLVE: usize = 400;

/// Schedules a problem.
///
/// # Errors
/// [`ScheduleError`] when the operations form a circle, or when the checker refuses what was found.
pub fn solve(problem: &Problem, options: &Options) -> Result<Schedule, ScheduleError> {
    let begun = Instant::now();
    let least = Windows::new(problem, 0).ok_or(ScheduleError::Cycle)?.layers;
    let mut best: Option<Found> = None;
    for layers in least..=least + options.extra_layers {
        let windows = Windows::new(problem, layers).ok_or(ScheduleError::Cycle)?;
        // A number of layers is only worth solving for if its widest boundary could be narrow enough.
        let size = |width: usize| windows.layers * width;
        let is_hopeless =
            |best: &Found| size(certain_width(problem, &windows)) >= best.layers * best.width;
        if best.as_ref().is_some_and(is_hopeless) {
            continue;
        }
        let found = within(problem, &windows, options);
        if best.as_ref().is_none_or(|best| size(found.width) < best.layers * best.width) {
            best = Some(found);
        }
    }
    let Found { phases, layers, width, bound } = best.expect("the least number is among them");
    let slots = slots::assign(problem, &phases, layers);
    let schedule =
        Schedule { d_model: width, slots, layers, bound, elapsed: begun.elapsed(), phases };
    check::check(problem, &schedule)?;
    Ok(schedule)
}

/// The best phases in a number of layers.
struct Found {
    phases: Vec<Phase>,
    layers: usize,
    /// The most values that live at one boundary.
    width: usize,
    /// No phases in as many layers are narrower than this.
    bound: usize,
}

/// The narrowest schedule in the layers of these windows: by prices, then by the integer program unless what
/// was found is known to be optimal.
fn within(problem: &Problem, windows: &Windows, options: &Options) -> Found {
    let least = certain_width(problem, windows);
    let searched = heuristic::search(problem, windows, least, options.rounds);
    let (mut phases, mut bound) = (searched.phases.clone(), searched.bound);
    let is_open = searched.bound < searched.width;
    let is_small = problem.operations.len() <= MOST_OPERATIONS_TO_SOLVE;
    if let Some(limit) = options.solver.filter(|_| is_open && is_small) {
        let seconds = limit.as_secs_f64();
        if let Some(solved) = milp::minimise(problem, windows, &searched, seconds) {
            let width = widest(problem, &solved.phases, windows.layers);
            if width <= searched.width {
                phases = solved.phases;
            }
            bound = solved.bound.min(width).min(searched.width);
        }
    }
    let width = widest(problem, &phases, windows.layers);
    Found { phases, layers: windows.layers, width, bound }
}

fn widest(problem: &Problem, phases: &[Phase], layers: usize) -> usize {
    profile(problem, phases, layers).into_iter().max().unwrap_or(0)
}

/// A width that every schedule has: inputs live at the beginning, outputs at the end, and at every
/// boundary the values whose writer must be done by then and some reader cannot be.
fn certain_width(problem: &Problem, windows: &Windows) -> usize {
    let (writers, readers) = (problem.writers(), problem.readers());
    let is_output = problem.is_output();
    let certain = |boundary: usize, value: usize| {
        let latest = |operation: &OperationId| *windows.phases[operation.0].end();
        let earliest = |operation: &OperationId| *windows.phases[operation.0].start();
        let written = writers[value].as_ref().is_none_or(|writer| latest(writer) < 2 * boundary);
        let pending = readers[value].iter().any(|reader| earliest(reader) >= 2 * boundary);
        written && (is_output[value] || pending)
    };
    let values = 0..problem.values.len();
    let at = |boundary: usize| values.clone().filter(|&value| certain(boundary, value)).count();
    (0..=2 * windows.layers).map(at).max().unwrap_or(0)
}
