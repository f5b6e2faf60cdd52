//! Products, byte by byte: of two integers of 64 bits, and of two significands. With bytes `a_i` and `b_j` of the factors
//! column `k` of a product is the sum of all `a_i b_(k-i)`, and its byte `k` is `c_k` plus what the columns below carry,
//! modulo 256.
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
//!
//! The lower factor is read as it was at the beginning, as for shifts: the product of integers takes its place.

use super::super::limits::BYTE;
use super::super::{Context, Opcode};
use super::operand::operand_name;
use super::{Assembly, Usage};
use crate::graph::Form;

/// How many bytes a factor has: an integer, and a significand in its longest form.
const OF_INTEGER: i64 = 8;
const OF_SIGNIFICAND: i64 = 7;

/// Of a wide value: `2^-16` of a byte.
const UNIT: i64 = BYTE >> 16;

/// Closes a neuron whose gate is a byte.
const SHUT: i64 = 1 << 10;

/// How many operands lie above two significands that are multiplied: their scale, and above it the lower digits when the upper
/// ones are emitted. Above integers there is nothing.
const ABOVE: [(Context, usize); 2] = [(Context::Columns, 1), (Context::UpperColumns, 2)];

fn multiplies_integers(_: &Opcode, usage: &Usage) -> bool {
    usage.reads(Context::WideProduct)
}

fn multiplies_significands(_: &Opcode, usage: &Usage) -> bool {
    ABOVE.iter().any(|(context, _)| usage.reads(*context))
}

/// Are the significands those of f32?
fn multiplies_short(opcode: &Opcode, usage: &Usage) -> bool {
    usage.reads(Context::Columns) && opcode.operand_type(1).is_some_and(|of| of.words() == 1)
}

/// Does the instruction read the second of its factors, or what it shifts, byte by byte?
fn takes_bytes(opcode: &Opcode, usage: &Usage) -> bool {
    let reads = usage.shifts() || usage.reads(Context::Product);
    reads || multiplies_integers(opcode, usage) || multiplies_significands(opcode, usage)
}

impl Assembly {
    /// A value of a product, in a slot of its own name.
    pub(super) fn of_product(
        &mut self,
        name: &str,
        build: impl FnOnce(&mut Assembly) -> Form,
    ) -> Form {
        self.shared_value(&format!("columns.{name}"), |assembly| {
            let form = build(assembly);
            assembly.graph.persist(form)
        })
    }

    /// Are there columns of bytes? Then wide values are less than `2^43`, and not `2^42`.
    pub(in super::super) fn has_columns(&self) -> bool {
        self.any(|opcode, usage| {
            multiplies_integers(opcode, usage) || multiplies_significands(opcode, usage)
        })
    }

    /// Is there a product of significands?
    pub(super) fn has_columns_of_significands(&self) -> bool {
        self.any(multiplies_significands)
    }

    /// By how many words a factor lies lower than an operand: only significands do.
    fn words_above_factor(&mut self, operand: usize) -> Form {
        self.shared(operand_name(operand), |assembly| {
            assembly.bind("words_above_factor", |assembly| {
                let mut words = Form::default();
                for (context, more) in ABOVE {
                    let value = move |opcode: &Opcode| {
                        let lower = operand + 1..=operand + more;
                        let words = lower.filter_map(|it| opcode.operand_type(it));
                        Form::constant(words.map(|of| i64::from(of.words())).sum())
                    };
                    let which = |_: &Opcode, usage: &Usage| usage.reads(context);
                    words = words + assembly.gated_by(which, value, &Form::default());
                }
                assembly.graph.persist(words)
            })
        })
    }

    /// Where a factor begins: that on top, 0, or the one below it.
    fn factor(&mut self, operand: usize) -> Form {
        (self.lowest_word(operand) - self.words_above_factor(operand)) * 4
    }

    /// 1 where the executed opcode multiplies or shifts, and its lower factor has a byte with this index; that of
    /// significands has three or seven.
    fn takes_byte(&mut self, i: i64) -> Form {
        let (name, first): (&str, fn(&Opcode, &Usage) -> bool) = match i {
            _ if !self.has_columns_of_significands() => ("bytes_are_wanted", takes_bytes),
            0..=2 => ("bytes_are_wanted", takes_bytes),
            3..OF_SIGNIFICAND => ("bytes_from_3_are_wanted", |opcode, usage| {
                takes_bytes(opcode, usage) && !multiplies_short(opcode, usage)
            }),
            _ => ("byte_7_is_wanted", |opcode, usage| {
                takes_bytes(opcode, usage) && !multiplies_significands(opcode, usage)
            }),
        };
        self.shared(operand_name(1), |assembly| assembly.gated_slot(name, Form::constant(1), first))
    }

    /// Byte `i` of the second operand, or of the lower factor of significands; 0 where it has none. It is read as it was
    /// at the beginning, since the result overwrites it.
    pub(super) fn factor_byte(&mut self, i: i64) -> Form {
        let query = self.factor(1) + Form::constant(i);
        let takes = self.takes_byte(i);
        let name = format!("byte_{i}");
        self.shared(operand_name(1), |assembly| {
            let byte = assembly.within(&name, |assembly| assembly.stack_byte(query));
            assembly.at_beginning(&name, byte, &takes)
        })
    }

    /// Byte `i` of the lower factor.
    fn digit_of_factor(&mut self, i: i64) -> Form {
        let byte = self.factor_byte(i);
        if self.has_columns_of_significands() { self.without_exponent(i, byte) } else { byte }
    }

    /// The byte of the top factor that is so many bytes below the column: 0 where it has none, or less, as the gate
    /// of a neuron.
    fn top_digit_below(&mut self, column: &Form, below: i64) -> Form {
        let at = self.factor(0) + column.clone() - Form::constant(below);
        let name = format!("top.byte_{below}_below");
        let byte = self.shared(&format!("columns.{name}"), |assembly| assembly.stack_byte(at));
        if self.has_columns_of_significands() {
            return self.top_significand_below(column, below, byte);
        }
        match below {
            0 => byte,
            _ => byte - (Form::constant(1) - self.reached(below)) * SHUT,
        }
    }

    /// `2^8 e_(k-1) + e_(k-2)`, of the bytes emitted before the one at the index.
    fn emitted_before(&mut self) -> Form {
        let [started, twice] = [1, 2].map(|bytes| self.reached(bytes));
        let number = self.columns.byte_number.clone();
        let one = Form::constant(1);
        let before = self.graph.recent(number.clone(), 1);
        let own = self.shared("columns.emitted", |assembly| {
            assembly.graph.reglu((number - one.clone()) * 256, started)
                + assembly.graph.reglu(before - one, twice)
        });
        self.with_lower_digits(own)
    }

    /// The byte at the index of the product of two factors, or of its upper digits, as a wide value.
    pub(super) fn columns_of_product(&mut self) -> Form {
        let integers = self.any(multiplies_integers);
        let significands = self.has_columns_of_significands();
        let bytes = if integers { OF_INTEGER } else { OF_SIGNIFICAND };
        // Two bytes more lie above the lower factor in a column and in the two below it.
        let rows = if significands { OF_SIGNIFICAND + 2 } else { bytes };
        let column = self.column_of_significands();
        let factor: Vec<Form> = (0..bytes).map(|i| self.digit_of_factor(i)).collect();
        let byte = |i: i64| {
            let place = usize::try_from(i).ok();
            place.and_then(|i| factor.get(i)).cloned().unwrap_or_default()
        };
        let mut sum = Form::default();
        // Added up in groups, so that not all bytes are in the residual stream at once.
        for (group, first) in (0..rows).step_by(3).enumerate() {
            let mut of_group = Form::default();
            for below in first..rows.min(first + 3) {
                let top = self.top_digit_below(&column, below);
                let weighted =
                    byte(below) * (1 << 16) + byte(below - 1) * (1 << 8) + byte(below - 2);
                of_group = of_group
                    + self.shared(&format!("columns.row_{below}_below"), |assembly| {
                        assembly.graph.reglu(weighted, top)
                    });
            }
            sum = sum + self.of_product(&format!("group_{group}"), |_| of_group);
        }
        let emitted = self.emitted_before();
        self.of_product("byte", |_| {
            // Rounded up: the value is a multiple of the unit.
            (sum - emitted) * UNIT + Form::constant(BYTE - UNIT)
        })
    }
}
