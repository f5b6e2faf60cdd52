//! Operands. Each operand of an opcode begins at some word of the stack; where that differs between
//! opcodes, because values differ in width, one query serves them all: its place is a sum over the
//! opcodes.

use super::super::{Attribute, StackBytes, ValueType, bits, operands, state};
use super::Assembly;
use crate::graph::{Form, Key};

/// The bytes of a word.
const WORD: i64 = 4;

impl Assembly {
    /// A part of an operand, counted from the top.
    pub(in super::super) fn operand(
        &mut self,
        operand: usize,
        value_type: ValueType,
        attribute: Attribute,
    ) -> Form {
        let wide = value_type == ValueType::I64;
        let depth = self.lowest_word(operand);
        let index = self.bytes.index.clone();
        let (graph, columns, stack) = (&mut self.graph, &self.columns, &self.stack);
        match attribute {
            Attribute::Byte => operands::operand_byte(graph, columns, stack, &depth, &index).byte,
            Attribute::Value | Attribute::Low => self.word(operand, 0),
            Attribute::High => self.word(operand, 1),
            Attribute::Nonzero => self.nonzero(operand, wide),
            Attribute::Negative => self.negative(operand, wide),
            Attribute::Prefix => self.prefix(&depth, 0),
            Attribute::SpreadLow => bits::spread_byte(graph, columns, stack, &depth, &index).low,
            Attribute::SpreadHigh => bits::spread_byte(graph, columns, stack, &depth, &index).high,
            Attribute::Trailing => self.trailing(operand, value_type),
            Attribute::Population => self.population(operand, value_type),
            Attribute::Amount => {
                let amount = bits::shift_amount(graph, columns, stack, &depth);
                if wide { amount.of_64 } else { amount.of_32 }
            }
            Attribute::Leading => self.leading(operand, wide),
        }
    }

    /// The depth of the lowest word of an operand.
    pub(super) fn lowest_word(&mut self, operand: usize) -> Form {
        let nearest = operand as i64;
        let above = |opcode: &super::Opcode| i64::from(opcode.words_above(operand));
        let deeper = self.gated_by(
            |opcode, _| opcode.pops.len() > operand && above(opcode) > nearest,
            |opcode| Form::constant(above(opcode) - nearest),
            &Form::default(),
        );
        let deeper = self.graph.persist(deeper);
        self.counters.depth.clone() - Form::constant(nearest) - deeper
    }

    /// A word of an operand as a number without sign.
    pub(super) fn word(&mut self, operand: usize, word: i64) -> Form {
        let depth = self.lowest_word(operand) + Form::constant(word);
        self.word_at(&depth)
    }

    /// The word at a depth as a number without sign. The prefix of a word that ends at its last byte is
    /// the whole.
    pub(super) fn word_at(&mut self, depth: &Form) -> Form {
        if self.wide {
            return self.prefix_at(depth.clone() * WORD + Form::constant(WORD - 1));
        }
        let (graph, columns) = (&mut self.graph, &self.columns);
        operands::operand_value(graph, columns, &self.bytes, &self.counters, depth).value
    }

    fn nonzero(&mut self, operand: usize, wide: bool) -> Form {
        let low = self.word(operand, 0);
        let sum = if wide { low + self.word(operand, 1) } else { low };
        operands::value_facts(&mut self.graph, &sum).nonzero
    }

    fn negative(&mut self, operand: usize, wide: bool) -> Form {
        let highest = self.word(operand, i64::from(wide));
        operands::value_facts(&mut self.graph, &highest).negative
    }

    /// What is filed of each byte beside the byte: the word as far as it is emitted.
    pub(super) fn prefix_so_far(&mut self) -> Form {
        let place = self.place_in_word();
        bits::prefix_so_far(&mut self.graph, &self.columns, &place).wide
    }

    /// How many bytes of the present word are emitted.
    fn place_in_word(&mut self) -> Form {
        if !self.wide {
            return self.bytes.index.clone();
        }
        let second = self.emitted(WORD + 1);
        self.graph.persist(self.bytes.index.clone() - second * WORD)
    }

    /// The prefix filed under a key of the stack's bytes.
    pub(super) fn prefix_at(&mut self, query: Form) -> Form {
        let prefix = self.prefix_so_far();
        self.stack_lookup(query, prefix)
    }

    /// The prefix of the word at a depth that ends at the index, less so many bytes.
    pub(super) fn prefix(&mut self, depth: &Form, bytes: i64) -> Form {
        let query = depth.clone() * WORD + self.bytes.index.clone() - Form::constant(bytes);
        self.prefix_at(query)
    }

    /// What the bytes of the word below add to a prefix, so that both together are the last four
    /// bytes up to that one.
    pub(super) fn crossing(&mut self, query: Form) -> Form {
        let place = self.place_in_word();
        let (graph, columns, stack) = (&mut self.graph, &self.columns, &self.stack);
        let crossing = bits::bytes_below(graph, columns, stack, &place).wide;
        self.stack_lookup(query, crossing)
    }

    /// The byte filed under a key of the stack's bytes.
    pub(super) fn stack_byte(&mut self, query: Form) -> Form {
        let number = self.columns.byte_number.clone();
        self.stack_lookup(query, number) - Form::constant(1)
    }

    fn stack_lookup(&mut self, query: Form, value: Form) -> Form {
        let StackBytes { key, on } = self.stack.clone();
        let key = Key::Integer { key, on: Some(on), query };
        self.graph.lookup(key, vec![value]).remove(0)
    }

    /// The number of leading zeros: for each word the number of powers of two, from 2^0 to 2^31, that
    /// are greater than it.
    fn leading(&mut self, operand: usize, wide: bool) -> Form {
        let steps: Vec<(i64, i64)> = (0..32).map(|bit| (1 - (1 << bit), 1)).collect();
        let low = self.word(operand, 0);
        let low = self.graph.staircase(-low, 0, &steps);
        if !wide {
            return low;
        }
        let high = self.word(operand, 1);
        let high = self.graph.staircase(-high, 0, &steps);
        let high = self.graph.persist(high);
        let rest = self.graph.reglu(low, high.clone() - Form::constant(31));
        high + rest
    }

    /// The number of trailing zeros: that of the first byte, and of each further one where all before
    /// it are zero.
    fn trailing(&mut self, operand: usize, value_type: ValueType) -> Form {
        let zeros: Vec<Form> =
            self.counts(operand, value_type).into_iter().map(|byte| byte.zeros).collect();
        let mut before = zeros[0].clone();
        let mut total = before.clone();
        for (bytes, zeros) in (1..).zip(&zeros[1..]) {
            let open = before.clone() - Form::constant(8 * bytes - 1);
            total = total + self.graph.reglu(zeros.clone(), open);
            before = before + zeros.clone();
        }
        total
    }

    fn population(&mut self, operand: usize, value_type: ValueType) -> Form {
        let ones = self.counts(operand, value_type).into_iter().map(|byte| byte.ones).sum();
        self.graph.persist(ones)
    }

    fn counts(&mut self, operand: usize, value_type: ValueType) -> Vec<bits::ByteCounts> {
        let depth = self.lowest_word(operand);
        let bytes = WORD * i64::from(value_type.words());
        let (graph, columns, stack) = (&mut self.graph, &self.columns, &self.stack);
        (0..bytes)
            .map(|byte| {
                let query = depth.clone() * WORD + Form::constant(byte);
                bits::byte_counts(graph, columns, stack, &query)
            })
            .collect()
    }

    /// The number of bytes that the last four tokens make, no greater than the size of the greatest
    /// memory.
    pub(super) fn clamped(&mut self, number: &Form) -> Form {
        state::address(&mut self.graph, number).clamped
    }
}
