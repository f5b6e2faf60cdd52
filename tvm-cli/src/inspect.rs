//! `tvm inspect`: what a model is made of.

use tvm_insight::inspect::Inspection;

use crate::arguments::InspectArguments;
use crate::failure::Failure;
use crate::output::print;
use crate::run::ModelFile;

pub(crate) fn execute(arguments: &InspectArguments) -> Result<(), Failure> {
    let file = ModelFile::choose(arguments.model.as_deref(), arguments.isa)?;
    let inspection = Inspection::of(&file.read()?, arguments.largest);
    match arguments.json {
        true => print(&format!("{}\n", serde_json::json!(inspection))),
        false => print(&inspection.to_string()),
    }
}
