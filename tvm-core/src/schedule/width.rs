//! How many values are live at each boundary. Boundary 0 is before the first phase, boundary `b > 0`
//! after phase `2b - 1`: the end of the `b`-th half-layer.

use super::problem::{OperationId, Phase, Problem};

/// The writers and readers of all values of a problem.
#[derive(Debug, Clone)]
pub struct Values {
    bearers: Vec<Option<OperationId>>,
    readers: Vec<Vec<OperationId>>,
    is_output: Vec<bool>,
}

impl Values {
    /// The values of a problem.
    pub fn new(problem: &Problem) -> Values {
        let (bearers, readers) = (problem.bearers(), problem.readers());
        Values { bearers, readers, is_output: problem.is_output() }
    }

    /// The boundaries at which a value is live: from when it is written until it is read last.
    fn life(&self, value: usize, phases: &[Phase], boundaries: usize) -> std::ops::Range<usize> {
        let end_of = |operation: &OperationId| boundary_after(phases[operation.0]);
        let birth = self.bearers[value].as_ref().map_or(0, end_of);
        let death = if self.is_output[value] {
            boundaries
        } else {
            self.readers[value].iter().map(end_of).max().unwrap_or(birth)
        };
        birth..death.max(birth)
    }

    /// The number of live values at every boundary.
    pub fn profile(&self, phases: &[Phase], layers: usize) -> Vec<usize> {
        let boundaries = 2 * layers + 1;
        let mut profile = vec![0; boundaries];
        for value in 0..self.bearers.len() {
            for boundary in self.life(value, phases, boundaries) {
                profile[boundary] += 1;
            }
        }
        profile
    }
}

/// When each value is written and when it is read last, as boundaries: it is live at the boundaries
/// `birth..death`.
pub fn lives(
    problem: &Problem,
    phases: &[Phase],
    boundaries: usize,
) -> Vec<std::ops::Range<usize>> {
    let values = Values::new(problem);
    (0..problem.values.len()).map(|value| values.life(value, phases, boundaries)).collect()
}

/// The boundary at the end of the half-layer of a phase.
pub fn boundary_after(phase: Phase) -> usize {
    phase.0 / 2 + 1
}

/// The number of live values at every boundary.
pub fn profile(problem: &Problem, phases: &[Phase], layers: usize) -> Vec<usize> {
    Values::new(problem).profile(phases, layers)
}
