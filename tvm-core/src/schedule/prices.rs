//! The cheapest schedule when every boundary has a price: the sum over the boundaries of the price times
//! the number of live values is as small as can be. It is the minimum cut of a network, so it is exact
//! and takes milliseconds.
//!
//! A node says "the base of this cluster is at most so much", for every base it may have; a cut chooses
//! the nodes that are true. Two kinds of edges:
//!
//! - of unlimited cost, from what cannot be true without the other: a base is at most 5 only if it is at
//!   most 7; a reader is done by a phase only if the writer is done before it;
//! - of the price of a boundary times the number of values, from "they are written" to "they are read for
//!   the last time", both by that boundary. Where there are several readers, the latter is a node that
//!   needs all of them.

use std::collections::BTreeMap;

use super::clusters::{Clusters, Place};
use super::flow::{Network, Node, SINK, SOURCE, UNLIMITED};
use super::width::{Use, Values};

/// Values with the same writer and the same readers: they are live at the same boundaries.
#[derive(Debug, Clone)]
pub struct Class {
    /// How many values.
    number: i64,
    /// What writes them; `None` when they are live from the beginning.
    bearer: Option<Place>,
    /// The last reader in each cluster.
    readers: Vec<Place>,
    is_output: bool,
}

/// The classes of a problem's values.
pub fn classes(values: &Values, clusters: &Clusters) -> Vec<Class> {
    let mut numbers: BTreeMap<(Option<Place>, Vec<Place>, bool), i64> = BTreeMap::new();
    for (Use { bearer, readers, is_output }, number) in values.uses() {
        let bearer = bearer.map(|bearer| clusters.places[bearer.0]);
        let mut last: BTreeMap<usize, usize> = BTreeMap::new();
        for reader in readers {
            let Place { cluster, offset } = clusters.places[reader.0];
            let latest = last.entry(cluster).or_insert(offset);
            *latest = offset.max(*latest);
        }
        let readers = last.into_iter().map(|(cluster, offset)| Place { cluster, offset });
        *numbers.entry((bearer, readers.collect(), *is_output)).or_default() += number as i64;
    }
    let class =
        |((bearer, readers, is_output), number)| Class { number, bearer, readers, is_output };
    numbers.into_iter().map(class).collect()
}

/// The bases of the clusters, each one of those it may have here, and what they cost. `prices` are those
/// of the boundaries.
pub fn cheapest(
    clusters: &Clusters,
    allowed: &[Vec<usize>],
    classes: &[Class],
    prices: &[i64],
) -> (i64, Vec<usize>) {
    let mut truths = Truths::new(allowed);
    truths.add_precedence(clusters);
    let mut fixed = 0;
    for (boundary, &price) in prices.iter().enumerate() {
        for class in classes {
            fixed += truths.add_life(class, boundary, class.number * price);
        }
    }
    let cost = truths.network.cut() + fixed;
    (cost, truths.bases())
}

/// The network, and its node for every cluster and every base but the last: that one is always reached.
struct Truths<'allowed> {
    allowed: &'allowed [Vec<usize>],
    network: Network,
    nodes: Vec<Vec<Node>>,
}

impl Truths<'_> {
    fn new(allowed: &[Vec<usize>]) -> Truths<'_> {
        let mut network = Network::new();
        let nodes = allowed
            .iter()
            .map(|bases| bases[1..].iter().map(|_| network.add_node()).collect())
            .collect();
        Truths { allowed, network, nodes }
    }

    /// The node that says that the base of a cluster is at most so much.
    fn at_most(&self, cluster: usize, base: i64) -> Node {
        let bases = &self.allowed[cluster];
        match bases.partition_point(|&allowed| allowed as i64 <= base) {
            0 => SINK,
            number if number == bases.len() => SOURCE,
            number => self.nodes[cluster][number - 1],
        }
    }

    /// The node that says that an operation is done by a boundary: in a phase before twice its number.
    fn done_by(&self, place: &Place, boundary: usize) -> Node {
        self.at_most(place.cluster, 2 * boundary as i64 - 1 - place.offset as i64)
    }

    fn add_precedence(&mut self, clusters: &Clusters) {
        for (cluster, bases) in self.allowed.iter().enumerate() {
            for pair in self.nodes[cluster].windows(2) {
                self.network.add_edge(pair[0], pair[1], UNLIMITED);
            }
            for writer in &clusters.before[cluster] {
                for &base in bases {
                    let own = self.at_most(cluster, base as i64);
                    let other = self.at_most(writer.cluster, base as i64 - writer.distance);
                    if own != SINK && other != SOURCE {
                        self.network.add_edge(own, other, UNLIMITED);
                    }
                }
            }
        }
    }

    /// The cost of values that live at a boundary. What they cost in every schedule is returned.
    fn add_life(&mut self, class: &Class, boundary: usize, cost: i64) -> i64 {
        let written = class.bearer.as_ref().map_or(SOURCE, |place| self.done_by(place, boundary));
        if written == SINK {
            return 0;
        }
        let read = if class.is_output { SINK } else { self.all_read(class, boundary) };
        match (written, read) {
            (_, SOURCE) => 0,
            (SOURCE, SINK) => cost,
            _ => {
                self.network.add_edge(written, read, cost);
                0
            }
        }
    }

    /// The node that says that all readers are done by a boundary.
    fn all_read(&mut self, class: &Class, boundary: usize) -> Node {
        let done = class.readers.iter().map(|place| self.done_by(place, boundary));
        let mut open: Vec<Node> = done.filter(|&done| done != SOURCE).collect();
        open.sort_unstable();
        open.dedup();
        match open[..] {
            [] => SOURCE,
            [only] => only,
            [SINK, ..] => SINK,
            _ => {
                let all = self.network.add_node();
                for reader in open {
                    self.network.add_edge(all, reader, UNLIMITED);
                }
                all
            }
        }
    }

    fn bases(&self) -> Vec<usize> {
        let left_out = self.network.left_out();
        let base = |(bases, nodes): (&Vec<usize>, &Vec<Node>)| {
            bases[nodes.iter().take_while(|&&node| left_out[node]).count()]
        };
        self.allowed.iter().zip(&self.nodes).map(base).collect()
    }
}
