//! What a session is about: a model, the program that it runs, and its input. A session borrows it.

use std::sync::{Arc, OnceLock};

use super::error::SessionError;
use super::host::HostRecord;
use crate::explain::RememberingPlan;
use tvm_core::machine::Machine;
use tvm_core::pipeline;
use tvm_core::toolchain::{Source, clang::CompileOptions, compile_source};
use tvm_model::{Model, Token, Weights};
use tvm_program::{Program, text};
use tvm_runtime::plan::{Code, Plan};
use wasmparser::{Parser, Payload};

/// How every module of WebAssembly begins.
const MODULE: &[u8] = b"\0asm";

/// A model with what it runs.
pub struct Subject {
    pub(super) model: Arc<Model<'static>>,
    pub(super) plan: Arc<Plan>,
    /// The code of the plan, for all sessions: to make it takes longer than many a run.
    pub(super) code: Arc<Code>,
    /// What reads for explanations far into a run, for all sessions; none for some models.
    remembering: Arc<OnceLock<Option<RememberingPlan>>>,
    pub(super) machine: Machine,
    /// The program, if more of it is known than its weights.
    pub(super) program: Option<Program>,
    /// For every instruction the line of the source that it is of, if lines are known.
    pub(super) lines: Vec<Option<u32>>,
    pub(super) title: String,
    pub(super) input: Vec<u8>,
    pub(super) prompt: Vec<Token>,
    /// What the host of the program did in an earlier run, if it has one.
    pub(super) host: Arc<HostRecord>,
}

impl Subject {
    /// A model file with a program in its weights. Nothing else is known of the program.
    ///
    /// # Errors
    /// When the file cannot be read, or the model is universal.
    pub fn model(file: &[u8], input: &[u8]) -> Result<Subject, SessionError> {
        let model = read(file)?;
        let title = model.description.program.clone().ok_or(SessionError::NoProgram)?;
        let machine = machine(&model)?;
        let prompt = model.prompt(input)?;
        Ok(Subject::of(model, machine, None, (title, input.to_vec(), prompt)))
    }

    /// A model file with the source of a program: a module, WebAssembly text or token text. The model is universal, or has
    /// this program in its weights.
    ///
    /// # Errors
    /// When one of them cannot be read, or the model is of another program.
    pub fn program(
        file: &[u8],
        name: &str,
        source: &[u8],
        input: &[u8],
    ) -> Result<Subject, SessionError> {
        let model = read(file)?;
        let machine = machine(&model)?;
        let (program, title, input, prompt) = given(&model, &machine, (name, source, input))?;
        Ok(Subject::of(model, machine, Some(program), (title, input, prompt)))
    }

    /// The same model with another program.
    ///
    /// # Errors
    /// As for [`Subject::program`].
    pub fn with_program(
        &self,
        name: &str,
        source: &[u8],
        input: &[u8],
    ) -> Result<Subject, SessionError> {
        let (model, machine) = (self.model.clone(), self.machine.clone());
        let (plan, code) = (self.plan.clone(), self.code.clone());
        let remembering = self.remembering.clone();
        let (program, title, input, prompt) = given(&model, &machine, (name, source, input))?;
        let program = Some(program);
        let lines = Vec::new();
        Ok(Subject {
            model,
            plan,
            code,
            remembering,
            machine,
            program,
            lines,
            title,
            input,
            prompt,
            host: Arc::default(),
        })
    }

    /// The same with what the host of the program did in an earlier run of this model with this input.
    ///
    /// # Errors
    /// When there is a token that the model does not have.
    pub fn with_host(mut self, host: HostRecord) -> Result<Subject, SessionError> {
        let known = self.model.vocabulary.len();
        let tokens = host.answers.iter().flat_map(|answer| &answer.tokens);
        match tokens.copied().find(|&token| usize::from(token) >= known) {
            Some(token) => Err(SessionError::HostToken(token)),
            None => {
                self.host = Arc::new(host);
                Ok(self)
            }
        }
    }

    /// The same with lines of a source. `module` is the module that the program was compiled from; `lines` says for places in
    /// the section of its code, counted in bytes, from where on which line they are of. Line 0 is none.
    pub fn with_lines(mut self, module: &[u8], lines: &[(u32, u32)]) -> Subject {
        let begins =
            Parser::new(0).parse_all(module).map_while(Result::ok).find_map(
                |payload| match payload {
                    Payload::CodeSectionStart { unchecked_range, .. } => {
                        u32::try_from(unchecked_range.start).ok()
                    }
                    _ => None,
                },
            );
        let line = |&origin: &u32| {
            let place = origin.checked_sub(begins?)?;
            let last = lines.partition_point(|(at, _)| *at <= place).checked_sub(1)?;
            Some(lines[last].1).filter(|line| *line > 0)
        };
        let origins = self.program.as_ref().map(|program| program.origins.as_slice());
        self.lines = origins.unwrap_or_default().iter().map(line).collect();
        self
    }

    /// The program in the weights of a model of its own, as a model file.
    ///
    /// # Errors
    /// When only its weights are known, or there is no schedule.
    pub fn specialise(&self) -> Result<Vec<u8>, SessionError> {
        let program = self.program.as_ref().ok_or(SessionError::ProgramUnknown)?;
        Ok(pipeline::specialised(&self.machine, program, &self.title)?.model.to_bytes())
    }

    /// All that is computed with.
    pub fn weights(&self) -> &Weights<'static> {
        &self.model.weights
    }

    /// What reads for explanations far into a run. It is made when it is first asked for.
    pub(super) fn remembering(&self) -> Option<&RememberingPlan> {
        self.remembering.get_or_init(|| RememberingPlan::new(&self.model.weights)).as_ref()
    }

    pub(super) fn of(
        model: Model<'static>,
        machine: Machine,
        program: Option<Program>,
        (title, input, prompt): (String, Vec<u8>, Vec<Token>),
    ) -> Subject {
        let plan = Arc::new(Plan::new(&model.weights));
        let code = Arc::new(Code::of(&plan));
        let (model, remembering, lines) = (Arc::new(model), Arc::default(), Vec::new());
        Subject {
            model,
            plan,
            code,
            remembering,
            machine,
            program,
            lines,
            title,
            input,
            prompt,
            host: Arc::default(),
        }
    }
}

/// A program with its name and its input, and the prompt by which a model runs it.
fn given(
    model: &Model<'_>,
    machine: &Machine,
    (name, source, input): (&str, &[u8], &[u8]),
) -> Result<(Program, String, Vec<u8>, Vec<Token>), SessionError> {
    let (program, own) = compile(source, machine)?;
    let input = if input.is_empty() { own.unwrap_or_default() } else { input.to_vec() };
    let set = machine.instruction_set();
    let prompt = match &model.description.program {
        None => model.vocabulary.tokens(text::prompt_tokens(&program, &set, &input))?,
        Some(other) => {
            let listing = Some(pipeline::listing(&program, &set));
            if model.description.listing != listing {
                return Err(SessionError::OtherProgram(other.clone()));
            }
            model.prompt(&input)?
        }
    };
    Ok((program, name.to_owned(), input, prompt))
}

fn read(file: &[u8]) -> Result<Model<'static>, SessionError> {
    let model = Model::from_bytes(file)?.into_owned();
    match model.vocabulary.len() {
        tokens if tokens > 1 << u16::BITS => Err(SessionError::Vocabulary(tokens)),
        _ => Ok(model),
    }
}

fn machine(model: &Model) -> Result<Machine, SessionError> {
    match model.description.instruction_set.as_str() {
        "classic" => Ok(Machine::classic()),
        "full" => Ok(Machine::full()),
        other => Err(SessionError::InstructionSet(other.to_owned())),
    }
}

/// A program, and the input in its token text if there is one.
fn compile(source: &[u8], machine: &Machine) -> Result<(Program, Option<Vec<u8>>), SessionError> {
    let source = match source.starts_with(MODULE) {
        true => Source::Wasm(source.to_vec()),
        false => {
            let text = std::str::from_utf8(source).map_err(|_| SessionError::NotText)?;
            // Token text begins with a brace.
            match text.trim_start().starts_with(text::OPEN) {
                true => Source::Tokens(text.to_owned()),
                false => Source::Wat(text.to_owned()),
            }
        }
    };
    let loaded = compile_source(&source, &machine.instruction_set(), &CompileOptions::default())?;
    Ok((loaded.program, loaded.input))
}
