//! How many values are live at each boundary. Boundary 0 is before the first phase, boundary `b > 0`
//! after phase `2b - 1`: the end of the `b`-th half-layer.

use std::collections::BTreeMap;
use std::ops::Range;

use super::problem::{OperationId, Phase, Problem};

/// When a value comes into being and who reads it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Use {
    /// The operation from which on it occupies a slot; `None` if it does from the beginning.
    pub bearer: Option<OperationId>,
    /// The operations that read it.
    pub readers: Vec<OperationId>,
    /// Must it exist after the last phase?
    pub is_output: bool,
}

impl Use {
    /// The use of every value of a problem.
    fn all(problem: &Problem) -> impl Iterator<Item = Use> {
        let values = problem.bearers().into_iter().zip(problem.readers()).zip(problem.is_output());
        values.map(|((bearer, readers), is_output)| Use { bearer, readers, is_output })
    }

    /// The boundaries at which a value is live: from when it is written until it is read last.
    fn life(&self, phases: &[Phase], boundaries: usize) -> Range<usize> {
        let end_of = |operation: &OperationId| boundary_after(phases[operation.0]);
        let birth = self.bearer.as_ref().map_or(0, end_of);
        let death = match self.is_output {
            true => boundaries,
            false => self.readers.iter().map(end_of).max().unwrap_or(birth),
        };
        birth..death.max(birth)
    }
}

/// The values of a problem, by their use: the neurons of a program's tables are hundreds of thousands of values
/// that are used alike.
#[derive(Debug, Clone)]
pub struct Values {
    uses: Vec<(Use, usize)>,
}

impl Values {
    /// The values of a problem.
    pub fn new(problem: &Problem) -> Values {
        let mut uses = BTreeMap::new();
        Use::all(problem).for_each(|one| *uses.entry(one).or_default() += 1);
        Values { uses: uses.into_iter().collect() }
    }

    /// Every use, and how many values are used so.
    pub fn uses(&self) -> impl Iterator<Item = (&Use, usize)> {
        self.uses.iter().map(|(one, number)| (one, *number))
    }

    /// The number of live values at every boundary.
    pub fn profile(&self, phases: &[Phase], layers: usize) -> Vec<usize> {
        let boundaries = 2 * layers + 1;
        let mut profile = vec![0; boundaries];
        for (one, number) in self.uses() {
            for boundary in one.life(phases, boundaries) {
                profile[boundary] += number;
            }
        }
        profile
    }
}

/// When each value is written and when it is read last, as boundaries: it is live at the boundaries
/// `birth..death`.
pub fn lives(problem: &Problem, phases: &[Phase], boundaries: usize) -> Vec<Range<usize>> {
    Use::all(problem).map(|one| one.life(phases, boundaries)).collect()
}

/// The boundary at the end of the half-layer of a phase.
pub fn boundary_after(phase: Phase) -> usize {
    phase.0 / 2 + 1
}

/// The number of live values at every boundary.
pub fn profile(problem: &Problem, phases: &[Phase], layers: usize) -> Vec<usize> {
    Values::new(problem).profile(phases, layers)
}
