//! Until which index a value is what it is called. An instruction emits its bytes one after
//! another, and its result takes the place of what it pops, byte by byte; an immediate has four
//! bytes and no fifth. A statement that takes effect at later indices than what it reads is there
//! is an error, with the condition that it lacks.

use std::collections::BTreeMap;

use super::index;
use super::instance::{Opcode, words};
use super::parse::Statement;
use super::target::Store;
use crate::errors::Errors;
use crate::expression::{Argument, Condition, Expression};
use crate::place::Place;
use crate::resolve::{Meaning, Names};
use crate::value_type::ValueType;
use crate::vocabulary::wires;

/// Later than any index.
const ALWAYS: i64 = i64::MAX;

/// Something that is read, and the last index at which it is there.
#[derive(Clone)]
struct Read {
    place: Place,
    last: i64,
    why: Why,
}

/// Why it is not there later.
#[derive(Clone)]
enum Why {
    /// It has so many bytes.
    Size(String, i64),
    /// The result has taken its place.
    Overwritten(String),
    /// It is 1 where an instruction begins, and an offset does not begin there.
    First,
}

/// Checks one opcode, whose names are known to be right.
pub(super) fn check(opcode: &Opcode, errors: &mut Errors) {
    let names = opcode.names(&Default::default());
    let mut reader = Reader { opcode, names, bound: BTreeMap::new() };
    for statement in &opcode.body {
        match statement {
            Statement::Let { names, value, .. } => reader.bind(names, value),
            Statement::Assign { target, value, conditions, .. } => {
                let store = opcode.store_of(target);
                let last = index::last(conditions, store);
                let mut reads = Vec::new();
                for part in conditions.iter().flat_map(Condition::parts).chain([value]) {
                    reader.reads(part, store, &mut reads);
                }
                if let Some(read) = reads.into_iter().find(|read| read.last < last) {
                    errors.push(read.place.error(explanation(&read, last)));
                }
            }
            Statement::Control(_) | Statement::Call { .. } => {}
        }
    }
}

fn explanation(read: &Read, last: i64) -> String {
    let condition = match read.last {
        0 => "`first`".to_string(),
        last => format!("`index < {}`", last + 1),
    };
    match &read.why {
        Why::Size(text, bytes) => format!(
            "{text} has {bytes} bytes, and this is assigned at index 0 to {last}: \
             add {condition} to its conditions"
        ),
        Why::Overwritten(text) => format!(
            "{text} is not there after index {}, since the result takes its place, and this is \
             assigned until index {last}: add {condition} to its conditions, or let the tick carry \
             on what is needed",
            read.last
        ),
        Why::First => "`first` is 1 where an instruction begins, and the bytes of an offset come \
                       after `branch_taken`: write `index == 0`"
            .to_string(),
    }
}

struct Reader<'o> {
    opcode: &'o Opcode,
    names: Names,
    /// What names bound by `let` read that is not always there.
    bound: BTreeMap<String, Vec<Read>>,
}

impl Reader<'_> {
    fn bind(&mut self, names: &[syn::Ident], value: &Expression) {
        let mut reads = Vec::new();
        self.reads(value, self.opcode.store(), &mut reads);
        for name in names {
            self.names.forms.insert(name.to_string());
            self.bound.insert(name.to_string(), reads.clone());
        }
    }

    /// What an expression reads that is not always there.
    fn reads(&self, expression: &Expression, store: Option<Store>, reads: &mut Vec<Read>) {
        match expression {
            Expression::Constant(_) => {}
            Expression::Name { name, attribute } => {
                if let (None, Some(bound)) = (attribute, self.bound.get(&name.to_string())) {
                    let here = |read: &Read| Read { place: expression.place(), ..read.clone() };
                    reads.extend(bound.iter().map(here));
                } else if let Ok(meaning) = self.names.meaning(name, attribute.as_ref()) {
                    let text = match attribute {
                        Some(attribute) => format!("`{name}.{attribute}`"),
                        None => format!("`{name}`"),
                    };
                    self.named(&meaning, &text, expression.place(), store, reads);
                }
            }
            Expression::Stored { name, arguments, .. } => {
                let value_type = arguments.first().and_then(Argument::value_type);
                let memory = arguments.get(1).and_then(Argument::integer);
                if let Some(bytes) = value_type.map(ValueType::bytes).or(memory) {
                    let why = Why::Size(format!("this part of `{name}`"), bytes);
                    reads.push(Read { place: expression.place(), last: bytes - 1, why });
                }
            }
            Expression::Call { function, arguments, attribute }
                if self.names.is_circuit(function, arguments) =>
            {
                let part = attribute.as_ref();
                if let Ok(Meaning::Context(circuit)) = self.names.circuit(function, arguments, part)
                {
                    let text = format!("`{function}`");
                    match wires(&function.to_string()) {
                        Some(wires) => self.wired(circuit, wires.len(), text, expression, reads),
                        None => self.circuit(circuit, &text, expression.place(), reads),
                    }
                }
            }
            Expression::Call { arguments, .. } => {
                for argument in arguments {
                    if let Argument::Form(form) = argument {
                        self.reads(form, store, reads);
                    }
                }
            }
            Expression::Negated(inner) | Expression::Not(inner) => {
                self.reads(inner, store, reads);
            }
            Expression::Binary { left, right, .. } | Expression::Step { left, right, .. } => {
                self.reads(left, store, reads);
                self.reads(right, store, reads);
            }
            Expression::Lookup(lookup) => {
                lookup.parts().into_iter().for_each(|part| self.reads(part, store, reads));
            }
            Expression::If(_) => unreachable!("an `if` is statements by now, or an error"),
        }
    }

    fn named(
        &self,
        meaning: &Meaning,
        text: &str,
        place: Place,
        store: Option<Store>,
        reads: &mut Vec<Read>,
    ) {
        let mut read = |last, why| reads.push(Read { place, last, why });
        let text = text.to_string();
        match meaning {
            Meaning::Context("ImmediateByte" | "CallerByte") => read(3, Why::Size(text, 4)),
            Meaning::Context("First") if store.is_some_and(Store::has_opening) => {
                read(-1, Why::First);
            }
            Meaning::Operand(operand, attribute) => {
                let value_type = self.value_type(*operand);
                let of_bytes = ["Byte", "Prefix", "SpreadLow", "SpreadHigh"];
                if of_bytes.contains(attribute) {
                    read(value_type.bytes() - 1, Why::Size(text, value_type.bytes()));
                } else {
                    read(self.last_of(*operand, attribute), Why::Overwritten(text));
                }
            }
            _ => {}
        }
    }

    /// A circuit of so many operands on top of the stack, all of which it reads as a whole. Those of columns
    /// follow from the bytes emitted before, so that the lower digits may go.
    fn wired(
        &self,
        circuit: &str,
        operands: usize,
        text: String,
        whole: &Expression,
        reads: &mut Vec<Read>,
    ) {
        let first = usize::from(circuit == "UpperColumns");
        let last = (first..operands).map(|operand| self.last_of(operand, "Nonzero")).min();
        let last = last.unwrap_or(ALWAYS);
        reads.push(Read { place: whole.place(), last, why: Why::Overwritten(text) });
    }

    fn circuit(&self, circuit: &str, text: &str, place: Place, reads: &mut Vec<Read>) {
        let bytes = self.value_type(0).bytes();
        let mut read = |last, why| reads.push(Read { place, last, why });
        let overwritten = || Why::Overwritten(text.to_string());
        match circuit {
            "OrderUnsigned" | "OrderSigned" | "OrderNumber" | "Unordered" | "SumExponent"
            | "SumFlags" | "DifferenceFlags" | "SumDistance" | "ProductExponent"
            | "ProductFlags" | "ProductDistance" => {
                let words = [0, 1].map(|operand| self.last_of(operand, "Nonzero"));
                read(words[0].min(words[1]), overwritten());
            }
            // Where the upper words differ, they decide; where they do not, there is no choice left.
            "OrderTotal" => {
                let words = [0, 1].map(|operand| self.last_of(operand, "Negative"));
                read(words[0].min(words[1]), overwritten());
            }
            "DivisionByte" => read(bytes - 1, Why::Size(text.to_string(), bytes)),
            _ => {
                read(bytes - 1, Why::Size(text.to_string(), bytes));
                // The top operand is read where it is, at all indices up to the present one.
                let last = match circuit {
                    "Product" | "WideProduct" | "DivisionProduct" if self.is_overwritten(0) => 0,
                    "Product" | "WideProduct" | "DivisionProduct" => ALWAYS,
                    _ => self.last_of(0, "Amount"),
                };
                read(last, overwritten());
            }
        }
    }

    fn value_type(&self, operand: usize) -> ValueType {
        self.opcode.pops[self.opcode.pops.len() - 1 - operand].value_type
    }

    /// How many words above the beginning of the result an operand begins; less than 0 where it stays
    /// below it.
    fn offset(&self, operand: usize) -> i64 {
        let deeper = &self.opcode.pops[..self.opcode.pops.len() - 1 - operand];
        words(deeper) - words(&self.opcode.pops[..self.opcode.kept()])
    }

    /// How many words of the result are written to the stack.
    fn result_words(&self) -> i64 {
        match self.opcode.store() {
            Some(Store::Result(value_type)) => value_type.words(),
            _ => 0,
        }
    }

    fn is_overwritten(&self, operand: usize) -> bool {
        let first = self.offset(operand);
        first + self.value_type(operand).words() > 0 && first < self.result_words()
    }

    /// The last index at which a word of the stack is whole, counted from the beginning of the result.
    fn last_of_word(&self, word: i64) -> i64 {
        if (0..self.result_words()).contains(&word) { 4 * word + 3 } else { ALWAYS }
    }

    /// The last index at which an attribute of an operand is there.
    fn last_of(&self, operand: usize, attribute: &str) -> i64 {
        let first = self.offset(operand);
        let highest = first + self.value_type(operand).words() - 1;
        match attribute {
            "High" | "Negative" => self.last_of_word(highest),
            // Its bytes are looked at one by one, the lowest first.
            "Trailing" | "Population" | "Amount" => {
                if (0..self.result_words()).contains(&first) {
                    4 * first
                } else {
                    ALWAYS
                }
            }
            _ => self.last_of_word(first).min(self.last_of_word(highest)),
        }
    }
}
