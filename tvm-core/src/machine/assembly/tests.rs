//! Parts of the machine that opcodes share, put together for a few opcodes each and fed a state that the
//! tests choose.

use super::super::limits::{
    CALL_DEPTH, EMPTY_DEPTH, FIRST_GLOBAL, FIRST_LOCAL, MEMORY_PAGES, OPERAND_WORDS, PAGE_BYTES,
};
use super::super::probe::{State, named};
use super::super::{Opcode, opcodes};
use crate::graph::probe::Probe;
use tvm_program::{PlaceToken, Places, Row, Space};

#[test]
fn operands_of_any_width_begin_where_their_types_say() {
    let all = opcodes::full();
    let narrow: Vec<Opcode> = all.iter().copied().filter(|opcode| !opcode.is_wide()).collect();
    for opcodes in [narrow, all] {
        let mut probe = Probe::new();
        let state = State::new(&mut probe);
        let (mut assembly, gates) = state.assembly(&mut probe, &opcodes);
        let words = [0, 1, 2].map(|operand| assembly.lowest_word(operand));
        probe.graph = assembly.graph;
        let depth = 1_000;
        for (opcode, gate) in opcodes.iter().zip(&gates) {
            let row = Row::of(&opcode.describe(), Places::STACK);
            let [first, second] = [0, 1].map(|n| state.places.operands[n].columns(row.operands[n]));
            let depth = [(gate, 1), (&state.counters.depth, depth)];
            probe.token(&[&depth[..], &first, &second].concat());
        }
        let found = probe.read([&words[0], &words[1], &words[2]]);
        for (opcode, found) in opcodes.iter().zip(found) {
            // The first of two operands of a store is its address, as the row has it, if there is one.
            let has_row = opcodes.iter().any(Opcode::is_wide);
            if has_row && (opcode.describe().reads.is_some() || opcode.describe().writes_memory) {
                continue;
            }
            let mut free = depth;
            for (operand, value) in opcode.pops.iter().rev().enumerate().take(found.len()) {
                free -= i64::from(value.value_type.words());
                assert_eq!(found[operand], free + 1, "{}: operand {operand}", opcode.mnemonic);
            }
        }
    }
}

#[test]
fn a_value_is_at_the_place_that_the_row_says() {
    let chosen = named(["i64.add", "local.set64", "global.get"]);
    let (depth, frame, immediate) = (1_000, 7, 300);
    let local = |word| PlaceToken::variable(Space::Locals, word, 2);
    let global = |word| PlaceToken::variable(Space::Globals, word, 2);
    let frame_begins = FIRST_LOCAL + 64 * frame;
    // The opcode, its places, the words where these are.
    let cases = [
        (
            0,
            [local(5), global(9), PlaceToken::stack(1)],
            [frame_begins + 5, FIRST_GLOBAL + 9, 1_001],
        ),
        (0, [PlaceToken::stack(-1), local(0), local(2)], [999, frame_begins, frame_begins + 2]),
        (
            1,
            [PlaceToken::stack(-1), PlaceToken::NOTHING, local(0)],
            [999, 1_000, frame_begins + 300],
        ),
        (
            2,
            [global(0), PlaceToken::NOTHING, PlaceToken::stack(1)],
            [FIRST_GLOBAL + 300, 1_000, 1_001],
        ),
    ];
    let mut probe = Probe::new();
    let state = State::new(&mut probe);
    let (mut assembly, gates) = state.assembly(&mut probe, &chosen);
    let [first, second] = [0, 1].map(|operand| assembly.lowest_word(operand));
    let result = assembly.place_of_result().expect("the machine has places");
    probe.graph = assembly.graph;
    for (opcode, [first, second, result], _) in cases {
        let places = &state.places;
        let of_state = [
            (&gates[opcode], 1),
            (&state.counters.depth, depth),
            (&state.counters.frame, frame),
            (&state.fetched.found_immediate, immediate),
        ];
        let first = places.operands[0].columns(first);
        let second = places.operands[1].columns(second);
        let result = places.result.columns(result);
        probe.token(&[&of_state[..], &first, &second, &result].concat());
    }
    let expected: Vec<[i64; 3]> = cases.iter().map(|(_, _, words)| *words).collect();
    assert_eq!(probe.read([&first, &second, &result]), expected);
}

#[test]
fn a_value_from_the_beginning_is_the_one_before_the_bytes() {
    // Numbers of bytes, 0 for other tokens; a value; whether it is wanted.
    let script = [(0, 5, 1), (7, 6, 1), (256, 7, 1), (0, 8, 0), (3, 9, 1), (0, 10, 2), (1, 11, 2)];
    let mut probe = Probe::new();
    let state = State::new(&mut probe);
    let [value, wanted] = probe.inputs(["value", "wanted"]);
    let (mut assembly, _) = state.assembly(&mut probe, &[]);
    let began = assembly.at_beginning("value", value.clone(), &wanted);
    probe.graph = assembly.graph;
    for (number, held, wants) in script {
        probe.token(&[(&state.token.byte_number, number), (&value, held), (&wanted, wants)]);
    }
    let found: Vec<i64> = probe.read([&began]).into_iter().map(|[one]| one).collect();
    assert_eq!(found, [5, 5, 5, 0, 0, 10, 10]);
}

#[test]
fn a_call_traps_at_the_limits() {
    let cases = [
        (1, 0, false),
        (CALL_DEPTH, 0, false),
        (CALL_DEPTH + 1, 0, true),
        (1, OPERAND_WORDS - 1, false),
        (1, OPERAND_WORDS, true),
        (CALL_DEPTH + 1, OPERAND_WORDS, true),
    ];
    let mut probe = Probe::new();
    let state = State::new(&mut probe);
    let (mut assembly, gates) = state.assembly(&mut probe, &named(["call", "br"]));
    super::super::scope::build_opcodes(&mut assembly);
    let traps = assembly.traps()["call_stack_exhausted"].clone();
    probe.graph = assembly.graph;
    let mut expected = Vec::new();
    for (calls, words, is_trap) in cases {
        for (gate, executed) in [(&gates[0], true), (&gates[1], false)] {
            probe.token(&[
                (gate, 1),
                (&state.bytes.boundary, 1),
                (&state.counters.frame, calls),
                (&state.counters.depth, words + EMPTY_DEPTH),
            ]);
            expected.push(is_trap && executed);
        }
    }
    for ([found], is_trap) in probe.read([&traps]).into_iter().zip(expected) {
        assert_eq!(found > 0, is_trap);
    }
}

/// An instruction that changes the size of memory, or leaves it.
enum Change {
    Declare(u32),
    Grow { delta: u32, old: u32 },
}

#[test]
fn the_size_of_memory_is_what_was_declared_or_grown_last() {
    use Change::{Declare, Grow};
    let script = [
        Declare(3),
        Grow { delta: 4, old: 3 },
        Grow { delta: 70_000, old: u32::MAX },
        Grow { delta: 0, old: 7 },
        Grow { delta: 256, old: 7 },
        Declare(0),
        Grow { delta: 300, old: 0 },
    ];
    let mut probe = Probe::new();
    let state = State::new(&mut probe);
    let (mut assembly, gates) =
        state.assembly(&mut probe, &named(["memory.declare", "memory.grow"]));
    let pages = assembly.pages();
    probe.graph = assembly.graph;
    let depth = (&state.counters.depth, 4);
    let mut size = MEMORY_PAGES;
    let mut expected = Vec::new();
    for change in script {
        let (gate, bytes) = match change {
            Declare(pages) => (&gates[0], pages.to_le_bytes()),
            Grow { delta, old } => {
                // The operand is pushed.
                let pushed = (&state.bytes.value, i64::from(delta));
                probe.token(&[depth, pushed, (&state.token.stores, 1), (&gates[1], 1)]);
                expected.push([size]);
                (&gates[1], old.to_le_bytes())
            }
        };
        for (index, byte) in (1..).zip(bytes) {
            size = match (index, &change) {
                (4, Declare(pages)) => i64::from(*pages),
                (4, Grow { delta, old }) if *old != u32::MAX => i64::from(old + delta),
                _ => size,
            };
            let number = (&state.token.byte_number, i64::from(byte) + 1);
            let index = [&state.bytes.index, &state.bytes.result_index].map(|form| (form, index));
            probe.token(&[depth, (gate, 1), number, index[0], index[1]]);
            expected.push([size]);
        }
    }
    assert_eq!(probe.read([&pages]), expected);
}

#[test]
fn an_access_past_the_end_of_memory_is_outside() {
    let accesses: [(&str, i64, i64); 8] = [
        ("i32.load8_u", 1, 0),
        ("i32.load16_s", 2, 0),
        ("i32.load", 4, 0),
        ("i32.store8", 1, 1),
        ("i32.store", 4, 1),
        ("i64.load", 8, 0),
        ("i64.store", 8, 2),
        ("i64.store16", 2, 2),
    ];
    let narrow = accesses[..5].to_vec();
    for accesses in [narrow, accesses.to_vec()] {
        let all = opcodes::full();
        let chosen: Vec<Opcode> = accesses
            .iter()
            .map(|(name, ..)| *all.iter().find(|one| one.mnemonic == *name).expect("declared"))
            .collect();
        check_bounds(&accesses, &chosen);
    }
}

/// Accesses by name, with their bytes and the words above their address.
fn check_bounds(accesses: &[(&str, i64, i64)], chosen: &[Opcode]) {
    let end = MEMORY_PAGES * PAGE_BYTES;
    let mut probe = Probe::new();
    let state = State::new(&mut probe);
    let (mut assembly, gates) = state.assembly(&mut probe, chosen);
    let is_wide = chosen.iter().any(Opcode::is_wide);
    let outside = assembly.outside_memory();
    probe.graph = assembly.graph;
    let State { token, bytes, counters, fetched, places } = &state;
    let mut expected = Vec::new();
    let addresses = [0, 5, end - 8, end - 4, end - 1, end, i64::from(u32::MAX)];
    let cases =
        addresses.iter().flat_map(|&address| [0, 1, 3, 1 << 31].map(|more| (address, more)));
    for (address, immediate) in cases {
        for ((name, size, above), gate) in accesses.iter().zip(&gates) {
            let depth = 20;
            let place = (&counters.depth, depth - above);
            // The address is pushed: in a wide machine as bytes, else as a value.
            if is_wide {
                for (index, byte) in (1..).zip((address as u32).to_le_bytes()) {
                    let of_byte = [
                        (&token.byte_number, i64::from(byte) + 1),
                        (&bytes.result_index, index),
                        (&counters.depth, depth - above - 1),
                        (&fetched.result_words, 1),
                    ];
                    let place = places.result.columns(PlaceToken::stack(1));
                    probe.token(&[&of_byte[..], &place].concat());
                    expected.push(None);
                }
            } else {
                probe.token(&[place, (&bytes.value, address), (&token.stores, 1)]);
                expected.push(None);
            }
            let of_access = [
                (gate, 1),
                (&counters.depth, depth),
                (&fetched.immediate, immediate),
                (&bytes.boundary, 1),
            ];
            let operand = places.operands[0].columns(PlaceToken::stack(-*above as i32));
            probe.token(&[&of_access[..], &operand].concat());
            expected.push(Some((*name, address + immediate + size > end)));
        }
    }
    for ([found], expected) in probe.read([&outside]).into_iter().zip(expected) {
        if let Some((name, is_outside)) = expected {
            assert_eq!(found, i64::from(is_outside), "{name}");
        }
    }
}
