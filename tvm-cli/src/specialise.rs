//! `tvm specialise`: a model with a program in its weights.

use tvm_core::pipeline::specialised;

use crate::arguments::SpecialiseArguments;
use crate::execution::{load, name};
use crate::failure::Failure;
use crate::files;

pub(crate) fn execute(arguments: &SpecialiseArguments) -> Result<(), Failure> {
    let machine = arguments.isa.machine();
    let job = load(&arguments.program, &machine, &arguments.c, None)?;
    let compiled = specialised(&machine, &job.program, &name(&arguments.program))?;
    files::write(&arguments.output, &compiled.model.to_bytes())
}
