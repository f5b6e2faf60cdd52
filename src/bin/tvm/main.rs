//! `tvm`: the command line over the whole pipeline, a file a subcommand.

mod arguments;
mod bench;
mod build;
mod compile;
mod evaluate;
mod execution;
mod failure;
mod plan;
mod reference;
mod run;
mod schedule;
mod specialize;
mod trace;

use std::process::ExitCode;

use clap::Parser;

use arguments::{Command, Tvm};

fn main() -> ExitCode {
    let outcome = match Tvm::parse().command {
        Command::Compile(arguments) => compile::execute(&arguments),
        Command::Run(arguments) => run::execute(&arguments),
        Command::Trace(arguments) => trace::execute(&arguments),
        Command::Eval(arguments) => evaluate::execute(&arguments),
        Command::Reference(arguments) => reference::execute(&arguments),
        Command::Build(arguments) => build::execute(&arguments),
        Command::Specialize(arguments) => specialize::execute(&arguments),
        Command::Bench(arguments) => bench::execute(&arguments),
        Command::Plan(arguments) => plan::execute(&arguments),
        Command::Schedule(arguments) => schedule::execute(&arguments),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("tvm: {failure}");
            ExitCode::from(failure.status())
        }
    }
}
