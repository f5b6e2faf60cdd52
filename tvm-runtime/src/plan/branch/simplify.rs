//! Steps whose registers are partly known. A form takes the place of a register only where the sum that
//! reads it stays exact.

use std::collections::BTreeSet;

use super::cancel::{Cancellation, Replaced};
use crate::patterns::Table;
use crate::plan::bounds::{Bounds, Interval, WATCHED};
use crate::plan::by_register::ByRegister;
use crate::plan::{Form, Output, Register, Step};

/// What is known while the steps of an arm are gone through.
pub(super) struct Simplification<'plan> {
    tables: &'plan [Table],
    bounds: Bounds,
    /// Registers that are short forms over others; no step has computed them yet.
    forms: ByRegister<Form>,
    /// What the sums and products of this class can be, by what they are computed from.
    computed: ByRegister<Interval>,
    cancellation: Cancellation<'plan>,
    steps: Vec<Step>,
}

impl<'plan> Simplification<'plan> {
    pub(super) fn new(
        tables: &'plan [Table],
        bounds: Bounds,
        known: impl Iterator<Item = (Register, f64)>,
        readers: &'plan ByRegister<Option<Register>>,
    ) -> Self {
        let mut forms = ByRegister::default();
        known.for_each(|(register, value)| forms.insert(register, Form::constant(value)));
        Simplification {
            tables,
            bounds,
            forms,
            computed: ByRegister::default(),
            cancellation: Cancellation::new(readers),
            steps: Vec::new(),
        }
    }

    /// What is left of a step.
    pub(super) fn step(&mut self, step: &Step) -> Vec<Step> {
        match step {
            Step::Sum { to, form } => {
                let form = self
                    .known(form)
                    .unwrap_or_else(|| form.renamed(|register| self.register(register)));
                self.sum(*to, form);
            }
            Step::Ordered { to, terms } => self.ordered(*to, terms),
            Step::Watched { to, terms } => self.watched(*to, terms),
            Step::Watch { register, most } => self.watch(*register, *most),
            Step::Open { to, gate } => self.open(*to, *gate),
            Step::Product { to, gate, value } => self.product(*to, *gate, *value),
            Step::Table { to, x, table } => self.table(to, *x, *table),
            other => {
                let mut other = other.clone();
                other.rename_reads(&mut |register| self.register(register));
                self.push(other);
            }
        }
        std::mem::take(&mut self.steps)
    }

    /// What the scores are read from, after steps that compute what is missing; the watched sums whose place
    /// others have taken; and what registers can hold.
    pub(super) fn output(
        mut self,
        mut output: Output,
    ) -> (Output, Vec<Step>, BTreeSet<Register>, Bounds) {
        for (_, score) in &mut output.singles {
            *score = self.register(*score);
        }
        for register in &mut output.observed {
            *register = self.register(*register);
        }
        for pattern in &mut output.patterns {
            (pattern.rest, pattern.r) = (self.register(pattern.rest), self.register(pattern.r));
        }
        let output = output.without_losers(&self.bounds);
        (output, self.steps, self.cancellation.replaced, self.bounds)
    }

    fn push(&mut self, step: Step) {
        match &step {
            Step::Sum { to, form } => {
                let interval = self.bounds.learn_sum(*to, form);
                self.computed.insert(*to, interval);
            }
            Step::Product { to, gate, value } => {
                let [gate, value] = [*gate, *value].map(|it| self.bounds.of_register(it));
                self.computed.insert(*to, gate.open().product(value));
            }
            _ => {}
        }
        if !matches!(step, Step::Sum { .. }) {
            self.bounds.learn(self.tables, &step);
        }
        self.cancellation.learn(&step);
        self.steps.push(step);
    }

    /// A form over registers that are computed; `None` when the terms could not be added in any order.
    fn known(&self, form: &Form) -> Option<Form> {
        if form.terms().is_empty() {
            return Some(form.clone());
        }
        let offset = Form::constant(form.offset());
        let terms: Vec<(Form, f64)> =
            form.terms().iter().map(|&(from, weight)| (self.form(from), weight)).collect();
        self.exact(terms.iter().map(|(form, weight)| (form, *weight)).chain([(&offset, 1.0)]))
    }

    fn exact<'forms>(
        &self,
        terms: impl Iterator<Item = (&'forms Form, f64)> + Clone,
    ) -> Option<Form> {
        let is_exact = |form: &Form| self.bounds.partial_sums(form).holds_exact_integers();
        Form::exact_sum(terms).filter(is_exact)
    }

    fn form(&self, register: Register) -> Form {
        self.forms.get(register).cloned().unwrap_or_else(|| Form::register(register))
    }

    /// The register itself, or another one that is the same; it is computed if it was not.
    fn register(&mut self, register: Register) -> Register {
        let Some(form) = self.forms.get(register).cloned() else { return register };
        if let Some(same) = form.as_register() {
            return same;
        }
        self.forms.remove(register);
        self.push(Step::Sum { to: register, form });
        register
    }

    fn sum(&mut self, to: Register, form: Form) {
        let form = self.cancellation.of_sums(form, &self.bounds);
        if form.terms().len() <= 1 {
            self.forms.insert(to, form);
        } else if let Some(Replaced { free, rest, terms }) =
            self.cancellation.of_watched(to, &form, &self.bounds)
        {
            self.bounds.forget(free);
            self.push(Step::Sum { to: free, form: rest });
            self.push(Step::Watched { to, terms });
        } else {
            self.push(Step::Sum { to, form });
        }
    }

    /// The terms of a sum in a fixed order, without those that are known to be 0.
    fn terms(&mut self, terms: &[(Register, f64)]) -> Vec<(Register, f64)> {
        let left = terms.iter().filter(|(from, _)| self.form(*from).as_constant() != Some(0.0));
        let left: Vec<(Register, f64)> = left.copied().collect();
        left.into_iter().map(|(from, weight)| (self.register(from), weight)).collect()
    }

    fn ordered(&mut self, to: Register, terms: &[(Register, f64)]) {
        match self.terms(terms).as_slice() {
            [] => self.forms.insert(to, Form::constant(0.0)),
            [(same, 1.0)] => self.forms.insert(to, Form::register(*same)),
            terms => self.push(Step::Ordered { to, terms: terms.to_vec() }),
        }
    }

    /// A watched sum, which need not be watched where what is left of it is known to be exact, and small enough
    /// for what counts on its being watched.
    fn watched(&mut self, to: Register, terms: &[(Register, f64)]) {
        let forms: Vec<(Form, f64)> =
            terms.iter().map(|&(from, weight)| (self.form(from), weight)).collect();
        let terms_of = |(form, weight): &(Form, f64)| self.bounds.partial_sums(form).times(*weight);
        let partial_sums = Interval::of_partial_sums(forms.iter().map(terms_of));
        let sum = self.exact(forms.iter().map(|(form, weight)| (form, *weight)));
        match sum.filter(|_| partial_sums.magnitude() <= WATCHED) {
            Some(sum) => self.sum(to, sum),
            None => {
                let terms = self.terms(terms);
                self.push(Step::Watched { to, terms });
            }
        }
    }

    /// A register that is watched, unless what is known in this class shows that it is small enough. What
    /// is known in all classes does not count: it is known because the register is watched.
    fn watch(&mut self, register: Register, most: f64) {
        let range = match self.forms.get(register) {
            Some(form) => self.bounds.of_form(form),
            None => self.computed.get(register).copied().unwrap_or(Interval::ANY),
        };
        if range.magnitude() > most {
            let register = self.register(register);
            self.push(Step::Watch { register, most });
        }
    }

    fn open(&mut self, to: Register, gate: Register) {
        let form = self.form(gate);
        let range = self.bounds.of_form(&form);
        if let Some(gate) = form.as_constant() {
            self.forms.insert(to, Form::constant(gate.max(0.0)));
        } else if range.high <= 0.0 {
            self.forms.insert(to, Form::constant(0.0));
        } else if range.low >= 0.0 {
            self.sum(to, form);
        } else {
            let gate = self.register(gate);
            self.push(Step::Open { to, gate });
        }
    }

    /// A table, without the results that are one number for all that its argument can be.
    fn table(&mut self, to: &[(Register, usize)], x: Register, table: usize) {
        let of = &self.tables[table];
        let argument = self.form(x);
        let row = argument.as_constant().and_then(|x| of.row(x));
        let Interval { low, high } = self.bounds.of_form(&argument);
        let mut left = Vec::new();
        for &(to, column) in to {
            let known = row.map(|row| row[column]);
            match known.or_else(|| of.constant_between(column, [low, high])) {
                Some(number) => self.forms.insert(to, Form::constant(number)),
                None => left.push((to, column)),
            }
        }
        if !left.is_empty() {
            let x = self.register(x);
            self.push(Step::Table { to: left, x, table });
        }
    }

    fn product(&mut self, to: Register, gate: Register, value: Register) {
        let (gates, values) = (self.form(gate), self.form(value));
        if let Some(gate) = gates.as_constant()
            && let Some(form) = self.exact([(&values, gate.max(0.0))].into_iter())
        {
            return self.sum(to, form);
        }
        // What is shut lets nothing through, unless that is infinite.
        let shut = self.bounds.of_form(&gates).high <= 0.0;
        let finite = self.bounds.of_form(&values).is_finite();
        if shut && finite
            || values.as_constant() == Some(0.0) && self.bounds.of_form(&gates).is_finite()
        {
            self.forms.insert(to, Form::constant(0.0));
            return;
        }
        let (gate, value) = (self.register(gate), self.register(value));
        self.push(Step::Product { to, gate, value });
    }
}
