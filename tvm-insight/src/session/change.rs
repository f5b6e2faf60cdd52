//! A model with some of its weights changed, and its run beside the true one.

use serde::{Deserialize, Serialize};

use super::about::Ended;
use super::error::SessionError;
use super::parts::check;
use super::session::Session;
use super::subject::Subject;
use tvm_model::{Matrix, Model};
use tvm_runtime::patterns::constant_slot;

/// A change of a model.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Change {
    /// The product of gate and value of a neuron is a number, whatever it reads: 0 switches it off.
    Neuron {
        /// Its layer.
        layer: usize,
        /// Its number in the layer.
        index: usize,
        /// The product.
        value: f64,
    },
    /// Both values that a head fetches are a number, whatever it attends to: 0 switches it off.
    Head {
        /// Its layer.
        layer: usize,
        /// Its number in the layer.
        index: usize,
        /// The values.
        value: f64,
    },
    /// A weight is another number.
    Weight {
        /// The layer; of no account for a matrix that is in none.
        layer: usize,
        /// The matrix, such as `attention.query`, `feed_forward.gate` or `unembedding`.
        matrix: String,
        /// The row.
        row: usize,
        /// The column.
        column: usize,
        /// The weight.
        value: f64,
    },
}

/// A changed run beside the true one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Comparison {
    /// How many tokens the changed run has.
    pub reached: u64,
    /// The first position at which the tokens differ.
    pub difference: Option<Parting>,
    /// How the changed run ended, if it has.
    pub ended: Option<Ended>,
    /// What both have written.
    pub output: Outputs,
}

/// The first position at which the tokens of two runs differ.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Parting {
    /// The position.
    pub position: u64,
    /// The token of the true run; none after its end.
    pub expected: Option<String>,
    /// The token of the changed one; none after its end.
    pub got: Option<String>,
}

/// The bytes that two runs have written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Outputs {
    /// The true one.
    pub expected: Vec<u8>,
    /// The changed one.
    pub got: Vec<u8>,
}

impl Subject {
    /// The same with a changed model.
    ///
    /// # Errors
    /// When a part that is to be changed is not there, or a number is not finite.
    pub fn changed(&self, changes: &[Change]) -> Result<Subject, SessionError> {
        let mut model = Model::clone(&self.model);
        for change in changes {
            apply(&mut model, change)?;
        }
        let (machine, program) = (self.machine.clone(), self.program.clone());
        let given = (self.title.clone(), self.input.clone(), self.prompt.clone());
        let mut changed = Subject::of(model, machine, program, given);
        changed.lines = self.lines.clone();
        changed.host = self.host.clone();
        Ok(changed)
    }
}

impl Comparison {
    /// Compares two runs that are equal before a position.
    pub fn of(truth: &Session<'_>, changed: &Session<'_>, equal: u64) -> Comparison {
        let vocabulary = &truth.subject.model.vocabulary;
        let [one, other] = [truth, changed].map(Session::sequence);
        let mut both = one.from(equal).zip(other.from(equal)).zip(equal..);
        let differs = both.find(|((one, other), _)| one != other).map(|(_, at)| at);
        let over = |session: &Session<'_>| session.progress().ended.is_some();
        // One run is over, and the other is longer.
        let longer = || {
            let (shorter, end) = match one.len() < other.len() {
                true => (truth, one.len()),
                false => (changed, other.len()),
            };
            (one.len() != other.len() && over(shorter)).then_some(end)
        };
        let name = |token: Option<_>| token.map(|token| vocabulary.name(token).to_owned());
        let difference = differs.or_else(longer).map(|position| Parting {
            position,
            expected: name(one.get(position)),
            got: name(other.get(position)),
        });
        let [expected, got] = [truth, changed].map(|session| session.output(u64::MAX));
        let ended = changed.progress().ended;
        let output = Outputs { expected, got };
        Comparison { reached: other.len(), difference, ended, output }
    }
}

fn apply(model: &mut Model<'static>, change: &Change) -> Result<(), SessionError> {
    let one = constant_slot(&model.weights).map(usize::from);
    let layers = &mut model.weights.layers;
    let (Change::Neuron { value, .. } | Change::Head { value, .. } | Change::Weight { value, .. }) =
        change;
    if !value.is_finite() {
        return Err(SessionError::NotFinite);
    }
    match change {
        Change::Neuron { layer, index, value } => {
            check("layer", *layer, layers.len())?;
            let neurons = &mut layers[*layer].feed_forward;
            check("neuron", *index, neurons.gate.rows())?;
            set_constant(&mut neurons.gate, *index, one, if *value == 0.0 { 0.0 } else { 1.0 })?;
            set_constant(&mut neurons.value, *index, one, *value)
        }
        Change::Head { layer, index, value } => {
            check("layer", *layer, layers.len())?;
            let heads = &mut layers[*layer].attention;
            check("head", *index, heads.selection.len())?;
            set_constant(&mut heads.value, 2 * index, one, *value)?;
            set_constant(&mut heads.value, 2 * index + 1, one, *value)
        }
        Change::Weight { layer, matrix, row, column, value } => {
            let matrix = named(model, *layer, matrix)?;
            check("row", *row, matrix.rows())?;
            check("column", *column, matrix.columns())?;
            set(matrix, *row, *column, *value);
            Ok(())
        }
    }
}

/// The matrix of a name in the model file.
fn named<'model>(
    model: &'model mut Model<'static>,
    layer: usize,
    name: &str,
) -> Result<&'model mut Matrix<'static>, SessionError> {
    let weights = &mut model.weights;
    match name {
        "embedding" => return Ok(&mut weights.embedding),
        "position.linear" => return Ok(&mut weights.position_linear),
        "position.periodic" => return Ok(&mut weights.position_periodic),
        "unembedding" => return Ok(&mut weights.unembedding),
        _ => check("layer", layer, weights.layers.len())?,
    }
    let layer = &mut weights.layers[layer];
    let (attention, neurons) = (&mut layer.attention, &mut layer.feed_forward);
    match name {
        "attention.query" => Ok(&mut attention.query),
        "attention.key" => Ok(&mut attention.key),
        "attention.value" => Ok(&mut attention.value),
        "attention.output" => Ok(&mut attention.output),
        "feed_forward.gate" => Ok(&mut neurons.gate),
        "feed_forward.value" => Ok(&mut neurons.value),
        "feed_forward.output" => Ok(&mut neurons.output),
        other => Err(SessionError::NoMatrix(other.to_owned())),
    }
}

/// Makes a row give a constant, by the slot that is always 1.
fn set_constant(
    matrix: &mut Matrix<'static>,
    row: usize,
    one: Option<usize>,
    value: f64,
) -> Result<(), SessionError> {
    let columns: Vec<usize> = matrix.row(row).map(|(column, _)| column).collect();
    columns.into_iter().for_each(|column| set(matrix, row, column, 0.0));
    if value != 0.0 {
        set(matrix, row, one.ok_or(SessionError::NoConstant)?, value);
    }
    Ok(())
}

fn set(matrix: &mut Matrix<'static>, row: usize, column: usize, value: f64) {
    matrix.add(row, column, -matrix.get(row, column));
    matrix.add(row, column, value);
}
