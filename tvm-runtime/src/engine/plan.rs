//! A plan, step by step. Runs any valid model.

use super::{Best, Engine};
use crate::Token;
use crate::attention::{Cache, Hull, IntegerMap, coordinate};
use crate::plan::{CacheKind, CacheShape, Form, Plan, Query, Register, RingQuery, Step};

/// Runs the steps of a plan.
pub struct Planned<'plan> {
    plan: &'plan Plan,
    registers: Vec<f64>,
    caches: Vec<Box<dyn Cache>>,
    rings: Vec<Ring>,
    sums: Vec<f64>,
    buffer: Vec<f64>,
    position: usize,
}

/// The values of the last positions, as many as the period.
struct Ring {
    width: usize,
    values: Vec<f64>,
}

impl<'plan> Planned<'plan> {
    /// An engine that has read nothing.
    pub fn new(plan: &'plan Plan) -> Self {
        let ring = |&width: &usize| Ring { width, values: vec![0.0; width * plan.period] };
        Planned {
            plan,
            registers: vec![0.0; plan.registers],
            caches: plan.caches.iter().map(cache).collect(),
            rings: plan.rings.iter().map(ring).collect(),
            sums: vec![0.0; plan.sums],
            buffer: Vec::new(),
            position: 0,
        }
    }

    #[inline]
    fn get(&self, register: Register) -> f64 {
        self.registers[register.0 as usize]
    }

    #[inline]
    fn set(&mut self, register: Register, value: f64) {
        self.registers[register.0 as usize] = value;
    }

    fn sum(&self, form: &Form) -> f64 {
        let terms = form.terms().iter();
        form.offset() + terms.map(|&(from, weight)| self.get(from) * weight).sum::<f64>()
    }

    fn inputs(&mut self, token: Token) {
        let plan = self.plan;
        let inputs = &plan.inputs;
        let row = token.0 as usize * inputs.token.len();
        for (&(to, _), &value) in inputs.token.iter().zip(&plan.embedding[row..]) {
            self.set(to, value);
        }
        let row = self.position % plan.period * inputs.periodic.len();
        for (&(to, _), &value) in inputs.periodic.iter().zip(&plan.periodic[row..]) {
            self.set(to, value);
        }
        if let Some(to) = inputs.position {
            self.set(to, self.position as f64);
        }
    }

    fn step(&mut self, step: &Step) {
        match step {
            Step::Sum { to, form } => self.set(*to, self.sum(form)),
            Step::Ordered { to, terms } => {
                let terms = terms.iter().map(|&(from, weight)| self.get(from) * weight);
                self.set(*to, terms.sum());
            }
            Step::Open { to, gate } => self.set(*to, self.get(*gate).max(0.0)),
            Step::Product { to, gate, value } => {
                self.set(*to, self.get(*gate).max(0.0) * self.get(*value));
            }
            Step::Chain { to, ends: [first, step], chain } => {
                self.set(*to, chain.evaluate(self.get(*first), self.get(*step)));
            }
            Step::Table { to, x, table } => {
                let mut sums = std::mem::take(&mut self.buffer);
                sums.resize(to.len(), 0.0);
                self.plan.tables[*table].evaluate(self.get(*x), &mut sums);
                for &(to, column) in to {
                    self.set(to, sums[column]);
                }
                self.buffer = sums;
            }
            Step::Mean { to, value, sum } => {
                self.sums[*sum] += self.get(*value);
                self.set(*to, self.sums[*sum] / (self.position + 1) as f64);
            }
            Step::Ring { values, asked, ring } => self.ring(values, asked, *ring),
            Step::Lookup { key, values, asked, cache } => self.lookup(*key, values, asked, *cache),
        }
    }

    fn ring(&mut self, values: &[Register], asked: &[RingQuery], ring: usize) {
        let (position, period) = (self.position, self.plan.period);
        let Ring { width, values: kept } = &mut self.rings[ring];
        let own = position % period;
        for (place, value) in kept[own * *width..].iter_mut().zip(values) {
            *place = self.registers[value.0 as usize];
        }
        for RingQuery { ago, early, found } in asked {
            let ago = if position < period { early[own] } else { ago[own] };
            let row = (own + period - ago) % period * *width;
            for (to, place) in found {
                self.registers[to.0 as usize] = kept[row + place];
            }
        }
    }

    fn lookup(&mut self, key: [Register; 2], values: &[Register], asked: &[Query], cache: usize) {
        let mut buffer = std::mem::take(&mut self.buffer);
        buffer.clear();
        buffer.extend(values.iter().map(|&from| self.get(from)));
        let key = key.map(|from| coordinate(self.get(from)));
        self.caches[cache].insert(key, &buffer);
        self.buffer = buffer;
        for Query { query, found } in asked {
            let query = query.map(|from| coordinate(self.registers[from.0 as usize]));
            let values = self.caches[cache].query(query);
            for &(to, place) in found {
                self.registers[to.0 as usize] = values[place];
            }
        }
    }
}

impl Engine for Planned<'_> {
    fn feed(&mut self, token: Token) {
        self.inputs(token);
        for step in &self.plan.steps {
            self.step(step);
        }
        self.position += 1;
    }

    fn predict(&mut self) -> Token {
        let mut best = Best::default();
        for &(token, score) in &self.plan.output.singles {
            best.challenge(token, self.get(score));
        }
        for family in &self.plan.output.families {
            let (rest, r) = (self.get(family.rest), self.get(family.r));
            for line in family.lines.candidates(r) {
                best.challenge(line.token, rest + line.slope * r + line.offset);
            }
        }
        best.token()
    }
}

/// The memory for a cache of a plan.
fn cache(shape: &CacheShape) -> Box<dyn Cache> {
    match (shape.kind, shape.width) {
        (CacheKind::Integer, 1) => Box::new(IntegerMap::<1>::default()),
        (CacheKind::Integer, 2) => Box::new(IntegerMap::<2>::default()),
        (CacheKind::Integer, 3) => Box::new(IntegerMap::<3>::default()),
        (CacheKind::Integer, 4) => Box::new(IntegerMap::<4>::default()),
        (CacheKind::Integer, 5) => Box::new(IntegerMap::<5>::default()),
        (CacheKind::Integer, 6) => Box::new(IntegerMap::<6>::default()),
        (CacheKind::Integer, 7) => Box::new(IntegerMap::<7>::default()),
        (CacheKind::Integer, 8) => Box::new(IntegerMap::<8>::default()),
        (CacheKind::Integer | CacheKind::LookingUp, width) => Box::new(Hull::looking_up(width)),
        (CacheKind::General, width) => Box::new(Hull::new(width)),
    }
}
