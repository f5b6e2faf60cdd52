//! How large a model may be that is read from a file.

use super::ModelError;

/// The widest residual stream: engines index slots with 16 bits.
const GREATEST_WIDTH: usize = 1 << 16;

/// The heads of a layer: a head has two outputs, and they too are indexed with 16 bits.
const GREATEST_HEADS: usize = GREATEST_WIDTH / 2;

/// The layers: an engine reserves memory for each, also where it is empty.
const GREATEST_DEPTH: usize = 1 << 10;

/// The entries of the embedding, and those of the periodic part of positions, zeros included: a plan has both in
/// full, and a file has them line by line.
const GREATEST_INPUTS: usize = 1 << 24;

/// Refuses dimensions beyond the limits; `heads` has a number for every layer.
pub(super) fn check(
    d_model: usize,
    [period, tokens]: [usize; 2],
    heads: impl ExactSizeIterator<Item = usize>,
) -> Result<(), ModelError> {
    let refused = |field, problem| Err(ModelError::Inconsistent { field, problem });
    for (field, number) in [("d_model", d_model), ("period", period)] {
        if number == 0 {
            return refused(field, "is 0".into());
        }
    }
    if d_model > GREATEST_WIDTH {
        return refused("d_model", format!("is {d_model}, more than {GREATEST_WIDTH}"));
    }
    for (field, rows) in [("period", period), ("vocabulary", tokens)] {
        if rows.saturating_mul(d_model) > GREATEST_INPUTS {
            let problem =
                format!("{rows} times d_model, {d_model}, is more than {GREATEST_INPUTS}");
            return refused(field, problem);
        }
    }
    if heads.len() > GREATEST_DEPTH {
        let problem = format!("there are {} layers, more than {GREATEST_DEPTH}", heads.len());
        return refused("layers", problem);
    }
    for (layer, heads) in heads.enumerate() {
        if heads > GREATEST_HEADS {
            let problem = format!("layer {layer} has {heads} heads, more than {GREATEST_HEADS}");
            return refused("layers", problem);
        }
    }
    Ok(())
}
