//! The flat code of a plan: what an engine executes and what generators translate.
//!
//! A plan is a list of [`Step`]s, which the derivation and the branches work on. Code is the end of that:
//! small operations in one long list, their operands in a few others, for the common part and for every
//! class. The interpreter ([`Planned`](crate::engine::Planned)) runs it as it is, and the generated Rust
//! is its translation, statement by statement. An operation reads only registers that an operation
//! before it, or the inputs, have written.

use std::collections::{BTreeSet, HashMap};

use super::form::Form;
use super::{Arm, Arms, Output, Plan, Register, Selector, Step, WATCHED, Winner};
use crate::patterns::BiasedTotal;

/// Some neighbours in one of the lists of [`Code`].
#[derive(Debug, Clone, Copy)]
pub struct Span {
    start: u32,
    end: u32,
}

impl Span {
    fn of<T>(self, list: &[T]) -> &[T] {
        &list[self.start as usize..self.end as usize]
    }
}

/// An operation. Lists are spans of [`Code`]; caches, tables, rings and sums are named by their index in
/// the [`Plan`].
#[derive(Debug, Clone, Copy)]
pub enum Operation {
    /// `offset` and the terms, in any order.
    Sum {
        /// The result.
        to: Register,
        /// What is added: see [`Code::terms`].
        terms: Span,
        /// The constant.
        offset: f64,
    },
    /// The terms, added from left to right, each sum rounded.
    Ordered {
        /// The result.
        to: Register,
        /// What is added: see [`Code::terms`].
        terms: Span,
    },
    /// The terms, integers, added from left to right. The engine refuses when a term or a sum is beyond
    /// [`WATCHED`].
    Watched {
        /// The result.
        to: Register,
        /// What is added: see [`Code::terms`].
        terms: Span,
    },
    /// The engine refuses when the register, an integer, is larger.
    Watch {
        /// What is looked at.
        register: Register,
        /// The greatest magnitude.
        most: f64,
    },
    /// `max(0, gate)`.
    Open {
        /// The result.
        to: Register,
        /// How far the neuron is open.
        gate: Register,
    },
    /// `max(0, sum)`, where nothing else reads the sum.
    OpenSum {
        /// The result.
        to: Register,
        /// The terms of the gate: see [`Code::terms`].
        terms: Span,
        /// The constant of the gate.
        offset: f64,
    },
    /// `max(0, gate) * value`.
    Product {
        /// The result.
        to: Register,
        /// How far the neuron is open.
        gate: Register,
        /// What it lets through.
        value: Register,
    },
    /// `max(0, sum) * value`, where nothing else reads the sum.
    ProductSum {
        /// The result.
        to: Register,
        /// What the neuron lets through.
        value: Register,
        /// The terms of the gate: see [`Code::terms`].
        terms: Span,
        /// The constant of the gate.
        offset: f64,
    },
    /// The sum of a chain of neurons: see [`chain_sum`](crate::patterns::chain_sum).
    Chain {
        /// The result.
        to: Register,
        /// The first gate.
        first: Register,
        /// The distance to the next.
        step: Register,
        /// How many neurons there are.
        length: u32,
    },
    /// A row of a table.
    Table {
        /// Which table of the plan.
        table: u32,
        /// The argument.
        x: Register,
        /// The results with their columns: see [`Code::results`].
        to: Span,
    },
    /// The mean over all positions.
    Mean {
        /// The result.
        to: Register,
        /// What is averaged.
        value: Register,
        /// Which running sum.
        sum: u32,
    },
    /// The sum over all positions, with a bias.
    Total {
        /// The result.
        to: Register,
        /// What is added up.
        value: Register,
        /// Which running sum.
        sum: u32,
        /// The bias, an index for [`Code::bias`].
        bias: u32,
    },
    /// Remembers values of the last positions, and reads some.
    Ring {
        /// What is remembered: see [`Code::registers`].
        values: Span,
        /// Which ring.
        ring: u32,
        /// What is asked: see [`Code::queries`].
        asked: Span,
    },
    /// Remembers the position's key.
    Key {
        /// Which cache of keys.
        keys: u32,
        /// Its first coordinate.
        x: Register,
        /// Its second coordinate.
        y: Register,
    },
    /// Keeps values where the position's key says.
    Keep {
        /// Which cache of values.
        cache: u32,
        /// What is kept: see [`Code::registers`].
        values: Span,
    },
    /// Searches a key.
    Find {
        /// Where the winner's values are.
        to: Winner,
        /// Which cache of keys.
        keys: u32,
        /// The first coordinate of the direction.
        x: Register,
        /// Its second coordinate; for integer keys it is always 1.
        y: Register,
    },
    /// Reads values that were kept.
    Read {
        /// Which cache of values.
        cache: u32,
        /// Whose values.
        winner: Winner,
        /// The results with their places: see [`Code::results`].
        to: Span,
    },
}

/// A query of a ring.
#[derive(Debug, Clone)]
pub struct RingQuery {
    /// How many positions ago, by the position modulo the period, when there are so many.
    pub ago: Vec<usize>,
    /// How many positions ago for the first positions.
    pub early: Vec<usize>,
    /// The results with their places: see [`Code::results`].
    pub found: Span,
}

/// Some operations in a row.
#[derive(Debug, Clone, Copy)]
pub struct Block(Span);

/// What is executed for one class, and how the next token is found then.
#[derive(Debug, Clone)]
pub struct Class {
    /// What is executed after the common part.
    pub block: Block,
    /// How the next token is found.
    pub output: Output,
}

/// The code of a plan.
#[derive(Debug, Clone)]
pub struct Code {
    /// What is executed for every token, first.
    pub common: Block,
    /// Which class a token is of; nothing where all are of the first.
    pub selector: Option<Selector>,
    /// The class that most tokens of a prompt are of: [`Arms::READING`] remembers the same.
    pub reading: usize,
    /// The rest for each arm of the plan, in their order.
    pub classes: Vec<Class>,
    lists: Lists,
}

/// What operations refer to.
#[derive(Debug, Clone, Default)]
struct Lists {
    operations: Vec<Operation>,
    terms: Vec<(Register, f64)>,
    registers: Vec<Register>,
    results: Vec<(Register, u32)>,
    biases: Vec<BiasedTotal>,
    queries: Vec<RingQuery>,
}

impl Code {
    /// The code of a plan, simplified for every class.
    pub fn of(plan: &Plan) -> Code {
        let mut lists = Lists::default();
        let Arms { arms, selector, reading } = plan.arms();
        let common = plan.branches.as_ref().map_or([].as_slice(), |branches| &branches.common);
        let read_by_arms = arms
            .iter()
            .flat_map(|arm| arm.steps.iter().flat_map(Step::reads).chain(arm.output.registers()));
        let chosen_by = selector.iter().flat_map(Selector::registers);
        let common = lists.block(common, &read_by_arms.chain(chosen_by).collect());
        let classes = arms.into_iter().map(|Arm { steps, output }| {
            let block = lists.block(&steps, &output.registers());
            Class { block, output }
        });
        Code { common, selector, reading, classes: classes.collect(), lists }
    }

    /// The class for a token after which none is predicted, by the one for any token.
    pub fn for_reading(&self, class: usize) -> usize {
        if class == self.reading { Arms::READING } else { class }
    }

    /// Code of so many classes without operations, for a plan whose steps are not known; `reading` is as in [`Code`].
    pub fn without_operations(classes: usize, reading: usize) -> Code {
        let block = Block(Span { start: 0, end: 0 });
        let class = Class { block, output: Output::default() };
        let classes = vec![class; classes];
        Code { common: block, selector: None, reading, classes, lists: Lists::default() }
    }

    /// The tables that the common part looks in and no class does, if a grid finds their rows: which table, and
    /// the results with their columns. Their rows can be handed to the classes as they are.
    pub fn handed_rows(&self, plan: &Plan) -> Vec<(usize, Span)> {
        let table = |operation: &Operation| match *operation {
            Operation::Table { table, to, .. } => Some((table as usize, to)),
            _ => None,
        };
        let blocks = self.classes.iter().map(|class| class.block);
        let of_classes = blocks.flat_map(|block| self.operations(block)).filter_map(table);
        let of_classes: BTreeSet<usize> = of_classes.map(|(table, _)| table).collect();
        let common = self.operations(self.common).iter().filter_map(table);
        let handed = |(table, _): &(usize, Span)| {
            plan.tables[*table].grid().is_some() && !of_classes.contains(table)
        };
        common.filter(handed).collect()
    }

    /// The operations of a block.
    pub fn operations(&self, block: Block) -> &[Operation] {
        block.0.of(&self.lists.operations)
    }

    /// The terms of a sum: registers with their weights.
    pub fn terms(&self, span: Span) -> &[(Register, f64)] {
        span.of(&self.lists.terms)
    }

    /// A list of registers.
    pub fn registers(&self, span: Span) -> &[Register] {
        span.of(&self.lists.registers)
    }

    /// Results with the column or place that each is read from.
    pub fn results(&self, span: Span) -> &[(Register, u32)] {
        span.of(&self.lists.results)
    }

    /// The queries of a ring.
    pub fn queries(&self, span: Span) -> &[RingQuery] {
        span.of(&self.lists.queries)
    }

    /// The bias of a total.
    pub fn bias(&self, index: u32) -> BiasedTotal {
        self.lists.biases[index as usize]
    }

    /// The registers that an operation reads.
    pub fn reads(&self, operation: &Operation) -> Vec<Register> {
        use Operation::*;
        let terms = |span: Span| self.terms(span).iter().map(|(from, _)| *from);
        match *operation {
            Sum { terms: span, .. }
            | Ordered { terms: span, .. }
            | Watched { terms: span, .. }
            | OpenSum { terms: span, .. } => terms(span).collect(),
            ProductSum { value, terms: span, .. } => terms(span).chain([value]).collect(),
            Watch { register, .. } => vec![register],
            Open { gate, .. } => vec![gate],
            Product { gate, value, .. } => vec![gate, value],
            Chain { first, step, .. } => vec![first, step],
            Table { x, .. } => vec![x],
            Mean { value, .. } | Total { value, .. } => vec![value],
            Ring { values, .. } | Keep { values, .. } => self.registers(values).to_vec(),
            Key { x, y, .. } | Find { x, y, .. } => vec![x, y],
            Read { .. } => Vec::new(),
        }
    }

    /// The registers that an operation writes.
    pub fn writes(&self, operation: &Operation) -> Vec<Register> {
        use Operation::*;
        let results = |span: Span| self.results(span).iter().map(|(to, _)| *to);
        match *operation {
            Sum { to, .. }
            | Ordered { to, .. }
            | Watched { to, .. }
            | Open { to, .. }
            | OpenSum { to, .. }
            | Product { to, .. }
            | ProductSum { to, .. }
            | Chain { to, .. }
            | Mean { to, .. }
            | Total { to, .. } => vec![to],
            Table { to, .. } | Read { to, .. } => results(to).collect(),
            Ring { asked, .. } => {
                self.queries(asked).iter().flat_map(|query| results(query.found)).collect()
            }
            Watch { .. } | Key { .. } | Keep { .. } | Find { .. } => Vec::new(),
        }
    }
}

fn append<T>(list: &mut Vec<T>, items: impl IntoIterator<Item = T>) -> Span {
    let start = list.len() as u32;
    list.extend(items);
    Span { start, end: list.len() as u32 }
}

fn results(found: &[(Register, usize)]) -> impl Iterator<Item = (Register, u32)> + '_ {
    found.iter().map(|&(to, place)| (to, place as u32))
}

impl Lists {
    /// Appends some steps; `last` are the registers that are read after them.
    fn block(&mut self, steps: &[Step], last: &BTreeSet<Register>) -> Block {
        let gates = gates_of_their_own(steps, last);
        let watched = watched_in_sums(steps);
        let mut operations = Vec::new();
        for step in steps {
            match *step {
                Step::Watch { register, most }
                    if most >= WATCHED && watched.contains(&register) => {}
                Step::Sum { to, .. } if gates.contains_key(&to) => {}
                Step::Open { to, gate } if gates.contains_key(&gate) => {
                    let (terms, offset) = self.form(gates[&gate]);
                    operations.push(Operation::OpenSum { to, terms, offset });
                }
                Step::Product { to, gate, value } if gates.contains_key(&gate) => {
                    let (terms, offset) = self.form(gates[&gate]);
                    operations.push(Operation::ProductSum { to, value, terms, offset });
                }
                _ => operations.push(self.operation(step)),
            }
        }
        Block(append(&mut self.operations, operations))
    }

    fn form(&mut self, form: &Form) -> (Span, f64) {
        (append(&mut self.terms, form.terms().iter().copied()), form.offset())
    }

    fn operation(&mut self, step: &Step) -> Operation {
        match step {
            Step::Sum { to, form } => {
                let (terms, offset) = self.form(form);
                Operation::Sum { to: *to, terms, offset }
            }
            Step::Ordered { to, terms } => Operation::Ordered {
                to: *to,
                terms: append(&mut self.terms, terms.iter().copied()),
            },
            Step::Watched { to, terms } => Operation::Watched {
                to: *to,
                terms: append(&mut self.terms, terms.iter().copied()),
            },
            Step::Watch { register, most } => Operation::Watch { register: *register, most: *most },
            Step::Open { to, gate } => Operation::Open { to: *to, gate: *gate },
            Step::Product { to, gate, value } => {
                Operation::Product { to: *to, gate: *gate, value: *value }
            }
            Step::Chain { to, ends: [first, step], chain } => {
                let length = chain.length() as u32;
                Operation::Chain { to: *to, first: *first, step: *step, length }
            }
            Step::Table { to, x, table } => {
                let to = append(&mut self.results, results(to));
                Operation::Table { table: *table as u32, x: *x, to }
            }
            Step::Mean { to, value, sum } => {
                Operation::Mean { to: *to, value: *value, sum: *sum as u32 }
            }
            Step::Total { to, value, biased, sum } => {
                self.biases.push(*biased);
                let bias = self.biases.len() as u32 - 1;
                Operation::Total { to: *to, value: *value, sum: *sum as u32, bias }
            }
            Step::Ring { values, asked, ring } => {
                let queries: Vec<RingQuery> = asked
                    .iter()
                    .map(|query| {
                        let found = append(&mut self.results, results(&query.found));
                        RingQuery { ago: query.ago.clone(), early: query.early.clone(), found }
                    })
                    .collect();
                let asked = append(&mut self.queries, queries);
                let values = append(&mut self.registers, values.iter().copied());
                Operation::Ring { values, ring: *ring as u32, asked }
            }
            Step::Key { key: [x, y], keys } => Operation::Key { keys: *keys as u32, x: *x, y: *y },
            Step::Keep { values, cache } => {
                let values = append(&mut self.registers, values.iter().copied());
                Operation::Keep { cache: *cache as u32, values }
            }
            Step::Find { to, query: [x, y], keys } => {
                Operation::Find { to: *to, keys: *keys as u32, x: *x, y: *y }
            }
            Step::Read { to, winner, cache } => {
                let to = append(&mut self.results, results(to));
                Operation::Read { cache: *cache as u32, winner: *winner, to }
            }
        }
    }
}

/// Registers at whose terms a watched sum looks: `|weight x|` is at most [`WATCHED`] there, and so is `|x|`
/// where the weight is an integer.
fn watched_in_sums(steps: &[Step]) -> BTreeSet<Register> {
    let terms = steps.iter().filter_map(|step| match step {
        Step::Watched { terms, .. } => Some(terms),
        _ => None,
    });
    let terms = terms.flatten().filter(|(_, weight)| weight.abs() >= 1.0);
    terms.map(|(register, _)| *register).collect()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_watched_sum_looks_at_is_not_looked_at_again() {
        let [a, b, c, to] = [0, 1, 2, 3].map(Register);
        let watch = |register, most| Step::Watch { register, most };
        let small = 0.5 * WATCHED;
        let terms = vec![(a, -1.0), (b, 0.5), (c, 2.0)];
        let steps =
            [watch(a, WATCHED), watch(b, WATCHED), watch(c, small), Step::Watched { to, terms }];
        let mut lists = Lists::default();
        let block = lists.block(&steps, &BTreeSet::from([to]));
        let left: Vec<Register> = block
            .0
            .of(&lists.operations)
            .iter()
            .filter_map(|operation| match operation {
                Operation::Watch { register, .. } => Some(*register),
                _ => None,
            })
            .collect();
        // Half of `b` may be within the limit where `b` is not, and `c` has a lower limit.
        assert_eq!(left, [b, c]);
    }
}
