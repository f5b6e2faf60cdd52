//! What is particular to the product of two significands: which bytes of a number are those of its significand, and the
//! digits of a long product. Of the 14 bytes of a product of two f64 first the lower 64 bits are emitted, then those
//! from bit 48 on, which take their place.

use super::super::super::{Context, Opcode};
use super::super::{Assembly, Usage};
use super::MORE_THAN_A_WORD;
use crate::graph::Form;

/// How many bytes below the index of the upper digits those of the product begin.
const CUT_OFF: i64 = 6;

/// Closes a neuron whose gate is a byte.
const SHUT: i64 = 1 << 10;

fn has_lower_digits(_: &Opcode, usage: &Usage) -> bool {
    usage.reads(Context::UpperColumns)
}

impl Assembly {
    /// The column at the index: of upper digits the first is the sixth, or a lower one.
    pub(in super::super) fn column_of_significands(&mut self) -> Form {
        let column = self.bytes.result_index.clone();
        if !self.any(has_lower_digits) {
            return column;
        }
        column + self.has_lower_digits() * CUT_OFF - self.lowered()
    }

    /// Byte `i` of the lower factor without the bits of the exponent, and with the highest bit of the significand. That
    /// of an f32 is byte 2, that of an f64 byte 6. Integers are as they are.
    pub(in super::super) fn without_exponent(&mut self, i: i64, byte: Form) -> Form {
        let wide = self.source_is_wide();
        let narrow = Form::constant(1) - wide.clone();
        let highest_bit = self.said().greater_bit_or_hidden;
        match i {
            2 => {
                let closed = (wide + self.kind_of_control()) * SHUT;
                self.of_product("factor.significand_2", |assembly| {
                    let graph = &mut assembly.graph;
                    let exponent = graph.step(byte.clone() - Form::constant(128) - closed) * 128;
                    byte - exponent + graph.reglu(highest_bit, narrow)
                })
            }
            6 => self.of_product("factor.significand_6", |assembly| {
                let graph = &mut assembly.graph;
                let exponent = graph.count(byte.clone() - narrow * SHUT, 16, 15) * 16;
                byte - exponent + graph.reglu(highest_bit, wide)
            }),
            _ => byte,
        }
    }

    /// A byte of the top factor that is so many bytes below the column; 0 where the significand has none. Integers have no byte
    /// above those of the result.
    pub(in super::super) fn top_significand_below(
        &mut self,
        column: &Form,
        below: i64,
        byte: Form,
    ) -> Form {
        let highest_bit = self.said().lesser_bit_or_exponent;
        let excess = self.excess_of_highest_byte("lesser", &highest_bit);
        let place = column.clone() - Form::constant(below);
        // The highest byte is byte 2 or byte 6.
        let highest = self.source_is_wide() * 4 + self.kind_of_control() + Form::constant(2);
        let from_highest = place.clone() - highest.clone();
        // A tent, whose neurons serve three neighbours.
        let [above, at_highest, under] = [below - 1, below, below + 1].map(|from| {
            let place = column.clone() - highest.clone() - Form::constant(from);
            self.shared(&format!("columns.top.excess_from_{}", from + 1), |assembly| {
                assembly.graph.reglu(excess.clone(), place)
            })
        });
        let of_highest = above - at_highest * 2 + under;
        self.of_product(&format!("top.significand_{below}_below"), |assembly| {
            let graph = &mut assembly.graph;
            let mut from = |byte: &Form, place: Form| {
                let reached = graph.reglu(byte.clone(), place.clone() + Form::constant(1));
                reached - graph.reglu(byte.clone(), place)
            };
            from(&byte, place) - from(&byte, from_highest - Form::constant(1)) - of_highest
        })
    }

    /// 1 where the lower digits of a product lie above the scale.
    fn has_lower_digits(&mut self) -> Form {
        self.shared("columns", |assembly| {
            assembly.gated_slot("has_lower_digits", Form::constant(1), has_lower_digits)
        })
    }

    /// By how many bytes the upper digits begin lower than usual; 0 where they are not emitted.
    fn lowered(&mut self) -> Form {
        let byte = self.control_byte(3);
        let upper = self.has_lower_digits();
        self.of_product("lowered", |assembly| assembly.graph.reglu(byte, upper))
    }

    /// The byte of the lower digits that is so many bytes below the first of the upper ones; 0 where there is none,
    /// or no upper digits.
    fn lower_byte(&mut self, below: i64) -> Form {
        let place = Form::constant(CUT_OFF - below) - self.lowered();
        let at = self.lower_digits() + place.clone();
        let byte =
            self.of_product(&format!("low.byte_{below}_below"), |assembly| assembly.stack_byte(at));
        let upper = self.has_lower_digits();
        let name = format!("low.digit_{below}_below");
        self.of_product(&name, |assembly| {
            let closed = (Form::constant(1) - upper) * SHUT;
            let graph = &mut assembly.graph;
            let open = place + Form::constant(1) - closed;
            let reached = graph.reglu(byte.clone(), open.clone());
            reached - graph.reglu(byte, open - Form::constant(1))
        })
    }

    /// Where the lower digits begin, which are on top of the stack.
    fn lower_digits(&mut self) -> Form {
        self.counters.depth.clone() * 4 - Form::constant(4)
    }

    /// The bytes emitted before, with those lower digits that lie right below the first two of the upper ones.
    pub(in super::super) fn with_lower_digits(&mut self, own: Form) -> Form {
        if !self.any(has_lower_digits) {
            return own;
        }
        let [started, twice] = [1, 2].map(|bytes| self.reached(bytes));
        let [last, last_but_one] = [1, 2].map(|below| self.lower_byte(below));
        // The last of the lower digits as it was one token ago: the first of the upper ones may have taken its place.
        let before = self.graph.shared("columns.low", |graph| graph.recent(last.clone(), 1));
        self.of_product("emitted_before", |assembly| {
            let graph = &mut assembly.graph;
            let first = Form::constant(1) - started.clone();
            let at_first = graph.reglu(last * 256 + last_but_one, first);
            own + at_first + graph.reglu(before, started - twice)
        })
    }

    /// 1 where the digits that are cut off are not all 0: the prefix that ends with the last of them, and, if
    /// that is in the upper word, the lower word.
    pub(in super::super) fn lower_columns(&mut self) -> Form {
        let last = Form::constant(CUT_OFF - 1) - self.lowered();
        let at = self.lower_digits() + last.clone();
        let prefix = self.of_product("low.prefix", |assembly| assembly.prefix_at(at));
        let word = self.word(0, 0);
        // The last place is -1 where nothing is cut off.
        let nothing = -last.clone() - Form::constant(1);
        let [nothing, in_upper] =
            [("nothing_cut_off", nothing), ("cuts_upper", last - Form::constant(4))]
                .map(|(name, x)| self.of_product(name, |assembly| assembly.graph.step(x)));
        let kinds = self.of_product("kinds_of_lost_digits", |assembly| {
            let graph = &mut assembly.graph;
            let one = Form::constant(1);
            let in_prefix = graph.step(prefix - nothing * MORE_THAN_A_WORD - one.clone());
            let closed = (one.clone() - in_upper) * MORE_THAN_A_WORD;
            in_prefix + graph.step(word - closed - one)
        });
        self.of_product("lost", |assembly| assembly.graph.step(kinds - Form::constant(1)))
    }
}
