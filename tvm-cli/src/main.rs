//! `tvm`: the command line over the whole pipeline, a file for every subcommand. A copy of it with a
//! program appended is that program (`tvm bundle`).

#![warn(clippy::print_stdout, clippy::print_stderr)]

mod arguments;
mod bench;
mod build;
mod bundle;
mod cc;
mod compile;
mod completions;
mod drive;
mod evaluate;
mod execution;
mod explain;
mod export;
mod failure;
mod files;
mod host;
mod inspect;
mod interrupt;
mod man;
mod native;
mod new;
mod output;
mod pager;
mod plan;
mod progress;
mod recorded;
mod reference;
mod replay;
mod run;
mod schedule;
mod specialise;
mod steps;
mod trace;
mod verify;
mod xray;

use std::process::ExitCode;

use clap::Parser;
use tvm_host::executable::{exit_status, status};

use arguments::{Command, Tvm};
use failure::Failure;

fn main() -> ExitCode {
    if let Some(status) = tvm_host::bundle::main() {
        return status;
    }
    let outcome = match Tvm::try_parse() {
        Ok(tvm) => execute(tvm.command),
        // What clap prints for `--help` and `--version` is output, and can fail as any other.
        Err(text) if !text.use_stderr() => output::print_styled(&text.render().ansi()),
        Err(message) => {
            failure::tell_styled(&message.render().ansi());
            return ExitCode::from(status::USAGE);
        }
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) if failure.is_reader_gone() => ExitCode::SUCCESS,
        Err(Failure::Exit(status)) => ExitCode::from(exit_status(status)),
        Err(failure) => {
            let status = failure.status();
            failure.report();
            ExitCode::from(status)
        }
    }
}

fn execute(command: Command) -> Result<(), Failure> {
    match command {
        Command::Run(arguments) => run::execute(&arguments),
        Command::Bundle(arguments) => bundle::execute(&arguments),
        Command::New(arguments) => new::execute(&arguments),
        Command::Replay(arguments) => replay::execute(&arguments),
        Command::Trace(arguments) => trace::execute(&arguments),
        Command::Explain(arguments) => explain::execute(&arguments),
        Command::Xray(arguments) => xray::execute(&arguments),
        Command::Inspect(arguments) => inspect::execute(&arguments),
        Command::Verify(arguments) => verify::execute(&arguments),
        Command::Schedule(arguments) => schedule::execute(&arguments),
        Command::Plan(arguments) => plan::execute(&arguments),
        Command::Bench(arguments) => bench::execute(&arguments),
        Command::Cc(arguments) => cc::execute(&arguments),
        Command::Compile(arguments) => compile::execute(&arguments),
        Command::Specialise(arguments) => specialise::execute(&arguments),
        Command::Build(arguments) => build::execute(&arguments),
        Command::Export(arguments) => export::execute(&arguments),
        Command::Eval(arguments) => evaluate::execute(&arguments),
        Command::Reference(arguments) => reference::execute(&arguments),
        Command::Completions(arguments) => completions::execute(&arguments),
        Command::Man(arguments) => man::execute(&arguments),
    }
}
