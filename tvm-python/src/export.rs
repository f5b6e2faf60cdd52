//! A model in the format of others: its files, which Python writes.

use tvm_export::File;
use tvm_model::Model;

use crate::failure::Failure;
use crate::transformer::{Isa, Transformer};

/// A format, and whether it is a folder of files rather than one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    Pytorch,
    Huggingface,
    Onnx,
    Circuits,
    C,
}

impl Format {
    const NAMED: [(&'static str, Format); 5] = [
        ("pytorch", Format::Pytorch),
        ("huggingface", Format::Huggingface),
        ("onnx", Format::Onnx),
        ("circuits", Format::Circuits),
        ("c", Format::C),
    ];

    /// That of a name.
    pub(crate) fn named(name: &str) -> Result<Format, Failure> {
        let found = Format::NAMED.into_iter().find(|(own, _)| *own == name);
        found.map(|(_, format)| format).ok_or_else(|| {
            let known = Format::NAMED.map(|(own, _)| own).join(", ");
            Failure::Usage(format!("no format {name:?}: {known}"))
        })
    }

    /// The files of a model. A format that is one file has one, which the caller names.
    pub(crate) fn files(self, model: &Model) -> Result<Vec<File>, Failure> {
        Ok(match self {
            Format::Pytorch => tvm_export::pytorch(model)?,
            Format::Huggingface => tvm_export::huggingface(model)?,
            Format::Onnx => tvm_export::onnx(model)?,
            Format::Circuits => {
                let isa = Isa::of(model);
                let universal = Transformer::universal(isa);
                tvm_export::circuits(model, &universal.model, &isa.machine())?
            }
            Format::C => {
                vec![File { name: String::new(), bytes: tvm_export::c(model).into_bytes() }]
            }
        })
    }
}
