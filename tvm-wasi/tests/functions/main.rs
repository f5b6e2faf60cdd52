//! The functions, called as a program calls them, with a real directory.

mod directories;
mod errors;
mod hostile;
mod paths;
mod process;
mod reading;
mod support;
mod waiting;
