//! Waiting for a thread that does long work. The thread has no part in Python. The one that waits releases the
//! global interpreter lock, looks for signals, and reports how far the work is. An exception, as by Ctrl-C, asks the
//! work to end, and is raised at once: what cannot be interrupted ends later by itself, and its result is dropped.

use std::any::Any;
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::process;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SendError, Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use pyo3::prelude::*;
use tvm_runtime::driver::{Observer, Progress};

/// How often signals are looked for.
const INTERVAL: Duration = Duration::from_millis(50);

/// The stack of a thread, as large as that of most main threads: modules nest as deep as they like.
const STACK: usize = 8 << 20;

/// What a thread and who waits for it tell each other.
#[derive(Debug, Default)]
pub(crate) struct Watch {
    is_interrupted: AtomicBool,
    tokens: AtomicU64,
    instructions: AtomicU64,
    memory: AtomicU64,
}

impl Watch {
    /// Asks the work to end.
    pub(crate) fn interrupt(&self) {
        self.is_interrupted.store(true, Ordering::Relaxed);
    }

    /// Says how far a run is, and hears whether it is to end.
    pub(crate) fn checkpoint(&self, progress: &Progress) -> ControlFlow<()> {
        self.tokens.store(progress.summary.tokens, Ordering::Relaxed);
        self.instructions.store(progress.summary.instructions, Ordering::Relaxed);
        self.memory.store(progress.memory as u64, Ordering::Relaxed);
        match self.is_interrupted.load(Ordering::Relaxed) {
            true => ControlFlow::Break(()),
            false => ControlFlow::Continue(()),
        }
    }
}

/// An observer that only says how far a run is.
impl Observer for &Watch {
    fn checkpoint(&mut self, progress: &Progress) -> ControlFlow<()> {
        Watch::checkpoint(self, progress)
    }
}

/// Whom to tell how far the work is: a function of Python that takes tokens, instructions, bytes of memory and
/// seconds.
pub(crate) struct Report<'py> {
    function: Option<Bound<'py, PyAny>>,
    begun: Instant,
}

impl<'py> Report<'py> {
    pub(crate) fn to(function: Option<Bound<'py, PyAny>>) -> Self {
        Report { function, begun: Instant::now() }
    }

    fn tell(&self, watch: &Watch) -> PyResult<()> {
        let Some(function) = &self.function else { return Ok(()) };
        let number = |number: &AtomicU64| number.load(Ordering::Relaxed);
        let seconds = self.begun.elapsed().as_secs_f64();
        let Watch { tokens, instructions, memory, .. } = watch;
        function.call1((number(tokens), number(instructions), number(memory), seconds))?;
        Ok(())
    }
}

/// What a thread sends: its result, or the payload of its panic.
pub(crate) type Sent<T> = Result<T, Box<dyn Any + Send>>;

/// What a thread is to do.
type Work = Box<dyn FnOnce() + Send>;

/// How many threads without work are kept.
const MOST_IDLE: usize = 8;

/// Threads that have no work. A run is faster on a thread that has made others: their tables are there.
struct Idle {
    /// The process that has them. A fork has the list without the threads.
    process: u32,
    threads: Vec<Sender<Work>>,
}

static IDLE: Mutex<Idle> = Mutex::new(Idle { process: 0, threads: Vec::new() });

fn idle() -> MutexGuard<'static, Idle> {
    let mut idle = IDLE.lock().unwrap_or_else(PoisonError::into_inner);
    if idle.process != process::id() {
        // Nobody hears these; what they would tell their threads is forgotten with them.
        *idle = Idle { process: process::id(), threads: Vec::new() };
    }
    idle
}

/// Does work on a thread that has none, or on a new one.
pub(crate) fn spawn(work: impl FnOnce() + Send + 'static) {
    let mut work: Work = Box::new(work);
    loop {
        let Some(thread) = idle().threads.pop() else { break };
        match thread.send(work) {
            Ok(()) => return,
            Err(SendError(unsent)) => work = unsent,
        }
    }
    let thread = thread::Builder::new().name("transformer-vm".to_owned()).stack_size(STACK);
    thread.spawn(|| work_on(work)).expect("the system has another thread");
}

/// What a thread does: its first work, and then whatever else there is for it.
fn work_on(first: Work) {
    let (sender, receiver) = channel();
    let mut next = Ok(first);
    while let Ok(work) = next {
        work();
        let mut idle = idle();
        if idle.threads.len() == MOST_IDLE {
            return;
        }
        idle.threads.push(sender.clone());
        drop(idle);
        next = receiver.recv();
    }
}

/// Does work, and makes of a panic something to be sent.
pub(crate) fn caught<T>(work: impl FnOnce() -> T) -> Sent<T> {
    catch_unwind(AssertUnwindSafe(work))
}

/// Waits for what a thread sends next.
pub(crate) fn receive<T: Send>(
    py: Python<'_>,
    receiver: &mut Receiver<Sent<T>>,
    watch: &Watch,
    report: &Report<'_>,
) -> PyResult<T> {
    loop {
        // Moved, since only who has it alone may take it to where Python is not.
        let own = &mut *receiver;
        match py.detach(move || own.recv_timeout(INTERVAL)) {
            Ok(Ok(result)) => return Ok(result),
            Ok(Err(panic)) => resume_unwind(panic),
            Err(RecvTimeoutError::Disconnected) => unreachable!("a thread sends its panic too"),
            Err(RecvTimeoutError::Timeout) => {
                let asked = py.check_signals().and_then(|()| report.tell(watch));
                asked.inspect_err(|_| watch.interrupt())?;
            }
        }
    }
}

/// Does work in a thread of its own, and waits for it.
pub(crate) fn attended<T: Send + 'static>(
    py: Python<'_>,
    report: &Report<'_>,
    work: impl FnOnce(&Watch) -> T + Send + 'static,
) -> PyResult<T> {
    let watch = Arc::new(Watch::default());
    let (sender, mut receiver) = channel();
    let own = Arc::clone(&watch);
    spawn(move || {
        // Who does not wait any more wants no result.
        let _ = sender.send(caught(|| work(&own)));
    });
    receive(py, &mut receiver, &watch, report)
}
