//! `tvm bundle`: one executable that is a program. A copy of a runtime, this one unless another is
//! given, with the specialised model appended.

use std::path::Path;

use tvm_core::pipeline::specialised;
use tvm_host::bundle::{Bundle, Description};

use crate::arguments::BundleArguments;
use crate::execution::{load, name};
use crate::failure::Failure;
use crate::files::{self, Existing};

pub(crate) fn execute(arguments: &BundleArguments) -> Result<(), Failure> {
    let existing = Existing::forced(arguments.force);
    existing.check(&arguments.output)?;
    let bundle = bundle(arguments)?;
    let runtime = match &arguments.target_runtime {
        Some(path) => path.clone(),
        None => {
            std::env::current_exe().map_err(|error| Failure::File { path: "tvm".into(), error })?
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
    let name = name(&arguments.output);
    let model = specialised(&machine, &job.program, &name)?.model.to_bytes();
    let about = arguments.about.clone().unwrap_or_else(|| about(&arguments.program));
    let default_input = String::from_utf8(job.input).map_err(|_| {
        Failure::Usage("the input of a bundle is text: give another with --input".to_string())
    })?;
    Ok(Bundle { description: Description { name, about, default_input }, model })
}

fn about(program: &Path) -> String {
    let file = program.file_name().unwrap_or_default().to_string_lossy();
    format!("The program {file}.")
}
