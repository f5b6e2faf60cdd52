//! Functions about files, directories and paths. Nothing outside of the directories that are open from
//! the start can be reached: cap-std resolves every path inside of its directory, link by link.

mod descriptor;
pub(crate) mod directory;
pub(crate) mod metadata;
mod open;
mod path;
mod position;
mod read_write;
