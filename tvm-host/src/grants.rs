//! What a program may use of the world, as a command line says it.

use std::ffi::{OsStr, OsString};
use std::path::PathBuf;

/// What a program is given.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Grants {
    /// The arguments of its `main`.
    pub arguments: Vec<OsString>,
    /// Variables of the environment.
    pub environment: Vec<(OsString, OsString)>,
    /// Does it have the variables of this process too?
    pub inherits_environment: bool,
    /// Directories, each by its path here and its name for the program.
    pub directories: Vec<(PathBuf, OsString)>,
}

/// A directory as the command line names it, `HOST` or `HOST::GUEST`.
pub fn directory(text: &OsStr) -> (PathBuf, OsString) {
    match text.to_str().and_then(|text| text.split_once("::")) {
        Some((host, guest)) => (host.into(), guest.into()),
        None => (text.into(), text.to_owned()),
    }
}

/// A variable as the command line gives it, `NAME=VALUE`.
///
/// # Errors
/// When there is no `=`, or no name before it.
pub fn variable(text: &str) -> Result<(OsString, OsString), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.into(), value.into())),
        _ => Err(format!("{text:?} is no variable: say NAME=VALUE")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn directories_and_variables_are_read() {
        assert_eq!(directory(OsStr::new("data")), ("data".into(), "data".into()));
        assert_eq!(directory(OsStr::new("/a/b::/c")), ("/a/b".into(), "/c".into()));
        assert_eq!(variable("A=b=c"), Ok(("A".into(), "b=c".into())));
        assert_eq!(variable("A="), Ok(("A".into(), "".into())));
        assert!(variable("=b").is_err() && variable("A").is_err());
    }
}
