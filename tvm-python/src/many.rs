//! Several runs at the same time, whose results come in the order of the inputs.

use std::collections::BTreeMap;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};

use pyo3::prelude::*;
use pyo3::types::PyIterator;

use crate::attend::{Report, Sent, Watch, caught, receive, spawn};
use crate::failure::Failure;
use crate::run::Run;
use crate::settings::Settings;
use crate::work::Work;

/// How many inputs there are for every thread: those that it works at, and what comes next.
const AHEAD: usize = 2;

/// An input with its number.
type Job = (usize, Vec<u8>);

/// The number of an input, and what the run came to.
type Numbered = (usize, Result<Run, Failure>);

/// The results of runs, one after the other.
#[pyclass(module = "transformer_vm._native")]
pub(crate) struct Runs {
    /// Where inputs come from; none when there are no more.
    inputs: Option<Py<PyIterator>>,
    jobs: Sender<Job>,
    results: Mutex<Receiver<Sent<Numbered>>>,
    /// Results that are there before their turn.
    early: BTreeMap<usize, Result<Run, Failure>>,
    /// How many inputs were given to threads, and how many results were taken.
    given: usize,
    taken: usize,
    most: usize,
    watch: Arc<Watch>,
}

impl Runs {
    /// Begins threads that wait for inputs.
    pub(crate) fn new(
        work: &Arc<Work>,
        inputs: &Bound<'_, PyAny>,
        settings: &Settings,
        threads: usize,
    ) -> PyResult<Runs> {
        let (jobs, waiting) = channel();
        let (sender, results) = channel();
        let waiting = Arc::new(Mutex::new(waiting));
        let watch = Arc::new(Watch::default());
        for _ in 0..threads {
            let worker = Worker {
                work: Arc::clone(work),
                settings: settings.clone(),
                waiting: Arc::clone(&waiting),
                results: sender.clone(),
                watch: Arc::clone(&watch),
            };
            spawn(move || worker.work());
        }
        Ok(Runs {
            inputs: Some(inputs.try_iter()?.unbind()),
            jobs,
            results: Mutex::new(results),
            early: BTreeMap::new(),
            given: 0,
            taken: 0,
            most: AHEAD * threads,
            watch,
        })
    }

    /// Gives the threads as many inputs as they may have.
    fn give(&mut self, py: Python<'_>) -> PyResult<()> {
        while self.given - self.taken < self.most
            && let Some(inputs) = &self.inputs
        {
            match inputs.bind(py).clone().next() {
                None => self.inputs = None,
                Some(input) => {
                    let job = (self.given, input?.extract()?);
                    self.jobs.send(job).expect("a thread waits for it");
                    self.given += 1;
                }
            }
        }
        Ok(())
    }
}

#[pymethods]
impl Runs {
    fn __iter__(this: PyRef<'_, Self>) -> PyRef<'_, Self> {
        this
    }

    /// The next result. What went wrong with one input is raised in its turn; then the next one follows.
    fn __next__(&mut self, py: Python<'_>) -> PyResult<Option<Run>> {
        self.give(py)?;
        if self.taken == self.given {
            return Ok(None);
        }
        let nobody = Report::to(None);
        loop {
            if let Some(result) = self.early.remove(&self.taken) {
                self.taken += 1;
                return Ok(Some(result?));
            }
            let results = self.results.get_mut().unwrap_or_else(PoisonError::into_inner);
            let (number, result) = receive(py, results, &self.watch, &nobody)?;
            self.early.insert(number, result);
        }
    }
}

impl Drop for Runs {
    /// Nobody wants the other results.
    fn drop(&mut self) {
        self.watch.interrupt();
    }
}

/// A thread that makes one run after the other.
struct Worker {
    work: Arc<Work>,
    settings: Settings,
    waiting: Arc<Mutex<Receiver<Job>>>,
    results: Sender<Sent<Numbered>>,
    watch: Arc<Watch>,
}

impl Worker {
    fn work(self) {
        loop {
            let job = self.waiting.lock().unwrap_or_else(PoisonError::into_inner).recv();
            let Ok((number, input)) = job else { return };
            let run = || {
                let run = self.work.run(Some(&input), &self.settings, &self.watch, |_| {});
                (number, run)
            };
            if self.results.send(caught(run)).is_err() {
                return;
            }
        }
    }
}
