//! The matrices with their zeros, in f64, by the names that they have in PyTorch.

use safetensors::Dtype;
use safetensors::tensor::TensorView;
use tvm_model::{Matrix, Model};

use crate::ExportError;

/// The most bytes of all matrices with their zeros.
const MOST_BYTES: u64 = 1 << 33;

/// All matrices with the names that they have in the module.
pub(crate) fn named<'model>(model: &'model Model) -> Vec<(String, &'model Matrix<'model>)> {
    let weights = &model.weights;
    let mut named = vec![
        ("tok_embed.weight".to_string(), &weights.embedding),
        ("pos.linear".to_string(), &weights.position_linear),
        ("pos.periodic".to_string(), &weights.position_periodic),
    ];
    for (index, layer) in weights.layers.iter().enumerate() {
        let (attention, neurons) = (&layer.attention, &layer.feed_forward);
        let matrices = [
            ("attn.q", &attention.query),
            ("attn.k", &attention.key),
            ("attn.v", &attention.value),
            ("attn.o", &attention.output),
            ("mlp.gate", &neurons.gate),
            ("mlp.value", &neurons.value),
            ("mlp.out", &neurons.output),
        ];
        named.extend(
            matrices.map(|(name, matrix)| (format!("layers.{index}.{name}.weight"), matrix)),
        );
    }
    named.push(("head.weight".to_string(), &weights.unembedding));
    named
}

/// Refuses a model whose matrices are too large with their zeros.
///
/// # Errors
/// [`ExportError::TooLarge`].
pub(crate) fn check_size(model: &Model) -> Result<(), ExportError> {
    check_size_within(model, MOST_BYTES)
}

fn check_size_within(model: &Model, most: u64) -> Result<(), ExportError> {
    let entries = |(_, matrix): &(String, &Matrix)| matrix.rows() as u64 * matrix.columns() as u64;
    let bytes = 8 * named(model).iter().map(entries).sum::<u64>();
    if bytes > most { Err(ExportError::TooLarge { bytes, most }) } else { Ok(()) }
}

/// The entries of a matrix, row after row, little-endian.
pub(crate) fn bytes(matrix: &Matrix) -> Vec<u8> {
    matrix.full().into_iter().flat_map(f64::to_le_bytes).collect()
}

/// All matrices as a safetensors file, with a prefix before their names.
pub(crate) fn safetensors(model: &Model, prefix: &str) -> Vec<u8> {
    let tensors: Vec<(String, [usize; 2], Vec<u8>)> = named(model)
        .into_iter()
        .map(|(name, matrix)| {
            (format!("{prefix}{name}"), [matrix.rows(), matrix.columns()], bytes(matrix))
        })
        .collect();
    let views = tensors.iter().map(|(name, shape, bytes)| {
        let view = TensorView::new(Dtype::F64, shape.to_vec(), bytes);
        (name.as_str(), view.expect("as many bytes as the shape says"))
    });
    // The library of Hugging Face asks for this entry.
    let metadata = [("format".to_string(), "pt".to_string())].into_iter().collect();
    safetensors::serialize(views, Some(metadata)).expect("the tensors are consistent")
}

#[cfg(test)]
mod tests {
    use super::*;
    use tvm_model::{Description, Vocabulary};
    use tvm_test_support::models::model_that_breaks_its_kind;

    #[test]
    fn matrices_count_with_their_zeros() {
        let weights = model_that_breaks_its_kind(20);
        let names = (0..weights.tokens()).map(|token| format!("t{token}"));
        let vocabulary = Vocabulary::new(names.collect()).unwrap();
        let model = Model { description: Description::default(), vocabulary, weights };
        let header = 1 << 12;
        let bytes = safetensors(&model, "").len() as u64;
        assert_eq!(check_size_within(&model, bytes), Ok(()));
        let error = check_size_within(&model, bytes - header).unwrap_err();
        assert!(error.to_string().contains("the format `c` has them without"), "{error}");
    }
}
