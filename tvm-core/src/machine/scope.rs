//! What an opcode's body sees while it is built: operands, the machine, and the token it is about
//! to emit. An assignment becomes one neuron whose gate is open for this opcode only.

use super::assembly::Assembly;
use super::survey::Usage;
use super::{Attribute, Context, Control, Field, Opcode};
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
    pub(super) fn building(assembly: &'machine mut Assembly, opcode: Opcode, gate: Form) -> Self {
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
            Mode::Surveying { .. } => Form::default(),
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

    /// Assigns a part of the emitted token where all conditions hold. Several assignments add up. What
    /// the bytes are for is one thing for the whole opcode, its target.
    pub fn assign(&mut self, field: Field, value: Form, conditions: Vec<Condition>) {
        match &mut self.mode {
            Mode::Surveying { usage, .. } => {
                usage.fields.insert(field);
            }
            Mode::Building { assembly, gate, .. } => {
                let open = Open::new(&mut assembly.graph, gate, conditions);
                assembly.contribute(field, value, &open);
            }
        }
    }

    /// Emits the digits of the quotient of the two operands on top of the stack, of their magnitudes
    /// if they are `signed`, and then `divided`: what comes before the bytes of a result that are
    /// made of the quotient.
    pub fn digits(&mut self, signed: bool) {
        let digit = if signed { Context::DivisionSignedDigit } else { Context::DivisionDigit };
        let value = self.context(digit);
        let unknown = Form::constant(1) - self.context(Context::DivisionKnown);
        self.assign(Field::Byte, value, vec![Condition::Truth(unknown)]);
        self.control(Control::Divide, Vec::new());
    }

    /// Ends the instruction in another way than by a commit, where all conditions hold.
    pub fn control(&mut self, control: Control, conditions: Vec<Condition>) {
        if let Mode::Building { assembly, gate, .. } = &mut self.mode {
            let open = Open::new(&mut assembly.graph, gate, conditions);
            assembly.end_by(control, gate.clone(), &open);
        }
    }
}

/// A condition of a statement.
#[derive(Debug, Clone)]
pub enum Condition {
    /// A form that is 0 or 1.
    Truth(Form),
    /// A form that must not be negative; of a size less than [`SMALL`].
    NotNegative(Form),
    /// A form that must be 0; of a size less than [`SMALL`].
    Zero(Form),
    /// A form that must not be 0; of a size less than [`SMALL`].
    NotZero(Form),
}

/// What is compared in a condition is smaller than this: bytes, indices, orders. It is more than the
/// length of an input, whose bytes have indices too.
pub const SMALL: i64 = 1 << 26;

fn reached(graph: &mut Graph, form: Form) -> Form {
    let step = graph.step(form);
    graph.persist(step)
}

/// 1 where a form is 0. The steps have slots already where they are of an index.
fn zero(graph: &mut Graph, form: Form) -> Form {
    let beyond = reached(graph, form.clone() - Form::constant(1));
    reached(graph, form) - beyond
}

/// When a statement takes effect: where the gate is 1 and a comparison, if there is one, holds.
#[derive(Debug)]
pub(super) struct Open {
    gate: Form,
    comparison: Option<Condition>,
}

impl Open {
    /// A gate that is 1 where another one is 1 and all conditions hold, else at most 0. One comparison
    /// is left to the neurons; any other takes slots.
    fn new(graph: &mut Graph, gate: &Form, conditions: Vec<Condition>) -> Open {
        let mut open = Open { gate: gate.clone(), comparison: None };
        for condition in conditions {
            let truth = match condition {
                Condition::Truth(truth) => truth,
                other if open.comparison.is_none() => {
                    open.comparison = Some(other);
                    continue;
                }
                Condition::NotNegative(form) => reached(graph, form),
                Condition::Zero(form) => zero(graph, form),
                Condition::NotZero(form) => Form::constant(1) - zero(graph, form),
            };
            open.gate = open.gate + truth - Form::constant(1);
        }
        open
    }

    /// Where a gate is open and a comparison holds.
    pub(super) fn comparing(gate: &Form, comparison: Condition) -> Open {
        Open { gate: gate.clone(), comparison: Some(comparison) }
    }

    /// `value` where it is open, else 0. A comparison is in the gates of a step or a tent of neurons,
    /// `SMALL * (gate - 1) + x`: closed for good where the gate is.
    pub(super) fn let_through(&self, graph: &mut Graph, value: Form) -> Form {
        let shut = (self.gate.clone() - Form::constant(1)) * SMALL;
        match &self.comparison {
            None => graph.reglu(value, self.gate.clone()),
            Some(Condition::NotNegative(x)) => {
                graph.expect_small(x.clone(), SMALL);
                let x = shut + x.clone();
                let above = graph.reglu(value.clone(), x.clone() + Form::constant(1));
                above - graph.reglu(value, x)
            }
            Some(Condition::Zero(x)) => {
                graph.expect_small(x.clone(), SMALL);
                graph.tent(value, shut + x.clone())
            }
            Some(Condition::NotZero(x)) => {
                graph.expect_small(x.clone(), SMALL);
                let everywhere = graph.reglu(value.clone(), self.gate.clone());
                everywhere + graph.tent(-value, shut + x.clone())
            }
            Some(Condition::Truth(_)) => unreachable!("a truth is part of the gate"),
        }
    }
}
