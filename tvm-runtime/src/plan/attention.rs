//! Heads: what each needs to remember.

use super::derive::{Derivation, KnownKeys, Written};
use super::form::Form;
use super::heads::Remembers;
use super::{Column, KeyKind, Register, RingQuery, Step, ValueCache, Winner};
use crate::attention::{Brute, Memory, Point, coordinate};
use crate::families::SparseRow;
use crate::model::{Attention, Selection};

/// One row of a head that searches.
struct Part {
    key: [Form; 2],
    query: [Form; 2],
    /// Both are integers.
    exact: bool,
    value: Form,
    /// Which head of the layer.
    head: usize,
    /// Which output of the half-layer.
    output: usize,
}

/// A direction, and the registers that get what is found there, with the place of the value.
type Asked = ([Form; 2], Vec<(Register, usize)>);

impl Derivation<'_> {
    pub(super) fn attention(&mut self, attention: &Attention) {
        let mut outputs: Vec<Written> = Vec::new();
        let mut groups: Vec<Vec<Part>> = Vec::new();
        self.heads.push(vec![Remembers::Nothing; attention.selection.len()]);
        for (head, &selection) in attention.selection.iter().enumerate() {
            let rows = [2 * head, 2 * head + 1];
            let mut exact = true;
            let [key, query] = [&attention.key, &attention.query].map(|matrix| {
                let [x, y] = rows.map(|row| self.read(&SparseRow::of(matrix, row)));
                exact &= !x.1 && !y.1;
                [x.0, y.0]
            });
            for row in rows {
                let column = SparseRow::of_column(&attention.output, row);
                if column.is_empty() {
                    continue;
                }
                let (value, value_inexact) = self.read(&SparseRow::of(&attention.value, row));
                let output = outputs.len();
                if selection == Selection::Mean {
                    let value = self.mean(&value);
                    self.remember(head, Remembers::Sum);
                    outputs.push(Written { value, column, inexact: true });
                    continue;
                }
                outputs.push(Written { value: value.clone(), column, inexact: value_inexact });
                self.remember(head, Remembers::OwnPosition);
                if key.iter().any(|form| form.as_constant().is_none()) {
                    let (key, query) = (key.clone(), query.clone());
                    let part = Part { key, query, exact, value, head, output };
                    match groups.iter_mut().find(|group| group[0].key == part.key) {
                        Some(group) => group.push(part),
                        None => groups.push(vec![part]),
                    }
                }
            }
        }
        for group in groups {
            for (output, found) in self.search(group) {
                outputs[output].value = Form::register(found);
            }
        }
        self.write(&outputs);
    }

    fn mean(&mut self, value: &Form) -> Form {
        let value = self.register(value);
        let to = self.new_register();
        self.steps.push(Step::Mean { to, value, sum: self.sums });
        self.sums += 1;
        Form::register(to)
    }

    /// What a head of the layer that is being read remembers.
    fn remember(&mut self, head: usize, what: Remembers) {
        let heads = self.heads.last_mut().expect("heads are of a layer");
        heads[head] = what;
    }

    /// A memory for heads of equal keys. Gives the register of each output.
    fn search(&mut self, parts: Vec<Part>) -> Vec<(usize, Register)> {
        let key = parts[0].key.clone();
        let exact = parts.iter().all(|part| part.exact);
        let mut values: Vec<Register> = Vec::new();
        let mut queries: Vec<Asked> = Vec::new();
        let mut results = Vec::new();
        let heads: Vec<usize> = parts.iter().map(|part| part.head).collect();
        for Part { query, value, output, .. } in parts {
            let value = self.register(&value);
            let place = values.iter().position(|other| *other == value).unwrap_or_else(|| {
                values.push(value);
                values.len() - 1
            });
            let to = self.new_register();
            results.push((output, to));
            match queries.iter_mut().find(|(other, _)| *other == query) {
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
            self.steps.push(Step::Ring { values, asked, ring: self.rings.len() - 1 });
            return results;
        }
        let keys = self.keys(&key, kind(&directions, exact));
        heads.into_iter().for_each(|head| self.remember(head, Remembers::Keys(keys)));
        let cache = self.values.len();
        self.values.push(ValueCache { keys, width: values.len() });
        self.steps.push(Step::Keep { values, cache });
        for (query, to) in queries {
            let winner = self.find(&query, keys);
            self.steps.push(Step::Read { to, winner, cache });
        }
        results
    }

    /// The cache that has this key; one for all layers.
    fn keys(&mut self, key: &[Form; 2], kind: KeyKind) -> usize {
        let key = key.each_ref().map(|form| self.register(form));
        let known = self.keys.iter_mut().enumerate().find(|(_, keys)| keys.key == key);
        if let Some((index, keys)) = known {
            keys.kind = keys.kind.and(kind);
            return index;
        }
        let keys = self.keys.len();
        self.keys.push(KnownKeys { key, kind, found: Vec::new() });
        self.steps.push(Step::Key { key, keys });
        keys
    }

    /// The winner for a query, which may have been searched before.
    fn find(&mut self, query: &[Form; 2], keys: usize) -> Winner {
        let query = query.each_ref().map(|form| self.register(form));
        let known = self.keys[keys].found.iter().find(|(other, _)| *other == query);
        if let Some((_, winner)) = known {
            return *winner;
        }
        let to = Winner(self.winners);
        self.winners += 1;
        self.keys[keys].found.push((query, to));
        self.steps.push(Step::Find { to, query, keys });
        to
    }

    /// When keys and queries depend on nothing but the position modulo the period: for every query
    /// how many positions ago the winner is, by residue, and for the first positions.
    fn ring(&self, key: &[Form; 2], queries: &[&[Form; 2]]) -> Option<Vec<[Vec<usize>; 2]>> {
        let period = self.model.position_periodic.rows();
        let point = |forms: &[Form; 2], position: usize| -> Option<Point> {
            let [x, y] = forms.each_ref().map(|form| self.periodic_value(form, position % period));
            Some([coordinate(x?), coordinate(y?)])
        };
        let mut ages = Vec::new();
        for query in queries {
            // The last position of each residue is a better candidate than those before.
            let mut early = Vec::new();
            let mut brute = Memory::new(Box::new(Brute::default()), 1);
            for position in 0..2 * period {
                brute.insert(point(key, position)?, &[position as f64]);
                let winner = brute.query(point(query, position)?)[0];
                early.push(position - winner as usize);
            }
            let late = early.split_off(period);
            ages.push([late, early]);
        }
        Some(ages)
    }

    /// A form over the periodic inputs alone, at a residue.
    fn periodic_value(&self, form: &Form, residue: usize) -> Option<f64> {
        let rows = &self.model.position_periodic;
        let mut sum = form.offset();
        for (register, weight) in form.terms() {
            let input = self.inputs.periodic.iter().find(|(other, _)| other == register)?;
            let Column::Slot(slot) = input.1 else { return None };
            sum += weight * rows.get(residue, slot);
        }
        Some(sum)
    }
}

/// What the queries of a memory have in common.
fn kind(queries: &[&[Form; 2]], exact: bool) -> KeyKind {
    let up = |query: &&[Form; 2]| query[1].as_constant().is_some_and(|y| coordinate(y) > 0);
    let unit = |query: &&[Form; 2]| query[1].as_constant().is_some_and(|y| coordinate(y) == 1);
    match queries {
        _ if exact && queries.iter().all(unit) => KeyKind::Integer,
        _ if queries.iter().all(up) => KeyKind::LookingUp,
        _ => KeyKind::General,
    }
}

impl KeyKind {
    /// What answers the queries of both.
    fn and(self, other: KeyKind) -> KeyKind {
        match (self, other) {
            (KeyKind::Integer, KeyKind::Integer) => KeyKind::Integer,
            (KeyKind::General, _) | (_, KeyKind::General) => KeyKind::General,
            _ => KeyKind::LookingUp,
        }
    }
}
