//! What the body of an opcode uses when it is built: operands, parts of the machine, and the token to emit.
//! An assignment becomes a neuron that is active for this opcode only, or a few of them.

use super::assembly::Assembly;
use super::gate::{Condition, Gate};
use super::survey::Usage;
use super::{Attribute, Context, Control, Field, Opcode};
use crate::graph::{Form, Graph};

/// Builds the body of every opcode of a machine.
pub(super) fn build_opcodes(assembly: &mut Assembly) {
    for (opcode, gate) in assembly.executed() {
        assembly.within(opcode.mnemonic, |assembly| {
            (opcode.build)(&mut Scope::building(assembly, opcode, gate));
        });
    }
}

/// The surroundings of one opcode's body.
#[derive(Debug)]
pub struct Scope<'machine> {
    mode: Mode<'machine>,
}

#[derive(Debug)]
enum Mode<'machine> {
    Surveying { graph: &'machine mut Graph, usage: &'machine mut Usage },
    Building { assembly: &'machine mut Assembly, opcode: Opcode, gate: Form },
}

impl<'machine> Scope<'machine> {
    /// A scope that builds nothing and records what is used.
    pub(super) fn surveying(graph: &'machine mut Graph, usage: &'machine mut Usage) -> Self {
        Scope { mode: Mode::Surveying { graph, usage } }
    }

    /// A scope that builds the opcode; `gate` is 1 where it is executed, else at most 0.
    fn building(assembly: &'machine mut Assembly, opcode: Opcode, gate: Form) -> Self {
        Scope { mode: Mode::Building { assembly, opcode, gate } }
    }

    /// The graph that the body adds to.
    pub fn graph(&mut self) -> &mut Graph {
        match &mut self.mode {
            Mode::Surveying { graph, .. } => graph,
            Mode::Building { assembly, .. } => &mut assembly.graph,
        }
    }

    /// Builds a value of the body under its name.
    pub fn bind(&mut self, name: &str, build: impl FnOnce(&mut Self) -> Form) -> Form {
        self.bind_all(&[name], |scope| vec![build(scope)]).remove(0)
    }

    /// Builds several values under a name each. What is added besides has the first name.
    pub fn bind_all(
        &mut self,
        names: &[&str],
        build: impl FnOnce(&mut Self) -> Vec<Form>,
    ) -> Vec<Form> {
        let opened = self.graph().open_binding(names[0]);
        let forms = build(self);
        self.graph().close_binding(opened, names, &forms);
        forms
    }

    /// An operand, counted from the top of the stack.
    pub fn operand(&mut self, from_top: usize, attribute: Attribute) -> Form {
        match &mut self.mode {
            Mode::Surveying { usage, .. } => {
                if from_top == 0 {
                    usage.of_top.insert(attribute);
                }
                Form::default()
            }
            Mode::Building { assembly, opcode, .. } => {
                let value = opcode.pops[opcode.pops.len() - 1 - from_top];
                let operand = assembly.number_of_operand(opcode, from_top);
                assembly.operand(operand, value.value_type, attribute)
            }
        }
    }

    /// A part of the machine.
    pub fn context(&mut self, context: Context) -> Form {
        match &mut self.mode {
            Mode::Surveying { usage, .. } => {
                usage.contexts.insert(context);
                Form::default()
            }
            Mode::Building { assembly, opcode, .. } => match context {
                Context::LocalByte | Context::GlobalByte => assembly.byte_of_variable(opcode),
                _ => assembly.context(context),
            },
        }
    }

    /// Assigns a field of the emitted token where all conditions hold. Several assignments add up.
    pub fn assign(&mut self, field: Field, value: Form, conditions: Vec<Condition>) {
        match &mut self.mode {
            Mode::Surveying { usage, .. } => {
                usage.fields.insert(field);
            }
            Mode::Building { assembly, gate, .. } => assembly.within(field.word(), |assembly| {
                let gate = Gate::new(&mut assembly.graph, gate, conditions);
                assembly.contribute(field, value, &gate);
            }),
        }
    }

    /// Emits the digits of the quotient of the two operands on top of the stack (of their magnitudes if
    /// `signed`), and then `divided`. The bytes of the result follow.
    pub fn digits(&mut self, signed: bool) {
        let digit = if signed { Context::DivisionSignedDigit } else { Context::DivisionDigit };
        let value = self.context(digit);
        let unknown = Form::constant(1) - self.context(Context::DivisionKnown);
        self.assign(Field::Byte, value, vec![Condition::Truth(unknown)]);
        self.control(Control::Divide, Vec::new());
    }

    /// Ends the instruction by another token than a commit where all conditions hold.
    pub fn control(&mut self, control: Control, conditions: Vec<Condition>) {
        if let Mode::Building { assembly, gate, .. } = &mut self.mode {
            assembly.within(control.word(), |assembly| {
                let executed = gate.clone();
                let gate = Gate::new(&mut assembly.graph, &executed, conditions);
                assembly.end_by(control, executed, &gate);
            });
        }
    }
}
