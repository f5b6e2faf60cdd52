//! The earliest and the latest phase of every operation, by precedence alone. The longest
//! chain gives the number of layers.

use std::ops::RangeInclusive;

use super::problem::{Operation, OperationId, OperationKind, Phase, Problem};

/// Operations in an order in which they can run, what each waits for, and when each may run.
#[derive(Debug, Clone)]
pub struct Windows {
    /// The number of layers.
    pub layers: usize,
    /// Every operation after those it waits for.
    pub order: Vec<OperationId>,
    /// For every operation, those that write what it reads.
    pub before: Vec<Vec<OperationId>>,
    /// For every operation, those that read what it writes.
    pub after: Vec<Vec<OperationId>>,
    /// For every operation, its earliest and latest phase.
    pub phases: Vec<RangeInclusive<usize>>,
}

impl Windows {
    /// The windows of a problem in as few layers as its longest chain needs, but at least
    /// `least_layers`; `None` when it has a cycle.
    pub fn new(problem: &Problem, least_layers: usize) -> Option<Windows> {
        let (before, after) = neighbours(problem);
        let order = topological(&before, &after)?;
        let mut earliest = vec![0; problem.operations.len()];
        for &OperationId(index) in &order {
            let operation = &problem.operations[index];
            let from = before[index].iter().map(|o| earliest[o.0] + 1).max().unwrap_or(0);
            earliest[index] = first_allowed(operation.kind, from);
        }
        let last = earliest.iter().copied().max().unwrap_or(0);
        let mut windows = Windows { layers: 0, order, before, after, phases: Vec::new() };
        // Operations that are tied to each other can need more layers than the longest chain.
        for layers in (last / 4 + 1).max(least_layers).. {
            windows.open(problem, &earliest, layers);
            if windows.tie_transients(problem) {
                return Some(windows);
            }
        }
        None
    }

    /// The windows in so many layers, before transient operations are considered.
    fn open(&mut self, problem: &Problem, earliest: &[usize], layers: usize) {
        let mut latest = vec![0; problem.operations.len()];
        for &OperationId(index) in self.order.iter().rev() {
            let operation = &problem.operations[index];
            let readers = self.after[index].iter().map(|reader| latest[reader.0] - 1);
            let until = readers.min().unwrap_or(4 * layers - 1);
            latest[index] = last_allowed(operation.kind, until);
        }
        self.layers = layers;
        self.phases = earliest.iter().zip(latest).map(|(&first, last)| first..=last).collect();
    }

    /// The phases in which an operation may run.
    pub fn allowed(&self, problem: &Problem, operation: OperationId) -> Vec<Phase> {
        let kind = problem.operations[operation.0].kind;
        let window = self.phases[operation.0].clone();
        window.map(Phase).filter(|&phase| kind.allows(phase)).collect()
    }

    /// The readers of a transient operation run right after it: both windows shrink to fit, until
    /// nothing changes. False when one of them vanishes.
    fn tie_transients(&mut self, problem: &Problem) -> bool {
        loop {
            let before = self.phases.clone();
            for index in 0..problem.operations.len() {
                if problem.operations[index].transient {
                    self.tie(&problem.operations[index], index);
                }
            }
            self.propagate(problem);
            if self.phases.iter().any(RangeInclusive::is_empty) {
                return false;
            }
            if before == self.phases {
                return true;
            }
        }
    }

    fn tie(&mut self, operation: &Operation, index: usize) {
        let gap = operation.gap();
        let mut window = self.phases[index].clone();
        for reader in &self.after[index] {
            let other = &self.phases[reader.0];
            let start = (*window.start()).max(other.start().saturating_sub(gap));
            window = start..=(*window.end()).min(other.end().saturating_sub(gap));
        }
        let start = first_allowed(operation.kind, *window.start());
        let end = last_allowed(operation.kind, *window.end());
        self.phases[index] = start..=end;
        for reader in self.after[index].clone() {
            self.phases[reader.0] = start + gap..=end + gap;
        }
    }

    fn propagate(&mut self, problem: &Problem) {
        for &OperationId(index) in &self.order {
            let kind = problem.operations[index].kind;
            let from = self.before[index].iter().map(|o| self.phases[o.0].start() + 1).max();
            let start = (*self.phases[index].start()).max(from.unwrap_or(0));
            self.phases[index] = first_allowed(kind, start)..=*self.phases[index].end();
        }
        for &OperationId(index) in self.order.iter().rev() {
            let kind = problem.operations[index].kind;
            let until =
                self.after[index].iter().map(|o| self.phases[o.0].end().saturating_sub(1)).min();
            let end = until.unwrap_or(usize::MAX).min(*self.phases[index].end());
            self.phases[index] = *self.phases[index].start()..=last_allowed(kind, end);
        }
    }
}

fn first_allowed(kind: OperationKind, from: usize) -> usize {
    (from..from + 4).find(|&phase| kind.allows(Phase(phase))).expect("every kind recurs")
}

fn last_allowed(kind: OperationKind, until: usize) -> usize {
    let until = until as i64;
    let fits = |phase: &i64| *phase >= 0 && kind.allows(Phase(*phase as usize));
    (until - 3..=until).rev().find(fits).unwrap_or(0) as usize
}

type Neighbours = Vec<Vec<OperationId>>;

fn neighbours(problem: &Problem) -> (Neighbours, Neighbours) {
    let writers = problem.writers();
    let mut before = vec![Vec::new(); problem.operations.len()];
    let mut after = vec![Vec::new(); problem.operations.len()];
    for (index, operation) in problem.operations.iter().enumerate() {
        let mut sources: Vec<OperationId> =
            operation.reads.iter().filter_map(|value| writers[value.0]).collect();
        sources.sort();
        sources.dedup();
        for source in &sources {
            after[source.0].push(OperationId(index));
        }
        before[index] = sources;
    }
    (before, after)
}

fn topological(before: &Neighbours, after: &Neighbours) -> Option<Vec<OperationId>> {
    let mut missing: Vec<usize> = before.iter().map(Vec::len).collect();
    let mut ready: Vec<OperationId> =
        (0..before.len()).filter(|&index| missing[index] == 0).map(OperationId).collect();
    let mut order = Vec::with_capacity(before.len());
    while let Some(next) = ready.pop() {
        order.push(next);
        for reader in &after[next.0] {
            missing[reader.0] -= 1;
            if missing[reader.0] == 0 {
                ready.push(*reader);
            }
        }
    }
    (order.len() == before.len()).then_some(order)
}
