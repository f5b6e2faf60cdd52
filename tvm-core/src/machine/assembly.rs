//! Putting a machine together: the shared state once, then every opcode's neurons, which add up to
//! the byte, the tick and the kind of the next token. The parts an opcode asks for are built when
//! they are first asked for; asking again finds the same nodes. What opcodes may ask for is in the
//! modules below, a file for operands, memory, variables, comparisons and arithmetic; how an instruction ends is in
//! `ending`.

mod arithmetic;
mod comparison;
mod ending;
mod memory;
mod number;
mod operand;
mod variable;

use std::collections::BTreeMap;

use super::emission::Emission;
use super::limits::EMPTY_DEPTH;
use super::scope::Open;
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
    stack: StackBytes,
    opcodes: Vec<(Opcode, Usage, Form)>,
    /// Are there traps?
    traps: bool,
    /// Are there numbers of 64 bits? Then values are read word by word from the bytes on the stack,
    /// since one instruction may write two.
    wide: bool,
    pub(super) emission: Emission,
}

impl Assembly {
    /// A machine that has its shared state and knows when each opcode is executed: `gates` are 1
    /// there and at most 0 elsewhere.
    pub(super) fn new(
        graph: Graph,
        shared: (Columns, Recent, Counters, Fetched),
        opcodes: Vec<(Opcode, Usage, Form)>,
        traps: bool,
    ) -> Self {
        let (columns, bytes, counters, fetched) = shared;
        let mut graph = graph;
        let wide = opcodes.iter().any(|(opcode, ..)| opcode.is_wide());
        let stack = if wide {
            operands::wide_stack_bytes(&mut graph, &columns, &bytes, &counters, &fetched).into()
        } else {
            operands::stack_bytes(&mut graph, &bytes, &counters, &fetched)
        };
        let mut assembly = Assembly {
            graph,
            columns,
            bytes,
            counters,
            fetched,
            stack,
            opcodes,
            traps,
            wide,
            emission: Emission::default(),
        };
        assembly.keep_digits_off_the_stack();
        assembly
    }

    fn any(&self, which: impl Fn(&Opcode, &Usage) -> bool) -> bool {
        self.opcodes.iter().any(|(opcode, usage, _)| which(opcode, usage))
    }

    /// `value` while one of these opcodes is executed, else 0.
    fn gated(&mut self, value: Form, which: impl Fn(&Opcode, &Usage) -> bool) -> Form {
        self.gated_by(which, |_| value.clone(), &Form::default())
    }

    /// What `value` says of the opcode that is executed, if it is one of these and the condition
    /// (0 or 1, shifted so that it adds to the gate) holds.
    fn gated_by(
        &mut self,
        which: impl Fn(&Opcode, &Usage) -> bool,
        value: impl Fn(&Opcode) -> Form,
        condition: &Form,
    ) -> Form {
        let chosen: Vec<(Form, Form)> = self
            .opcodes
            .iter()
            .filter(|(opcode, usage, _)| which(opcode, usage))
            .map(|(opcode, _, gate)| (value(opcode), gate.clone() + condition.clone()))
            .collect();
        chosen.into_iter().map(|(value, gate)| self.graph.reglu(value, gate)).sum()
    }

    /// A part of the machine.
    pub(super) fn context(&mut self, context: Context) -> Form {
        match context {
            Context::Carry => self.columns.carry.clone(),
            Context::Index => self.bytes.index.clone(),
            Context::First => self.bytes.boundary.clone(),
            Context::ImmediateByte => self.fetched.immediate_byte.clone(),
            Context::ImmediateValue => self.fetched.immediate.clone(),
            Context::LocalByte | Context::GlobalByte => self.variable().byte,
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
            Context::DivisionByte => self.quotient_byte(self.bytes.index.clone()),
            Context::DivisionDigit | Context::DivisionSignedDigit => self.digit(),
            Context::DivisionProduct => self.quotient_times_divisor(),
            Context::Product => self.product(),
            Context::ProductCarried => self.product_carried(),
        }
    }

    /// Adds `value` to a part of the emitted token where the gate is open.
    pub(super) fn contribute(&mut self, field: Field, value: Form, open: &Open) {
        let neurons = open.let_through(&mut self.graph, value);
        self.emission.add(field, neurons);
    }

    /// Builds the body of every opcode.
    pub(super) fn build_opcodes(&mut self) {
        for (opcode, _, gate) in self.opcodes.clone() {
            (opcode.build)(&mut super::Scope::building(self, opcode, gate));
        }
    }

    /// The kinds of trap, in order of their names.
    pub(super) fn traps(&self) -> BTreeMap<&'static str, Form> {
        self.emission.kinds.traps.clone()
    }
}
