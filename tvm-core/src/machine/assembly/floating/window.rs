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

/// The byte of a rounding that has the bit which decides, and by how much that bit lies above the start of
/// the window of the byte: it is the highest bit of it, and the bit below the shift.
const DECIDING: i64 = 3;
const ABOVE_START: i64 = 8;

/// The least and the greatest distance in a window, before what keeps the kinds apart.
const LEAST: i64 = -64;
const GREATEST: i64 = 256;

/// Added to the distance in a scale where digits are lost.
pub(super) const LOST: i64 = 128;

/// The distances of windows of sums are below this, unless digits are lost.
const OF_SUM_END: i64 = LOST - OF_SUM;

/// A byte in the scale of wide values is this power of two.
const BYTE_BITS: i64 = 24;

/// Where a byte of the window comes from.
#[derive(Debug, Clone, Copy)]
struct Origin {
    /// The place of the highest byte of the operand.
    highest: i64,
    /// The place of its lower byte, which may be none of the operand's.
    lower: i64,
    /// By how many bits it begins above that byte.
    within: i64,
}

impl Origin {
    /// By the distance that keeps kinds apart; `None` beyond all of them.
    fn at(distance: i64) -> Option<Origin> {
        let kinds = [(0, 2), (IN_F64, 6), (IN_SIGNIFICAND, 7)];
        let (start, highest) =
            kinds.into_iter().find(|(start, _)| (LEAST..GREATEST).contains(&(distance - start)))?;
        let mut distance = distance - start;
        if start != IN_SIGNIFICAND && distance >= OF_SUM_END {
            distance -= LOST;
        }
        let (lower, within) = (distance.div_euclid(8), distance.rem_euclid(8));
        Some(Origin { highest, lower, within })
    }

    fn has(self, place: i64) -> bool {
        (0..=self.highest).contains(&place)
    }

    /// The place of the lower byte, or the nearest one outside of the operand.
    fn place(self) -> i64 {
        self.lower.clamp(-1, self.highest + 1)
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
        match self.highest - self.lower {
            0 => self.lower_factor(),
            1 => self.upper_factor(),
            _ => 0,
        }
    }
}

/// What depends on the distance alone.
type OfOrigin = fn(Origin) -> i64;

fn aligns(_: &Opcode, usage: &Usage) -> bool {
    usage.reads(Context::AlignedLesser)
}

fn cuts_fraction(_: &Opcode, usage: &Usage) -> bool {
    usage.reads(Context::WholeDigits)
}

/// Is a number shifted, and not a significand?
fn shifts_number(opcode: &Opcode, usage: &Usage) -> bool {
    aligns(opcode, usage) || cuts_fraction(opcode, usage)
}

fn rounds(_: &Opcode, usage: &Usage) -> bool {
    usage.reads(Context::Rounded)
}

fn makes_rounding(_: &Opcode, usage: &Usage) -> bool {
    usage.reads(Context::RoundingBits)
}

impl Assembly {
    /// A value of a window, in a slot of its own name.
    fn of_window(&mut self, name: &str, build: impl FnOnce(&mut Assembly) -> Form) -> Form {
        self.shared_value(&format!("window.{name}"), |assembly| {
            let form = build(assembly);
            assembly.graph.persist(form)
        })
    }

    /// 1 where a number is shifted.
    fn shifting_number(&mut self) -> Form {
        self.shared("window", |assembly| {
            assembly.gated_slot("shifts_number", Form::constant(1), shifts_number)
        })
    }

    /// The byte that says the distance: the last of the scale of a sum, and the first of a rounding, which may
    /// have been emitted just now.
    pub(super) fn distance_byte(&mut self) -> Form {
        let place = self.of_window("place_of_distance", |assembly| {
            let of_number = assembly.gated(Form::constant(3), shifts_number);
            of_number + assembly.gated(Form::constant(4), makes_rounding)
        });
        let at = self.counters.depth.clone() * 4 + place;
        self.of_window("distance_byte", |assembly| assembly.stack_byte(at))
    }

    /// The distance of the window at the index, with what keeps the kinds of windows apart. The bit that
    /// decides is one further up where there is a tie, which the tick says.
    fn distance_of_window(&mut self) -> Form {
        let number = self.shifting_number();
        let wide = self.source_is_wide();
        let byte = self.distance_byte();
        let tick = self.columns.carry.clone();
        let kind = self.of_window("kind", |assembly| {
            let in_significand = IN_SIGNIFICAND - OF_ROUNDING - NOWHERE;
            let of_bit = tick + Form::constant(in_significand - ABOVE_START - 8 * DECIDING);
            let kinds = assembly.gated(Form::constant(-OF_SUM - NOWHERE), aligns)
                + assembly.gated(Form::constant(-NOWHERE), cuts_fraction)
                + assembly.gated(Form::constant(in_significand), rounds)
                + assembly.gated(of_bit, makes_rounding);
            let of_f64 = assembly.graph.step(wide + number - Form::constant(2));
            kinds + of_f64 * IN_F64 + Form::constant(NOWHERE)
        });
        self.bytes.result_index.clone() * 8 + byte + kind
    }

    /// Where the operand begins that is shifted: the lesser number of a sum, or a significand.
    pub(super) fn shifted_source(&mut self) -> Form {
        let below = self.source_is_wide() + Form::constant(1);
        let source = (self.counters.depth.clone() - below) * 4;
        if self.any(aligns) { source - self.said().exchange } else { source }
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
            let shifts = if start == IN_SIGNIFICAND { -53..140_i64 } else { -8..63 };
            for shift in shifts {
                for index in 0..8 {
                    let distance = 8 * index + shift;
                    let expected = match distance {
                        0.. => digits.unbounded_shr(distance as u32),
                        _ => digits.unbounded_shl(-distance as u32),
                    };
                    assert_eq!(byte(start, distance, digits), expected as u8, "{shift} {index}");
                    if start != IN_SIGNIFICAND {
                        let lost = byte(start, distance + LOST, digits);
                        assert_eq!(lost, expected as u8, "{shift} {index}, digits lost");
                    }
                }
            }
        }
    }
}
