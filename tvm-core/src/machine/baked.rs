//! The program in the weights. Opcode, stack effect and the four bytes of the immediate are
//! functions of the cursor: staircases of one family, at most `n` neurons for `n` instructions.
//!
//! They are exact for every program: every function has values below 2^9, so the terms of its sum, at
//! most `n` thresholds of at most `n` each, add up to less than `2^10 * n^2`, an exact integer of f64 up to
//! two million instructions. The immediate is the sum of its bytes, each of which is a function.

use super::vocabulary::Dispatch;
use super::{Counters, Fetched, Recent};
use crate::graph::{Form, Graph};
use tvm_program::Program;

/// The instruction at the cursor.
pub(super) fn fetch(
    graph: &mut Graph,
    bytes: &Recent,
    counters: &Counters,
    program: &Program,
    dispatch: &[Dispatch],
) -> Fetched {
    let opcode_of = |index: usize| -> &Dispatch {
        let code = program.instructions[index].code;
        dispatch.iter().find(|(opcode, _)| opcode.code == code).expect("only used opcodes occur")
    };
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
    let opcode_x = function("opcode_x", &|index| opcode_of(index).1.0);
    let opcode_y = function("opcode_y", &|index| opcode_of(index).1.1);
    let stack_delta =
        function("stack_delta", &|index| opcode_of(index).0.describe().stack_delta().into());
    let result_words = function("result_words", &|index| opcode_of(index).0.result_words().into());
    let writes_elsewhere =
        function("writes_elsewhere", &|index| opcode_of(index).0.writes_elsewhere().into());
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
    let immediate = (0..4).map(|byte| immediates[byte].clone() * (1 << (8 * byte))).sum();
    Fetched {
        opcode_x,
        opcode_y,
        stack_delta,
        result_words,
        writes_elsewhere,
        immediate,
        immediate_byte,
    }
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
