//! Operands. Where the lowest word of an operand is, the row of the instruction says in a machine with places; in any
//! other machine it is at a depth that differs between opcodes, since types differ in
//! width. One query serves all opcodes: the depth is a sum of gates over the opcodes.
//!
//! An operand is known by its number: 0 is the last one, 1 the one before it. Where an instruction writes memory, 0 is its
//! address in a machine with places, so that the address of every access is operand 0.

use super::super::limits::{GREATEST_MEMORY, MEMORY_BYTES};
use super::super::{Attribute, Opcode, StackBytes, ValueType, bits, operands, state, tables};
use super::{Assembly, Usage};
use crate::graph::{Form, Key};

/// The bytes of a word.
const WORD: i64 = 4;

/// What is known of the byte just emitted is called after this.
const EMITTED: &str = "emitted";

/// What the words of an operand are called.
pub(super) const WORDS: [&str; 2] = ["low_word", "high_word"];

/// What an operand is called, counted from the top.
pub(super) fn operand_name(operand: usize) -> &'static str {
    ["top", "second", "third", "fourth"].get(operand).copied().unwrap_or("fifth")
}

impl Assembly {
    /// A part of an operand, counted from the top.
    pub(in super::super) fn operand(
        &mut self,
        operand: usize,
        value_type: ValueType,
        attribute: Attribute,
    ) -> Form {
        let wide = value_type.words() == 2;
        match attribute {
            Attribute::Byte => self.byte(operand),
            Attribute::Value | Attribute::Low => self.word(operand, 0),
            Attribute::High => self.word(operand, 1),
            Attribute::Nonzero => self.nonzero(operand, wide),
            Attribute::Negative => self.negative(operand, wide),
            Attribute::Prefix => self.prefix(operand, 0),
            Attribute::SpreadLow => self.spread(operand).low,
            Attribute::SpreadHigh => self.spread(operand).high,
            Attribute::Trailing => {
                self.count("trailing_zeros", operand, value_type, Assembly::trailing)
            }
            Attribute::Population => {
                self.count("population", operand, value_type, Assembly::population)
            }
            Attribute::Amount => {
                let amount = self.amount(operand);
                if wide { amount.amount_64 } else { amount.amount_32 }
            }
            Attribute::Leading => {
                self.count("leading_zeros", operand, value_type, Assembly::leading)
            }
        }
    }

    /// The byte at the index.
    pub(super) fn byte(&mut self, operand: usize) -> Form {
        let (depth, index) = (self.lowest_word(operand), self.bytes.result_index.clone());
        let (columns, stack) = (&self.columns, &self.stack);
        self.graph.shared(operand_name(operand), |graph| {
            operands::operand_byte(graph, columns, stack, &depth, &index).byte
        })
    }

    /// The byte at the index, spread for the bitwise operators.
    fn spread(&mut self, operand: usize) -> bits::SpreadByte {
        let (depth, index) = (self.lowest_word(operand), self.bytes.result_index.clone());
        let (columns, stack) = (&self.columns, &self.stack);
        let own = self.graph.shared(EMITTED, |graph| bits::own_spread(graph, columns));
        self.graph.shared(operand_name(operand), |graph| {
            bits::spread_byte(graph, &own, stack, &depth, &index)
        })
    }

    /// By how many bits it says to shift.
    fn amount(&mut self, operand: usize) -> bits::ShiftAmount {
        let depth = self.lowest_word(operand);
        let (columns, stack) = (&self.columns, &self.stack);
        let own = self.graph.shared(EMITTED, |graph| bits::own_amount(graph, columns));
        self.graph
            .shared(operand_name(operand), |graph| bits::shift_amount(graph, &own, stack, &depth))
    }

    /// A number of bits of an operand: what is counted gives it its name.
    fn count(
        &mut self,
        counted: &str,
        operand: usize,
        value_type: ValueType,
        count: fn(&mut Assembly, usize, ValueType) -> Form,
    ) -> Form {
        let bits = 32 * value_type.words();
        let name = format!("{}.{counted}_of_{bits}_bits", operand_name(operand));
        self.shared_value(&name, |assembly| {
            let count = count(assembly, operand, value_type);
            assembly.graph.persist(count)
        })
    }

    /// The lowest word of an operand: where its place is, or one word below the operand above it, or two if it is wide.
    pub(super) fn lowest_word(&mut self, operand: usize) -> Form {
        if let Some(place) = self.place_of(operand) {
            return place;
        }
        let above = match operand {
            0 => self.counters.depth.clone(),
            _ => self.lowest_word(operand - 1) - Form::constant(1),
        };
        above - self.width_of(operand)
    }

    /// 1 where an operand is wide. If in every opcode it has the same width as the operand above it, the form
    /// of that operand is used.
    pub(super) fn width_of(&mut self, operand: usize) -> Form {
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
        self.shared(operand_name(operand), |assembly| {
            let wide = |opcode: &Opcode, _: &Usage| is_wide(opcode, operand);
            assembly.gated_slot("is_wide", Form::constant(1), wide)
        })
    }

    /// A word of an operand as an unsigned number.
    pub(super) fn word(&mut self, operand: usize, word: i64) -> Form {
        let depth = self.lowest_word(operand) + Form::constant(word);
        let name = format!("{}.{}", operand_name(operand), WORDS[word as usize]);
        self.shared(&name, |assembly| assembly.word_at(&depth))
    }

    /// The word at a depth as an unsigned number. The prefix that ends at the last byte is the whole word.
    pub(super) fn word_at(&mut self, depth: &Form) -> Form {
        if self.is_wide() {
            return self.prefix_at(depth.clone() * WORD + Form::constant(WORD - 1));
        }
        let (graph, columns) = (&mut self.graph, &self.columns);
        operands::operand_value(graph, columns, &self.bytes, &self.counters, depth).value
    }

    fn nonzero(&mut self, operand: usize, wide: bool) -> Form {
        let low = self.word(operand, 0);
        let sum = if wide { low + self.word(operand, 1) } else { low };
        self.facts(operand, wide, &sum).nonzero
    }

    fn negative(&mut self, operand: usize, wide: bool) -> Form {
        let highest = self.word(operand, i64::from(wide));
        self.facts(operand, wide, &highest).negative
    }

    fn facts(&mut self, operand: usize, wide: bool, value: &Form) -> operands::ValueFacts {
        let bits = if wide { 64 } else { 32 };
        let name = format!("{}.of_{bits}_bits", operand_name(operand));
        self.graph.shared(&name, |graph| operands::value_facts(graph, value))
    }

    /// The prefix that is stored with each byte: the word as far as it is emitted.
    pub(super) fn prefix_so_far(&mut self) -> Form {
        let place = self.place_in_word();
        let columns = &self.columns;
        self.graph.shared(EMITTED, |graph| bits::prefix_so_far(graph, columns, &place).prefix)
    }

    /// How many bytes of the current word are emitted.
    fn place_in_word(&mut self) -> Form {
        if !self.is_wide() {
            return self.bytes.result_index.clone();
        }
        let second = self.emitted(WORD + 1);
        let place = self.bytes.result_index.clone() - second * WORD;
        self.graph.shared("emitted.place_in_word", |graph| graph.persist(place))
    }

    /// The prefix that is stored under a key of the stack's bytes.
    pub(super) fn prefix_at(&mut self, query: Form) -> Form {
        let prefix = self.prefix_so_far();
        self.stack_lookup(query, prefix)
    }

    /// The prefix of the lowest word of an operand that ends at the index, less so many bytes.
    pub(super) fn prefix(&mut self, operand: usize, bytes: i64) -> Form {
        let depth = self.lowest_word(operand);
        let query = depth * WORD + self.bytes.result_index.clone() - Form::constant(bytes);
        let name = format!("{}.prefix_{bytes}_below", operand_name(operand));
        self.shared(&name, |assembly| assembly.prefix_at(query))
    }

    /// The byte that is stored under a key of the stack's bytes.
    pub(super) fn stack_byte(&mut self, query: Form) -> Form {
        let number = self.columns.byte_number.clone();
        self.stack_lookup(query, number) - Form::constant(1)
    }

    /// The value of a form when the instruction began, at the last token that is not a byte: later the result
    /// overwrites the operands byte by byte. `wanted` is at least 1 for the instructions that need the value
    /// and 0 for all others, where the value is 0 and need not be exact.
    pub(super) fn at_beginning(&mut self, name: &str, form: Form, wanted: &Form) -> Form {
        let key = [Form::default(), -self.columns.byte_number.clone()];
        let query = [Form::default(), Form::constant(1)];
        let form = self.graph.bind(&format!("{name}_if_wanted"), |graph| {
            let beyond = graph.reglu(form.clone(), wanted.clone() - Form::constant(1));
            graph.reglu(form, wanted.clone()) - beyond
        });
        let name = format!("{name}_at_beginning");
        self.graph.within(&name, |graph| graph.lookup_apart(key, query, form))
    }

    pub(super) fn stack_lookup(&mut self, query: Form, value: Form) -> Form {
        let StackBytes { key, on } = self.stack.clone();
        let key = Key::Integer { key, on: Some(on), query };
        self.graph.lookup(key, vec![value]).remove(0)
    }

    /// The number of leading zeros: of each word, the number of powers of two from 2^0 to 2^31 that are
    /// greater than the word.
    fn leading(&mut self, operand: usize, value_type: ValueType) -> Form {
        let steps: Vec<(i64, i64)> = (0..32).map(|bit| (1 - (1 << bit), 1)).collect();
        let low = self.word(operand, 0);
        let low = self.graph.bind(WORDS[0], |graph| graph.staircase(-low, 0, &steps));
        if value_type.words() == 1 {
            return low;
        }
        let high = self.word(operand, 1);
        let high = self.graph.bind(WORDS[1], |graph| {
            let high = graph.staircase(-high, 0, &steps);
            graph.persist(high)
        });
        let rest = self.graph.reglu(low, high.clone() - Form::constant(31));
        high + rest
    }

    /// The number of trailing zeros: the sum over the pairs of bytes, up to the first pair that is not zero.
    fn trailing(&mut self, operand: usize, value_type: ValueType) -> Form {
        let bytes = self.counts(operand, value_type);
        let mut before = Form::default();
        let mut total = Form::default();
        for (pair, bytes) in (0..).zip(bytes.chunks(2)) {
            let digits = bytes[0].zeros.clone() * 9 + bytes[1].zeros.clone();
            let name = format!("digits_of_bytes_{}_and_{}", 2 * pair, 2 * pair + 1);
            let digits = self.graph.bind(&name, |graph| graph.persist(digits));
            let name = format!("bytes_{}_and_{}", 2 * pair, 2 * pair + 1);
            let zeros = self.graph.bind(&name, |graph| {
                let zeros = graph.table(digits, 0..81, &tables::trailing_of_two);
                graph.persist(zeros)
            });
            let open = before.clone() - Form::constant(16 * pair - 1);
            total = total
                + self
                    .graph
                    .within(&format!("{name}_counted"), |graph| graph.reglu(zeros.clone(), open));
            before = before + zeros;
        }
        total
    }

    fn population(&mut self, operand: usize, value_type: ValueType) -> Form {
        let ones = self.counts(operand, value_type).into_iter().map(|byte| byte.ones).sum();
        self.graph.persist(ones)
    }

    /// Counts of bits in the byte just emitted.
    pub(super) fn own_counts(&mut self) -> bits::OwnCounts {
        let columns = &self.columns;
        if self.is_wide() {
            let apart = self.graph.shared(EMITTED, |graph| bits::own_counts_apart(graph, columns));
            bits::OwnCounts { zeros: apart.zeros, ones: apart.ones }
        } else {
            self.graph.shared(EMITTED, |graph| bits::own_counts(graph, columns))
        }
    }

    /// Counts of bits in the bytes of an operand.
    fn counts(&mut self, operand: usize, value_type: ValueType) -> Vec<bits::OwnCounts> {
        let own = self.own_counts();
        let mut start = self.lowest_word(operand) * WORD;
        if operand == 0 {
            start = start + self.lesser_number();
        }
        (0..WORD * i64::from(value_type.words()))
            .map(|byte| {
                let query = start.clone() + Form::constant(byte);
                let mut of_byte = |what: &str, own: &Form| {
                    let name = format!("{}.{what}_of_byte_{byte}", operand_name(operand));
                    self.shared(&name, |assembly| assembly.stack_lookup(query.clone(), own.clone()))
                };
                let zeros = of_byte("trailing_zeros", &own.zeros);
                bits::OwnCounts { zeros, ones: of_byte("population", &own.ones) }
            })
            .collect()
    }

    /// A number as an address under a name: at most the size of the greatest memory.
    pub(super) fn clamped(&mut self, name: &str, number: &Form) -> Form {
        let end = if self.traps { GREATEST_MEMORY } else { MEMORY_BYTES };
        let end = Form::constant(end);
        self.graph.within(name, |graph| state::address(graph, number, &end).clamped)
    }
}
