//! What can be asked of `tvm`.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use tvm_core::machine::Machine;
use tvm_runtime::engine::{AttentionKind, EngineKind};
use tvm_runtime::run::DEFAULT_MAX_TOKENS;

/// Programs as transformers with computed weights.
#[derive(Debug, Parser)]
#[command(version, about)]
pub(crate) struct Tvm {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Compile C, wasm or wat to the token text of a program.
    Compile(CompileArguments),
    /// Run a program through a transformer.
    Run(RunArguments),
    /// Tell a run of a program instruction by instruction, as the transformer executes it.
    Trace(TraceArguments),
    /// Run a program through the exact evaluator of the graph, in integers.
    Eval(ProgramArguments),
    /// Run a program directly, without a graph or a transformer.
    Reference(ProgramArguments),
    /// Write the universal model of an instruction set.
    Build(BuildArguments),
    /// Write a model with a program in its weights.
    Specialize(CompileArguments),
    /// Print what a model computes, as a dataflow program read off its matrices.
    Plan(PlanArguments),
    /// Measure how fast the engines are.
    Bench(BenchArguments),
    /// Print the schedule of the universal model, or of a specialised one.
    Schedule(ScheduleArguments),
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
    /// Where to write; token text goes to stdout without it.
    #[arg(short, long)]
    pub(crate) output: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct ProgramArguments {
    /// A .c, .wasm or .wat file, or token text.
    pub(crate) program: PathBuf,
    /// The instruction set.
    #[arg(long, value_enum, default_value = "full")]
    pub(crate) isa: Isa,
    #[command(flatten)]
    pub(crate) execution: ExecutionArguments,
}

#[derive(Debug, Args)]
pub(crate) struct InputArguments {
    /// The input of the program; `-` reads it from stdin.
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    pub(crate) input: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct TraceArguments {
    /// A .c, .wasm or .wat file, or token text.
    pub(crate) program: PathBuf,
    /// The instruction set.
    #[arg(long, value_enum, default_value = "full")]
    pub(crate) isa: Isa,
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
pub(crate) struct ExecutionArguments {
    #[command(flatten)]
    pub(crate) input: InputArguments,
    /// Write the whole token sequence, prompt included.
    #[arg(long, value_name = "FILE")]
    pub(crate) trace: Option<PathBuf>,
    /// Fail after as many generated tokens.
    #[arg(long, value_name = "N", default_value_t = DEFAULT_MAX_TOKENS)]
    pub(crate) max_tokens: u64,
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
    /// Where to write; stdout without it.
    #[arg(short, long)]
    pub(crate) output: Option<PathBuf>,
    /// Print figures as one JSON object instead.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct BenchArguments {
    /// Which case to run; all but the long ones without it. May be given more than once.
    #[arg(long = "case", value_name = "NAME")]
    pub(crate) cases: Vec<String>,
    /// Which engine to measure; kernel and plan without it. May be given more than once.
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
