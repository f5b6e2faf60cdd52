//! For tests of the machine's parts: its state as columns of the embedding, so that a test says itself
//! what every token finds.

use super::assembly::Assembly;
use super::survey::survey;
use super::{Columns, Counters, Fetched, Opcode, Recent};
use crate::graph::Form;
use crate::graph::probe::Probe;

/// The state that the parts of a machine share.
#[derive(Debug, Clone)]
pub(super) struct State {
    pub(super) token: Columns,
    pub(super) bytes: Recent,
    pub(super) counters: Counters,
    pub(super) fetched: Fetched,
}

impl State {
    /// All of it as columns.
    pub(super) fn new(probe: &mut Probe) -> State {
        let token = Columns::new(&mut probe.graph);
        let mut column = |name: &str| probe.graph.token_input(&format!("state.{name}"));
        State {
            token,
            bytes: Recent {
                low: column("low"),
                value: column("value"),
                top: column("top"),
                boundary: column("boundary"),
                index: column("index"),
                result_index: column("result_index"),
                program: column("program"),
            },
            counters: Counters {
                depth: column("depth"),
                cursor: column("cursor"),
                frame: column("frame"),
            },
            fetched: Fetched {
                opcode_x: column("opcode_x"),
                opcode_y: column("opcode_y"),
                stack_delta: column("stack_delta"),
                result_words: column("result_words"),
                writes_elsewhere: column("writes_elsewhere"),
                found_immediate: column("immediate"),
                immediate: column("immediate"),
                immediate_byte: column("immediate_byte"),
            },
        }
    }

    /// The assembly of a machine with traps that has these opcodes, and for each opcode the column that is 1
    /// where it is executed.
    pub(super) fn assembly(&self, probe: &mut Probe, opcodes: &[Opcode]) -> (Assembly, Vec<Form>) {
        let mut gates = Vec::new();
        for opcode in opcodes {
            gates.push(probe.graph.token_input(&format!("executes {}", opcode.mnemonic)));
        }
        let with_gates = opcodes.iter().zip(&gates);
        let with_gates =
            with_gates.map(|(opcode, gate)| (*opcode, survey(opcode), gate.clone())).collect();
        let State { token, bytes, counters, fetched } = self.clone();
        let graph = std::mem::take(&mut probe.graph);
        let assembly = Assembly::new(graph, (token, bytes, counters, fetched), None, with_gates, true);
        (assembly, gates)
    }
}

/// Opcodes of the full machine by name.
pub(super) fn named<const N: usize>(names: [&str; N]) -> [Opcode; N] {
    let all = super::opcodes::full();
    names.map(|name| *all.iter().find(|opcode| opcode.mnemonic == name).expect("it is declared"))
}
