//! Schedules against an exhaustive search, and the checker against invalid schedules.

use std::time::Duration;

use proptest::prelude::*;

use super::check::{Violation, check};
use super::*;

const SOLVED: Options =
    Options { extra_layers: 0, rounds: 20, solver: Some(Duration::from_secs(20)) };

fn operation(kind: OperationKind, reads: &[usize], writes: &[usize]) -> Operation {
    let values = |of: &[usize]| of.iter().copied().map(ValueId).collect();
    let name = format!("{kind:?} of {reads:?}");
    Operation { name, kind, reads: values(reads), writes: values(writes), transient: false }
}

fn problem(
    values: usize,
    inputs: &[usize],
    operations: Vec<Operation>,
    outputs: &[usize],
) -> Problem {
    let of = |list: &[usize]| list.iter().copied().map(ValueId).collect();
    Problem {
        values: (0..values).map(|value| format!("v{value}")).collect(),
        inputs: of(inputs),
        operations,
        outputs: of(outputs),
        ..Problem::default()
    }
}

/// An input `v0` is looked up twice, the results are multiplied and the product is an output.
fn small() -> Problem {
    use OperationKind::{Lookup, ReGlu};
    let operations = vec![
        operation(Lookup, &[0], &[1]),
        operation(Lookup, &[0], &[2]),
        operation(ReGlu, &[1, 2], &[3]),
    ];
    problem(4, &[0], operations, &[3])
}

#[test]
fn a_small_problem_has_the_width_one_sees() {
    let schedule = solve(&small(), &SOLVED).unwrap();
    // Both lookups in one half-layer: one value before, two between, one after.
    assert_eq!((schedule.layers, schedule.d_model, schedule.bound), (1, 2, 2));
    assert_eq!(schedule.phases, [Phase(0), Phase(0), Phase(2)]);
}

#[test]
fn a_clean_slot_is_taken_from_the_beginning() {
    let mut problem = small();
    problem.clean = vec![ValueId(1)];
    // v1 may not take the slot of v0, and v2 cannot take both.
    let schedule = solve(&problem, &SOLVED).unwrap();
    assert_eq!(schedule.d_model, 2);
    assert_ne!(schedule.slots[0], schedule.slots[1]);
}

#[test]
fn a_circle_is_refused() {
    use OperationKind::ReGlu;
    let operations = vec![operation(ReGlu, &[1], &[0]), operation(ReGlu, &[0], &[1])];
    let problem = problem(2, &[], operations, &[1]);
    assert_eq!(solve(&problem, &SOLVED), Err(ScheduleError::Cycle));
}

/// A change to a schedule, and what the checker must report.
type Mutation = (fn(&mut Schedule, &mut Problem), fn(&Violation) -> bool);

#[test]
fn the_checker_refuses_what_is_no_schedule() {
    let mutations: [Mutation; 7] = [
        (|s, _| s.phases[2] = Phase(0), |v| matches!(v, Violation::Phase { .. })),
        (|s, _| s.phases[2] = Phase(6), |v| matches!(v, Violation::Phase { .. })),
        (|s, _| s.slots[2] = s.slots[1], |v| matches!(v, Violation::Shared { .. })),
        (|s, _| s.slots[1] = None, |v| matches!(v, Violation::Gone { .. })),
        (|s, _| s.slots[1] = Some(Slot(2)), |v| matches!(v, Violation::Slot { .. })),
        (
            |s, p| {
                p.operations[1].reads = vec![ValueId(1)];
                s.layers = 1;
            },
            |v| matches!(v, Violation::Precedence { .. }),
        ),
        (
            |_, p| p.successions = vec![(ValueId(1), ValueId(2))],
            |v| matches!(v, Violation::Succession { .. }),
        ),
    ];
    let solved = solve(&small(), &SOLVED).unwrap();
    assert_eq!(check(&small(), &solved), Ok(()));
    for (index, (mutate, is_expected)) in mutations.into_iter().enumerate() {
        let (mut schedule, mut problem) = (solved.clone(), small());
        mutate(&mut schedule, &mut problem);
        let violation = check(&problem, &schedule).unwrap_err();
        assert!(is_expected(&violation), "mutation {index}: {violation}");
    }
}

#[test]
fn the_checker_refuses_a_late_reader() {
    use OperationKind::{Lookup, ReGlu};
    let operations = vec![
        operation(Lookup, &[0], &[1]),
        operation(ReGlu, &[1], &[2]),
        operation(Lookup, &[2], &[3]),
        operation(ReGlu, &[1, 3], &[4]),
    ];
    let mut problem = problem(5, &[0], operations, &[4]);
    let schedule = solve(&problem, &SOLVED).unwrap();
    problem.operations[0].transient = true;
    let violation = check(&problem, &schedule).unwrap_err();
    assert!(matches!(violation, Violation::Late { .. }), "{violation}");
}

#[test]
fn what_is_tied_moves_as_one() {
    use OperationKind::{Lookup, Persist, ReGlu};
    // Two neurons are read by one sum. Late, as the last lookup is, they keep two inputs alive; early, one sum.
    let neurons = |reads, writes| Operation { transient: true, ..operation(ReGlu, reads, writes) };
    let operations = vec![
        neurons(&[0], &[2]),
        neurons(&[1], &[3]),
        operation(Persist, &[2, 3], &[4]),
        operation(Lookup, &[5], &[6]),
        operation(Lookup, &[6], &[7]),
        operation(Lookup, &[4, 7], &[8]),
    ];
    let problem = problem(9, &[0, 1, 5], operations, &[8]);
    let schedule = solve(&problem, &Options { solver: None, ..SOLVED }).unwrap();
    assert_eq!(schedule.phases[..3], [Phase(2), Phase(2), Phase(3)]);
    assert_eq!((schedule.layers, schedule.d_model, schedule.bound), (3, 3, 3));
}

prop_compose! {
    /// Up to five operations, each on values that are there before it.
    fn random_problem()(
        inputs in 1_usize..4,
        drafts in prop::collection::vec((0_u8..3, any::<(u8, u8)>(), any::<bool>()), 1..6),
        clean in prop::option::of(any::<u8>()),
    ) -> Problem {
        let mut operations = Vec::new();
        let mut outputs = Vec::new();
        for (index, (kind, (a, b), is_output)) in drafts.iter().enumerate() {
            let kinds = [OperationKind::Lookup, OperationKind::Persist, OperationKind::ReGlu];
            let there = inputs + index;
            let mut reads = vec![*a as usize % there, *b as usize % there];
            reads.dedup();
            operations.push(operation(kinds[*kind as usize], &reads, &[there]));
            if *is_output || index + 1 == drafts.len() {
                outputs.push(there);
            }
        }
        let values = inputs + drafts.len();
        let mut problem = problem(values, &(0..inputs).collect::<Vec<_>>(), operations, &outputs);
        problem.clean = clean.map(|c| ValueId(inputs + c as usize % drafts.len())).into_iter().collect();
        problem
    }
}

/// The least width over all ways to choose phases, straight from the definition; `None` when there
/// is no way in so many layers.
fn least_width(problem: &Problem, layers: usize) -> Option<usize> {
    let mut phases = vec![0; problem.operations.len()];
    least_from(problem, layers, &mut phases, 0)
}

fn least_from(
    problem: &Problem,
    layers: usize,
    phases: &mut Vec<usize>,
    next: usize,
) -> Option<usize> {
    if next == phases.len() {
        return Some((0..=2 * layers).map(|b| living(problem, phases, b)).max().unwrap_or(0));
    }
    let operation = &problem.operations[next];
    let mut best = None;
    for phase in 0..4 * layers {
        let is_written = |value: &ValueId| match value.0.checked_sub(problem.inputs.len()) {
            Some(writer) => phases[writer] < phase,
            None => true,
        };
        if operation.kind.allows(Phase(phase)) && operation.reads.iter().all(is_written) {
            phases[next] = phase;
            let found = least_from(problem, layers, phases, next + 1);
            best = [best, found].into_iter().flatten().min();
        }
    }
    best
}

/// How many values are needed after half-layer `boundary`. Value `i` is written by operation
/// `i - inputs`.
fn living(problem: &Problem, phases: &[usize], boundary: usize) -> usize {
    let lives = |value: &usize| {
        let writer = value.checked_sub(problem.inputs.len());
        let is_clean = problem.clean.contains(&ValueId(*value));
        let written = is_clean || writer.is_none_or(|writer| phases[writer] < 2 * boundary);
        let read_later = problem.operations.iter().zip(phases).any(|(operation, &phase)| {
            operation.reads.contains(&ValueId(*value)) && phase >= 2 * boundary
        });
        written && (read_later || problem.outputs.contains(&ValueId(*value)))
    };
    (0..problem.values.len()).filter(lives).count()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_width_is_the_least_of_all(problem in random_problem()) {
        let schedule = solve(&problem, &SOLVED).unwrap();
        prop_assert_eq!(check(&problem, &schedule), Ok(()));
        prop_assert_eq!(Some(schedule.d_model), least_width(&problem, schedule.layers));
        prop_assert!(schedule.is_proven());
        // The longest chain needs every layer.
        prop_assert!(schedule.layers == 1 || least_width(&problem, schedule.layers - 1).is_none());
    }

    #[test]
    fn prices_give_a_bound_and_a_schedule(problem in random_problem()) {
        let schedule = solve(&problem, &Options { solver: None, ..SOLVED }).unwrap();
        let least = least_width(&problem, schedule.layers).unwrap();
        prop_assert!(schedule.bound <= least && least <= schedule.d_model);
    }
}

#[test]
fn an_extra_layer_is_taken_only_where_it_makes_the_stream_narrower_by_more_than_it_costs() {
    use OperationKind::{Lookup, ReGlu};
    // Four values are found from one input, and each goes through a neuron.
    let mut operations = Vec::new();
    for value in 0..4 {
        operations.push(operation(Lookup, &[0], &[1 + value]));
        operations.push(operation(ReGlu, &[1 + value], &[5 + value]));
    }
    let problem = problem(9, &[0], operations, &[5, 6, 7, 8]);
    let size = |extra_layers| {
        let schedule = solve(&problem, &Options { extra_layers, ..SOLVED }).unwrap();
        (schedule.layers, schedule.d_model)
    };
    let (layers, width) = size(0);
    for extra_layers in 1..3 {
        let (more, narrower) = size(extra_layers);
        assert!(more * narrower <= layers * width);
        assert!(more == layers || more * narrower < layers * width);
    }
}
