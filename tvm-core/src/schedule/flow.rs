//! The minimum cut of a network, by Dinic's algorithm: as long as the sink can be reached, flow is sent
//! along shortest paths until each of them has a full edge.

use std::collections::VecDeque;

/// A node of a network.
pub type Node = usize;

/// Flow comes from here. A cut puts it on the side that is chosen.
pub const SOURCE: Node = 0;

/// Flow goes here. A cut leaves it out.
pub const SINK: Node = 1;

/// More than any cut costs: no cut goes through an edge of this capacity.
pub const UNLIMITED: i64 = 1 << 50;

/// An edge, or the return of one: edges `2n` and `2n + 1` are the two directions of one edge.
#[derive(Debug, Clone)]
struct Edge {
    to: Node,
    /// How much more can flow.
    left: i64,
}

/// A network.
#[derive(Debug, Clone)]
pub struct Network {
    edges: Vec<Edge>,
    /// For every node, the edges from it.
    from: Vec<Vec<usize>>,
}

impl Network {
    /// A network of a source and a sink.
    pub fn new() -> Network {
        Network { edges: Vec::new(), from: vec![Vec::new(); 2] }
    }

    /// A new node.
    pub fn add_node(&mut self) -> Node {
        self.from.push(Vec::new());
        self.from.len() - 1
    }

    /// A new edge: a cut with `tail` on the chosen side and `head` not costs so much.
    pub fn add_edge(&mut self, tail: Node, head: Node, cost: i64) {
        for (tail, head, left) in [(tail, head, cost), (head, tail, 0)] {
            self.from[tail].push(self.edges.len());
            self.edges.push(Edge { to: head, left });
        }
    }

    /// The least cost of a cut. The edges keep what is left of their capacities.
    pub fn cut(&mut self) -> i64 {
        let mut total = 0;
        loop {
            let mut distances = self.distances();
            if distances[SOURCE].is_none() {
                return total;
            }
            total += self.fill_shortest(&mut distances);
        }
    }

    /// After `cut`: the nodes that are not chosen by the cut that chooses most.
    pub fn left_out(&self) -> Vec<bool> {
        self.distances().iter().map(Option::is_some).collect()
    }

    /// How far it is from every node to the sink, where anything can flow there.
    fn distances(&self) -> Vec<Option<usize>> {
        let mut distances = vec![None; self.from.len()];
        distances[SINK] = Some(0);
        let mut pending = VecDeque::from([(SINK, 0)]);
        while let Some((node, distance)) = pending.pop_front() {
            for &edge in &self.from[node] {
                let tail = self.edges[edge].to;
                if distances[tail].is_none() && self.edges[edge ^ 1].left > 0 {
                    distances[tail] = Some(distance + 1);
                    pending.push_back((tail, distance + 1));
                }
            }
        }
        distances
    }

    /// Sends flow along paths on which the distance to the sink always falls by one, until there is none.
    fn fill_shortest(&mut self, distances: &mut [Option<usize>]) -> i64 {
        let mut tried = vec![0; self.from.len()];
        let (mut total, mut path, mut node) = (0, Vec::new(), SOURCE);
        loop {
            if node == SINK {
                total += self.send(&mut path);
            } else if let Some(edge) = self.next_edge(node, distances, &mut tried) {
                path.push(edge);
            } else {
                // No way from here: back along the path.
                distances[node] = None;
                if path.pop().is_none() {
                    return total;
                }
            }
            node = path.last().map_or(SOURCE, |&edge| self.edges[edge].to);
        }
    }

    fn next_edge(
        &self,
        node: Node,
        distances: &[Option<usize>],
        tried: &mut [usize],
    ) -> Option<usize> {
        let leads_on = |edge: &Edge| {
            let next = distances[edge.to].map(|distance| distance + 1);
            edge.left > 0 && next.is_some() && next == distances[node]
        };
        let untried = self.from[node][tried[node]..].iter();
        let skipped = untried.take_while(|&&edge| !leads_on(&self.edges[edge])).count();
        tried[node] += skipped;
        self.from[node].get(tried[node]).copied()
    }

    /// Sends as much as the path can take, and cuts the path before its first full edge.
    fn send(&mut self, path: &mut Vec<usize>) -> i64 {
        let most = path.iter().map(|&edge| self.edges[edge].left).min().unwrap_or(0);
        for &edge in path.iter() {
            self.edges[edge].left -= most;
            self.edges[edge ^ 1].left += most;
        }
        let full = path.iter().position(|&edge| self.edges[edge].left == 0);
        path.truncate(full.unwrap_or(0));
        most
    }
}
