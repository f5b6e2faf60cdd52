//! From a model to its plan: the residual stream is followed symbolically, half-layer by half-layer.

use std::collections::{BTreeMap, HashMap};

use super::form::Form;
use super::heads::Remembers;
use super::{Column, Digest, Inputs, KeyKind, Output, Plan, Register, Step, ValueCache, Winner};
use crate::patterns::{SparseRow, Table, constant_slot};
use tvm_weights::{Matrix, Weights};

/// Everything that is known while the stream is followed.
pub(super) struct Derivation<'model> {
    pub(super) model: &'model Weights<'model>,
    pub(super) one: Option<u16>,
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
    stream: Vec<Slot>,
    registers: u32,
    known: HashMap<Key, Register>,
}

/// A cache of keys: what it must answer, and the queries that it was asked.
pub(super) struct KnownKeys {
    pub(super) kind: KeyKind,
    pub(super) found: HashMap<[Register; 2], Winner>,
}

/// What a slot of the residual stream holds.
#[derive(Debug, Clone)]
struct Slot {
    form: Form,
    /// It may hold a fraction.
    inexact: bool,
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
    pub(super) value: Form,
    pub(super) column: SparseRow,
    /// It may be a fraction.
    pub(super) inexact: bool,
}

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

    fn new(model: &'model Weights<'model>) -> Self {
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
            registers: 0,
            known: HashMap::new(),
        };
        let any = (0..model.d_model()).any(|slot| model.position_linear.get(0, slot) != 0.0);
        derivation.inputs.position = any.then(|| derivation.new_register());
        for slot in 0..model.d_model() {
            let form = derivation.input(slot);
            let inexact = derivation.input_is_fraction(slot);
            derivation.stream.push(Slot { form, inexact });
        }
        derivation
    }

    /// What a slot holds before the first layer.
    fn input(&mut self, slot: usize) -> Form {
        let model = self.model;
        let token = (0..model.embedding.rows()).map(|row| model.embedding.get(row, slot));
        let token = constant(token).map(Form::constant).unwrap_or_else(|| {
            let register = self.new_register();
            self.inputs.token.push((register, Column::Slot(slot)));
            Form::register(register)
        });
        let rows = &model.position_periodic;
        let periodic = (0..rows.rows()).map(|row| rows.get(row, slot));
        let periodic = constant(periodic).map(Form::constant).unwrap_or_else(|| {
            let register = self.new_register();
            self.inputs.periodic.push((register, Column::Slot(slot)));
            Form::register(register)
        });
        let position = self.inputs.position.map(Form::register).unwrap_or_default();
        let linear = model.position_linear.get(0, slot);
        Form::sum([(&token, 1.0), (&periodic, 1.0), (&position, linear)])
    }

    fn input_is_fraction(&self, slot: usize) -> bool {
        let model = self.model;
        [&model.embedding, &model.position_periodic, &model.position_linear]
            .iter()
            .any(|matrix| (0..matrix.rows()).any(|row| matrix.get(row, slot).fract() != 0.0))
    }

    /// May the slot hold a fraction?
    pub(super) fn holds_fraction(&self, slot: u16) -> bool {
        self.stream[slot as usize].inexact
    }

    /// May a row times the stream be a fraction?
    pub(super) fn is_inexact(&self, row: &SparseRow) -> bool {
        let fraction =
            |&(slot, weight): &(u16, f64)| weight.fract() != 0.0 || self.holds_fraction(slot);
        row.weights().iter().any(fraction)
    }

    /// One more step.
    pub(super) fn push(&mut self, step: Step) {
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

    /// A row times the stream, and whether it is perhaps no integer.
    pub(super) fn read(&mut self, row: &SparseRow) -> (Form, bool) {
        if !self.is_inexact(row) {
            let slots = row.weights().iter();
            let terms = slots.map(|&(slot, weight)| (&self.stream[slot as usize].form, weight));
            return (Form::sum(terms), false);
        }
        let slots: Vec<(Form, f64)> = row
            .weights()
            .iter()
            .map(|&(slot, weight)| (self.stream[slot as usize].form.clone(), weight))
            .collect();
        if let [(form, weight)] = slots.as_slice() {
            if *weight == 1.0 {
                return (form.clone(), true);
            }
        }
        let terms = slots.iter().map(|(form, weight)| (self.register(form), *weight)).collect();
        (Form::register(self.ordered(terms)), true)
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
        self.step(Key::Sum(terms, constant), |to| Step::Sum { to, form })
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

    /// The end of a half-layer: all its outputs are added to the stream at once.
    pub(super) fn write(&mut self, outputs: &[Written]) {
        let mut changes: BTreeMap<usize, Vec<(usize, f64)>> = BTreeMap::new();
        for (index, output) in outputs.iter().enumerate() {
            for &(slot, weight) in output.column.weights() {
                changes.entry(slot as usize).or_default().push((index, weight));
            }
        }
        let mut written = Vec::new();
        for (slot, terms) in changes {
            let fraction =
                |&(index, weight): &(usize, f64)| outputs[index].inexact || weight.fract() != 0.0;
            let value = if self.stream[slot].inexact || terms.iter().any(fraction) {
                self.write_ordered(slot, &terms, outputs)
            } else {
                Slot { form: self.write_sum(slot, &terms, outputs), inexact: false }
            };
            written.push((slot, value));
        }
        for (slot, value) in written {
            self.stream[slot] = value;
        }
    }

    fn write_sum(&mut self, slot: usize, terms: &[(usize, f64)], outputs: &[Written]) -> Form {
        let change = terms.iter().map(|&(index, weight)| (&outputs[index].value, weight));
        let form = Form::sum(change.chain([(&self.stream[slot].form, 1.0)]));
        // A longer form is read more often than it is worth repeating.
        if form.terms().len() <= 1 {
            return form;
        }
        Form::register(self.register(&form))
    }

    /// `slot + (first + second + ...)`, rounded as the definition rounds.
    fn write_ordered(&mut self, slot: usize, terms: &[(usize, f64)], outputs: &[Written]) -> Slot {
        let change: Vec<(Register, f64)> = terms
            .iter()
            .map(|&(index, weight)| (self.register(&outputs[index].value), weight))
            .collect();
        let before = self.stream[slot].form.as_register();
        if let Some((value, biased)) = before.and_then(|before| self.as_total(before, &change)) {
            let to = self.new_register();
            self.push(Step::Total { to, value, biased, sum: self.sums });
            self.sums += 1;
            return Slot { form: Form::register(to), inexact: false };
        }
        let change = match change.as_slice() {
            [term] => *term,
            _ => (self.ordered(change), 1.0),
        };
        let before = self.stream[slot].form.clone();
        if before.as_constant() == Some(0.0) && change.1 == 1.0 {
            return Slot { form: Form::register(change.0), inexact: true };
        }
        let before = self.register(&before);
        let form = Form::register(self.ordered(vec![(before, 1.0), change]));
        Slot { form, inexact: true }
    }

    fn finish(self, output: Output) -> Plan {
        let Derivation { model, inputs, steps, tables, values, rings, sums, registers, .. } = self;
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
        };
        plan.without_what_nobody_reads().branch()
    }
}

/// The number that all of some numbers are.
fn constant(mut numbers: impl Iterator<Item = f64>) -> Option<f64> {
    let first = numbers.next()?;
    numbers.all(|number| number == first).then_some(first)
}
