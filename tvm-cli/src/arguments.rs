//! The command line of `tvm`: its subcommands and their options.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
use tvm_host::grants::variable;
use tvm_host::output_file::Existing;
use tvm_runtime::driver::{DEFAULT_MAX_MEGABYTES, DEFAULT_MAX_TOKENS, Limits};
use tvm_runtime::engine::{AttentionKind, EngineKind};
use tvm_toolchain::clang::{CompileOptions, Entry, Further, StackSize};
use tvm_universal::Isa;

const STATUSES: &str = "Exit status: 0 halted, 1 tool error, 2 wrong usage, 3 trap, 4 token or memory \
    limit, 130 interrupted";

/// Run programs as transformers with computed weights.
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
    /// Write a self-contained executable of a program.
    Bundle(BundleArguments),
    /// Make a folder with a program of your own to begin with.
    New(NewArguments),
    /// Execute a recorded token sequence again, without its host, and check every generated token.
    Replay(ReplayArguments),
    /// Run a program through a transformer and print every instruction.
    Trace(TraceArguments),
    /// Explain the forward pass at one position: residual stream, heads, neurons, scores.
    Explain(ExplainArguments),
    /// Look into a run in the browser: program, tokens, transformer.
    Xray(XrayArguments),
    /// Describe a model: dimensions, sparsity, kinds of heads, largest weights.
    Inspect(InspectArguments),
    /// Compare the reference executor, the evaluator and every engine, token by token.
    Verify(VerifyArguments),
    /// Print the schedule of the universal model, or of a specialised one.
    Schedule(ScheduleArguments),
    /// Print what a model computes, as a dataflow program derived from its matrices.
    Plan(PlanArguments),
    /// Measure the figures of the README, or the speed of the engines case by case.
    Bench(BenchArguments),
    /// Compile C or C++ to a module, by clang with a C library.
    Cc(CcArguments),
    /// Compile C, C++, wasm or wat to the token text of a program.
    Compile(CompileArguments),
    /// Write a model with a program in its weights.
    #[command(alias = "specialize")]
    Specialise(SpecialiseArguments),
    /// Write the universal model of an instruction set.
    Build(BuildArguments),
    /// Write a model in the format of others: PyTorch, Hugging Face, ONNX, C.
    Export(ExportArguments),
    /// Run a program through the exact evaluator of the graph, in integers.
    Eval(ProgramArguments),
    /// Run a program by the reference executor, without a graph or a transformer.
    Reference(ProgramArguments),
    /// Print the completion script for a shell.
    Completions(CompletionsArguments),
    /// Print the manual page, or write all pages into a folder.
    Man(ManArguments),
}

/// The instruction sets that `--isa` takes.
fn instruction_set() -> impl TypedValueParser<Value = Isa> {
    let value = |isa: Isa| {
        PossibleValue::new(isa.name()).help(match isa {
            Isa::Classic => "The 36 classic mnemonics",
            Isa::Full => "All integer WebAssembly, with traps",
        })
    };
    PossibleValuesParser::new(Isa::ALL.map(value)).try_map(|name| name.parse::<Isa>())
}

#[derive(Debug, Args)]
pub(crate) struct CompileArguments {
    /// A .c, .cpp, .wasm or .wat file, or token text.
    pub(crate) program: PathBuf,
    /// The instruction set.
    #[arg(long, value_parser = instruction_set(), default_value = "full")]
    pub(crate) isa: Isa,
    #[command(flatten)]
    pub(crate) c: CArguments,
    /// The file to write; stdout without it, or with `-`.
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct SpecialiseArguments {
    /// A .c, .cpp, .wasm or .wat file, or token text.
    pub(crate) program: PathBuf,
    /// The instruction set.
    #[arg(long, value_parser = instruction_set(), default_value = "full")]
    pub(crate) isa: Isa,
    #[command(flatten)]
    pub(crate) c: CArguments,
    /// The model file to write; `-` is stdout.
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct ExportArguments {
    /// A model file, or a program to specialise a model to: a .c, .cpp, .wasm or .wat file, or token text. Without it,
    /// the universal model.
    pub(crate) model: Option<PathBuf>,
    /// The format.
    #[arg(long, value_enum)]
    pub(crate) format: Format,
    /// The instruction set.
    #[arg(long, value_parser = instruction_set(), default_value = "full")]
    pub(crate) isa: Isa,
    #[command(flatten)]
    pub(crate) c: CArguments,
    /// Circuits of a specialised model have clean and corrupted sequences of a run with this input.
    #[command(flatten)]
    pub(crate) input: InputArguments,
    /// The folder to write, or the file; `-` is stdout.
    #[arg(short, long, value_name = "PATH")]
    pub(crate) output: PathBuf,
    /// Replace what is there.
    #[arg(short, long)]
    pub(crate) force: bool,
}

impl ExportArguments {
    /// What is done about what exists.
    pub(crate) fn existing(&self) -> Existing {
        if self.force { Existing::Replace } else { Existing::Refuse }
    }
}

/// A format of others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// A module of PyTorch, its configuration and its weights.
    Pytorch,
    /// A folder for the libraries of Hugging Face.
    Huggingface,
    /// Graphs of ONNX: a step with caches, and a whole sequence.
    Onnx,
    /// Which heads, neurons and slots compute what, as JSON and as a graph.
    Circuits,
    /// One file of C.
    C,
}

impl Format {
    /// Is it a folder of files?
    pub(crate) fn is_folder(self) -> bool {
        self != Format::C
    }
}

#[derive(Debug, Args)]
pub(crate) struct BundleArguments {
    /// A .c, .cpp, .wasm or .wat file, or token text.
    pub(crate) program: PathBuf,
    /// The executable to write; `-` is stdout.
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: PathBuf,
    /// The instruction set.
    #[arg(long, value_parser = instruction_set(), default_value = "full")]
    pub(crate) isa: Isa,
    #[command(flatten)]
    pub(crate) c: CArguments,
    #[command(flatten)]
    pub(crate) input: InputArguments,
    /// A line about the program, for the `--help` of the executable.
    #[arg(long, value_name = "TEXT")]
    pub(crate) about: Option<String>,
    /// Use a copy of this executable instead of the running `tvm`: a `tvm` or a `tvm-bundle-runtime`,
    /// of any platform.
    #[arg(long, value_name = "FILE")]
    pub(crate) target_runtime: Option<PathBuf>,
    /// Overwrite the file if it exists.
    #[arg(short, long)]
    pub(crate) force: bool,
    /// Write a page for a browser instead, in one file that needs no network.
    #[arg(long, conflicts_with = "target_runtime")]
    pub(crate) html: bool,
}

#[derive(Debug, Args)]
pub(crate) struct XrayArguments {
    /// A .c, .cpp, .wasm or .wat file, or token text. A site without one has the programs of the catalogue.
    #[arg(required_unless_present = "site")]
    pub(crate) program: Option<PathBuf>,
    /// The instruction set.
    #[arg(long, value_parser = instruction_set(), default_value = "full")]
    pub(crate) isa: Isa,
    #[command(flatten)]
    pub(crate) c: CArguments,
    #[command(flatten)]
    pub(crate) input: InputArguments,
    /// Write the page to a file that needs no server and no network; `-` is stdout.
    #[arg(short, long, value_name = "FILE", conflicts_with_all = ["site", "port", "no_open"])]
    pub(crate) output: Option<PathBuf>,
    /// Write the page and its files, with the book, to a new folder, for any web host.
    #[arg(long, value_name = "DIR", conflicts_with_all = ["port", "no_open"])]
    pub(crate) site: Option<PathBuf>,
    /// The port of the local server; 0 is any that is free.
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(crate) port: u16,
    /// Do not open a browser; the address is printed.
    #[arg(long)]
    pub(crate) no_open: bool,
    #[command(flatten)]
    pub(crate) world: WorldArguments,
}

#[derive(Debug, Args)]
pub(crate) struct NewArguments {
    /// The name of the program and of its folder.
    pub(crate) name: String,
}

#[derive(Debug, Args)]
pub(crate) struct TraceArguments {
    /// A .c, .cpp, .wasm or .wat file, or token text.
    #[arg(required_unless_present = "replay")]
    pub(crate) program: Option<PathBuf>,
    /// The instruction set.
    #[arg(long, value_parser = instruction_set(), default_value = "full")]
    pub(crate) isa: Isa,
    #[command(flatten)]
    pub(crate) c: CArguments,
    #[command(flatten)]
    pub(crate) input: InputArguments,
    #[command(flatten)]
    pub(crate) recorded: RecordedArguments,
    /// Print the tokens instead; those of the prompt too, unless a function is chosen.
    #[arg(long)]
    pub(crate) tokens: bool,
    /// Begin at this position in the sequence of tokens, which begins at 0 with the prompt.
    #[arg(long, value_name = "POSITION", default_value_t = 0)]
    pub(crate) from: u64,
    /// End after this position.
    #[arg(long, value_name = "POSITION")]
    pub(crate) to: Option<u64>,
    /// Print only what is in this function.
    #[arg(long, value_name = "NAME")]
    pub(crate) function: Option<String>,
    /// Print a JSON object per line.
    #[arg(long)]
    pub(crate) json: bool,
    /// Fail after so many generated tokens.
    #[arg(long, value_name = "N", default_value_t = DEFAULT_MAX_TOKENS)]
    pub(crate) max_tokens: u64,
    /// Fail when the caches of the engine take more megabytes.
    #[arg(long, value_name = "MB", default_value_t = DEFAULT_MAX_MEGABYTES)]
    pub(crate) max_memory: u64,
}

impl TraceArguments {
    /// How much the run may take.
    pub(crate) fn limits(&self) -> Limits {
        Limits::from(self.max_tokens).with_megabytes(self.max_memory)
    }
}

#[derive(Debug, Args)]
#[command(allow_missing_positional = true)]
pub(crate) struct ExplainArguments {
    /// A .c, .cpp, .wasm or .wat file, or token text; not needed with a specialised model.
    #[arg(required_unless_present_any = ["model", "replay"])]
    pub(crate) program: Option<PathBuf>,
    /// The position in the sequence of tokens, which begins at 0 with the prompt.
    pub(crate) position: usize,
    /// The instruction set of the universal model.
    #[arg(long, value_parser = instruction_set(), default_value = "full")]
    pub(crate) isa: Isa,
    #[command(flatten)]
    pub(crate) c: CArguments,
    /// Explain this model file instead of the universal model.
    #[arg(long, value_name = "FILE")]
    pub(crate) model: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) input: InputArguments,
    #[command(flatten)]
    pub(crate) recorded: RecordedArguments,
    /// How many candidates for the next token to show, the highest score first.
    #[arg(long, value_name = "N", default_value_t = 5)]
    pub(crate) top: usize,
    /// Print the explanation as one JSON object.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct InspectArguments {
    /// A model file; without it, the universal model.
    pub(crate) model: Option<PathBuf>,
    /// The instruction set of the universal model.
    #[arg(long, value_parser = instruction_set(), default_value = "full")]
    pub(crate) isa: Isa,
    /// How many of the largest weights to list.
    #[arg(long, value_name = "N", default_value_t = 10)]
    pub(crate) largest: usize,
    /// Print the description as one JSON object.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct VerifyArguments {
    /// A .c, .cpp, .wasm or .wat file, or token text.
    #[arg(required_unless_present = "replay")]
    pub(crate) program: Option<PathBuf>,
    /// The instruction set.
    #[arg(long, value_parser = instruction_set(), default_value = "full")]
    pub(crate) isa: Isa,
    #[command(flatten)]
    pub(crate) c: CArguments,
    #[command(flatten)]
    pub(crate) input: InputArguments,
    #[command(flatten)]
    pub(crate) recorded: RecordedArguments,
    #[command(flatten)]
    pub(crate) host: HostArguments,
    /// Compare at most so many generated tokens.
    #[arg(long, value_name = "N", default_value_t = 10_000_000)]
    pub(crate) max_tokens: u64,
    /// Compare at most so many with the slow ones: the evaluator, the dense engine, brute force. They read
    /// at most ten times as many tokens of a prompt and of a host; inside a longer prompt they are compared with the plan.
    #[arg(long, value_name = "N", default_value_t = 2_000)]
    pub(crate) slow_tokens: u64,
    /// Print the results as one JSON object.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct ProgramArguments {
    /// A .c, .cpp, .wasm or .wat file, or token text.
    #[arg(required_unless_present = "replay")]
    pub(crate) program: Option<PathBuf>,
    /// The instruction set.
    #[arg(long, value_parser = instruction_set(), default_value = "full")]
    pub(crate) isa: Isa,
    #[command(flatten)]
    pub(crate) c: CArguments,
    #[command(flatten)]
    pub(crate) recorded: RecordedArguments,
    #[command(flatten)]
    pub(crate) execution: ExecutionArguments,
}

#[derive(Debug, Args)]
pub(crate) struct CArguments {
    /// The size of the stack of a program in C, in bytes or as 256K or 1M.
    #[arg(long, value_name = "SIZE", default_value_t)]
    pub(crate) c_stack: StackSize,
    /// A further source file of a program in C or C++. May be given more than once.
    #[arg(long = "source", value_name = "FILE")]
    pub(crate) sources: Vec<PathBuf>,
    /// Look for headers in this folder. May be given more than once.
    #[arg(short = 'I', value_name = "DIR")]
    pub(crate) includes: Vec<PathBuf>,
    /// Define a macro. May be given more than once.
    #[arg(short = 'D', value_name = "NAME[=VALUE]")]
    pub(crate) definitions: Vec<String>,
    /// How clang optimises: 0, 1, 2, 3, s or z. Default: 2.
    #[arg(short = 'O', value_name = "LEVEL", value_parser = ["0", "1", "2", "3", "s", "z"])]
    pub(crate) optimisation: Option<String>,
}

impl CArguments {
    /// How a program is compiled whose entry, or whose exports are run.
    pub(crate) fn options(&self, entry: Entry) -> CompileOptions {
        let further = Further {
            sources: self.sources.clone(),
            includes: self.includes.clone(),
            definitions: self.definitions.clone(),
            optimisation: self.optimisation.clone(),
        };
        CompileOptions { stack: self.c_stack, entry, further, ..CompileOptions::default() }
    }
}

#[derive(Debug, Args)]
pub(crate) struct CcArguments {
    /// The size of the stack of the program, in bytes or as 256K or 1M.
    #[arg(long, value_name = "SIZE", default_value_t)]
    pub(crate) c_stack: StackSize,
    /// Files and options for clang.
    #[arg(
        value_name = "FILE OR OPTION",
        required = true,
        trailing_var_arg = true,
        allow_hyphen_values = true
    )]
    pub(crate) arguments: Vec<OsString>,
}

#[derive(Debug, Args)]
pub(crate) struct InputArguments {
    /// The input of the program; `-` reads it from stdin.
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    pub(crate) input: Option<OsString>,
}

#[derive(Debug, Args)]
pub(crate) struct RecordedArguments {
    /// Take the host's answers, and the input, from a sequence that `tvm run --record` has written. PROGRAM says
    /// how functions are called; without it the program is read from the sequence.
    #[arg(long, value_name = "FILE", conflicts_with = "input")]
    pub(crate) replay: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct ExecutionArguments {
    #[command(flatten)]
    pub(crate) input: InputArguments,
    /// Write the whole token sequence, prompt included, to this file. `tvm replay` executes it again.
    #[arg(long, value_name = "FILE", visible_alias = "record")]
    pub(crate) trace: Option<PathBuf>,
    /// Fail after so many generated tokens.
    #[arg(long, value_name = "N", default_value_t = DEFAULT_MAX_TOKENS)]
    pub(crate) max_tokens: u64,
    /// Fail when the input and the caches of the engine take more megabytes.
    #[arg(long, value_name = "MB", default_value_t = DEFAULT_MAX_MEGABYTES)]
    pub(crate) max_memory: u64,
    /// Print nothing on stderr but errors.
    #[arg(short, long)]
    pub(crate) quiet: bool,
    /// Print the figures and the output of the program as one JSON object.
    #[arg(long)]
    pub(crate) json: bool,
}

impl ExecutionArguments {
    /// How much the run may take.
    pub(crate) fn limits(&self) -> Limits {
        Limits::from(self.max_tokens).with_megabytes(self.max_memory)
    }
}

/// Which model computes, and how.
#[derive(Debug, Args)]
pub(crate) struct EngineArguments {
    /// The instruction set of the universal model.
    #[arg(long, value_parser = instruction_set(), default_value = "full")]
    pub(crate) isa: Isa,
    /// Use this model file instead of the universal model.
    #[arg(long, value_name = "FILE")]
    pub(crate) model: Option<PathBuf>,
    /// How the forward pass is computed: kernel, native, plan, sparse or dense. Default: kernel; for a model
    /// file, which has no kernel, plan, of which native translates what is executed often.
    #[arg(long, value_name = "KIND")]
    pub(crate) engine: Option<EngineKind>,
    /// How heads find the greatest score, in the sparse and the dense engine.
    #[arg(long, value_enum, default_value = "hull")]
    pub(crate) attention: Attention,
}

#[derive(Debug, Args)]
pub(crate) struct RunArguments {
    /// A .c, .cpp, .wasm or .wat file, or token text; not needed with a specialised model.
    #[arg(required_unless_present = "model")]
    pub(crate) program: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) engine: EngineArguments,
    #[command(flatten)]
    pub(crate) c: CArguments,
    #[command(flatten)]
    pub(crate) execution: ExecutionArguments,
    #[command(flatten)]
    pub(crate) host: HostArguments,
}

/// What is asked of a program with a host, and what it may use of the world.
#[derive(Debug, Clone, Args)]
pub(crate) struct HostArguments {
    /// Call this exported function of a module with ARGS, and print its results.
    #[arg(long, value_name = "NAME")]
    pub(crate) invoke: Option<String>,
    #[command(flatten)]
    pub(crate) world: WorldArguments,
}

/// What a program may use of the world.
#[derive(Debug, Clone, Args)]
pub(crate) struct WorldArguments {
    /// Open a directory for the program, under its own name or another. May be given more than once.
    #[arg(long = "dir", value_name = "HOST[::GUEST]")]
    pub(crate) directories: Vec<OsString>,
    /// Set a variable of the program's environment. May be given more than once.
    #[arg(long = "env", value_name = "NAME=VALUE", value_parser = variable)]
    pub(crate) environment: Vec<(OsString, OsString)>,
    /// Give the program all variables of the environment.
    #[arg(long)]
    pub(crate) inherit_env: bool,
    /// The arguments of the program, or of the function that is invoked; after `--`, whatever they look like.
    #[arg(value_name = "ARGS", allow_negative_numbers = true)]
    pub(crate) arguments: Vec<OsString>,
}

#[derive(Debug, Args)]
pub(crate) struct ReplayArguments {
    /// A token sequence that `tvm run --record` has written.
    pub(crate) trace: PathBuf,
    #[command(flatten)]
    pub(crate) engine: EngineArguments,
    /// End after so many generated tokens. All are compared without it.
    #[arg(long, value_name = "N")]
    pub(crate) max_tokens: Option<u64>,
    /// Fail when the caches of the engine take more megabytes.
    #[arg(long, value_name = "MB", default_value_t = DEFAULT_MAX_MEGABYTES)]
    pub(crate) max_memory: u64,
    /// Print nothing on stderr but errors.
    #[arg(short, long)]
    pub(crate) quiet: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Attention {
    /// Search the convex hull of the keys.
    Hull,
    /// Score every key.
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
    #[arg(long, value_parser = instruction_set(), default_value = "full")]
    pub(crate) isa: Isa,
    /// The model file to write; `-` is stdout.
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct PlanArguments {
    /// A model file; without it, the universal model.
    pub(crate) model: Option<PathBuf>,
    /// The instruction set of the universal model.
    #[arg(long, value_parser = instruction_set(), default_value = "full")]
    pub(crate) isa: Isa,
}

#[derive(Debug, Args)]
pub(crate) struct ScheduleArguments {
    /// The program to specialise a model for; without it, the universal model.
    pub(crate) program: Option<PathBuf>,
    /// The instruction set.
    #[arg(long, value_parser = instruction_set(), default_value = "full")]
    pub(crate) isa: Isa,
    #[command(flatten)]
    pub(crate) c: CArguments,
    /// Layers more than the longest chain needs that the schedule may have. Of all numbers of layers
    /// within this limit, the one with the least layers times d_model is taken. 2 unless it is given
    /// for the universal model, 0 for a program.
    #[arg(long, value_name = "N")]
    pub(crate) extra_layers: Option<usize>,
    /// The file to write; stdout without it, or with `-`.
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// Draw the schedule into this SVG file instead: layers and phases across, slots down, a bar for
    /// the life of every value.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["output", "json"])]
    pub(crate) svg: Option<PathBuf>,
    /// Print the figures as one JSON object instead.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct BenchArguments {
    /// A case to run, instead of the figures of the README. May be given more than once.
    #[arg(long = "case", value_name = "NAME")]
    pub(crate) cases: Vec<String>,
    /// An engine to measure; kernel and plan without it. Without a case, all cases but the long ones
    /// are run. May be given more than once.
    #[arg(long = "engine", value_name = "KIND")]
    pub(crate) engines: Vec<EngineKind>,
    /// How many times each case is run.
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
    /// The shell to complete commands in.
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
