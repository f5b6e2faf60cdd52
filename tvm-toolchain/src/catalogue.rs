//! The catalogue of the programs in `programs/`: a description of each, its default input, the inputs
//! that it accepts, and its expected output.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::Deserialize;

/// The catalogue's file in the folder of the programs.
pub const FILE: &str = "programs.toml";

/// A program of the catalogue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CatalogueEntry {
    /// Its name: the name of its C file without the extension.
    pub name: String,
    /// The C file.
    pub source: PathBuf,
    /// A description of one line.
    pub about: String,
    /// The input that is used when none is given; empty for a program that reads no input.
    pub input: String,
    /// The inputs that it accepts.
    pub rule: InputRule,
    /// Its output for the default input.
    pub expected_output: String,
}

/// Which inputs a program accepts.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InputRule {
    /// The exact length in bytes.
    pub length: Option<usize>,
    /// The bytes that are allowed.
    pub alphabet: Option<String>,
}

/// An input that its program does not accept.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InputError {
    /// Too long or too short.
    #[error("the input has {found} bytes; {expected} are expected")]
    Length {
        /// Its length.
        found: usize,
        /// The length that the program expects.
        expected: usize,
    },
    /// A byte that is not allowed.
    #[error("the input has `{}` at position {position}; only `{alphabet}` may occur", byte.escape_ascii())]
    Alphabet {
        /// The byte.
        byte: u8,
        /// Its position, from 1.
        position: usize,
        /// The bytes that are allowed.
        alphabet: String,
    },
}

impl InputRule {
    /// Checks that the program accepts this input.
    ///
    /// # Errors
    /// When the length is wrong, or a byte is not allowed.
    pub fn check(&self, input: &[u8]) -> Result<(), InputError> {
        if let Some(alphabet) = &self.alphabet
            && let Some(index) = input.iter().position(|byte| !alphabet.as_bytes().contains(byte))
        {
            let (byte, position) = (input[index], index + 1);
            return Err(InputError::Alphabet { byte, position, alphabet: alphabet.clone() });
        }
        match self.length {
            Some(expected) if expected != input.len() => {
                Err(InputError::Length { found: input.len(), expected })
            }
            _ => Ok(()),
        }
    }
}

/// Why the catalogue cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum CatalogueError {
    /// A file cannot be read.
    #[error("`{}`: {error}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system says.
        error: io::Error,
    },
    /// The catalogue has a syntax error, an unknown field or a missing one.
    #[error("`{}`: {error}", path.display())]
    Format {
        /// The file.
        path: PathBuf,
        /// The error, with the line.
        error: Box<toml_edit::de::Error>,
    },
    /// A program does not accept its own default input.
    #[error("`{}`: the default input of `{name}`: {error}", path.display())]
    DefaultInput {
        /// The file.
        path: PathBuf,
        /// The program.
        name: String,
        /// What is wrong with it.
        error: InputError,
    },
}

/// A table of the file; its key is the program's name.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    about: String,
    #[serde(default)]
    input: String,
    #[serde(default)]
    rule: InputRule,
    expected: Option<String>,
}

/// Reads the catalogue of a folder, in order of the programs' names. An expected output that is
/// not in the catalogue itself is the file `expected/NAME.txt`.
///
/// # Errors
/// When a file cannot be read, the catalogue is malformed, or a default input is not accepted.
pub fn read(folder: &Path) -> Result<Vec<CatalogueEntry>, CatalogueError> {
    let path = folder.join(FILE);
    let rows: BTreeMap<String, Row> = toml_edit::de::from_str(&read_file(&path)?)
        .map_err(|error| CatalogueError::Format { path: path.clone(), error: Box::new(error) })?;
    rows.into_iter().map(|(name, row)| entry(folder, &path, name, row)).collect()
}

fn entry(
    folder: &Path,
    catalogue: &Path,
    name: String,
    row: Row,
) -> Result<CatalogueEntry, CatalogueError> {
    if let Err(error) = row.rule.check(row.input.as_bytes()) {
        return Err(CatalogueError::DefaultInput { path: catalogue.to_owned(), name, error });
    }
    let expected_output = match row.expected {
        Some(expected) => expected,
        None => read_file(&folder.join("expected").join(&name).with_extension("txt"))?,
    };
    let source = folder.join(&name).with_extension("c");
    let (about, input, rule) = (row.about, row.input, row.rule);
    Ok(CatalogueEntry { name, source, about, input, rule, expected_output })
}

fn read_file(path: &Path) -> Result<String, CatalogueError> {
    fs::read_to_string(path).map_err(|error| CatalogueError::Read { path: path.to_owned(), error })
}

#[cfg(test)]
mod tests;
