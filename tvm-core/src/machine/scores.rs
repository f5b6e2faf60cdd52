//! The scores of the tokens, made of what the opcodes contribute. The kinds of token have scores that differ
//! by multiples of a unit which is greater than any score within a kind. Within a kind the byte `v` has the
//! score `2 v r - v^2`, a parabola whose maximum is the byte nearest to `r`.

use std::collections::BTreeMap;

use super::Field;
use super::assembly::Assembly;
use crate::graph::{Form, Graph};

/// Half a byte in the scale of [`Field::Wide`], less one unit.
const HALF: i64 = (1 << 24) - 1;

/// A wide value is reduced in two steps, first by multiples of this: 33 and 31 thresholds instead of 1025
/// for a single step. Products by columns are twice as large and take 64 and 31.
const COARSE: i64 = 1 << 37;

/// In the second step a wide value is reduced by multiples of this.
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
    /// Makes scores of the contributions.
    pub(super) fn new(assembly: &mut Assembly) -> Scores {
        let done = assembly.done();
        let outputs = assembly.outputs();
        let (scale, byte) = emitted_byte(assembly);
        let carry = assembly.emission.take(Field::Carry);
        let boundary = assembly.bytes.boundary.clone();
        let fetched = assembly.fetched.clone();
        let (depth_change, pushed_words) = (assembly.depth_change(), assembly.pushed_words());
        let graph = &mut assembly.graph;
        let produces = fetched.result_words.clone() + fetched.writes_elsewhere;
        let begins = produces + boundary.clone() * 2 - Form::constant(3);
        let begins = graph.bind("begins_with_byte", |graph| graph.step(begins));
        let goes_on = Form::constant(1) - boundary.clone() - done.clone();
        let emits_byte = slot(graph, "emits_byte", begins * 2 + goes_on);
        let kinds = named_kinds(assembly);
        let jump = assembly.emission.kinds.jump.clone();
        let graph = &mut assembly.graph;
        let mut of_kind = |(name, form)| {
            let emits = slot(graph, &format!("emits_{name}"), form);
            (name, emits)
        };
        let kinds = kinds.into_iter().map(&mut of_kind).collect();
        let commit = commit_code(depth_change, pushed_words * 2, jump);
        Scores {
            scale,
            byte,
            carry: slot(graph, "result_carry", carry),
            emits_byte,
            emits_commit: slot(graph, "emits_commit", done + boundary),
            emits_output: slot(graph, "emits_output", outputs),
            commit: slot(graph, "commit_code", commit),
            kinds,
        }
    }

    /// By how much the scores of kinds differ: more than any byte or commit can have.
    fn rank(&self) -> i64 {
        self.scale << 17
    }

    /// The score of `hh` or `hh'`. Without a carry both are equal, and the first token, which has no tick, is
    /// next.
    pub(super) fn byte(&self, byte: u8, tick: bool) -> Form {
        let tick = if tick { self.carry.clone() } else { Form::default() };
        self.emits_byte.clone() * self.rank() + self.parabola(byte) + tick
    }

    /// The score of `out(..)`.
    pub(super) fn output(&self, byte: u8) -> Form {
        self.emits_output.clone() * (2 * self.rank()) + self.parabola(byte)
    }

    /// The score of `commit(D,sts=S,bt=B)`.
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

    /// The score of any other token, by name.
    pub(super) fn kind(&self, name: &str) -> Form {
        self.kinds.get(name).cloned().unwrap_or_default() * (2 * self.rank())
    }

    /// The score of a trap, or of a token that waits for the host: greater than that of any token that the
    /// instruction would emit otherwise.
    pub(super) fn instead(&self, name: &str) -> Form {
        self.kind(name) * 2
    }

    fn parabola(&self, byte: u8) -> Form {
        let byte = i64::from(byte);
        self.byte.clone() * (2 * byte) - Form::constant(self.scale * byte * byte)
    }
}

/// A form in a slot that has this name.
fn slot(graph: &mut Graph, name: &str, form: Form) -> Form {
    graph.bind(name, |graph| graph.persist(form))
}

/// The code of a commit. Results of one word and of two share a token, whose code 3 is the nearest to both 2
/// and 4. Effects on the depth differ by less than 16.
fn commit_code(delta: Form, stores: Form, jumps: Form) -> Form {
    delta * 8 + stores + jumps * 128
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
        ("request", &kinds.request),
        ("await", &kinds.awaits),
        ("divided", &kinds.divided),
    ];
    let named = named.into_iter().map(|(name, form)| (name.to_string(), form.clone()));
    let traps = assembly.traps().into_iter().map(|(kind, form)| (format!("trap({kind})"), form));
    named.chain(traps).filter(|(_, form)| *form != Form::default()).collect()
}

/// The byte to emit and the scale it has. Where some opcode assigns a wide value, bytes are scaled
/// by `2^25`, and half a byte less one unit is subtracted, so that the nearest byte is the floor.
fn emitted_byte(assembly: &mut Assembly) -> (i64, Form) {
    let [byte, wide] = [Field::Byte, Field::Wide].map(|field| assembly.emission.take(field));
    let has_columns = assembly.has_columns();
    let graph = &mut assembly.graph;
    if wide == Form::default() {
        return (1, slot(graph, "result_byte", byte));
    }
    let wide = slot(graph, "wide", wide);
    let multiples = if has_columns { 64 } else { 33 };
    let coarse = graph.bind("coarse_multiples", |graph| {
        let coarse = graph.count(wide.clone(), COARSE, multiples);
        graph.persist(coarse)
    });
    let rest = wide - coarse * COARSE;
    let multiples = COARSE / FINE - 1;
    let fine = graph.bind("fine_multiples", |graph| {
        let fine = graph.count(rest.clone(), FINE, multiples);
        graph.persist(fine)
    });
    let reduced = (rest - fine * FINE) * 2;
    (1 << 25, slot(graph, "result_byte", byte * (1 << 25) + reduced - Form::constant(HALF)))
}

#[cfg(test)]
mod tests {
    use super::super::probe::State;
    use super::*;
    use crate::graph::NodeId;
    use crate::graph::probe::Probe;

    /// Numbers below 2^43 of all sizes, and those around the multiples that are counted.
    fn wide_numbers() -> Vec<i64> {
        let mut numbers = vec![0, (1 << 24) - 1, 1 << 24, FINE - 1, FINE, COARSE - 1, COARSE];
        let mut mixed: u64 = 12_345;
        for shift in 0..120 {
            mixed =
                mixed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963);
            numbers.push((mixed >> 21 >> (shift % 40)) as i64);
        }
        let multiples = (1..64).flat_map(|i| [i * COARSE - 1, i * COARSE]);
        numbers.extend(multiples);
        numbers
    }

    /// The byte whose score is greatest for a result.
    fn chosen(scale: i64, result: i64) -> i64 {
        let score = |byte: &i64| 2 * byte * result - scale * byte * byte;
        (0..256).max_by_key(score).expect("there are bytes")
    }

    #[test]
    fn a_wide_value_is_reduced_to_its_byte() {
        let mut probe = Probe::new();
        let state = State::new(&mut probe);
        let [wide] = probe.inputs(["wide"]);
        let (mut assembly, _) = state.assembly(&mut probe, &[]);
        assembly.emission.add(Field::Wide, wide.clone());
        let (scale, byte) = emitted_byte(&mut assembly);
        probe.graph = assembly.graph;
        let mut expected = Vec::new();
        // Without columns wide values are less than `2^42`.
        for number in wide_numbers().into_iter().filter(|number| *number < 1 << 42) {
            probe.token(&[(&wide, number)]);
            expected.push(number >> 24 & 255);
        }
        for ([result], expected) in probe.read([&byte]).into_iter().zip(expected) {
            assert_eq!(chosen(scale, result), expected);
        }
    }

    /// Scores whose forms are columns.
    fn scores(probe: &mut Probe, scale: i64) -> (Scores, [Form; 7]) {
        let columns =
            probe.inputs(["byte", "carry", "bytes", "commits", "outputs", "commit", "trap"]);
        let [byte, carry, emits_byte, emits_commit, emits_output, commit, trap] = columns.clone();
        let kinds = BTreeMap::from([("trap(one)".to_string(), trap)]);
        (
            Scores { scale, byte, carry, emits_byte, emits_commit, emits_output, commit, kinds },
            columns,
        )
    }

    /// The form where the columns have these values.
    fn value(form: &Form, columns: &[Form], values: [i64; 7]) -> i64 {
        let of = |node: NodeId| {
            let column = columns.iter().position(|column| column.as_node() == Some(node));
            values[column.expect("a score reads columns")]
        };
        form.terms().fold(form.offset(), |sum, (node, factor)| sum + factor * of(node))
    }

    /// All tokens that compete, by name, with their scores.
    fn candidates(scores: &Scores) -> Vec<(String, Form)> {
        let mut all = Vec::new();
        for byte in 0..=255 {
            all.push((format!("{byte}"), scores.byte(byte, false)));
            all.push((format!("{byte}'"), scores.byte(byte, true)));
            all.push((format!("out({byte})"), scores.output(byte)));
        }
        for delta in -3..=2 {
            for (stores, jumps) in [(false, false), (true, false), (false, true)] {
                let form = scores.commit(delta, stores, jumps);
                all.push((format!("commit({delta},{stores},{jumps})"), form));
            }
        }
        all.push(("trap".to_string(), scores.instead("trap(one)")));
        all
    }

    fn winner(scale: i64, values: [i64; 7]) -> String {
        let (scores, columns) = scores(&mut Probe::new(), scale);
        let scored = candidates(&scores).into_iter();
        let scored = scored.map(|(name, form)| (value(&form, &columns, values), name));
        // The first of equal scores.
        let best = scored.reduce(|best, next| if next.0 > best.0 { next } else { best });
        best.expect("there are tokens").1
    }

    #[test]
    fn the_byte_nearest_to_the_result_has_the_greatest_score() {
        for scale in [1, 1 << 25] {
            for byte in [0, 1, 2, 100, 254, 255] {
                for (emits, tick, name) in [(1, 0, ""), (2, 0, ""), (1, 1, "'")] {
                    let values = [byte * scale, tick, emits, 0, 0, 0, 0];
                    assert_eq!(winner(scale, values), format!("{byte}{name}"));
                }
                assert_eq!(winner(scale, [byte * scale, 0, 0, 1, 1, 0, 0]), format!("out({byte})"));
            }
        }
        // The scale leaves room for a fraction: what is nearest after half is subtracted is the floor.
        let almost = (7 << 25) + (1 << 25) - 1;
        assert_eq!(winner(1 << 25, [almost - HALF, 0, 1, 0, 0, 0, 0]), "7");
    }

    #[test]
    fn a_trap_outscores_whatever_else_is_next() {
        for (bytes, commits, outputs) in [(2, 0, 0), (0, 2, 0), (0, 1, 1), (1, 1, 1)] {
            for scale in [1, 1 << 25] {
                let values = [255 * scale, 1, bytes, commits, outputs, 128, 1];
                assert_eq!(winner(scale, values), "trap");
            }
        }
    }

    #[test]
    fn the_nearest_commit_is_that_of_its_parts() {
        for delta in -3..=2 {
            for (words, stores) in [(0, false), (1, true), (2, true)] {
                for jumps in [false, true] {
                    // No opcode both stores and jumps.
                    if stores && jumps {
                        continue;
                    }
                    let code = 8 * delta + 2 * words + 128 * i64::from(jumps);
                    let name = format!("commit({delta},{stores},{jumps})");
                    assert_eq!(winner(1, [0, 0, 0, 1, 0, code, 0]), name);
                }
            }
        }
    }
}
