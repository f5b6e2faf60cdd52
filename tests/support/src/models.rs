//! Small models, random and handwritten: what engines and explanations are compared on.

use proptest::prelude::*;
use tvm_model::{
    Attention, Description, FeedForward, Layer, Matrix, Model, Selection, Vocabulary, Weights,
};

const WIDTH: usize = 7;
/// The slot that is always one.
const ONE: usize = 0;
/// The last slot: only means write it and only tokens read it.
pub const AVERAGES: usize = WIDTH - 1;
/// Tokens of a random model.
pub const TOKENS: usize = 24;

type Entries = Vec<i8>;

/// What numbers the weights are.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Numbers {
    /// Integers; nothing but scores reads a mean.
    Integers,
    /// Thirds as well, anywhere.
    Fractions,
}

fn sparse(count: usize) -> impl Strategy<Value = Entries> {
    prop::collection::vec(prop_oneof![4 => Just(0_i8), 1 => -2_i8..=2], count)
}

fn matrix(rows: usize, columns: usize, entries: &[i8]) -> Matrix<'static> {
    let entries: Vec<f64> = entries[..rows * columns].iter().map(|&entry| entry.into()).collect();
    Matrix::new(rows, columns, entries)
}

/// Divides some entries by three.
fn cut(matrix: &mut Matrix) {
    for row in 0..matrix.rows() {
        for column in 0..matrix.columns() {
            let entry = matrix.get(row, column);
            if (row + column) % 5 == 0 {
                set(matrix, row, column, entry / 3.0);
            }
        }
    }
}

fn set(matrix: &mut Matrix, row: usize, column: usize, entry: f64) {
    let present = matrix.get(row, column);
    matrix.add(row, column, entry - present);
}

prop_compose! {
    fn attention(numbers: Numbers)(heads in 0_usize..5)(
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
            match numbers {
                Numbers::Integers => {
                    (0..2 * heads).for_each(|row| set(&mut rows, row, AVERAGES, 0.0));
                }
                Numbers::Fractions => cut(&mut rows),
            }
            rows
        };
        let selection: Vec<Selection> = kinds.iter()
            .map(|&kind| if kind == 0 { Selection::Mean } else { Selection::Latest })
            .collect();
        let mut output = matrix(WIDTH, 2 * heads, &output);
        for row in 0..2 * heads {
            set(&mut output, ONE, row, 0.0);
            if numbers == Numbers::Fractions {
                continue;
            }
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
    fn feed_forward(numbers: Numbers)(neurons in 0_usize..6, steps in prop_oneof![Just(0_usize), 8_usize..14])(
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
            set(&mut output, ONE, row, 0.0);
            if numbers == Numbers::Fractions {
                continue;
            }
            for read in [&mut gate, &mut value] {
                set(read, row, AVERAGES, 0.0);
            }
            set(&mut output, AVERAGES, row, 0.0);
        }
        if numbers == Numbers::Fractions {
            cut(&mut gate);
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
    /// Random weights of a model of [`TOKENS`] tokens.
    pub fn model(numbers: Numbers)(
        embedding in sparse(TOKENS * WIDTH),
        linear in sparse(WIDTH),
        periodic in sparse(3 * WIDTH),
        layers in prop::collection::vec((attention(numbers), feed_forward(numbers)), 0..3),
        unembedding in sparse(TOKENS * WIDTH),
        family in prop_oneof![Just(0_usize), 8_usize..20],
    ) -> Weights<'static> {
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
        if numbers == Numbers::Integers {
            (0..TOKENS).for_each(|token| set(&mut unembedding, token, AVERAGES, 0.0));
        }
        let layers = layers.into_iter();
        Weights {
            embedding,
            position_linear,
            position_periodic,
            layers: layers
                .map(|(attention, feed_forward)| Layer { attention, feed_forward })
                .collect(),
            unembedding,
            generable: (0..TOKENS).map(|token| token % 5 != 1).collect(),
        }
    }
}

/// A head with integer keys `k`, except that one token files its value far above the parabola. The
/// token that scores best is the value that was found.
pub fn model_that_breaks_its_kind(odd: u32) -> Weights<'static> {
    const KEYS: u32 = 6;
    let mut model = scores(&[[0.0; 2]; TOKENS], vec![true; TOKENS]);
    model.embedding = Matrix::zeros(TOKENS, WIDTH);
    for token in 0..TOKENS as u32 {
        let k = f64::from(token % KEYS);
        let y = if token == odd { 50.0 } else { -k * k };
        let query = f64::from(token * 7 % 11);
        let row = [1.0, 2.0 * k, y, query, f64::from(token)];
        for (slot, entry) in row.into_iter().enumerate() {
            model.embedding.add(token as usize, slot, entry);
        }
    }
    let rows = |slots: [usize; 2]| {
        let mut matrix = Matrix::zeros(2, WIDTH);
        slots.into_iter().enumerate().for_each(|(row, slot)| matrix.add(row, slot, 1.0));
        matrix
    };
    let mut output = Matrix::zeros(WIDTH, 2);
    output.add(5, 0, 1.0);
    let attention = Attention {
        selection: vec![Selection::Latest],
        query: rows([3, ONE]),
        key: rows([1, 2]),
        value: rows([4, ONE]),
        output,
    };
    let empty = || Matrix::zeros(0, WIDTH);
    let feed_forward =
        FeedForward { gate: empty(), value: empty(), output: Matrix::zeros(WIDTH, 0) };
    model.layers.push(Layer { attention, feed_forward });
    model.position_linear = Matrix::zeros(1, WIDTH);
    model.position_periodic = Matrix::zeros(1, WIDTH);
    model.unembedding = Matrix::zeros(TOKENS, WIDTH);
    for token in 0..TOKENS {
        model.unembedding.add(token, 5, 2.0 * token as f64);
        model.unembedding.add(token, ONE, -((token * token) as f64));
    }
    model
}

/// A model without layers whose token scores are given.
pub fn scores(rows: &[[f64; 2]], generable: Vec<bool>) -> Weights<'static> {
    let mut embedding = Matrix::zeros(rows.len(), 2);
    (0..rows.len()).for_each(|token| embedding.add(token, 0, 1.0));
    Weights {
        embedding,
        position_linear: Matrix::zeros(1, 2),
        position_periodic: Matrix::zeros(1, 2),
        layers: Vec::new(),
        unembedding: Matrix::new(rows.len(), 2, rows.concat()),
        generable,
    }
}

/// A model with these weights, whose tokens are called by their numbers.
pub fn named(weights: Weights<'static>) -> Model<'static> {
    let names = (0..weights.tokens()).map(|token| token.to_string()).collect();
    let vocabulary = Vocabulary::new(names).expect("numbers are distinct");
    Model { description: Description::default(), vocabulary, weights }
}

/// Entries that sums of may be rounded, or that are no integers.
fn wild() -> impl Strategy<Value = f64> {
    let two_to_53 = (1_u64 << 53) as f64;
    prop_oneof![
        (-2_i64..=2).prop_map(move |near| two_to_53 + near as f64),
        (-2_i64..=2).prop_map(move |near| near as f64 - two_to_53),
        (20_u32..62).prop_map(|power| (1_u64 << power) as f64),
        (20_u32..62).prop_map(|power| 1.0 - (1_u64 << power) as f64),
        Just(-0.0),
        Just(0.5),
        Just(1.0 / 3.0),
        Just(1e-300),
        Just(5e-324),
        Just(1e120),
        Just(-1e120),
        (-9_i8..=9).prop_map(f64::from),
    ]
}

/// All matrices of a model.
fn matrices<'model>(model: &'model mut Weights<'static>) -> Vec<&'model mut Matrix<'static>> {
    let mut all = vec![
        &mut model.embedding,
        &mut model.position_linear,
        &mut model.position_periodic,
        &mut model.unembedding,
    ];
    for Layer { attention: a, feed_forward: f } in &mut model.layers {
        all.extend([&mut a.query, &mut a.key, &mut a.value, &mut a.output]);
        all.extend([&mut f.gate, &mut f.value, &mut f.output]);
    }
    all
}

/// An entry of a model that is to be replaced, or multiplied.
pub type Edit = (prop::sample::Index, prop::sample::Index, f64, bool);

/// Makes edits.
pub fn edit(model: &mut Weights<'static>, edits: &[Edit]) {
    for (matrix, place, number, multiply) in edits {
        let mut all = matrices(model);
        let matrix = matrix.get_mut(&mut all);
        let mut entries = matrix.full();
        if entries.is_empty() {
            continue;
        }
        let entry = place.get_mut(&mut entries);
        *entry = if *multiply { *entry * number } else { *number };
        **matrix = Matrix::new(matrix.rows(), matrix.columns(), entries);
    }
}

/// Some edits with wild entries.
pub fn edits() -> impl Strategy<Value = Vec<Edit>> {
    let edit = (any::<prop::sample::Index>(), any::<prop::sample::Index>(), wild(), any::<bool>());
    prop::collection::vec(edit, 0..12)
}
