//! Operands. Each operand of an opcode begins at some word of the stack; where that differs between
//! opcodes, because values differ in width, one query serves them all: its place is a sum over the
//! opcodes.

use super::super::limits::{GREATEST_MEMORY, MEMORY_BYTES};
use super::super::{Attribute, Opcode, StackBytes, ValueType, bits, operands, state, tables};
use super::{Assembly, Usage};
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
        let wide = value_type.words() == 2;
        let depth = self.lowest_word(operand);
        let index = self.bytes.result_index.clone();
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

    /// The depth of the lowest word of an operand: a word below that of the operand above it, two words
    /// where it is wide.
    pub(super) fn lowest_word(&mut self, operand: usize) -> Form {
        let above = match operand {
            0 => self.counters.depth.clone(),
            _ => self.lowest_word(operand - 1) - Form::constant(1),
        };
        above - self.width_of(operand)
    }

    /// 1 where an operand is wide. Where each opcode that has it has the one above it as wide, that one
    /// tells.
    fn width_of(&mut self, operand: usize) -> Form {
        let is_wide = |opcode: &Opcode, operand| {
            opcode.operand_type(operand).is_some_and(|of| of.words() == 2)
        };
        let has = |opcode: &Opcode| opcode.operand_type(operand).is_some();
        let differs = |opcode: &Opcode, _: &Usage| {
            has(opcode) && is_wide(opcode, operand) != is_wide(opcode, operand - 1)
        };
        if operand > 0 && !self.any(differs) {
            return self.width_of(operand - 1);
        }
        let wide = self.gated(Form::constant(1), |opcode, _| is_wide(opcode, operand));
        self.graph.persist(wide)
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
            return self.bytes.result_index.clone();
        }
        let second = self.emitted(WORD + 1);
        self.graph.persist(self.bytes.result_index.clone() - second * WORD)
    }

    /// The prefix filed under a key of the stack's bytes.
    pub(super) fn prefix_at(&mut self, query: Form) -> Form {
        let prefix = self.prefix_so_far();
        self.stack_lookup(query, prefix)
    }

    /// The prefix of the word at a depth that ends at the index, less so many bytes.
    pub(super) fn prefix(&mut self, depth: &Form, bytes: i64) -> Form {
        let query = depth.clone() * WORD + self.bytes.result_index.clone() - Form::constant(bytes);
        self.prefix_at(query)
    }

    /// The byte filed under a key of the stack's bytes.
    pub(super) fn stack_byte(&mut self, query: Form) -> Form {
        let number = self.columns.byte_number.clone();
        self.stack_lookup(query, number) - Form::constant(1)
    }

    /// A form as it was when the instruction began, after the last token that is no byte: its result
    /// takes the place of its operands byte by byte. It is 0 where `wanted` is, which is 1 or more for
    /// the instructions that ask, so that nothing need be known for others.
    pub(super) fn at_beginning(&mut self, form: Form, wanted: &Form) -> Form {
        let beyond = self.graph.reglu(form.clone(), wanted.clone() - Form::constant(1));
        let form = self.graph.reglu(form, wanted.clone()) - beyond;
        let key = [Form::default(), -self.columns.byte_number.clone()];
        let query = [Form::default(), Form::constant(1)];
        self.graph.lookup_apart(key, query, form)
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

    /// The number of trailing zeros: that of the first pair of bytes, and of each further one where all
    /// before it are zero.
    fn trailing(&mut self, operand: usize, value_type: ValueType) -> Form {
        let bytes = self.counts(operand, value_type);
        let mut before = Form::default();
        let mut total = Form::default();
        for (pair, bytes) in (0..).zip(bytes.chunks(2)) {
            let digits = self.graph.persist(bytes[0].zeros.clone() * 9 + bytes[1].zeros.clone());
            let zeros = self.graph.table(digits, 0..81, &tables::trailing_of_two);
            let zeros = self.graph.persist(zeros);
            let open = before.clone() - Form::constant(16 * pair - 1);
            total = total + self.graph.reglu(zeros.clone(), open);
            before = before + zeros;
        }
        total
    }

    fn population(&mut self, operand: usize, value_type: ValueType) -> Form {
        let ones = self.counts(operand, value_type).into_iter().map(|byte| byte.ones).sum();
        self.graph.persist(ones)
    }

    /// Counts of bits in the bytes of an operand.
    fn counts(&mut self, operand: usize, value_type: ValueType) -> Vec<bits::OwnCounts> {
        let own = if self.wide {
            let apart = bits::own_counts_apart(&mut self.graph, &self.columns);
            bits::OwnCounts { zeros: apart.zeros, ones: apart.ones }
        } else {
            bits::own_counts(&mut self.graph, &self.columns)
        };
        let start = self.lowest_word(operand) * WORD;
        (0..WORD * i64::from(value_type.words()))
            .map(|byte| {
                let query = start.clone() + Form::constant(byte);
                let zeros = self.stack_lookup(query.clone(), own.zeros.clone());
                bits::OwnCounts { zeros, ones: self.stack_lookup(query, own.ones.clone()) }
            })
            .collect()
    }

    /// A number as an address: no greater than the size of the greatest memory.
    pub(super) fn clamped(&mut self, number: &Form) -> Form {
        let end = if self.traps { GREATEST_MEMORY } else { MEMORY_BYTES };
        state::address(&mut self.graph, number, &Form::constant(end)).clamped
    }
}
