//! How nodes are shared and sums are gathered; and that the elements of every construction compute what
//! they say.

use super::super::probe::Probe;
use super::*;

#[test]
fn equal_nodes_are_shared() {
    let mut graph = Graph::new();
    let x = graph.token_input("x");
    let first = graph.step(x.clone() - Form::constant(3));
    let second = graph.step(x - Form::constant(3));
    assert_eq!(first, second);
    assert_eq!(graph.nodes().count(), 3);
}

#[test]
fn a_step_read_by_a_later_neuron_takes_one_slot() {
    let mut graph = Graph::new();
    let x = graph.token_input("x");
    let step = graph.step(x.clone());
    let gated = graph.reglu(x, step * 5 - Form::constant(4)).as_node().unwrap();
    let Node::ReGlu { gate, .. } = graph.node(gated).clone() else { panic!("a neuron") };
    let (slot, coefficient) = gate.terms().next().unwrap();
    assert_eq!(coefficient, 5);
    assert!(matches!(graph.node(slot), Node::Persist(_)));
    assert_eq!(graph.phase(gated), Phase(6));
}

#[test]
fn a_sum_over_layers_is_gathered_layer_by_layer() {
    let mut graph = Graph::new();
    let x = graph.token_input("x");
    let early = graph.reglu(x.clone(), x.clone());
    let middle = graph.persist(early.clone());
    let late = graph.reglu(middle, x);
    let sum = graph.persist(early + late).as_node().unwrap();
    let Node::Persist(form) = graph.node(sum).clone() else { panic!("a persist") };
    assert_eq!(form.terms().count(), 2);
    assert_eq!(graph.phase(sum), Phase(7));
}

#[test]
fn a_step_is_one_from_its_threshold_on() {
    let mut probe = Probe::new();
    let [x] = probe.inputs(["x"]);
    let at_least = probe.graph.step(x.clone() - Form::constant(3));
    let below = probe.graph.step(Form::constant(-2) - x.clone());
    let equal = probe.graph.equal(x.clone() - Form::constant(3));
    for at in -6..7 {
        probe.token(&[(&x, at)]);
    }
    for (at, found) in (-6..7_i64).zip(probe.read([&at_least, &below, &equal])) {
        assert_eq!(found, [at >= 3, at < -1, at == 3].map(i64::from), "at {at}");
    }
}

#[test]
fn products_are_those_of_integers() {
    let numbers = [-70_000, -3, -1, 0, 1, 2, 255, 65_536];
    let mut probe = Probe::new();
    let [a, b, flag] = probe.inputs(["a", "b", "flag"]);
    let product = probe.graph.product(a.clone(), b.clone());
    let square = probe.graph.square(a.clone());
    let flagged = probe.graph.reglu(a.clone(), flag.clone());
    let cases: Vec<(i64, i64, i64)> =
        numbers.iter().flat_map(|&a| numbers.map(|b| [(a, b, 0), (a, b, 1)])).flatten().collect();
    for (x, y, on) in &cases {
        probe.token(&[(&a, *x), (&b, *y), (&flag, *on)]);
    }
    for ((x, y, on), found) in cases.iter().zip(probe.read([&product, &square, &flagged])) {
        assert_eq!(found, [x * y, x * x, if *on == 1 { *x } else { 0 }], "{x}, {y}, {on}");
    }
}

/// Entries of a key that are written and overwritten, and queries of what is there: the nearest key,
/// of that the newest.
#[test]
fn a_lookup_by_number_finds_the_latest_entry_of_the_nearest_key() {
    // Key, whether it takes part, value, query.
    let script = [
        (5, 1, 50, 5),
        (9, 1, 90, 5),
        (5, 0, 51, 5),
        (7, 0, 70, 9),
        (9, 1, 91, 9),
        (0, 1, 1, 6),
        (5, 1, 52, 4),
        (67_000_000, 1, 33, 66_999_999),
        (3, 0, 44, 67_000_000),
        (3, 0, 44, 1),
    ];
    for switched in [true, false] {
        let mut probe = Probe::new();
        let [key, on, value, query] = probe.inputs(["key", "on", "value", "query"]);
        let part = switched.then(|| on.clone());
        let number = Key::Integer { key: key.clone(), on: part, query: query.clone() };
        let found = probe.graph.lookup(number, vec![value.clone(), key.clone()]);
        for (k, part, v, q) in script {
            probe.token(&[(&key, k), (&on, part), (&value, v), (&query, q)]);
        }
        let read = probe.read([&found[0], &found[1]]);
        for (position, found) in read.into_iter().enumerate() {
            let (.., wanted) = script[position];
            let entries = script[..=position].iter().filter(|entry| !switched || entry.1 == 1);
            let nearest = entries
                .rev()
                .min_by_key(|entry: &&(i64, i64, i64, i64)| (entry.0 - wanted).abs())
                .expect("the first takes part");
            assert_eq!(found, [nearest.2, nearest.0], "position {position}, {switched}");
        }
    }
}

#[test]
fn the_latest_event_gives_its_value() {
    let script = [(0, 3), (1, 7), (0, 9), (0, 11), (1, 2), (1, 5), (0, 8)];
    let mut probe = Probe::new();
    let [on, value] = probe.inputs(["on", "value"]);
    let event = probe.graph.reglu(value.clone(), on.clone());
    let key = Key::Plain {
        key: [Form::default(), on.clone()],
        query: [Form::default(), Form::constant(1)],
    };
    let latest = probe.graph.lookup(key, vec![event]).remove(0);
    for (is_event, number) in script {
        probe.token(&[(&on, is_event), (&value, number)]);
    }
    let found: Vec<i64> = probe.read([&latest]).into_iter().map(|[one]| one).collect();
    assert_eq!(found, [0, 7, 7, 7, 2, 5, 5]);
}

#[test]
fn a_token_a_fixed_distance_back_is_found() {
    let mut probe = Probe::new();
    let [value] = probe.inputs(["value"]);
    let back: [Form; 7] = std::array::from_fn(|index| probe.graph.recent(value.clone(), index + 1));
    let numbers: Vec<i64> = (0..40).map(|at| at * at % 101 + 1).collect();
    for &number in &numbers {
        probe.token(&[(&value, number)]);
    }
    let read = probe.read(std::array::from_fn(|index| &back[index]));
    for (position, found) in read.into_iter().enumerate().skip(7) {
        let expected: [i64; 7] = std::array::from_fn(|index| numbers[position - index - 1]);
        assert_eq!(found, expected, "position {position}");
    }
}

#[test]
fn a_running_sum_is_exact() {
    let mut probe = Probe::new();
    let [value] = probe.inputs(["value"]);
    let position = probe.graph.position();
    let sum = probe.graph.cumsum(value.clone());
    let numbers: Vec<i64> = (0..300).map(|at| (at * 7919 % 10_007 - 5_000) * 40_000).collect();
    for &number in &numbers {
        probe.token(&[(&value, number)]);
    }
    let mut expected = 0;
    for (at, found) in probe.read([&sum, &position]).into_iter().enumerate() {
        expected += numbers[at];
        assert_eq!(found, [expected, at as i64]);
    }
}
