//! Which gates read a register: what many neurons are open by is worth knowing.

use std::collections::{BTreeMap, BTreeSet};

use crate::plan::{Plan, Register, Step};

/// For every register the gates that read it.
pub(super) fn gates_by_register(plan: &Plan) -> BTreeMap<Register, BTreeSet<Register>> {
    let gates: BTreeSet<Register> = plan
        .steps
        .iter()
        .filter_map(|step| match step {
            Step::Open { gate, .. } | Step::Product { gate, .. } => Some(*gate),
            _ => None,
        })
        .collect();
    let mut readers: BTreeMap<Register, BTreeSet<Register>> = BTreeMap::new();
    for step in &plan.steps {
        if let Step::Sum { to, form } = step
            && gates.contains(to)
        {
            for (register, _) in form.terms() {
                readers.entry(*register).or_default().insert(*to);
            }
        }
    }
    readers
}
