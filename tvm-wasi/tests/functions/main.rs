//! The functions, called as a program calls them, with a real directory.

mod directories;
mod errors;
mod hostile;
#[cfg(target_os = "linux")]
mod like_the_host;
#[cfg(target_os = "linux")]
mod offsets;
mod paths;
mod process;
mod reading;
mod support;
mod waiting;
