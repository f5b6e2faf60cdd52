//! What must hold of a model so that an exported one gives the same tokens.
//!
//! A `latest` head compares integers. f64 finds the latest of the greatest while products are exact and the greatest
//! score is below `2^53` in magnitude: rounding keeps the order of sums, and the greatest score and the integer below it
//! are exact, so that no lesser score is rounded to the greatest. The exported model looks at both for every head whose
//! bound does not show them.
//!
//! A `mean` head adds up integers, which no order rounds while the sums are below `2^53`; the slots that running sums
//! are written to have limits.

use tvm_model::{Model, Selection};
use tvm_runtime::plan::Exactness;

use crate::ExportError;

/// Scores below this are exact.
const EXACT: f64 = (1_u64 << 53) as f64;

/// The exactness of a model all of whose heads compare and add up integers.
///
/// # Errors
/// [`ExportError::Scores`] and [`ExportError::Mean`] name a head of which that is not known.
pub(crate) fn exactness(model: &Model) -> Result<Exactness, ExportError> {
    let exactness = Exactness::of(&model.weights);
    for (layer, known) in exactness.layers.iter().enumerate() {
        let Some(head) = known.heads.iter().position(|head| !head.integers) else { continue };
        let names = model.description.names.as_ref();
        let name = names.and_then(|names| names.head(layer, head));
        let name = name.map_or_else(String::new, |name| format!(" (`{name}`)"));
        return Err(match model.weights.layers[layer].attention.selection[head] {
            Selection::Latest => ExportError::Scores { layer, head, name },
            Selection::Mean => ExportError::Mean { layer, head, name },
        });
    }
    Ok(exactness)
}

/// A head whose scores have to be looked at.
pub(crate) struct WatchedHead {
    pub(crate) head: usize,
    /// The greatest magnitude that the product of each coordinate may have.
    pub(crate) most: [f64; 2],
}

/// The heads of a layer whose scores have to be looked at.
pub(crate) fn watched_heads(exactness: &Exactness, layer: usize) -> Vec<WatchedHead> {
    let heads = exactness.layers[layer].heads.iter().enumerate();
    let watched = heads.filter(|(_, known)| known.greatest >= EXACT || known.greatest.is_nan());
    watched.map(|(head, known)| WatchedHead { head, most: known.exact_products }).collect()
}
