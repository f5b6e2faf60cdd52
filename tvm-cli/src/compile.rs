//! `tvm compile`: the token text of a program.

use tvm_program::text;

use crate::arguments::CompileArguments;
use crate::execution::load;
use crate::failure::Failure;
use crate::files;
use crate::output::print;

pub(crate) fn execute(arguments: &CompileArguments) -> Result<(), Failure> {
    let machine = arguments.isa.machine();
    let job = load(&arguments.program, &machine, &arguments.c, None)?;
    let text = text::print(&job.program, &machine.instruction_set());
    match &arguments.output {
        Some(path) => files::write(path, text.as_bytes()),
        None => print(&text),
    }
}
