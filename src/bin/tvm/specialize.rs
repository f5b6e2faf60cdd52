//! `tvm specialize`: a model with a program in its weights.

use tvm_core::compile::specialised;

use crate::arguments::CompileArguments;
use crate::execution::{load, write_file};
use crate::failure::Failure;

pub(crate) fn execute(arguments: &CompileArguments) -> Result<(), Failure> {
    let machine = arguments.isa.machine();
    let Some(output) = &arguments.output else {
        return Err(Failure::Usage("say where to write the model: -o FILE".to_string()));
    };
    let job = load(&arguments.program, &machine, None)?;
    let name = arguments.program.file_stem().unwrap_or_default().to_string_lossy();
    let compiled = specialised(&machine, &job.program, &name)?;
    write_file(output, &compiled.model.to_bytes())
}
