//! One position of a sequence explained, as `tvm explain` does.

use pyo3::prelude::*;
use pythonize::pythonize;
use tvm_insight::explain::{Explainer, Explanation, Report};
use tvm_model::Token;
use tvm_runtime::driver::{Driver, Limits};

use crate::attend::Watch;
use crate::failure::Failure;
use crate::transformer::Transformer;

/// Reads tokens and explains the forward pass of the last one, with the `top` best next tokens.
pub(crate) fn explain(
    transformer: &Transformer,
    tokens: &[Token],
    top: usize,
    mut watch: &Watch,
) -> Result<Explanation, Failure> {
    let model = &transformer.model;
    let Some((&token, before)) = tokens.split_last() else {
        return Err(Failure::Usage("the run has no tokens".to_owned()));
    };
    let known = model.vocabulary.len();
    if token.0 as usize >= known {
        return Err(Failure::Usage(format!("no token {}: the model has {known}", token.0)));
    }
    let mut explainer = Explainer::new(&model.weights);
    let mut driver = Driver::new(&mut explainer, model.vocabulary.roles(), Limits::default());
    driver.append(before, &mut watch).map_err(|error| Failure::run(error, None))?;
    Ok(explainer.explain(token, top))
}

/// An explanation as a dict, and as text.
pub(crate) fn told<'py>(
    py: Python<'py>,
    transformer: &Transformer,
    explanation: &Explanation,
) -> PyResult<(Bound<'py, PyAny>, String)> {
    let model = &transformer.model;
    let names = model.description.names.as_ref();
    let report = Report { explanation, names, vocabulary: &model.vocabulary };
    Ok((pythonize(py, &report)?, report.to_string()))
}
