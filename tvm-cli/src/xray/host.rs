//! A page has no host. So a program that needs one runs once before the page is made, with its host, and the page has
//! what the host answered and wrote.

use std::ops::ControlFlow;

use tvm_host::world::{Collected, Output};
use tvm_insight::session::{HostEnd, HostRecord, HostRecorder};
use tvm_instance::{Guest, Interface};
use tvm_model::{Model, Token};
use tvm_runtime::driver::{self, DEFAULT_MAX_TOKENS, Limits, Observer};
use tvm_runtime::engine::{AttentionKind, GeneratedKernel, Prepared};

use crate::arguments::{HostArguments, XrayArguments};
use crate::drive::Kept;
use crate::failure::Failure;
use crate::host::{self, Setting};

/// Runs a program with its host, by a model with its kernel if there is one. `prompt` is what the run begins with.
pub(super) fn record(
    arguments: &XrayArguments,
    (model, kernel): (&Model<'_>, Option<GeneratedKernel>),
    (prompt, interface): (&[Token], &Interface),
    name: &str,
) -> Result<HostRecord, Failure> {
    let prepared = Prepared::new(&model.weights, None, AttentionKind::Hull, kernel)?;
    let guest = Guest { vocabulary: &model.vocabulary, prompt, interface };
    let output = Collected::default();
    let mut watcher = Watcher {
        recorder: HostRecorder::new(model.vocabulary.roles()),
        output: output.clone(),
        prompt: prompt.len(),
        kept: Kept::new(false),
    };
    let host = HostArguments { invoke: None, world: arguments.world.clone() };
    let setting = Setting {
        host: &host,
        name,
        input: &arguments.input,
        output: Some(Output::to(output.clone())),
        progress: watcher.kept.progress(),
        limits: Limits::from(DEFAULT_MAX_TOKENS),
        listing: model.description.listing.as_ref(),
    };
    let ended = host::run(guest, prepared.engine(), &mut watcher, setting)?;
    let ended_by_host = |is_exit, message| Some(HostEnd { is_exit, message });
    let end = match ended.end {
        Ok(()) => ended_by_host(true, "the program has ended with exit status 0".to_owned()),
        Err(failure @ Failure::Exit(_)) => ended_by_host(true, failure.to_string()),
        Err(failure @ Failure::Host { .. }) => ended_by_host(false, failure.to_string()),
        // The run in the page ends so by itself.
        Err(Failure::Run { .. }) => None,
        Err(failure) => return Err(failure),
    };
    watcher.kept.into_tokens();
    Ok(watcher.recorder.finish(output.take(), end))
}

/// Sees the run.
struct Watcher {
    recorder: HostRecorder,
    output: Collected,
    /// How many tokens of the prompt are still to come.
    prompt: usize,
    /// For Ctrl-C and the line that says how far the run is; it keeps nothing.
    kept: Kept,
}

impl Observer for Watcher {
    fn token(&mut self, token: Token) {
        match self.prompt.checked_sub(1) {
            Some(left) => self.prompt = left,
            None => self.recorder.token(token, || self.output.take()),
        }
    }

    fn checkpoint(&mut self, progress: &driver::Progress) -> ControlFlow<()> {
        self.kept.checkpoint(progress)
    }
}
