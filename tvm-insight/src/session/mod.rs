//! A run that is looked into while it goes on: what an app that shows a transformer asks for. A [`Subject`] is what is open, a
//! [`Session`] its run. The plan of the model generates the tokens, in pieces; the state of the machine at any position is
//! read off the tokens; what the model did at a position is told by an explainer.
//!
//! Memory is bounded: tokens take two bytes each, and states are kept at checkpoints, whose distance doubles when they become too
//! many. All that is told can be written as JSON; with the feature `typescript` there are types of it for TypeScript.
//!
//! A module imports only from those with lower numbers; a test checks it.
//!
//! 1. `error`: why there is no answer; `json`: answers for JavaScript; `sequence`: tokens; `checkpoints`: states that are kept;
//!    `types`: what is on the stack of a function; `host`: what a host did in an earlier run
//! 2. `subject`: a model, what it runs, and its input
//! 3. `about`: what is open, and how far it is; `machine`: the machine as it is shown; `parts`: weights, and who uses a slot;
//!    `keys`: what a head saw; `scores`: what the next token is among
//! 4. `run`: the tokens are generated; `why`: what changes an answer of a forward pass
//! 5. `history`: states and steps at any position; `explanations`: explanations of any position
//! 6. `seek`: looking for a place in a run
//! 7. `session`: all of this
//! 8. `change`: a changed model beside the true one; `repl`: WebAssembly typed line by line
//! 9. `typescript`: the types of the answers

mod about;
mod change;
mod checkpoints;
mod error;
mod explanations;
mod history;
mod host;
mod json;
mod keys;
mod machine;
mod parts;
mod repl;
mod run;
mod scores;
mod seek;
mod sequence;
mod session;
mod subject;
mod types;
#[cfg(feature = "typescript")]
mod typescript;
mod why;

pub use about::{About, AboutLayer, Ended, EndedKind, Kind, Listed, Part, Progress, TokenKind};
pub use change::{Change, Comparison, Outputs, Parting};
pub use error::SessionError;
pub use host::{HostAnswer, HostEnd, HostRecord, HostRecorder};
pub use json::to_json;
pub use keys::{HeadKeys, KeyPoint, ScoredKey};
pub use machine::{Call, Changed, MachineState, Variable};
pub use parts::{Half, HeadWeights, NeuronWeights, SlotUse, User, Weight};
pub use repl::{Repl, ReplAnswer, ReplError, TypedValue};
pub use scores::{ByteKind, ByteScore, ByteScores};
pub use seek::{Found, Seek, Wanted};
pub use sequence::{Done, Sequence};
pub use session::Session;
pub use subject::Subject;
#[cfg(feature = "typescript")]
pub use typescript::typescript;
pub use why::{Answer, Cause, CauseEffect, CausePart, Given, Question, Why};
