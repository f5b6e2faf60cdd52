//! From the bytes of a module to a [`Module`]: validated, its sections read, its initial values and
//! imports known.
//!
//! In come bytes and what the host offers to import; out goes a [`Module`] in which every index is
//! valid. Nothing here knows of instructions, opcodes or instruction sets.
//!
//! 1. `indices`, `types`, `validate`, `host`: numbers of things, types of values, which modules are read, what
//!    can be imported
//! 2. `reserved`: where tables that change and passive segments lie
//! 3. `module`: a module's functions, globals, tables, memory, data
//! 4. `initial`, `import`, `input`, `survey`: initial values, what imports are, where the input lies, what
//!    functions do with tables and segments
//! 5. `decode`: the sections

mod decode;
mod host;
mod import;
mod indices;
mod initial;
mod input;
mod module;
mod reserved;
mod survey;
mod types;
mod validate;

pub(crate) use decode::decode;
pub use host::HostModule;
pub(crate) use host::{HostBody, HostFunction, Hosts};
pub(crate) use import::MACHINE;
pub(crate) use indices::{FunctionIndex, TableIndex, TypeIndex};
pub(crate) use input::{Pages, base as input_base, pages};
pub(crate) use module::{Module, Origin, Segment};
pub(crate) use reserved::{Place, Store};
pub(crate) use types::{
    SignatureText, host_type, is_exception_reference, number_type, value_type, words,
};
pub(crate) use validate::validate;
