//! What an opcode's body sees while it is built: operands, the machine, and the token it is about
//! to emit. An assignment becomes one neuron whose gate is open for this opcode only.

use super::assembly::Assembly;
use super::survey::Usage;
use super::{Attribute, Context, Control, Field, Opcode, Target};
use crate::graph::{Form, Graph};

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
    /// A scope that only notes what is used.
    pub(super) fn surveying(graph: &'machine mut Graph, usage: &'machine mut Usage) -> Self {
        Scope { mode: Mode::Surveying { graph, usage } }
    }

    /// A scope that builds; `gate` is 1 where the opcode is executed, else at most 0.
    pub(super) fn building(
        assembly: &'machine mut Assembly,
        opcode: Opcode,
        gate: Form,
    ) -> Self {
        Scope { mode: Mode::Building { assembly, opcode, gate } }
    }

    /// The graph that the body adds to.
    pub fn graph(&mut self) -> &mut Graph {
        match &mut self.mode {
            Mode::Surveying { graph, .. } => graph,
            Mode::Building { assembly, .. } => &mut assembly.graph,
        }
    }

    /// An operand, counted from the top of the stack.
    pub fn operand(&mut self, from_top: usize, attribute: Attribute) -> Form {
        match &mut self.mode {
            Mode::Surveying { usage, .. } => {
                usage.attributes.insert(attribute);
                Form::default()
            }
            Mode::Building { assembly, opcode, .. } => {
                let value = opcode.pops[opcode.pops.len() - 1 - from_top];
                assembly.operand(from_top, value.value_type, attribute)
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
            Mode::Building { assembly, .. } => assembly.context(context),
        }
    }

    /// Assigns a part of the emitted token where all conditions, each 0 or 1, hold. Several
    /// assignments add up.
    pub fn assign(&mut self, _: Target, field: Field, value: Form, conditions: Vec<Form>) {
        match &mut self.mode {
            Mode::Surveying { usage, .. } => {
                usage.fields.insert(field);
            }
            Mode::Building { assembly, gate, .. } => {
                let open = all_of(gate, conditions);
                assembly.contribute(field, value, open);
            }
        }
    }

    /// Ends the instruction in another way than by a commit, where all conditions hold.
    pub fn control(&mut self, control: Control, conditions: Vec<Form>) {
        if let Mode::Building { assembly, gate, .. } = &mut self.mode {
            let open = all_of(gate, conditions);
            assembly.end_by(control, gate.clone(), open);
        }
    }
}

/// A gate that is 1 where another one is 1 and all conditions hold, else at most 0.
fn all_of(gate: &Form, conditions: Vec<Form>) -> Form {
    let number = conditions.len() as i64;
    gate.clone() + conditions.into_iter().sum() - Form::constant(number)
}
