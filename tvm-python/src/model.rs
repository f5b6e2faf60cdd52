//! What Python sees of a model: its matrices, its names, its file.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use numpy::ndarray::Array2;
use numpy::{PyArray1, PyArray2, PyReadonlyArray1};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyList};
use tvm_host::output_file::{self, Existing, Permissions};
use tvm_model::{Matrix, Names, Selection, Token};

use crate::attend::{Report, attended};
use crate::explain::{explain, told};
use crate::export::Format;
use crate::failure::Failure;
use crate::transformer::Transformer;

/// A transformer.
#[pyclass(frozen, module = "transformer_vm._native")]
pub(crate) struct Model {
    pub(crate) transformer: Arc<Transformer>,
}

/// A path as what it is: of the command line `-` is stdout.
fn no_stream(path: PathBuf) -> PathBuf {
    if path == Path::new("-") { Path::new(".").join(path) } else { path }
}

/// Reads a model file.
#[pyfunction]
pub(crate) fn load(py: Python<'_>, path: PathBuf) -> PyResult<Model> {
    let transformer = attended(py, &Report::to(None), move |_| read(path))?;
    Ok(Model { transformer: Arc::new(transformer?) })
}

fn read(path: PathBuf) -> Result<Transformer, Failure> {
    let bytes = match fs::read(&path) {
        Ok(bytes) => bytes,
        Err(error) => return Err(Failure::Read { path, error }),
    };
    match tvm_model::Model::from_bytes(&bytes) {
        Ok(model) => Ok(Transformer::new(model.into_owned())),
        Err(error) => Err(Failure::Model { path, error }),
    }
}

/// The universal model of an instruction set.
#[pyfunction]
pub(crate) fn universal(isa: &str) -> PyResult<Model> {
    Ok(Model { transformer: Transformer::universal(isa.parse().map_err(Failure::Usage)?) })
}

impl Model {
    fn model(&self) -> &tvm_model::Model<'static> {
        &self.transformer.model
    }

    /// The matrices by the names that they have in Python.
    fn matrices(&self) -> impl Iterator<Item = (String, &Matrix<'_>)> {
        self.model().tensors().into_iter().map(|(name, matrix)| (plain(&name), matrix))
    }
}

/// What users of transformers call a matrix that has this name in a model file.
fn plain(name: &str) -> String {
    const PLAIN: [(&str, &str); 11] = [
        ("unembedding", "head"),
        ("embedding", "tok_embed"),
        ("position.linear", "pos.linear"),
        ("position.periodic", "pos.periodic"),
        ("attention.query", "attn.q"),
        ("attention.key", "attn.k"),
        ("attention.value", "attn.v"),
        ("attention.output", "attn.o"),
        ("ffn.gate", "mlp.gate"),
        ("ffn.value", "mlp.value"),
        ("ffn.output", "mlp.out"),
    ];
    let found = PLAIN.iter().find_map(|(own, plain)| Some((name.strip_suffix(own)?, plain)));
    found.map_or_else(|| name.to_owned(), |(before, plain)| format!("{before}{plain}"))
}

#[pymethods]
impl Model {
    /// Writes the model file; one that exists is replaced.
    fn save(&self, py: Python<'_>, path: PathBuf) -> PyResult<()> {
        let path = no_stream(path);
        let transformer = Arc::clone(&self.transformer);
        let written = attended(py, &Report::to(None), move |_| {
            let bytes = transformer.model.to_bytes();
            output_file::write(&path, &bytes, Permissions::Data, Existing::Replace)
        })?;
        Ok(written.map_err(Failure::from)?)
    }

    /// The model file.
    fn to_bytes<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        let bytes = py.detach(|| self.model().to_bytes());
        PyBytes::new(py, &bytes)
    }

    /// The files of a format, with their names; one without a name is the whole export.
    fn files<'py>(
        &self,
        py: Python<'py>,
        format: &str,
    ) -> PyResult<Vec<(String, Bound<'py, PyBytes>)>> {
        let format = Format::named(format)?;
        let transformer = Arc::clone(&self.transformer);
        let files = attended(py, &Report::to(None), move |_| format.files(&transformer.model, b""));
        let files = files??.into_iter();
        Ok(files.map(|file| (file.name, PyBytes::new(py, &file.bytes))).collect())
    }

    /// Writes a format: a folder, or a file. What exists is replaced only by `force`.
    fn export(
        &self,
        py: Python<'_>,
        format: &str,
        path: PathBuf,
        force: bool,
        input: Option<Vec<u8>>,
    ) -> PyResult<()> {
        let (format, path) = (Format::named(format)?, no_stream(path));
        let transformer = Arc::clone(&self.transformer);
        let existing = if force { Existing::Replace } else { Existing::Refuse };
        let written = attended(py, &Report::to(None), move |_| {
            format.write(&transformer.model, &path, existing, &input.unwrap_or_default())
        })?;
        Ok(written?)
    }

    /// What the model is of, and how large it is.
    fn description<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let (of, weights) = (&self.model().description, &self.model().weights);
        let layers = weights.layers.iter();
        let neurons: usize = layers.map(|layer| layer.feed_forward.gate.rows()).sum();
        let told = PyDict::new(py);
        told.set_item("instruction_set", &of.instruction_set)?;
        told.set_item("program", &of.program)?;
        told.set_item("d_model", weights.d_model())?;
        told.set_item("layers", weights.layers.len())?;
        told.set_item("heads", weights.heads())?;
        told.set_item("neurons", neurons)?;
        told.set_item("d_ffn", weights.d_ffn())?;
        told.set_item("period", weights.position_periodic.rows())?;
        told.set_item("vocabulary", weights.tokens())?;
        Ok(told)
    }

    /// A number that two models have in common exactly if they have the same weights.
    #[getter]
    fn digest(&self) -> String {
        self.transformer.digest.to_string()
    }

    /// The names of the tokens, by number.
    fn vocabulary(&self) -> Vec<String> {
        self.model().vocabulary.names().to_vec()
    }

    /// For every token whether it can be generated.
    fn generable<'py>(&self, py: Python<'py>) -> Bound<'py, PyArray1<bool>> {
        PyArray1::from_slice(py, &self.model().weights.generable)
    }

    /// How every head selects, layer by layer: `latest` or `mean`.
    fn selections(&self) -> Vec<Vec<&'static str>> {
        let name = |selection: &Selection| match selection {
            Selection::Latest => "latest",
            Selection::Mean => "mean",
        };
        let layers = self.model().weights.layers.iter();
        layers.map(|layer| layer.attention.selection.iter().map(name).collect()).collect()
    }

    /// The names of values, and of the heads and neurons of every layer.
    fn names<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let model = self.model();
        let none = Names::default();
        let names = model.description.names.as_ref().unwrap_or(&none);
        let values = PyList::empty(py);
        for value in names.values() {
            let told = PyDict::new(py);
            told.set_item("name", &value.name)?;
            told.set_item("slot", value.slot)?;
            told.set_item("first", value.first)?;
            told.set_item("end", value.end)?;
            told.set_item("bias", value.bias)?;
            values.append(told)?;
        }
        let layers = || model.weights.layers.iter().enumerate();
        let heads = layers().map(|(layer, of)| {
            let name = |head| member(names.head(layer, head), "head", head);
            (0..of.attention.selection.len()).map(name).collect::<Vec<_>>()
        });
        let neurons = layers().map(|(layer, of)| {
            let name = |neuron| member(names.neuron(layer, neuron), "neuron", neuron);
            (0..of.feed_forward.gate.rows()).map(name).collect::<Vec<_>>()
        });
        let told = PyDict::new(py);
        told.set_item("slots", values)?;
        told.set_item("heads", heads.collect::<Vec<_>>())?;
        told.set_item("neurons", neurons.collect::<Vec<_>>())?;
        told.set_item("tokens", self.vocabulary())?;
        Ok(told)
    }

    /// The names of the matrices, with their shapes.
    fn shapes(&self) -> Vec<(String, (usize, usize))> {
        self.matrices().map(|(name, matrix)| (name, (matrix.rows(), matrix.columns()))).collect()
    }

    /// A matrix in full.
    fn matrix<'py>(&self, py: Python<'py>, name: &str) -> Option<Bound<'py, PyArray2<f64>>> {
        let (_, matrix) = self.matrices().find(|(own, _)| own == name)?;
        let shape = (matrix.rows(), matrix.columns());
        let full = Array2::from_shape_vec(shape, matrix.full()).expect("of this shape");
        Some(PyArray2::from_owned_array(py, full))
    }

    /// Explains the last of these tokens, with the `top` best next ones: a dict and a text.
    fn explain<'py>(
        &self,
        py: Python<'py>,
        tokens: PyReadonlyArray1<'_, u32>,
        top: usize,
        report: Option<Bound<'_, PyAny>>,
    ) -> PyResult<(Bound<'py, PyAny>, String)> {
        let tokens: Vec<Token> = tokens.as_array().iter().copied().map(Token).collect();
        let transformer = Arc::clone(&self.transformer);
        let explanation = attended(py, &Report::to(report), move |watch| {
            explain(&transformer, &tokens, top, watch)
        })?;
        told(py, &self.transformer, &explanation?)
    }
}

/// The name of a head or a neuron; its number if it has none.
fn member(name: Option<tvm_model::Member<'_>>, kind: &str, number: usize) -> String {
    name.map_or_else(|| format!("{kind} {number}"), |name| name.to_string())
}
