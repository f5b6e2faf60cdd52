//! Bundles: one file that is a runtime with a program appended. The runtime is any executable whose
//! main function begins with [`main`]. No compiler and no linker is needed to make a bundle.
//!
//! ```text
//! runtime | zeros up to a multiple of 8 | header (128 bytes) | description (JSON) | zeros up to a
//! multiple of 8 | model file | zeros up to a multiple of 8 | machine code
//! | where the header begins (8 bytes) | "tvm.end\0"
//! ```
//!
//! The machine code is what `tvm_native::store` has written, or nothing. A runtime of another platform or version
//! runs the plan of the model instead, and so does a runtime that was built without the feature `native`.
//!
//! A runtime has a slot that says whether a program is appended to it; making a bundle sets it in
//! the copy. So a runtime without a program reads nothing of itself when it starts, and a bundle that
//! was cut short or that cannot be read says so.
//!
//! The header is 16 bytes of a mark, five lengths of 8 bytes each (runtime, description, model, machine code, all),
//! and the SHA-256 of these 56 bytes and of what follows the header up to the end of the machine code, in 32 bytes;
//! zeros follow. Numbers are little-endian. Nothing that is damaged runs.

use std::fs::File;
use std::hint::black_box;
use std::io::{self, Read, Seek, SeekFrom};
use std::process::ExitCode;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use thiserror::Error;

use crate::executable::{self, Embedded, status};
use crate::message::tell;
use tvm_model::{Model, ModelError};
use tvm_runtime::engine::Backend;

/// Headers begin at multiples of it.
const ALIGNMENT: u64 = 8;

/// Bytes of a header.
const HEADER: usize = 128;

/// Bytes of a mark.
const MARK: usize = 16;

/// Bytes of a header before its digest, which counts them.
const DIGESTED: usize = 56;

/// Bytes of a header with its digest.
const WITH_DIGEST: usize = DIGESTED + 32;

/// Bytes after the machine code.
const END: usize = 16;

/// Bytes of the state of a slot.
const STATE: usize = 8;

/// The state of a slot in a runtime without a program.
const EMPTY: [u8; STATE] = *b"empty\0\0\0";

/// The state of a slot in a bundle.
const FILLED: [u8; STATE] = *b"filled\0\0";

/// The slot of this runtime: the mark of a header with its bits turned over, then a state. The mark is
/// turned over because as it is it would stand in every runtime; as it stands here it tells a runtime
/// from other executables. The state is set in the file, where the compiler does not see it: so what
/// is read here is hidden from the compiler, which would take it for a constant otherwise.
static SLOT: [u8; MARK + STATE] = slot(*b"transformer-vm 3");

/// The last bytes of a bundle, turned over likewise.
static TURNED_END: [u8; 8] = turned(*b"tvm.end\0");

/// The mark of a header.
fn mark() -> [u8; MARK] {
    turned(turned_mark())
}

/// The mark of a slot.
fn turned_mark() -> [u8; MARK] {
    let (mark, _) = black_box(&SLOT).split_first_chunk().expect("a slot begins with a mark");
    *mark
}

/// The last bytes of a bundle.
fn last() -> [u8; 8] {
    turned(*black_box(&TURNED_END))
}

/// Says whether a program is appended to this executable.
fn is_filled() -> bool {
    black_box(&SLOT).ends_with(&FILLED)
}

/// Where the states of the slots in a file are. A runtime has one slot; what is no runtime has none.
fn states(file: &[u8]) -> Vec<usize> {
    let mark = turned_mark();
    let marks =
        file.windows(MARK + STATE).enumerate().filter(|(_, bytes)| bytes.starts_with(&mark));
    let is_slot = |bytes: &[u8]| bytes.ends_with(&EMPTY) || bytes.ends_with(&FILLED);
    marks.filter(|(_, bytes)| is_slot(bytes)).map(|(place, _)| place + MARK).collect()
}

const fn slot(mark: [u8; MARK]) -> [u8; MARK + STATE] {
    let mark = turned(mark);
    let mut slot = [0; MARK + STATE];
    let mut at = 0;
    while at < MARK + STATE {
        slot[at] = if at < MARK { mark[at] } else { EMPTY[at - MARK] };
        at += 1;
    }
    slot
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
    /// The input without an argument: a text in JSON, or numbers where it is no UTF-8.
    #[serde(with = "text_or_bytes")]
    pub default_input: Vec<u8>,
    /// Does it speak to a host?
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub has_host: bool,
}

/// Bytes in JSON: a text where they are one, else a list of numbers.
mod text_or_bytes {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    #[derive(Deserialize)]
    #[serde(untagged)]
    enum TextOrBytes {
        Text(String),
        Bytes(Vec<u8>),
    }

    pub(super) fn serialize<S: Serializer>(bytes: &[u8], to: S) -> Result<S::Ok, S::Error> {
        match std::str::from_utf8(bytes) {
            Ok(text) => text.serialize(to),
            Err(_) => bytes.serialize(to),
        }
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<u8>, D::Error> {
        Ok(match TextOrBytes::deserialize(from)? {
            TextOrBytes::Text(text) => text.into_bytes(),
            TextOrBytes::Bytes(bytes) => bytes,
        })
    }
}

/// A program that is to be a bundle, or is one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bundle {
    /// What is said of it.
    pub description: Description,
    /// The specialised model, as a file.
    pub model: Vec<u8>,
    /// What `tvm_native::store` has written of its plan; nothing if it is to run by the plan.
    pub code: Vec<u8>,
}

/// Why a file is not a bundle that can be run.
#[derive(Debug, Error)]
pub enum BundleError {
    /// The file cannot be read.
    #[error(
        "cannot read the program in this executable: {0}; whoever runs it must be able to read its file"
    )]
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
        "this is no runtime of this version of transformer-vm: give a `tvm` or `tvm-bundle-runtime` executable"
    )]
    NotARuntime,
    /// The model takes a program from its prompt.
    #[error("the model in this executable is universal: a bundle has its program in the weights")]
    Universal,
}

/// The main function of a runtime: runs the program that is appended to this executable. `None` when
/// there is none.
pub fn main() -> Option<ExitCode> {
    is_filled().then(|| match own() {
        Ok(bundle) => executable::main_with(&bundle.embedded(), bundle.backend().as_deref()),
        Err(error) => {
            let name = std::env::args_os().next().unwrap_or_default();
            tell(format_args!("{}: {error}", name.display()));
            ExitCode::from(status::TOOL)
        }
    })
}

/// The program that is appended to this executable.
fn own() -> Result<Bundle, BundleError> {
    Bundle::read(&mut File::open(std::env::current_exe()?)?)
}

impl Bundle {
    /// The program as executables know it. There is no kernel in a bundle.
    pub fn embedded(&self) -> Embedded<'_> {
        let Description { name, about, default_input, has_host } = &self.description;
        Embedded {
            name,
            about,
            model: &self.model,
            kernel: None,
            default_input,
            input_length: None,
            input_alphabet: None,
            has_host: *has_host,
        }
    }

    /// What runs its machine code. None without any for this platform and version.
    #[cfg(feature = "native")]
    fn backend(&self) -> Option<Box<dyn Backend + '_>> {
        use tvm_native::{Native, Stored, When};

        // SAFETY: the code is a part of this executable, whose digest was checked when it was read.
        #[allow(unsafe_code)]
        let stored = unsafe { Stored::read(&self.code) };
        stored.map(|stored| Box::new(Native::new(stored, When::Before)) as Box<dyn Backend>)
    }

    #[cfg(not(feature = "native"))]
    fn backend(&self) -> Option<Box<dyn Backend + '_>> {
        None
    }

    /// A runtime with the program appended. What is appended to the runtime already gives way.
    ///
    /// # Errors
    /// When the file is no runtime or a bundle that is damaged, or the model is none or universal.
    pub fn append(&self, runtime: &[u8]) -> Result<Vec<u8>, BundleError> {
        check_model(&self.model)?;
        let states = states(runtime);
        let is_filled = |place: &usize| runtime[*place..].starts_with(&FILLED);
        let runtime = match states.iter().any(is_filled) {
            true => &runtime[..header(&mut io::Cursor::new(runtime))?.0.runtime as usize],
            false => runtime,
        };
        let mut file = runtime.to_vec();
        let in_runtime = |place: &&usize| **place + STATE <= runtime.len();
        let mut states = states.iter().filter(in_runtime).peekable();
        if states.peek().is_none() {
            return Err(BundleError::NotARuntime);
        }
        states.for_each(|&place| file[place..][..STATE].copy_from_slice(&FILLED));
        file.resize(runtime.len().next_multiple_of(ALIGNMENT as usize), 0);
        let begin = file.len();
        let mut payload = serde_json::to_vec(&self.description).expect("texts can be JSON");
        let description = payload.len() as u64;
        payload.resize(payload.len().next_multiple_of(8), 0);
        payload.extend(&self.model);
        payload.resize(payload.len().next_multiple_of(8), 0);
        payload.extend(&self.code);
        let all = (begin + HEADER + payload.len() + END) as u64;
        let [runtime, model, code] =
            [runtime.len(), self.model.len(), self.code.len()].map(|length| length as u64);
        let lengths = [runtime, description, model, code, all];
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

    /// The program that is appended to a file, checked.
    ///
    /// # Errors
    /// [`BundleError`] when the file cannot be read, or what is appended is not whole.
    pub fn read(file: &mut (impl Read + Seek)) -> Result<Bundle, BundleError> {
        let (header, begin) = header(file)?;
        let length = header.all - begin - (HEADER + END) as u64;
        let mut payload = vec![0; length as usize];
        file.seek(SeekFrom::Start(begin + HEADER as u64))?;
        file.read_exact(&mut payload)?;
        if digest(&header.begin, &payload) != header.digest {
            return Err(BundleError::Damaged("its digest is another"));
        }
        let (description, rest) = split(&payload, header.description);
        let (model, code) = split(rest, header.model);
        let description = serde_json::from_slice(description)
            .map_err(|_| BundleError::Damaged("its description is none"))?;
        Ok(Bundle { description, model: model.to_vec(), code: code.to_vec() })
    }
}

/// The first so many bytes, and what follows the zeros after them. Both are there.
fn split(bytes: &[u8], length: u64) -> (&[u8], &[u8]) {
    let (first, rest) = bytes.split_at(length.next_multiple_of(8) as usize);
    (&first[..length as usize], rest)
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
    model: u64,
    all: u64,
    digest: [u8; 32],
}

/// The header in a file, and where it begins.
fn header(file: &mut (impl Read + Seek)) -> Result<(Header, u64), BundleError> {
    let length = file.seek(SeekFrom::End(0))?;
    let begin = end(file, length)?.ok_or(BundleError::CutShort)?;
    let payload = length.checked_sub(begin.saturating_add((HEADER + END) as u64));
    let payload = payload.ok_or(BundleError::Damaged("its end names no beginning"))?;
    let mut bytes = [0; HEADER];
    file.seek(SeekFrom::Start(begin))?;
    file.read_exact(&mut bytes)?;
    if bytes[..MARK] != mark() {
        return Err(BundleError::Damaged("its end names no beginning"));
    }
    let number = |at: usize| {
        u64::from_le_bytes(bytes[MARK + 8 * at..][..8].try_into().expect("eight bytes"))
    };
    let [runtime, description, model, code, all] = [0, 1, 2, 3, 4].map(number);
    let padded = |length: u64| length.checked_next_multiple_of(8);
    let first = padded(description).zip(padded(model));
    let fits = first
        .and_then(|(description, model)| description.checked_add(model))
        .and_then(|sum| sum.checked_add(code));
    let is_aligned = runtime.checked_next_multiple_of(ALIGNMENT) == Some(begin);
    let is_filled = bytes[WITH_DIGEST..].iter().all(|&byte| byte == 0);
    if fits != Some(payload) || all != length || !is_aligned || !is_filled {
        return Err(BundleError::Damaged("its lengths do not fit"));
    }
    let digest = bytes[DIGESTED..WITH_DIGEST].try_into().expect("32 bytes");
    let start = bytes[..DIGESTED].try_into().expect("as many bytes");
    Ok((Header { begin: start, runtime, description, model, all, digest }, begin))
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
            default_input: b"?".to_vec(),
            has_host: false,
        };
        Bundle { description, model: model.to_bytes(), code: b"machine code".to_vec() }
    }

    fn read(bytes: &[u8]) -> Result<Bundle, BundleError> {
        Bundle::read(&mut io::Cursor::new(bytes))
    }

    /// Where the slot of the runtime is.
    const PLACE: usize = 500;

    const LENGTH: usize = 10_001;

    fn runtime() -> Vec<u8> {
        let mut bytes: Vec<u8> = (0..LENGTH).map(|n| n as u8).collect();
        bytes[PLACE..][..SLOT.len()].copy_from_slice(&SLOT);
        bytes
    }

    #[test]
    fn what_is_appended_is_found() {
        let whole = bundle().append(&runtime()).unwrap();
        let mut filled = runtime();
        filled[PLACE + MARK..][..STATE].copy_from_slice(&FILLED);
        assert!(whole.starts_with(&filled));
        assert_eq!(read(&whole).unwrap(), bundle());
        let alone = Bundle::read(&mut io::Cursor::new(runtime()));
        assert!(matches!(alone, Err(BundleError::CutShort)));
    }

    #[test]
    fn this_executable_has_one_slot_and_no_program() {
        let tests = std::fs::read(std::env::current_exe().unwrap()).unwrap();
        assert_eq!(states(&tests).len(), 1);
        assert!(!is_filled() && main().is_none());
    }

    #[test]
    fn an_input_need_not_be_text() {
        for input in [&b""[..], b"?", "ä\n\0".as_bytes(), b"\xff\x00\xfe"] {
            let description = Description { default_input: input.to_vec(), ..bundle().description };
            let odd = Bundle { description, ..bundle() };
            assert_eq!(read(&odd.append(&runtime()).unwrap()).unwrap(), odd);
        }
    }

    #[test]
    fn another_program_takes_the_place_of_the_first() {
        let once = bundle().append(&runtime()).unwrap();
        assert_eq!(bundle().append(&once).unwrap(), once);
    }

    #[test]
    fn one_that_was_cut_short_is_refused() {
        let whole = bundle().append(&runtime()).unwrap();
        for length in 0..whole.len() {
            assert!(matches!(read(&whole[..length]), Err(BundleError::CutShort)), "{length}");
        }
        for length in (PLACE + SLOT.len()..whole.len()).step_by(64) {
            let refused = bundle().append(&whole[..length]);
            assert!(matches!(refused, Err(BundleError::CutShort)), "{length}");
        }
    }

    #[test]
    fn a_byte_that_is_another_is_found() {
        let whole = bundle().append(&runtime()).unwrap();
        let begin = LENGTH.next_multiple_of(ALIGNMENT as usize);
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
