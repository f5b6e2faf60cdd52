//! Everything that an explanation can show has a name that the author of the machine gave: the values of
//! the residual stream, heads and neurons, of universal and of specialised models. No two values have
//! one name.

use std::collections::BTreeSet;

use tvm_core::machine::Machine;
use tvm_core::pipeline::{Construction, specialised, universal};
use tvm_program::text;

/// All names in a model: those of its values, and those of heads and neurons.
fn names(construction: &Construction) -> (Vec<String>, BTreeSet<String>) {
    let names = construction.model.description.names.as_ref().expect("it is just made");
    let values = names.values().iter().map(|value| value.name.clone()).collect();
    let mut members = BTreeSet::new();
    for (index, layer) in construction.model.weights.layers.iter().enumerate() {
        for head in 0..layer.attention.selection.len() {
            members.insert(names.head(index, head).expect("every head has a name").to_string());
        }
        for neuron in 0..layer.feed_forward.gate.rows() {
            let name = names.neuron(index, neuron).expect("every neuron has a name");
            members.insert(name.name.to_string());
        }
    }
    (values, members)
}

/// Is a part of a name nothing but a number, as in `persist.83`? `[1]` counts the members of a run.
fn is_numbered(name: &str) -> bool {
    name.split(", ").any(|one| {
        let one = one.split('[').next().unwrap_or_default();
        one.split('.').any(|part| part.chars().all(|digit| digit.is_ascii_digit()))
    })
}

fn check(construction: &Construction) {
    let what = construction.name();
    let (values, members) = names(construction);
    let distinct: BTreeSet<&String> = values.iter().collect();
    let numbered: Vec<&String> =
        values.iter().chain(&members).filter(|name| is_numbered(name)).collect();
    assert!(numbered.is_empty(), "{what}: nodes without a name: {numbered:?}");
    let several: BTreeSet<&String> = distinct
        .iter()
        .filter(|name| values.iter().filter(|value| *value == **name).count() > 1)
        .copied()
        .collect();
    assert!(several.is_empty(), "{what}: names of several values: {several:?}");
}

#[test]
fn names_that_were_not_given_are_noticed() {
    for name in ["persist.83", "reglu.38", "depth, lookup.4", "persist.83[2]"] {
        assert!(is_numbered(name), "{name}");
    }
    for name in ["i32.add.carry", "bytes.index.at_least_4", "x[12]", "a, emits_trap(unreachable)"] {
        assert!(!is_numbered(name), "{name}");
    }
}

#[test]
fn universal_models_have_names() {
    check(&universal(&Machine::classic()).expect("it can be scheduled"));
    check(&universal(&Machine::full()).expect("it can be scheduled"));
}

#[test]
fn specialised_models_have_names() {
    let programs = [
        include_str!("token_programs/classic_control.txt"),
        include_str!("token_programs/classic_memory.txt"),
        include_str!("token_programs/full_unary.txt"),
        include_str!("token_programs/full_binary.txt"),
    ];
    for (index, source) in programs.into_iter().enumerate() {
        let machine = if index < 2 { Machine::classic() } else { Machine::full() };
        let (program, _) = text::parse(source, &machine.instruction_set()).expect("a program");
        check(&specialised(&machine, &program, "program").expect("it can be scheduled"));
    }
}
