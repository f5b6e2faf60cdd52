//! Why a command failed: the message, what to do, the place in a text, and the exit status.

use std::fmt;
use std::io::{self, IsTerminal};
use std::path::PathBuf;

use miette::{Diagnostic, LabeledSpan, NamedSource, SourceCode};
use thiserror::Error;
use tvm_core::graph::evaluate::Inexact;
use tvm_core::narration::Difference;
use tvm_core::pipeline::BuildError;
use tvm_core::program::SourceError;
use tvm_core::program::prebuilt::PrebuiltError;
use tvm_core::reference::{Fault, ReferenceError};
use tvm_runtime::bundle::BundleError;
use tvm_runtime::engine::NoEngine;
use tvm_runtime::executable::status;
use tvm_runtime::model::ModelError;
use tvm_runtime::run::RunError;
use tvm_runtime::token::UnknownToken;

#[derive(Debug, Error)]
pub(crate) enum Failure {
    #[error("{}", .0.error)]
    Source(Box<WrongSource>),
    #[error(transparent)]
    Build(#[from] BuildError),
    #[error("{message}")]
    Run { error: RunError, message: String },
    #[error(transparent)]
    Reference(#[from] ReferenceError),
    #[error("the transformer and the reference executor differ: {0}")]
    Difference(#[from] Difference),
    #[error(transparent)]
    Inexact(#[from] Inexact),
    #[error("{path}: {error}")]
    File { path: PathBuf, error: io::Error },
    #[error("{path}: {error}")]
    Model { path: PathBuf, error: ModelError },
    #[error("{path}: {error}")]
    Bundle { path: PathBuf, error: BundleError },
    #[error("{path} is there already")]
    Exists { path: PathBuf },
    #[error(transparent)]
    Token(#[from] UnknownToken),
    #[error("{0}")]
    Trap(String),
    #[error("no halt within {0} tokens")]
    Limit(u64),
    #[error("interrupted")]
    Interrupted,
    #[error("{0}")]
    Differs(String),
    #[error(transparent)]
    Engine(#[from] NoEngine),
    #[error("case {case}: {reason}")]
    Bench { case: String, reason: String },
    #[error("{0}")]
    Usage(String),
    #[error("cannot write output: {0}")]
    Output(#[from] io::Error),
}

/// A source that is no program, and where in its text that shows.
#[derive(Debug)]
pub(crate) struct WrongSource {
    error: SourceError,
    snippet: Option<Snippet>,
}

/// A place in a text.
#[derive(Debug)]
pub(crate) struct Snippet {
    text: NamedSource<String>,
    offset: usize,
    length: usize,
}

impl From<SourceError> for Failure {
    fn from(error: SourceError) -> Failure {
        let snippet = snippet(&error);
        Failure::Source(Box::new(WrongSource { error, snippet }))
    }
}

impl From<RunError> for Failure {
    fn from(error: RunError) -> Failure {
        let message = error.to_string();
        Failure::Run { error, message }
    }
}

/// Where in its file a token text is wrong.
fn snippet(error: &SourceError) -> Option<Snippet> {
    let SourceError::Text { path, error } = error else { return None };
    let text = std::fs::read_to_string(path).ok()?;
    let token = text.split_ascii_whitespace().nth(error.number() - 1);
    let (offset, length) = match token {
        // The token is a part of the text.
        Some(token) => (token.as_ptr() as usize - text.as_ptr() as usize, token.len()),
        None => (text.trim_end().len(), 0),
    };
    let text = NamedSource::new(path.display().to_string(), text);
    Some(Snippet { text, offset, length })
}

impl Failure {
    pub(crate) fn status(&self) -> u8 {
        match self {
            Failure::Run { error, .. } => status::of(error),
            Failure::Trap(_) => status::TRAP,
            Failure::Limit(_) => status::LIMIT,
            Failure::Interrupted => status::INTERRUPTED,
            Failure::Reference(error) if matches!(error.fault, Fault::TokenLimit(_)) => {
                status::LIMIT
            }
            Failure::Usage(_) => status::USAGE,
            _ => status::TOOL,
        }
    }

    /// What to do, where the message does not say it.
    fn advice(&self) -> Option<&'static str> {
        Some(match self {
            Failure::Exists { .. } => "choose another name, or give --force to overwrite it",
            Failure::File { error, .. } => match error.kind() {
                io::ErrorKind::NotFound => "look at the spelling and at the folder",
                io::ErrorKind::PermissionDenied => "look at who may read and write it",
                io::ErrorKind::IsADirectory => "give the name of a file",
                _ => return None,
            },
            Failure::Source(source) => match source.error {
                SourceError::Read { .. } | SourceError::C(PrebuiltError::File { .. }) => {
                    "a program is a file that ends in .c, .wasm or .wat, or token text"
                }
                _ => return None,
            },
            Failure::Model { .. } => "`tvm build` and `tvm specialize` write model files",
            Failure::Token(_) => "is it a program for another instruction set? See --isa",
            Failure::Limit(_) => "raise the limit with --max-tokens if the program needs more",
            Failure::Build(_) => "see what the program needs with `tvm compile`, and --isa full",
            _ => return None,
        })
    }

    fn snippet(&self) -> Option<&Snippet> {
        match self {
            Failure::Source(source) => source.snippet.as_ref(),
            _ => None,
        }
    }

    /// Says on stderr what is wrong: as a picture of the place on a terminal, else in lines.
    pub(crate) fn report(self) {
        if io::stderr().is_terminal() {
            eprintln!("{:?}", miette::Report::new(self));
            return;
        }
        eprintln!("tvm: {self}");
        if let Some(advice) = self.advice() {
            eprintln!("  help: {advice}");
        }
    }
}

impl Diagnostic for Failure {
    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(self.advice()?))
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(&self.snippet()?.text)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let snippet = self.snippet()?;
        let label = LabeledSpan::new(Some("here".to_string()), snippet.offset, snippet.length);
        Some(Box::new(std::iter::once(label)))
    }
}
