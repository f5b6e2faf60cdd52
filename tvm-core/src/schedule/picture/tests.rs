//! Pictures of small schedules, read back.

use std::time::Duration;

use roxmltree::{Document, Node};

use super::super::{Operation, OperationKind, Phase, Slot, ValueId};
use super::elements::fitting;
use super::*;

/// An input is looked up, what is found is multiplied by it and persisted; the mean of it has its
/// slot from the beginning. What the neuron makes is read where it arises.
fn small(names: [&str; 5]) -> (Problem, Schedule) {
    let operation = |name: &str, kind, reads: &[usize], writes: &[usize]| Operation {
        name: name.to_string(),
        kind,
        reads: reads.iter().copied().map(ValueId).collect(),
        writes: writes.iter().copied().map(ValueId).collect(),
        transient: false,
    };
    let problem = Problem {
        values: names.map(String::from).to_vec(),
        inputs: vec![ValueId(0)],
        operations: vec![
            operation("finds", OperationKind::Lookup, &[0], &[1]),
            operation("averages", OperationKind::Lookup, &[0], &[2]),
            operation("multiplies", OperationKind::ReGlu, &[0, 1, 2], &[3]),
            operation("keeps", OperationKind::Persist, &[3], &[4]),
        ],
        outputs: vec![ValueId(4)],
        clean: vec![ValueId(2)],
        ..Problem::default()
    };
    let schedule = Schedule {
        phases: [0, 0, 2, 3].map(Phase).to_vec(),
        slots: [Some(0), Some(1), Some(2), None, Some(0)].map(|slot| slot.map(Slot)).to_vec(),
        layers: 1,
        d_model: 3,
        bound: 3,
        elapsed: Duration::ZERO,
    };
    assert_eq!(super::super::check::check(&problem, &schedule), Ok(()));
    (problem, schedule)
}

fn drawn(names: [&str; 5]) -> String {
    let (problem, schedule) = small(names);
    picture("small", &problem, &schedule, &[LayerSize { heads: 2, neurons: 1 }])
}

const NAMES: [&str; 5] = ["given", "found", "mean", "product", "kept"];

fn bars<'a, 'input>(document: &'a Document<'input>) -> Vec<Node<'a, 'input>> {
    document.descendants().filter(|node| node.attribute("class") == Some("value")).collect()
}

/// What is in elements of this name.
fn contents<'a>(node: Node<'a, '_>, name: &str) -> Vec<&'a str> {
    let elements = node.descendants().filter(|element| element.has_tag_name(name));
    elements.filter_map(|element| element.text()).map(str::trim).collect()
}

/// Left edge, width and fill of the rectangles of a bar.
fn extents(bar: Node<'_, '_>) -> Vec<(f64, f64, String)> {
    let number = |node: Node<'_, '_>, name: &str| node.attribute(name).unwrap().parse().unwrap();
    let rectangles = bar.children().filter(|child| child.has_tag_name("rect"));
    let extent = |node| (number(node, "x"), number(node, "width"));
    rectangles
        .map(|node| (extent(node), node.attribute("fill").unwrap().to_string()))
        .map(|((x, width), fill)| (x, width, fill))
        .collect()
}

#[test]
fn a_bar_is_as_long_as_the_life_and_says_who_writes_and_reads() {
    let svg = drawn(NAMES);
    let document = Document::parse(&svg).unwrap();
    let bars = bars(&document);
    // In the order of slots, then of lives.
    let names: Vec<_> = bars.iter().map(|&bar| contents(bar, "text").concat()).collect();
    assert_eq!(names, ["given", "kept", "found", "mean"]);
    let tooltips: Vec<_> = bars.iter().map(|&bar| contents(bar, "title").concat()).collect();
    assert_eq!(
        tooltips[2],
        "found\nslot 1, boundaries 1..2\nwritten by finds (lookup of layer 0, attention)\n\
         read by multiplies (neurons of layer 0, feed-forward)"
    );
    assert!(tooltips[0].contains("written by the embedding\nread by finds"), "{}", tooltips[0]);
    assert!(tooltips[1].ends_with("read by the unembedding"), "{}", tooltips[1]);
    let ends = |bar: usize| {
        let (x, width, _) = extents(bars[bar])[0].clone();
        (x, x + width)
    };
    // `given` lives two half-layers, `found` the second of them, and `kept` goes on after it.
    let (given, kept, found) = (ends(0), ends(1), ends(2));
    assert_eq!(given.1, found.1);
    assert!((given.1 - given.0) > 2.0 * (found.1 - found.0), "{given:?} {found:?}");
    assert!(given.1 < kept.0 && kept.0 - given.1 < 6.0, "{given:?} {kept:?}");
}

#[test]
fn a_slot_that_is_kept_empty_is_drawn_empty() {
    let svg = drawn(NAMES);
    let document = Document::parse(&svg).unwrap();
    let bars = bars(&document);
    let (mean, given) = (extents(bars[3]), extents(bars[0]));
    let fills: Vec<&str> = mean.iter().map(|(_, _, fill)| fill.as_str()).collect();
    let lookup = bars::colours(Some(OperationKind::Lookup)).fill;
    assert_eq!(fills, [bars::EMPTY, lookup]);
    // Both parts together are as long as a life from the beginning.
    assert_eq!((mean[0].0, mean[0].1 + mean[1].1), (given[0].0, given[0].1));
}

#[test]
fn a_mark_for_every_phase_that_reads() {
    let svg = drawn(NAMES);
    let document = Document::parse(&svg).unwrap();
    let marks = |bar: &Node<'_, '_>| bar.children().filter(|c| c.has_tag_name("line")).count();
    // `given` is read by lookups and neurons, `kept` by the unembedding.
    assert_eq!(bars(&document).iter().map(marks).collect::<Vec<_>>(), [2, 1, 1, 1]);
}

#[test]
fn what_has_no_slot_is_named_where_it_is_counted() {
    let svg = drawn(NAMES);
    let document = Document::parse(&svg).unwrap();
    let groups = document.descendants().filter(|node| node.has_tag_name("g"));
    let counted: Vec<_> = groups
        .filter(|group| group.attribute("class").is_none())
        .map(|group| (contents(group, "title"), contents(group, "text")))
        .collect();
    assert!(counted.contains(&(vec!["multiplies"], vec!["1"])), "{counted:?}");
    let said = contents(document.root(), "text");
    for figure in ["2 heads", "1 neuron", "small: 1 layer, d_model 3 (proven least)"] {
        assert!(said.contains(&figure), "{figure}: {said:?}");
    }
}

#[test]
fn names_may_contain_anything() {
    let names = ["<b>&\"'", "]]>", "a\u{0}b\u{ffff}", "-->", "数値"];
    let svg = drawn(names);
    let document = Document::parse(&svg).unwrap();
    let told: Vec<_> = bars(&document)
        .iter()
        .map(|&bar| contents(bar, "title").concat().lines().next().unwrap().to_string())
        .collect();
    assert_eq!(told, ["<b>&\"'", "数値", "]]>", "a\u{fffd}b\u{fffd}"]);
}

#[test]
fn names_are_cut_to_what_fits() {
    assert_eq!(fitting("abcdef", 6.1, 1.0), "abcdef");
    assert_eq!(fitting("abcdefghijk", 6.1, 1.0), "abcdefgh…");
    // Ten letters of ASCII, or five others, of which the sign of what is left out is one.
    assert_eq!(fitting("数値数値数", 6.1, 1.0), "数値数値数");
    assert_eq!(fitting("数値数値数値", 6.1, 1.0), "数値数値…");
    assert_eq!(fitting("abc", 1.0, 1.0), "");
}

#[test]
fn the_picture_is_complete_in_itself_and_always_the_same() {
    let svg = drawn(NAMES);
    assert_eq!(svg, drawn(NAMES));
    for foreign in ["<script", "@import", "href", "url("] {
        assert!(!svg.contains(foreign), "{foreign}");
    }
}
