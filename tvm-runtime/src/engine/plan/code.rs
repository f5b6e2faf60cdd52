//! The steps of a plan in a row of small operations, what they read and write in a few long lists.

use std::collections::{BTreeSet, HashMap};

use crate::patterns::BiasedTotal;
use crate::plan::{Form, Register, Step};

/// Some neighbours in a list.
#[derive(Debug, Clone, Copy)]
pub(super) struct Span {
    start: u32,
    end: u32,
}

impl Span {
    pub(super) fn of<T>(self, list: &[T]) -> &[T] {
        &list[self.start as usize..self.end as usize]
    }
}

/// An operation. Registers are indices; lists are spans of [`Code`].
#[derive(Debug, Clone, Copy)]
pub(super) enum Operation {
    /// `offset` and the terms, added from left to right.
    Sum {
        to: u32,
        terms: Span,
        offset: f64,
    },
    /// The terms, added from left to right; refuses when one of them or of the sums is too large.
    Watched {
        to: u32,
        terms: Span,
    },
    Open {
        to: u32,
        gate: u32,
    },
    /// The gate is a sum that nobody else reads.
    OpenSum {
        to: u32,
        terms: Span,
        offset: f64,
    },
    /// Refuses when the register is larger.
    Watch {
        register: u32,
        most: f64,
    },
    Product {
        to: u32,
        gate: u32,
        value: u32,
    },
    ProductSum {
        to: u32,
        value: u32,
        terms: Span,
        offset: f64,
    },
    Chain {
        to: u32,
        first: u32,
        step: u32,
        length: u32,
    },
    Table {
        table: u32,
        x: u32,
        to: Span,
    },
    Mean {
        to: u32,
        value: u32,
        sum: u32,
    },
    Total {
        to: u32,
        value: u32,
        sum: u32,
        biased: u32,
    },
    Ring {
        values: Span,
        ring: u32,
        asked: Span,
    },
    Key {
        keys: u32,
        x: u32,
        y: u32,
    },
    Keep {
        cache: u32,
        values: Span,
    },
    Find {
        to: u32,
        keys: u32,
        x: u32,
        y: u32,
    },
    Read {
        cache: u32,
        winner: u32,
        to: Span,
    },
}

/// What operations refer to.
#[derive(Debug, Clone, Default)]
pub(super) struct Code {
    pub(super) operations: Vec<Operation>,
    pub(super) terms: Vec<(u32, f64)>,
    pub(super) registers: Vec<u32>,
    /// Results with the index of what they are.
    pub(super) results: Vec<(u32, u32)>,
    pub(super) biases: Vec<BiasedTotal>,
    pub(super) asked: Vec<Asked>,
}

/// A query of a ring.
#[derive(Debug, Clone)]
pub(super) struct Asked {
    pub(super) ago: Vec<usize>,
    pub(super) early: Vec<usize>,
    pub(super) found: Span,
}

/// Some operations in a row.
#[derive(Debug, Clone, Copy)]
pub(super) struct Block(Span);

impl Block {
    pub(super) fn operations(self, code: &Code) -> &[Operation] {
        self.0.of(&code.operations)
    }
}

fn append<T>(list: &mut Vec<T>, items: impl IntoIterator<Item = T>) -> Span {
    let start = list.len() as u32;
    list.extend(items);
    Span { start, end: list.len() as u32 }
}

fn results(found: &[(Register, usize)]) -> impl Iterator<Item = (u32, u32)> + '_ {
    found.iter().map(|&(to, place)| (to.0, place as u32))
}

impl Code {
    /// Appends some steps; `last` are the registers that are read after them.
    pub(super) fn block(&mut self, steps: &[Step], last: &BTreeSet<Register>) -> Block {
        let gates = gates_of_their_own(steps, last);
        let mut operations = Vec::new();
        for step in steps {
            match step {
                Step::Sum { to, .. } if gates.contains_key(to) => {}
                Step::Open { to, gate } if gates.contains_key(gate) => {
                    let (terms, offset) = self.form(gates[gate]);
                    operations.push(Operation::OpenSum { to: to.0, terms, offset });
                }
                Step::Product { to, gate, value } if gates.contains_key(gate) => {
                    let (terms, offset) = self.form(gates[gate]);
                    let (to, value) = (to.0, value.0);
                    operations.push(Operation::ProductSum { to, value, terms, offset });
                }
                step => operations.push(self.operation(step)),
            }
        }
        Block(append(&mut self.operations, operations))
    }

    fn form(&mut self, form: &Form) -> (Span, f64) {
        let terms = form.terms().iter().map(|&(from, weight)| (from.0, weight));
        (append(&mut self.terms, terms), form.offset())
    }

    fn operation(&mut self, step: &Step) -> Operation {
        match step {
            Step::Sum { to, form } => self.sum(*to, form.terms(), form.offset()),
            Step::Ordered { to, terms } => self.sum(*to, terms, 0.0),
            Step::Watched { to, terms } => {
                let terms = terms.iter().map(|&(from, weight)| (from.0, weight));
                Operation::Watched { to: to.0, terms: append(&mut self.terms, terms) }
            }
            Step::Open { to, gate } => Operation::Open { to: to.0, gate: gate.0 },
            Step::Watch { register, most } => {
                Operation::Watch { register: register.0, most: *most }
            }
            Step::Product { to, gate, value } => {
                Operation::Product { to: to.0, gate: gate.0, value: value.0 }
            }
            Step::Chain { to, ends: [first, step], chain } => {
                let length = chain.length() as u32;
                Operation::Chain { to: to.0, first: first.0, step: step.0, length }
            }
            Step::Table { to, x, table } => {
                let to = append(&mut self.results, results(to));
                Operation::Table { table: *table as u32, x: x.0, to }
            }
            Step::Mean { to, value, sum } => {
                Operation::Mean { to: to.0, value: value.0, sum: *sum as u32 }
            }
            Step::Total { to, value, biased, sum } => {
                self.biases.push(*biased);
                let biased = self.biases.len() as u32 - 1;
                Operation::Total { to: to.0, value: value.0, sum: *sum as u32, biased }
            }
            Step::Ring { values, asked, ring } => {
                let mut queries = Vec::new();
                for query in asked {
                    let found = append(&mut self.results, results(&query.found));
                    let (ago, early) = (query.ago.clone(), query.early.clone());
                    queries.push(Asked { ago, early, found });
                }
                let asked = append(&mut self.asked, queries);
                let values = self.list(values);
                Operation::Ring { values, ring: *ring as u32, asked }
            }
            Step::Key { key: [x, y], keys } => {
                Operation::Key { keys: *keys as u32, x: x.0, y: y.0 }
            }
            Step::Keep { values, cache } => {
                Operation::Keep { cache: *cache as u32, values: self.list(values) }
            }
            Step::Find { to, query: [x, y], keys } => {
                Operation::Find { to: to.0, keys: *keys as u32, x: x.0, y: y.0 }
            }
            Step::Read { to, winner, cache } => {
                let to = append(&mut self.results, results(to));
                Operation::Read { cache: *cache as u32, winner: winner.0, to }
            }
        }
    }

    fn sum(&mut self, to: Register, terms: &[(Register, f64)], offset: f64) -> Operation {
        let terms = terms.iter().map(|&(from, weight)| (from.0, weight));
        Operation::Sum { to: to.0, terms: append(&mut self.terms, terms), offset }
    }

    fn list(&mut self, registers: &[Register]) -> Span {
        append(&mut self.registers, registers.iter().map(|register| register.0))
    }
}

/// Sums that are read once, as a gate.
fn gates_of_their_own<'steps>(
    steps: &'steps [Step],
    last: &BTreeSet<Register>,
) -> HashMap<Register, &'steps Form> {
    let mut reads: HashMap<Register, usize> = last.iter().map(|register| (*register, 1)).collect();
    for register in steps.iter().flat_map(Step::reads) {
        *reads.entry(register).or_default() += 1;
    }
    let gates: BTreeSet<Register> = steps
        .iter()
        .filter_map(|step| match step {
            Step::Open { gate, .. } | Step::Product { gate, .. } => Some(*gate),
            _ => None,
        })
        .collect();
    let own = steps.iter().filter_map(|step| match step {
        Step::Sum { to, form } if gates.contains(to) && reads[to] == 1 => Some((*to, form)),
        _ => None,
    });
    own.collect()
}
