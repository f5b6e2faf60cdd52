//! A byte of a shifted operand: of the lesser significand of a sum, or of a significand that is rounded.
//! The operand lies below the top word, which has the distance as one of its bytes. The byte at the index
//! begins so many bits above the start of the operand; its bits come from two neighbouring bytes.

use super::super::super::{Context, Opcode};
use super::super::{Assembly, Usage};
use crate::graph::Form;

/// Added to the distance in each kind of window, so that the tables of all kinds are one: their distances are
/// in different ranges.
const IN_F64: i64 = 512;
const IN_SIGNIFICAND: i64 = 1024;
const NOWHERE: i64 = -4096;

/// What is subtracted from the byte that says the distance. A significand of a sum has 8 bits more below.
const OF_SUM: i64 = 8;
pub(super) const OF_ROUNDING: i64 = 64;

/// The least and the greatest distance in a window, before what keeps the kinds apart.
const LEAST: i64 = -64;
const GREATEST: i64 = 256;

/// A byte in the scale of wide values is this power of two.
const BYTE_BITS: i64 = 24;

/// A kind of window: the place of its highest byte, and how many bits of that byte are digits.
#[derive(Debug, Clone, Copy)]
struct Source {
    highest: i64,
    bits: i64,
}

/// Where a byte of the window comes from.
#[derive(Debug, Clone, Copy)]
struct Origin {
    source: Source,
    /// The place of its lower byte, which may be none of the operand's.
    lower: i64,
    /// By how many bits it begins above that byte.
    within: i64,
}

impl Origin {
    /// By the distance that keeps kinds apart; `None` beyond all of them.
    fn at(distance: i64) -> Option<Origin> {
        let kinds = [
            (0, Source { highest: 2, bits: 7 }),
            (IN_F64, Source { highest: 6, bits: 4 }),
            (IN_SIGNIFICAND, Source { highest: 7, bits: 8 }),
        ];
        let (start, source) =
            kinds.into_iter().find(|(start, _)| (LEAST..GREATEST).contains(&(distance - start)))?;
        let distance = distance - start;
        let (lower, within) = (distance.div_euclid(8), distance.rem_euclid(8));
        Some(Origin { source, lower, within })
    }

    fn has(self, place: i64) -> bool {
        (0..=self.source.highest).contains(&place)
    }

    /// The place of the lower byte, or the nearest one outside of the operand.
    fn place(self) -> i64 {
        self.lower.clamp(-1, self.source.highest + 1)
    }

    fn lower_factor(self) -> i64 {
        if self.has(self.lower) { 1 << (BYTE_BITS - self.within) } else { 0 }
    }

    fn upper_factor(self) -> i64 {
        let is_used = self.within > 0 && self.has(self.lower + 1);
        if is_used { 1 << (BYTE_BITS + 8 - self.within) } else { 0 }
    }

    /// What the highest byte is multiplied by.
    fn highest_factor(self) -> i64 {
        match self.source.highest - self.lower {
            0 => self.lower_factor(),
            1 => self.upper_factor(),
            _ => 0,
        }
    }

    /// Bits of the lower byte that lie below the window.
    fn lost_bits(self) -> i64 {
        if self.has(self.lower) { self.within } else { 0 }
    }

    /// 1 where whole bytes of the operand lie below the window.
    fn loses_bytes(self) -> i64 {
        i64::from(self.lower >= 1)
    }

    /// 1 where bytes of the upper word do, so that all of the lower word does too.
    fn loses_upper_bytes(self) -> i64 {
        i64::from(self.lower >= 5 && self.source.highest > 3)
    }

    /// 1 where the bit above the digits of the highest byte does.
    fn loses_highest_bit(self) -> i64 {
        let Source { highest, bits } = self.source;
        i64::from(self.lower * 8 + self.within > highest * 8 + bits)
    }
}

/// What depends on the distance alone.
type OfOrigin = fn(Origin) -> i64;

fn aligns(_: &Opcode, usage: &Usage) -> bool {
    usage.reads(Context::AlignedLesser)
}

fn rounds(_: &Opcode, usage: &Usage) -> bool {
    usage.reads(Context::Rounded)
}

/// Has it a number in floating point, or a significand, right below the operands of its step, that is wide?
fn is_wide(opcode: &Opcode, usage: &Usage) -> bool {
    let number = match usage.reads(Context::UpperColumns) {
        true => 2,
        false => 1,
    };
    let reads = [Context::AlignedLesser, Context::Columns, Context::UpperColumns, Context::Rounded];
    reads.iter().any(|context| usage.reads(*context))
        && opcode.operand_type(number).is_some_and(|of| of.words() == 2)
}

impl Assembly {
    /// A value of a window, in a slot of its own name.
    fn of_window(&mut self, name: &str, build: impl FnOnce(&mut Assembly) -> Form) -> Form {
        self.shared_value(&format!("window.{name}"), |assembly| {
            let form = build(assembly);
            assembly.graph.persist(form)
        })
    }

    /// 1 where the numbers below the scale, or the significand below the rounding, are two words.
    pub(super) fn source_is_wide(&mut self) -> Form {
        self.shared("window", |assembly| {
            assembly.gated_slot("source_is_wide", Form::constant(1), is_wide)
        })
    }

    /// Four times the depth of the lowest word of what lies right below the scale or the rounding.
    pub(super) fn source(&mut self) -> Form {
        let below = self.source_is_wide() + Form::constant(1) + self.words_above_scale();
        (self.counters.depth.clone() - below) * 4
    }

    /// 1 where significands are aligned.
    pub(super) fn aligning(&mut self) -> Form {
        self.shared("window", |assembly| assembly.gated_slot("aligns", Form::constant(1), aligns))
    }

    /// The distance of the window at the index, with what keeps the kinds of windows apart. It is the last byte
    /// of a scale, and the first of a rounding.
    fn distance_of_window(&mut self) -> Form {
        let aligning = self.aligning();
        let wide = self.source_is_wide();
        let at = self.counters.depth.clone() * 4 + aligning.clone() * 3;
        let byte = self.of_window("distance_byte", |assembly| assembly.stack_byte(at));
        let kind = self.of_window("kind", |assembly| {
            let of_sum = Form::constant(-OF_SUM - NOWHERE);
            let of_sum = assembly.gated(of_sum, aligns);
            let of_rounding = Form::constant(IN_SIGNIFICAND - OF_ROUNDING - NOWHERE);
            let of_rounding = assembly.gated(of_rounding, rounds);
            let graph = &mut assembly.graph;
            let of_f64 = graph.step(wide + aligning - Form::constant(2));
            of_sum + of_rounding + of_f64 * IN_F64 + Form::constant(NOWHERE)
        });
        self.bytes.result_index.clone() * 8 + byte + kind
    }

    /// A function of the distance; 0 where there is no window.
    fn by_origin(&mut self, name: &str, function: OfOrigin) -> Form {
        let distance = self.distance_of_window();
        let value = move |distance| Origin::at(distance).map_or(0, function);
        let range = LEAST - 1..IN_SIGNIFICAND + GREATEST + 1;
        self.of_window(name, |assembly| assembly.graph.table(distance, range, &value))
    }

    fn place(&mut self) -> Form {
        self.by_origin("place", Origin::place)
    }

    /// The byte at the index of what is shifted, as a wide value.
    pub(in super::super) fn window(&mut self) -> Form {
        let source = self.shifted_source() + self.place();
        let lower = self.of_window("lower_byte", |assembly| assembly.stack_byte(source.clone()));
        let next = source + Form::constant(1);
        let upper = self.of_window("upper_byte", |assembly| assembly.stack_byte(next));
        let lower_factor = self.by_origin("lower_factor", Origin::lower_factor);
        let upper_factor = self.by_origin("upper_factor", Origin::upper_factor);
        self.of_window("bits", |assembly| {
            let graph = &mut assembly.graph;
            graph.reglu(lower, lower_factor) + graph.reglu(upper, upper_factor)
        })
    }

    /// What the highest byte of the operand counts in the window.
    pub(super) fn highest_factor(&mut self) -> Form {
        self.by_origin("highest_factor", Origin::highest_factor)
    }

    /// How many of these hold: digits that lie below the window are not 0, in whole bytes, in the lower word,
    /// in the byte of which the window has a part; and so is the highest bit, whose value is given.
    pub(super) fn digits_below_window(&mut self, highest_bit: &Form) -> Form {
        let source = self.shifted_source();
        let place = self.place();
        let at = source.clone() + place.clone();
        let prefix = self.of_window("bytes_below", |assembly| {
            assembly.prefix_at(at.clone() - Form::constant(1))
        });
        let low_word =
            self.of_window("low_word", |assembly| assembly.prefix_at(source + Form::constant(3)));
        let zeros = self.own_counts().zeros;
        let zeros = self.of_window("trailing_zeros", |assembly| assembly.stack_lookup(at, zeros));
        let lost_bits = self.by_origin("lost_bits", Origin::lost_bits);
        let loses = self.by_origin("loses_bytes", Origin::loses_bytes);
        let loses_upper = self.by_origin("loses_upper_bytes", Origin::loses_upper_bytes);
        let loses_highest = self.by_origin("loses_highest_bit", Origin::loses_highest_bit);
        let highest_bit = highest_bit.clone();
        self.of_window("digits_below", |assembly| {
            let graph = &mut assembly.graph;
            let closed = |open: Form| (Form::constant(1) - open) * super::MORE_THAN_A_WORD;
            let one = Form::constant(1);
            let in_bytes = graph.step(prefix - closed(loses) - one.clone());
            let in_low_word = graph.step(low_word - closed(loses_upper) - one.clone());
            let in_bits = graph.step(lost_bits - zeros - one);
            // The highest bit is 16 or 128, or 0.
            let highest = graph.step(loses_highest * 256 + highest_bit - Form::constant(272));
            in_bytes + in_low_word + in_bits + highest
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A byte of the window of an integer, as the machine puts it together.
    fn byte(start: i64, distance: i64, operand: u64) -> u8 {
        let Some(origin) = Origin::at(start + distance) else { return 0 };
        let at = |place: i64| u64::from(operand.unbounded_shr(8 * place as u32) as u8) as i64;
        let lower = if origin.lower_factor() > 0 { at(origin.lower) } else { 0 };
        let upper = if origin.upper_factor() > 0 { at(origin.lower + 1) } else { 0 };
        ((lower * origin.lower_factor() + upper * origin.upper_factor()) >> BYTE_BITS) as u8
    }

    #[test]
    fn a_window_is_a_shifted_operand() {
        let operand = 0x9abc_def1_2345_6789_u64;
        for (start, bits) in [(0, 24), (IN_F64, 56), (IN_SIGNIFICAND, 64)] {
            let digits = operand & (u64::MAX >> (64 - bits));
            for shift in -53..140_i64 {
                for index in 0..8 {
                    let distance = 8 * index + shift;
                    let expected = match distance {
                        0.. => digits.unbounded_shr(distance as u32),
                        _ => digits.unbounded_shl(-distance as u32),
                    };
                    assert_eq!(byte(start, distance, digits), expected as u8, "{shift} {index}");
                }
            }
        }
    }

    #[test]
    fn what_is_lost_is_what_lies_below() {
        for distance in LEAST..GREATEST {
            let origin = Origin::at(IN_F64 + distance).expect("it is a window");
            assert_eq!(origin.loses_highest_bit(), i64::from(distance > 52));
            assert_eq!(origin.loses_bytes(), i64::from(distance >= 8));
            assert_eq!(origin.loses_upper_bytes(), i64::from(distance >= 40));
        }
    }
}
