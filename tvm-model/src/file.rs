//! The model file: safetensors, as `docs/model-file.md` describes it. Every tensor is stored in the
//! narrowest type that holds all its entries exactly, so nothing is lost and a file is written the same way
//! every time. Everything read is checked before it is used.

use serde::{Deserialize, Serialize};
use thiserror::Error;
use tvm_interface::Interface;
use tvm_weights::{Attention, Digest, FeedForward, Layer, Lines, Matrix, Selection, Weights};

use super::container::{Container, shown};
use super::narrow::{self, Narrow};
use super::{Description, Listing, Model, limits, seal};
use crate::token::Vocabulary;

/// The one key of the metadata.
const KEY: &str = "transformer-vm";

/// The version of the format that is written and read.
pub const VERSION: u32 = 4;

/// Why bytes are not a model.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ModelError {
    /// Not a safetensors file, or a truncated one.
    #[error("not a model file, or a truncated one: {0}")]
    Container(String),
    /// A safetensors file of something else.
    #[error("the metadata has no `{KEY}`: this safetensors file is no transformer-vm model")]
    NotAModel,
    /// The metadata cannot be read.
    #[error("metadata `{KEY}`: {0}")]
    Metadata(String),
    /// A file of another version.
    #[error(
        "metadata `version` is {found}; this program reads version {VERSION}: rebuild the model"
    )]
    Version {
        /// The version of the file.
        found: u32,
    },
    /// The file is not what was written: bytes of it changed, or the digest was not renewed.
    #[error(
        "the file is damaged: its digest is {found}, and `digest` in it says {expected}: copy the file \
         again, or rebuild the model"
    )]
    Damaged {
        /// What the file says.
        expected: Digest,
        /// What is found.
        found: Digest,
    },
    /// A field of the metadata contradicts itself or another.
    #[error("metadata `{field}`: {problem}")]
    Inconsistent {
        /// The field.
        field: &'static str,
        /// What is wrong.
        problem: String,
    },
    /// A tensor is missing.
    #[error("tensor `{0}` is missing")]
    Missing(String),
    /// A tensor has another shape than the metadata says.
    #[error("tensor `{name}` has the shape {found:?}, not {expected:?}")]
    Shape {
        /// The tensor.
        name: String,
        /// Its shape.
        found: Vec<usize>,
        /// The shape it should have.
        expected: Vec<usize>,
    },
    /// The tensors that a matrix is stored in do not fit each other, or not its shape.
    #[error(
        "tensor `{0}`: the lists that it is stored in do not fit each other: rebuild the model"
    )]
    Parts(String),
    /// A tensor has entries of another type.
    #[error("tensor `{name}` has entries of type {found}, not F16, F32 or F64")]
    Type {
        /// The tensor.
        name: String,
        /// The type of its entries.
        found: String,
    },
    /// An entry is infinite or not a number.
    #[error("tensor `{0}` has an entry that is not finite")]
    NotFinite(String),
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Metadata {
    version: u32,
    /// Of the whole file: see [`seal`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    digest: Option<String>,
    description: Description,
    d_model: usize,
    period: usize,
    layers: Vec<LayerShape>,
    vocabulary: Vec<String>,
    generable: Vec<u32>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct LayerShape {
    heads: Vec<Selection>,
    neurons: usize,
}

impl Model<'_> {
    /// The model as a file.
    pub fn to_bytes(&self) -> Vec<u8> {
        let tensors = self.tensors().into_iter().flat_map(|(name, matrix)| {
            let lines = lines_of(&name);
            narrow::tensors(name, matrix, lines)
        });
        let tensors: Vec<(String, Narrow)> = tensors.collect();
        let views = tensors.iter().map(|(name, narrow)| (name.as_str(), narrow.view()));
        let metadata = serde_json::to_string(&self.metadata()).expect("metadata is plain data");
        let metadata = std::iter::once((KEY.to_string(), metadata)).collect();
        let bytes = safetensors::serialize(views, Some(metadata));
        seal::sealed(bytes.expect("the tensors are consistent"))
    }

    fn metadata(&self) -> Metadata {
        let weights = &self.weights;
        let layers = weights.layers.iter().map(|layer| LayerShape {
            heads: layer.attention.selection.clone(),
            neurons: layer.feed_forward.gate.rows(),
        });
        Metadata {
            version: VERSION,
            digest: Some(seal::BLANK.to_string()),
            description: self.description.clone(),
            d_model: weights.d_model(),
            period: weights.position_periodic.rows(),
            layers: layers.collect(),
            vocabulary: self.vocabulary.names().to_vec(),
            generable: weights.generable().map(|token| token.0).collect(),
        }
    }

    /// All matrices by the names that they have in a file.
    pub fn tensors(&self) -> Vec<(String, &Matrix<'_>)> {
        let weights = &self.weights;
        let mut tensors = vec![
            ("embedding".to_string(), &weights.embedding),
            ("position.linear".to_string(), &weights.position_linear),
            ("position.periodic".to_string(), &weights.position_periodic),
            ("unembedding".to_string(), &weights.unembedding),
        ];
        for (index, layer) in weights.layers.iter().enumerate() {
            let (attention, neurons) = (&layer.attention, &layer.feed_forward);
            let named = [
                ("attention.query", &attention.query),
                ("attention.key", &attention.key),
                ("attention.value", &attention.value),
                ("attention.output", &attention.output),
                ("ffn.gate", &neurons.gate),
                ("ffn.value", &neurons.value),
                ("ffn.output", &neurons.output),
            ];
            tensors.extend(named.map(|(name, matrix)| (format!("layers.{index}.{name}"), matrix)));
        }
        tensors
    }
}

impl<'bytes> Model<'bytes> {
    /// Reads a model. Tensors of f64 are borrowed from the bytes when these are aligned to 8.
    ///
    /// # Errors
    /// [`ModelError`] says which field of the file is wrong.
    pub fn from_bytes(bytes: &'bytes [u8]) -> Result<Model<'bytes>, ModelError> {
        let file = Container::read(bytes)?;
        let text = file.text(KEY).ok_or(ModelError::NotAModel)?;
        let metadata = parse_metadata(text, |digest| seal::check(bytes, file.head(), digest))?;
        let generable = generable(&metadata)?;
        let vocabulary = Vocabulary::new(metadata.vocabulary.clone()).ok_or_else(|| {
            let problem = "a token occurs twice".to_string();
            ModelError::Inconsistent { field: "vocabulary", problem }
        })?;
        let (d_model, tokens) = (metadata.d_model, vocabulary.len());
        let layers = metadata.layers.iter().enumerate();
        let weights = Weights {
            embedding: file.matrix("embedding", tokens, d_model)?,
            position_linear: file.matrix("position.linear", 1, d_model)?,
            position_periodic: file.matrix("position.periodic", metadata.period, d_model)?,
            layers: layers
                .map(|(index, shape)| file.layer(index, shape, d_model))
                .collect::<Result<_, _>>()?,
            unembedding: file.matrix("unembedding", tokens, d_model)?,
            generable,
        };
        Ok(Model { description: metadata.description, vocabulary, weights })
    }
}

/// The metadata; `check` is given the digest, if there is one, before anything else is believed.
fn parse_metadata(
    text: &str,
    check: impl FnOnce(&str) -> Result<(), ModelError>,
) -> Result<Metadata, ModelError> {
    #[derive(Deserialize)]
    struct Versioned {
        version: u32,
        digest: Option<String>,
    }
    let unreadable = |error: serde_json::Error| ModelError::Metadata(shown(&error));
    let Versioned { version, digest } = serde_json::from_str(text).map_err(unreadable)?;
    if version != VERSION {
        return Err(ModelError::Version { found: version });
    }
    digest.as_deref().map_or(Ok(()), check)?;
    let metadata: Metadata = serde_json::from_str(text).map_err(unreadable)?;
    let heads = metadata.layers.iter().map(|layer| layer.heads.len());
    let rows = [metadata.period, metadata.vocabulary.len()];
    limits::check(metadata.d_model, rows, heads)?;
    if let Some(problem) = metadata.description.listing.as_ref().and_then(Listing::problem) {
        return Err(ModelError::Inconsistent { field: "description.listing", problem });
    }
    if let Some(problem) = metadata.description.interface.as_ref().and_then(Interface::problem) {
        return Err(ModelError::Inconsistent { field: "description.interface", problem });
    }
    if let Some(names) = &metadata.description.names {
        let shapes: Vec<(usize, usize)> =
            metadata.layers.iter().map(|layer| (layer.heads.len(), layer.neurons)).collect();
        if let Some(problem) = names.problem(metadata.d_model, &shapes) {
            return Err(ModelError::Inconsistent { field: "description.names", problem });
        }
    }
    Ok(metadata)
}

/// For every token whether it can be generated.
fn generable(metadata: &Metadata) -> Result<Vec<bool>, ModelError> {
    let mut generable = vec![false; metadata.vocabulary.len()];
    for &token in &metadata.generable {
        let Some(place) = generable.get_mut(token as usize) else {
            let problem = format!("there is no token {token}");
            return Err(ModelError::Inconsistent { field: "generable", problem });
        };
        *place = true;
    }
    if metadata.generable.is_empty() {
        let problem = "no token can be generated".to_string();
        return Err(ModelError::Inconsistent { field: "generable", problem });
    }
    Ok(generable)
}

impl<'bytes> Container<'bytes> {
    fn layer(
        &self,
        index: usize,
        shape: &LayerShape,
        d_model: usize,
    ) -> Result<Layer<'bytes>, ModelError> {
        let rows = 2 * shape.heads.len();
        let matrix = |name: &str, rows, columns| {
            self.matrix(&format!("layers.{index}.{name}"), rows, columns)
        };
        Ok(Layer {
            attention: Attention {
                selection: shape.heads.clone(),
                query: matrix("attention.query", rows, d_model)?,
                key: matrix("attention.key", rows, d_model)?,
                value: matrix("attention.value", rows, d_model)?,
                output: matrix("attention.output", d_model, rows)?,
            },
            feed_forward: FeedForward {
                gate: matrix("ffn.gate", shape.neurons, d_model)?,
                value: matrix("ffn.value", shape.neurons, d_model)?,
                output: matrix("ffn.output", d_model, shape.neurons)?,
            },
        })
    }

    fn matrix(
        &self,
        name: &str,
        rows: usize,
        columns: usize,
    ) -> Result<Matrix<'bytes>, ModelError> {
        narrow::matrix(self, name, [rows, columns], lines_of(name))
    }
}

/// The lines of the tensor of this name, where it is stored line by line: what writes to the residual stream is
/// stored by columns.
fn lines_of(name: &str) -> Lines {
    if name.ends_with(".output") { Lines::Columns } else { Lines::Rows }
}

#[cfg(test)]
mod tests {
    use tvm_interface::Access;

    use super::super::{LayerNames, Names, ValueName};
    use super::*;

    fn some_names() -> Names {
        let one = ValueName { name: "one".into(), slot: 1, first: 0, end: 3, bias: 0 };
        let mut names = Names::new(vec![one]);
        names.push_layer(LayerNames {
            heads: vec![(0, "byte".into())],
            neurons: vec![(2, "steps".into())],
        });
        names
    }

    fn model() -> Model<'static> {
        let names = ["a", "b", "halt"].map(String::from).to_vec();
        let mut embedding = Matrix::zeros(3, 2);
        embedding.add(1, 0, 1e300);
        embedding.add(0, 1, 1.0);
        let matrix = |rows, columns| Matrix::zeros(rows, columns);
        let attention = Attention {
            selection: vec![Selection::Latest, Selection::Mean],
            query: matrix(4, 2),
            key: matrix(4, 2),
            value: matrix(4, 2),
            output: matrix(2, 4),
        };
        let feed_forward =
            FeedForward { gate: matrix(3, 2), value: matrix(3, 2), output: matrix(2, 3) };
        Model {
            description: Description {
                instruction_set: "classic".into(),
                listing: Some(Listing::new([(1, "f")], ["call", "halt"])),
                names: Some(some_names()),
                interface: Some(Interface {
                    accesses: vec![(1, Access::Request), (2_000_000, Access::Receive)],
                    ..Interface::default()
                }),
                ..Description::default()
            },
            vocabulary: Vocabulary::new(names).unwrap(),
            weights: Weights {
                embedding,
                position_linear: matrix(1, 2),
                position_periodic: matrix(8, 2),
                layers: vec![Layer { attention, feed_forward }],
                unembedding: matrix(3, 2),
                generable: vec![true, false, true],
            },
        }
    }

    #[test]
    fn what_is_written_is_read() {
        let bytes = model().to_bytes();
        let read = Model::from_bytes(&bytes).unwrap();
        assert_eq!(read, model());
        assert_eq!(read.into_owned(), model());
        assert_eq!(bytes, model().to_bytes());
    }

    #[test]
    fn a_truncated_file_is_refused() {
        let bytes = model().to_bytes();
        for length in 0..bytes.len() {
            let refused = Model::from_bytes(&bytes[..length]);
            assert!(matches!(refused, Err(ModelError::Container(_))), "{length}");
        }
    }

    #[test]
    fn a_flipped_byte_is_noticed() {
        let bytes = model().to_bytes();
        let header = 8 + usize::from(bytes[0]) + 256 * usize::from(bytes[1]);
        for place in 0..bytes.len() {
            let mut flipped = bytes.clone();
            flipped[place] ^= 0x41;
            let refused = Model::from_bytes(&flipped).unwrap_err();
            let damaged = matches!(refused, ModelError::Damaged { .. });
            assert!(damaged || place < header, "{place}: {refused}");
        }
    }

    #[test]
    fn a_flipped_byte_of_a_name_is_called_damage() {
        let mut bytes = model().to_bytes();
        let at = bytes.windows(7).position(|window| window == b"classic").unwrap();
        bytes[at] = b'k';
        let refused = Model::from_bytes(&bytes).unwrap_err();
        assert!(matches!(refused, ModelError::Damaged { .. }), "{refused}");
        assert!(refused.to_string().contains("damaged"), "{refused}");
    }

    /// The bytes with another text in place of one of the same length, and the digest that belongs there.
    fn replaced(from: &str, to: &str) -> Vec<u8> {
        assert_eq!(from.len(), to.len());
        let mut bytes = model().to_bytes();
        let at = bytes.windows(from.len()).position(|w| w == from.as_bytes()).unwrap();
        bytes[at..at + to.len()].copy_from_slice(to.as_bytes());
        let name = b"digest\\\":\\\"";
        if let Some(at) = bytes.windows(name.len()).position(|window| window == name) {
            bytes[at + name.len()..][..seal::BLANK.len()].copy_from_slice(seal::BLANK.as_bytes());
        }
        seal::sealed(bytes)
    }

    #[test]
    fn a_file_may_have_no_digest() {
        let mut metadata = model().metadata();
        metadata.digest = None;
        let text = serde_json::to_string(&metadata).unwrap();
        assert!(!text.contains("digest"));
        let read = parse_metadata(&text, |digest| panic!("there is no digest {digest}"));
        assert_eq!(read.unwrap().vocabulary, model().vocabulary.names());
    }

    #[test]
    fn a_digest_is_32_digits() {
        for wrong in ["", "0", "-0", &"F".repeat(32), &"0".repeat(33)] {
            let mut metadata = model().metadata();
            metadata.digest = Some(wrong.to_string());
            let text = serde_json::to_string(&metadata).unwrap();
            let bytes = text.as_bytes();
            let read = parse_metadata(&text, |digest| seal::check(bytes, bytes.len(), digest));
            assert!(read.unwrap_err().to_string().contains("`digest`"), "{wrong}");
        }
    }

    #[test]
    fn errors_name_the_field() {
        let replaced =
            |from: &str, to: &str| Model::from_bytes(&replaced(from, to)).unwrap_err().to_string();
        assert!(replaced("version\\\":4", "version\\\":3").contains("version 4"));
        assert!(replaced("ffn.gate", "ffn.gats").contains("layers.0.ffn.gate"));
        assert!(replaced("neurons\\\":3", "neurons\\\":4").contains("shape"));
        assert!(replaced("\\\"b\\\",", "\\\"a\\\",").contains("vocabulary"));
        let listing = replaced("\"ab\\\"", "\"ac\\\"");
        assert!(listing.contains("description.listing"), "{listing}");
        let interface = replaced("[2000000,", "[9000000,");
        assert!(interface.contains("description.interface"), "{interface}");
        let names = replaced("[\\\"one\\\",1,", "[\\\"one\\\",2,");
        assert!(names.contains("description.names") && names.contains("slot 2"), "{names}");
        assert!(replaced("transformer-vm", "transformer-xx").contains("no `transformer-vm`"));
    }
}
