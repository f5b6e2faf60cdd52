//! The schedule of the classic machine as a picture: well-formed, a bar for every value with a
//! slot, and the one in the documents; and that the text says the same.
//! `TVM_UPDATE=1 cargo test -p tvm-core --test schedule_picture` rewrites the one in the documents.

use std::fs;
use std::path::Path;

use roxmltree::{Document, Node};
use tvm_core::machine::Machine;
use tvm_core::pipeline::{Construction, universal};
use tvm_core::schedule::{LayerSize, Problem, Schedule, describe, lives, picture};

fn classic() -> Construction {
    universal(&Machine::classic()).unwrap()
}

fn told(
    compiled: &Construction,
    tell: fn(&str, &Problem, &Schedule, &[LayerSize]) -> String,
) -> String {
    let (problem, sizes) = (&compiled.lowered.problem, compiled.layer_sizes());
    tell(&compiled.name(), problem, &compiled.schedule, &sizes)
}

/// Every value with a slot, its slot and its life.
fn expected(compiled: &Construction) -> Vec<(String, usize, String)> {
    let (problem, schedule) = (&compiled.lowered.problem, &compiled.schedule);
    let lives = lives(problem, &schedule.phases, 2 * schedule.layers + 1);
    let values = schedule.slots.iter().enumerate();
    let held = values.filter_map(|(value, slot)| slot.map(|slot| (value, slot.0)));
    let mut expected: Vec<_> = held
        .map(|(value, slot)| {
            let life = format!("{}..{}", lives[value].start, lives[value].end);
            (problem.values[value].clone(), slot, life)
        })
        .collect();
    expected.sort();
    expected
}

#[test]
fn the_picture_in_the_documents_is_this_one() {
    let svg = told(&classic(), picture);
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/pictures/schedule-classic.svg");
    if std::env::var_os("TVM_UPDATE").is_some() {
        fs::write(&path, &svg).unwrap();
    }
    let kept = fs::read_to_string(&path).unwrap();
    assert!(kept == svg, "not what the code draws: {}", path.display());
}

/// Name, slot and life, from the first two lines of the tooltip of a bar.
fn of_bar(bar: Node) -> (String, usize, String) {
    let title = bar.children().find(|child| child.has_tag_name("title"));
    let mut lines = title.and_then(|title| title.text()).unwrap().trim().lines();
    let name = lines.next().unwrap().to_string();
    let (slot, life) = lines.next().unwrap().split_once(", boundaries ").unwrap();
    (name, slot.strip_prefix("slot ").unwrap().parse().unwrap(), life.to_string())
}

#[test]
fn every_value_with_a_slot_is_one_bar_with_its_life() {
    let compiled = classic();
    let svg = told(&compiled, picture);
    let document = Document::parse(&svg).unwrap();
    let bars = document.descendants().filter(|node| node.attribute("class") == Some("value"));
    let mut drawn: Vec<_> = bars.map(of_bar).collect();
    drawn.sort();
    assert_eq!(drawn, expected(&compiled));
}

#[test]
fn the_text_says_the_same() {
    let compiled = classic();
    let text = told(&compiled, describe);
    let (layers, slots) = text.split_once("\nslots ").unwrap();
    let mut written = Vec::new();
    for (slot, line) in slots.lines().skip(1).enumerate() {
        let (number, values) = line.trim().split_once("  ").unwrap();
        assert_eq!(number.parse(), Ok(slot));
        for value in values.split(", ") {
            let (name, life) = value.rsplit_once(' ').unwrap();
            written.push((name.to_string(), slot, life.to_string()));
        }
    }
    written.sort();
    assert_eq!(written, expected(&compiled));
    for (number, layer) in compiled.model.weights.layers.iter().enumerate() {
        let (heads, neurons) = (layer.attention.selection.len(), layer.feed_forward.gate.rows());
        let counted = |number: usize, what: &str| match number {
            1 => format!("1 {what}"),
            _ => format!("{number} {what}s"),
        };
        let (heads, neurons) = (counted(heads, "head"), counted(neurons, "neuron"));
        let line = format!("\nlayer {number}: {heads}, {neurons}\n");
        assert!(layers.contains(&line), "{line}{layers}");
    }
}
