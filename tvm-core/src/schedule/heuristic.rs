//! Local search for a good schedule. Operations are moved one by one, within the limits of their
//! neighbours, as long as the numbers of live values become more even. Then some operations are moved
//! at random and the descent begins again. The generator is seeded, so the result is a function of the
//! problem.

use super::problem::{OperationId, Phase, Problem};
use super::width::{Values, profile};
use super::windows::Windows;

/// A schedule and its width.
#[derive(Debug, Clone)]
pub struct Found {
    /// The phase of every operation.
    pub phases: Vec<Phase>,
    /// The greatest number of live values at a boundary.
    pub width: usize,
}

/// Descends `rounds` times.
pub fn search(problem: &Problem, windows: &Windows, rounds: usize) -> Found {
    let phases = windows.phases.iter().map(|window| Phase(*window.end())).collect();
    let mut search = Search {
        problem,
        values: Values::new(problem),
        windows,
        phases,
        random: 0x9e37_79b9_7f4a_7c15,
    };
    search.descend();
    let mut best = search.phases.clone();
    let mut best_cost = search.cost();
    for _ in 0..rounds {
        search.shake();
        search.descend();
        let cost = search.cost();
        if cost <= best_cost {
            best_cost = cost;
            best.clone_from(&search.phases);
        } else {
            search.phases.clone_from(&best);
        }
    }
    let width = profile(problem, &best, windows.layers).into_iter().max().unwrap_or(0);
    Found { phases: best, width }
}

struct Search<'problem> {
    problem: &'problem Problem,
    values: Values,
    windows: &'problem Windows,
    phases: Vec<Phase>,
    random: u64,
}

impl Search<'_> {
    /// The sum of a high power of the widths, so that the widest boundary counts most.
    fn cost(&self) -> f64 {
        let profile = self.values.profile(&self.phases, self.windows.layers);
        profile.into_iter().map(|width| (width as f64 / 32.0).powi(24)).sum()
    }

    fn descend(&mut self) {
        let mut cost = self.cost();
        loop {
            let before = cost;
            for index in 0..self.phases.len() {
                cost = self.improve(OperationId(index), cost);
            }
            if cost >= before {
                return;
            }
        }
    }

    fn improve(&mut self, operation: OperationId, cost: f64) -> f64 {
        let mut best = (cost, None);
        let original = self.phases.clone();
        for phase in self.choices(operation) {
            self.place(operation, phase);
            let moved = self.cost();
            if moved < best.0 {
                best = (moved, Some(phase));
            }
            self.phases.clone_from(&original);
        }
        if let Some(phase) = best.1 {
            self.place(operation, phase);
        }
        best.0
    }

    /// Moves an operation, and the readers of a transient one with it.
    fn place(&mut self, operation: OperationId, phase: Phase) {
        self.phases[operation.0] = phase;
        if self.problem.operations[operation.0].transient {
            for reader in &self.windows.after[operation.0] {
                self.phases[reader.0] = Phase(phase.0 + 1);
            }
        }
    }

    /// Where an operation can go while all others stay.
    fn choices(&self, operation: OperationId) -> Vec<Phase> {
        let OperationId(index) = operation;
        let is_tied = |source: &OperationId| self.problem.operations[source.0].transient;
        let heads_a_chain = is_tied(&operation) && self.windows.after[index].iter().any(is_tied);
        if heads_a_chain || self.windows.before[index].iter().any(is_tied) {
            return Vec::new();
        }
        let transient = self.problem.operations[index].transient;
        let window = self.windows.allowed(self.problem, operation);
        window.into_iter().filter(|&phase| self.fits(operation, phase, transient)).collect()
    }

    fn fits(&self, operation: OperationId, phase: Phase, transient: bool) -> bool {
        let before = self.windows.before[operation.0].iter().map(|o| self.phases[o.0]);
        let after = &self.windows.after[operation.0];
        let later = |reader: &OperationId| {
            let limit = self.windows.after[reader.0].iter().map(|o| self.phases[o.0]).min();
            let sources = self.windows.before[reader.0].iter().filter(|o| **o != operation);
            let sources_done = sources.map(|o| self.phases[o.0]).max();
            let at = Phase(phase.0 + 1);
            limit.is_none_or(|limit| at < limit) && sources_done.is_none_or(|done| done < at)
        };
        let reads = before.max().is_none_or(|source| source < phase);
        let read = if transient {
            after.iter().all(later)
        } else {
            after.iter().all(|reader| phase < self.phases[reader.0])
        };
        phase != self.phases[operation.0] && reads && read
    }

    fn shake(&mut self) {
        let number = self.phases.len();
        for _ in 0..(number / 12).max(2) {
            let operation = OperationId(self.next(number));
            let choices = self.choices(operation);
            if !choices.is_empty() {
                let phase = choices[self.next(choices.len())];
                self.place(operation, phase);
            }
        }
    }

    /// xorshift: the next number below `bound`.
    fn next(&mut self, bound: usize) -> usize {
        self.random ^= self.random << 13;
        self.random ^= self.random >> 7;
        self.random ^= self.random << 17;
        (self.random % bound as u64) as usize
    }
}
