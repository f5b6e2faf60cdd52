//! Ctrl-C ends a run at its next checkpoint, with the figures so far. A second one ends the process, without
//! the files that it has begun.

use std::sync::atomic::{AtomicBool, Ordering};

use tvm_host::executable::status;
use tvm_host::output_file::remove_temporary;

static ASKED: AtomicBool = AtomicBool::new(false);

/// From now on the first Ctrl-C only sets a flag. Where no handler can be installed, it ends the process
/// at once.
pub(crate) fn listen() {
    let _ = ctrlc::set_handler(|| {
        if ASKED.swap(true, Ordering::Relaxed) {
            remove_temporary();
            std::process::exit(status::INTERRUPTED.into());
        }
    });
}

/// Says whether there was a Ctrl-C.
pub(crate) fn asked() -> bool {
    ASKED.load(Ordering::Relaxed)
}
