//! The control word of a step: the scale of a significand, or the rounding of a result. Its bytes are read one by
//! one. The step's operands lie around it: numbers or a significand below, in some steps a significand above.

use super::super::super::{Context, Opcode};
use super::super::{Assembly, Usage};
use crate::graph::Form;

/// Added to flags, so that a table of them knows whose they are: of numbers of two words, of a scale that is
/// rounded, and of a rounding, whose significand is two words. Where there are none they are far away.
const OF_PAIRS: i64 = 64;
const OF_ROUNDED_SCALE: i64 = 128;
const OF_ROUNDING: i64 = 256;
const NOWHERE: i64 = 1 << 10;

/// Flags with what is added to them.
#[derive(Debug, Clone, Copy)]
enum Flags {
    /// Of the scale of a sum or a product, and the highest bit of a significand in its byte.
    Scale {
        flags: i64,
        highest_bit: i64,
    },
    /// Of a scale that is rounded.
    RoundedScale(i64),
    Rounding(i64),
    None,
}

impl Flags {
    fn at(value: i64) -> Flags {
        match value {
            0..OF_PAIRS => Flags::Scale { flags: value, highest_bit: 128 },
            OF_PAIRS..OF_ROUNDED_SCALE => Flags::Scale { flags: value - OF_PAIRS, highest_bit: 16 },
            OF_ROUNDED_SCALE..OF_ROUNDING => Flags::RoundedScale(value - OF_ROUNDED_SCALE),
            OF_ROUNDING.. if value < OF_ROUNDING + 64 => Flags::Rounding(value - OF_ROUNDING),
            _ => Flags::None,
        }
    }

    /// How many bytes the greater number lies above the second operand, and the lesser below the top one.
    fn exchange(self) -> i64 {
        match self {
            Flags::Scale { flags, highest_bit } => {
                bit(flags, 2) * if highest_bit == 16 { 8 } else { 4 }
            }
            _ => 0,
        }
    }

    /// 1 where the significands are subtracted; otherwise the sign.
    fn subtracts_or_sign(self) -> i64 {
        match self {
            Flags::Scale { flags, .. } => bit(flags, 4),
            Flags::RoundedScale(flags) => bit(flags, 1),
            Flags::Rounding(flags) => bit(flags, 8),
            Flags::None => 0,
        }
    }

    /// The highest bit of the significand of the greater number, in its byte. Of a rounding twice the hidden bit,
    /// in units of that bit, less the highest bit of the fraction of a NaN.
    fn greater_bit_or_hidden(self) -> i64 {
        match self {
            Flags::Scale { flags, highest_bit } => bit(flags, 8) * highest_bit,
            Flags::Rounding(flags) => 2 * bit(flags, 16) - bit(flags, 32),
            Flags::RoundedScale(_) | Flags::None => 0,
        }
    }

    /// The highest bit of the lesser number; of a rounding the upper bits of the exponent.
    fn lesser_bit_or_exponent(self) -> i64 {
        match self {
            Flags::Scale { flags, highest_bit } => bit(flags, 16) * highest_bit,
            Flags::Rounding(flags) => (flags & 7) * 256,
            Flags::RoundedScale(_) | Flags::None => 0,
        }
    }
}

/// 1 where a bit is set.
fn bit(flags: i64, bit: i64) -> i64 {
    i64::from(flags & bit != 0)
}

/// What the flags of a control word say. Each value is of one kind of step or of another, in one slot.
#[derive(Debug, Clone)]
pub(super) struct Said {
    pub(super) exchange: Form,
    pub(super) subtracts_or_sign: Form,
    pub(super) greater_bit_or_hidden: Form,
    pub(super) lesser_bit_or_exponent: Form,
}

/// The steps that read a scale below which numbers lie.
fn reads_scale(_: &Opcode, usage: &Usage) -> bool {
    let contexts =
        [Context::AlignedLesser, Context::WholeDigits, Context::Columns, Context::UpperColumns];
    contexts.iter().any(|context| usage.reads(*context))
}

fn reads_rounding(_: &Opcode, usage: &Usage) -> bool {
    usage.reads(Context::Rounded)
}

fn makes_rounding(_: &Opcode, usage: &Usage) -> bool {
    usage.reads(Context::RoundingExponent) || usage.reads(Context::TruncationDistance)
}

/// Does a significand lie above the scale?
fn has_significand_above(opcode: &Opcode, usage: &Usage) -> bool {
    makes_rounding(opcode, usage) || usage.reads(Context::UpperColumns)
}

/// Are the numbers below the scale, or is the significand below the rounding, two words?
fn source_is_wide(opcode: &Opcode, usage: &Usage) -> bool {
    let source = if usage.reads(Context::UpperColumns) { 2 } else { 1 };
    (reads_scale(opcode, usage) || reads_rounding(opcode, usage))
        && opcode.operand_type(source).is_some_and(|of| of.words() == 2)
}

impl Assembly {
    /// A value of a control word, in a slot of its own name.
    fn of_control(&mut self, name: &str, build: impl FnOnce(&mut Assembly) -> Form) -> Form {
        self.shared_value(&format!("control.{name}"), |assembly| {
            let form = build(assembly);
            assembly.graph.persist(form)
        })
    }

    /// 1 where a significand lies above the control word.
    fn has_significand_above(&mut self) -> Form {
        self.shared("control", |assembly| {
            let one = Form::constant(1);
            assembly.gated_slot("has_significand_above", one, has_significand_above)
        })
    }

    /// A byte of the control word.
    pub(in super::super) fn control_byte(&mut self, place: i64) -> Form {
        let depth = self.counters.depth.clone() - self.has_significand_above() * 2;
        let at = depth * 4 + Form::constant(place);
        self.of_control(&format!("byte_{place}"), |assembly| assembly.stack_byte(at))
    }

    /// Which kind of control word it is: 0 where numbers lie below a scale, and more than any index for all others.
    pub(super) fn kind_of_control(&mut self) -> Form {
        self.of_control("kind", |assembly| {
            let added = |kind: i64| Form::constant(kind - NOWHERE);
            Form::constant(NOWHERE)
                + assembly.gated(added(0), reads_scale)
                + assembly.gated(added(OF_ROUNDED_SCALE), makes_rounding)
                + assembly.gated(added(OF_ROUNDING - OF_PAIRS), reads_rounding)
        })
    }

    /// What the flags of the control word say: its third byte.
    pub(super) fn said(&mut self) -> Said {
        let wide = self.source_is_wide();
        let kind = self.kind_of_control();
        let flags = self.control_byte(2) + wide * OF_PAIRS + kind;
        let mut value = |name: &str, function: fn(Flags) -> i64| {
            let value = move |flags| function(Flags::at(flags));
            self.of_control(name, |assembly| {
                assembly.graph.table(flags.clone(), 0..OF_ROUNDING + 65, &value)
            })
        };
        Said {
            exchange: value("exchange", Flags::exchange),
            subtracts_or_sign: value("subtracts_or_sign", Flags::subtracts_or_sign),
            greater_bit_or_hidden: value("greater_bit_or_hidden", Flags::greater_bit_or_hidden),
            lesser_bit_or_exponent: value("lesser_bit_or_exponent", Flags::lesser_bit_or_exponent),
        }
    }

    /// 1 where the numbers below the scale, or the significand below the rounding, are two words.
    pub(super) fn source_is_wide(&mut self) -> Form {
        self.shared("control", |assembly| {
            assembly.gated_slot("source_is_wide", Form::constant(1), source_is_wide)
        })
    }

    /// Four times the depth of the lowest word of what lies right below the control word. (Where a rounding is made
    /// nothing asks for it.)
    pub(super) fn source(&mut self) -> Form {
        let above = self.has_significand_above() * 2 + Form::constant(1) + self.source_is_wide();
        (self.counters.depth.clone() - above) * 4
    }

    /// Where the operand below that begins.
    pub(super) fn first_source(&mut self) -> Form {
        let words = self.source_is_wide() + Form::constant(1);
        self.source() - words * 4
    }
}
