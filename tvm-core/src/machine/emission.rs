//! The next token. Opcodes contribute to its byte, its tick and its kind; here the contributions
//! become scores. Kinds outrank each other by multiples of a unit larger than any score within a
//! kind; within a kind a byte `v` scores `2 v r - v^2`, a parabola whose maximum is the byte
//! nearest to `r`.

use std::collections::BTreeMap;

use super::Field;
use super::assembly::Assembly;
use crate::graph::Form;

/// Sums of what the opcodes contribute.
#[derive(Debug, Default)]
pub(super) struct Emission {
    fields: BTreeMap<Field, Form>,
    pub(super) kinds: Kinds,
}

/// For every kind of token, a sum that is 1 where it is next.
#[derive(Debug, Default)]
pub(super) struct Kinds {
    pub(super) branch: Form,
    pub(super) jump: Form,
    pub(super) call_commit: Form,
    pub(super) return_commit: Form,
    pub(super) halt: Form,
    pub(super) divided: Form,
    pub(super) traps: BTreeMap<&'static str, Form>,
}

impl Emission {
    /// Adds a value unless it is there already.
    pub(super) fn set(&mut self, field: Field, value: Form) {
        let sum = self.fields.entry(field).or_default();
        let is_there = value.terms().any(|(node, _)| sum.coefficient(node) != 0);
        if !is_there {
            *sum = std::mem::take(sum) + value;
        }
    }

    pub(super) fn add(&mut self, field: Field, neuron: Form) {
        let sum = self.fields.entry(field).or_default();
        *sum = std::mem::take(sum) + neuron;
    }
}

/// Half a byte in the scale of [`Field::Wide`], less one unit.
const HALF: i64 = (1 << 24) - 1;

/// A wide value is reduced in two steps, first by multiples of this: 33 and 32 thresholds do what
/// would take 1025 in one step. Products of 64 bits reach twice as far.
const COARSE: i64 = 1 << 37;

/// What a wide value is reduced by in the end.
const FINE: i64 = 1 << 32;

/// The linear forms from which every token's score is made.
#[derive(Debug)]
pub(super) struct Scores {
    scale: i64,
    byte: Form,
    carry: Form,
    emits_byte: Form,
    emits_commit: Form,
    emits_output: Form,
    commit: Form,
    kinds: BTreeMap<String, Form>,
}

impl Scores {
    /// Gathers the contributions.
    pub(super) fn new(assembly: &mut Assembly) -> Scores {
        let done = assembly.done();
        let outputs = assembly.outputs();
        let (scale, byte) = emitted_byte(assembly);
        let carry = assembly.emission.fields.remove(&Field::Carry).unwrap_or_default();
        let boundary = assembly.bytes.boundary.clone();
        let fetched = assembly.fetched.clone();
        let graph = &mut assembly.graph;
        let produces = fetched.result_words.clone() + fetched.writes_elsewhere;
        let begins = graph.step(produces + boundary.clone() * 2 - Form::constant(3));
        let goes_on = Form::constant(1) - boundary.clone() - done.clone();
        let emits_byte = graph.persist(begins * 2 + goes_on);
        let kinds = named_kinds(assembly);
        let jump = assembly.emission.kinds.jump.clone();
        let graph = &mut assembly.graph;
        let kinds = kinds.into_iter().map(|(name, form)| (name, graph.persist(form))).collect();
        Scores {
            scale,
            byte: graph.name("result_byte", byte),
            carry: graph.persist(carry),
            emits_byte: graph.name("emits_byte", emits_byte),
            emits_commit: graph.persist(done + boundary),
            emits_output: graph.persist(outputs),
            commit: graph.persist(commit_code(fetched.stack_delta, fetched.result_words * 2, jump)),
            kinds,
        }
    }

    /// How much one kind outranks another: more than any byte or commit can score.
    fn rank(&self) -> i64 {
        self.scale << 17
    }

    /// `hh` and `hh'`. Without a carry both score the same, and the first one, which has no tick, wins.
    pub(super) fn byte(&self, byte: u8, tick: bool) -> Form {
        let tick = if tick { self.carry.clone() } else { Form::default() };
        self.emits_byte.clone() * self.rank() + self.parabola(byte) + tick
    }

    /// `out(..)`.
    pub(super) fn output(&self, byte: u8) -> Form {
        self.emits_output.clone() * (2 * self.rank()) + self.parabola(byte)
    }

    /// `commit(D,sts=S,bt=B)`.
    pub(super) fn commit(&self, delta: i64, stores: bool, jumps: bool) -> Form {
        let [delta, stores, jumps] =
            [delta, 3 * i64::from(stores), i64::from(jumps)].map(Form::constant);
        let code = commit_code(delta, stores, jumps).offset();
        self.emits_commit.clone() * self.rank() + nearest(&self.commit, code)
    }

    /// The names of the traps.
    pub(super) fn traps(&self) -> Vec<String> {
        self.kinds.keys().filter(|name| name.starts_with("trap(")).cloned().collect()
    }

    /// Any other token, by name.
    pub(super) fn kind(&self, name: &str) -> Form {
        self.kinds.get(name).cloned().unwrap_or_default() * (2 * self.rank())
    }

    /// A trap outranks whatever the instruction would have emitted.
    pub(super) fn trap(&self, name: &str) -> Form {
        self.kind(name) * 2
    }

    fn parabola(&self, byte: u8) -> Form {
        let byte = i64::from(byte);
        self.byte.clone() * (2 * byte) - Form::constant(self.scale * byte * byte)
    }
}

/// The kinds of commit as one number. Results of one word and of two have one token, whose code lies
/// between 2 and 4 and so is the nearest to both.
fn commit_code(delta: Form, stores: Form, jumps: Form) -> Form {
    delta * 8 + stores + jumps * 64
}

fn nearest(form: &Form, value: i64) -> Form {
    form.clone() * (2 * value) - Form::constant(value * value)
}

fn named_kinds(assembly: &Assembly) -> BTreeMap<String, Form> {
    let kinds = &assembly.emission.kinds;
    let named = [
        ("branch_taken", &kinds.branch),
        ("call_commit", &kinds.call_commit),
        ("return_commit", &kinds.return_commit),
        ("halt", &kinds.halt),
        ("divided", &kinds.divided),
    ];
    let named = named.into_iter().map(|(name, form)| (name.to_string(), form.clone()));
    let traps = assembly.traps().into_iter().map(|(kind, form)| (format!("trap({kind})"), form));
    named.chain(traps).filter(|(_, form)| *form != Form::default()).collect()
}

/// The byte to emit and the scale it has. Where some opcode assigns a wide value, bytes are scaled
/// by `2^25`, and half a byte less one unit is subtracted, so that the nearest byte is the floor.
fn emitted_byte(assembly: &mut Assembly) -> (i64, Form) {
    let fields = &mut assembly.emission.fields;
    let mut take = |field| fields.remove(&field).unwrap_or_default();
    let (byte, wide, carried) = (take(Field::Byte), take(Field::Wide), take(Field::Carried));
    let graph = &mut assembly.graph;
    if wide == Form::default() {
        return (1, graph.persist(byte));
    }
    let wide = graph.persist(wide);
    let wide = graph.name("wide", wide);
    let carries = carried != Form::default();
    let coarse = graph.count(wide.clone(), COARSE, if carries { 64 } else { 33 });
    let coarse = graph.persist(coarse);
    let coarse = graph.name("coarse_multiples", coarse);
    // What is carried is less than `FINE`, so it takes one more threshold.
    let rest = wide - coarse * COARSE + carried;
    let fine = graph.count(rest.clone(), FINE, COARSE / FINE - i64::from(!carries));
    let fine = graph.persist(fine);
    let fine = graph.name("fine_multiples", fine);
    let reduced = (rest - fine * FINE) * 2;
    (1 << 25, graph.persist(byte * (1 << 25) + reduced - Form::constant(HALF)))
}
