//! Assembles a machine: first the shared state, then the neurons of every opcode. Their sums are the
//! byte, the tick and the kind of the next token. A part that opcodes share is built when the first of
//! them asks for it; later requests find the same nodes. The shared parts are in the modules below: operands,
//! memory, variables, comparison, arithmetic and products. `ending` says how an instruction ends.

mod arithmetic;
mod comparison;
mod ending;
mod floating;
mod memory;
mod number;
mod operand;
mod place;
mod product;
#[cfg(test)]
mod tests;
mod variable;

use std::collections::BTreeMap;

use super::emission::Emission;
use super::gate::Gate;
use super::limits::EMPTY_DEPTH;
use super::places::{self, FetchedPlaces};
use super::survey::Usage;
use super::{Columns, Context, Counters, Fetched, Field, Opcode, Recent, StackBytes, operands};
use crate::graph::{Form, Graph};

/// A machine under construction.
#[derive(Debug)]
pub struct Assembly {
    pub(super) graph: Graph,
    pub(super) columns: Columns,
    pub(super) bytes: Recent,
    pub(super) counters: Counters,
    pub(super) fetched: Fetched,
    /// Where operands and results are, in a machine with numbers of 64 bits.
    places: Option<FetchedPlaces>,
    stack: StackBytes,
    opcodes: Vec<(Opcode, Usage, Form)>,
    /// Does the machine have traps?
    traps: bool,
    pub(super) emission: Emission,
}

impl Assembly {
    /// A machine with its shared state and its opcodes, each with what it uses and its gate: 1 where it is
    /// executed, at most 0 elsewhere.
    pub(super) fn new(
        graph: Graph,
        shared: (Columns, Recent, Counters, Fetched),
        places: Option<FetchedPlaces>,
        opcodes: Vec<(Opcode, Usage, Form)>,
        traps: bool,
    ) -> Self {
        let (columns, bytes, counters, fetched) = shared;
        let (key, on) = (Form::default(), Form::default());
        let (stack, emission) = (StackBytes { key, on }, Emission::default());
        let mut assembly = Assembly {
            graph,
            columns,
            bytes,
            counters,
            fetched,
            places,
            stack,
            opcodes,
            traps,
            emission,
        };
        assembly.stack = assembly.stack_bytes();
        assembly.keep_digits_off_the_stack();
        assembly
    }

    /// The key of the byte just emitted.
    fn stack_bytes(&mut self) -> StackBytes {
        let place = self.place_of_result();
        let (bytes, fetched) = (&self.bytes, &self.fetched);
        self.graph.shared("stack", |graph| match place {
            Some(place) => {
                places::placed_bytes(graph, &self.columns, bytes, fetched, &place).into()
            }
            None => operands::stack_bytes(graph, bytes, &self.counters, fetched),
        })
    }

    /// Is every value read word by word, by its bytes? It is where an instruction may write two words.
    fn is_wide(&self) -> bool {
        self.places.is_some()
    }

    /// Builds something under a name within those that are open.
    pub(super) fn within<T>(&mut self, name: &str, build: impl FnOnce(&mut Self) -> T) -> T {
        let outer = self.graph.open(name);
        let built = build(self);
        self.graph.close(outer);
        built
    }

    /// Builds a value under a name within those that are open.
    fn bind(&mut self, name: &str, build: impl FnOnce(&mut Self) -> Form) -> Form {
        let binding = self.graph.open_binding(name);
        let built = build(self);
        self.graph.close_binding(binding, &[name], std::slice::from_ref(&built));
        built
    }

    /// Builds a part that several others ask for, under a name that is only its own.
    fn shared<T>(&mut self, name: &str, build: impl FnOnce(&mut Self) -> T) -> T {
        let outer = self.graph.open_alone(name);
        let built = build(self);
        self.graph.close(outer);
        built
    }

    /// Builds a value that several others ask for, under a name that is only its own.
    fn shared_value(&mut self, name: &str, build: impl FnOnce(&mut Self) -> Form) -> Form {
        let outer = self.graph.close_all();
        let built = self.bind(name, build);
        self.graph.close(outer);
        built
    }

    /// Every opcode with a form that is 1 where it is executed, else at most 0.
    pub(super) fn executed(&self) -> Vec<(Opcode, Form)> {
        self.opcodes.iter().map(|(opcode, _, gate)| (*opcode, gate.clone())).collect()
    }

    fn any(&self, which: impl Fn(&Opcode, &Usage) -> bool) -> bool {
        self.opcodes.iter().any(|(opcode, usage, _)| which(opcode, usage))
    }

    /// `value` while one of these opcodes is executed, else 0.
    fn gated(&mut self, value: Form, which: impl Fn(&Opcode, &Usage) -> bool) -> Form {
        self.gated_by(which, |_| value.clone(), &Form::default())
    }

    /// `value` while one of these opcodes is executed, else 0, in a slot of this name.
    fn gated_slot(
        &mut self,
        name: &str,
        value: Form,
        which: impl Fn(&Opcode, &Usage) -> bool,
    ) -> Form {
        self.bind(name, |assembly| {
            let gated = assembly.gated(value, which);
            assembly.graph.persist(gated)
        })
    }

    /// `value(opcode)` where one of these opcodes is executed and the condition holds, else 0. The condition is
    /// added to the gate: 0 where it holds, -1 where it does not.
    fn gated_by(
        &mut self,
        which: impl Fn(&Opcode, &Usage) -> bool,
        value: impl Fn(&Opcode) -> Form,
        condition: &Form,
    ) -> Form {
        let chosen: Vec<(&'static str, Form, Form)> = self
            .opcodes
            .iter()
            .filter(|(opcode, usage, _)| which(opcode, usage))
            .map(|(opcode, _, gate)| {
                (opcode.mnemonic, value(opcode), gate.clone() + condition.clone())
            })
            .collect();
        let neurons = chosen.into_iter().map(|(mnemonic, value, gate)| {
            self.graph.within(mnemonic, |graph| graph.reglu(value, gate))
        });
        neurons.sum()
    }

    /// The form that a part of the machine is read by.
    pub(super) fn context(&mut self, context: Context) -> Form {
        match context {
            Context::Carry => self.columns.carry.clone(),
            Context::Index => self.bytes.index.clone(),
            Context::First => self.bytes.boundary.clone(),
            Context::Emitted => self.columns.byte_number.clone() - Form::constant(1),
            Context::ImmediateByte => self.fetched.immediate_byte.clone(),
            Context::ImmediateValue => self.fetched.immediate.clone(),
            Context::LocalByte | Context::GlobalByte => {
                unreachable!("a variable is read by an opcode, which says where it is")
            }
            Context::MemoryByte(_) => self.memory().byte,
            Context::MemoryOutside(_) => self.outside_memory(),
            Context::MemoryPages => self.pages(),
            Context::CallsDepth => self.counters.frame.clone(),
            Context::OperandsDepth => self.counters.depth.clone() - Form::constant(EMPTY_DEPTH),
            Context::CallerByte => self.caller().byte,
            Context::OrderUnsigned => self.order(),
            Context::OrderSigned => self.signed_order(),
            Context::OrderNumber => self.order_of_numbers(),
            Context::OrderTotal => self.total_order_of_numbers(),
            Context::Unordered => self.unordered(),
            Context::ShiftLeft
            | Context::ShiftRight
            | Context::RotateLeft
            | Context::RotateRight => self.shifted(),
            Context::ShiftFill => self.shift_fill(),
            Context::DivisionKnown => self.quotient().known,
            Context::DivisionByte => self.quotient_byte("quotient", self.bytes.index.clone()),
            Context::DivisionDigit | Context::DivisionSignedDigit => self.digit(),
            Context::DivisionProduct => self.quotient_times_divisor(),
            Context::Product => self.product(),
            Context::WideProduct => self.columns_of_product(),
            Context::SumExponent => self.scale_of_sum().exponent,
            Context::SumFlags | Context::DifferenceFlags => self.scale_of_sum().flags,
            Context::SumDistance => self.scale_of_sum().distance,
            Context::ProductExponent => self.scale_of_product().exponent,
            Context::ProductFlags => self.scale_of_product().flags,
            Context::ProductDistance => self.scale_of_product().distance,
            Context::NumberExponent => self.scale_of_number().exponent,
            Context::NumberFlags => self.scale_of_number().flags,
            Context::IntegralExponent => self.scale_of_integral().exponent,
            Context::IntegralFlags => self.scale_of_integral().flags,
            Context::IntegralDistance => self.scale_of_integral().distance,
            Context::IntegralFraction => self.has_fraction(),
            Context::IntegralTie => self.is_half(),
            Context::IntegralUp => self.is_nearer_to_next(),
            Context::WholeDigits => self.lesser(),
            Context::WholeCarry => self.carry_of_whole(),
            Context::TruncationBits => self.truncation().bits,
            Context::TruncationDistance => self.truncation().distance,
            Context::TruncationNegative => self.truncation().negative,
            Context::TruncationNan => self.scale_is_nan(),
            Context::TruncationIsLeastWord => self.least_integers().word,
            Context::TruncationIsLeastPair => self.least_integers().pair,
            Context::TruncatedFill => self.control_byte(1),
            Context::TruncatedHighest => self.control_byte(2),
            Context::TruncatedNegative => self.truncated_is_negative(),
            Context::AlignedGreater => self.greater(),
            Context::AlignedLesser => self.lesser(),
            Context::AlignedCarry => self.carry_of_sum(),
            Context::AlignedLost => self.lost(),
            Context::AlignedSubtracts => self.subtracts(),
            Context::Columns => self.columns_of_product(),
            Context::UpperColumns => self.columns_of_product(),
            Context::LowerColumns => self.lower_columns(),
            Context::DistanceForF32 | Context::DistanceForF64 => self.rounding().distance,
            Context::RoundingExponent => self.rounding().exponent,
            Context::RoundingFlags => self.rounding().flags,
            Context::RoundingTie => self.rounding_tie(),
            Context::RoundingBits | Context::Rounded => self.window(),
            Context::RoundedCarry => self.carry_of_rounding(),
            Context::RoundedExponent => self.rounded().exponent,
            Context::RoundedSign => self.rounded().sign,
            Context::RoundedHidden => self.rounded().hidden,
        }
    }

    /// Adds `value` to a field of the emitted token where the gate is open.
    pub(super) fn contribute(&mut self, field: Field, value: Form, gate: &Gate) {
        let neurons = gate.let_through(&mut self.graph, value);
        self.emission.add(field, neurons);
    }

    /// The kinds of trap, in order of their names.
    pub(super) fn traps(&self) -> BTreeMap<&'static str, Form> {
        self.emission.kinds.traps.clone()
    }
}
