//! Operations that move as one. The readers of a transient operation run a fixed number of phases after
//! it, so a transient operation and its readers, and theirs where they are transient too, keep their
//! distances. Such a cluster has one number, its base: the phase of its first operation.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;

use super::problem::{OperationId, Phase, Problem};
use super::windows::Windows;

/// An operation's place: its cluster, and how many phases after the cluster's base it runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// Its cluster.
    pub cluster: usize,
    /// How many phases after the base.
    pub offset: usize,
}

impl Place {
    /// The phase, with these bases.
    pub fn phase(self, bases: &[usize]) -> usize {
        bases[self.cluster] + self.offset
    }
}

/// A cluster that comes before or after another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Neighbour {
    /// The other cluster.
    pub cluster: usize,
    /// The base of the later one is at least so many phases after the base of the earlier one; less than
    /// 0 where it may be before it.
    pub distance: i64,
}

/// The clusters of a problem.
#[derive(Debug, Clone)]
pub struct Clusters {
    /// The place of every operation.
    pub places: Vec<Place>,
    /// For every cluster, the bases it may have, within its window, in order.
    pub allowed: Vec<Vec<usize>>,
    /// For every cluster, those that write what it reads.
    pub before: Vec<Vec<Neighbour>>,
    /// For every cluster, those that read what it writes.
    pub after: Vec<Vec<Neighbour>>,
}

impl Clusters {
    /// The clusters of a problem, with the bases that the windows allow.
    pub fn new(problem: &Problem, windows: &Windows) -> Clusters {
        let places = places(problem, windows);
        let number = places.iter().map(|place| place.cluster + 1).max().unwrap_or(0);
        let mut members = vec![Vec::new(); number];
        for (index, place) in places.iter().enumerate() {
            members[place.cluster].push(OperationId(index));
        }
        let allowed = members.iter().map(|members| bases(problem, windows, &places, members));
        let mut clusters = Clusters {
            allowed: allowed.collect(),
            before: vec![Vec::new(); number],
            after: vec![Vec::new(); number],
            places,
        };
        clusters.link(windows);
        clusters
    }

    /// The phase of every operation, with these bases.
    pub fn phases(&self, bases: &[usize]) -> Vec<Phase> {
        self.places.iter().map(|place| Phase(place.phase(bases))).collect()
    }

    /// A reader runs at least one phase after the writer.
    fn link(&mut self, windows: &Windows) {
        let mut distances: BTreeMap<(usize, usize), i64> = BTreeMap::new();
        for (reader, sources) in windows.before.iter().enumerate() {
            let reader = self.places[reader];
            for source in sources {
                let writer = self.places[source.0];
                let distance = writer.offset as i64 + 1 - reader.offset as i64;
                if writer.cluster != reader.cluster {
                    let least = distances.entry((writer.cluster, reader.cluster));
                    let least = least.or_insert(distance);
                    *least = distance.max(*least);
                }
            }
        }
        for ((writer, reader), distance) in distances {
            self.before[reader].push(Neighbour { cluster: writer, distance });
            self.after[writer].push(Neighbour { cluster: reader, distance });
        }
    }
}

/// Every operation's cluster and its distance from the cluster's first operation.
fn places(problem: &Problem, windows: &Windows) -> Vec<Place> {
    let ties = ties(problem, windows);
    let mut places: Vec<Option<Place>> = vec![None; problem.operations.len()];
    let mut cluster = 0;
    for first in 0..places.len() {
        if places[first].is_some() {
            continue;
        }
        // The offsets from this operation; some are less than 0 until the least one is subtracted.
        let mut found = BTreeMap::from([(first, 0_i64)]);
        let mut pending = vec![first];
        while let Some(next) = pending.pop() {
            for &(other, distance) in &ties[next] {
                let offset = found[&next] + distance;
                if found.insert(other, offset).is_none() {
                    pending.push(other);
                }
            }
        }
        let least = found.values().copied().min().unwrap_or(0);
        for (operation, offset) in found {
            places[operation] = Some(Place { cluster, offset: (offset - least) as usize });
        }
        cluster += 1;
    }
    places.into_iter().flatten().collect()
}

/// For every operation, those tied to it and how many phases after it they run.
fn ties(problem: &Problem, windows: &Windows) -> Vec<BTreeSet<(usize, i64)>> {
    let mut ties = vec![BTreeSet::new(); problem.operations.len()];
    for (index, operation) in problem.operations.iter().enumerate() {
        if operation.transient {
            for reader in &windows.after[index] {
                let gap = operation.gap() as i64;
                ties[index].insert((reader.0, gap));
                ties[reader.0].insert((index, -gap));
            }
        }
    }
    ties
}

/// The bases with which every member runs within its window, in a phase of its kind.
fn bases(
    problem: &Problem,
    windows: &Windows,
    places: &[Place],
    members: &[OperationId],
) -> Vec<usize> {
    let window = |member: &OperationId| -> RangeInclusive<usize> {
        let (window, offset) = (&windows.phases[member.0], places[member.0].offset);
        window.start().saturating_sub(offset)..=window.end().saturating_sub(offset)
    };
    let start = members.iter().map(|member| *window(member).start()).max().unwrap_or(0);
    let end = members.iter().map(|member| *window(member).end()).min().unwrap_or(0);
    let fits = |&base: &usize| {
        members.iter().all(|member| {
            let phase = Phase(base + places[member.0].offset);
            problem.operations[member.0].kind.allows(phase)
        })
    };
    (start..=end).filter(fits).collect()
}
