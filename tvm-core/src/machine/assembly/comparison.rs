//! How two operands compare, as a small number: its sign is that of their difference. Words and pairs of
//! words have the same number: how the upper words compare counts twice, and not at all where there
//! are none.

use super::super::limits::{SIGN_BIT, TWO_TO_32};
use super::super::{Context, Opcode};
use super::{Assembly, Usage};
use crate::graph::Form;

fn compares_wide(opcode: &Opcode, usage: &Usage) -> bool {
    opcode.computes_words(2)
        && [Context::OrderUnsigned, Context::OrderSigned].iter().any(|order| usage.reads(*order))
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
        let signs = if self.any(compares_wide) {
            let wide = self.compared_wide();
            let upper = self.signs(1, &(Form::constant(1) - wide.clone()));
            upper + self.signs(0, &wide)
        } else {
            self.signs(0, &Form::default())
        };
        let order = self.order() - signs * 4;
        self.graph.persist(order)
    }

    /// 1 while pairs of words are compared: the top one begins a word lower.
    fn compared_wide(&mut self) -> Form {
        self.counters.depth.clone() - self.lowest_word(0)
    }

    /// The order of words of the two operands; 0 where `closed` is 1.
    fn order_of_words(&mut self, word: i64, closed: &Form) -> Form {
        let difference = self.word(1, word) - self.word(0, word);
        let shut = Form::constant(1) + closed.clone() * TWO_TO_32;
        let greater = self.graph.step(difference.clone() - shut.clone());
        greater - self.graph.step(-difference - shut)
    }

    /// The sign of the second operand less that of the first, in words; 0 where `closed` is 1.
    fn signs(&mut self, word: i64, closed: &Form) -> Form {
        let [first, second] = [0, 1].map(|operand| {
            let excess = self.word(operand, word) - Form::constant(SIGN_BIT);
            self.graph.step(excess - closed.clone() * TWO_TO_32)
        });
        second - first
    }
}
