//! Where what a register holds is remembered: for who looks into the state of a plan.

use super::{Plan, Register, Step};

/// What a register is read from. Caches, rings and sums are those of a [`PlanState`](crate::engine::PlanState).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    /// A cache of values.
    Cache {
        /// Which.
        cache: usize,
        /// Which value of a row.
        place: usize,
    },
    /// A ring.
    Ring {
        /// Which.
        ring: usize,
        /// Which value of a position.
        place: usize,
    },
    /// The mean of a running sum.
    Sum {
        /// Which.
        sum: usize,
    },
}

impl Plan {
    /// Where what a register holds is remembered, if it is nothing but that.
    pub fn kept(&self, register: Register) -> Option<Kept> {
        let place = |found: &[(Register, usize)]| {
            found.iter().find(|(to, _)| *to == register).map(|(_, place)| *place)
        };
        self.steps.iter().find_map(|step| match step {
            Step::Read { to, cache, .. } => {
                place(to).map(|place| Kept::Cache { cache: *cache, place })
            }
            Step::Ring { asked, ring, .. } => {
                let found = asked.iter().find_map(|query| place(&query.found));
                found.map(|place| Kept::Ring { ring: *ring, place })
            }
            Step::Mean { to, sum, .. } if *to == register => Some(Kept::Sum { sum: *sum }),
            _ => None,
        })
    }
}
