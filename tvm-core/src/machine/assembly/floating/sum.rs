//! The sum of two significands, or their difference, byte by byte. The greater one has 8 bits more below, so
//! that its bytes are those of the number, one further up. The lesser one is shifted by the distance of the
//! scale; what lies below the window is lost, and only whether it was 0 is kept.
//!
//! The carry into a byte is known from the byte emitted before: with the byte `g` of the greater significand and
//! the carry `c` into it, a sum emitted `e = g + l + c` modulo 256, which carries where `e < g + c`; a difference
//! emitted `e = g - l - c` modulo 256, which borrows where `e > g - c`.

use super::super::Assembly;
use super::window::LOST;
use crate::graph::Form;

/// Closes a neuron whose gate is a difference of bytes.
const SHUT: i64 = 1 << 12;

/// Added to the index for f64, so that a table of it knows the width.
const INDEX_IN_F64: i64 = 32;

impl Assembly {
    /// A value of a sum, in a slot of its own name.
    fn of_sum(&mut self, name: &str, build: impl FnOnce(&mut Assembly) -> Form) -> Form {
        self.shared_value(&format!("sum.{name}"), |assembly| {
            let form = build(assembly);
            assembly.graph.persist(form)
        })
    }

    /// A function of the index and of the width of the numbers, for indices below 8; 0 where no numbers lie below a
    /// scale, so that what is remembered of a sum is 0 for all other instructions.
    fn by_index(&mut self, name: &str, function: fn(i64, bool) -> bool) -> Form {
        let kind = self.kind_of_control();
        let at = self.bytes.result_index.clone() + self.source_is_wide() * INDEX_IN_F64 + kind;
        let value = move |at: i64| i64::from(function(at % INDEX_IN_F64, at >= INDEX_IN_F64));
        self.of_sum(name, |assembly| assembly.graph.table(at, 0..2 * INDEX_IN_F64, &value))
    }

    /// The byte at the index of the greater significand.
    pub(in super::super) fn greater(&mut self) -> Form {
        let exchange = self.said().exchange;
        let at = self.first_source() + exchange + self.bytes.result_index.clone();
        let byte =
            self.of_sum("greater_byte", |assembly| assembly.stack_byte(at - Form::constant(1)));
        let highest_bit = self.said().greater_bit_or_hidden;
        let has = self
            .by_index("has_greater", |index, wide| (1..=if wide { 7 } else { 3 }).contains(&index));
        let at_highest = [
            self.by_index("is_highest_of_f32", |index, wide| index == 3 && !wide),
            self.by_index("is_highest_of_f64", |index, wide| index == 7 && wide),
        ];
        self.of_sum("greater", |assembly| {
            let graph = &mut assembly.graph;
            let [of_f32, of_f64] = at_highest;
            let own_bit = graph.reglu(highest_bit, of_f32.clone() + of_f64.clone());
            let [f32_closed, f64_closed] =
                [of_f32, of_f64].map(|open| (Form::constant(1) - open) * SHUT);
            let exponent = graph.step(byte.clone() - Form::constant(128) - f32_closed) * 128
                + graph.count(byte.clone() - f64_closed, 16, 15) * 16;
            graph.reglu(byte, has) - exponent + own_bit
        })
    }

    /// The byte at the index of the lesser significand, shifted. The highest byte of the number has bits
    /// of the exponent, which do not count, and lacks the highest bit of the significand.
    pub(in super::super) fn lesser(&mut self) -> Form {
        let window = self.window();
        let highest_bit = self.said().lesser_bit_or_exponent;
        let excess = self.excess_of_highest_byte("lesser", &highest_bit);
        let factor = self.highest_factor();
        self.of_sum("lesser", |assembly| window - assembly.graph.reglu(excess, factor))
    }

    /// How much the highest byte of the lesser number of a sum, or of the top number of a product, is
    /// greater than that of its significand.
    pub(super) fn excess_of_highest_byte(&mut self, name: &str, highest_bit: &Form) -> Form {
        let wide = self.source_is_wide();
        let start = self.source() - self.said().exchange;
        let at = start + Form::constant(2) + wide.clone() * 4;
        let name = format!("{name}.highest_byte");
        let byte = self.of_sum(&name, |assembly| assembly.stack_byte(at));
        let highest_bit = highest_bit.clone();
        self.of_sum(&format!("{name}.excess"), |assembly| {
            let graph = &mut assembly.graph;
            let narrow = Form::constant(1) - wide.clone();
            let of_f32 = graph.step(byte.clone() - Form::constant(128) - wide * SHUT) * 128;
            let of_f64 = graph.count(byte - narrow * SHUT, 16, 15) * 16;
            of_f32 + of_f64 - highest_bit
        })
    }

    /// 1 where the significands are subtracted.
    pub(in super::super) fn subtracts(&mut self) -> Form {
        self.said().subtracts_or_sign
    }

    /// 1 where digits of the lesser significand are lost: the scale says that with the distance.
    pub(in super::super) fn lost(&mut self) -> Form {
        let distance = self.distance_byte();
        self.of_sum("lost", |assembly| assembly.graph.step(distance - Form::constant(LOST)))
    }

    /// What is carried into the byte at the index, or borrowed from it: from the first byte what is lost.
    pub(in super::super) fn carry_of_sum(&mut self) -> Form {
        let greater = self.greater();
        let before = self.graph.shared("sum.greater", |graph| graph.recent(greater, 1));
        let subtracts = self.subtracts();
        let adds = Form::constant(1) - subtracts.clone();
        let first = self.bytes.boundary.clone();
        let second = Form::constant(1) - self.reached(2);
        let tick = self.columns.carry.clone();
        // The tick of the first byte of a sum is no carry: it says what is lost.
        let carried = self.of_sum("carried_before", |assembly| {
            let all = tick.clone() + second + adds.clone();
            tick - assembly.graph.step(all - Form::constant(3))
        });
        let emitted = self.columns.byte_number.clone() - Form::constant(1);
        let lost = self.lost();
        self.of_sum("carry", |assembly| {
            let graph = &mut assembly.graph;
            let difference = before - emitted;
            let carry = difference.clone() + carried.clone() - subtracts.clone() * SHUT;
            let borrow = carried - difference - adds * SHUT;
            let closed = first.clone() * SHUT + Form::constant(1);
            graph.step(carry - closed.clone())
                + graph.step(borrow - closed)
                + graph.step(lost + subtracts + first - Form::constant(3))
        })
    }
}
