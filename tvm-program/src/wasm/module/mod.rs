//! From the bytes of a module to a [`Module`]: validated, its sections read, its initial values and
//! imports known.
//!
//! In come bytes and what the host offers to import; out goes a [`Module`] in which every index is
//! valid. Nothing here knows of instructions, opcodes or instruction sets.
//!
//! 1. `types`, `validate`, `host`: types of values, which modules are read, what can be imported
//! 2. `module`: a module's functions, globals, tables, memory, data
//! 3. `initial`, `import`, `input`: initial values, what imports are, where the input lies
//! 4. `decode`: the sections

mod decode;
mod host;
mod import;
mod initial;
mod input;
mod module;
mod types;
mod validate;

pub(crate) use decode::decode;
pub use host::HostModule;
pub(crate) use host::{HostBody, HostFunction, Hosts};
pub(crate) use input::{Pages, base as input_base, pages};
pub(crate) use module::{FunctionIndex, Module, Origin, Segment, TableIndex, TypeIndex};
pub(crate) use types::{SignatureText, number_type, words};
pub(crate) use validate::validate;
