//! `tvm export`: a model in the format of others.

use std::path::Path;

use tvm_core::pipeline::specialised;
use tvm_export::File;
use tvm_host::output_file::{self, Existing, Permissions};
use tvm_model::{Model, ModelError};
use tvm_runtime::driver::Limits;
use tvm_universal::Isa;

use crate::arguments::{ExportArguments, Format};
use crate::execution::{load, name};
use crate::failure::Failure;
use crate::run::ModelFile;

pub(crate) fn execute(arguments: &ExportArguments) -> Result<(), Failure> {
    if arguments.format.is_folder() && arguments.existing() == Existing::Refuse {
        Existing::Refuse.check(&arguments.output)?;
    }
    if arguments.input.input.is_some() && arguments.format != Format::Circuits {
        let message = "`--input` is for the format `circuits`: no other one has a run in it";
        return Err(Failure::Usage(message.to_string()));
    }
    let path = arguments.model.as_deref();
    let file = ModelFile::choose(path, arguments.isa)?;
    match (path, file.read()) {
        // What is no model file is a program.
        (Some(path), Err(Failure::Model { error: ModelError::Container(_), .. })) => {
            let machine = arguments.isa.machine();
            let job = load(path, &machine, &arguments.c, None)?;
            let compiled = specialised(&machine, &job.program, &name(path))?;
            write(&compiled.model, arguments)
        }
        (_, model) => write(&model?, arguments),
    }
}

fn write(model: &Model, arguments: &ExportArguments) -> Result<(), Failure> {
    let output = &arguments.output;
    match arguments.format {
        Format::Pytorch => folder(output, arguments, &tvm_export::pytorch(model)?),
        Format::Huggingface => folder(output, arguments, &tvm_export::huggingface(model)?),
        Format::Onnx => folder(output, arguments, &tvm_export::onnx(model)?),
        Format::Circuits => folder(output, arguments, &circuits(model, arguments)?),
        Format::C => {
            let text = tvm_export::c(model);
            let existing = arguments.existing();
            Ok(output_file::write(output, text.as_bytes(), Permissions::Data, existing)?)
        }
    }
}

fn circuits(model: &Model, arguments: &ExportArguments) -> Result<Vec<File>, Failure> {
    let isa = Isa::of(model);
    let universal = ModelFile::choose(None, isa)?;
    let input = arguments.input.read(Limits::default().memory)?.unwrap_or_default();
    Ok(tvm_export::circuits(model, &universal.read()?, &isa.machine(), &input)?)
}

fn folder(path: &Path, arguments: &ExportArguments, files: &[File]) -> Result<(), Failure> {
    let files = files.iter().map(|file| (file.name.as_str(), file.bytes.as_slice()));
    Ok(output_file::write_folder(path, files, arguments.existing())?)
}
