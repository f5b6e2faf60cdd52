//! Putting a machine together: the shared state once, then every opcode's neurons, which add up to
//! the byte, the tick and the kind of the next token. The parts an opcode asks for are built when
//! they are first asked for; asking again finds the same nodes.

use std::collections::BTreeMap;

use super::emission::Emission;
use super::limits::GLOBALS;
use super::survey::Usage;
use super::tables::{NO_SHIFT, ROTATION};
use super::{
    Attribute, Columns, Context, Control, Counters, Fetched, Field, Opcode, Recent, StackBytes,
    Target, bits, division, memory, operands, state, variables,
};
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
    shift: Option<Form>,
    pub(super) emission: Emission,
}

impl Assembly {
    /// A machine that has its shared state and knows when each opcode is executed: `gates` are 1
    /// there and at most 0 elsewhere.
    pub(super) fn new(
        graph: Graph,
        shared: (Columns, Recent, Counters, Fetched),
        opcodes: Vec<(Opcode, Usage, Form)>,
    ) -> Self {
        let (columns, bytes, counters, fetched) = shared;
        let mut graph = graph;
        let stack = operands::stack_bytes(&mut graph, &bytes, &counters, &fetched);
        let mut assembly = Assembly {
            graph,
            columns,
            bytes,
            counters,
            fetched,
            stack,
            opcodes,
            shift: None,
            emission: Emission::default(),
        };
        assembly.keep_digits_off_the_stack();
        assembly
    }

    /// The digits of a quotient are bytes of a value-producing instruction, but no value.
    fn keep_digits_off_the_stack(&mut self) {
        if self.any(|_, usage| usage.contexts.contains(&Context::DivisionKnown)) {
            let on = self.stack.on.clone() - self.is_digit();
            self.stack.on = self.graph.persist(on);
        }
    }

    /// 1 for a digit of a quotient.
    fn is_digit(&mut self) -> Form {
        let known = self.quotient().known;
        let digit =
            Form::constant(1) - self.bytes.boundary.clone() - known + self.columns.divided.clone();
        self.gated(digit, |_, usage| usage.contexts.contains(&Context::DivisionKnown))
    }

    fn any(&self, which: impl Fn(&Opcode, &Usage) -> bool) -> bool {
        self.opcodes.iter().any(|(opcode, usage, _)| which(opcode, usage))
    }

    /// `value` while one of these opcodes is executed, else 0.
    fn gated(&mut self, value: Form, which: impl Fn(&Opcode, &Usage) -> bool) -> Form {
        let gates: Vec<Form> = self
            .opcodes
            .iter()
            .filter(|(opcode, usage, _)| which(opcode, usage))
            .map(|(_, _, gate)| gate.clone())
            .collect();
        gates.into_iter().map(|gate| self.graph.reglu(value.clone(), gate)).sum()
    }

    fn depth(&self, from_top: i64) -> Form {
        self.counters.depth.clone() - Form::constant(from_top)
    }

    /// A part of an operand.
    pub(super) fn operand(&mut self, from_top: i64, attribute: Attribute) -> Form {
        let depth = self.depth(from_top);
        let index = self.bytes.index.clone();
        let (graph, columns, stack) = (&mut self.graph, &self.columns, &self.stack);
        match attribute {
            Attribute::Byte => operands::operand_byte(graph, columns, stack, &depth, &index).byte,
            Attribute::Value => self.value(from_top),
            Attribute::Nonzero => self.facts(from_top).nonzero,
            Attribute::Negative => self.facts(from_top).negative,
            Attribute::Prefix => self.prefix(from_top),
            Attribute::SpreadLow => bits::spread_byte(graph, columns, stack, &depth, &index).low,
            Attribute::SpreadHigh => bits::spread_byte(graph, columns, stack, &depth, &index).high,
            Attribute::Trailing => bits::counted_bits(graph, columns, stack, &depth).trailing,
            Attribute::Population => bits::counted_bits(graph, columns, stack, &depth).population,
            Attribute::Amount => bits::shift_amount(graph, columns, stack, &depth).amount,
            Attribute::Leading => self.leading(from_top),
        }
    }

    fn value(&mut self, from_top: i64) -> Form {
        let depth = self.depth(from_top);
        let by_bytes = self.any(|_, usage| usage.needs_bytes_of_second());
        let graph = &mut self.graph;
        if from_top == 1 && by_bytes {
            let bytes = bits::operand_bytes(graph, &self.columns, &self.counters, &depth);
            return bytes.value;
        }
        operands::operand_value(graph, &self.columns, &self.bytes, &self.counters, &depth).value
    }

    fn facts(&mut self, from_top: i64) -> operands::ValueFacts {
        let value = self.value(from_top);
        operands::value_facts(&mut self.graph, &value)
    }

    /// The number of powers of two, from 2^0 to 2^31, that are greater than the value.
    fn leading(&mut self, from_top: i64) -> Form {
        let value = self.value(from_top);
        let steps: Vec<(i64, i64)> = (0..32).map(|bit| (1 - (1 << bit), 1)).collect();
        self.graph.staircase(-value, 0, &steps)
    }

    fn prefix(&mut self, from_top: i64) -> Form {
        let (depth, index) = (self.depth(from_top), self.bytes.index.clone());
        let graph = &mut self.graph;
        let prefix = bits::prefix_so_far(graph, &self.columns, &self.bytes);
        bits::operand_prefix(graph, &self.stack, &prefix, &depth, &index).wide
    }

    /// The top of the stack times a number given by its bytes.
    fn times(&mut self, factor: [Form; 4]) -> Form {
        let (depth, index) = (self.depth(0), self.bytes.index.clone());
        let graph = &mut self.graph;
        let prefix = bits::prefix_so_far(graph, &self.columns, &self.bytes);
        let [b0, b1, b2, b3] = factor;
        bits::multiplied(graph, &self.stack, &prefix, &depth, &index, &b0, &b1, &b2, &b3).wide
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
            Context::MemoryByte => self.memory().byte,
            Context::MemoryNegative => self.memory().negative,
            Context::CallerByte => self.caller().byte,
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
        }
    }

    fn memory(&mut self) -> memory::MemoryByte {
        let clamped = state::address(&mut self.graph, &self.bytes.value).clamped;
        let offset = state::address(&mut self.graph, &self.fetched.immediate).clamped;
        let byte = Form::constant(1) - self.bytes.boundary.clone();
        let storing = self.gated(byte, |opcode, _| {
            use Target::{Memory8, Memory16, Memory32};
            let stores = opcode.targets.iter().any(|t| matches!(t, Memory8 | Memory16 | Memory32));
            stores || opcode.code == crate::program::Code::INPUT_BASE
        });
        let storing = self.graph.persist(storing);
        let (top, second) = (self.depth(0), self.depth(1));
        let (graph, columns, counters) = (&mut self.graph, &self.columns, &self.counters);
        let top = operands::operand_address(graph, columns, &clamped, counters, &top).address;
        let second = operands::operand_address(graph, columns, &clamped, counters, &second).address;
        memory::memory_byte(graph, columns, &self.bytes, &offset, &top, &second, &storing)
    }

    fn variable(&mut self) -> variables::VariableByte {
        let number = self.fetched.immediate.clone() * 4;
        let window = self.counters.frame.clone() * super::limits::WINDOW_BYTES;
        let local = |opcode: &Opcode, usage: &Usage| {
            usage.contexts.contains(&Context::LocalByte) || opcode.targets.contains(&Target::Local)
        };
        let global = |opcode: &Opcode, usage: &Usage| {
            usage.contexts.contains(&Context::GlobalByte)
                || opcode.targets.contains(&Target::Global)
        };
        let of_locals = self.gated(number.clone() + window, local);
        let of_globals = self.gated(number + Form::constant(GLOBALS), global);
        let base = self.graph.persist(of_locals + of_globals);
        let is_global = self.gated(Form::constant(1), global);
        let is_global = self.graph.persist(is_global);
        let byte = Form::constant(1) - self.bytes.boundary.clone();
        let setting = self.gated(byte, |opcode, _| {
            opcode.targets.iter().any(|t| matches!(t, Target::Local | Target::Global))
        });
        let setting = self.graph.persist(setting);
        let (graph, columns) = (&mut self.graph, &self.columns);
        let (bytes, counters) = (&self.bytes, &self.counters);
        variables::variable_byte(graph, columns, bytes, counters, &base, &setting, &is_global)
    }

    fn caller(&mut self) -> variables::CallerByte {
        let byte = self.bytes.index.clone() - Form::constant(1);
        let byte = self.graph.step(byte);
        let calling = self.gated(byte, |opcode, _| opcode.controls.contains(&Control::Call));
        let calling = self.graph.persist(calling);
        let graph = &mut self.graph;
        variables::caller_byte(graph, &self.columns, &self.bytes, &self.counters, &calling)
    }

    /// 0 while a shift in this direction is executed, `ROTATION` for a rotation, else `NO_SHIFT`.
    fn direction(&mut self, shift: Context, rotation: Context) -> Form {
        let shifting =
            self.gated(Form::constant(-NO_SHIFT), |_, usage| usage.contexts.contains(&shift));
        let rotating = self.gated(Form::constant(ROTATION - NO_SHIFT), |_, usage| {
            usage.contexts.contains(&rotation)
        });
        self.graph.persist(shifting + rotating + Form::constant(NO_SHIFT))
    }

    fn amount(&mut self) -> Form {
        self.operand(0, Attribute::Amount)
    }

    fn shifted(&mut self) -> Form {
        let left = self.direction(Context::ShiftLeft, Context::RotateLeft);
        let right = self.direction(Context::ShiftRight, Context::RotateRight);
        let (amount, depth) = (self.amount(), self.depth(1));
        let (graph, index) = (&mut self.graph, &self.bytes.index);
        let operand = bits::operand_bytes(graph, &self.columns, &self.counters, &depth);
        let shifted = bits::shift(graph, &operand, &amount, index, &left, &right).wide;
        self.shift = Some(shifted.clone());
        shifted
    }

    fn shift_fill(&mut self) -> Form {
        let right = self.direction(Context::ShiftRight, Context::RotateRight);
        let amount = self.amount();
        bits::shift_fill(&mut self.graph, &amount, &self.bytes.index, &right).byte
    }

    fn quotient(&mut self) -> division::Quotient {
        division::quotient(&mut self.graph, &self.columns, &self.bytes)
    }

    fn digit(&mut self) -> Form {
        let signed =
            |_: &Opcode, usage: &Usage| usage.contexts.contains(&Context::DivisionSignedDigit);
        let signed = self.gated(Form::constant(1), signed);
        let unsigned = self.graph.persist(Form::constant(1) - signed);
        let quotient = self.quotient();
        let so_far = self
            .gated(quotient.so_far, |_, usage| usage.contexts.contains(&Context::DivisionKnown));
        // The bytes after `divided` are no digits: without this their product with the divisor
        // would leave the exact integers.
        let so_far = self.graph.persist(so_far);
        let digits = Form::constant(1) - quotient.known;
        let so_far = self.graph.reglu(so_far, digits);
        let (dividend, divisor) = (self.value(1), self.value(0));
        let (graph, index) = (&mut self.graph, &self.bytes.index);
        let mut magnitude = |operand: Form| {
            // Where all division is unsigned, an operand is its own magnitude.
            if unsigned == Form::constant(1) {
                return operand;
            }
            division::magnitude(graph, &operand, &unsigned).value
        };
        let (dividend, divisor) = (magnitude(dividend), magnitude(divisor));
        division::digit(graph, &dividend, &divisor, &so_far, index).byte
    }

    fn quotient_times_divisor(&mut self) -> Form {
        let bytes = [0, 1, 2, 3].map(|place| self.quotient_byte(Form::constant(place)));
        self.times(bytes)
    }

    fn quotient_byte(&mut self, place: Form) -> Form {
        let digit = self.is_digit();
        let digit = self.graph.persist(digit);
        let (graph, columns) = (&mut self.graph, &self.columns);
        division::quotient_byte(graph, columns, &self.bytes, &digit, &place).byte
    }

    fn product(&mut self) -> Form {
        let depth = self.depth(1);
        let graph = &mut self.graph;
        let bytes = bits::operand_bytes(graph, &self.columns, &self.counters, &depth);
        self.times([bytes.byte0, bytes.byte1, bytes.byte2, bytes.byte3])
    }

    /// Adds `value` to a part of the emitted token where the gate is open.
    pub(super) fn contribute(&mut self, field: Field, value: Form, open: Form) {
        if self.shift.as_ref() == Some(&value) {
            // It is 0 unless a shift is executed: one sum serves all shifts, without a gate.
            self.emission.set(field, value);
            return;
        }
        let neuron = self.graph.reglu(value, open);
        self.emission.add(field, neuron);
    }

    /// Ends an instruction; `gate` is open for the opcode, `open` where its conditions hold too.
    pub(super) fn end_by(&mut self, control: Control, gate: Form, open: Form) {
        let begins = self.graph.reglu(self.bytes.boundary.clone(), open);
        match control {
            Control::Jump | Control::Call | Control::Return => {
                self.emission.kinds.branch = self.emission.kinds.branch.clone() + begins;
                self.end_transfer(control, gate);
            }
            Control::Halt => self.emission.kinds.halt = self.emission.kinds.halt.clone() + begins,
            Control::Trap(kind) => {
                let traps = self.emission.kinds.traps.entry(kind).or_default();
                *traps = traps.clone() + begins;
            }
            Control::Keep => {}
            Control::Divide => {
                let known = self.quotient().known;
                let complete = self.complete();
                let divided = self.graph.reglu(complete, gate - known);
                self.emission.kinds.divided = self.emission.kinds.divided.clone() + divided;
            }
        }
    }

    fn end_transfer(&mut self, control: Control, gate: Form) {
        let complete = self.complete();
        let ends = self.graph.reglu(complete, gate);
        let kinds = &mut self.emission.kinds;
        let kind = match control {
            Control::Call => &mut kinds.call_commit,
            Control::Return => &mut kinds.return_commit,
            _ => &mut kinds.jump,
        };
        *kind = kind.clone() + ends;
    }

    /// 1 once four bytes are emitted.
    pub(super) fn complete(&mut self) -> Form {
        let four = self.bytes.index.clone() - Form::constant(4);
        let complete = self.graph.step(four);
        self.graph.persist(complete)
    }

    /// 1 once as many bytes are emitted as the instruction has.
    pub(super) fn done(&mut self) -> Form {
        let one = self.bytes.index.clone() - Form::constant(1);
        let one = self.graph.step(one);
        let early = self.gated(one, |opcode, _| opcode.targets.contains(&Target::Memory8));
        let two = self.bytes.index.clone() - Form::constant(2);
        let two = self.graph.step(two);
        let half = self.gated(two, |opcode, _| opcode.targets.contains(&Target::Memory16));
        let complete = self.complete();
        let early = self.graph.persist(early + half);
        complete + early
    }

    /// 1 where an `out` token is next.
    pub(super) fn outputs(&mut self) -> Form {
        let boundary = self.bytes.boundary.clone();
        self.gated(boundary, |opcode, _| opcode.targets.contains(&Target::Output))
    }

    /// Builds the body of every opcode.
    pub(super) fn build_opcodes(&mut self) {
        for (opcode, _, gate) in self.opcodes.clone() {
            (opcode.build)(&mut super::Scope::building(self, gate));
        }
    }

    /// The kinds of trap, in order of their names.
    pub(super) fn traps(&self) -> BTreeMap<&'static str, Form> {
        self.emission.kinds.traps.clone()
    }
}
