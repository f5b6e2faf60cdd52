//! Everything that changes while a plan is run. Every block of the plan's code can be run by itself, so that
//! others may run some of the blocks on the same state: [`parts`](super::parts) is for them.

use crate::attention::{GreatestKey, Hull, IntegerKeys, Keys, Place, Rows, coordinate};
use crate::engine::{Best, Refusal, Watch};
use crate::patterns::chain_sum;
use crate::plan::{Arms, Block, Code, KeyKind, Operation, Output, Plan, Register, Selector, Span};
use tvm_weights::Token;

/// Registers and what is remembered.
pub struct PlanState {
    pub(super) registers: Vec<f64>,
    pub(super) keys: Vec<KeysOf>,
    /// For every cache of keys: where the values of this position are kept.
    pub(super) places: Vec<Place>,
    pub(super) winners: Vec<Place>,
    pub(super) values: Vec<ValueRows>,
    pub(super) rings: Vec<Ring>,
    pub(super) sums: Vec<f64>,
    pub(super) buffer: Vec<f64>,
    pub(super) position: u64,
    pub(super) period: u64,
    pub(super) watch: Watch,
}

pub(super) enum KeysOf {
    Greatest(Box<GreatestKey>),
    Integer(Box<IntegerKeys>),
    Hull(Box<Hull>),
}

/// A cache of values, and the cache of keys that says where.
#[derive(Clone)]
pub(super) struct ValueRows {
    pub(super) rows: Rows,
    keys: usize,
}

/// The values of the last positions, as many as the period.
#[derive(Clone)]
pub(super) struct Ring {
    pub(super) width: usize,
    pub(super) values: Vec<f64>,
}

impl PlanState {
    /// Nothing was read.
    pub fn new(plan: &Plan) -> PlanState {
        let keys = plan.keys.iter().map(|kind| match kind {
            KeyKind::Greatest => KeysOf::Greatest(Box::default()),
            KeyKind::Integer => KeysOf::Integer(Box::default()),
            KeyKind::LookingUp => KeysOf::Hull(Box::new(Hull::looking_up())),
            KeyKind::General => KeysOf::Hull(Box::default()),
        });
        let values = plan.values.iter();
        let values =
            values.map(|cache| ValueRows { rows: Rows::new(cache.width), keys: cache.keys });
        let ring = |&width: &usize| Ring { width, values: vec![0.0; width * plan.period] };
        PlanState {
            registers: vec![0.0; plan.registers],
            keys: keys.collect(),
            places: vec![Place(0); plan.keys.len()],
            winners: vec![Place(0); plan.winners],
            values: values.collect(),
            rings: plan.rings.iter().map(ring).collect(),
            sums: vec![0.0; plan.sums],
            buffer: Vec::new(),
            position: 0,
            period: plan.period as u64,
            watch: Watch::default(),
        }
    }

    /// About how many bytes hold what is remembered.
    pub fn memory(&self) -> usize {
        let keys = self.keys.iter().map(|cache| match cache {
            KeysOf::Greatest(keys) => keys.memory(),
            KeysOf::Integer(keys) => keys.memory(),
            KeysOf::Hull(keys) => keys.memory(),
        });
        let values = self.values.iter().map(|cache| cache.rows.memory());
        let rings = self.rings.iter().map(|ring| size_of_val(ring.values.as_slice()));
        keys.chain(values).chain(rings).sum::<usize>() + size_of_val(self.sums.as_slice())
    }

    /// The position of the token that is read, or of the next one.
    #[inline]
    pub fn position(&self) -> u64 {
        self.position
    }

    /// Why no more tokens are predicted.
    pub fn refusal(&self) -> Option<Refusal> {
        self.watch.refusal()
    }

    /// What is assumed of the sequence.
    #[inline]
    pub fn watch(&mut self) -> &mut Watch {
        &mut self.watch
    }

    /// The value of a register.
    #[inline]
    pub fn get(&self, register: Register) -> f64 {
        self.registers[register.0 as usize]
    }

    #[inline]
    fn set(&mut self, register: Register, value: f64) {
        self.registers[register.0 as usize] = value;
    }

    /// Reads a token: sets the registers that hold the inputs.
    pub fn inputs(&mut self, plan: &Plan, token: Token) {
        let inputs = &plan.inputs;
        let row = token.0 as usize * inputs.token.len();
        for (&(to, _), &value) in inputs.token.iter().zip(&plan.embedding[row..]) {
            self.set(to, value);
        }
        let row = (self.position % self.period) as usize * inputs.periodic.len();
        for (&(to, _), &value) in inputs.periodic.iter().zip(&plan.periodic[row..]) {
            self.set(to, value);
        }
        if let Some(to) = inputs.position {
            self.set(to, self.position as f64);
        }
    }

    /// Begins with a position.
    #[inline]
    pub fn begin(&mut self) {
        self.watch.position(self.position);
    }

    /// Ends with a position.
    #[inline]
    pub fn advance(&mut self) {
        self.position += 1;
    }

    /// The class of the token, after the common part.
    #[inline]
    pub fn class(&self, code: &Code) -> usize {
        let select = |selector: &Selector| selector.arm(|register| self.get(register));
        code.selector.as_ref().map_or(Arms::EVERYTHING, select)
    }

    /// The token that follows, after the rest.
    pub fn next(&self, output: &Output) -> Token {
        let mut best = Best::default();
        for &(token, score) in &output.singles {
            best.challenge(token, self.get(score));
        }
        for pattern in &output.patterns {
            let [rest, r] = [pattern.rest, pattern.r].map(|register| self.get(register));
            let (token, score) = pattern.best(rest, r);
            best.challenge(token, score);
        }
        best.token()
    }

    /// The token that is predicted, if nothing speaks against it.
    #[inline]
    pub fn watched(&self, token: Token) -> Token {
        self.watch.token(token)
    }

    /// Stores the key of this position in a cache.
    pub fn insert(&mut self, keys: usize, key: [f64; 2]) -> Place {
        let place = match &mut self.keys[keys] {
            KeysOf::Greatest(keys) => keys.insert(key[1]),
            KeysOf::Integer(keys) => keys.insert(self.position, key),
            KeysOf::Hull(keys) => keys.insert(key.map(coordinate)),
        };
        self.places[keys] = place;
        place
    }

    /// The place of the key that a query finds.
    pub fn find(&mut self, keys: usize, query: [f64; 2]) -> Place {
        match &mut self.keys[keys] {
            KeysOf::Greatest(keys) => keys.find(),
            KeysOf::Integer(keys) => keys.find(query[0]),
            KeysOf::Hull(keys) => keys.find(query.map(coordinate)),
        }
    }

    /// A row of a table.
    pub fn row<'row>(&'row mut self, plan: &'row Plan, table: usize, x: f64) -> &'row [f64] {
        let table = &plan.tables[table];
        table.row(x).unwrap_or_else(|| {
            self.buffer.resize(table.slots.len(), 0.0);
            table.evaluate(x, &mut self.buffer);
            &self.buffer
        })
    }

    /// Runs a block.
    pub fn run(&mut self, plan: &Plan, code: &Code, block: Block) {
        for &operation in code.operations(block) {
            match operation {
                Operation::Sum { to, terms, offset } => {
                    self.set(to, self.sum(code.terms(terms), offset));
                }
                Operation::Ordered { to, terms } => self.set(to, self.sum(code.terms(terms), 0.0)),
                Operation::OpenSum { to, terms, offset } => {
                    self.set(to, self.sum(code.terms(terms), offset).max(0.0));
                }
                Operation::ProductSum { to, value, terms, offset } => {
                    let gate = self.sum(code.terms(terms), offset).max(0.0);
                    self.set(to, gate * self.get(value));
                }
                Operation::Watched { to, terms } => {
                    let registers = &self.registers;
                    let term =
                        |&(from, weight): &(Register, f64)| registers[from.0 as usize] * weight;
                    let sum = self.watch.sum(code.terms(terms).iter().map(term));
                    self.set(to, sum);
                }
                Operation::Watch { register, most } => {
                    self.watch.integer(self.get(register), most);
                }
                Operation::Open { to, gate } => self.set(to, self.get(gate).max(0.0)),
                Operation::Product { to, gate, value } => {
                    self.set(to, self.get(gate).max(0.0) * self.get(value));
                }
                Operation::Chain { to, first, step, length } => {
                    let sum = chain_sum(self.get(first), self.get(step), f64::from(length));
                    self.set(to, sum);
                }
                Operation::Table { table, x, to } => self.table(plan, code, table, x, to),
                Operation::Mean { to, value, sum } => {
                    let sum = self.add_to_sum(sum, value);
                    self.set(to, sum / (self.position + 1) as f64);
                }
                Operation::Total { to, value, sum, bias } => {
                    let sum = self.add_to_sum(sum, value);
                    let total = self.watch.total(code.bias(bias), sum);
                    self.set(to, total);
                }
                Operation::Ring { values, ring, asked } => self.ring(code, values, ring, asked),
                Operation::Key { keys, x, y } => {
                    let key = [self.get(x), self.get(y)];
                    self.insert(keys as usize, key);
                }
                Operation::Keep { cache, values } => {
                    let ValueRows { rows, keys } = &mut self.values[cache as usize];
                    let row = rows.row_mut(self.places[*keys]);
                    for (kept, &from) in row.iter_mut().zip(code.registers(values)) {
                        *kept = self.registers[from.0 as usize];
                    }
                }
                Operation::Find { to, keys, x, y } => {
                    let query = [self.get(x), self.get(y)];
                    self.winners[to.0 as usize] = self.find(keys as usize, query);
                }
                Operation::Read { cache, winner, to } => {
                    let row = self.values[cache as usize].rows.row(self.winners[winner.0 as usize]);
                    for &(to, place) in code.results(to) {
                        self.registers[to.0 as usize] = row[place as usize];
                    }
                }
            }
        }
    }

    #[inline]
    fn sum(&self, terms: &[(Register, f64)], offset: f64) -> f64 {
        let add =
            |sum, &(from, weight): &(Register, f64)| sum + self.registers[from.0 as usize] * weight;
        terms.iter().fold(offset, add)
    }

    fn add_to_sum(&mut self, sum: u32, value: Register) -> f64 {
        self.sums[sum as usize] += self.get(value);
        self.sums[sum as usize]
    }

    fn table(&mut self, plan: &Plan, code: &Code, table: u32, x: Register, to: Span) {
        let (table, x) = (&plan.tables[table as usize], self.get(x));
        let row = table.row(x).unwrap_or_else(|| {
            self.buffer.resize(table.slots.len(), 0.0);
            table.evaluate(x, &mut self.buffer);
            &self.buffer
        });
        for &(to, column) in code.results(to) {
            self.registers[to.0 as usize] = row[column as usize];
        }
    }

    fn ring(&mut self, code: &Code, values: Span, ring: u32, asked: Span) {
        let (position, period) = (self.position, self.period as usize);
        let Ring { width, values: kept } = &mut self.rings[ring as usize];
        let own = (position % self.period) as usize;
        for (place, &value) in kept[own * *width..].iter_mut().zip(code.registers(values)) {
            *place = self.registers[value.0 as usize];
        }
        for asked in code.queries(asked) {
            let ago = if position < self.period { asked.early[own] } else { asked.ago[own] };
            let row = (own + period - ago) % period * *width;
            for &(to, place) in code.results(asked.found) {
                self.registers[to.0 as usize] = kept[row + place as usize];
            }
        }
    }
}
