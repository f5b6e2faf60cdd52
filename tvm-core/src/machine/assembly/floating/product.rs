//! The product of two significands, byte by byte. With bytes `a_i` and `b_j` its column `k` is the sum of
//! `a_i b_(k-i)`, and its byte `k` is `c_k` plus what the columns below carry, modulo 256.
//!
//! What they carry need not be counted. With the bytes `e` emitted before and the carry `r` into column `k - 2`,
//! `256 c_(k-1) + c_(k-2) + r - 256 e_(k-1) - e_(k-2)` is `2^16` times the carry into column `k`. So
//!
//! ```text
//! 2^16 c_k + 2^8 c_(k-1) + c_(k-2) - 2^8 e_(k-1) - e_(k-2)
//! ```
//!
//! is `2^16` times column and carry together, less `r`, which is less than `2^16`: rounded up it is the byte.
//! It is read as a wide value, so that its multiples of 256 are taken away as those of all wide values are.

use super::super::super::limits::BYTE;
use super::super::super::{Context, Opcode};
use super::super::{Assembly, Usage};
use super::MORE_THAN_A_WORD;
use crate::graph::Form;

/// Bytes of a significand, in its longest form.
const BYTES: i64 = 7;

/// How many bytes below the index of the upper digits those of the product begin.
const CUT_OFF: i64 = 6;

/// Of a wide value: `2^-16` of a byte.
const UNIT: i64 = BYTE >> 16;

/// Closes a neuron whose gate is a byte.
const SHUT: i64 = 1 << 10;

fn has_lower_digits(_: &Opcode, usage: &Usage) -> bool {
    usage.reads(Context::UpperColumns)
}

impl Assembly {
    /// A value of a product, in a slot of its own name.
    fn of_product(&mut self, name: &str, build: impl FnOnce(&mut Assembly) -> Form) -> Form {
        self.shared_value(&format!("significands.{name}"), |assembly| {
            let form = build(assembly);
            assembly.graph.persist(form)
        })
    }

    /// Byte `i` of the significand of the second operand. That of an f32 has three.
    fn second_byte(&mut self, i: i64) -> Form {
        let at = self.first_source() + Form::constant(i);
        let byte = self.of_product(&format!("second.byte_{i}"), |assembly| assembly.stack_byte(at));
        let wide = self.source_is_wide();
        let highest_bit = self.said().greater_bit_or_hidden;
        match i {
            0 | 1 => byte,
            2 => self.of_product("second.significand_2", |assembly| {
                let graph = &mut assembly.graph;
                let exponent =
                    graph.step(byte.clone() - Form::constant(128) - wide.clone() * SHUT) * 128;
                byte - exponent + graph.reglu(highest_bit, Form::constant(1) - wide)
            }),
            6 => self.of_product("second.significand_6", |assembly| {
                let graph = &mut assembly.graph;
                let narrow = Form::constant(1) - wide.clone();
                let exponent = graph.count(byte.clone() - narrow * SHUT, 16, 15) * 16;
                graph.reglu(byte, wide.clone()) - exponent + graph.reglu(highest_bit, wide)
            }),
            _ => self.of_product(&format!("second.significand_{i}"), |assembly| {
                assembly.graph.reglu(byte, wide)
            }),
        }
    }

    /// The byte of the significand of the top operand that is so many bytes below the column; 0 where it has none.
    fn top_byte_below(&mut self, column: &Form, below: i64) -> Form {
        let highest_bit = self.said().lesser_bit_or_exponent;
        let excess = self.excess_of_highest_byte("lesser", &highest_bit);
        let place = column.clone() - Form::constant(below);
        let at = self.source() + place.clone();
        let name = format!("top.byte_{below}_below");
        let byte = self.of_product(&name, |assembly| assembly.stack_byte(at));
        // The highest byte is byte 2 or byte 6.
        let from_highest = place.clone() - self.source_is_wide() * 4 - Form::constant(2);
        // A tent, whose neurons serve three neighbours.
        let [above, at_highest, under] = [below - 1, below, below + 1].map(|from| {
            let place = column.clone() - self.source_is_wide() * 4 - Form::constant(2 + from);
            self.shared(&format!("significands.top.excess_from_{}", from + 1), |assembly| {
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

    /// Does an opcode multiply significands? Then wide values are less than `2^43`, and not `2^42`.
    pub(in super::super::super) fn has_columns_of_significands(&self) -> bool {
        self.any(|_, usage| usage.reads(Context::Columns) || usage.reads(Context::UpperColumns))
    }

    /// 1 where the lower digits of a product lie above the scale.
    fn has_lower_digits(&mut self) -> Form {
        self.shared("significands", |assembly| {
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

    /// `2^8 e_(k-1) + e_(k-2)`, of the bytes emitted before the one at the index. For the first two of the upper
    /// digits some of these are lower digits.
    fn emitted_before(&mut self) -> Form {
        let [started, twice] = [1, 2].map(|bytes| self.reached(bytes));
        let number = self.columns.byte_number.clone();
        let one = Form::constant(1);
        let before = self.graph.recent(number.clone(), 1);
        let digits = self.any(has_lower_digits).then(|| [1, 2].map(|below| self.lower_byte(below)));
        // The last of the lower digits as it was one token ago: the first of the upper ones may have taken its place.
        let digits = digits.map(|[last, last_but_one]| {
            let before =
                self.graph.shared("significands.low", |graph| graph.recent(last.clone(), 1));
            [last, last_but_one, before]
        });
        self.of_product("emitted_before", |assembly| {
            let graph = &mut assembly.graph;
            let own = graph.reglu((number - one.clone()) * 256, started.clone())
                + graph.reglu(before - one.clone(), twice.clone());
            let Some([last, last_but_one, last_before]) = digits else { return own };
            let at_first = graph.reglu(last * 256 + last_but_one, one - started.clone());
            own + at_first + graph.reglu(last_before, started - twice)
        })
    }

    /// The byte at the index of the product of two significands, or of its upper digits, as a wide value.
    pub(in super::super) fn columns_of_significands(&mut self) -> Form {
        let mut column = self.bytes.result_index.clone();
        if self.any(has_lower_digits) {
            column = column + self.has_lower_digits() * CUT_OFF - self.lowered();
        }
        let second: Vec<Form> = (0..BYTES).map(|i| self.second_byte(i)).collect();
        let byte = |i: i64| match usize::try_from(i) {
            Ok(i) if i < second.len() => second[i].clone(),
            _ => Form::default(),
        };
        let mut sum = Form::default();
        // Added up in groups, so that not all bytes are in the residual stream at once.
        for group in 0..BYTES / 2 {
            let mut of_group = Form::default();
            for below in [0, 1, 2].map(|one| 3 * group + one) {
                let top = self.top_byte_below(&column, below);
                let weighted =
                    byte(below) * (1 << 16) + byte(below - 1) * (1 << 8) + byte(below - 2);
                of_group = of_group
                    + self.shared(&format!("significands.column_{below}_below"), |assembly| {
                        assembly.graph.reglu(weighted, top)
                    });
            }
            sum = sum + self.of_product(&format!("columns_{group}"), |_| of_group);
        }
        let emitted = self.emitted_before();
        self.of_product("columns", |_| {
            // Rounded up: the value is a multiple of the unit.
            (sum - emitted) * UNIT + Form::constant(BYTE - UNIT)
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
