//! `tvm bundle`: one executable that is a program. A copy of a runtime, this one unless another is
//! given, with the specialised model appended.

use std::path::Path;

use tvm_core::pipeline::specialised;
use tvm_host::bundle::{Bundle, Description};
use tvm_host::output_file::{Existing, is_stdout};

use tvm_runtime::driver::Limits;

use crate::arguments::BundleArguments;
use crate::execution::{load, name};
use crate::failure::Failure;
use crate::files;
use crate::native;
use crate::xray;

pub(crate) fn execute(arguments: &BundleArguments) -> Result<(), Failure> {
    let existing = if arguments.force { Existing::Replace } else { Existing::Refuse };
    existing.check(&arguments.output)?;
    if arguments.html {
        let page = xray::bundle(arguments)?;
        return files::write_new(&arguments.output, page.as_bytes(), existing);
    }
    let bundle = bundle(arguments)?;
    let runtime = match &arguments.target_runtime {
        Some(path) => path.clone(),
        None => {
            std::env::current_exe().map_err(|error| Failure::Read { path: "tvm".into(), error })?
        }
    };
    let file = bundle
        .append(&files::read(&runtime)?)
        .map_err(|error| Failure::Bundle { path: runtime, error })?;
    files::write_executable(&arguments.output, &file, existing)
}

fn bundle(arguments: &BundleArguments) -> Result<Bundle, Failure> {
    let machine = arguments.isa.machine();
    let job = load(&arguments.program, &machine, &arguments.c, Some(&arguments.input))?;
    // The executable has the name of its file, if that has one.
    let is_named = !is_stdout(&arguments.output);
    let name = name(if is_named { &arguments.output } else { &arguments.program });
    let model = specialised(&machine, &job.program, &name)?.model;
    let has_host = model.description.interface.is_some();
    let about = arguments.about.clone().unwrap_or_else(|| about(&arguments.program));
    let default_input = match has_host {
        true => arguments.input.read(Limits::default().memory)?.unwrap_or_default(),
        false => job.input,
    };
    let description = Description { name, about, default_input, has_host };
    let code = native::stored(&model);
    Ok(Bundle { description, model: model.to_bytes(), code })
}

fn about(program: &Path) -> String {
    let file = program.file_name().unwrap_or_default().to_string_lossy();
    format!("The program {file}.")
}
