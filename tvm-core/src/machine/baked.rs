//! The program in the weights. Opcode, stack effect, places and the four bytes of the immediate are
//! functions of the cursor: staircases of one family, at most `n` neurons for `n` instructions.
//!
//! They are exact for every program: every function has values below 2^9, so the terms of its sum, at
//! most `n` thresholds of at most `n` each, add up to less than `2^10 * n^2`, an exact integer of f64 up to
//! two million instructions. The immediate is the sum of its bytes, each of which is a function.

use super::opcode::Effect;
use super::places::{FetchedPlace, FetchedPlaces, columns_of};
use super::vocabulary::Dispatch;
use super::{Counters, Fetched, Recent};
use crate::graph::{Form, Graph};
use tvm_program::{Instruction, PLACES_OF_GLOBALS, PLACES_OF_LOCALS, Program};

// The words of places are such values too.
const _: () = assert!(PLACES_OF_LOCALS < 1 << 9 && PLACES_OF_GLOBALS < 1 << 9);

/// The instruction at the cursor.
pub(super) fn fetch(
    graph: &mut Graph,
    bytes: &Recent,
    counters: &Counters,
    program: &Program,
    dispatch: &[Dispatch],
    has_places: bool,
) -> (Fetched, Option<FetchedPlaces>) {
    let rows: Vec<Row> = rows(program, dispatch, has_places);
    let number = program.instructions.len() as i64;
    // The cursor is one more than the index of the instruction. A slot that holds the distance from
    // the middle of the program, and no bias, lets thresholds be small numbers.
    let middle = number / 2;
    let place = counters.cursor.clone() - Form::constant(1 + middle);
    let place = graph.bind("place", |graph| graph.persist(place));
    let mut function = |name: &str, value: &dyn Fn(usize) -> i64| {
        let value = |at| value((at + middle) as usize);
        graph.bind(name, |graph| {
            let stairs = graph.table(place.clone(), -middle..number - middle, &value);
            graph.persist(stairs)
        })
    };
    let opcode_x = function("opcode_x", &|index| rows[index].point.0);
    let opcode_y = function("opcode_y", &|index| rows[index].point.1);
    let stack_delta = function("stack_delta", &|index| rows[index].effect.stack_delta);
    let result_words = function("result_words", &|index| rows[index].effect.result_words);
    let writes_elsewhere =
        function("writes_elsewhere", &|index| rows[index].effect.writes_elsewhere);
    let mut place = |name: &str, at: usize| {
        let mut column = |what: &str, column: usize| {
            function(&format!("{name}.{what}"), &|index| rows[index].places[at][column])
        };
        let (word, in_frame) = (column("word", 0), column("in_frame", 1));
        let (in_globals, off_stack) = (column("in_globals", 2), column("off_stack", 3));
        FetchedPlace { word, in_frame, in_globals, off_stack }
    };
    let places = has_places.then(|| {
        let operands = [place("first", 0), place("second", 1)];
        FetchedPlaces { operands, result: place("result", 2) }
    });
    let immediates: Vec<Form> = (0..4)
        .map(|byte| {
            let name = format!("immediate_{byte}");
            function(&name, &|index| {
                (program.instructions[index].immediate >> (8 * byte) & 255).into()
            })
        })
        .collect();
    let immediate_byte =
        graph.bind("immediate_byte", |graph| byte_at(graph, &bytes.result_index, &immediates));
    let immediate: Form = (0..4).map(|byte| immediates[byte].clone() * (1 << (8 * byte))).sum();
    let fetched = Fetched {
        opcode_x,
        opcode_y,
        stack_delta,
        result_words,
        writes_elsewhere,
        found_immediate: immediate.clone(),
        immediate,
        immediate_byte,
    };
    (fetched, places)
}

/// What the tokens of an instruction would say of it.
struct Row {
    point: (i64, i64),
    effect: Effect,
    places: [[i64; 4]; 3],
}

fn rows(program: &Program, dispatch: &[Dispatch], has_places: bool) -> Vec<Row> {
    let mut by_code = vec![None; 256];
    for (opcode, point) in dispatch {
        let mnemonic = opcode.describe();
        let effect = opcode.effect(&mnemonic, has_places);
        by_code[usize::from(opcode.code.0)] = Some((mnemonic, *point, effect));
    }
    let row = |instruction: &Instruction| {
        let of_code = by_code[usize::from(instruction.code.0)].as_ref();
        let (mnemonic, point, effect) = of_code.expect("only used opcodes occur");
        let places = tvm_program::Row::of(mnemonic, instruction.places).tokens().map(columns_of);
        Row { point: *point, effect: *effect, places }
    };
    program.instructions.iter().map(row).collect()
}

/// The byte at the index: the first byte, plus the difference to each next byte from its index on.
fn byte_at(graph: &mut Graph, index: &Form, bytes: &[Form]) -> Form {
    let mut chosen = bytes[0].clone();
    for at in 1..bytes.len() {
        let difference = bytes[at].clone() - bytes[at - 1].clone();
        let from = index.clone() - Form::constant(at as i64);
        let reached = graph.reglu(difference.clone(), from.clone() + Form::constant(1));
        chosen = chosen + reached - graph.reglu(difference, from);
    }
    graph.persist(chosen)
}
