//! `tvm build`: the universal model of an instruction set.

use tvm_core::pipeline::universal;

use crate::arguments::BuildArguments;
use crate::failure::Failure;
use crate::files;

pub(crate) fn execute(arguments: &BuildArguments) -> Result<(), Failure> {
    let compiled = universal(&arguments.isa.machine())?;
    files::write(&arguments.output, &compiled.model.to_bytes())
}
