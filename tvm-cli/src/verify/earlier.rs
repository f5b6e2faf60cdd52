//! What the host of a program said, before anything is compared: in a run that was recorded, or in one that is made
//! for it.

use std::io;
use std::ops::ControlFlow;

use tvm_core::interface;
use tvm_core::machine::Machine;
use tvm_host::world::Output;
use tvm_instance::Guest;
use tvm_model::{Model, Token};
use tvm_runtime::driver::{Limits, Observer, Progress, RunError};
use tvm_runtime::engine::{AttentionKind, Prepared};
use tvm_toolchain::clang::Entry;

use crate::arguments::VerifyArguments;
use crate::drive::Watch;
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
    let VerifyArguments { program, recorded, c, input, host, .. } = arguments;
    if let Some(replay) = &recorded.replay {
        if let Some(option) = host.given() {
            return Err(Failure::Usage(format!("with --replay the host is not asked: {option}")));
        }
        let source = (program.as_deref(), Some(replay.as_path()));
        let (job, recorded) = load_replayed(source, machine, c, input, &model.vocabulary)?;
        let earlier = recorded.map(|mut recorded| {
            let (begin, tokens) = (recorded.position(), recorded.rest(arguments.max_tokens)?);
            let answers = answers(&tokens, &model.vocabulary)?;
            Ok::<_, Failure>(Earlier { begin, tokens, answers })
        });
        return Ok((job, earlier.transpose()?));
    }
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
    let mut kept = Kept { tokens: Vec::new(), watch: Watch::new(false) };
    let guest = Guest { vocabulary: &model.vocabulary, prompt: &prompt, interface: &interface };
    let setting = Setting {
        host,
        name: &path.display().to_string(),
        input,
        output: Some(Output::to(io::sink())),
        progress: kept.watch.progress(),
        limits: Limits::from(arguments.max_tokens),
        listing: None,
    };
    let ended = host::run(guest, prepared.engine(), &mut kept, setting)?;
    let Kept { mut tokens, mut watch } = kept;
    watch.clear();
    match ended.end {
        Ok(()) | Err(Failure::Exit(_)) => {}
        Err(Failure::Run {
            error: RunError::Trap { .. } | RunError::TokenLimit { .. }, ..
        }) => {}
        Err(failure) => return Err(failure),
    }
    let tokens = tokens.split_off(prompt.len());
    let answers = answers(&tokens, &model.vocabulary)?;
    Ok((job, Some(Earlier { begin: prompt.len() as u64, tokens, answers })))
}

impl Earlier {
    /// Compares the run with what the reference generated from the same answers.
    pub(super) fn check(&self, model: &Model<'_>, trace: &[Token]) -> Result<(), Failure> {
        let differs = |(expected, found): (&Token, &Token)| expected != found;
        let pairs = trace.iter().zip(&self.tokens);
        let Some(at) = pairs.clone().position(differs) else { return Ok(()) };
        let name = |token: Token| model.vocabulary.name(token);
        let [expected, found] = [trace[at], self.tokens[at]].map(name);
        Err(Failure::Differs(format!(
            "the token at position {} is `{found}` in the run with the host, and the reference generates \
             `{expected}`",
            self.begin + at as u64
        )))
    }
}

/// Keeps all tokens.
struct Kept {
    tokens: Vec<Token>,
    watch: Watch,
}

impl Observer for Kept {
    fn token(&mut self, token: Token) {
        self.tokens.push(token);
    }

    fn checkpoint(&mut self, progress: &Progress) -> ControlFlow<()> {
        self.watch.checkpoint(progress)
    }
}
