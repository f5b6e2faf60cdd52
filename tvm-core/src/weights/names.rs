//! Names for the model file: which value is stored in which slot, from which boundary to which.

use std::collections::BTreeSet;

use tvm_model::ValueName;

use super::Lowered;
use super::slots::BIAS;
use crate::schedule::{Schedule, ValueId, boundary_after, lives};

/// The names of all values that have a slot. One whose slot is kept free for it from the beginning lives
/// from when it is written.
pub(super) fn value_names(lowered: &Lowered, schedule: &Schedule) -> Vec<ValueName> {
    let problem = &lowered.problem;
    let sums: BTreeSet<ValueId> = lowered.means.keys().map(|sum| lowered.values[sum]).collect();
    let lives = lives(problem, &schedule.phases, 2 * schedule.layers + 1);
    let values = problem.values.iter().zip(problem.writers()).zip(lives).zip(&schedule.slots);
    let named = values.enumerate().filter_map(|(index, (((name, writer), life), slot))| {
        let written = writer.map_or(0, |writer| boundary_after(schedule.phases[writer.0]));
        let first = written.max(life.start);
        let bias = if sums.contains(&ValueId(index)) { BIAS } else { 0 };
        let name = ValueName { name: name.clone(), slot: (*slot)?.0, first, end: life.end, bias };
        (name.first < name.end).then_some(name)
    });
    named.collect()
}

#[cfg(test)]
mod tests {
    use tvm_insight::explain::{Explainer, Explanation};
    use tvm_model::{Model, Token};
    use tvm_model::{Names, Selection};
    use tvm_runtime::engine::{AttentionKind, Dense, Engine};

    use super::*;
    use crate::graph::evaluate::Evaluator;
    use crate::graph::{Form, NodeId};
    use crate::machine::Machine;
    use crate::pipeline::{Construction, universal};
    use tvm_program::text;

    fn classic() -> Construction {
        universal(&Machine::classic()).expect("the classic machine has a schedule")
    }

    fn names(compiled: &Construction) -> &Names {
        compiled.model.description.names.as_ref().expect("names are made with the matrices")
    }

    #[test]
    fn every_value_that_lives_is_named_at_its_slot() {
        let compiled = classic();
        let (names, problem) = (names(&compiled), &compiled.lowered.problem);
        let boundaries = 2 * compiled.schedule.layers + 1;
        for (value, life) in
            lives(problem, &compiled.schedule.phases, boundaries).iter().enumerate()
        {
            let Some(slot) = compiled.schedule.slots[value] else { continue };
            let last = names.value(slot.0, life.end - 1).expect("it lives until it is read");
            assert_eq!((&last.name, last.end), (&problem.values[value], life.end));
        }
        let found: BTreeSet<(&str, i64)> =
            names.values().iter().map(|value| (value.name.as_str(), value.bias)).collect();
        assert!(found.contains(&("depth", BIAS)) && found.contains(&("depth.mean", 0)));
    }

    #[test]
    fn every_head_and_neuron_is_named_after_what_it_serves() {
        let compiled = classic();
        let names = names(&compiled);
        for (index, layer) in compiled.model.weights.layers.iter().enumerate() {
            let phase = |phase: usize| 4 * index + phase;
            let runs = |phase: usize| {
                let at = |other: usize| compiled.schedule.phases[other].0 == phase;
                (0..compiled.schedule.phases.len()).filter(|&other| at(other)).collect::<Vec<_>>()
            };
            let heads = 0..layer.attention.selection.len();
            let heads: Vec<&str> =
                heads.map(|head| names.head(index, head).expect("a name").name).collect();
            for operation in runs(phase(0)) {
                let name = compiled.lowered.problem.operations[operation].name.as_str();
                assert!(heads.iter().any(|head| head.split(", ").any(|one| one == name)), "{name}");
            }
            for neuron in 0..layer.feed_forward.gate.rows() {
                assert!(names.neuron(index, neuron).is_some(), "neuron {neuron} of layer {index}");
            }
        }
    }

    #[test]
    fn heads_that_copy_are_named_after_what_they_write() {
        let compiled = classic();
        let names = names(&compiled);
        let mut copied = 0;
        for (index, layer) in compiled.model.weights.layers.iter().enumerate() {
            let attention = &layer.attention;
            for (head, selection) in attention.selection.iter().enumerate() {
                let has_key =
                    (0..2).any(|axis| attention.key.row(2 * head + axis).next().is_some());
                if has_key || *selection == Selection::Mean {
                    continue;
                }
                let name = names.head(index, head).expect("a name").name;
                for (axis, part) in name.split(", ").enumerate() {
                    let writes = |slot: &usize| attention.output.get(*slot, 2 * head + axis) != 0.0;
                    let slot = (0..compiled.schedule.d_model).find(writes).expect("it writes");
                    let written = names.value(slot, 2 * index + 1).expect("it is written");
                    assert_eq!(written.name, part);
                    copied += 1;
                }
            }
        }
        assert!(copied > 0, "some head copies");
    }

    /// The residual stream holds, under its name and without its bias, what the exact evaluator computes.
    fn holds(compiled: &Construction, explanation: &Explanation, evaluator: &Evaluator<'_>) {
        let names = names(compiled);
        let boundaries = 2 * compiled.schedule.layers + 1;
        let lives = lives(&compiled.lowered.problem, &compiled.schedule.phases, boundaries);
        let expected = |node: NodeId| evaluator.inspect(&Form::node(node)).expect("it is exact");
        for (&node, value) in &compiled.lowered.values {
            let Some(slot) = compiled.schedule.slots[value.0] else { continue };
            for boundary in lives[value.0].clone() {
                let named = names.value(slot.0, boundary).expect("what lives has a name");
                assert_eq!(named.name, compiled.lowered.problem.values[value.0]);
                let residual = explanation.residual(boundary).expect("there is this boundary");
                let found = residual[slot.0] as i128 - i128::from(named.bias);
                let place = format!("{} at boundary {boundary}", named.name);
                assert_eq!(found, expected(node), "{place}, position {}", explanation.position);
            }
        }
    }

    #[test]
    fn values_are_where_their_names_say() {
        let compiled = classic();
        follow(&compiled, include_str!("../../tests/token_programs/classic_control.txt"));
        follow(&compiled, include_str!("../../tests/token_programs/classic_memory.txt"));
    }

    /// Explains the first tokens of a program's run.
    fn follow(compiled: &Construction, source: &str) {
        let set = Machine::classic().instruction_set();
        let (program, input) = text::parse(source, &set).expect("a program of the tests");
        let given = input.filter(|_| program.reads_input());
        let prompt = text::prompt(&program, &set, given.as_deref());
        let vocabulary = &compiled.model.vocabulary;
        let mut tokens =
            vocabulary.tokens(prompt.iter().map(String::as_str)).expect("the model's language");
        let mut explainer = Explainer::new(&compiled.model.weights);
        let mut dense = Dense::new(&compiled.model.weights, AttentionKind::Hull);
        let mut evaluator = Evaluator::new(&compiled.definition);
        for position in 0..600 {
            let Some(&token) = tokens.get(position) else { break };
            let explanation = explainer.explain(token, 1);
            dense.feed(token);
            evaluator.feed(token.0 as usize).expect("it is exact");
            assert_eq!(explainer.residual(), dense.residual());
            holds(compiled, &explanation, &evaluator);
            let following = Token(evaluator.predict().expect("it is exact") as u32);
            assert_eq!(explanation.top[0].token, following);
            if position + 1 == tokens.len() && vocabulary.name(following) != "halt" {
                tokens.push(following);
            }
        }
        assert!(tokens.len() > prompt.len(), "tokens are generated");
    }

    #[test]
    fn a_model_file_holds_the_names_and_is_read() {
        let compiled = classic();
        let bytes = compiled.model.to_bytes();
        let read = Model::from_bytes(&bytes).expect("what is written can be read");
        assert_eq!(read.description.names.as_ref(), Some(names(&compiled)));
        let mut nameless = compiled.model.clone();
        nameless.description.names = None;
        let length = bytes.len() - nameless.to_bytes().len();
        assert!(length < 12_000, "{length} bytes");
    }
}
