//! How many values live at each boundary. Boundary 0 is before the first phase, boundary `b > 0`
//! after phase `2b - 1`: the end of the `b`-th half-layer.

use super::problem::{OperationId, Phase, Problem};

/// When each value is born and when its last reader is done, as boundaries: it lives at the
/// boundaries `birth..death`.
pub fn lives(problem: &Problem, phases: &[Phase], boundaries: usize) -> Vec<std::ops::Range<usize>> {
    let (writers, readers) = (problem.writers(), problem.readers());
    let is_output = problem.is_output();
    let end_of = |operation: &OperationId| boundary_after(phases[operation.0]);
    (0..problem.values.len())
        .map(|value| {
            let birth = writers[value].as_ref().map_or(0, end_of);
            let death = if is_output[value] {
                boundaries
            } else {
                readers[value].iter().map(end_of).max().unwrap_or(birth)
            };
            birth..death.max(birth)
        })
        .collect()
}

/// The boundary at the end of the half-layer of a phase.
pub fn boundary_after(phase: Phase) -> usize {
    phase.0 / 2 + 1
}

/// The number of living values at every boundary.
pub fn profile(problem: &Problem, phases: &[Phase], layers: usize) -> Vec<usize> {
    let boundaries = 2 * layers + 1;
    let mut profile = vec![0; boundaries];
    for life in lives(problem, phases, boundaries) {
        for boundary in life {
            profile[boundary] += 1;
        }
    }
    profile
}
