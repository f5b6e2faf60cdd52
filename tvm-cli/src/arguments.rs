//! What can be asked of `tvm`.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
use tvm_core::machine::Machine;
use tvm_runtime::engine::{AttentionKind, EngineKind};
use tvm_runtime::run::{DEFAULT_MAX_MEGABYTES, DEFAULT_MAX_TOKENS};
use tvm_toolchain::clang::StackSize;

const STATUSES: &str = "Exit status: 0 halted, 1 tool error, 2 usage or bad input, 3 trap, 4 limit of \
    tokens or memory, 130 interrupted";

/// Programs as transformers with computed weights.
#[derive(Debug, Parser)]
#[command(name = "tvm", version, about, after_help = STATUSES)]
pub(crate) struct Tvm {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Run a program through a transformer.
    Run(RunArguments),
    /// Write one self-contained executable that is a program.
    Bundle(BundleArguments),
    /// Begin a program of your own: a folder with all that it takes.
    New(NewArguments),
    /// Tell a run of a program instruction by instruction, as the transformer executes it.
    Trace(TraceArguments),
    /// Say what the transformer did at one position: residual stream, heads, neurons, scores.
    Explain(ExplainArguments),
    /// Say what a model is made of: dimensions, sparsity, kinds of heads, largest weights.
    Inspect(InspectArguments),
    /// Compare the reference, the evaluator and every engine, token by token.
    Verify(VerifyArguments),
    /// Print the schedule of the universal model, or of a specialised one.
    Schedule(ScheduleArguments),
    /// Print what a model computes, as a dataflow program read off its matrices.
    Plan(PlanArguments),
    /// Measure the figures of the README, or how fast the engines are case by case.
    Bench(BenchArguments),
    /// Compile C, wasm or wat to the token text of a program.
    Compile(CompileArguments),
    /// Write a model with a program in its weights.
    Specialize(SpecializeArguments),
    /// Write the universal model of an instruction set.
    Build(BuildArguments),
    /// Run a program through the exact evaluator of the graph, in integers.
    Eval(ProgramArguments),
    /// Run a program directly, without a graph or a transformer.
    Reference(ProgramArguments),
    /// Print what a shell needs to complete this command line.
    Completions(CompletionsArguments),
    /// Print the manual, or write its pages into a folder.
    Man(ManArguments),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Isa {
    /// The 36 classic mnemonics.
    Classic,
    /// All integer WebAssembly, with traps.
    Full,
}

impl Isa {
    pub(crate) fn machine(self) -> Machine {
        match self {
            Isa::Classic => Machine::classic(),
            Isa::Full => Machine::full(),
        }
    }
}

#[derive(Debug, Args)]
pub(crate) struct CompileArguments {
    /// A .c, .wasm or .wat file, or token text.
    pub(crate) program: PathBuf,
    /// The instruction set.
    #[arg(long, value_enum, default_value = "full")]
    pub(crate) isa: Isa,
    #[command(flatten)]
    pub(crate) c: CArguments,
    /// Where to write; token text goes to stdout without it.
    #[arg(short, long)]
    pub(crate) output: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct SpecializeArguments {
    /// A .c, .wasm or .wat file, or token text.
    pub(crate) program: PathBuf,
    /// The instruction set.
    #[arg(long, value_enum, default_value = "full")]
    pub(crate) isa: Isa,
    #[command(flatten)]
    pub(crate) c: CArguments,
    /// Where to write the model.
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct BundleArguments {
    /// A .c, .wasm or .wat file, or token text.
    pub(crate) program: PathBuf,
    /// Where to write the executable.
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: PathBuf,
    /// The instruction set.
    #[arg(long, value_enum, default_value = "full")]
    pub(crate) isa: Isa,
    #[command(flatten)]
    pub(crate) c: CArguments,
    #[command(flatten)]
    pub(crate) input: InputArguments,
    /// What the executable says of itself in its help.
    #[arg(long, value_name = "TEXT")]
    pub(crate) about: Option<String>,
    /// Append to this runtime instead of a copy of this executable: a `tvm` or a
    /// `tvm-bundle-runtime`, of any platform.
    #[arg(long, value_name = "FILE")]
    pub(crate) target_runtime: Option<PathBuf>,
    /// Overwrite a file that is there.
    #[arg(short, long)]
    pub(crate) force: bool,
}

#[derive(Debug, Args)]
pub(crate) struct NewArguments {
    /// The name of the program and of its folder.
    pub(crate) name: String,
}

#[derive(Debug, Args)]
pub(crate) struct TraceArguments {
    /// A .c, .wasm or .wat file, or token text.
    pub(crate) program: PathBuf,
    /// The instruction set.
    #[arg(long, value_enum, default_value = "full")]
    pub(crate) isa: Isa,
    #[command(flatten)]
    pub(crate) c: CArguments,
    #[command(flatten)]
    pub(crate) input: InputArguments,
    /// Print the tokens themselves, the prompt's too unless a function is chosen.
    #[arg(long)]
    pub(crate) tokens: bool,
    /// Leave out what is before this position in the sequence of tokens, which begins at 0.
    #[arg(long, value_name = "POSITION", default_value_t = 0)]
    pub(crate) from: u64,
    /// End after this position.
    #[arg(long, value_name = "POSITION")]
    pub(crate) to: Option<u64>,
    /// Leave out what is not in this function.
    #[arg(long, value_name = "NAME")]
    pub(crate) function: Option<String>,
    /// Print a JSON object a line.
    #[arg(long)]
    pub(crate) json: bool,
    /// Fail after as many generated tokens.
    #[arg(long, value_name = "N", default_value_t = DEFAULT_MAX_TOKENS)]
    pub(crate) max_tokens: u64,
}

#[derive(Debug, Args)]
#[command(allow_missing_positional = true)]
pub(crate) struct ExplainArguments {
    /// A .c, .wasm or .wat file, or token text; not needed with a specialised model.
    #[arg(required_unless_present = "model")]
    pub(crate) program: Option<PathBuf>,
    /// The position in the sequence of tokens, which begins at 0 with the prompt.
    pub(crate) position: usize,
    /// The instruction set of the universal model.
    #[arg(long, value_enum, default_value = "full")]
    pub(crate) isa: Isa,
    #[command(flatten)]
    pub(crate) c: CArguments,
    /// Explain this model file instead of the universal model.
    #[arg(long, value_name = "FILE")]
    pub(crate) model: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) input: InputArguments,
    /// How many of the next tokens to show, the best first.
    #[arg(long, value_name = "N", default_value_t = 5)]
    pub(crate) top: usize,
    /// Print the explanation as one JSON object.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct InspectArguments {
    /// A model file; the universal model without it.
    pub(crate) model: Option<PathBuf>,
    /// The instruction set of the universal model.
    #[arg(long, value_enum, default_value = "full")]
    pub(crate) isa: Isa,
    /// How many of the largest weights to name.
    #[arg(long, value_name = "N", default_value_t = 10)]
    pub(crate) largest: usize,
    /// Print what is found as one JSON object.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct VerifyArguments {
    /// A .c, .wasm or .wat file, or token text.
    pub(crate) program: PathBuf,
    /// The instruction set.
    #[arg(long, value_enum, default_value = "full")]
    pub(crate) isa: Isa,
    #[command(flatten)]
    pub(crate) c: CArguments,
    #[command(flatten)]
    pub(crate) input: InputArguments,
    /// Compare at most as many generated tokens.
    #[arg(long, value_name = "N", default_value_t = 10_000_000)]
    pub(crate) max_tokens: u64,
    /// Compare at most as many by what is slow: the evaluator, the dense engine, brute force.
    #[arg(long, value_name = "N", default_value_t = 2_000)]
    pub(crate) slow_tokens: u64,
    /// Print the results as one JSON object.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct ProgramArguments {
    /// A .c, .wasm or .wat file, or token text.
    pub(crate) program: PathBuf,
    /// The instruction set.
    #[arg(long, value_enum, default_value = "full")]
    pub(crate) isa: Isa,
    #[command(flatten)]
    pub(crate) c: CArguments,
    #[command(flatten)]
    pub(crate) execution: ExecutionArguments,
}

#[derive(Debug, Args)]
pub(crate) struct CArguments {
    /// The size of the stack of a program in C, in bytes or as 256K or 1M.
    #[arg(long, value_name = "SIZE", default_value_t)]
    pub(crate) c_stack: StackSize,
}

#[derive(Debug, Args)]
pub(crate) struct InputArguments {
    /// The input of the program; `-` reads it from stdin.
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    pub(crate) input: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct ExecutionArguments {
    #[command(flatten)]
    pub(crate) input: InputArguments,
    /// Write the whole token sequence, prompt included.
    #[arg(long, value_name = "FILE")]
    pub(crate) trace: Option<PathBuf>,
    /// Fail after as many generated tokens.
    #[arg(long, value_name = "N", default_value_t = DEFAULT_MAX_TOKENS)]
    pub(crate) max_tokens: u64,
    /// Say nothing on stderr but errors.
    #[arg(short, long)]
    pub(crate) quiet: bool,
    /// Print figures and output as one JSON object.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct RunArguments {
    /// A .c, .wasm or .wat file, or token text; not needed with a specialised model.
    #[arg(required_unless_present = "model")]
    pub(crate) program: Option<PathBuf>,
    /// The instruction set of the universal model.
    #[arg(long, value_enum, default_value = "full")]
    pub(crate) isa: Isa,
    #[command(flatten)]
    pub(crate) c: CArguments,
    /// Use this model file.
    #[arg(long, value_name = "FILE")]
    pub(crate) model: Option<PathBuf>,
    /// How the forward pass is computed: kernel, plan, sparse or dense. The kernel unless the model
    /// is from a file, then the plan.
    #[arg(long, value_name = "KIND")]
    pub(crate) engine: Option<EngineKind>,
    /// How heads find their maximum in the sparse and the dense engine.
    #[arg(long, value_enum, default_value = "hull")]
    pub(crate) attention: Attention,
    /// Fail when the caches of the engine take more megabytes.
    #[arg(long, value_name = "MB", default_value_t = DEFAULT_MAX_MEGABYTES)]
    pub(crate) max_memory: usize,
    #[command(flatten)]
    pub(crate) execution: ExecutionArguments,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Attention {
    /// The convex hull of the keys.
    Hull,
    /// Every key.
    Brute,
}

impl From<Attention> for AttentionKind {
    fn from(attention: Attention) -> AttentionKind {
        match attention {
            Attention::Hull => AttentionKind::Hull,
            Attention::Brute => AttentionKind::Brute,
        }
    }
}

#[derive(Debug, Args)]
pub(crate) struct BuildArguments {
    /// The instruction set.
    #[arg(long, value_enum, default_value = "full")]
    pub(crate) isa: Isa,
    /// Where to write the model.
    #[arg(short, long)]
    pub(crate) output: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct PlanArguments {
    /// A model file; the universal model without it.
    pub(crate) model: Option<PathBuf>,
    /// The instruction set of the universal model.
    #[arg(long, value_enum, default_value = "full")]
    pub(crate) isa: Isa,
}

#[derive(Debug, Args)]
pub(crate) struct ScheduleArguments {
    /// Specialise this program; the universal model without it.
    pub(crate) program: Option<PathBuf>,
    /// The instruction set.
    #[arg(long, value_enum, default_value = "full")]
    pub(crate) isa: Isa,
    #[command(flatten)]
    pub(crate) c: CArguments,
    /// Where to write; stdout without it.
    #[arg(short, long)]
    pub(crate) output: Option<PathBuf>,
    /// Draw it instead: layers and phases across, slots down, each value's life a bar.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["output", "json"])]
    pub(crate) svg: Option<PathBuf>,
    /// Print figures as one JSON object instead.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct BenchArguments {
    /// Which case to run, instead of the figures of the README. May be given more than once.
    #[arg(long = "case", value_name = "NAME")]
    pub(crate) cases: Vec<String>,
    /// Which engine to measure, kernel and plan without it; without a case, on all that are not long.
    /// May be given more than once.
    #[arg(long = "engine", value_name = "KIND")]
    pub(crate) engines: Vec<EngineKind>,
    /// How often each case is run.
    #[arg(long, value_name = "N", default_value_t = 5)]
    pub(crate) runs: usize,
    /// Print the results as one JSON object.
    #[arg(long)]
    pub(crate) json: bool,
    /// Measure in this process and print a line of JSON.
    #[arg(long, hide = true)]
    pub(crate) in_process: bool,
}

#[derive(Debug, Args)]
pub(crate) struct CompletionsArguments {
    /// The shell.
    #[arg(value_enum)]
    pub(crate) shell: Shell,
}

#[derive(Debug, Args)]
pub(crate) struct ManArguments {
    /// Write a page for every subcommand into this folder.
    #[arg(short, long, value_name = "FOLDER")]
    pub(crate) output: Option<PathBuf>,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Tvm::command().debug_assert();
    }

    #[test]
    fn every_option_is_documented() {
        let page = include_str!("../../docs/command-line.md");
        for command in Tvm::command().get_subcommands() {
            let name = command.get_name();
            let (_, section) = page.split_once(&format!("    tvm {name}")).expect(name);
            let section = section.split("\n## ").next().unwrap();
            for option in command.get_arguments().filter(|option| !option.is_hide_set()) {
                let Some(long) = option.get_long() else { continue };
                let is_there = section.contains(&format!("--{long}")) || long == "output";
                assert!(is_there, "{name} --{long}");
            }
        }
    }
}
