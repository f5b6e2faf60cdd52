//! `tvm trace`: a run of a program by the transformer, told instruction by instruction, or its
//! tokens.

use std::io::{self, IsTerminal, Write};
use std::ops::ControlFlow;

use serde_json::json;
use tvm_core::machine::Machine;
use tvm_core::pipeline::listing;
use tvm_insight::execution::{ComparedReader, Step as Instruction, header};
use tvm_model::{Token, Vocabulary};
use tvm_program::InstructionSet;
use tvm_runtime::driver::{Driver, Observer, Progress};
use tvm_runtime::engine::{AttentionKind, Engine, Prepared};

use crate::arguments::TraceArguments;
use crate::drive::Watch;
use crate::execution::{Job, load_replayed};
use crate::failure::Failure;
use crate::pager::Pager;
use crate::recorded::Recorded;
use crate::run::ModelFile;
use crate::steps::{Step, Steps};

pub(crate) fn execute(arguments: &TraceArguments) -> Result<(), Failure> {
    let mut pager = Pager::start();
    let mut out = pager.writer();
    let traced = trace(arguments, &mut *out);
    out.flush()?;
    traced
}

/// Runs the program and writes what is asked for.
fn trace(arguments: &TraceArguments, out: &mut dyn Write) -> Result<(), Failure> {
    let machine = arguments.isa.machine();
    let file = ModelFile::choose(None, arguments.isa)?;
    let model = file.read()?;
    let TraceArguments { program, recorded, c, input, .. } = arguments;
    let source = (program.as_deref(), recorded.replay.as_deref());
    let (job, recorded) = load_replayed(source, &machine, c, input, &model.vocabulary)?;
    check_function(&job, arguments)?;
    let prepared = Prepared::new(&model.weights, None, AttentionKind::Hull, file.kernel)?;
    let set = machine.instruction_set();
    Run {
        job: &job,
        machine: &machine,
        set: &set,
        vocabulary: &model.vocabulary,
        engine: prepared.engine(),
        recorded,
        printer: Printer { arguments, out },
    }
    .trace()
}

fn check_function(job: &Job, arguments: &TraceArguments) -> Result<(), Failure> {
    let Some(wanted) = &arguments.function else { return Ok(()) };
    let names: Vec<_> = job.program.functions.iter().map(|one| one.name.as_str()).collect();
    if names.contains(&wanted.as_str()) {
        return Ok(());
    }
    let known = names.iter().map(|name| name.escape_debug().to_string());
    let (wanted, known) = (wanted.escape_debug(), known.collect::<Vec<_>>().join(", "));
    let text = format!("no function of the program is called {wanted}; there are: {known}");
    Err(Failure::Usage(text))
}

/// A run under way.
struct Run<'run> {
    job: &'run Job,
    machine: &'run Machine,
    set: &'run InstructionSet,
    vocabulary: &'run Vocabulary,
    engine: Box<dyn Engine + 'run>,
    recorded: Option<Recorded<'run>>,
    printer: Printer<'run>,
}

impl Run<'_> {
    fn trace(mut self) -> Result<(), Failure> {
        let names: Vec<_> = self.job.prompt(self.set).collect();
        let prompt = self.vocabulary.tokens(names.iter().map(String::as_str))?;
        let roles = self.vocabulary.roles();
        let limits = self.printer.arguments.limits();
        let mut watcher = Watcher::new();
        let mut driver = Driver::new(self.engine, &roles[..], limits);
        self.printer.header()?;
        driver.append(&prompt, &mut watcher)?;
        self.printer.prompt(&names)?;
        let mut steps = Steps::new(driver, self.recorded);
        let Job { program, input } = self.job;
        let mut reader =
            ComparedReader::new(program, self.machine, self.set, input, prompt.len() as u64)?;
        let to = self.printer.arguments.to;
        // The tokens of the instruction that is not complete, and the position of the first.
        let (mut open, mut first) = (Vec::new(), prompt.len() as u64);
        loop {
            let mut position = steps.driver().summary().tokens;
            if to.is_some_and(|last| position > last) && open.is_empty() {
                return Ok(());
            }
            watcher.tokens.clear();
            let step = steps.step(&mut watcher)?;
            if let Some(bytes) = steps.answer_bytes()? {
                reader.answer(bytes);
            }
            // A token that ends the program as a trap was generated too.
            for &token in &watcher.tokens {
                open.push(token);
                position += 1;
                if let Some(step) = reader.token(self.vocabulary.name(token))? {
                    self.printer.instruction(&step, &open, self.vocabulary)?;
                    open.clear();
                    first = position;
                }
            }
            match step {
                Step::Generated => {}
                Step::Halted => return Ok(()),
                Step::Over => return self.printer.incomplete(first, &open, self.vocabulary),
                Step::Failed(error) => {
                    self.printer.incomplete(first, &open, self.vocabulary)?;
                    let listing = listing(program, self.set);
                    return Err(Failure::run(error, Some(&listing)));
                }
            }
        }
    }
}

/// Keeps the tokens of a step, and says how far the run is unless the terminal shows the trace.
struct Watcher {
    tokens: Vec<Token>,
    watch: Watch,
}

impl Watcher {
    fn new() -> Watcher {
        Watcher { tokens: Vec::new(), watch: Watch::new(io::stdout().is_terminal()) }
    }
}

impl Observer for Watcher {
    fn token(&mut self, token: Token) {
        self.tokens.push(token);
    }

    fn checkpoint(&mut self, progress: &Progress) -> ControlFlow<()> {
        self.watch.checkpoint(progress)
    }
}

impl Drop for Watcher {
    fn drop(&mut self) {
        self.watch.clear();
    }
}

/// Writes what is asked for of everything that comes.
struct Printer<'run> {
    arguments: &'run TraceArguments,
    out: &'run mut dyn Write,
}

impl Printer<'_> {
    fn header(&mut self) -> Result<(), Failure> {
        match self.arguments {
            TraceArguments { json: true, .. } => Ok(()),
            TraceArguments { tokens: true, .. } => self.line(&"position  token"),
            _ => self.line(&header()),
        }
    }

    /// The tokens that the run begins with. They are in no function.
    fn prompt(&mut self, names: &[String]) -> Result<(), Failure> {
        if !self.arguments.tokens || self.arguments.function.is_some() {
            return Ok(());
        }
        for (position, name) in (0..).zip(names) {
            self.token(position, name)?;
        }
        Ok(())
    }

    /// An instruction and its tokens.
    fn instruction(
        &mut self,
        step: &Instruction,
        tokens: &[Token],
        vocabulary: &Vocabulary,
    ) -> Result<(), Failure> {
        let wanted = &self.arguments.function;
        if wanted.is_some() && step.function != *wanted {
            return Ok(());
        }
        if self.arguments.tokens {
            return self.tokens(step.position, tokens, vocabulary);
        }
        match self.covers(step.position) {
            false => Ok(()),
            true if self.arguments.json => {
                let object = serde_json::to_string(step);
                self.line(&object.map_err(|error| Failure::Output(error.into()))?)
            }
            true => self.line(step),
        }
    }

    /// The tokens of an instruction that the limit cut off. Its function is not looked for.
    fn incomplete(
        &mut self,
        first: u64,
        tokens: &[Token],
        vocabulary: &Vocabulary,
    ) -> Result<(), Failure> {
        if !self.arguments.tokens || self.arguments.function.is_some() {
            return Ok(());
        }
        self.tokens(first, tokens, vocabulary)
    }

    fn tokens(
        &mut self,
        first: u64,
        tokens: &[Token],
        vocabulary: &Vocabulary,
    ) -> Result<(), Failure> {
        for (position, &token) in (first..).zip(tokens) {
            self.token(position, vocabulary.name(token))?;
        }
        Ok(())
    }

    fn token(&mut self, position: u64, name: &str) -> Result<(), Failure> {
        match self.covers(position) {
            false => Ok(()),
            true if self.arguments.json => {
                self.line(&json!({ "position": position, "token": name }))
            }
            true => self.line(&format_args!("{position:>8}  {name}")),
        }
    }

    fn covers(&self, position: u64) -> bool {
        position >= self.arguments.from && self.arguments.to.is_none_or(|last| position <= last)
    }

    fn line(&mut self, line: &dyn std::fmt::Display) -> Result<(), Failure> {
        writeln!(self.out, "{line}").map_err(Failure::Output)
    }
}
