//! A sequence with search, insertion and removal in O(log n) expected steps: a treap (Seidel and Aragon,
//! "Randomized search trees", 1996) whose nodes also link to their neighbours. Priorities come from a
//! generator with a fixed seed, so that every run does the same.

use super::bytes_of;

/// A node. Nodes that were removed are used again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct NodeId(u32);

impl NodeId {
    /// See [`Sequence::alive`].
    pub(super) fn number(self) -> u32 {
        self.0
    }
}

const NONE: u32 = u32::MAX;

#[derive(Debug, Clone)]
struct Node<T> {
    item: T,
    left: u32,
    right: u32,
    parent: u32,
    previous: u32,
    next: u32,
    priority: u32,
    alive: bool,
}

/// The sequence.
#[derive(Debug, Clone)]
pub(super) struct Sequence<T> {
    nodes: Vec<Node<T>>,
    free: Vec<u32>,
    root: u32,
    first: u32,
    last: u32,
    seed: u32,
}

impl<T> Default for Sequence<T> {
    fn default() -> Self {
        let (nodes, free) = (Vec::new(), Vec::new());
        Sequence { nodes, free, root: NONE, first: NONE, last: NONE, seed: 0x9E37_79B9 }
    }
}

fn some(node: u32) -> Option<NodeId> {
    (node != NONE).then_some(NodeId(node))
}

impl<T> Sequence<T> {
    pub(super) fn item(&self, node: NodeId) -> &T {
        &self.nodes[node.0 as usize].item
    }

    pub(super) fn item_mut(&mut self, node: NodeId) -> &mut T {
        &mut self.nodes[node.0 as usize].item
    }

    #[cfg(test)]
    pub(super) fn first(&self) -> Option<NodeId> {
        some(self.first)
    }

    pub(super) fn last(&self) -> Option<NodeId> {
        some(self.last)
    }

    pub(super) fn previous(&self, node: NodeId) -> Option<NodeId> {
        some(self.nodes[node.0 as usize].previous)
    }

    pub(super) fn next(&self, node: NodeId) -> Option<NodeId> {
        some(self.nodes[node.0 as usize].next)
    }

    /// The greatest number of nodes that there ever were at one time: every [`NodeId`] is below it.
    pub(super) fn capacity(&self) -> usize {
        self.nodes.len()
    }

    /// About how many bytes it takes.
    pub(super) fn bytes(&self) -> usize {
        bytes_of(&self.nodes) + bytes_of(&self.free)
    }

    /// The node of this number, if it is in the sequence.
    pub(super) fn alive(&self, number: u32) -> Option<NodeId> {
        self.nodes.get(number as usize).filter(|node| node.alive).map(|_| NodeId(number))
    }

    /// The first node for which `passed` is false; it is true for those before.
    pub(super) fn find(&self, passed: impl Fn(NodeId, &T) -> bool) -> Option<NodeId> {
        let (mut at, mut found) = (self.root, NONE);
        while at != NONE {
            let node = &self.nodes[at as usize];
            if passed(NodeId(at), &node.item) {
                at = node.right;
            } else {
                found = at;
                at = node.left;
            }
        }
        some(found)
    }

    /// Inserts a node before another one, or at the end.
    pub(super) fn insert_before(&mut self, next: Option<NodeId>, item: T) -> NodeId {
        let next = next.map_or(NONE, |node| node.0);
        let previous = if next == NONE { self.last } else { self.nodes[next as usize].previous };
        let priority = self.priority();
        let node = Node {
            item,
            left: NONE,
            right: NONE,
            parent: NONE,
            previous,
            next,
            priority,
            alive: true,
        };
        let new = match self.free.pop() {
            Some(place) => {
                self.nodes[place as usize] = node;
                place
            }
            None => {
                self.nodes.push(node);
                (self.nodes.len() - 1) as u32
            }
        };
        self.link(previous, new);
        self.link(new, next);
        // One of the neighbours has no child on the side of the new node.
        if next != NONE && self.nodes[next as usize].left == NONE {
            self.nodes[next as usize].left = new;
            self.nodes[new as usize].parent = next;
        } else if previous != NONE {
            self.nodes[previous as usize].right = new;
            self.nodes[new as usize].parent = previous;
        } else {
            self.root = new;
        }
        while let Some(parent) = some(self.nodes[new as usize].parent) {
            if self.nodes[parent.0 as usize].priority >= priority {
                break;
            }
            self.rotate_up(new);
        }
        NodeId(new)
    }

    /// Removes a node. Its number may be used again.
    pub(super) fn remove(&mut self, node: NodeId) {
        let NodeId(at) = node;
        loop {
            let Node { left, right, .. } = self.nodes[at as usize];
            let heavier = match (some(left), some(right)) {
                (None, None) => break,
                (Some(child), None) | (None, Some(child)) => child.0,
                (Some(a), Some(b)) => {
                    let priority = |child: NodeId| self.nodes[child.0 as usize].priority;
                    if priority(a) >= priority(b) { a.0 } else { b.0 }
                }
            };
            self.rotate_up(heavier);
        }
        let Node { parent, previous, next, .. } = self.nodes[at as usize];
        self.replace_child(parent, at, NONE);
        self.link(previous, next);
        self.nodes[at as usize].alive = false;
        self.free.push(at);
    }

    fn priority(&mut self) -> u32 {
        // Xorshift (Marsaglia, 2003).
        self.seed ^= self.seed << 13;
        self.seed ^= self.seed >> 17;
        self.seed ^= self.seed << 5;
        self.seed
    }

    fn link(&mut self, previous: u32, next: u32) {
        match previous {
            NONE => self.first = next,
            _ => self.nodes[previous as usize].next = next,
        }
        match next {
            NONE => self.last = previous,
            _ => self.nodes[next as usize].previous = previous,
        }
    }

    fn replace_child(&mut self, parent: u32, old: u32, new: u32) {
        match parent {
            NONE => self.root = new,
            _ if self.nodes[parent as usize].left == old => self.nodes[parent as usize].left = new,
            _ => self.nodes[parent as usize].right = new,
        }
        if new != NONE {
            self.nodes[new as usize].parent = parent;
        }
    }

    /// Rotates a node above its parent. The order of the sequence does not change.
    fn rotate_up(&mut self, child: u32) {
        let parent = self.nodes[child as usize].parent;
        let above = self.nodes[parent as usize].parent;
        let is_left = self.nodes[parent as usize].left == child;
        let inner = if is_left {
            std::mem::replace(&mut self.nodes[child as usize].right, parent)
        } else {
            std::mem::replace(&mut self.nodes[child as usize].left, parent)
        };
        match is_left {
            true => self.nodes[parent as usize].left = inner,
            false => self.nodes[parent as usize].right = inner,
        }
        if inner != NONE {
            self.nodes[inner as usize].parent = parent;
        }
        self.replace_child(above, parent, child);
        self.nodes[parent as usize].parent = child;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn items(sequence: &Sequence<u32>) -> Vec<u32> {
        let mut items = Vec::new();
        let mut at = sequence.first();
        while let Some(node) = at {
            items.push(*sequence.item(node));
            at = sequence.next(node);
        }
        items
    }

    fn depth(sequence: &Sequence<u32>, at: u32) -> usize {
        match at {
            NONE => 0,
            _ => {
                let Node { left, right, .. } = sequence.nodes[at as usize];
                1 + depth(sequence, left).max(depth(sequence, right))
            }
        }
    }

    proptest! {
        #[test]
        fn keeps_the_order_of_a_sorted_vector(steps in prop::collection::vec((any::<bool>(), 0_u32..60), 0..200)) {
            let (mut sequence, mut sorted) = (Sequence::default(), Vec::new());
            for (insert, number) in steps {
                let place = sorted.partition_point(|&other| other < number);
                let found = sequence.find(|_, &other| other < number);
                prop_assert_eq!(found.map(|node| *sequence.item(node)), sorted.get(place).copied());
                if insert {
                    sequence.insert_before(found, number);
                    sorted.insert(place, number);
                } else if let Some(node) = found {
                    sequence.remove(node);
                    sorted.remove(place);
                }
                prop_assert_eq!(items(&sequence), sorted.clone());
            }
        }
    }

    #[test]
    fn stays_flat_when_filled_in_order() {
        let mut sequence = Sequence::default();
        for number in 0..10_000 {
            sequence.insert_before(None, number);
        }
        assert!(depth(&sequence, sequence.root) < 60);
    }
}
