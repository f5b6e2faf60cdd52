//! How two operands compare as numbers in floating point: sign and magnitude, where the order of
//! magnitudes is that of the bits as integers.
//!
//! With a sign bit `s`, the upper word is `s 2^31 + m`. A magnitude beyond that of infinity is a NaN: of one
//! word `m > 0x7f800000`, of two `m > 0x7ff00000`, or equal and anything below it. So `2 m`, plus 1 if the
//! lower word of two is not 0, is compared with twice the upper word of infinity.

use super::super::limits::{SIGN_BIT, TWO_TO_32};
use super::Assembly;
use super::operand::operand_name;
use crate::graph::Form;

/// Twice the upper word of infinity, in one word and in two.
const INFINITY_IN_ONE_WORD: i64 = 2 * 0x7f80_0000;
const INFINITY_IN_TWO_WORDS: i64 = 2 * 0x7ff0_0000;

/// Beyond all words of two operands together.
const BEYOND: i64 = 8 * TWO_TO_32;

impl Assembly {
    /// Positive when the second operand is greater than the top one, negative when it is less; 0 also for
    /// zeros of different signs.
    pub(super) fn order_of_numbers(&mut self) -> Form {
        let of_equal_signs = self.order_of_equal_signs();
        let [first, second] = self.number_signs();
        let both = first.clone() + second.clone();
        // Of different signs one is less, unless both are 0.
        let rest = self.words_together() - both * SIGN_BIT - Form::constant(1);
        let apart = second - first;
        self.shared("order.number", |assembly| {
            let graph = &mut assembly.graph;
            let mut differs = |name: &str, apart: Form| {
                let closed = Form::constant(1) - apart;
                graph.bind(name, |graph| graph.step(rest.clone() - closed * BEYOND))
            };
            let less = differs("second_is_negative", apart.clone());
            let greater = differs("first_is_negative", -apart);
            graph.persist(of_equal_signs - less + greater)
        })
    }

    /// The order in which a zero with a sign is less than one without.
    pub(super) fn total_order_of_numbers(&mut self) -> Form {
        let of_equal_signs = self.order_of_equal_signs();
        let [first, second] = self.number_signs();
        self.shared_value("order.total", |assembly| {
            assembly.graph.persist(of_equal_signs - second + first)
        })
    }

    /// The order of numbers of the same sign, turned around where they are negative; 0 for others.
    fn order_of_equal_signs(&mut self) -> Form {
        let order = self.order();
        let [first, second] = self.number_signs();
        let both = first + second;
        self.shared("order.of_equal_signs", |assembly| {
            let graph = &mut assembly.graph;
            let positive = graph.bind("positive", |graph| {
                graph.reglu(order.clone(), Form::constant(1) - both.clone())
            });
            positive - graph.bind("negative", |graph| graph.reglu(order, both - Form::constant(1)))
        })
    }

    /// How many of the two are NaNs.
    pub(super) fn unordered(&mut self) -> Form {
        let [first, second] = [0, 1].map(|operand| self.is_nan(operand));
        self.shared_value("unordered", |assembly| assembly.graph.persist(first + second))
    }

    /// 1 where an operand is a NaN.
    pub(super) fn is_nan(&mut self, operand: usize) -> Form {
        let excess = self.excess(operand) - self.number_sign(operand) * TWO_TO_32;
        let name = format!("{}.is_nan", operand_name(operand));
        self.shared_value(&name, |assembly| {
            let is_nan = assembly.graph.step(excess - Form::constant(1));
            assembly.graph.persist(is_nan)
        })
    }

    /// The signs of the first and of the second operand.
    fn number_signs(&mut self) -> [Form; 2] {
        [0, 1].map(|operand| self.number_sign(operand))
    }

    /// The sign of an operand, in a slot.
    pub(super) fn number_sign(&mut self, operand: usize) -> Form {
        let sign = self.sign_of(operand);
        let name = format!("{}.sign", operand_name(operand));
        self.shared_value(&name, |assembly| assembly.graph.persist(sign))
    }

    /// The sum of the words of both operands: with the signs taken away, 0 if both are 0.
    fn words_together(&mut self) -> Form {
        let mut sum = self.word(0, 0) + self.word(1, 0);
        let wide = self.compared_wide();
        if !wide.is_constant() {
            let upper = self.word(0, 1) + self.word(1, 1);
            sum = sum
                + self.shared_value("order.upper_words", |assembly| {
                    assembly.graph.reglu(upper, wide)
                });
        }
        self.shared_value("order.words", |assembly| assembly.graph.persist(sum))
    }

    /// How far an operand with its sign is above infinity: twice its upper word, less twice that of
    /// infinity.
    fn excess(&mut self, operand: usize) -> Form {
        let name = format!("{}.above_infinity", operand_name(operand));
        let wide = self.compared_wide();
        let low = self.word(operand, 0);
        if wide.is_constant() {
            let excess = low * 2 - Form::constant(INFINITY_IN_ONE_WORD);
            return self.shared_value(&name, |assembly| assembly.graph.persist(excess));
        }
        let narrow = Form::constant(1) - wide.clone();
        let high = self.word(operand, 1);
        self.shared(&name, |assembly| {
            let graph = &mut assembly.graph;
            let of_two = graph.bind("of_two_words", |graph| graph.reglu(high, wide.clone()));
            let of_one =
                graph.bind("of_one_word", |graph| graph.reglu(low.clone(), narrow.clone()));
            let below = graph
                .bind("below", |graph| graph.step(low - Form::constant(1) - narrow * TWO_TO_32));
            let infinity = wide * (INFINITY_IN_TWO_WORDS - INFINITY_IN_ONE_WORD);
            let excess =
                (of_two + of_one) * 2 + below - infinity - Form::constant(INFINITY_IN_ONE_WORD);
            graph.persist(excess)
        })
    }
}
