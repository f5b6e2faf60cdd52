//! Machine code in a file: translated once, run elsewhere, as in a bundle.
//!
//! ```text
//! version and platform (16 bytes) | matrices (16 bytes) | fingerprint (32 bytes) | number of routines
//! | for every routine: begin, end | machine code
//! ```
//!
//! Numbers are little-endian and have 8 bytes. Routines are those for calls and for the common part, then one for
//! each class, each from the beginning of the machine code on; one that is empty was not translated. The matrices are the digest of those
//! that the plan was derived from. The fingerprint is a digest of the plan's code and of its layout, so that code is
//! not run with a plan that another version of the program derives. Nothing here checks that the bytes are those
//! that were written: whoever stores them sees to it.

use std::fmt::{self, Write as _};
use std::ops::Range;
use std::sync::OnceLock;

use sha2::{Digest as _, Sha256};
use tvm_runtime::plan::{Code, Plan};

use crate::{Layout, Routine, Source, Translator};

/// The version of what is written and of how words are laid out; the processor, and its calling convention.
const PLATFORM: [u8; 16] = *b"tvm1 x86-64 sysv";

/// Bytes before the routines.
const HEADER: usize = 16 + 16 + 32 + 8;

/// Translates a plan. Gives no bytes where nothing can be translated.
pub fn store(plan: &Plan, translator: &impl Translator) -> Vec<u8> {
    let code = Code::of(plan);
    let layout = Layout::new(plan, &code);
    let source = Source { plan, code: &code, layout: &layout };
    let translated = Routine::all(&code).map(|routine| translator.translate(&source, routine));
    let (mut ranges, mut bytes) = (Vec::new(), Vec::new());
    for routine in translated {
        let begin = bytes.len() as u64;
        bytes.extend(routine.unwrap_or_default());
        ranges.extend([begin, bytes.len() as u64]);
    }
    let mut stored = PLATFORM.to_vec();
    stored.extend(plan.digest.0.to_le_bytes());
    stored.extend(fingerprint(&source));
    stored.extend((ranges.len() as u64 / 2).to_le_bytes());
    stored.extend(ranges.into_iter().flat_map(u64::to_le_bytes));
    stored.extend(bytes);
    stored
}

/// Machine code that was stored.
pub struct Stored<'bytes> {
    matrices: u128,
    fingerprint: [u8; 32],
    ranges: Vec<Range<usize>>,
    code: &'bytes [u8],
    /// Is it for the plan? It is asked for one plan only.
    accepts: OnceLock<bool>,
}

impl<'bytes> Stored<'bytes> {
    /// Reads what [`store`] has written. None when it is for another version or platform, or nothing.
    ///
    /// # Safety
    /// The bytes must be what [`store`] has written: what is in them is executed.
    #[allow(unsafe_code)]
    pub unsafe fn read(bytes: &'bytes [u8]) -> Option<Stored<'bytes>> {
        let header = bytes.get(..HEADER)?;
        if header[..16] != PLATFORM || !crate::is_supported() {
            return None;
        }
        let matrices = u128::from_le_bytes(header[16..32].try_into().ok()?);
        let fingerprint = header[32..64].try_into().ok()?;
        let number =
            |bytes: &[u8]| usize::try_from(u64::from_le_bytes(bytes.try_into().ok()?)).ok();
        let routines = number(&header[64..])?;
        let ends = bytes[HEADER..].get(..routines.checked_mul(16)?)?;
        let code = &bytes[HEADER + ends.len()..];
        let range = |ends: &[u8]| {
            let range = number(&ends[..8])?..number(&ends[8..])?;
            code.get(range.clone()).map(|_| range)
        };
        let ranges = ends.chunks(16).map(range).collect::<Option<_>>()?;
        Some(Stored { matrices, fingerprint, ranges, code, accepts: OnceLock::new() })
    }
}

// SAFETY: the bytes are what a translator has given, as `Stored::read` demands, for a plan with the same code and
// layout, on such a platform.
#[allow(unsafe_code)]
unsafe impl Translator for Stored<'_> {
    fn accepts(&self, source: &Source<'_>) -> bool {
        source.plan.digest.0 == self.matrices
            && *self.accepts.get_or_init(|| fingerprint(source) == self.fingerprint)
    }

    fn translate(&self, source: &Source<'_>, routine: Routine) -> Option<Vec<u8>> {
        if !self.accepts(source) {
            return None;
        }
        let index = Routine::all(source.code).position(|other| other == routine)?;
        let code = &self.code[self.ranges.get(index)?.clone()];
        (!code.is_empty()).then(|| code.to_vec())
    }
}

/// A digest of what machine code was made from.
fn fingerprint(source: &Source<'_>) -> [u8; 32] {
    struct Hashed(Sha256);
    impl fmt::Write for Hashed {
        fn write_str(&mut self, text: &str) -> fmt::Result {
            self.0.update(text);
            Ok(())
        }
    }
    let Source { plan, code, layout } = source;
    let mut hashed = Hashed(Sha256::new());
    let tables = plan.tables.iter().map(|table| (table.slots.len(), table.grid()));
    let tables: Vec<_> = tables.collect();
    let caches = (&plan.keys, &plan.values, &plan.rings, plan.sums, plan.registers, plan.winners);
    let inputs = (&plan.inputs, plan.period, plan.embedding.len(), plan.periodic.len());
    write!(hashed, "{code:?}{layout:?}{tables:?}{caches:?}{inputs:?}")
        .expect("hashing takes any text");
    hashed.0.finalize().into()
}
