//! Bundles: one file that is a runtime with a program appended. The runtime is any executable whose
//! main function begins with [`main`]; it finds what is appended to itself, checks it and runs it.
//! No compiler and no linker is needed to make one.
//!
//! ```text
//! runtime | zeros up to a multiple of 4096 | header (128 bytes) | description (JSON) | zeros up to a
//! multiple of 8 | model file | where the header begins (8 bytes) | "tvm.end\0"
//! ```
//!
//! The header is 16 bytes of a mark, four lengths of 8 bytes each (runtime, description, model, all), and the
//! SHA-256 of these 48 bytes and of what follows the header up to the end of the model, in 32 bytes; zeros
//! follow. Numbers are little-endian. A file that was cut short has the header but not the end; nothing that is damaged runs.

use std::fs::File;
use std::hint::black_box;
use std::io::{self, Read, Seek, SeekFrom};
use std::process::ExitCode;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use thiserror::Error;

use crate::executable::{self, Embedded, status};
use tvm_model::{Model, ModelError};

/// Headers begin at multiples of it, so that one is found without the end of the file.
const PAGE: u64 = 4096;

/// Bytes of a header.
const HEADER: usize = 128;

/// Bytes of a header before its digest, which counts them.
const DIGESTED: usize = 48;

/// Bytes after the model.
const END: usize = 16;

/// The mark of a header with its bits turned over: as it is, it would stand in every runtime. As it
/// stands there it tells a runtime from other executables.
static TURNED_MARK: [u8; 16] = turned(*b"transformer-vm 1");

/// The last bytes of a bundle, turned over likewise.
static TURNED_END: [u8; 8] = turned(*b"tvm.end\0");

/// The mark of a header. It is hidden from the compiler, which would store it otherwise.
fn mark() -> [u8; 16] {
    turned(*black_box(&TURNED_MARK))
}

/// The last bytes of a bundle.
fn last() -> [u8; 8] {
    turned(*black_box(&TURNED_END))
}

/// Is this a file that finds what is appended to it? A text or another program is not.
pub fn is_runtime(file: &[u8]) -> bool {
    file.windows(TURNED_MARK.len()).any(|bytes| bytes == TURNED_MARK)
}

const fn turned<const N: usize>(mut bytes: [u8; N]) -> [u8; N] {
    let mut at = 0;
    while at < N {
        bytes[at] = !bytes[at];
        at += 1;
    }
    bytes
}

/// What a bundle says of its program.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Description {
    /// The name of the program.
    pub name: String,
    /// What it does, in a line.
    pub about: String,
    /// The input without an argument.
    pub default_input: String,
}

/// A program that is to be a bundle, or is one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bundle {
    /// What is said of it.
    pub description: Description,
    /// The specialised model, as a file.
    pub model: Vec<u8>,
}

/// Why a file is not a bundle that can be run.
#[derive(Debug, Error)]
pub enum BundleError {
    /// The file cannot be read.
    #[error("cannot read this executable: {0}")]
    Read(#[from] io::Error),
    /// The file has the beginning of a program, but not all of it.
    #[error("this executable was cut short: get it again, or bundle the program again")]
    CutShort,
    /// What is appended is not what was appended.
    #[error(
        "the program in this executable is damaged ({0}): get it again, or bundle the program again"
    )]
    Damaged(&'static str),
    /// The model cannot be read.
    #[error("the model in this executable cannot be read: {0}: bundle the program again")]
    Model(#[from] ModelError),
    /// The file is no runtime.
    #[error(
        "this is no runtime of transformer-vm: give a `tvm` or `tvm-bundle-runtime` executable"
    )]
    NotARuntime,
    /// The model takes a program from its prompt.
    #[error("the model in this executable is universal: a bundle has its program in the weights")]
    Universal,
}

/// The main function of a runtime: runs the program that is appended to this executable. `None` when
/// there is none, and the executable is what it is without.
pub fn main() -> Option<ExitCode> {
    let path = std::env::current_exe().ok()?;
    let mut file = File::open(&path).ok()?;
    match Bundle::read(&mut file) {
        Ok(None) => None,
        Ok(Some(bundle)) => Some(executable::main(&bundle.embedded())),
        Err(error) => {
            eprintln!("{}: {error}", path.file_name().unwrap_or_default().display());
            Some(ExitCode::from(status::TOOL))
        }
    }
}

impl Bundle {
    /// The program as executables know it. There is no generated code in a bundle.
    pub fn embedded(&self) -> Embedded<'_> {
        let Description { name, about, default_input } = &self.description;
        Embedded {
            name,
            about,
            model: &self.model,
            kernel: None,
            default_input,
            input_length: None,
            input_alphabet: None,
        }
    }

    /// A runtime with the program appended. What is appended to the runtime already gives way.
    ///
    /// # Errors
    /// When the file is no runtime or a bundle that is damaged, or the model is none or universal.
    pub fn append(&self, runtime: &[u8]) -> Result<Vec<u8>, BundleError> {
        check_model(&self.model)?;
        if !is_runtime(runtime) {
            return Err(BundleError::NotARuntime);
        }
        let runtime = match header(&mut io::Cursor::new(runtime))? {
            Some((header, _)) => &runtime[..header.runtime as usize],
            None => runtime,
        };
        let mut file = runtime.to_vec();
        file.resize(runtime.len().next_multiple_of(PAGE as usize), 0);
        let begin = file.len();
        let mut payload = serde_json::to_vec(&self.description).expect("texts can be JSON");
        let description = payload.len() as u64;
        payload.resize(payload.len().next_multiple_of(8), 0);
        payload.extend(&self.model);
        let all = (begin + HEADER + payload.len() + END) as u64;
        let lengths = [runtime.len() as u64, description, self.model.len() as u64, all];
        file.extend(mark());
        file.extend(lengths.into_iter().flat_map(u64::to_le_bytes));
        let digest = digest(&file[begin..], &payload);
        file.extend(digest);
        file.resize(begin + HEADER, 0);
        file.extend(payload);
        file.extend((begin as u64).to_le_bytes());
        file.extend(last());
        Ok(file)
    }

    /// The program that is appended to a file, checked; `None` when there is none.
    ///
    /// # Errors
    /// [`BundleError`] when the file cannot be read, or what is appended is not whole.
    pub fn read(file: &mut (impl Read + Seek)) -> Result<Option<Bundle>, BundleError> {
        let Some((header, begin)) = header(file)? else { return Ok(None) };
        let length = header.all - begin - (HEADER + END) as u64;
        let mut payload = vec![0; length as usize];
        file.seek(SeekFrom::Start(begin + HEADER as u64))?;
        file.read_exact(&mut payload)?;
        if digest(&header.begin, &payload) != header.digest {
            return Err(BundleError::Damaged("its digest is another"));
        }
        let (description, model) =
            payload.split_at(header.description.next_multiple_of(8) as usize);
        let description = &description[..header.description as usize];
        let description = serde_json::from_slice(description)
            .map_err(|_| BundleError::Damaged("its description is none"))?;
        Ok(Some(Bundle { description, model: model.to_vec() }))
    }
}

fn check_model(bytes: &[u8]) -> Result<(), BundleError> {
    match Model::from_bytes(bytes)?.description.program {
        Some(_) => Ok(()),
        None => Err(BundleError::Universal),
    }
}

fn digest(header: &[u8], payload: &[u8]) -> [u8; 32] {
    Sha256::new().chain_update(header).chain_update(payload).finalize().into()
}

/// The header of a bundle. Its lengths fit the file.
struct Header {
    /// Its bytes up to the digest.
    begin: [u8; DIGESTED],
    runtime: u64,
    description: u64,
    all: u64,
    digest: [u8; 32],
}

/// The header in a file, and where it begins.
fn header(file: &mut (impl Read + Seek)) -> Result<Option<(Header, u64)>, BundleError> {
    let length = file.seek(SeekFrom::End(0))?;
    let begin = match end(file, length)? {
        Some(begin) => begin,
        // Without its end, is there a beginning?
        None => match scan(file, length)? {
            Some(_) => return Err(BundleError::CutShort),
            None => return Ok(None),
        },
    };
    let payload = length.checked_sub(begin.saturating_add((HEADER + END) as u64));
    let payload = payload.ok_or(BundleError::Damaged("its end names no beginning"))?;
    let mut bytes = [0; HEADER];
    file.seek(SeekFrom::Start(begin))?;
    file.read_exact(&mut bytes)?;
    if bytes[..16] != mark() {
        return Err(BundleError::Damaged("its end names no beginning"));
    }
    let number = |at: usize| {
        u64::from_le_bytes(bytes[16 + 8 * at..24 + 8 * at].try_into().expect("eight bytes"))
    };
    let [runtime, description, model, all] = [0, 1, 2, 3].map(number);
    let fits = description.checked_next_multiple_of(8).and_then(|sum| sum.checked_add(model));
    let is_page = runtime.checked_next_multiple_of(PAGE) == Some(begin);
    let is_filled = bytes[80..].iter().all(|&byte| byte == 0);
    if fits != Some(payload) || all != length || !is_page || !is_filled {
        return Err(BundleError::Damaged("its lengths do not fit"));
    }
    let digest = bytes[DIGESTED..80].try_into().expect("32 bytes");
    let start = bytes[..DIGESTED].try_into().expect("as many bytes");
    Ok(Some((Header { begin: start, runtime, description, all, digest }, begin)))
}

/// Where the header begins, as the end of the file says.
fn end(file: &mut (impl Read + Seek), length: u64) -> io::Result<Option<u64>> {
    let Some(begin) = length.checked_sub(END as u64) else { return Ok(None) };
    let mut bytes = [0; END];
    file.seek(SeekFrom::Start(begin))?;
    file.read_exact(&mut bytes)?;
    if bytes[8..] != last() {
        return Ok(None);
    }
    Ok(Some(u64::from_le_bytes(bytes[..8].try_into().expect("eight bytes"))))
}

/// A header where one may be.
fn scan(file: &mut (impl Read + Seek), length: u64) -> io::Result<Option<u64>> {
    let last = length.saturating_sub(TURNED_MARK.len() as u64);
    for begin in (0..=last).step_by(PAGE as usize).skip(1) {
        let mut bytes = [0; TURNED_MARK.len()];
        file.seek(SeekFrom::Start(begin))?;
        file.read_exact(&mut bytes)?;
        if bytes == mark() {
            return Ok(Some(begin));
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;
    use tvm_model::{Matrix, Vocabulary, Weights};

    /// A model without layers.
    fn small_model() -> Model<'static> {
        let names = ["{", "}", "halt"].map(String::from).to_vec();
        Model {
            description: tvm_model::Description::default(),
            vocabulary: Vocabulary::new(names).expect("distinct names"),
            weights: Weights {
                embedding: Matrix::zeros(3, 2),
                position_linear: Matrix::zeros(1, 2),
                position_periodic: Matrix::zeros(8, 2),
                layers: Vec::new(),
                unembedding: Matrix::zeros(3, 2),
                generable: vec![false, false, true],
            },
        }
    }

    fn bundle() -> Bundle {
        let mut model = small_model();
        model.description.program = Some("answer".into());
        let description = Description {
            name: "answer".into(),
            about: "Answers.".into(),
            default_input: "?".into(),
        };
        Bundle { description, model: model.to_bytes() }
    }

    fn read(bytes: &[u8]) -> Result<Option<Bundle>, BundleError> {
        Bundle::read(&mut io::Cursor::new(bytes))
    }

    fn runtime() -> Vec<u8> {
        let mut bytes: Vec<u8> = (0..10_000_u32).map(|n| n as u8).collect();
        bytes[500..516].copy_from_slice(&TURNED_MARK);
        bytes
    }

    #[test]
    fn what_is_appended_is_found() {
        let whole = bundle().append(&runtime()).unwrap();
        assert_eq!(whole[..10_000], runtime());
        assert_eq!(read(&whole).unwrap(), Some(bundle()));
        assert_eq!(read(&runtime()).unwrap(), None);
        assert_eq!(read(b"").unwrap(), None);
    }

    #[test]
    fn another_program_takes_the_place_of_the_first() {
        let once = bundle().append(&runtime()).unwrap();
        assert_eq!(bundle().append(&once).unwrap(), once);
    }

    #[test]
    fn one_that_was_cut_short_is_refused() {
        let whole = bundle().append(&runtime()).unwrap();
        let begin = 10_000_usize.next_multiple_of(PAGE as usize);
        for length in begin + TURNED_MARK.len()..whole.len() {
            assert!(matches!(read(&whole[..length]), Err(BundleError::CutShort)), "{length}");
        }
        // What is gone up to its mark was never there.
        for length in (0..begin).step_by(64) {
            assert!(read(&whole[..length]).unwrap().is_none(), "{length}");
        }
    }

    #[test]
    fn a_byte_that_is_another_is_found() {
        let whole = bundle().append(&runtime()).unwrap();
        let begin = 10_000_usize.next_multiple_of(PAGE as usize);
        for place in begin..whole.len() {
            let mut flipped = whole.clone();
            flipped[place] ^= 0x10;
            let refused = read(&flipped);
            let is_refused =
                matches!(refused, Err(BundleError::Damaged(_) | BundleError::CutShort));
            assert!(is_refused, "{place}: {refused:?}");
        }
    }

    #[test]
    fn another_file_is_no_runtime() {
        let refused = bundle().append(b"#!/bin/sh\n");
        assert!(matches!(refused, Err(BundleError::NotARuntime)));
    }

    #[test]
    fn a_universal_model_is_refused() {
        let universal = Bundle { model: small_model().to_bytes(), ..bundle() };
        assert!(matches!(universal.append(&runtime()), Err(BundleError::Universal)));
        let none = Bundle { model: b"none".to_vec(), ..bundle() };
        assert!(matches!(none.append(&runtime()), Err(BundleError::Model(_))));
    }
}
