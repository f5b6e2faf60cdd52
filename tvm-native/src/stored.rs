//! Machine code in a file: translated once, run elsewhere, as in a bundle.
//!
//! ```text
//! version and platform (16 bytes) | matrices (16 bytes) | fingerprint (32 bytes) | number of routines
//! | bytes of the frame | number of constants | class of a prompt | for every routine: begin, end | constants | frame | machine code
//! ```
//!
//! Numbers are little-endian and have 8 bytes. Routines are those for calls and for the common part, then one for
//! each class, each from the beginning of the machine code on; one that is empty was not translated. The matrices are the digest of those
//! that the plan was derived from. The fingerprint is a digest of the plan's code and of its layout, so that code is
//! not run with a plan that another version of the program derives. Where all blocks were translated, the frame is what
//! [`Plan::frame`] has written, and with the constants of the layout it is all that the code needs: then no plan is
//! derived, and the fingerprint is not looked at. Nothing here checks that the bytes are those
//! that were written: whoever stores them sees to it.

use std::fmt::{self, Write as _};
use std::ops::Range;
use std::sync::OnceLock;

use sha2::{Digest as _, Sha256};
use tvm_runtime::Weights;
use tvm_runtime::plan::{Code, Plan};

use crate::{Layout, Routine, Source, Translator, Whole};

/// The version of what is written and of how words are laid out; the processor, and its calling convention.
const PLATFORM: [u8; 16] = *b"tvm4 x86-64 sysv";

/// Bytes before the routines.
const HEADER: usize = 16 + 16 + 32 + 4 * 8;

/// Translates the plan of a model.
pub fn store(plan: &Plan, weights: &Weights<'_>, translator: &impl Translator) -> Vec<u8> {
    let code = Code::of(plan);
    let layout = Layout::new(plan, &code);
    let source = Source { plan, code: &code, layout: &layout };
    let translated = Routine::all(&code).map(|routine| translator.translate(&source, routine));
    let (mut ranges, mut bytes) = (Vec::new(), Vec::new());
    let mut is_whole = true;
    for routine in translated {
        let begin = bytes.len() as u64;
        is_whole &= routine.is_some();
        bytes.extend(routine.unwrap_or_default());
        ranges.extend([begin, bytes.len() as u64]);
    }
    let (frame, constants) = match is_whole {
        true => (plan.frame(weights), layout.constants()),
        false => (Vec::new(), [].as_slice()),
    };
    let mut stored = PLATFORM.to_vec();
    stored.extend(plan.digest.0.to_le_bytes());
    stored.extend(fingerprint(&source));
    let counts = [ranges.len() / 2, frame.len(), constants.len(), code.reading];
    let counts = counts.map(|count| count as u64);
    let words = counts.iter().chain(&ranges).chain(constants);
    stored.extend(words.flat_map(|word| word.to_le_bytes()));
    stored.extend(frame);
    stored.extend(bytes);
    stored
}

/// Machine code that was stored.
pub struct Stored<'bytes> {
    matrices: u128,
    fingerprint: [u8; 32],
    ranges: Vec<Range<usize>>,
    constants: Vec<u64>,
    /// The class of [`Code::reading`].
    reading: usize,
    /// Nothing when not all blocks were translated.
    frame: &'bytes [u8],
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
        let [routines, frame, constants, reading] =
            [64, 72, 80, 88].map(|at| number(&header[at..at + 8]));
        let (ends, rest) = bytes[HEADER..].split_at_checked(routines?.checked_mul(16)?)?;
        let (constants, rest) = rest.split_at_checked(constants?.checked_mul(8)?)?;
        let (frame, code) = rest.split_at_checked(frame?)?;
        let constants = constants.as_chunks().0.iter().map(|word| u64::from_le_bytes(*word));
        let constants = constants.collect();
        let range = |ends: &[u8]| {
            let range = number(&ends[..8])?..number(&ends[8..])?;
            code.get(range.clone()).map(|_| range)
        };
        let ranges = ends.chunks(16).map(range).collect::<Option<_>>()?;
        let accepts = OnceLock::new();
        let reading = reading?;
        Some(Stored { matrices, fingerprint, ranges, constants, reading, frame, code, accepts })
    }
}

// SAFETY: the bytes are what a translator has given, as `Stored::read` demands, for a plan with the same code and
// layout, on such a platform; and those of a whole plan for the plan whose frame and constants are stored with them.
#[allow(unsafe_code)]
unsafe impl Translator for Stored<'_> {
    fn whole(&self, weights: &Weights<'_>) -> Option<Whole> {
        let frame = (!self.frame.is_empty()).then_some(self.frame)?;
        let plan = Plan::of_frame(frame, weights).ok()??;
        let code = Code::without_operations(self.ranges.len().checked_sub(2)?, self.reading);
        let layout = Layout::of_constants(&plan, self.constants.clone());
        let routines = Routine::all(&code).zip(&self.ranges);
        let routines =
            routines.map(|(routine, range)| (routine, self.code[range.clone()].to_vec()));
        let routines = routines.collect();
        Some(Whole { plan, code, layout, routines })
    }

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
