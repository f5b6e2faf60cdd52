//! For tests of the machine's parts: its state as columns of the embedding, so that a test says itself
//! what every token finds.

use super::assembly::Assembly;
use super::places::{FetchedPlace, FetchedPlaces, columns_of};
use super::survey::survey;
use super::{Columns, Counters, Fetched, Opcode, Recent};
use crate::graph::Form;
use crate::graph::probe::Probe;
use tvm_program::PlaceToken;

/// The state that the parts of a machine share.
#[derive(Debug, Clone)]
pub(super) struct State {
    pub(super) token: Columns,
    pub(super) bytes: Recent,
    pub(super) counters: Counters,
    pub(super) fetched: Fetched,
    /// The places of the instruction, which a machine has where one of its opcodes is wide.
    pub(super) places: FetchedPlaces,
}

impl State {
    /// All of it as columns.
    pub(super) fn new(probe: &mut Probe) -> State {
        let token = Columns::new(&mut probe.graph);
        let mut column = |name: &str| probe.graph.token_input(&format!("state.{name}"));
        let mut place = |name: &str| FetchedPlace {
            word: column(&format!("{name}.word")),
            in_frame: column(&format!("{name}.in_frame")),
            in_globals: column(&format!("{name}.in_globals")),
            off_stack: column(&format!("{name}.off_stack")),
        };
        let operands = [place("first"), place("second")];
        let places = FetchedPlaces { operands, result: place("result") };
        State {
            token,
            places,
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
        let State { token, bytes, counters, fetched, places } = self.clone();
        let places = opcodes.iter().any(Opcode::is_wide).then_some(places);
        let graph = std::mem::take(&mut probe.graph);
        let assembly =
            Assembly::new(graph, (token, bytes, counters, fetched), places, with_gates, true);
        (assembly, gates)
    }
}

impl FetchedPlace {
    /// The columns of a token whose row says this place.
    pub(super) fn columns(&self, place: PlaceToken) -> [(&Form, i64); 4] {
        let columns = [&self.word, &self.in_frame, &self.in_globals, &self.off_stack];
        std::array::from_fn(|column| (columns[column], columns_of(place)[column]))
    }
}

/// Opcodes of the full machine by name.
pub(super) fn named<const N: usize>(names: [&str; N]) -> [Opcode; N] {
    let all = super::opcodes::full();
    names.map(|name| *all.iter().find(|opcode| opcode.mnemonic == name).expect("it is declared"))
}
