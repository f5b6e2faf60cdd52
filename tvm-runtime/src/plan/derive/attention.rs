//! Heads: what each needs to remember.

use std::collections::{BTreeSet, HashMap};

use super::super::form::Form;
use super::super::{Column, KeyKind, Register, RingQuery, Step, ValueCache, Winner};
use super::Remembers;
use super::{Derivation, KnownKeys, Value, Written};
use crate::attention::{Brute, Memory, Point, coordinate};
use crate::patterns::SparseRow;
use tvm_weights::{Attention, Selection};

/// One row of a head that searches.
struct Part {
    key: [Form; 2],
    query: [Form; 2],
    /// Both are integers.
    integer: bool,
    value: Value,
    /// Which head of the layer.
    head: usize,
    /// Which output of the half-layer.
    output: usize,
}

/// Periods that are searched for rings. Every position of two periods is looked at from every other.
const LONGEST_RING: usize = 64;

/// A direction, and the registers that get what is found there, with the place of the value.
type Asked = ([Form; 2], Vec<(Register, usize)>);

impl Derivation<'_> {
    pub(crate) fn attention(&mut self, attention: &Attention) {
        let mut outputs: Vec<Written> = Vec::new();
        let mut groups: Vec<Vec<Part>> = Vec::new();
        let mut known = HashMap::new();
        self.heads.push(vec![Remembers::Nothing; attention.selection.len()]);
        for (head, &selection) in attention.selection.iter().enumerate() {
            let rows = [2 * head, 2 * head + 1];
            let mut integer = true;
            let [key, query] = [&attention.key, &attention.query].map(|matrix| {
                rows.map(|row| {
                    let value = self.read(&SparseRow::of(matrix, row));
                    integer &= value.integer;
                    value.form
                })
            });
            for row in rows {
                let column = SparseRow::of_column(&attention.output, row);
                if column.is_empty() {
                    continue;
                }
                let value = self.read(&SparseRow::of(&attention.value, row));
                let output = outputs.len();
                if selection == Selection::Mean {
                    let value = self.mean(&value);
                    self.remember(head, Remembers::Sum);
                    outputs.push(Written { value, column });
                    continue;
                }
                outputs.push(Written { value: value.clone(), column });
                self.remember(head, Remembers::OwnPosition);
                if key.iter().any(|form| form.as_constant().is_none()) {
                    let (key, query) = (key.clone(), query.clone());
                    let part = Part { key, query, integer, value, head, output };
                    let name = part.key.each_ref().map(Form::key);
                    let group = *known.entry(name).or_insert(groups.len());
                    match groups.get_mut(group) {
                        Some(group) => group.push(part),
                        None => groups.push(vec![part]),
                    }
                }
            }
        }
        for group in groups {
            for (output, found) in self.search(group) {
                let interval = self.bounds.of_register(found);
                let value = &mut outputs[output].value;
                *value = Value { form: Form::register(found), interval, ..*value };
            }
        }
        self.write(&outputs, &BTreeSet::new());
    }

    fn mean(&mut self, value: &Value) -> Value {
        let register = self.register(&value.form);
        let to = self.new_register();
        self.push(Step::Mean { to, value: register, sum: self.sums });
        self.sums += 1;
        if value.integer {
            self.means_of_integers.insert(to);
        }
        Value { form: Form::register(to), integer: false, interval: self.bounds.of_register(to) }
    }

    /// What a head of the layer that is being read remembers.
    fn remember(&mut self, head: usize, what: Remembers) {
        let heads = self.heads.last_mut().expect("heads are of a layer");
        heads[head] = what;
    }

    /// A memory for heads of equal keys. Gives the register of each output.
    fn search(&mut self, parts: Vec<Part>) -> Vec<(usize, Register)> {
        let key = parts[0].key.clone();
        let integer = parts.iter().all(|part| part.integer);
        let mut values: Vec<Register> = Vec::new();
        let mut queries: Vec<Asked> = Vec::new();
        let mut results = Vec::new();
        let (mut places, mut known) = (HashMap::new(), HashMap::new());
        let heads: Vec<usize> = parts.iter().map(|part| part.head).collect();
        for Part { query, value, output, .. } in parts {
            let value = self.register(&value.form);
            let place = *places.entry(value).or_insert_with(|| {
                values.push(value);
                values.len() - 1
            });
            let to = self.new_register();
            results.push((output, to));
            let name = query.each_ref().map(Form::key);
            let index = *known.entry(name).or_insert(queries.len());
            match queries.get_mut(index) {
                Some((_, found)) => found.push((to, place)),
                None => queries.push((query, vec![(to, place)])),
            }
        }
        let directions: Vec<&[Form; 2]> = queries.iter().map(|(query, _)| query).collect();
        if let Some(ages) = self.ring(&key, &directions) {
            let found = queries.into_iter().map(|(_, found)| found);
            let asked = ages.into_iter().zip(found);
            let asked =
                asked.map(|([ago, early], found)| RingQuery { ago, early, found }).collect();
            heads.into_iter().for_each(|head| self.remember(head, Remembers::Ring));
            self.rings.push(values.len());
            self.push(Step::Ring { values, asked, ring: self.rings.len() - 1 });
            return results;
        }
        let keys = self.keys(&key, kind(&key, &directions, integer));
        heads.into_iter().for_each(|head| self.remember(head, Remembers::Keys(keys)));
        let cache = self.values.len();
        self.values.push(ValueCache { keys, width: values.len() });
        self.push(Step::Keep { values, cache });
        for (query, to) in queries {
            let winner = self.find(&query, keys);
            self.push(Step::Read { to, winner, cache });
        }
        results
    }

    /// The cache that has this key; one for all layers.
    fn keys(&mut self, key: &[Form; 2], kind: KeyKind) -> usize {
        let key = key.each_ref().map(|form| self.register(form));
        if let Some(&index) = self.keys_by_register.get(&key) {
            let keys = &mut self.keys[index];
            keys.kind = keys.kind.and(kind);
            return index;
        }
        let keys = self.keys.len();
        self.keys_by_register.insert(key, keys);
        self.keys.push(KnownKeys { kind, found: HashMap::new() });
        self.push(Step::Key { key, keys });
        keys
    }

    /// The winner for a query, which may have been searched before.
    fn find(&mut self, query: &[Form; 2], keys: usize) -> Winner {
        let query = query.each_ref().map(|form| self.register(form));
        if let Some(winner) = self.keys[keys].found.get(&query) {
            return *winner;
        }
        let to = Winner(self.winners);
        self.winners += 1;
        self.keys[keys].found.insert(query, to);
        self.push(Step::Find { to, query, keys });
        to
    }

    /// When keys and queries depend on nothing but the position modulo the period: for every query
    /// how many positions ago the winner is, by residue, and for the first positions.
    fn ring(&self, key: &[Form; 2], queries: &[&[Form; 2]]) -> Option<Vec<[Vec<usize>; 2]>> {
        let period = self.model.position_periodic.rows();
        if period > LONGEST_RING {
            return None;
        }
        let keys = self.periodic_points(key)?;
        let mut ages = Vec::new();
        for query in queries {
            let queries = self.periodic_points(query)?;
            // The last position of each residue is a better candidate than those before.
            let mut early = Vec::new();
            let mut brute = Memory::new(Box::new(Brute::default()), 1);
            for position in 0..2 * period {
                brute.insert(keys[position % period], &[position as f64]);
                let winner = brute.query(queries[position % period])[0];
                early.push(position - winner as usize);
            }
            let late = early.split_off(period);
            ages.push([late, early]);
        }
        Some(ages)
    }

    /// A pair of forms over the periodic inputs alone, by residue.
    fn periodic_points(&self, forms: &[Form; 2]) -> Option<Vec<Point>> {
        let [x, y] = forms.each_ref().map(|form| self.periodic_values(form));
        let points = x?.into_iter().zip(y?);
        Some(points.map(|(x, y)| [coordinate(x), coordinate(y)]).collect())
    }

    fn periodic_values(&self, form: &Form) -> Option<Vec<f64>> {
        let rows = &self.model.position_periodic;
        let mut sums = vec![form.offset(); rows.rows()];
        for (register, weight) in form.terms() {
            // They were numbered in this order.
            let input =
                self.inputs.periodic.binary_search_by_key(register, |input| input.0).ok()?;
            let Column::Slot(slot) = self.inputs.periodic[input].1 else { return None };
            for (residue, sum) in sums.iter_mut().enumerate() {
                *sum += weight * rows.get(residue, slot);
            }
        }
        Some(sums)
    }
}

/// What the keys and the queries of a memory have in common. Whether they are integers is known of all together.
fn kind(key: &[Form; 2], queries: &[&[Form; 2]], integer: bool) -> KeyKind {
    let up = |query: &&[Form; 2]| query[1].as_constant().is_some_and(|y| coordinate(y) > 0);
    let unit = |query: &&[Form; 2]| query[1].as_constant().is_some_and(|y| coordinate(y) == 1);
    match queries {
        _ if integer && key[0].as_constant().is_some() && queries.iter().all(up) => {
            KeyKind::Greatest
        }
        _ if integer && queries.iter().all(unit) => KeyKind::Integer,
        _ if queries.iter().all(up) => KeyKind::LookingUp,
        _ => KeyKind::General,
    }
}

impl KeyKind {
    /// What answers the queries of both.
    fn and(self, other: KeyKind) -> KeyKind {
        match (self, other) {
            (one, other) if one == other => one,
            (KeyKind::General, _) | (_, KeyKind::General) => KeyKind::General,
            _ => KeyKind::LookingUp,
        }
    }
}
