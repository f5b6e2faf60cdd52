//! The rows of the vocabulary: for every token, its row of the embedding and its score. The order is that
//! of the classic interchange format; extensions come before the mnemonics.

use std::collections::{BTreeMap, BTreeSet};

use super::places::columns_of;
use super::scores::Scores;
use super::{Columns, Control, Opcode};
use crate::graph::{Form, TokenRow};
use tvm_program::{Mnemonic, Origin, Place, PlaceToken, Places, Row};

/// How a byte is written as a token of a program's input, or inside `out(..)`.
fn written(byte: u8) -> String {
    if byte.is_ascii_graphic() { (byte as char).to_string() } else { format!("{byte:02x}") }
}

/// Collects rows.
pub(super) struct Vocabulary<'machine> {
    columns: &'machine Columns,
    scores: Scores,
    rows: Vec<TokenRow>,
    has_places: bool,
}

/// A mnemonic as a token: its opcode and its point on the circle.
pub(super) type Dispatch = (Opcode, (i64, i64));

impl<'machine> Vocabulary<'machine> {
    /// All rows. `prefix` are the mnemonics that can stand in a program before the trace; a
    /// machine with its program baked in has none.
    pub(super) fn rows(
        columns: &'machine Columns,
        scores: Scores,
        opcodes: &[Opcode],
        prefix: &[Dispatch],
        has_places: bool,
    ) -> Vec<TokenRow> {
        let mut vocabulary = Vocabulary { columns, scores, rows: Vec::new(), has_places };
        vocabulary.bytes();
        vocabulary.commits(opcodes);
        vocabulary.outputs();
        vocabulary.transfers(opcodes);
        vocabulary.brackets();
        vocabulary.mnemonics(prefix);
        if has_places && !prefix.is_empty() {
            vocabulary.places(opcodes);
        }
        vocabulary.aliases();
        vocabulary.rows
    }

    fn add(&mut self, name: String, sets: &[(&Form, i64)], score: Option<Form>) {
        let sets = sets
            .iter()
            .filter(|(_, value)| *value != 0)
            .map(|(column, value)| (column.as_node().expect("columns are nodes"), *value))
            .collect::<BTreeMap<_, _>>();
        self.rows.push(TokenRow { name, sets, score });
    }

    fn bytes(&mut self) {
        for byte in 0..=255_u8 {
            for tick in [false, true] {
                let name = format!("{byte:02x}{}", if tick { "'" } else { "" });
                let score = self.scores.byte(byte, tick);
                let number = i64::from(byte) + 1;
                let columns = self.columns;
                let sets = [(&columns.byte_number, number), (&columns.carry, i64::from(tick))];
                self.add(name, &sets, Some(score));
            }
        }
    }

    fn commits(&mut self, opcodes: &[Opcode]) {
        let of_opcode = |opcode: &Opcode| changes(&opcode.describe(), self.has_places);
        let forms: BTreeSet<(i64, bool)> =
            opcodes.iter().flat_map(of_opcode).chain([(0, false)]).collect();
        for (delta, stores) in forms {
            for jumps in [false, true] {
                let (s, j) = (i64::from(stores), i64::from(jumps));
                let columns = self.columns;
                let sets = [
                    (&columns.cursor_step, 1),
                    (&columns.stack_step, delta),
                    (&columns.stores, s),
                    (&columns.jumps, j),
                ];
                let score = self.scores.commit(delta, stores, jumps);
                self.add(format!("commit({delta:+},sts={s},bt={j})"), &sets, Some(score));
            }
        }
    }

    fn outputs(&mut self) {
        for byte in 0..=255_u8 {
            let score = self.scores.output(byte);
            let columns = self.columns;
            let sets = [(&columns.cursor_step, 1), (&columns.stack_step, -1)];
            self.add(format!("out({})", written(byte)), &sets, Some(score));
        }
    }

    fn transfers(&mut self, opcodes: &[Opcode]) {
        let columns = self.columns;
        let transfers: [(&str, &[(&Form, i64)]); 3] = [
            ("branch_taken", &[(&columns.branches, 1)]),
            (
                "call_commit",
                &[(&columns.cursor_step, 1), (&columns.call_step, 1), (&columns.jumps, 1)],
            ),
            (
                "return_commit",
                &[(&columns.cursor_step, 1), (&columns.call_step, -1), (&columns.jumps, 1)],
            ),
        ];
        for (name, sets) in transfers {
            let score = self.scores.kind(name);
            self.add(name.to_string(), sets, Some(score));
        }
        for name in self.scores.traps() {
            let score = self.scores.instead(&name);
            self.add(name, &[], Some(score));
        }
        self.requests(opcodes);
        if opcodes.iter().any(|opcode| opcode.controls.contains(&Control::Divide)) {
            let score = self.scores.kind("divided");
            self.add("divided".to_string(), &[(&columns.divided, 1)], Some(score));
        }
    }

    /// The bytes of a request's number come after `request`, as an offset after `branch_taken`. `await` is a
    /// boundary like the token before it, so the bytes that the host appends are counted from it.
    fn requests(&mut self, opcodes: &[Opcode]) {
        let columns = self.columns;
        let any = |control| opcodes.iter().any(|opcode| opcode.controls.contains(&control));
        if any(Control::Request) {
            let score = self.scores.kind("request");
            self.add("request".to_string(), &[(&columns.branches, 1)], Some(score));
        }
        if any(Control::Await) {
            let score = self.scores.instead("await");
            self.add("await".to_string(), &[], Some(score));
        }
    }

    /// `{` is also the byte 00 at the bottom of the stack, which is read below the lowest value. `}` begins the
    /// stack, the first frame and the first instruction.
    fn brackets(&mut self) {
        let columns = self.columns;
        self.add("{".into(), &[(&columns.byte_number, 1), (&columns.stores, 1)], None);
        let opens = [(&columns.stack_step, 3), (&columns.call_step, 1), (&columns.cursor_step, 1)];
        self.add("}".into(), &opens, None);
    }

    /// `halt` is read in a program and emitted at the end of a trace.
    fn mnemonics(&mut self, prefix: &[Dispatch]) {
        let columns = self.columns;
        for (opcode, (x, y)) in prefix {
            let effect = opcode.effect(&opcode.describe(), self.has_places);
            let sets = [
                (&columns.instruction, 1),
                (&columns.opcode_x, *x),
                (&columns.opcode_y, *y),
                (&columns.stack_delta, effect.stack_delta),
                (&columns.result_words, effect.result_words),
                (&columns.writes_elsewhere, effect.writes_elsewhere),
            ];
            let halt = opcode.mnemonic == "halt";
            let score = halt.then(|| self.scores.kind("halt"));
            self.add(opcode.mnemonic.to_string(), &sets, score);
        }
        if prefix.is_empty() {
            let score = self.scores.kind("halt");
            self.add("halt".into(), &[], Some(score));
        }
    }

    /// The tokens that say places: those of the stack that an instruction can have, and all variables.
    fn places(&mut self, opcodes: &[Opcode]) {
        let columns = self.columns;
        let rows = opcodes.iter().flat_map(|opcode| {
            let mnemonic = opcode.describe();
            all_places(&mnemonic).map(|places| Row::of(&mnemonic, places)).collect::<Vec<_>>()
        });
        let on_stack: BTreeSet<PlaceToken> = rows
            .flat_map(Row::tokens)
            .filter(|place| place.origin == Origin::Top)
            .chain([PlaceToken::NOTHING])
            .collect();
        for place in on_stack.into_iter().chain(PlaceToken::variables()) {
            let [word, in_frame, in_globals, off_stack] = columns_of(place);
            let sets = [
                (&columns.instruction, 1),
                (&columns.place_word, word),
                (&columns.place_in_frame, in_frame),
                (&columns.place_in_globals, in_globals),
                (&columns.place_off_stack, off_stack),
            ];
            self.add(place.to_string(), &sets, None);
        }
    }

    fn aliases(&mut self) {
        let columns = self.columns;
        for byte in (0x21..0x7f_u8).filter(|byte| !b"{}".contains(byte)) {
            let sets = [(&columns.byte_number, i64::from(byte) + 1)];
            self.add((byte as char).to_string(), &sets, None);
        }
    }
}

/// The ways in which the values of an instruction can be on the stack or not.
fn all_places(mnemonic: &Mnemonic) -> impl Iterator<Item = Places> + '_ {
    (0..Places::SHAPES).map(Places::with_shape).filter(|places| mnemonic.allows(*places))
}

/// How the instructions with an opcode can change the depth of the stack, each with whether it then pushes a value.
fn changes(mnemonic: &Mnemonic, has_places: bool) -> Vec<(i64, bool)> {
    let change = |places: Places| {
        let pushes = mnemonic.stores_to_stack && places.result == Place::Stack;
        (mnemonic.delta_with(places).into(), pushes)
    };
    if has_places {
        all_places(mnemonic).map(change).collect()
    } else {
        vec![change(Places::STACK)]
    }
}
