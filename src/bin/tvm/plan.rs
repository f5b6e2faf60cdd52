//! `tvm plan`: what a model computes.

use tvm_runtime::Model;
use tvm_runtime::plan::Plan;

use crate::arguments::PlanArguments;
use crate::execution::print;
use crate::failure::Failure;
use crate::run::model_bytes;

pub(crate) fn execute(arguments: &PlanArguments) -> Result<(), Failure> {
    let (bytes, _) = model_bytes(arguments.model.as_deref(), arguments.isa)?;
    let path = arguments.model.clone().unwrap_or_default();
    let model = Model::from_bytes(&bytes).map_err(|error| Failure::Model { path, error })?;
    print(&Plan::new(&model).to_string())
}
