//! Building a graph. Every method returns a [`Form`] and reuses an equal node if there is one.
//!
//! Two things are done automatically. A sum of neurons that is read in a later layer is written to
//! one residual slot in the layer of the neurons, so that a neuron that is only a term of a sum has
//! no slot of its own. A long sum whose terms become known in different layers is added up layer by
//! layer; each partial sum replaces the one before it.

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, HashMap};

use indexmap::IndexSet;

use super::naming::Naming;
use super::{FamilyId, Form, Input, Lookup, LookupId, Node, NodeId, Phase};

/// Subtracted from the score of a key that is switched off. Larger than any squared distance
/// between two keys that an unchecked lookup can meet, and small enough that no key leaves the
/// integers of an f64: keys stay below 2^26, so their squares stay below 2^52.
pub const OFF: i64 = 1 << 50;

/// The negated second coordinate of a key that is known to be switched off before its square is
/// computed. It is more than the square of any key, also of a key whose number no query has.
const DEEP: i64 = (1 << 52) + (1 << 30);

/// Makes the neuron of a key's square inactive: it is more than any key.
const SHUT: i64 = 1 << 40;

/// A sum of more steps than this is a table: it gets one slot.
const MOST_UNITS: usize = 3;

/// How a lookup selects a position.
#[derive(Debug, Clone)]
pub enum Key {
    /// The position whose integer `key` is nearest to `query`: key `(2k, -k^2)`, query `(q, 1)`,
    /// so that the score `q^2 - (k - q)^2` is greatest where `k = q`.
    Integer {
        /// The integer of each position; not negative where the position takes part.
        key: Form,
        /// 1 where the position takes part, 0 where it is switched off; no other value.
        on: Option<Form>,
        /// The integer of the query.
        query: Form,
    },
    /// A key and a query of two coordinates each.
    Plain {
        /// The key of each position.
        key: [Form; 2],
        /// The query of the current position.
        query: [Form; 2],
    },
}

/// Key and query of a lookup.
type Address = ([Form; 2], [Form; 2]);

/// A computation graph. Nodes can be added at any time.
#[derive(Debug, Clone, Default)]
pub struct Graph {
    nodes: IndexSet<Node>,
    pub(super) naming: Naming,
    phases: Vec<Phase>,
    lookups: Vec<Lookup>,
    found_lookups: HashMap<(Address, Phase), (LookupId, NodeId)>,
    found_values: HashMap<(Address, Form), NodeId>,
    families: BTreeMap<NodeId, FamilyId>,
    family_directions: HashMap<Form, FamilyId>,
    family_number: usize,
    steps: HashMap<NodeId, NodeId>,
    small: Vec<(Form, i64)>,
}

impl Graph {
    /// An empty graph.
    pub fn new() -> Graph {
        Graph::default()
    }

    /// The nodes in topological order.
    pub fn nodes(&self) -> impl Iterator<Item = (NodeId, &Node)> {
        self.nodes.iter().enumerate().map(|(index, node)| (NodeId(index as u32), node))
    }

    /// The lookups in order of construction.
    pub fn lookups(&self) -> &[Lookup] {
        &self.lookups
    }

    /// One node.
    pub fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id.0 as usize]
    }

    /// The earliest phase after which a node is known.
    pub fn phase(&self, id: NodeId) -> Phase {
        self.phases[id.0 as usize]
    }

    /// The earliest phase after which a form is known.
    pub fn form_phase(&self, form: &Form) -> Phase {
        form.terms().map(|(node, _)| self.phase(node)).max().unwrap_or(Phase::INPUT)
    }

    /// Forms whose size the author has bounded, with their bounds. The evaluator checks them.
    pub fn small_forms(&self) -> &[(Form, i64)] {
        &self.small
    }

    /// States that the absolute value of a form is always less than a bound.
    pub fn expect_small(&mut self, form: Form, bound: i64) {
        if !self.small.iter().any(|(known, _)| *known == form) {
            self.small.push((form, bound));
        }
    }

    /// The family of a neuron, if it belongs to one: a family is one operation of the schedule.
    pub fn family(&self, neuron: NodeId) -> Option<FamilyId> {
        self.families.get(&neuron).copied()
    }

    /// A column of the embedding.
    pub fn token_input(&mut self, column: &str) -> Form {
        self.add(Node::Input(Input::Token(column.to_string())), Phase::INPUT)
    }

    /// The position of the token, from 0.
    pub fn position(&mut self) -> Form {
        self.add(Node::Input(Input::Position), Phase::INPUT)
    }

    /// `max(0, gate) * value`: one neuron.
    pub fn reglu(&mut self, value: Form, gate: Form) -> Form {
        let never_open = gate.is_constant() && gate.offset() <= 0;
        if never_open || value == Form::default() {
            return Form::default();
        }
        if gate.is_constant() && value.is_constant() {
            return Form::constant(gate.offset() * value.offset());
        }
        let (value, gate) = (self.gather(value), self.gather(gate));
        let known = self.form_phase(&value).max(self.form_phase(&gate));
        self.add(Node::ReGlu { value, gate }, known.next_reglu())
    }

    /// 1 where `x >= 0`, else 0: `max(0, x + 1) - max(0, x)` for an integer `x`.
    pub fn step(&mut self, x: Form) -> Form {
        self.reaching(&x.clone(), |graph| {
            graph.difference_of_gates(x, |graph, gate| {
                graph.over(&gate.clone(), |graph| graph.reglu(Form::constant(1), gate))
            })
        })
    }

    /// A step whose neurons are called after what they are built for: one of many of the same integer.
    pub(super) fn threshold(&mut self, x: Form) -> Form {
        self.difference_of_gates(x, |graph, gate| graph.reglu(Form::constant(1), gate))
    }

    fn difference_of_gates(&mut self, x: Form, neuron: impl Fn(&mut Graph, Form) -> Form) -> Form {
        if x.is_constant() {
            return Form::constant(i64::from(x.offset() >= 0));
        }
        let above = neuron(self, x.clone() + Form::constant(1));
        let at = neuron(self, x);
        if let (Some(above), Some(at)) = (above.as_node(), at.as_node()) {
            self.steps.insert(above, at);
        }
        above - at
    }

    /// 1 where `x = 0`, else 0: a tent of three neurons.
    pub fn equal(&mut self, x: Form) -> Form {
        self.tent(Form::constant(1), x)
    }

    /// `value` where `x = 0`, else 0.
    pub fn tent(&mut self, value: Form, x: Form) -> Form {
        let right = self.reglu(value.clone(), x.clone() + Form::constant(1));
        let middle = self.reglu(value.clone(), x.clone());
        let left = self.reglu(value, x - Form::constant(1));
        right - middle * 2 + left
    }

    /// `a * b` for signed integers: two neurons.
    pub fn product(&mut self, a: Form, b: Form) -> Form {
        let positive = self.reglu(a.clone(), b.clone());
        positive - self.reglu(a, -b)
    }

    /// `k^2`.
    pub fn square(&mut self, k: Form) -> Form {
        if let Some(constant) = k.is_constant().then(|| k.offset()) {
            return Form::constant(constant * constant);
        }
        self.product(k.clone(), k)
    }

    /// Writes a form to a residual slot. A form that is one node already has one.
    pub fn persist(&mut self, form: Form) -> Form {
        if form.is_constant() || form.as_node().is_some() {
            return form;
        }
        let form = self.gather_older(form);
        let known = self.form_phase(&form);
        self.add(Node::Persist(form), known.next_persist())
    }

    /// The sum of a form over all tokens so far, this one included: the mean over all positions
    /// (a head of constant keys), multiplied by their number (a neuron).
    pub fn cumsum(&mut self, form: Form) -> Form {
        let form = self.gather(form);
        let known = self.form_phase(&form);
        let after_neuron = known.next_lookup().next_reglu();
        self.add(Node::Cumsum(form), after_neuron.next_persist())
    }

    /// The values at the position that a key selects; the latest position on a tie.
    pub fn lookup(&mut self, key: Key, values: Vec<Form>) -> Vec<Form> {
        let (key, query) = self.plain_key(key);
        let key = key.map(|form| self.gather(form));
        let query = query.map(|form| self.gather(form));
        let values: Vec<Form> = values.into_iter().map(|form| self.gather(form)).collect();
        let address = (key, query);
        let found: Option<Vec<Form>> =
            values.iter().map(|value| self.found_value(&address, value)).collect();
        found.unwrap_or_else(|| {
            let id = self.lookup_of(address, &values);
            values.into_iter().map(|value| self.lookup_value(id, value)).collect()
        })
    }

    /// The values at the position that a key selects, by heads of its own. They can be in another layer
    /// than other lookups with this key and query, so that not all values are stored at the same time.
    pub fn lookup_apart(&mut self, key: [Form; 2], query: [Form; 2], value: Form) -> Form {
        let [k0, k1] = key.map(|form| self.gather(form));
        let query = query.map(|form| self.gather(form));
        let value = self.gather(value);
        let address = ([k0, k1], query);
        if let Some(found) = self.found_value(&address, &value) {
            return found;
        }
        let id = self.new_lookup(address);
        self.lookup_value(id, value)
    }

    /// A form as it was `distance` tokens ago, 1 to 7.
    ///
    /// Positions modulo 8 are integer points of an octagon. The query is the current point, turned back
    /// by a multiple of 45 degrees (and scaled, which changes no maximum). So positions of the wanted
    /// residue have the greatest score, and the latest of them is the wanted position.
    pub fn recent(&mut self, form: Form, distance: usize) -> Form {
        let [x, y] = [0, 1].map(|axis| self.add(Node::Input(Input::Octagon(axis)), Phase::INPUT));
        let name = format!("{distance}_ago");
        let mut query = [x.clone(), y.clone()];
        for _ in 0..distance {
            let [a, b] = query;
            query = [a.clone() + b.clone(), b - a];
        }
        let key = Key::Plain { key: [x, y], query };
        self.of(&form.clone(), &name, |graph| graph.lookup(key, vec![form]).remove(0))
    }

    /// The family of the staircases in this direction.
    pub(super) fn family_of(&mut self, direction: Form) -> FamilyId {
        if let Some(&family) = self.family_directions.get(&direction) {
            return family;
        }
        let family = self.new_family();
        self.family_directions.insert(direction, family);
        family
    }

    /// A new family.
    pub(super) fn new_family(&mut self) -> FamilyId {
        self.family_number += 1;
        FamilyId(self.family_number - 1)
    }

    /// Adds the neurons of a form to a family, except those that belong to one already.
    pub(super) fn join(&mut self, family: FamilyId, form: &Form) {
        for (node, _) in form.terms() {
            self.families.entry(node).or_insert(family);
        }
    }

    fn plain_key(&mut self, key: Key) -> ([Form; 2], [Form; 2]) {
        match key {
            Key::Plain { key, query } => (key, query),
            Key::Integer { key, on, query } => {
                let key = self.gather(key);
                let second = self.of(&key, "square", |graph| {
                    let second = graph.second_coordinate(&key, on);
                    graph.persist(second)
                });
                ([key * 2, second], [query, Form::constant(1)])
            }
        }
    }

    /// `-key^2`, or a number far below it where the key is switched off. If that is known early enough,
    /// all keys that are switched off have one low coordinate, so that they lie below the chords between
    /// other keys, whatever their numbers.
    fn second_coordinate(&mut self, key: &Form, on: Option<Form>) -> Form {
        let Some(on) = on else { return -self.reglu(key.clone(), key.clone()) };
        if self.form_phase(&on) > self.form_phase(key) {
            return -self.reglu(key.clone(), key.clone()) + on * OFF - Form::constant(OFF);
        }
        let off = Form::constant(1) - on;
        let square = self.reglu(key.clone(), key.clone() - off.clone() * SHUT);
        -square - self.reglu(Form::constant(DEEP), off)
    }

    /// A value that was looked up before under the same key and query.
    fn found_value(&self, address: &Address, value: &Form) -> Option<Form> {
        self.found_values.get(&(address.clone(), value.clone())).map(|&node| Form::node(node))
    }

    /// The lookup with this key and query. Values that become known later than those of an existing
    /// lookup are not added to it, since they would delay all its values. Neither are values that were
    /// built after it was first read, so that nodes stay in topological order.
    fn lookup_of(&mut self, address: Address, values: &[Form]) -> LookupId {
        let known = values.iter().map(|form| self.form_phase(form)).max();
        let address_and_phase = (address.clone(), known.unwrap_or(Phase::INPUT));
        if let Some(&(id, first)) = self.found_lookups.get(&address_and_phase) {
            let newest = values.iter().flat_map(|form| form.terms().map(|(node, _)| node)).max();
            if newest < Some(first) {
                return id;
            }
        }
        let first = NodeId(self.nodes.len() as u32);
        let id = self.new_lookup(address);
        self.found_lookups.insert(address_and_phase, (id, first));
        id
    }

    fn new_lookup(&mut self, (key, query): Address) -> LookupId {
        let id = LookupId(self.lookups.len() as u32);
        self.lookups.push(Lookup { key, query, values: Vec::new() });
        id
    }

    fn lookup_value(&mut self, id: LookupId, form: Form) -> Form {
        let lookup = &mut self.lookups[id.0 as usize];
        let value = match lookup.values.iter().position(|other| *other == form) {
            Some(value) => value,
            None => {
                lookup.values.push(form.clone());
                lookup.values.len() - 1
            }
        };
        let Lookup { key: [k0, k1], query: [q0, q1], .. } = self.lookups[id.0 as usize].clone();
        let known = [&k0, &k1, &q0, &q1, &form].map(|form| self.form_phase(form));
        let known = known.into_iter().max().unwrap_or(Phase::INPUT);
        let found = self.add(Node::Lookup { lookup: id, value }, known.next_lookup());
        if let Some(node) = found.as_node() {
            self.found_values.insert((([k0, k1], [q0, q1]), form), node);
        }
        found
    }

    /// Replaces the neurons of a form by slots that hold their sums, a slot for each layer.
    fn gather(&mut self, form: Form) -> Form {
        self.gather_before(form, Phase(i32::MAX))
    }

    /// Replaces the neurons of a form by slots, except those of the last layer: a persist adds them up.
    fn gather_older(&mut self, form: Form) -> Form {
        let newest = self.form_phase(&form);
        self.gather_before(form, newest)
    }

    fn gather_before(&mut self, form: Form, end: Phase) -> Form {
        let mut neurons: BTreeMap<Phase, Vec<(NodeId, i64)>> = BTreeMap::new();
        let mut rest = Vec::new();
        for (node, coefficient) in form.terms() {
            let phase = self.phase(node);
            let is_neuron = matches!(self.node(node), Node::ReGlu { .. });
            let part = match is_neuron && phase < end {
                true => neurons.entry(phase).or_default(),
                false => &mut rest,
            };
            part.push((node, coefficient));
        }
        let mut rest = Form::of_terms(form.offset(), rest);
        for (ordinal, part) in (1..).zip(neurons.into_values()) {
            for unit in self.units(Form::of_terms(0, part)) {
                let factor = unit.common_factor();
                let slot = self.slot_of(unit.divided(factor), ordinal);
                rest.add_scaled(&slot, factor);
            }
        }
        rest
    }

    /// A sum of neurons as parts that each deserve a slot: the steps in it, which other sums are
    /// likely to share, or the whole when it is not made of a few steps.
    fn units(&self, sum: Form) -> Vec<Form> {
        self.few_steps(&sum).unwrap_or_else(|| vec![sum])
    }

    /// The steps that a sum is made of, unless they are many or not all of it.
    fn few_steps(&self, sum: &Form) -> Option<Vec<Form>> {
        let mut rest = sum.clone();
        let mut units = Vec::new();
        for (above, coefficient) in sum.terms() {
            let Some(&at) = self.steps.get(&above) else { continue };
            if rest.coefficient(above) == coefficient && rest.coefficient(at) == -coefficient {
                if units.len() == MOST_UNITS {
                    return None;
                }
                let unit = (Form::node(above) - Form::node(at)) * coefficient;
                rest = rest - unit.clone();
                units.push(unit);
            }
        }
        (rest == Form::default()).then_some(units)
    }

    /// The slot of a sum, which is part of a greater one.
    fn slot_of(&mut self, sum: Form, part: usize) -> Form {
        match sum.as_node() {
            Some(_) => sum,
            None => {
                let phase = self.form_phase(&sum).next_persist();
                self.as_sum(&sum.clone(), part, |graph| graph.add(Node::Persist(sum), phase))
            }
        }
    }

    fn add(&mut self, node: Node, phase: Phase) -> Form {
        let (index, is_new) = self.nodes.insert_full(node);
        if is_new {
            self.naming.added();
            self.phases.push(phase);
        }
        Form::node(NodeId(index as u32))
    }
}
