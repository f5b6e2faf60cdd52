//! Places of operands and results, in a machine with numbers of 64 bits: on the stack, or in variables. All
//! are words of one space. Behind the words of the stack come those of globals, and behind them those of locals, in a
//! window for every call depth. So one lookup reads an operand wherever it is, and one key says where a result goes.
//!
//! A variable must be written before it is read: the front end sees to it. A lookup of a word that was never written
//! would find another word; of a local, what an earlier call at the same depth has left there.

use super::Columns;
use crate::graph::Form;
use tvm_macros::graph;
use tvm_program::{Origin, PlaceToken, Space};

/// A place as the row of an instruction says it.
#[derive(Debug, Clone)]
pub(super) struct FetchedPlace {
    /// Its word: from the top of the stack, from the window of the call, or from the first global.
    pub(super) word: Form,
    /// 1 for a local.
    pub(super) in_frame: Form,
    /// 1 for a global.
    pub(super) in_globals: Form,
    /// How many words of the value are not on the stack: 0 for a place there.
    pub(super) off_stack: Form,
}

/// The places of an instruction: its operands, the first of which is the address of an access to memory, and its result.
#[derive(Debug, Clone)]
pub(super) struct FetchedPlaces {
    pub(super) operands: [FetchedPlace; 2],
    pub(super) result: FetchedPlace,
}

/// The columns of a token that says a place: its word, whether it is a local, whether it is a global, how many of its
/// words are off the stack. All are small numbers, since a program in the weights has each as a staircase
/// (see `baked`).
pub(super) fn columns_of(place: PlaceToken) -> [i64; 4] {
    let (word, off_stack) = (place.word.into(), place.words.into());
    match place.origin {
        Origin::Top => [word, 0, 0, off_stack],
        Origin::Variables(Space::Locals) => [word, 1, 0, off_stack],
        Origin::Variables(Space::Globals) => [word, 0, 1, off_stack],
    }
}

impl FetchedPlaces {
    /// What the row of the program says that begins at a position.
    pub(super) fn fetch(
        graph: &mut crate::graph::Graph,
        token: &Columns,
        bytes: &super::Recent,
        row: &Form,
    ) -> FetchedPlaces {
        let mut place = |name: &str, at: i64| {
            graph.within(name, |graph| {
                let at = row.clone() + Form::constant(at);
                let PlaceInRow { word, in_frame, in_globals, off_stack } =
                    place_in_row(graph, token, bytes, &at);
                FetchedPlace { word, in_frame, in_globals, off_stack }
            })
        };
        let operands = [place("first", 5), place("second", 6)];
        FetchedPlaces { operands, result: place("result", 7) }
    }
}

graph! {
    /// A token of the program that says a place.
    pub fn place_in_row(token: &super::Columns, bytes: &super::Recent, at) -> PlaceInRow {
        let position = reglu(token.position, bytes.program);
        let [word, in_frame, in_globals, off_stack] = lookup {
            key: position,
            query: at,
            values: [
                token.place_word,
                token.place_in_frame,
                token.place_in_globals,
                token.place_off_stack
            ]
        };
        /// The word that it says.
        word = word;
        /// 1 for a local.
        in_frame = in_frame;
        /// 1 for a global.
        in_globals = in_globals;
        /// How many words of the value are not on the stack.
        off_stack = off_stack;
    }

    /// The key of the byte just emitted: four times the word where its value begins, plus its index. At the bottom of
    /// the stack is a byte 00, stored at `{`.
    pub fn placed_bytes(
        token: &super::Columns,
        bytes: &super::Recent,
        fetched: &super::Fetched,
        place
    ) -> PlacedBytes {
        let bottom = slot(reglu(token.stores, token.byte_number));
        /// Four times the lowest word of the value, plus the index of the byte.
        key = slot(4 * place + bytes.result_index - 1 + 4 * bottom);
        /// 1 for a byte of a value.
        on = step(fetched.result_words + bottom - 2 * bytes.boundary >= 1);
    }
}

impl From<PlacedBytes> for super::StackBytes {
    fn from(PlacedBytes { key, on }: PlacedBytes) -> Self {
        super::StackBytes { key, on }
    }
}
