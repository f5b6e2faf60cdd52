//! When a statement of an opcode's body takes effect: where the opcode is executed and the conditions of
//! the statement hold.

use crate::graph::{Form, Graph};

/// A condition of a statement.
#[derive(Debug, Clone)]
pub enum Condition {
    /// The form is 1. It is 0 or 1.
    Truth(Form),
    /// The form is not negative. Its magnitude is less than [`SMALL`].
    NotNegative(Form),
    /// The form is 0. Its magnitude is less than [`SMALL`].
    Zero(Form),
    /// The form is not 0. Its magnitude is less than [`SMALL`].
    NotZero(Form),
}

/// Numbers that are compared in a condition (bytes, indices, orders) are less than this. It is also more
/// than the length of an input, whose bytes have indices too.
pub const SMALL: i64 = 1 << 26;

fn reached(graph: &mut Graph, form: Form) -> Form {
    graph.reaching(&form.clone(), |graph| {
        let step = graph.step(form);
        graph.persist(step)
    })
}

/// 1 where a form is 0. Steps of the index have slots already.
fn zero(graph: &mut Graph, form: Form) -> Form {
    let beyond = reached(graph, form.clone() - Form::constant(1));
    reached(graph, form) - beyond
}

/// When a statement takes effect: where a form is 1 and a comparison, if there is one, holds.
#[derive(Debug)]
pub(super) struct Gate {
    /// 1, or at most 0.
    form: Form,
    comparison: Option<Condition>,
}

impl Gate {
    /// The gate of a statement in the body of an opcode: `executed` is 1 where the opcode is executed, else at
    /// most 0, and all conditions must hold. One comparison is made by the neurons; any other takes slots.
    pub(super) fn new(graph: &mut Graph, executed: &Form, conditions: Vec<Condition>) -> Gate {
        let mut gate = Gate { form: executed.clone(), comparison: None };
        for condition in conditions {
            let truth = match condition {
                Condition::Truth(truth) => truth,
                other if gate.comparison.is_none() => {
                    gate.comparison = Some(other);
                    continue;
                }
                Condition::NotNegative(form) => reached(graph, form),
                Condition::Zero(form) => zero(graph, form),
                Condition::NotZero(form) => Form::constant(1) - zero(graph, form),
            };
            gate.form = gate.form + truth - Form::constant(1);
        }
        gate
    }

    /// The gate of a comparison: open where `executed` is 1 and it holds.
    pub(super) fn comparing(executed: &Form, comparison: Condition) -> Gate {
        Gate { form: executed.clone(), comparison: Some(comparison) }
    }

    /// `value` where the gate is open, else 0. A comparison is part of the gates of a step or a tent of
    /// neurons, `SMALL * (form - 1) + x`, which are not positive where the form is not.
    pub(super) fn let_through(&self, graph: &mut Graph, value: Form) -> Form {
        let shut = (self.form.clone() - Form::constant(1)) * SMALL;
        match &self.comparison {
            None => graph.reglu(value, self.form.clone()),
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
                let everywhere = graph.reglu(value.clone(), self.form.clone());
                everywhere + graph.tent(-value, shut + x.clone())
            }
            Some(Condition::Truth(_)) => unreachable!("a truth is part of the gate"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::probe::Probe;

    #[test]
    fn a_comparison_inside_a_gate_lets_a_value_through() {
        let mut probe = Probe::new();
        let [gate, x, value, truth] = probe.inputs(["gate", "x", "value", "truth"]);
        let conditions = [
            vec![],
            vec![Condition::NotNegative(x.clone())],
            vec![Condition::Zero(x.clone())],
            vec![Condition::NotZero(x.clone())],
            vec![Condition::Truth(truth.clone()), Condition::Zero(x.clone())],
            vec![Condition::NotNegative(x.clone()), Condition::NotZero(x.clone())],
        ];
        let passed = conditions.map(|conditions| {
            let gate = Gate::new(&mut probe.graph, &gate, conditions);
            gate.let_through(&mut probe.graph, value.clone())
        });
        let mut expected = Vec::new();
        // Where the opcode is not executed its gate is at most 0, and at least this.
        for gated in [1, 0, -1, -5_000_000] {
            for number in [1 - SMALL, -2, -1, 0, 1, 2, SMALL - 1] {
                for is_true in [false, true] {
                    probe.token(&[
                        (&gate, gated),
                        (&x, number),
                        (&value, 77),
                        (&truth, i64::from(is_true)),
                    ]);
                    let holds = [
                        true,
                        number >= 0,
                        number == 0,
                        number != 0,
                        is_true && number == 0,
                        number > 0,
                    ];
                    expected.push(holds.map(|holds| if gated == 1 && holds { 77 } else { 0 }));
                }
            }
        }
        assert_eq!(probe.read(std::array::from_fn(|index| &passed[index])), expected);
    }
}
