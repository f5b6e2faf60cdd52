//! `tvm build`: the universal model of an instruction set.

use tvm_core::compile::universal;

use crate::arguments::BuildArguments;
use crate::execution::write_file;
use crate::failure::Failure;

pub(crate) fn execute(arguments: &BuildArguments) -> Result<(), Failure> {
    let compiled = universal(&arguments.isa.machine())?;
    write_file(&arguments.output, &compiled.model.to_bytes())
}
