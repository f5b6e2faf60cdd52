//! Ctrl-C ends a run at its next checkpoint, with the figures so far. A second one ends the process.

use std::sync::atomic::{AtomicBool, Ordering};

use tvm_host::executable::status;

static ASKED: AtomicBool = AtomicBool::new(false);

/// From now on the first Ctrl-C is only noted. Where the system lets nobody note it, it ends the
/// process as ever.
pub(crate) fn listen() {
    let _ = ctrlc::set_handler(|| {
        if ASKED.swap(true, Ordering::Relaxed) {
            std::process::exit(status::INTERRUPTED.into());
        }
    });
}

/// Was there one?
pub(crate) fn asked() -> bool {
    ASKED.load(Ordering::Relaxed)
}
