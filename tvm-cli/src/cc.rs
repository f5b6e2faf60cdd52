//! `tvm cc`: clang with the C library of WASI.

use tvm_toolchain::SourceError;
use tvm_toolchain::clang::{CompileOptions, front};
use tvm_toolchain::prebuilt::PrebuiltError;

use crate::arguments::CcArguments;
use crate::failure::Failure;

pub(crate) fn execute(arguments: &CcArguments) -> Result<(), Failure> {
    let options = CompileOptions { stack: arguments.c_stack, ..CompileOptions::default() };
    let status = front(&arguments.arguments, &options).map_err(PrebuiltError::from);
    let status = status.map_err(SourceError::from)?;
    match status.code().map(i32::cast_unsigned) {
        Some(0) => Ok(()),
        Some(status) => Err(Failure::Exit(status)),
        // A signal has ended it.
        None => Err(Failure::Exit(tvm_host::executable::status::TOOL.into())),
    }
}
