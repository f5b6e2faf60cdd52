//! The order of two operands, as a small number with the sign of their difference. One form serves words and
//! pairs of words: the order of the upper words counts twice, and is 0 where words are compared.

use super::super::limits::{SIGN_BIT, TWO_TO_32};
use super::super::{Context, Opcode};
use super::operand::{WORDS, operand_name};
use super::{Assembly, Usage};
use crate::graph::Form;

/// What opcodes can read of the order of their operands, or of their signs and classes.
const ORDERS: [Context; 9] = [
    Context::OrderUnsigned,
    Context::OrderSigned,
    Context::OrderNumber,
    Context::OrderTotal,
    Context::Unordered,
    Context::SumExponent,
    Context::ProductExponent,
    Context::NumberExponent,
    Context::IntegralExponent,
];

fn compares_wide(opcode: &Opcode, usage: &Usage) -> bool {
    opcode.computes_words(2) && ORDERS.iter().any(|order| usage.reads(*order))
}

impl Assembly {
    /// The order of the second operand and the top one, as unsigned numbers.
    pub(super) fn order(&mut self) -> Form {
        self.shared("order.unsigned", |assembly| {
            let mut sum = assembly.order_of_words(0, &Form::default());
            if assembly.any(compares_wide) {
                let narrow = Form::constant(1) - assembly.compared_wide();
                sum = sum + assembly.order_of_words(1, &narrow) * 2;
            }
            assembly.graph.persist(sum)
        })
    }

    /// The order as signed numbers: numbers of different signs are in the order of their signs.
    pub(super) fn signed_order(&mut self) -> Form {
        self.shared("order.signed", |assembly| {
            let [first, second] = [0, 1].map(|operand| assembly.sign_of(operand));
            let order = assembly.order() - (second - first) * 4;
            assembly.graph.persist(order)
        })
    }

    /// 1 while pairs of words are compared: the last operand is then wide. 0 in a machine that compares none.
    pub(super) fn compared_wide(&mut self) -> Form {
        match self.any(compares_wide) {
            true => self.width_of(0),
            false => Form::default(),
        }
    }

    /// 1 where the sign bit of an operand is set.
    pub(super) fn sign_of(&mut self, operand: usize) -> Form {
        let wide = self.compared_wide();
        let narrow = self.sign_of_word(operand, 0, &wide);
        if !self.any(compares_wide) {
            return narrow;
        }
        narrow + self.sign_of_word(operand, 1, &(Form::constant(1) - wide))
    }

    /// The order of one word of each operand; 0 where `closed` is 1.
    fn order_of_words(&mut self, word: i64, closed: &Form) -> Form {
        let difference = self.word(1, word) - self.word(0, word);
        let shut = Form::constant(1) + closed.clone() * TWO_TO_32;
        self.within(WORDS[word as usize], |assembly| {
            let graph = &mut assembly.graph;
            let greater =
                graph.bind("greater", |graph| graph.step(difference.clone() - shut.clone()));
            greater - graph.bind("less", |graph| graph.step(-difference - shut))
        })
    }

    /// The sign bit of a word; 0 where `closed` is 1.
    fn sign_of_word(&mut self, operand: usize, word: i64, closed: &Form) -> Form {
        let excess = self.word(operand, word) - Form::constant(SIGN_BIT);
        let name = format!("order.{}.{}.negative", operand_name(operand), WORDS[word as usize]);
        self.shared_value(&name, |assembly| {
            assembly.graph.step(excess - closed.clone() * TWO_TO_32)
        })
    }
}
