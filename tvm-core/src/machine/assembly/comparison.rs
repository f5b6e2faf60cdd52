//! How two operands compare, as a small number: its sign is that of their difference. Words and pairs of
//! words have the same number: how the upper words compare counts twice, and not at all where there
//! are none.

use super::super::limits::{SIGN_BIT, TWO_TO_32};
use super::super::{Context, Opcode};
use super::{Assembly, Usage};
use crate::graph::Form;

fn compares_wide(opcode: &Opcode, usage: &Usage) -> bool {
    opcode.computes_words(2)
        && [
            Context::OrderUnsigned,
            Context::OrderSigned,
            Context::OrderNumber,
            Context::OrderTotal,
            Context::Unordered,
        ]
        .iter()
        .any(|order| usage.reads(*order))
}

impl Assembly {
    /// The order of the second operand and the first, as numbers without signs.
    pub(super) fn order(&mut self) -> Form {
        let mut sum = self.order_of_words(0, &Form::default());
        if self.any(compares_wide) {
            let narrow = Form::constant(1) - self.compared_wide();
            sum = sum + self.order_of_words(1, &narrow) * 2;
        }
        self.graph.persist(sum)
    }

    /// The same with signs: numbers of different signs are in the order of their signs.
    pub(super) fn signed_order(&mut self) -> Form {
        let [first, second] = [0, 1].map(|operand| self.sign_of(operand));
        let order = self.order() - (second - first) * 4;
        self.graph.persist(order)
    }

    /// 1 while pairs of words are compared: the top one begins a word lower. 0 in a machine that
    /// compares none.
    pub(super) fn compared_wide(&mut self) -> Form {
        match self.any(compares_wide) {
            true => self.counters.depth.clone() - self.lowest_word(0),
            false => Form::default(),
        }
    }

    /// 1 where the first bit of an operand's upper word is set.
    pub(super) fn sign_of(&mut self, operand: usize) -> Form {
        let wide = self.compared_wide();
        let narrow = self.sign_of_word(operand, 0, &wide);
        if !self.any(compares_wide) {
            return narrow;
        }
        narrow + self.sign_of_word(operand, 1, &(Form::constant(1) - wide))
    }

    /// The order of words of the two operands; 0 where `closed` is 1.
    fn order_of_words(&mut self, word: i64, closed: &Form) -> Form {
        let difference = self.word(1, word) - self.word(0, word);
        let shut = Form::constant(1) + closed.clone() * TWO_TO_32;
        let greater = self.graph.step(difference.clone() - shut.clone());
        greater - self.graph.step(-difference - shut)
    }

    /// The first bit of a word; 0 where `closed` is 1.
    fn sign_of_word(&mut self, operand: usize, word: i64, closed: &Form) -> Form {
        let excess = self.word(operand, word) - Form::constant(SIGN_BIT);
        self.graph.step(excess - closed.clone() * TWO_TO_32)
    }
}
