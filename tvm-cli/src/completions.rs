//! `tvm completions`: what a shell needs to complete the command line.

use clap::CommandFactory;

use crate::arguments::{CompletionsArguments, Tvm};
use crate::failure::Failure;
use crate::output::print;

pub(crate) fn execute(arguments: &CompletionsArguments) -> Result<(), Failure> {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut Tvm::command(), "tvm", &mut script);
    print(&String::from_utf8_lossy(&script))
}
