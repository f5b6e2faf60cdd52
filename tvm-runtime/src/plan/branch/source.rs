//! Where a class is read off.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::gates::gates_by_register;
use crate::plan::{Column, Plan, Register, Step};

/// No more classes than this: more than there are codes of opcodes.
const MOST_CLASSES: usize = 320;

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

/// A step that fetches a row out of known ones, and the registers of the row.
struct Candidate {
    step: usize,
    columns: Vec<Known>,
}

/// A register of a row: it is in some column of the known rows.
struct Known {
    register: Register,
    column: usize,
}

/// The numbers of all known rows, row by row.
struct Rows<'plan> {
    width: usize,
    entries: &'plan [f64],
}

impl Rows<'_> {
    fn column(&self, column: usize) -> impl Iterator<Item = f64> + '_ {
        self.entries.iter().skip(column).step_by(self.width).copied()
    }
}

impl Source {
    /// The row that the most gates read.
    pub(super) fn find(plan: &Plan) -> Option<Source> {
        let gates = gates_by_register(plan);
        let reads = |known: &Known| gates.get(&known.register).map_or(0, BTreeSet::len);
        let kept = kept_inputs(plan);
        let candidates = (0..plan.steps.len()).filter_map(|step| Candidate::of(plan, step, &kept));
        let all = |candidate: &Candidate| -> usize { candidate.columns.iter().map(reads).sum() };
        let mut best = candidates.max_by_key(all)?;
        best.columns.sort_by_key(|known| Reverse(reads(known)));
        let telling = best.columns.iter().take_while(|known| reads(known) >= LEAST_GATES).count();
        (telling > 0).then(|| best.classes(plan, telling))
    }

    /// The class of the row that is fetched as long as running sums are 0. Where it is fetched by a head, the
    /// class of most tokens: most are no instruction, and none was executed.
    pub(super) fn first_row(&self, plan: &Plan) -> usize {
        let row = match &plan.steps[self.step] {
            Step::Table { x, table, .. } => {
                let index = |x| plan.tables[*table].grid()?.index(x);
                at_rest(plan, *x).and_then(index).and_then(|row| self.rows.get(row).copied())
            }
            _ => None,
        };
        row.unwrap_or_else(|| {
            let mut tokens = vec![0; self.classes.len() + 1];
            self.rows.iter().for_each(|row| tokens[*row] += 1);
            (1..tokens.len()).max_by_key(|row| tokens[*row]).unwrap_or(1)
        })
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
                let own = plan.add_token_column(&rows, Column::Class);
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

/// What a register is where all running sums are 0, if it depends on nothing else.
fn at_rest(plan: &Plan, register: Register) -> Option<f64> {
    plan.steps.iter().find_map(|step| match step {
        Step::Sum { to, form } if *to == register => {
            let terms = form.terms().iter();
            let term = |&(from, weight): &(Register, f64)| Some(weight * at_rest(plan, from)?);
            terms.map(term).try_fold(form.offset(), |sum, term| Some(sum + term?))
        }
        Step::Total { to, biased, .. } if *to == register => Some(biased.bias),
        _ => None,
    })
}

impl Plan {
    /// One more input that depends on the token.
    pub(super) fn add_token_column(&mut self, column: &[f64], what: Column) -> Register {
        let register = Register(self.registers as u32);
        self.registers += 1;
        let width = self.inputs.token.len();
        let rows = self.embedding.chunks(width).zip(column);
        self.embedding = rows.flat_map(|(row, class)| row.iter().chain([class])).copied().collect();
        self.inputs.token.push((register, what));
        register
    }
}

/// For every cache of values the columns of the embedding that are kept in it, by place.
fn kept_inputs(plan: &Plan) -> HashMap<usize, Vec<Option<usize>>> {
    let inputs = plan.inputs.token.iter().enumerate();
    let columns: HashMap<Register, usize> = inputs.map(|(at, (input, _))| (*input, at)).collect();
    let kept = plan.steps.iter().filter_map(|step| match step {
        Step::Keep { values, cache } => {
            Some((*cache, values.iter().map(|value| columns.get(value).copied()).collect()))
        }
        _ => None,
    });
    kept.collect()
}

impl Candidate {
    fn of(
        plan: &Plan,
        step: usize,
        kept: &HashMap<usize, Vec<Option<usize>>>,
    ) -> Option<Candidate> {
        let columns = match &plan.steps[step] {
            Step::Table { to, table, .. } => {
                plan.tables[*table].tabulated()?;
                to.iter().map(|&(register, column)| Known { register, column }).collect()
            }
            Step::Read { to, cache, .. } => {
                let kept = kept.get(cache)?;
                let column = |&(register, place): &(Register, usize)| {
                    Some(Known { register, column: kept[place]? })
                };
                to.iter().filter_map(column).collect()
            }
            _ => return None,
        };
        Some(Candidate { step, columns })
    }

    fn rows<'plan>(&self, plan: &'plan Plan) -> Rows<'plan> {
        let table = match &plan.steps[self.step] {
            Step::Table { table, .. } => Some(&plan.tables[*table]),
            _ => None,
        };
        match table.and_then(|table| Some((table.slots.len(), table.tabulated()?))) {
            Some((width, entries)) => Rows { width, entries },
            None => Rows { width: plan.inputs.token.len(), entries: &plan.embedding },
        }
    }

    /// The classes that the first columns tell apart, unless they are too many; and what else is the
    /// same throughout each class.
    fn classes(self, plan: &Plan, telling: usize) -> Source {
        let rows = self.rows(plan);
        let mut source = Source {
            step: self.step,
            columns: Vec::new(),
            classes: vec![Vec::new()],
            rows: vec![1; rows.entries.len() / rows.width],
        };
        for (index, Known { register, column }) in self.columns.into_iter().enumerate() {
            let most = if index < telling { MOST_CLASSES } else { source.classes.len() };
            source.split(register, rows.column(column), most);
        }
        source
    }
}

impl Source {
    /// Tells rows apart by one more column, if that leaves few enough classes.
    fn split(&mut self, register: Register, column: impl Iterator<Item = f64>, most: usize) {
        let mut found: BTreeMap<(usize, u64), usize> = BTreeMap::new();
        let mut classes: Vec<Vec<f64>> = Vec::new();
        let mut rows = Vec::new();
        for (&row, value) in self.rows.iter().zip(column) {
            let class = *found.entry((row, value.to_bits())).or_insert_with(|| {
                classes.push([self.classes[row - 1].as_slice(), &[value]].concat());
                classes.len()
            });
            if classes.len() > most {
                return;
            }
            rows.push(class);
        }
        (self.classes, self.rows) = (classes, rows);
        self.columns.push(register);
    }
}
