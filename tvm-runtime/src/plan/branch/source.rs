//! Where a class is read off.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use crate::plan::{Column, Plan, Register, Step};

/// No more classes than this.
const MOST_CLASSES: usize = 192;

/// A column that fewer gates read does not tell classes apart.
const LEAST_GATES: usize = 8;

/// A row that is fetched, and what its columns can be.
#[derive(Debug)]
pub(super) struct Source {
    /// Which step fetches it.
    pub(super) step: usize,
    /// The registers that tell the class.
    pub(super) columns: Vec<Register>,
    /// For every class from 1 on what these registers are.
    pub(super) classes: Vec<Vec<f64>>,
    /// The class of every row there is.
    rows: Vec<usize>,
}

/// A step that fetches a row out of known ones.
struct Candidate {
    step: usize,
    /// The registers of the row, with what they are in every row there is.
    columns: Vec<(Register, Vec<f64>)>,
}

impl Source {
    /// The row that the most gates read.
    pub(super) fn find(plan: &Plan) -> Option<Source> {
        let gates = gates_by_register(plan);
        let reads = |to: &Register| gates.get(to).map_or(0, BTreeSet::len);
        let candidates = (0..plan.steps.len()).filter_map(|step| Candidate::of(plan, step));
        let all = |candidate: &Candidate| -> usize {
            candidate.columns.iter().map(|(to, _)| reads(to)).sum()
        };
        let mut best = candidates.max_by_key(all)?;
        best.columns.sort_by_key(|(to, _)| Reverse(reads(to)));
        let telling = best.columns.iter().take_while(|(to, _)| reads(to) >= LEAST_GATES).count();
        (telling > 0).then(|| best.classes(telling))
    }

    /// Has the class fetched with the row. Gives its register.
    pub(super) fn add_class(&self, plan: &mut Plan) -> Register {
        let class = Register(plan.registers as u32);
        plan.registers += 1;
        let rows: Vec<f64> = self.rows.iter().map(|&row| row as f64).collect();
        match &mut plan.steps[self.step] {
            Step::Table { to, table, .. } => {
                to.push((class, to.len()));
                plan.tables[*table].add_column(&rows);
            }
            Step::Read { to, cache, .. } => {
                let cache = *cache;
                to.push((class, plan.values[cache].width));
                plan.values[cache].width += 1;
                let own = plan.add_token_column(&rows);
                let keep = plan.steps.iter_mut().find_map(|step| match step {
                    Step::Keep { values, cache: other } if *other == cache => Some(values),
                    _ => None,
                });
                keep.expect("what is read was kept").push(own);
            }
            _ => unreachable!("a candidate is a table or a read"),
        }
        class
    }
}

impl Plan {
    fn add_token_column(&mut self, column: &[f64]) -> Register {
        let register = Register(self.registers as u32);
        self.registers += 1;
        let width = self.inputs.token.len();
        let rows = self.embedding.chunks(width).zip(column);
        self.embedding = rows.flat_map(|(row, class)| row.iter().chain([class])).copied().collect();
        self.inputs.token.push((register, Column::Class));
        register
    }
}

impl Candidate {
    fn of(plan: &Plan, step: usize) -> Option<Candidate> {
        let columns = match &plan.steps[step] {
            Step::Table { to, table, .. } => {
                let rows = plan.tables[*table].tabulated()?;
                let width = to.len();
                let column = |&(to, column): &(Register, usize)| {
                    (to, rows.iter().skip(column).step_by(width).copied().collect())
                };
                to.iter().map(column).collect()
            }
            Step::Read { to, cache, .. } => {
                let kept = plan.steps.iter().find_map(|step| match step {
                    Step::Keep { values, cache: other } if other == cache => Some(values),
                    _ => None,
                })?;
                let width = plan.inputs.token.len();
                let column = |&(to, place): &(Register, usize)| {
                    let is_kept = |(input, _): &(Register, _)| *input == kept[place];
                    let column = plan.inputs.token.iter().position(is_kept)?;
                    Some((to, plan.embedding.iter().skip(column).step_by(width).copied().collect()))
                };
                to.iter().filter_map(column).collect()
            }
            _ => return None,
        };
        Some(Candidate { step, columns })
    }

    /// The classes that the first columns tell apart, unless they are too many; and what else is the
    /// same throughout each class.
    fn classes(self, telling: usize) -> Source {
        let mut source = Source {
            step: self.step,
            columns: Vec::new(),
            classes: vec![Vec::new()],
            rows: vec![1; self.columns[0].1.len()],
        };
        for (index, (register, column)) in self.columns.into_iter().enumerate() {
            let most = if index < telling { MOST_CLASSES } else { source.classes.len() };
            source.split(register, &column, most);
        }
        source
    }
}

impl Source {
    /// Tells rows apart by one more column, if that leaves few enough classes.
    fn split(&mut self, register: Register, column: &[f64], most: usize) {
        let mut found: BTreeMap<(usize, u64), usize> = BTreeMap::new();
        let mut classes: Vec<Vec<f64>> = Vec::new();
        let mut rows = Vec::new();
        for (&row, &value) in self.rows.iter().zip(column) {
            let class = *found.entry((row, value.to_bits())).or_insert_with(|| {
                classes.push([self.classes[row - 1].as_slice(), &[value]].concat());
                classes.len()
            });
            rows.push(class);
        }
        if classes.len() <= most {
            (self.classes, self.rows) = (classes, rows);
            self.columns.push(register);
        }
    }
}

/// For every register the gates that read it.
fn gates_by_register(plan: &Plan) -> BTreeMap<Register, BTreeSet<Register>> {
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
