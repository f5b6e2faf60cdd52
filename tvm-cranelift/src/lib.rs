//! Machine code from the code of a plan, by Cranelift: every block is a function, every register of the plan a
//! value of it. The input is a plan and what [`Layout`](tvm_native::Layout) says; the output is bytes that can be
//! executed anywhere, since everything outside of a function is reached through its argument and its constants
//! are in it.
//!
//! The operations are those of the interpreter in `tvm-runtime`, on the same numbers: what is exact in any order is
//! added as a balanced tree, everything else in its order. Code is made for the base instruction set of the
//! platform, so that it runs wherever the platform does.

mod body;
mod inputs;
mod keys;
mod known;
mod memory;
mod number;
mod operation;
mod output;
mod routine;
mod selection;

use cranelift_codegen::isa::{self, OwnedTargetIsa};
use cranelift_codegen::settings::{self, Configurable, Flags};
use target_lexicon::Triple;
use tvm_native::{Routine, Source, Translator};

/// Blocks of more operations, terms and results than this are not translated: no program comes near.
const MOST: usize = 1 << 16;

/// Makes machine code for this platform.
pub struct Cranelift {
    target: OwnedTargetIsa,
}

impl Cranelift {
    /// None where there is no machine code for the platform.
    pub fn new() -> Option<Cranelift> {
        if !tvm_native::is_supported() {
            return None;
        }
        let mut flags = settings::builder();
        flags.set("opt_level", "speed").ok()?;
        flags.set("enable_verifier", "false").ok()?;
        let target = isa::lookup(Triple::host()).ok()?.finish(Flags::new(flags)).ok()?;
        Some(Cranelift { target })
    }
}

// SAFETY: `body` and its siblings translate what the layout says, operation by operation, and check every place
// that is not one by construction; the functions have no relocations.
#[allow(unsafe_code)]
unsafe impl Translator for Cranelift {
    fn accepts(&self, _source: &Source<'_>) -> bool {
        true
    }

    fn translate(&self, source: &Source<'_>, routine: Routine) -> Option<Vec<u8>> {
        routine::translate(&*self.target, source, routine)
    }
}
