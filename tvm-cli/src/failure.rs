//! Why a command failed: the message, what to do, the place in a text, and the exit status.

use std::io::{self, IsTerminal};
use std::ops::Range;
use std::path::PathBuf;

use annotate_snippets::{Annotation, AnnotationKind, Level, Renderer, Snippet};
use thiserror::Error;
use tvm_core::graph::evaluate::Inexact;
use tvm_core::pipeline::BuildError;
use tvm_host::bundle::BundleError;
use tvm_host::executable::status;
use tvm_insight::execution::Difference;
use tvm_model::ModelError;
use tvm_model::token::UnknownToken;
use tvm_reference::{Fault, ReferenceError};
use tvm_runtime::engine::NoEngine;
use tvm_runtime::run::RunError;
use tvm_toolchain::SourceError;
use tvm_toolchain::prebuilt::PrebuiltError;

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
    place: Option<Place>,
}

/// A place in the text of a source.
#[derive(Debug)]
struct Place {
    path: String,
    text: String,
    span: Range<usize>,
}

impl From<SourceError> for Failure {
    fn from(error: SourceError) -> Failure {
        let place = place(&error);
        Failure::Source(Box::new(WrongSource { error, place }))
    }
}

impl From<RunError> for Failure {
    fn from(error: RunError) -> Failure {
        let message = error.to_string();
        Failure::Run { error, message }
    }
}

/// Where in its file a token text is wrong.
fn place(error: &SourceError) -> Option<Place> {
    let SourceError::Text { path, error } = error else { return None };
    let text = std::fs::read_to_string(path).ok()?;
    let token = text.split_ascii_whitespace().nth(error.number() - 1);
    let span = match token {
        // The token is a part of the text.
        Some(token) => {
            let begin = token.as_ptr() as usize - text.as_ptr() as usize;
            begin..begin + token.len()
        }
        None => text.trim_end().len()..text.trim_end().len(),
    };
    Some(Place { path: path.display().to_string(), text, span })
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

    fn place(&self) -> Option<&Place> {
        match self {
            Failure::Source(source) => source.place.as_ref(),
            _ => None,
        }
    }

    /// Says on stderr what is wrong: with a picture of the place on a terminal, else in lines.
    pub(crate) fn report(&self) {
        let message = self.to_string();
        if !io::stderr().is_terminal() {
            eprintln!("tvm: {message}");
            if let Some(advice) = self.advice() {
                eprintln!("  help: {advice}");
            }
            return;
        }
        let mut group = Level::ERROR.primary_title(&message).elements(self.place().map(picture));
        if let Some(advice) = self.advice() {
            group = group.element(Level::HELP.message(advice));
        }
        // Colours are left out where NO_COLOR asks for it.
        anstream::eprintln!("{}", Renderer::styled().render(&[group]));
    }
}

fn picture(place: &Place) -> Snippet<'_, Annotation<'_>> {
    let here = AnnotationKind::Primary.span(place.span.clone()).label("here");
    Snippet::source(&place.text).path(&place.path).annotation(here)
}
