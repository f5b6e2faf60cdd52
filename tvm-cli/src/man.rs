//! `tvm man`: the manual as roff, one page on stdout, or a page a subcommand in a folder.

use clap::CommandFactory;
use clap_mangen::Man;
use tvm_host::output_file::is_stdout;

use crate::arguments::{ManArguments, Tvm};
use crate::failure::Failure;
use crate::output::print;

pub(crate) fn execute(arguments: &ManArguments) -> Result<(), Failure> {
    let command = Tvm::command();
    let Some(folder) = arguments.output.as_deref().filter(|folder| !is_stdout(folder)) else {
        let mut page = Vec::new();
        Man::new(command).render(&mut page)?;
        return print(&String::from_utf8_lossy(&page));
    };
    std::fs::create_dir_all(folder)
        .and_then(|()| clap_mangen::generate_to(command, folder))
        .map_err(|error| Failure::Folder { path: folder.to_path_buf(), error })
}
