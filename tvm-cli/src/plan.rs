//! `tvm plan`: what a model computes.

use tvm_runtime::plan::Plan;

use crate::arguments::PlanArguments;
use crate::failure::Failure;
use crate::output::print;
use crate::run::ModelFile;

pub(crate) fn execute(arguments: &PlanArguments) -> Result<(), Failure> {
    let file = ModelFile::choose(arguments.model.as_deref(), arguments.isa)?;
    let model = file.read()?;
    print(&Plan::new(&model.weights).to_string())
}
