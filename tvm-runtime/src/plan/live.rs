//! What nobody reads is left out, and the registers that are left are numbered anew in the order in
//! which they arise.

use std::collections::{BTreeSet, HashMap};

use super::{Column, Plan, Register, Step, ValueCache, Winner};

impl Plan {
    pub(super) fn without_what_nobody_reads(mut self) -> Plan {
        let mut live = Live { registers: self.output.registers(), ..Live::default() };
        let mut kept = Vec::new();
        for mut step in std::mem::take(&mut self.steps).into_iter().rev() {
            if live.keep(&mut step) {
                kept.push(step);
            }
        }
        kept.reverse();
        self.steps = kept;
        let places = live.places_by_cache();
        self.steps.iter_mut().for_each(|step| name_places(step, &places));
        self.keep_inputs(&live.registers);
        let names = self.number_memories();
        self.number_registers(names);
        self
    }

    /// Inputs that are read, and the columns of their tables.
    fn keep_inputs(&mut self, live: &BTreeSet<Register>) {
        let columns = |inputs: &mut Vec<(Register, Column)>, rows: &mut Vec<f64>| {
            let keep: Vec<bool> = inputs.iter().map(|(to, _)| live.contains(to)).collect();
            if !keep.is_empty() {
                let entries = rows.iter().zip(keep.iter().cycle());
                *rows = entries.filter(|(_, keep)| **keep).map(|(entry, _)| *entry).collect();
            }
            inputs.retain(|(to, _)| live.contains(to));
        };
        columns(&mut self.inputs.token, &mut self.embedding);
        columns(&mut self.inputs.periodic, &mut self.periodic);
        self.inputs.position = self.inputs.position.filter(|to| live.contains(to));
    }

    /// Tables, caches, rings and sums of steps that are gone are gone too.
    fn number_memories(&mut self) -> MemoryNames {
        let mut tables: Vec<_> = std::mem::take(&mut self.tables).into_iter().map(Some).collect();
        let (keys, values) = (std::mem::take(&mut self.keys), std::mem::take(&mut self.values));
        let (mut key_names, mut value_names) = (HashMap::new(), HashMap::new());
        let (mut winner_names, mut table_names) = (HashMap::new(), HashMap::new());
        self.rings.clear();
        self.sums = 0;
        for step in &mut self.steps {
            match step {
                Step::Table { table, to, .. } => {
                    let columns: Vec<usize> = to.iter().map(|(_, column)| *column).collect();
                    let whole = tables[*table].take().expect("a table is of one step");
                    self.tables.push(whole.with_columns(&columns));
                    to.iter_mut().enumerate().for_each(|(index, (_, column))| *column = index);
                    table_names.insert(*table, self.tables.len() - 1);
                    *table = self.tables.len() - 1;
                }
                Step::Key { keys: name, .. } => {
                    key_names.insert(*name, self.keys.len());
                    self.keys.push(keys[*name]);
                    *name = self.keys.len() - 1;
                }
                Step::Keep { values: kept, cache } => {
                    value_names.insert(*cache, self.values.len());
                    let keys = key_names[&values[*cache].keys];
                    self.values.push(ValueCache { keys, width: kept.len() });
                    *cache = self.values.len() - 1;
                }
                Step::Find { to, keys, .. } => {
                    let name = Winner(winner_names.len() as u32);
                    winner_names.insert(*to, name);
                    (*to, *keys) = (name, key_names[&*keys]);
                }
                Step::Read { winner, cache, .. } => {
                    (*winner, *cache) = (winner_names[&*winner], value_names[&*cache]);
                }
                Step::Ring { ring, values, .. } => {
                    self.rings.push(values.len());
                    *ring = self.rings.len() - 1;
                }
                Step::Mean { sum, .. } | Step::Total { sum, .. } => {
                    *sum = self.sums;
                    self.sums += 1;
                }
                _ => {}
            }
        }
        self.winners = winner_names.len();
        MemoryNames { winners: winner_names, tables: table_names }
    }

    fn number_registers(&mut self, memories: MemoryNames) {
        let inputs = self.inputs.token.iter().chain(&self.inputs.periodic).map(|(to, _)| *to);
        let mut order: Vec<Register> = inputs.chain(self.inputs.position).collect();
        self.steps.iter().for_each(|step| order.extend(step.results()));
        let names: HashMap<Register, Register> =
            order.iter().enumerate().map(|(new, old)| (*old, Register(new as u32))).collect();
        self.registers = order.len();
        self.bounds = self.bounds.renamed(&names, &memories);
        let name = |register: Register| names[&register];
        for (to, _) in self.inputs.token.iter_mut().chain(&mut self.inputs.periodic) {
            *to = name(*to);
        }
        self.inputs.position = self.inputs.position.map(name);
        self.steps.iter_mut().for_each(|step| step.rename(&name));
        for (_, score) in &mut self.output.singles {
            *score = name(*score);
        }
        for register in &mut self.output.observed {
            *register = name(*register);
        }
        for pattern in &mut self.output.patterns {
            (pattern.rest, pattern.r) = (name(pattern.rest), name(pattern.r));
        }
    }
}

/// New names of winners and tables, by their old ones.
pub(crate) struct MemoryNames {
    pub(crate) winners: HashMap<Winner, Winner>,
    pub(crate) tables: HashMap<usize, usize>,
}

/// What later steps read, collected from the last step to the first.
#[derive(Default)]
struct Live {
    registers: BTreeSet<Register>,
    winners: BTreeSet<Winner>,
    /// Caches of keys that are searched.
    keys: BTreeSet<usize>,
    /// For every cache of values the places that are read.
    values: HashMap<usize, BTreeSet<usize>>,
}

impl Live {
    /// Leaves out the results that are not read; false when nothing of the step is.
    fn keep(&mut self, step: &mut Step) -> bool {
        let registers = &self.registers;
        let read =
            |found: &mut Vec<(Register, usize)>| found.retain(|(to, _)| registers.contains(to));
        let is_live = match step {
            Step::Table { to, .. } => {
                read(to);
                !to.is_empty()
            }
            Step::Ring { values, asked, .. } => {
                asked.iter_mut().for_each(|query| read(&mut query.found));
                asked.retain(|query| !query.found.is_empty());
                keep_values(values, asked.iter_mut().flat_map(|query| &mut query.found));
                !asked.is_empty()
            }
            Step::Read { to, winner, cache } => {
                read(to);
                if !to.is_empty() {
                    self.winners.insert(*winner);
                    self.values
                        .entry(*cache)
                        .or_default()
                        .extend(to.iter().map(|(_, place)| *place));
                }
                !to.is_empty()
            }
            Step::Find { to, keys, .. } => {
                let is_live = self.winners.contains(to);
                if is_live {
                    self.keys.insert(*keys);
                }
                is_live
            }
            Step::Keep { values, cache } => match self.values.get(cache) {
                Some(places) => {
                    *values = places.iter().map(|&place| values[place]).collect();
                    true
                }
                None => false,
            },
            Step::Key { keys, .. } => self.keys.contains(keys),
            // Bounds of other registers may follow from what is watched.
            Step::Watch { .. } | Step::Watched { .. } => true,
            _ => step.results().iter().any(|to| registers.contains(to)),
        };
        if is_live {
            self.registers.extend(step.reads());
        }
        is_live
    }

    /// For every cache of values the places that are left, in order.
    fn places_by_cache(&self) -> HashMap<usize, Vec<usize>> {
        let caches = self.values.iter();
        caches.map(|(cache, places)| (*cache, places.iter().copied().collect())).collect()
    }
}

/// Only places that are read are left, and numbered anew.
fn name_places(step: &mut Step, places: &HashMap<usize, Vec<usize>>) {
    let Step::Read { to, cache, .. } = step else { return };
    for (_, place) in to {
        *place = places[cache].partition_point(|other| other < place);
    }
}

impl Step {
    fn rename(&mut self, name: &impl Fn(Register) -> Register) {
        self.rename_reads(&mut |register| name(register));
        let rename = |register: &mut Register| *register = name(*register);
        match self {
            Step::Sum { to, .. }
            | Step::Ordered { to, .. }
            | Step::Watched { to, .. }
            | Step::Open { to, .. }
            | Step::Product { to, .. }
            | Step::Chain { to, .. }
            | Step::Mean { to, .. }
            | Step::Total { to, .. } => rename(to),
            Step::Table { to, .. } | Step::Read { to, .. } => {
                to.iter_mut().for_each(|(to, _)| rename(to));
            }
            Step::Ring { asked, .. } => {
                asked.iter_mut().flat_map(|q| &mut q.found).for_each(|(to, _)| rename(to));
            }
            Step::Watch { .. } | Step::Key { .. } | Step::Keep { .. } | Step::Find { .. } => {}
        }
    }

    /// Other registers for what it reads.
    pub(super) fn rename_reads(&mut self, name: &mut impl FnMut(Register) -> Register) {
        let mut rename = |register: &mut Register| *register = name(*register);
        match self {
            Step::Sum { form, .. } => *form = form.renamed(name),
            Step::Ordered { terms, .. } | Step::Watched { terms, .. } => {
                terms.iter_mut().for_each(|(from, _)| rename(from));
            }
            Step::Open { gate, .. } => rename(gate),
            Step::Watch { register, .. } => rename(register),
            Step::Product { gate, value, .. } => [gate, value].into_iter().for_each(rename),
            Step::Chain { ends: read, .. }
            | Step::Key { key: read, .. }
            | Step::Find { query: read, .. } => read.iter_mut().for_each(rename),
            Step::Table { x, .. } => rename(x),
            Step::Mean { value, .. } | Step::Total { value, .. } => rename(value),
            Step::Ring { values, .. } | Step::Keep { values, .. } => {
                values.iter_mut().for_each(rename);
            }
            Step::Read { .. } => {}
        }
    }
}

/// Leaves out the values that no result is.
fn keep_values<'found>(
    values: &mut Vec<Register>,
    found: impl Iterator<Item = &'found mut (Register, usize)>,
) {
    let mut found: Vec<&mut (Register, usize)> = found.collect();
    let used: BTreeSet<usize> = found.iter().map(|(_, place)| *place).collect();
    let places: Vec<usize> = used.into_iter().collect();
    for (_, place) in &mut found {
        *place = places.binary_search(place).expect("a used place");
    }
    *values = places.iter().map(|&place| values[place]).collect();
}
