//! The engines against each other on random small models of integers.

use proptest::prelude::*;

use super::{AttentionKind, Dense, Engine, Planned, Sparse};
use crate::model::{Attention, Description, FeedForward, Layer, Matrix, Model, Selection};
use crate::plan::Plan;
use crate::token::{Token, Vocabulary};

const WIDTH: usize = 7;
/// The slot that is always one, and the last slot: only means write it and only tokens read it.
const ONE: usize = 0;
const AVERAGES: usize = WIDTH - 1;
const TOKENS: usize = 24;

type Entries = Vec<i8>;

fn sparse(count: usize) -> impl Strategy<Value = Entries> {
    prop::collection::vec(prop_oneof![4 => Just(0_i8), 1 => -2_i8..=2], count)
}

fn matrix(rows: usize, columns: usize, entries: &[i8]) -> Matrix<'static> {
    let entries: Vec<f64> = entries[..rows * columns].iter().map(|&entry| entry.into()).collect();
    Matrix::new(rows, columns, entries.into())
}

fn set(matrix: &mut Matrix, row: usize, column: usize, entry: f64) {
    let present = matrix.get(row, column);
    matrix.add(row, column, entry - present);
}

prop_compose! {
    fn attention()(heads in 0_usize..5)(
        heads in Just(heads),
        kinds in prop::collection::vec(0_u8..5, heads),
        query in sparse(2 * heads * WIDTH),
        key in sparse(2 * heads * WIDTH),
        value in sparse(2 * heads * WIDTH),
        output in sparse(WIDTH * 2 * heads),
        shared in any::<(bool, bool)>(),
        searches in prop::collection::vec(0_u8..4, heads),
    ) -> Attention<'static> {
        let read = |entries: &Entries| {
            let mut rows = matrix(2 * heads, WIDTH, entries);
            (0..2 * heads).for_each(|row| set(&mut rows, row, AVERAGES, 0.0));
            rows
        };
        let selection: Vec<Selection> = kinds.iter()
            .map(|&kind| if kind == 0 { Selection::Mean } else { Selection::Latest })
            .collect();
        let mut output = matrix(WIDTH, 2 * heads, &output);
        for row in 0..2 * heads {
            set(&mut output, ONE, row, 0.0);
            let mean = selection[row / 2] == Selection::Mean;
            let forbidden = if mean { 0..AVERAGES } else { AVERAGES..WIDTH };
            forbidden.for_each(|slot| set(&mut output, slot, row, 0.0));
        }
        let (mut query, mut key) = (read(&query), read(&key));
        for (head, search) in searches.into_iter().enumerate() {
            // Looking up by one, by two, or as it comes; keys that are even.
            if search < 2 {
                (0..WIDTH).for_each(|slot| set(&mut query, 2 * head + 1, slot, 0.0));
                set(&mut query, 2 * head + 1, ONE, f64::from(search + 1));
                for slot in 0..WIDTH {
                    let weight = key.get(2 * head, slot);
                    set(&mut key, 2 * head, slot, 2.0 * weight);
                }
            }
        }
        if heads > 1 {
            for (rows, share) in [(&mut key, shared.0), (&mut query, shared.1 && shared.0)] {
                for (row, slot) in (0..2).flat_map(|row| (0..WIDTH).map(move |slot| (row, slot))) {
                    let same = if share { rows.get(row, slot) } else { rows.get(row + 2, slot) };
                    set(rows, row + 2, slot, same);
                }
            }
        }
        Attention { selection, query, key, value: read(&value), output }
    }
}

prop_compose! {
    fn feed_forward()(neurons in 0_usize..6, steps in prop_oneof![Just(0_usize), 8_usize..14])(
        neurons in Just(neurons),
        steps in Just(steps),
        gate in sparse((neurons + steps) * WIDTH),
        value in sparse((neurons + steps) * WIDTH),
        output in sparse(WIDTH * (neurons + steps)),
        thresholds in prop::collection::vec(-9_i8..9, steps),
    ) -> FeedForward<'static> {
        let rows = neurons + steps;
        let mut gate = matrix(rows, WIDTH, &gate);
        let mut value = matrix(rows, WIDTH, &value);
        let mut output = matrix(WIDTH, rows, &output);
        for row in 0..rows {
            for read in [&mut gate, &mut value] {
                set(read, row, AVERAGES, 0.0);
            }
            set(&mut output, ONE, row, 0.0);
            set(&mut output, AVERAGES, row, 0.0);
        }
        for (step, &threshold) in thresholds.iter().enumerate() {
            for slot in 0..WIDTH {
                let direction = gate.get(neurons, slot);
                set(&mut gate, neurons + step, slot, direction);
                set(&mut value, neurons + step, slot, 0.0);
            }
            set(&mut gate, neurons + step, ONE, threshold.into());
            set(&mut value, neurons + step, ONE, 1.0);
        }
        FeedForward { gate, value, output }
    }
}

prop_compose! {
    fn model()(
        embedding in sparse(TOKENS * WIDTH),
        linear in sparse(WIDTH),
        periodic in sparse(3 * WIDTH),
        layers in prop::collection::vec((attention(), feed_forward()), 0..3),
        unembedding in sparse(TOKENS * WIDTH),
        family in prop_oneof![Just(0_usize), 8_usize..20],
    ) -> Model<'static> {
        let mut embedding = matrix(TOKENS, WIDTH, &embedding);
        let mut position_linear = matrix(1, WIDTH, &linear);
        let mut position_periodic = matrix(3, WIDTH, &periodic);
        let mut unembedding = matrix(TOKENS, WIDTH, &unembedding);
        (0..TOKENS).for_each(|token| set(&mut embedding, token, ONE, 1.0));
        (0..TOKENS).for_each(|token| set(&mut embedding, token, AVERAGES, 0.0));
        for slot in [ONE, AVERAGES] {
            set(&mut position_linear, 0, slot, 0.0);
            (0..3).for_each(|row| set(&mut position_periodic, row, slot, 0.0));
        }
        for token in 0..family {
            let byte = token as f64;
            (0..WIDTH).for_each(|slot| set(&mut unembedding, token, slot, 0.0));
            set(&mut unembedding, token, 1, 2.0 * byte);
            set(&mut unembedding, token, ONE, -byte * byte);
        }
        (0..TOKENS).for_each(|token| set(&mut unembedding, token, AVERAGES, 0.0));
        let names = (0..TOKENS).map(|token| token.to_string()).collect();
        let generable = (0..TOKENS).map(|token| token % 5 != 1).collect();
        let vocabulary = Vocabulary::new(names, generable).expect("numbers are distinct");
        let layers = layers.into_iter();
        Model {
            description: Description::default(),
            vocabulary,
            embedding,
            position_linear,
            position_periodic,
            layers: layers
                .map(|(attention, feed_forward)| Layer { attention, feed_forward })
                .collect(),
            unembedding,
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn engines_agree(model in model(), tokens in prop::collection::vec(0..TOKENS as u32, 1..25)) {
        let mut defined = Dense::new(&model, AttentionKind::Brute);
        let mut hull = Dense::new(&model, AttentionKind::Hull);
        let mut sparse = [AttentionKind::Hull, AttentionKind::Brute]
            .map(|kind| Sparse::new(&model, kind));
        let plan = Plan::new(&model);
        let mut planned = Planned::new(&plan);
        for token in tokens.into_iter().map(Token) {
            defined.feed(token);
            planned.feed(token);
            prop_assert_eq!(defined.predict(), planned.predict());
            hull.feed(token);
            prop_assert_eq!(defined.residual(), hull.residual());
            for engine in &mut sparse {
                engine.feed(token);
                let (exact, averages) = engine.residual().split_at(AVERAGES);
                prop_assert_eq!(&defined.residual()[..AVERAGES], exact);
                prop_assert!((defined.residual()[AVERAGES] - averages[0]).abs() < 1e-9);
                prop_assert_eq!(defined.predict(), engine.predict());
            }
        }
    }
}

/// A model without layers whose token scores are given.
fn scores(rows: &[[f64; 2]], generable: Vec<bool>) -> Model<'static> {
    let names = (0..rows.len()).map(|token| token.to_string()).collect();
    let mut embedding = Matrix::zeros(rows.len(), 2);
    (0..rows.len()).for_each(|token| embedding.add(token, 0, 1.0));
    Model {
        description: Description::default(),
        vocabulary: Vocabulary::new(names, generable).expect("numbers are distinct"),
        embedding,
        position_linear: Matrix::zeros(1, 2),
        position_periodic: Matrix::zeros(1, 2),
        layers: Vec::new(),
        unembedding: Matrix::new(rows.len(), 2, rows.concat().into()),
    }
}

#[test]
fn the_lowest_of_the_best_that_can_be_emitted() {
    let rows: Vec<[f64; 2]> = (0..12).map(|token| [f64::from(token % 4), 1.0]).collect();
    let model = scores(&rows, (0..12).map(|token| token != 3).collect());
    let mut dense = Dense::new(&model, AttentionKind::Hull);
    let mut sparse = Sparse::new(&model, AttentionKind::Hull);
    for engine in [&mut dense as &mut dyn Engine, &mut sparse] {
        engine.feed(Token(0));
        assert_eq!(engine.predict(), Token(7));
    }
}
