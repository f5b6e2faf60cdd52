//! From a model to its plan: the residual stream is followed symbolically, half-layer by half-layer.
//!
//! Every slot is a form whose value is exactly what the definition has there. A form of several terms is
//! exact in whatever order it is evaluated (see [`bounds`](super::bounds)). Where that is not shown, the
//! slot is one register, computed with the very additions of the definition ([`Step::Ordered`]).

mod attention;
mod feed_forward;
mod joining;
mod readers;
mod sums;
mod total;
mod unembedding;
mod writes;

use std::collections::{BTreeSet, HashMap};

use super::bounds::{Bounds, Interval, POSITIONS};
use super::form::Form;
use super::{Column, Digest, Inputs, KeyKind, Output, Plan, Register, Step, ValueCache, Winner};
use crate::patterns::{SparseRow, Table, constant_slot};
use readers::Readers;
use tvm_weights::{Matrix, Weights};

/// Everything that is known while the stream is followed.
pub(crate) struct Derivation<'model> {
    pub(super) model: &'model Weights<'model>,
    pub(crate) one: Option<u16>,
    readers: Readers,
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

/// What a head remembers, while the kinds of caches may still change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Remembers {
    /// It has no effect.
    Nothing,
    OwnPosition,
    Ring,
    Sum,
    /// This cache of keys.
    Keys(usize),
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

impl Value {
    /// Always the same number.
    pub(super) fn number(number: f64) -> Value {
        let (form, interval) = (Form::constant(number), Interval::number(number));
        Value { form, integer: number.fract() == 0.0, interval }
    }
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

impl Plan {
    /// The plan of a model.
    pub fn new(model: &Weights) -> Plan {
        let mut derivation = Derivation::of(model);
        let output = derivation.unembedding();
        derivation.finish(output)
    }

    /// The plan of a model that also computes what some slots of the residual stream hold, whatever reads them:
    /// [`Output::observed`], in this order. Boundary 0 of the stream is the embedding, boundary `b` the end of the `b`-th
    /// half-layer.
    pub fn observing(model: &Weights, places: &[(usize, usize)]) -> Plan {
        let mut derivation = Derivation::new(model);
        let mut observed: Vec<Option<Register>> = vec![None; places.len()];
        derivation.through(model, |stream, now| {
            for ((slot, boundary), register) in places.iter().zip(&mut observed) {
                if *boundary == now {
                    let form = stream.slot(*slot as u16).form.clone();
                    *register = Some(stream.register(&form));
                }
            }
        });
        let mut output = derivation.unembedding();
        let registers = observed.into_iter().map(|one| one.expect("the stream has the boundary"));
        output.observed = registers.collect();
        derivation.finish(output)
    }
}

impl<'model> Derivation<'model> {
    /// The stream, followed through all layers.
    pub(super) fn of(model: &'model Weights<'model>) -> Self {
        let mut derivation = Derivation::new(model);
        derivation.through(model, |_, _| {});
        derivation
    }

    /// Follows the stream through all layers; `at` sees it at every boundary.
    fn through(&mut self, model: &Weights<'_>, mut at: impl FnMut(&mut Self, usize)) {
        at(self, 0);
        for (layer, half_layers) in model.layers.iter().enumerate() {
            self.attention(&half_layers.attention);
            at(self, 2 * layer + 1);
            self.feed_forward(&half_layers.feed_forward);
            at(self, 2 * layer + 2);
        }
    }

    /// The stream before the first layer.
    pub(crate) fn new(model: &'model Weights<'model>) -> Self {
        let one = constant_slot(model);
        let mut derivation = Derivation {
            model,
            one,
            readers: Readers::of(model, one),
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
            Column::Class | Column::First => unreachable!("these are found at the end"),
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

    /// For every slot the least and the greatest number that it can hold now.
    pub(crate) fn ranges(&self) -> Vec<(f64, f64)> {
        self.stream.iter().map(|value| (value.interval.low, value.interval.high)).collect()
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

    /// Is a value the own position less a position that a head found?
    pub(super) fn holds_age(&self, value: &Value) -> bool {
        let origin = value.form.as_register().and_then(|register| self.origin(register));
        matches!(origin, Some(Step::Sum { form, .. }) if self.is_age(form))
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

    fn finish(self, output: Output) -> Plan {
        let Derivation { model, inputs, steps, tables, values, rings, sums, registers, .. } = self;
        let bounds = self.bounds;
        let keys = self.keys.iter().map(|keys| keys.kind).collect();
        let embedding = input_rows(&inputs.token, &model.embedding);
        let periodic = input_rows(&inputs.periodic, &model.position_periodic);
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

/// The rows of a table of inputs; 0 for a class.
pub(super) fn input_rows(inputs: &[(Register, Column)], matrix: &Matrix) -> Vec<f64> {
    let entry = |row: usize, column: Column| match column {
        Column::Slot(slot) => matrix.get(row, slot),
        Column::Class | Column::First => 0.0,
    };
    let row = |row| inputs.iter().map(move |(_, column)| entry(row, *column));
    (0..matrix.rows()).flat_map(row).collect()
}

/// The number that all of some numbers are.
fn constant(mut numbers: impl Iterator<Item = f64>) -> Option<f64> {
    let first = numbers.next()?;
    numbers.all(|number| number == first).then_some(first)
}
