//! Why a command failed: the message, what to do, the place in a text, and the exit status.

use std::fmt::Display;
use std::io::{self, IsTerminal, Write};
use std::ops::Range;
use std::path::PathBuf;

use annotate_snippets::{Annotation, AnnotationKind, Level, Renderer, Snippet};
use thiserror::Error;
use tvm_core::graph::evaluate::Inexact;
use tvm_core::pipeline::BuildError;
use tvm_export::ExportError;
use tvm_host::bundle::BundleError;
use tvm_host::executable::{advice, exit_status, status};
use tvm_host::input::InputError;
use tvm_host::message::{is_reader_gone, tell};
use tvm_host::output_file::OutputFileError;
use tvm_insight::execution::Difference;
use tvm_model::{Listing, ModelError, UnknownToken};
use tvm_reference::{Fault, ReferenceError};
use tvm_runtime::driver::RunError;
use tvm_runtime::engine::NoEngine;
use tvm_toolchain::SourceError;
use tvm_toolchain::prebuilt::PrebuiltError;

#[derive(Debug, Error)]
pub(crate) enum Failure {
    #[error("{}", .0.error)]
    Source(Box<WrongSource>),
    #[error(transparent)]
    Build(#[from] BuildError),
    #[error("this model cannot be exported: {0}")]
    Export(#[from] ExportError),
    #[error("{message}")]
    Run { error: RunError, message: String },
    #[error(transparent)]
    Reference(#[from] ReferenceError),
    #[error("the transformer and the reference executor differ: {0}")]
    Difference(#[from] Difference),
    #[error(transparent)]
    Inexact(#[from] Inexact),
    #[error("cannot read `{path}`: {error}")]
    Read { path: PathBuf, error: io::Error },
    #[error(transparent)]
    Write(#[from] OutputFileError),
    #[error("cannot write into the folder `{path}`: {error}")]
    Folder { path: PathBuf, error: io::Error },
    #[error(transparent)]
    Input(#[from] InputError),
    #[error("`{path}`: {error}")]
    Model { path: PathBuf, error: ModelError },
    #[error("`{path}`: {error}")]
    Bundle { path: PathBuf, error: BundleError },
    #[error(transparent)]
    Token(#[from] UnknownToken),
    #[error("{message}")]
    Host { message: String },
    #[error("the program has ended with exit status {0}")]
    Exit(u32),
    #[error("nobody reads the output any more")]
    ReaderGone,
    #[error("{0}")]
    Differs(String),
    #[error(transparent)]
    Engine(#[from] NoEngine),
    #[error("case {case}: {reason}")]
    Bench { case: String, reason: String },
    #[error("{0}")]
    Usage(String),
    #[error("cannot write to stdout: {0}")]
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
        Failure::run(error, None)
    }
}

/// Where in its file a token text is wrong.
fn place(error: &SourceError) -> Option<Place> {
    let SourceError::Text { path, error } = error else { return None };
    // What came through a pipe cannot be read again.
    let text =
        std::fs::metadata(path).ok()?.is_file().then(|| std::fs::read_to_string(path))?.ok()?;
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
    /// A run that did not end in `halt`, with the names of a listing.
    pub(crate) fn run(error: RunError, listing: Option<&Listing>) -> Failure {
        let message =
            error.explained(|place| Some(listing?.describe(place.instruction, &place.calls)));
        Failure::Run { error, message }
    }

    pub(crate) fn status(&self) -> u8 {
        match self {
            Failure::Run { error, .. } => status::of(error),
            Failure::Reference(error) if matches!(error.fault, Fault::TokenLimit(_)) => {
                status::LIMIT
            }
            Failure::Input(InputError::MemoryLimit { .. }) => status::LIMIT,
            Failure::Write(OutputFileError::StdoutTaken) => status::USAGE,
            Failure::Usage(_) => status::USAGE,
            Failure::Exit(status) => exit_status(*status),
            _ => status::TOOL,
        }
    }

    /// Says whether nothing is wrong but that nobody reads the output any more. Then the command has
    /// done what it was asked.
    pub(crate) fn is_reader_gone(&self) -> bool {
        match self {
            Failure::ReaderGone => true,
            Failure::Output(error) | Failure::Write(OutputFileError::System { error, .. }) => {
                is_reader_gone(error)
            }
            _ => false,
        }
    }

    /// What to do, where the message does not say it.
    fn advice(&self) -> Option<&'static str> {
        Some(match self {
            Failure::Write(OutputFileError::Exists(_)) => {
                "choose another name; `tvm bundle --force` and `tvm export --force` replace what is there"
            }
            Failure::Write(OutputFileError::NoFolder { .. }) => {
                "make the folder, or choose another"
            }
            Failure::Write(OutputFileError::System { error, .. })
            | Failure::Read { error, .. }
            | Failure::Folder { error, .. } => match error.kind() {
                io::ErrorKind::NotFound => "check the spelling of the name and of its folder",
                io::ErrorKind::PermissionDenied => {
                    "check the permissions of the file and its folder"
                }
                io::ErrorKind::NotADirectory => {
                    "this is a file, or a part of the path is: give the name of a folder"
                }
                io::ErrorKind::IsADirectory => "this is a folder: give the name of a file",
                _ => return None,
            },
            Failure::Source(source) => match &source.error {
                SourceError::Read { .. } | SourceError::C(PrebuiltError::File { .. }) => {
                    "PROGRAM is a file that ends in .c, .cpp, .wasm or .wat, or a file with token text"
                }
                SourceError::Text { error, .. } if error.number() == 1 => {
                    "token text begins with `{`; C is in a file that ends in .c, a module in .wasm or .wat"
                }
                _ => return None,
            },
            Failure::Model { .. } => "`tvm build` and `tvm specialise` write model files",
            Failure::Token(_) => "the program may be for another instruction set: see --isa",
            Failure::Run { error: RunError::NoHost { .. }, .. } => {
                "`tvm run --record FILE` records a run with its host; --replay FILE takes the answers from there"
            }
            Failure::Run { error, .. } => return advice(error),
            Failure::Engine(NoEngine::NoKernel | NoEngine::NoNative) => "use --engine plan",
            Failure::Build(_) => {
                "`tvm compile` shows the instructions of the program; --isa full has all opcodes"
            }
            _ => return None,
        })
    }

    fn place(&self) -> Option<&Place> {
        match self {
            Failure::Source(source) => source.place.as_ref(),
            _ => None,
        }
    }

    /// Prints on stderr what is wrong. On a terminal the place in the source is shown too.
    pub(crate) fn report(&self) {
        let message = self.to_string();
        if !io::stderr().is_terminal() {
            tell(format_args!("tvm: {message}"));
            if let Some(advice) = self.advice() {
                tell(format_args!("  help: {advice}"));
            }
            return;
        }
        let mut group = Level::ERROR.primary_title(&message).elements(self.place().map(picture));
        if let Some(advice) = self.advice() {
            group = group.element(Level::HELP.message(advice));
        }
        tell_styled(&format_args!("{}\n", Renderer::styled().render(&[group])));
    }
}

/// Writes text with colours to stderr, which leaves them out where it is no terminal, and where
/// `NO_COLOR` asks for it. As with every message, it does not matter whether it can be written.
pub(crate) fn tell_styled(text: &impl Display) {
    let _ = write!(anstream::stderr(), "{text}");
}

fn picture(place: &Place) -> Snippet<'_, Annotation<'_>> {
    let here = AnnotationKind::Primary.span(place.span.clone()).label("here");
    Snippet::source(&place.text).path(&place.path).annotation(here)
}
