//! A model in the format of others: its files, and how they are written.

use std::path::Path;

use tvm_export::File;
use tvm_host::output_file::{self, Existing, OutputFileError, Permissions};
use tvm_model::Model;
use tvm_universal::Isa;

use crate::failure::Failure;
use crate::transformer::Transformer;

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

    /// The files of a model. A format that is one file has one, which the caller names. Circuits have sequences of a run
    /// with the input.
    pub(crate) fn files(self, model: &Model, input: &[u8]) -> Result<Vec<File>, Failure> {
        Ok(match self {
            Format::Pytorch => tvm_export::pytorch(model)?,
            Format::Huggingface => tvm_export::huggingface(model)?,
            Format::Onnx => tvm_export::onnx(model)?,
            Format::Circuits => {
                let isa = Isa::of(model);
                let universal = Transformer::universal(isa);
                tvm_export::circuits(model, &universal.model, &isa.machine(), input)?
            }
            Format::C => {
                vec![File { name: String::new(), bytes: tvm_export::c(model).into_bytes() }]
            }
        })
    }
    /// Writes what a model is in this format, complete or not at all.
    pub(crate) fn write(
        self,
        model: &Model,
        path: &Path,
        existing: Existing,
        input: &[u8],
    ) -> Result<(), Failure> {
        let refused = |error| match error {
            OutputFileError::Exists(_) => Failure::Exists(error),
            error => Failure::Write(error),
        };
        // Before there is work in vain.
        existing.check(path).map_err(refused)?;
        let files = self.files(model, input)?;
        let written = match &files[..] {
            [file] if file.name.is_empty() => {
                output_file::write(path, &file.bytes, Permissions::Data, existing)
            }
            files => {
                let files = files.iter().map(|file| (file.name.as_str(), file.bytes.as_slice()));
                output_file::write_folder(path, files, existing)
            }
        };
        written.map_err(refused)
    }
}
