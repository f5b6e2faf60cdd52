//! A folder that PyTorch opens with nothing but safetensors: the module, its configuration, its weights.

use serde_json::Value;
use tvm_model::Model;

use crate::{ExportError, File, config, exact, tensors};

/// The module, which the Python package has too.
pub(crate) const MODELING: &str =
    include_str!("../../tvm-python/python/transformer_vm/modeling.py");

/// The name of the module's file.
pub(crate) const MODELING_FILE: &str = "modeling.py";
/// The name of the file with the configuration.
pub(crate) const CONFIG_FILE: &str = "config.json";
/// The name of the file with the weights.
pub(crate) const WEIGHTS_FILE: &str = "model.safetensors";

/// `config.json`, `model.safetensors` and `modeling.py`.
///
/// # Errors
/// [`ExportError`] when f64 might not hold what a head compares, or the matrices are too large.
pub fn pytorch(model: &Model) -> Result<Vec<File>, ExportError> {
    tensors::check_size(model)?;
    let exactness = exact::exactness(model)?;
    let config = Value::Object(config::config(model, &exactness));
    Ok(vec![
        File::new(CONFIG_FILE, config.to_string() + "\n"),
        File::new(WEIGHTS_FILE, tensors::safetensors(model, "")),
        File::new(MODELING_FILE, MODELING),
    ])
}
