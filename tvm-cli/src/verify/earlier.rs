//! What the host of a program said, before anything is compared: in a run that was recorded, or in one that is made
//! for it.

use std::io;
use std::path::Path;

use tvm_core::interface;
use tvm_core::machine::Machine;
use tvm_host::world::Output;
use tvm_instance::Guest;
use tvm_model::token::role;
use tvm_model::{Model, Role, Token};
use tvm_runtime::driver::{Limits, RunError};
use tvm_runtime::engine::{AttentionKind, Engine, Prepared};
use tvm_toolchain::clang::Entry;

use crate::arguments::VerifyArguments;
use crate::drive::Kept;
use crate::execution::{Job, load_replayed, load_within};
use crate::failure::Failure;
use crate::host::{self, Setting};
use crate::recorded::answers;
use crate::run::{ModelFile, no_program, universal_prompt};

/// A run with a host.
pub(super) struct Earlier {
    /// The position of the first token after the prompt.
    pub(super) begin: u64,
    /// The tokens after the prompt.
    pub(super) tokens: Vec<Token>,
    /// The bytes of the host's answers.
    pub(super) answers: Vec<Vec<u8>>,
}

/// The program, and the run that says what its host answers, if it needs one.
pub(super) fn prepare(
    arguments: &VerifyArguments,
    machine: &Machine,
    file: &ModelFile<'_>,
    model: &Model<'_>,
) -> Result<(Job, Option<Earlier>), Failure> {
    if let Some(replay) = &arguments.recorded.replay {
        return recorded(arguments, replay, machine, model);
    }
    let VerifyArguments { program, c, input, host, .. } = arguments;
    let path = program.as_deref().ok_or_else(no_program)?;
    let entry = if host.invoke.is_some() { Entry::Exports } else { Entry::Main };
    let memory = Limits::default().memory;
    let job = load_within(memory, path, (machine, entry), c, input)?;
    let interface = interface(&job.program, machine);
    if !interface.needs_host() {
        host.refuse()?;
        return Ok((job, None));
    }
    let prompt = universal_prompt(&model.vocabulary, &job, &machine.instruction_set())?;
    let prepared = Prepared::new(&model.weights, None, AttentionKind::Hull, file.kernel)?;
    let guest = Guest { vocabulary: &model.vocabulary, prompt: &prompt, interface: &interface };
    let tokens = with_host(arguments, guest, prepared.engine(), &path.display().to_string())?;
    let earlier = Earlier::of(prompt.len() as u64, tokens, model)?;
    Ok((job, Some(earlier)))
}

/// The program and the run of a recorded sequence.
fn recorded(
    arguments: &VerifyArguments,
    replay: &Path,
    machine: &Machine,
    model: &Model<'_>,
) -> Result<(Job, Option<Earlier>), Failure> {
    let VerifyArguments { program, c, input, host, .. } = arguments;
    if let Some(option) = host.given() {
        return Err(Failure::Usage(format!(
            "with --replay the host is not asked: leave {option} out"
        )));
    }
    let source = (program.as_deref(), Some(replay));
    let (job, recorded) = load_replayed(source, machine, c, input, &model.vocabulary)?;
    let earlier = recorded.map(|mut recorded| {
        let begin = recorded.position();
        Earlier::of(begin, recorded.rest(arguments.max_tokens)?, model)
    });
    Ok((job, earlier.transpose()?))
}

/// Runs a program once with its host. Gives the tokens after the prompt.
fn with_host<'run>(
    arguments: &VerifyArguments,
    guest: Guest<'run>,
    engine: Box<dyn Engine + 'run>,
    name: &str,
) -> Result<Vec<Token>, Failure> {
    let mut kept = Kept::new(false);
    let setting = Setting {
        host: &arguments.host,
        name,
        input: &arguments.input,
        output: Some(Output::to(io::sink())),
        progress: kept.progress(),
        limits: Limits::from(arguments.max_tokens),
        listing: None,
    };
    let ended = host::run(guest, engine, &mut kept, setting)?;
    let mut tokens = kept.into_tokens();
    match ended.end {
        Ok(()) | Err(Failure::Exit(_)) => {}
        Err(Failure::Run {
            error: RunError::Trap { .. } | RunError::TokenLimit { .. }, ..
        }) => {}
        Err(failure) => return Err(failure),
    }
    Ok(tokens.split_off(guest.prompt.len()))
}

impl Earlier {
    fn of(begin: u64, tokens: Vec<Token>, model: &Model<'_>) -> Result<Earlier, Failure> {
        let answers = answers(&tokens, &model.vocabulary)?;
        Ok(Earlier { begin, tokens, answers })
    }

    /// Compares the run with what the reference generated from the same answers.
    pub(super) fn check(&self, model: &Model<'_>, trace: &[Token]) -> Result<(), Failure> {
        let name = |token: Token| model.vocabulary.name(token);
        let is_end = |token: &Token| matches!(role(name(*token)), Role::Halts | Role::Traps(_));
        let differs = |(expected, found): (&Token, &Token)| expected != found;
        let different = trace.iter().zip(&self.tokens).position(differs);
        let (at, reference) = match different {
            Some(at) => (at, format!("the reference generates `{}`", name(trace[at]))),
            None if trace.last().is_some_and(is_end) => {
                (trace.len(), "the reference has ended before it".to_owned())
            }
            None => return Ok(()),
        };
        let Some(&found) = self.tokens.get(at) else { return Ok(()) };
        Err(Failure::Differs(format!(
            "the token at position {} is `{}` in the run with the host, and {reference}",
            self.begin + at as u64,
            name(found),
        )))
    }
}
