//! Models in the formats of others. An exporter makes files from a model, its weights and its names; it opens none.
//!
//! Every exported model gives the tokens of the engines here. All formats compute in f64. One that adds in an order of its
//! own is told by [`Exactness`](tvm_runtime::plan::Exactness) which rows it must add in the order of the definition, and
//! which limits it must look at while it runs; a model with a head whose scores f64 might not hold even so is refused,
//! and the head named ([`ExportError`]). [`c`] adds in the order of the definition.

mod c;
mod circuits;
mod config;
mod error;
mod exact;
mod huggingface;
mod onnx;
mod pytorch;
mod tensors;

pub use c::c;
pub use circuits::circuits;
pub use error::ExportError;
pub use huggingface::huggingface;
pub use onnx::onnx;
pub use pytorch::pytorch;

/// A file of an export.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Its name in the folder.
    pub name: String,
    /// Its contents.
    pub bytes: Vec<u8>,
}

impl File {
    fn new(name: &str, bytes: impl Into<Vec<u8>>) -> File {
        File { name: name.to_string(), bytes: bytes.into() }
    }
}
