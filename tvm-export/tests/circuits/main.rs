//! What the files of circuits say, for all opcodes of both universal models: a forward pass of its own ablates what is
//! unused and what is named, and every answer of the pairs is compared with another engine and with the reference
//! executor.

mod ablation;
mod files;
mod forward;
mod pairs;
