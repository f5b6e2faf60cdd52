//! Scales: what is known of a result before its digits are.
//!
//! The exponent of a scale is that of the unit of the significand that follows, plus 2200, so that it is never
//! negative: a number is `significand * 2^(exponent - 2200)`. An infinite result has an exponent that is
//! greater than any finite one by far, and a NaN an exponent that is greater still: the rounding then finds
//! them by comparing, whatever the significand is.

use super::super::super::limits::{SIGN_BIT, UNIT_EXPONENT};
use super::super::super::{Attribute, Context, Opcode, ValueType};
use super::super::operand::operand_name;
use super::super::{Assembly, Usage};
use super::window::LOST;
use crate::graph::Form;

/// Added to the exponent of an infinite result, and once more to that of a NaN.
const BEYOND: i64 = 1 << 13;

/// More than the difference of two words.
const MORE_THAN_WORDS: i64 = 1 << 34;

/// No more bits of a number are cut off: nothing is left of a significand then, and a number that is 0 has as many
/// zeros below its sign. For an f32, and how many more it is for an f64.
const MOST_CUT_OFF: i64 = 31;
const MOST_CUT_OFF_MORE: i64 = 62 - MOST_CUT_OFF;

/// The bits of a fraction, of an f32 and how many more of an f64.
const FRACTION: i64 = 23;
const FRACTION_MORE: i64 = 52 - FRACTION;

/// More than the bits of a number.
const MORE_THAN_BITS: i64 = 1 << 8;

/// The bits of a sum below those of the greater number.
const BELOW: i64 = 8;

/// What is added to exponents to make that of a scale: for an f32, and how much less for an f64. A number
/// itself has its unit 150 or 1075 below its exponent. A sum has 8 bits more. A product has its unit where
/// both numbers have theirs; of an f64 its 48 lowest bits are cut off.
const OF_NUMBER: (i64, i64) = (UNIT_EXPONENT - 150, 1075 - 150);
const OF_SUM: (i64, i64) = (UNIT_EXPONENT - 158, 1075 - 150);
const OF_PRODUCT: (i64, i64) = (UNIT_EXPONENT - 300, 2150 - 300 - 48);

/// A scale.
#[derive(Debug, Clone)]
pub(in super::super) struct Scale {
    pub(in super::super) exponent: Form,
    pub(in super::super) flags: Form,
    /// The last byte.
    pub(in super::super) distance: Form,
}

fn emits_distance(_: &Opcode, usage: &Usage) -> bool {
    usage.reads(Context::SumDistance)
}

fn subtracts(_: &Opcode, usage: &Usage) -> bool {
    usage.reads(Context::DifferenceFlags)
}

impl Assembly {
    /// A value of a scale, in a slot of its own name.
    pub(super) fn of_scale(
        &mut self,
        name: &str,
        build: impl FnOnce(&mut Assembly) -> Form,
    ) -> Form {
        self.shared_value(&format!("scale.{name}"), |assembly| {
            let form = build(assembly);
            assembly.graph.persist(form)
        })
    }

    /// What is added to exponents, as a function of the width of the top operand.
    fn offset(&mut self, (of_f32, less): (i64, i64)) -> Form {
        Form::constant(of_f32) - self.width_of(0) * less
    }

    /// Positive where the second operand is greater than the top one in magnitude, negative where it is less.
    /// The order of the words with the signs counts twice, that of the lower words of an f64 once.
    fn order_of_magnitudes(&mut self) -> Form {
        let wide = self.width_of(0);
        let [low, high] = [0, 1].map(|word| self.word(1, word) - self.word(0, word));
        let signs = self.number_sign(1) - self.number_sign(0);
        let highest = self.of_scale("difference_of_highest_words", |assembly| {
            low.clone() + assembly.graph.reglu(high - low.clone(), wide.clone())
        });
        let narrow = Form::constant(1) - wide;
        let mut order = |name: &str, difference: Form, closed: Form| {
            self.of_scale(name, |assembly| {
                let shut = closed + Form::constant(1);
                let greater = assembly.graph.step(difference.clone() - shut.clone());
                greater - assembly.graph.step(-difference - shut)
            })
        };
        let of_low = order("order_of_low_words", low, narrow * MORE_THAN_WORDS);
        let of_highest =
            order("order_of_highest_words", highest - signs * SIGN_BIT, Form::default());
        of_highest * 2 + of_low
    }

    /// The scale of the sum of two numbers, or of their difference.
    pub(in super::super) fn scale_of_sum(&mut self) -> Scale {
        let [second, top] = [1, 0].map(|operand| self.number_sign(operand));
        let changed = if self.any(subtracts) {
            self.shared("scale", |assembly| {
                assembly.gated_slot("changes_sign", Form::constant(1), subtracts)
            })
        } else {
            Form::default()
        };
        let top_sign = self.of_scale("top_sign", |assembly| {
            let both = top.clone() + changed.clone();
            let parity = assembly.graph.step(both.clone() - Form::constant(2));
            both - parity * 2
        });
        // 1 where the signs differ, after that change: of three truths, 1 or 3 hold.
        let differ = self.of_scale("signs_differ", |assembly| {
            let all = second.clone() + top + changed;
            let pairs = assembly.graph.step(all.clone() - Form::constant(2));
            all - pairs * 2
        });
        let order = self.order_of_magnitudes();
        let flags = self.flags_of_sum(&second, &top_sign, &differ, &order);
        let [second, top] = [1, 0].map(|operand| self.unit_exponent(operand));
        let exponent = self.exponent_of_sum(&second, &top, &differ);
        let distance = self.distance_of_sum(second - top);
        Scale { exponent, flags, distance }
    }

    /// By how many bits the lesser number is shifted, plus 128 where digits are lost. It is the last byte of a scale;
    /// the flags, emitted before it, say which number is the lesser one.
    fn distance_of_sum(&mut self, difference: Form) -> Form {
        let distance = self.of_scale("shift", |assembly| {
            let shift = assembly.at_most(difference.clone(), BELOW);
            shift + assembly.at_most(-difference, BELOW)
        });
        let lesser_is_normal = self.normal(0) + self.normal(1) - Form::constant(1);
        let cut_off = distance.clone() - Form::constant(BELOW);
        let lost = self.cuts_digits("sum", cut_off, &lesser_is_normal);
        self.of_scale("distance", |_| distance + lost * LOST)
    }

    /// A number where it is positive, and no more than all bits of a significand and so many more; else 0.
    pub(super) fn at_most(&mut self, number: Form, more: i64) -> Form {
        let most = Form::constant(MOST_CUT_OFF + more) + self.width_of(0) * MOST_CUT_OFF_MORE;
        let one = Form::constant(1);
        let beyond = self.graph.reglu(one.clone(), number.clone() - most);
        self.graph.reglu(one, number) - beyond
    }

    /// 1 where one of so many lowest bits of a number is set: where there are less zeros at its end, or its highest
    /// bit is among them. `normal` is 1 where that is set, else at most 0.
    pub(super) fn cuts_digits(&mut self, name: &str, bits: Form, normal: &Form) -> Form {
        let wide = self.width_of(0);
        let [zeros, wide_zeros] = self.zeros_of_number();
        let below = bits - Form::constant(1);
        let fraction = self.fraction_bits();
        let kinds = self.of_scale(&format!("{name}.kinds_of_digits_cut"), |assembly| {
            let graph = &mut assembly.graph;
            let one = Form::constant(1);
            let narrow = one.clone() - wide.clone();
            let of_f32 = graph.step(below.clone() - zeros - wide * MORE_THAN_BITS);
            let of_f64 = graph.step(below.clone() - wide_zeros - narrow * MORE_THAN_BITS);
            let closed = (one - normal.clone()) * MORE_THAN_BITS;
            of_f32 + of_f64 + graph.step(below - fraction - closed)
        });
        self.of_scale(&format!("{name}.cuts_digits"), |assembly| {
            assembly.graph.step(kinds - Form::constant(1))
        })
    }

    /// How many zeros a number has at its end, as an f32 and as an f64.
    pub(super) fn zeros_of_number(&mut self) -> [Form; 2] {
        [ValueType::I32, ValueType::I64]
            .map(|value_type| self.operand(0, value_type, Attribute::Trailing))
    }

    /// How many bits the fraction of the top operand has.
    pub(super) fn fraction_bits(&mut self) -> Form {
        Form::constant(FRACTION) + self.width_of(0) * FRACTION_MORE
    }

    /// Where the lesser number of a sum begins, less where the top operand does: the flags of the scale that is
    /// being emitted say whether it is the second operand. 0 while no scale of a sum is emitted.
    pub(in super::super) fn lesser_number(&mut self) -> Form {
        if !self.any(emits_distance) {
            return Form::default();
        }
        let wide = self.width_of(0);
        let at = self.counters.depth.clone() * 4 + Form::constant(6);
        let flags = self.of_scale("own_flags", |assembly| assembly.stack_byte(at));
        let swaps = self.of_scale("lesser_is_second", |assembly| {
            let emits = assembly.gated(Form::constant(1), emits_distance);
            let swaps = assembly.graph.table(flags, 0..32, &|flags| flags >> 1 & 1);
            swaps + emits - Form::constant(1)
        });
        self.of_scale("lesser_number", |assembly| {
            let graph = &mut assembly.graph;
            let closed = (Form::constant(1) - wide) * 2;
            -(graph.reglu(Form::constant(4), swaps.clone())
                + graph.reglu(Form::constant(4), swaps - closed))
        })
    }

    /// A NaN comes of a NaN, or of two infinite numbers that are subtracted: with at most two numbers infinite
    /// or NaNs, `3 nans + special + subtracts >= 3`.
    fn exponent_of_sum(&mut self, second: &Form, top: &Form, differ: &Form) -> Form {
        let nans = self.unordered();
        let special = self.is_special(0) + self.is_special(1);
        let offset = self.offset(OF_SUM);
        let beyond = self.of_scale("sum.beyond", |assembly| {
            let graph = &mut assembly.graph;
            let any = graph.step(special.clone() - Form::constant(1));
            any + graph.step(nans * 3 + special + differ.clone() - Form::constant(3))
        });
        self.of_scale("sum.exponent", |assembly| {
            let graph = &mut assembly.graph;
            let more = graph.within("top_is_greater_by", |graph| {
                graph.reglu(Form::constant(1), top.clone() - second.clone())
            });
            second.clone() + more + offset + beyond * BEYOND
        })
    }

    /// The sign is that of the second operand where nothing is subtracted, else that of the greater; a
    /// difference of equal numbers is 0 without a sign. The order is between -3 and 3.
    fn flags_of_sum(&mut self, second: &Form, top: &Form, differ: &Form, order: &Form) -> Form {
        let normal = self.normal(0) + self.normal(1);
        self.of_scale("sum.flags", |assembly| {
            let graph = &mut assembly.graph;
            let of_second = second.clone() * 16 + order.clone() - differ.clone() * 4;
            let of_top = (top.clone() + differ.clone()) * 16 - order.clone();
            let sign = graph.step(of_second - Form::constant(13))
                + graph.step(of_top - Form::constant(33));
            let top_is_greater = graph.step(-order.clone() - Form::constant(1));
            let greater = graph.step(normal.clone() - Form::constant(1));
            let lesser = graph.step(normal - Form::constant(2));
            sign + top_is_greater * 2 + differ.clone() * 4 + greater * 8 + lesser * 16
        })
    }

    /// The scale of the product of two numbers. A NaN comes of a NaN, or of 0 times an infinite number: with 1
    /// for each infinite number and 2 for each 0, only their sum is 3.
    pub(in super::super) fn scale_of_product(&mut self) -> Scale {
        let nans = self.unordered();
        let special = self.is_special(0) + self.is_special(1);
        let zeros = self.is_zero(0) + self.is_zero(1);
        let exponents = self.unit_exponent(0) + self.unit_exponent(1);
        let offset = self.offset(OF_PRODUCT);
        let beyond = self.of_scale("product.beyond", |assembly| {
            let graph = &mut assembly.graph;
            let any = graph.step(special.clone() - Form::constant(1));
            let kinds = nans * 8 + special + zeros * 2;
            let undefined = graph.equal(kinds.clone() - Form::constant(3));
            any + undefined + graph.step(kinds - Form::constant(8))
        });
        let distance = self.distance_of_product();
        let exponent = self.of_scale("product.exponent", |_| {
            exponents + offset + beyond * BEYOND - distance.clone() * 8
        });
        let [second, top] = [1, 0].map(|operand| self.number_sign(operand));
        let normal = [1, 0].map(|operand| self.normal(operand));
        let flags = self.of_scale("product.flags", |assembly| {
            let both = assembly.graph.step(second.clone() + top.clone() - Form::constant(2));
            let [second_is_normal, top_is_normal] = normal;
            second + top - both * 2 + second_is_normal * 8 + top_is_normal * 16
        });
        Scale { exponent, flags, distance }
    }

    /// The number of `j` from 1 to 6 such that a number of two words has a significand less than
    /// `2^(8 j + 1)`. The digits from bit 48 on are at least 54 bits of the product of normal numbers; where
    /// one of them is subnormal, they begin so many bytes lower, and are 54 to 62 bits again. (Of two subnormal
    /// numbers the product is rounded to 0, wherever its digits begin.)
    fn distance_of_product(&mut self) -> Form {
        let wide = self.width_of(0);
        let distances = [1, 0].map(|operand| {
            let [low, high] = [0, 1].map(|word| self.word(operand, word));
            let high = high - self.number_sign(operand) * SIGN_BIT;
            let least = |bits: i64| Form::constant((1 << bits) - 1);
            let narrow = (Form::constant(1) - wide.clone()) * MORE_THAN_WORDS;
            let name = |what: &str| format!("product.{}.{what}", operand_name(operand));
            let has_high = self.of_scale(&name("has_high_word"), |assembly| {
                assembly.graph.step(high.clone() + narrow.clone() - Form::constant(1))
            });
            let in_high = self.of_scale(&name("leading_zero_bytes_of_high_word"), |assembly| {
                let graph = &mut assembly.graph;
                let steps =
                    [1, 9, 17].map(|bits| graph.step(least(bits) - high.clone() - narrow.clone()));
                steps.into_iter().sum()
            });
            self.of_scale(&name("leading_zero_bytes"), |assembly| {
                let graph = &mut assembly.graph;
                let in_low = [9, 17, 25].map(|bits| {
                    graph.step(least(bits) - low.clone() - has_high.clone() * MORE_THAN_WORDS)
                });
                in_high + in_low.into_iter().sum()
            })
        });
        let [second, top] = distances;
        self.of_scale("product.distance", |assembly| {
            let more = assembly.graph.within("top_has_more_by", |graph| {
                graph.reglu(Form::constant(1), top - second.clone())
            });
            second + more
        })
    }

    /// The scale of a number as it is.
    pub(in super::super) fn scale_of_number(&mut self) -> Scale {
        let special = self.is_special(0) + self.is_nan(0);
        let exponent = self.unit_exponent(0) + self.offset(OF_NUMBER) + special * BEYOND;
        let name = format!("{}.exponent_of_unit", operand_name(0));
        let exponent = self.of_scale(&name, |_| exponent);
        let flags = self.number_sign(0) + self.normal(0) * 8;
        Scale { exponent, flags, distance: Form::default() }
    }
}
