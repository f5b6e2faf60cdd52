//! A plan, step by step. Runs any valid model.

use std::rc::Rc;

use super::{Best, Engine};
use crate::Token;
use crate::attention::{Hull, IntegerKeys, Keys, Place, Point, Rows, coordinate};
use crate::families::total;
use crate::plan::{Arm, Branches, Form, KeyKind, Plan, Register, RingQuery, Step};

/// Runs the steps of a plan.
pub struct Planned<'plan> {
    plan: &'plan Plan,
    registers: Vec<f64>,
    keys: Vec<Box<dyn Keys>>,
    /// For every cache of keys, where the values of this position are kept.
    places: Vec<Place>,
    winners: Vec<Place>,
    values: Vec<Rows>,
    rings: Vec<Ring>,
    sums: Vec<f64>,
    buffer: Vec<f64>,
    position: usize,
    /// The steps by class, and the class of the last token.
    arms: Rc<[Arm]>,
    arm: usize,
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
            keys: plan.keys.iter().map(keys).collect(),
            places: vec![Place(0); plan.keys.len()],
            winners: vec![Place(0); plan.winners],
            values: plan.values.iter().map(|cache| Rows::new(cache.width)).collect(),
            rings: plan.rings.iter().map(ring).collect(),
            sums: vec![0.0; plan.sums],
            buffer: Vec::new(),
            position: 0,
            arms: plan.arms().into(),
            arm: 0,
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

    fn point(&self, registers: [Register; 2]) -> Point {
        registers.map(|register| coordinate(self.get(register)))
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

    fn steps(&mut self, steps: &[Step]) {
        for step in steps {
            self.step(step);
        }
    }

    #[inline]
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
            Step::Total { to, value, biased, sum } => {
                self.sums[*sum] += self.get(*value);
                self.set(*to, total(*biased, self.sums[*sum], (self.position + 1) as f64));
            }
            Step::Ring { values, asked, ring } => self.ring(values, asked, *ring),
            Step::Key { key, keys } => {
                let key = self.point(*key);
                self.places[*keys] = self.keys[*keys].insert(key);
            }
            Step::Keep { values, cache } => {
                let place = self.places[self.plan.values[*cache].keys];
                for (kept, from) in self.values[*cache].row_mut(place).iter_mut().zip(values) {
                    *kept = self.registers[from.0 as usize];
                }
            }
            Step::Find { to, query, keys } => {
                let query = self.point(*query);
                self.winners[to.0 as usize] = self.keys[*keys].find(query);
            }
            Step::Read { to, winner, cache } => {
                let row = self.values[*cache].row(self.winners[winner.0 as usize]);
                for &(to, place) in to {
                    self.registers[to.0 as usize] = row[place];
                }
            }
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
}

impl Engine for Planned<'_> {
    fn feed(&mut self, token: Token) {
        self.inputs(token);
        let plan = self.plan;
        match &plan.branches {
            None => self.steps(&plan.steps),
            Some(Branches { class, common, .. }) => {
                self.steps(common);
                let arms = Rc::clone(&self.arms);
                self.arm = self.get(*class) as usize;
                self.steps(&arms[self.arm].steps);
            }
        }
        self.position += 1;
    }

    fn predict(&mut self) -> Token {
        let mut best = Best::default();
        let output = self.arms.get(self.arm).map_or(&self.plan.output, |arm| &arm.output);
        for &(token, score) in &output.singles {
            best.challenge(token, self.get(score));
        }
        for family in &output.families {
            let (rest, r) = (self.get(family.rest), self.get(family.r));
            for line in family.lines.candidates(r) {
                best.challenge(line.token, rest + line.slope * r + line.offset);
            }
        }
        best.token()
    }
}

fn keys(kind: &KeyKind) -> Box<dyn Keys> {
    match kind {
        KeyKind::Integer => Box::new(IntegerKeys::default()),
        KeyKind::LookingUp => Box::new(Hull::looking_up()),
        KeyKind::General => Box::new(Hull::default()),
    }
}
