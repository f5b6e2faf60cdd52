//! Models whose weights mean nothing: small random ones, real ones with entries replaced, and large ones
//! that a plan could take for ever over. Every engine runs them.

use std::time::{Duration, Instant};

use tvm_model::{
    Attention, Description, FeedForward, Layer, Lines, Matrix, Model, Selection, Weights,
};
use tvm_model::{Token, Vocabulary};

use tvm_runtime::engine::Planned;
use tvm_runtime::plan::Plan;

use crate::models::{drive, exercise, models};
use crate::split_mix::SplitMix;
use crate::survives;

/// Weights that nobody computes.
const WILD: [f64; 16] = [
    1e300,
    -1e300,
    f64::MAX,
    f64::MIN,
    5e-324,
    1e-300,
    0.5,
    -1.5,
    1.0 / 3.0,
    9_007_199_254_740_992.0,
    -9_007_199_254_740_993.0,
    4_503_599_627_370_496.0,
    2_251_799_813_685_248.0,
    -65_504.0,
    1e16,
    -0.0,
];

fn below(random: &mut SplitMix, most: usize) -> usize {
    (random.next() % most as u64) as usize
}

/// Mostly zeros, some small integers, and `wild` of a hundred from the list above.
fn weight(random: &mut SplitMix, wild: usize) -> f64 {
    match below(random, 100) {
        at if at < wild => WILD[below(random, WILD.len())],
        at if at < 70 => 0.0,
        _ => below(random, 7) as f64 - 3.0,
    }
}

fn matrix(random: &mut SplitMix, rows: usize, columns: usize, wild: usize) -> Matrix<'static> {
    let entries: Vec<f64> = (0..rows * columns).map(|_| weight(random, wild)).collect();
    Matrix::new(rows, columns, entries)
}

fn set(matrix: &mut Matrix, row: usize, column: usize, entry: f64) {
    let mut entries = matrix.full();
    entries[row * matrix.columns() + column] = entry;
    *matrix = Matrix::new(matrix.rows(), matrix.columns(), entries);
}

/// The slot that is always one, unless the model has none.
const ONE: usize = 0;

fn vocabulary(tokens: usize) -> Vocabulary {
    let mut names: Vec<String> = (0..tokens).map(|token| format!("{token:02x}")).collect();
    for (name, known) in names.iter_mut().zip(["{", "}", "halt", "call_commit", "out(a)"]) {
        *name = known.to_string();
    }
    Vocabulary::new(names).unwrap()
}

/// All but the braces.
fn generable(tokens: usize) -> Vec<bool> {
    (0..tokens).map(|token| token > 1).collect()
}

fn layer(random: &mut SplitMix, width: usize, wild: usize, has_one: bool) -> Layer<'static> {
    let (heads, neurons) = (below(random, 5), below(random, 24));
    let selection = (0..heads).map(|_| match below(random, 4) {
        0 => Selection::Mean,
        _ => Selection::Latest,
    });
    let mut attention = Attention {
        selection: selection.collect(),
        query: matrix(random, 2 * heads, width, wild),
        key: matrix(random, 2 * heads, width, wild),
        value: matrix(random, 2 * heads, width, wild),
        output: matrix(random, width, 2 * heads, wild),
    };
    let mut feed_forward = FeedForward {
        gate: matrix(random, neurons, width, wild),
        value: matrix(random, neurons, width, wild),
        output: matrix(random, width, neurons, wild),
    };
    if !has_one {
        return Layer { attention, feed_forward };
    }
    for head in 0..2 * heads {
        set(&mut attention.output, ONE, head, 0.0);
    }
    // Queries that look up, by a whole or by less.
    for head in 0..heads {
        (0..width).for_each(|slot| set(&mut attention.query, 2 * head + 1, slot, 0.0));
        let up = [1.0, 1.0, 2.0, 0.25, 1e-300][below(random, 5)];
        set(&mut attention.query, 2 * head + 1, ONE, up);
    }
    // A family: one direction, thresholds of any kind.
    for neuron in 0..neurons {
        set(&mut feed_forward.output, ONE, neuron, 0.0);
        if neuron % 2 == 0 {
            for slot in 0..width {
                let direction = feed_forward.gate.get(0, slot);
                set(&mut feed_forward.gate, neuron, slot, direction);
                set(&mut feed_forward.value, neuron, slot, 0.0);
            }
            let threshold = below(random, 9) as f64 - 4.0;
            let odd = below(random, 100) < wild;
            let threshold = if odd { weight(random, 100) } else { threshold };
            set(&mut feed_forward.gate, neuron, ONE, threshold);
            set(&mut feed_forward.value, neuron, ONE, 1.0);
        }
    }
    Layer { attention, feed_forward }
}

fn model(seed: u64) -> Model<'static> {
    let random = &mut SplitMix(seed);
    let (width, tokens) = (1 + below(random, 8), 8 + below(random, 30));
    let (wild, has_one) = ([0, 1, 8, 60][below(random, 4)], below(random, 4) > 0);
    let period = 1 + below(random, 4);
    let mut model = Model {
        description: Description::default(),
        vocabulary: vocabulary(tokens),
        weights: Weights {
            embedding: matrix(random, tokens, width, wild),
            position_linear: matrix(random, 1, width, wild),
            position_periodic: matrix(random, period, width, wild),
            layers: (0..below(random, 4)).map(|_| layer(random, width, wild, has_one)).collect(),
            unembedding: matrix(random, tokens, width, wild),
            generable: generable(tokens),
        },
    };
    if has_one {
        (0..tokens).for_each(|token| set(&mut model.weights.embedding, token, ONE, 1.0));
        set(&mut model.weights.position_linear, 0, ONE, 0.0);
        (0..period).for_each(|row| set(&mut model.weights.position_periodic, row, ONE, 0.0));
        // A family of tokens: lines in the last slot, perhaps far out.
        for token in 2..tokens {
            for slot in 0..width {
                set(&mut model.weights.unembedding, token, slot, 0.0);
            }
            let step = [1.0, 1e-300, 1e290, 1e154][below(random, 100).saturating_sub(96)];
            let at = token as f64;
            set(&mut model.weights.unembedding, token, width - 1, 2.0 * at * step);
            if width > 1 {
                set(&mut model.weights.unembedding, token, ONE, -at * at * step);
            }
        }
    }
    model
}

#[test]
fn small_models_of_any_weights_run() {
    for seed in 0..800 {
        survives(&format!("model {seed}"), || exercise(&model(seed), 24));
    }
}

#[test]
fn code_is_generated_for_small_models_of_any_weights() {
    for seed in 0..300 {
        survives(&format!("model {seed}"), || {
            let plan = Plan::new(&model(seed).weights);
            assert!(tvm_codegen::source(&plan).contains("GeneratedKernel"));
        });
    }
}

#[test]
fn small_models_of_any_weights_are_written_and_read() {
    for seed in 0..300 {
        survives(&format!("model {seed}"), || {
            let model = model(seed);
            let bytes = model.to_bytes();
            assert!(Model::from_bytes(&bytes).unwrap() == model);
        });
    }
}

/// All matrices of a model.
fn matrices<'model>(model: &'model mut Model<'static>) -> Vec<&'model mut Matrix<'static>> {
    let mut all = vec![
        &mut model.weights.embedding,
        &mut model.weights.position_linear,
        &mut model.weights.position_periodic,
        &mut model.weights.unembedding,
    ];
    for Layer { attention: a, feed_forward: f } in &mut model.weights.layers {
        all.extend([&mut a.query, &mut a.key, &mut a.value, &mut a.output]);
        all.extend([&mut f.gate, &mut f.value, &mut f.output]);
    }
    all
}

#[test]
fn real_models_with_wild_weights_run() {
    for (name, model) in models() {
        for seed in 0..25 {
            let (mut model, random) = (model.clone(), &mut SplitMix(seed));
            for matrix in matrices(&mut model) {
                let mut entries = matrix.full();
                if entries.is_empty() || below(random, 4) > 0 {
                    continue;
                }
                for _ in 0..1 + below(random, 3) {
                    let place = below(random, entries.len());
                    entries[place] = WILD[below(random, WILD.len())];
                }
                *matrix = Matrix::new(matrix.rows(), matrix.columns(), entries);
            }
            survives(&format!("{name}, wild {seed}"), || exercise(&model, 24));
        }
    }
}

/// A model without layers; every token scores its own entry of the first slot.
fn flat(tokens: usize, width: usize) -> Model<'static> {
    let mut embedding = Matrix::zeros(tokens, width);
    (0..tokens).for_each(|token| embedding.add(token, ONE, 1.0));
    Model {
        description: Description::default(),
        vocabulary: vocabulary(tokens),
        weights: Weights {
            embedding,
            position_linear: Matrix::zeros(1, width),
            position_periodic: Matrix::zeros(1, width),
            layers: Vec::new(),
            unembedding: Matrix::zeros(tokens, width),
            generable: generable(tokens),
        },
    }
}

fn empty_attention(width: usize) -> Attention<'static> {
    let rows = || Matrix::zeros(0, width);
    let output = Matrix::zeros(width, 0);
    Attention { selection: Vec::new(), query: rows(), key: rows(), value: rows(), output }
}

fn empty_neurons(width: usize) -> FeedForward<'static> {
    let rows = || Matrix::zeros(0, width);
    FeedForward { gate: rows(), value: rows(), output: Matrix::zeros(width, 0) }
}

#[track_caller]
fn runs_in_time(what: &str, model: &Model) {
    let begun = Instant::now();
    survives(what, || exercise(model, 3));
    assert!(begun.elapsed() < Duration::from_secs(20), "{what}: {:?}", begun.elapsed());
}

/// The same of the plan alone: the definition takes a product of the width and the number of neurons for a token.
fn plans_in_time(what: &str, model: &Model) {
    let begun = Instant::now();
    let plan = survives(what, || Plan::new(&model.weights));
    drive(model, &mut Planned::new(&plan), 3);
    assert!(begun.elapsed() < Duration::from_secs(20), "{what}: {:?}", begun.elapsed());
}

#[test]
fn models_without_a_token_to_say_end() {
    let mut silent = flat(9, 3);
    silent.weights.generable = vec![false; 9];
    survives("no generable token", || exercise(&silent, 5));
    let mut overflowing = flat(9, 3);
    (0..9).for_each(|token| overflowing.weights.embedding.add(token, 1, f64::MAX));
    overflowing.weights.position_periodic.add(0, 1, f64::MAX);
    for token in 0..9 {
        overflowing.weights.unembedding.add(token, 1, 1.0);
        overflowing.weights.unembedding.add(token, 2, 1.0);
    }
    // The stream is infinite, and its sum with nothing times infinity is no number.
    let mut neurons = empty_neurons(3);
    neurons.gate = Matrix::new(1, 3, vec![0.0, 1.0, 0.0]);
    neurons.value = Matrix::new(1, 3, vec![0.0, -1.0, 0.0]);
    neurons.output = Matrix::new(3, 1, vec![0.0, 0.0, 1.0]);
    overflowing.weights.layers.push(Layer { attention: empty_attention(3), feed_forward: neurons });
    survives("scores that are no numbers", || {
        exercise(&overflowing, 5);
        use tvm_runtime::engine::{AttentionKind, Dense, Engine};
        let mut dense = Dense::new(&overflowing.weights, AttentionKind::Hull);
        dense.feed(Token(0));
        assert_eq!(dense.predict(), Token::NONE);
    });
}

#[test]
fn many_neurons_take_no_square_of_time() {
    const NEURONS: usize = 20_000;
    let mut model = flat(12, 6);
    (0..12).for_each(|token| model.weights.embedding.add(token, 1, (token * 3) as f64));
    let mut neurons = FeedForward {
        gate: Matrix::zeros(NEURONS, 6),
        value: Matrix::zeros(NEURONS, 6),
        output: Matrix::zeros(6, NEURONS),
    };
    for neuron in 0..NEURONS {
        // A direction of its own for each, and a value that is no constant for every other one.
        neurons.gate.add(neuron, 1, 1.0 + neuron as f64);
        neurons.gate.add(neuron, ONE, -((neuron % 100) as f64));
        neurons.value.add(neuron, neuron % 2, 1.0);
        neurons.output.add(2, neuron, if neuron % 4 < 2 { 1.0 } else { -1.0 });
    }
    let layer = Layer { attention: empty_attention(6), feed_forward: neurons };
    model.weights.layers = vec![layer.clone(), layer];
    runs_in_time("many directions", &model);
    for neuron in 0..NEURONS {
        for layer in &mut model.weights.layers {
            layer.feed_forward.gate.add(neuron, 1, -(neuron as f64));
            layer.feed_forward.value.add(neuron, neuron % 2, -1.0);
            layer.feed_forward.value.add(neuron, 1, 1.0);
        }
    }
    runs_in_time("one direction, values that are no constant", &model);
}

#[test]
fn many_heads_take_no_square_of_time() {
    const HEADS: usize = 4000;
    let mut model = flat(10, 5);
    (0..10).for_each(|token| model.weights.embedding.add(token, 1, token as f64));
    let mut attention = Attention {
        selection: vec![Selection::Latest; HEADS],
        query: Matrix::zeros(2 * HEADS, 5),
        key: Matrix::zeros(2 * HEADS, 5),
        value: Matrix::zeros(2 * HEADS, 5),
        output: Matrix::zeros(5, 2 * HEADS),
    };
    for head in 0..HEADS {
        attention.key.add(2 * head, 1, 2.0);
        attention.query.add(2 * head, 1, head as f64);
        attention.query.add(2 * head + 1, ONE, 1.0);
        attention.value.add(2 * head, 1, 1.0 + head as f64);
        attention.output.add(2, 2 * head, 1.0);
    }
    model.weights.layers.push(Layer { attention, feed_forward: empty_neurons(5) });
    runs_in_time("one key, many queries", &model);
    for head in 0..HEADS {
        model.weights.layers[0].attention.key.add(2 * head, 1, head as f64);
    }
    runs_in_time("many keys", &model);
}

#[test]
fn long_periods_and_wide_streams_take_no_square_of_time() {
    let mut model = flat(10, 4);
    model.weights.position_periodic = Matrix::zeros(100_000, 4);
    (0..100_000).for_each(|row| model.weights.position_periodic.add(row, 1, (row % 1000) as f64));
    let mut attention = empty_attention(4);
    attention.selection = vec![Selection::Latest];
    attention.query = Matrix::new(2, 4, vec![0.0, 1.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0]);
    attention.key = Matrix::new(2, 4, vec![0.0, 2.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]);
    attention.value = attention.query.clone();
    attention.output = Matrix::new(4, 2, vec![0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 1.0]);
    model.weights.layers.push(Layer { attention, feed_forward: empty_neurons(4) });
    runs_in_time("a long period", &model);
    let mut wide = flat(24, 20_000);
    for token in 0..24 {
        for slot in 1..20_000 {
            wide.weights.unembedding.add(token, slot, ((token * slot) % 7) as f64);
        }
    }
    runs_in_time("a wide stream", &wide);
    let mut deep = flat(10, 3);
    deep.weights.layers =
        vec![Layer { attention: empty_attention(3), feed_forward: empty_neurons(3) }; 1024];
    runs_in_time("many layers", &deep);
}

/// Line by line a file is short, however many zeros its matrices have.
#[test]
fn a_short_file_has_no_huge_inputs() {
    let (many, wide) = (1 << 20, 60_000);
    let mut long = flat(10, wide);
    long.weights.position_periodic = Matrix::zeros(many, wide);
    for (field, model) in [("period", long), ("vocabulary", flat(2000, wide))] {
        let file = model.to_bytes();
        assert!(file.len() < 2 << 20, "{field}: {} bytes", file.len());
        let error = Model::from_bytes(&file).unwrap_err().to_string();
        assert!(error.contains(field) && error.contains("is more than"), "{error}");
    }
}

/// Neurons of one direction that each write a slot of its own.
fn neurons_of_their_own(neurons: usize, width: usize) -> Layer<'static> {
    let gate = |neuron: usize| vec![(ONE, -(neuron as f64)), (1, 1.0)];
    let feed_forward = FeedForward {
        gate: Matrix::of_rows(width, (0..neurons).map(gate)),
        value: Matrix::of_rows(width, (0..neurons).map(|_| vec![(ONE, 1.0)])),
        output: Matrix::of_columns(width, (0..neurons).map(|at| vec![(2 + at % (width - 2), 1.0)])),
    };
    Layer { attention: empty_attention(width), feed_forward }
}

#[test]
fn tables_are_as_large_as_their_neurons() {
    let mut model = flat(24, 30_000);
    (0..24).for_each(|token| model.weights.embedding.add(token, 1, token as f64));
    model.weights.layers.push(neurons_of_their_own(30_000, 30_000));
    plans_in_time("a table of many slots", &model);
}

#[test]
fn readers_of_many_slots_are_found_in_time() {
    let (slots, neurons) = (20_000, 200_000);
    let mut model = flat(24, slots);
    model.weights.position_linear.add(0, 1, 1.0);
    // Every slot grows, and what reads it comes late.
    let feed_forward = FeedForward {
        gate: Matrix::of_rows(slots, (2..slots).map(|_| vec![(ONE, 1.0)])),
        value: Matrix::of_rows(slots, (2..slots).map(|_| vec![(1, 1e6)])),
        output: Matrix::of_columns(slots, (2..slots).map(|slot| vec![(slot, 1.0)])),
    };
    model.weights.layers.push(Layer { attention: empty_attention(slots), feed_forward });
    let mut idle = empty_neurons(slots);
    idle.gate = Matrix::zeros(neurons, slots);
    idle.value = Matrix::zeros(neurons, slots);
    idle.output = Matrix::zeros(slots, neurons).stored_by(Lines::Columns).into_owned();
    model.weights.layers.push(Layer { attention: empty_attention(slots), feed_forward: idle });
    plans_in_time("readers of many slots", &model);
}
