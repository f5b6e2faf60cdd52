//! From a model to its plan: the residual stream is followed symbolically, half-layer by half-layer.
//!
//! Every slot is a form whose value is exactly what the definition has there. A form of several terms is
//! exact in whatever order it is evaluated (see [`bounds`](super::bounds)). Where that is not shown, the
//! slot is one register, computed with the very additions of the definition ([`Step::Ordered`]).

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::bounds::{
    Bounds, EXACT, Interval, LARGE_WEIGHT, LARGEST_MULTIPLIED, POSITIONS, WATCHED,
};
use super::form::Form;
use super::heads::Remembers;
use super::{Column, Digest, Inputs, KeyKind, Output, Plan, Register, Step, ValueCache, Winner};
use crate::patterns::{SparseRow, Table, constant_slot};
use tvm_weights::{Attention, Layer, Matrix, Weights};

/// Everything that is known while the stream is followed.
pub(crate) struct Derivation<'model> {
    pub(super) model: &'model Weights<'model>,
    pub(crate) one: Option<u16>,
    pub(super) inputs: Inputs,
    steps: Vec<Step>,
    /// The step that gives each register, if one does.
    origins: HashMap<Register, usize>,
    pub(super) tables: Vec<Table>,
    pub(super) keys: Vec<KnownKeys>,
    pub(super) keys_by_register: HashMap<[Register; 2], usize>,
    pub(super) values: Vec<ValueCache>,
    pub(super) winners: u32,
    pub(super) rings: Vec<usize>,
    pub(super) sums: usize,
    /// For every layer what its heads remember.
    pub(super) heads: Vec<Vec<Remembers>>,
    stream: Vec<Value>,
    /// The slots that the last half-layer wrote with sums which no order of additions rounds.
    written_exactly: BTreeSet<u16>,
    /// Neurons of the last half-layer whose products are watched.
    pub(crate) watched_neurons: BTreeSet<usize>,
    /// How many half-layers have been followed.
    half_layers: usize,
    registers: u32,
    known: HashMap<Key, Register>,
    pub(super) bounds: Bounds,
    /// The means of integers.
    pub(super) means_of_integers: BTreeSet<Register>,
}

/// A cache of keys: what it must answer, and the queries that it was asked.
pub(super) struct KnownKeys {
    pub(super) kind: KeyKind,
    pub(super) found: HashMap<[Register; 2], Winner>,
}

/// A number of the definition: what a slot of the residual stream holds, a row of it gives, a head
/// finds or a neuron lets through.
#[derive(Debug, Clone)]
pub(super) struct Value {
    /// One register, a number, or integers that may be added in any order.
    pub(super) form: Form,
    /// It is certainly an integer, as long as it is a number at all.
    pub(super) integer: bool,
    /// What it can be.
    pub(super) interval: Interval,
}

/// What makes two results equal.
#[derive(PartialEq, Eq, Hash)]
pub(super) enum Key {
    Sum(Vec<(Register, u64)>, u64),
    Open(Register),
    Product(Register, Register),
}

/// What one output of a half-layer writes.
pub(super) struct Written {
    pub(super) value: Value,
    pub(super) column: SparseRow,
}

/// Terms that a fused sum is tried for in the order of the definition. Real models have a few.
const MOST_PREFIXES: usize = 64;

impl Plan {
    /// The plan of a model.
    pub fn new(model: &Weights) -> Plan {
        let mut derivation = Derivation::of(model);
        let output = derivation.unembedding();
        derivation.finish(output)
    }
}

impl<'model> Derivation<'model> {
    /// The stream, followed through all layers.
    pub(super) fn of(model: &'model Weights<'model>) -> Self {
        let mut derivation = Derivation::new(model);
        for layer in &model.layers {
            derivation.attention(&layer.attention);
            derivation.feed_forward(&layer.feed_forward);
        }
        derivation
    }

    /// The stream before the first layer.
    pub(crate) fn new(model: &'model Weights<'model>) -> Self {
        let mut derivation = Derivation {
            model,
            one: constant_slot(model),
            inputs: Inputs::default(),
            steps: Vec::new(),
            origins: HashMap::new(),
            tables: Vec::new(),
            keys: Vec::new(),
            keys_by_register: HashMap::new(),
            values: Vec::new(),
            winners: 0,
            rings: Vec::new(),
            sums: 0,
            heads: Vec::new(),
            stream: Vec::new(),
            written_exactly: BTreeSet::new(),
            watched_neurons: BTreeSet::new(),
            half_layers: 0,
            registers: 0,
            known: HashMap::new(),
            bounds: Bounds::default(),
            means_of_integers: BTreeSet::new(),
        };
        let any = (0..model.d_model()).any(|slot| model.position_linear.get(0, slot) != 0.0);
        derivation.inputs.position = any.then(|| {
            let positions = Interval::new(0.0, (POSITIONS - 1) as f64);
            let position = derivation.new_input(positions);
            derivation.bounds.grow(position);
            position
        });
        for slot in 0..model.d_model() {
            let value = derivation.input(slot);
            derivation.stream.push(value);
        }
        let column = |&(register, column): &(Register, Column)| match column {
            Column::Slot(slot) => {
                let rows = 0..model.embedding.rows();
                (register, rows.map(|row| model.embedding.get(row, slot)).collect())
            }
            Column::Class => unreachable!("classes are found at the end"),
        };
        let inputs: Vec<(Register, Vec<f64>)> =
            derivation.inputs.token.iter().map(column).collect();
        derivation.bounds.learn_inputs(&inputs);
        derivation
    }

    fn new_input(&mut self, interval: Interval) -> Register {
        let register = self.new_register();
        self.bounds.narrow(register, interval);
        register
    }

    /// What a slot holds before the first layer: `(token + position * step) + periodic`.
    fn input(&mut self, slot: usize) -> Value {
        let model = self.model;
        let (rows, periodic) = (&model.embedding, &model.position_periodic);
        let step = model.position_linear.get(0, slot);
        let token = self.input_column(rows, slot, |inputs| &mut inputs.token);
        let periodic = self.input_column(periodic, slot, |inputs| &mut inputs.periodic);
        let position = self.inputs.position.filter(|_| step != 0.0).map(|position| Value {
            form: Form::register(position),
            integer: true,
            interval: self.bounds.of_register(position),
        });
        let terms = [Some((token, 1.0)), position.map(|it| (it, step)), Some((periodic, 1.0))];
        self.sum(terms.into_iter().flatten().collect())
    }

    /// A column of a table of inputs; a register unless all its entries are one number.
    fn input_column(
        &mut self,
        rows: &Matrix,
        slot: usize,
        inputs: impl Fn(&mut Inputs) -> &mut Vec<(Register, Column)>,
    ) -> Value {
        let entries = || (0..rows.rows()).map(|row| rows.get(row, slot));
        let interval = Interval::of(entries());
        let integer = entries().all(|entry| entry.fract() == 0.0);
        let form = constant(entries()).map(Form::constant).unwrap_or_else(|| {
            let register = self.new_input(interval);
            inputs(&mut self.inputs).push((register, Column::Slot(slot)));
            Form::register(register)
        });
        Value { form, integer, interval }
    }

    /// Did the last half-layer write a slot with a sum that no order of additions rounds?
    pub(crate) fn is_written_exactly(&self, slot: u16) -> bool {
        self.written_exactly.contains(&slot)
    }

    /// What a slot may hold, if that is known only because it is watched.
    pub(crate) fn limits_of_slot(&self, slot: u16) -> Option<(f64, f64)> {
        let Value { form, interval, .. } = self.slot(slot);
        let grows = form.terms().iter().any(|(register, _)| self.bounds.grows(*register));
        (grows && interval.is_finite()).then_some((interval.low, interval.high))
    }

    /// What a slot holds now.
    pub(super) fn slot(&self, slot: u16) -> &Value {
        &self.stream[slot as usize]
    }

    /// One more step.
    pub(super) fn push(&mut self, step: Step) {
        self.bounds.learn(&self.tables, &step);
        self.bounds.learn_remembered(&step);
        let results = step.results().into_iter().map(|to| (to, self.steps.len()));
        self.origins.extend(results);
        self.steps.push(step);
    }

    /// The step that a register is the result of.
    pub(super) fn origin(&self, register: Register) -> Option<&Step> {
        self.steps.get(*self.origins.get(&register)?)
    }

    pub(super) fn new_register(&mut self) -> Register {
        self.registers += 1;
        Register(self.registers - 1)
    }

    /// A row times the stream.
    pub(super) fn read(&mut self, row: &SparseRow) -> Value {
        let slots = row.weights().iter();
        let terms = slots.map(|&(slot, weight)| (self.slot(slot).clone(), weight)).collect();
        self.sum(terms)
    }

    /// Is a row times the stream an integer that no order of additions rounds?
    pub(crate) fn reads_exactly(&self, row: &SparseRow) -> bool {
        let slots = row.weights().iter();
        let mass = mass(slots.map(|&(slot, weight)| (self.slot(slot), weight)));
        mass.is_some_and(|mass| mass < EXACT)
    }

    /// What a row times the stream can be, when it is exact.
    pub(super) fn row_interval(&self, row: &SparseRow) -> Interval {
        let slots = row.weights().iter();
        let parts = slots.map(|&(slot, weight)| (self.slot(slot), weight));
        let singly = parts
            .clone()
            .fold(Interval::ZERO, |sum, (value, weight)| sum.plus(value.interval.times(weight)));
        let form = Form::exact_sum(parts.map(|(value, weight)| (&value.form, weight)));
        form.map_or(singly, |form| singly.and(self.bounds.of_form(&form)))
    }

    /// What the definition gets from adding up these terms from left to right.
    pub(super) fn sum(&mut self, mut terms: Vec<(Value, f64)>) -> Value {
        terms.retain(|(value, _)| value.form.as_constant() != Some(0.0));
        match terms.as_slice() {
            [] => return Value::number(0.0),
            [(value, 1.0)] => return value.clone(),
            _ => {}
        }
        if let Some(sum) = constant_sum(&terms) {
            return Value::number(sum);
        }
        let registers = |this: &mut Self| -> Vec<(Register, f64)> {
            let register = |(value, weight): &(Value, f64)| (this.register(&value.form), *weight);
            terms.iter().map(register).collect()
        };
        let fused = Form::exact_sum(terms.iter().map(|(value, weight)| (&value.form, *weight)));
        let fused = fused.filter(|form| self.bounds.mass(form) < EXACT);
        if mass(terms.iter().map(|(value, weight)| (value, *weight))).is_some_and(|it| it < EXACT) {
            let form = fused.unwrap_or_else(|| {
                let terms = registers(self).into_iter();
                let forms: Vec<(Form, f64)> =
                    terms.map(|(register, weight)| (Form::register(register), weight)).collect();
                Form::sum(forms.iter().map(|(form, weight)| (form, *weight)))
            });
            return self.exact(form);
        }
        if let Some(fused) = fused.filter(|_| self.has_exact_prefixes(&terms)) {
            return self.exact(fused);
        }
        let integer = terms.iter().all(|(value, weight)| value.integer && weight.fract() == 0.0);
        let registers = registers(self);
        if integer && registers.iter().any(|(register, _)| self.bounds.grows(*register)) {
            return self.watched_sum(registers);
        }
        let register = self.ordered(registers);
        let interval = self.bounds.of_register(register);
        Value { form: Form::register(register), integer, interval }
    }

    /// The sum of integers from left to right, in a step that sees whether it was rounded.
    fn watched_sum(&mut self, terms: Vec<(Register, f64)>) -> Value {
        let to = self.new_register();
        self.push(Step::Watched { to, terms });
        self.exact(Form::register(to))
    }

    /// The engine will look at an integer register, which is counted on from now on.
    pub(super) fn watch(&mut self, register: Register, most: f64) {
        if self.bounds.of_register(register).magnitude() > most {
            self.push(Step::Watch { register, most });
        }
    }

    /// Is every partial sum, in the order of the definition, an integer below `2^53`? Here what cancels
    /// out is seen, such as a slot's old value.
    fn has_exact_prefixes(&self, terms: &[(Value, f64)]) -> bool {
        if terms.len() > MOST_PREFIXES || !terms.iter().all(|(value, _)| value.integer) {
            return false;
        }
        (1..=terms.len()).all(|length| {
            let last = &terms[length - 1];
            let parts = terms[..length].iter().map(|(value, weight)| (&value.form, *weight));
            let sum = Form::exact_sum(parts);
            last.0.interval.times(last.1).magnitude() < EXACT
                && sum.is_some_and(|sum| self.bounds.of_form(&sum).magnitude() < EXACT)
        })
    }

    /// An exact form as a value.
    pub(super) fn exact(&self, form: Form) -> Value {
        let interval = self.bounds.of_form(&form);
        Value { form, integer: true, interval }
    }

    fn ordered(&mut self, terms: Vec<(Register, f64)>) -> Register {
        let to = self.new_register();
        self.push(Step::Ordered { to, terms });
        to
    }

    /// The register that holds a form.
    pub(super) fn register(&mut self, form: &Form) -> Register {
        if let Some(register) = form.as_register() {
            return register;
        }
        let (terms, constant) = form.key();
        let form = form.clone();
        let is_age = self.is_age(&form);
        let register = self.step(Key::Sum(terms, constant), |to| Step::Sum { to, form });
        if is_age {
            self.bounds.narrow(register, Interval::new(0.0, (POSITIONS - 1) as f64));
        }
        register
    }

    /// The own position less a position that a head found? It is not negative: heads look back.
    fn is_age(&self, form: &Form) -> bool {
        let &[(own, 1.0), (found, -1.0)] = form.terms() else { return false };
        let Some(Step::Read { to, cache, .. }) = self.origin(found) else { return false };
        let place = to.iter().find(|(to, _)| *to == found).map(|(_, place)| *place);
        let kept = self.steps.iter().find_map(|step| match step {
            Step::Keep { values, cache: other } if other == cache => values.get(place?).copied(),
            _ => None,
        });
        form.offset() == 0.0 && Some(own) == self.inputs.position && kept == Some(own)
    }

    /// The result of a step, which is made unless it is there.
    pub(super) fn step(&mut self, key: Key, make: impl FnOnce(Register) -> Step) -> Register {
        if let Some(register) = self.known.get(&key) {
            return *register;
        }
        let to = self.new_register();
        self.push(make(to));
        self.known.insert(key, to);
        to
    }

    /// The end of a half-layer: all its outputs are added to the stream at once. Outputs are in the order
    /// of the definition, but where a slot is certain to be exact.
    pub(super) fn write(&mut self, outputs: &[Written], certain: &BTreeSet<u16>) {
        let mut changes: BTreeMap<u16, Vec<(usize, f64)>> = BTreeMap::new();
        for (index, output) in outputs.iter().enumerate() {
            for &(slot, weight) in output.column.weights() {
                changes.entry(slot).or_default().push((index, weight));
            }
        }
        self.written_exactly.clear();
        let mut written = Vec::new();
        for (slot, terms) in changes {
            let terms: Vec<(Value, f64)> = terms
                .iter()
                .map(|&(index, weight)| (outputs[index].value.clone(), weight))
                .collect();
            let is_exact = certain.contains(&slot) || self.writes_exactly(slot, &terms);
            let value = match is_exact {
                true => self.write_sum(slot, terms),
                false => self.write_ordered(slot, terms),
            };
            if is_exact {
                self.written_exactly.insert(slot);
            }
            let value = self.limited(slot, value);
            written.push((slot, value));
        }
        for (slot, value) in written {
            self.stream[slot as usize] = value;
        }
        self.half_layers += 1;
    }

    /// Is `slot + (first + second + ...)` exact in the definition, and in any order?
    fn writes_exactly(&self, slot: u16, terms: &[(Value, f64)]) -> bool {
        let before = (self.slot(slot), 1.0);
        let terms = terms.iter().map(|(value, weight)| (value, *weight));
        mass(terms.chain([before])).is_some_and(|mass| mass < EXACT)
    }

    fn write_sum(&mut self, slot: u16, mut terms: Vec<(Value, f64)>) -> Value {
        terms.push((self.slot(slot).clone(), 1.0));
        let value = self.sum(terms);
        // A longer form is read more often than it is worth repeating.
        if value.form.terms().len() <= 1 {
            return value;
        }
        let register = self.register(&value.form);
        let interval = self.bounds.of_register(register);
        Value { form: Form::register(register), interval, ..value }
    }

    /// What a half-layer wrote to a slot. Where it grows it is watched, unless it is known to be small
    /// enough for what reads it.
    fn limited(&mut self, slot: u16, value: Value) -> Value {
        let grows = value.form.terms().iter().any(|(register, _)| self.bounds.grows(*register));
        let most = if self.is_multiplied(slot) { LARGEST_MULTIPLIED } else { WATCHED };
        if !grows || !value.integer || value.interval.magnitude() <= most {
            return value;
        }
        let register = self.register(&value.form);
        self.watch(register, most);
        let interval = self.bounds.of_register(register);
        Value { form: Form::register(register), interval, ..value }
    }

    /// Does a row read the slot with a large weight, before it is written again?
    fn is_multiplied(&self, slot: u16) -> bool {
        let slot = usize::from(slot);
        let is_large =
            |rows: &Matrix| (0..rows.rows()).any(|row| rows.get(row, slot).abs() > LARGE_WEIGHT);
        let half_layers = self.model.layers.iter().flat_map(|Layer { attention, feed_forward }| {
            let Attention { query, key, value, output, .. } = attention;
            let neurons = feed_forward;
            let attention = (vec![query, key, value], output);
            [attention, (vec![&neurons.gate, &neurons.value], &neurons.output)]
        });
        for (read, written) in half_layers.skip(self.half_layers + 1) {
            if read.into_iter().any(is_large) {
                return true;
            }
            if written.row(slot).iter().any(|weight| *weight != 0.0) {
                return false;
            }
        }
        is_large(&self.model.unembedding)
    }

    /// `slot + (first + second + ...)`, rounded as the definition rounds.
    fn write_ordered(&mut self, slot: u16, terms: Vec<(Value, f64)>) -> Value {
        let before = self.slot(slot).clone();
        if let Some(total) = self.write_total(&before, &terms) {
            return total;
        }
        let change = match terms.as_slice() {
            // The slot plus a multiple: two roundings as in the definition.
            [(value, weight)] => (value.clone(), *weight),
            _ => (self.sum(terms), 1.0),
        };
        if before.form.as_constant() == Some(0.0) && change.1 == 1.0 {
            return change.0;
        }
        let value = self.sum(vec![(before, 1.0), change]);
        if value.form.terms().len() <= 1 {
            return value;
        }
        Value { form: Form::register(self.register(&value.form)), ..value }
    }

    /// The sum over all positions, when these terms turn the mean in the slot into it.
    fn write_total(&mut self, before: &Value, terms: &[(Value, f64)]) -> Option<Value> {
        let register = before.form.as_register()?;
        let change: Option<Vec<(Register, f64)>> = terms
            .iter()
            .map(|(value, weight)| Some((value.form.as_register()?, *weight)))
            .collect();
        let (value, biased) = self.as_total(register, &change?)?;
        let to = self.new_register();
        self.push(Step::Total { to, value, biased, sum: self.sums });
        self.sums += 1;
        let interval = self.bounds.of_register(to);
        Some(Value { form: Form::register(to), integer: true, interval })
    }

    fn finish(self, output: Output) -> Plan {
        let Derivation { model, inputs, steps, tables, values, rings, sums, registers, .. } = self;
        let bounds = self.bounds;
        let keys = self.keys.iter().map(|keys| keys.kind).collect();
        let columns = |inputs: &[(Register, Column)], matrix: &Matrix| -> Vec<f64> {
            let entry = |row: usize, column: Column| match column {
                Column::Slot(slot) => matrix.get(row, slot),
                Column::Class => 0.0,
            };
            let row = |row| inputs.iter().map(move |(_, column)| entry(row, *column));
            (0..matrix.rows()).flat_map(row).collect()
        };
        let embedding = columns(&inputs.token, &model.embedding);
        let periodic = columns(&inputs.periodic, &model.position_periodic);
        let plan = Plan {
            digest: Digest::of(model),
            embedding,
            periodic,
            period: model.position_periodic.rows(),
            inputs,
            steps,
            tables,
            keys,
            values,
            rings,
            sums,
            output,
            branches: None,
            registers: registers as usize,
            winners: self.winners as usize,
            bounds,
        };
        plan.without_what_nobody_reads().branch()
    }
}

/// The sum of `|weight| max |value|`, when everything is an integer.
pub(super) fn mass<'values>(terms: impl Iterator<Item = (&'values Value, f64)>) -> Option<f64> {
    let mut mass = 0.0;
    for (value, weight) in terms {
        if !value.integer || weight.fract() != 0.0 {
            return None;
        }
        mass += weight.abs() * value.interval.magnitude().ceil().max(1.0);
    }
    Some(mass)
}

/// The sum of constants, as the definition rounds it.
fn constant_sum(terms: &[(Value, f64)]) -> Option<f64> {
    let sum = terms
        .iter()
        .try_fold(0.0, |sum, (value, weight)| Some(sum + value.form.as_constant()? * weight));
    sum.filter(|sum| sum.is_finite())
}

impl Value {
    /// Always the same number.
    pub(super) fn number(number: f64) -> Value {
        let (form, interval) = (Form::constant(number), Interval::number(number));
        Value { form, integer: number.fract() == 0.0, interval }
    }
}

/// The number that all of some numbers are.
fn constant(mut numbers: impl Iterator<Item = f64>) -> Option<f64> {
    let first = numbers.next()?;
    numbers.all(|number| number == first).then_some(first)
}
