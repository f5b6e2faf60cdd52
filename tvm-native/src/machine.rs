//! The only `unsafe` here: memory that holds machine code, the call of it, and the functions that it calls.
//!
//! Why this is sound:
//!
//! - **Memory.** Code is copied to memory of its own, which then becomes readable and executable and is never
//!   written again. It lives as long as an [`Entry`] into it.
//! - **What the code does.** It comes from a [`Translator`](crate::Translator), which is an `unsafe` trait: who
//!   implements it vouches that it gives routines as [`Layout`](crate::Layout) describes, for this platform and
//!   for the given plan. [`Blocks`](crate::blocks::Blocks) keep them with their plan, or with the plan without steps that
//!   the translator has given with them ([`Whole`](crate::Whole)). Such a routine reads and writes the lists whose
//!   addresses are in its words, within their lengths, and nothing else; it keeps the calling convention of C.
//! - **Which routine goes on.** The common part calls the routine of a class by an address in a list of the
//!   [`Machine`], which has addresses of [`Entry`]s of the same blocks, or 0; the blocks live as long as the machine.
//! - **Inputs.** A token is of the vocabulary, which the engine checks. Every place that a cache of keys has given has a
//!   row in each of its caches of values, since rows are made whenever a key gets a new place.
//! - **Addresses.** Words hold the addresses of lists that a [`Machine`] owns or borrows. They are set when it is
//!   made, and again whenever a list may have been moved: by the functions below, and after a block was
//!   interpreted.
//! - **Aliasing.** While code runs, its caller does not touch the machine. A function below is the only one who
//!   does until it returns; no reference outlives it.
//! - **Unwinding.** There is nothing to unwind in machine code. A function that panics, which would be a broken
//!   invariant, ends the process, since it is `extern "C"`.

#![allow(unsafe_code)]

use std::io;
use std::mem::transmute;
use std::sync::Arc;

use memmap2::{Mmap, MmapMut};

use crate::layout::{Function, word};
use crate::state::Machine;

/// A routine: from words and a token to a class, or to the next token.
type Routine = unsafe extern "C" fn(*mut u64, u64) -> u64;

/// A function that machine code calls.
type Called = unsafe extern "C" fn(*mut u64, u64, f64, f64);

/// Machine code in memory.
#[derive(Debug)]
pub(crate) struct Executable(Mmap);

impl Executable {
    /// Copies what a translator has given to memory where it can be executed.
    ///
    /// # Errors
    /// When the system gives no such memory.
    pub(crate) fn of_translated(code: &[u8]) -> io::Result<Executable> {
        let mut memory = MmapMut::map_anon(code.len())?;
        memory.copy_from_slice(code);
        Ok(Executable(memory.make_exec()?))
    }
}

/// Where a routine begins.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    routine: Routine,
    /// Where it is.
    _memory: Arc<Executable>,
}

impl Entry {
    /// The routine that begins at a place in the code.
    pub(crate) fn new(memory: Arc<Executable>, offset: usize) -> Entry {
        let address = memory.0[offset..].as_ptr();
        // SAFETY: see above; a translator has given a routine there.
        let routine = unsafe { transmute::<*const u8, Routine>(address) };
        Entry { routine, _memory: memory }
    }

    /// For a word.
    pub(crate) fn address(&self) -> u64 {
        (self.routine as *const ()).expose_provenance() as u64
    }
}

impl Machine<'_> {
    /// Runs a routine.
    #[inline]
    pub(crate) fn call(&mut self, entry: &Entry, token: u64) -> u64 {
        let machine: *mut Self = self;
        // SAFETY: see above. The machine is reached by no other way until the routine returns.
        unsafe {
            let words = (*machine).words.as_mut_ptr();
            words.add(word::OWNER as usize).write(machine.expose_provenance() as u64);
            (entry.routine)(words, token)
        }
    }
}

/// Whose words these are.
///
/// # Safety
/// Only for functions that a routine calls, and for as long as they run.
unsafe fn owner<'call>(words: *mut u64) -> &'call mut Machine<'call> {
    // SAFETY: `Machine::call` has written the word, and its caller waits.
    unsafe {
        let address = words.add(word::OWNER as usize).read();
        &mut *std::ptr::with_exposed_provenance_mut(address as usize)
    }
}

macro_rules! functions {
    ($($function:ident => $name:ident($argument:ident, $x:ident, $y:ident) $body:expr;)*) => {
        $(unsafe extern "C" fn $name(words: *mut u64, $argument: u64, $x: f64, $y: f64) {
            // SAFETY: a routine calls this.
            let machine = unsafe { owner(words) };
            let body: fn(&mut Machine<'_>, u64, f64, f64) = $body;
            body(machine, $argument, $x, $y);
        })*

        /// The address of a function.
        pub(crate) fn address(function: Function) -> u64 {
            let function: Called = match function {
                $(Function::$function => $name,)*
            };
            (function as *const ()).expose_provenance() as u64
        }
    };
}

functions! {
    Insert => insert(keys, x, y) |machine, keys, x, y| machine.insert(keys as usize, [x, y]);
    Find => find(keys, x, y) |machine, keys, x, y| machine.find(keys as usize, [x, y]);
    Row => row(table, x, y) |machine, table, x, _| machine.row(table as usize, x);
    Chain => chain(length, x, y) |machine, length, x, y| machine.chain(x, y, length as f64);
    Pattern => pattern(pattern, x, y) |machine, pattern, x, y| machine.pattern(pattern as usize, x, y);
    Refuse => refuse(reason, x, y) |machine, reason, _, _| machine.refuse(reason);
}
