//! Instances: a transformer with its cache, and a host that speaks to it in tokens. All that the program learns
//! from outside is tokens that are appended, and all that it asks is tokens that it generates, so the sequence of
//! tokens is the whole run: it can be replayed and verified without the host.
//!
//! What a host knows beside the tokens is the [`Interface`] of the program: the names and types of its imports and
//! exports, which instructions change memory, and which write a variable that an address is read from. The engine
//! sees none of it.
//!
//! - [`Instance`]: calls exports, answers imports
//! - [`Memory`]: linear memory as the tokens have filled it
//! - [`Imports`]: functions of the host, by name
//! - [`Caller`]: the program as a function of the host that it has called sees it
//! - [`Follower`]: requests and memory, read off the tokens of any run
//! - [`Replay`]: the tokens of an earlier run in place of a host

mod answer;
mod caller;
mod error;
mod follower;
mod imports;
mod instance;
mod memory;
mod replay;
mod run;
mod tokens;
mod variables;

pub use caller::{Caller, Program};
pub use error::InstanceError;
pub use follower::{Follower, Request};
pub use imports::{Host, HostError, Imports};
pub use instance::{Guest, Instance, Stop};
pub use memory::{Memory, OutOfBounds};
pub use replay::{Replay, ReplayError};
pub use tvm_interface::{Import, Interface, Signature, Value, ValueType};
