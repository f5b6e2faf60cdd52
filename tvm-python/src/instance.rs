//! An instance whose host is in Python: the half of it that Python sees. The other one is a thread of its own:
//! `session`.

use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, ThreadId};

use pyo3::gc::{PyTraverseError, PyVisit};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyTuple};
use tvm_host::world::Collected;
use tvm_instance::{HostError, Import, InstanceError, Value};
use tvm_runtime::driver::Summary;

use crate::attend::{Report, Sent, Watch, receive, spawn};
use crate::failure::Failure;
use crate::job::Job;
use crate::session::{Command, Event, Line, Session, full_name};
use crate::settings::Settings;
use crate::value::{from_python, from_result, to_result, to_tuple};
use crate::work::Work;

/// An instance, as Python holds it.
#[pyclass(frozen, module = "transformer_vm._native")]
pub(crate) struct Instance {
    work: Arc<Work>,
    /// Functions by module and name, with a point between.
    functions: Py<PyDict>,
    commands: Sender<Command>,
    events: Mutex<Receiver<Sent<Event>>>,
    watch: Arc<Watch>,
    /// Was it interrupted? Then nobody knows what the thread says next, and nothing is asked any more.
    is_over: AtomicBool,
    /// The thread of Python that is in a call, and how many of its calls are open.
    user: Mutex<Option<(ThreadId, usize)>>,
    output: Collected,
    error_output: Collected,
}

/// An instance that is in use; when this is dropped, by one call less.
struct Use<'instance>(&'instance Instance);

impl Drop for Use<'_> {
    fn drop(&mut self) {
        let mut user = self.0.user.lock().unwrap_or_else(PoisonError::into_inner);
        *user = match *user {
            Some((thread, open)) if open > 1 => Some((thread, open - 1)),
            _ => None,
        };
    }
}

impl Instance {
    /// Takes the instance for this thread of Python.
    fn take(&self) -> Result<Use<'_>, Failure> {
        let own = thread::current().id();
        let mut user = self.user.lock().unwrap_or_else(PoisonError::into_inner);
        *user = match *user {
            None => Some((own, 1)),
            Some((thread, open)) if thread == own => Some((own, open + 1)),
            Some(_) => {
                let message = "another thread is in a call of this instance".to_owned();
                return Err(Failure::Usage(message));
            }
        };
        Ok(Use(self))
    }

    /// Asks something, and calls functions of Python until there is the answer.
    fn ask(
        &self,
        py: Python<'_>,
        command: Option<Command>,
        report: &Report<'_>,
    ) -> PyResult<Event> {
        let _use = self.take()?;
        let ended = || Err(Failure::Host(InstanceError::Ended).into());
        if self.is_over() {
            return ended();
        }
        if let Some(command) = command
            && self.commands.send(command).is_err()
        {
            return ended();
        }
        // What a function of Python has raised: the program has ended by it.
        let mut raised = None;
        loop {
            let event = {
                // The thread that is in a call is the only one here, and it waits for one event at a time.
                let mut events = self.events.lock().unwrap_or_else(PoisonError::into_inner);
                let received = receive(py, &mut events, &self.watch, report);
                received.inspect_err(|_| self.is_over.store(true, Ordering::Relaxed))?
            };
            match event {
                Event::Asked { import, arguments } => {
                    let results = self.call_python(py, &import, &arguments);
                    if self.is_over() {
                        return results.and_then(|_| ended());
                    }
                    let answer = results.map_err(|error| {
                        let failed = HostError::Failed(error.to_string());
                        raised.get_or_insert(error);
                        failed
                    });
                    // An instance that has gone says so by its last event.
                    let _ = self.commands.send(Command::Answer(answer));
                }
                Event::Failed(failure) => return Err(raised.unwrap_or_else(|| failure.into())),
                event => return Ok(event),
            }
        }
    }

    fn is_over(&self) -> bool {
        self.is_over.load(Ordering::Relaxed)
    }

    fn call_python(
        &self,
        py: Python<'_>,
        import: &Import,
        arguments: &[Value],
    ) -> PyResult<Vec<Value>> {
        let name = full_name(import);
        let function = self.functions.bind(py).get_item(&name)?;
        let function = function.ok_or_else(|| Failure::Usage(format!("no function `{name}`")))?;
        let result = function.call1(to_tuple(py, arguments)?)?;
        from_result(&result, &import.signature.results, &name)
    }
}

#[pymethods]
impl Instance {
    /// An instance of a job, whose functions are in a dict by module and name, with a point between.
    #[new]
    fn new(
        py: Python<'_>,
        job: &Job,
        functions: Bound<'_, PyDict>,
        settings: Settings,
    ) -> PyResult<Instance> {
        let (commands, own_commands) = channel();
        let (own_events, events) = channel();
        let provided = functions.keys().iter().map(|name| name.extract());
        let provided = provided.collect::<PyResult<HashSet<String>>>()?;
        let (output, error_output) = (Collected::default(), Collected::default());
        let watch = Arc::new(Watch::default());
        let session = Session {
            work: Arc::clone(&job.work),
            settings,
            line: Line { provided, commands: own_commands, events: own_events },
            watch: Arc::clone(&watch),
            output: output.clone(),
            error_output: error_output.clone(),
        };
        spawn(move || session.serve());
        let instance = Instance {
            work: Arc::clone(&job.work),
            functions: functions.unbind(),
            commands,
            events: Mutex::new(events),
            watch,
            is_over: AtomicBool::new(false),
            user: Mutex::new(None),
            output,
            error_output,
        };
        instance.ask(py, None, &Report::to(None))?;
        Ok(instance)
    }

    /// Functions of the host refer to the instance that they call.
    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        visit.call(&self.functions)
    }

    /// Calls an exported function.
    fn call<'py>(
        &self,
        py: Python<'py>,
        name: String,
        arguments: &Bound<'py, PyTuple>,
        report: Option<Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let export = self.work.interface().and_then(|interface| interface.export(&name));
        // Where there is no such function, the program says so.
        let types = export.map(|(_, export)| &export.signature.parameters[..]);
        if let Some(types) = types
            && types.len() != arguments.len()
        {
            let names: Vec<&str> = types.iter().map(|one| one.name()).collect();
            let message = format!(
                "`{name}` takes {} arguments ({}), and {} are given",
                types.len(),
                names.join(" "),
                arguments.len()
            );
            return Err(Failure::Usage(message).into());
        }
        let values = arguments.iter().zip(types.unwrap_or_default());
        let values = values.map(|(object, &value_type)| from_python(&object, value_type));
        let arguments = values.collect::<PyResult<Vec<_>>>()?;
        let command = Command::Call { name, arguments };
        match self.ask(py, Some(command), &Report::to(report))? {
            Event::Returned(results) => to_result(py, &results),
            _ => unreachable!("a call returns or fails"),
        }
    }

    /// Reads memory.
    fn read<'py>(
        &self,
        py: Python<'py>,
        address: u32,
        length: u32,
    ) -> PyResult<Bound<'py, PyBytes>> {
        match self.ask(py, Some(Command::Read { address, length }), &Report::to(None))? {
            Event::Bytes(bytes) => Ok(PyBytes::new(py, &bytes)),
            _ => unreachable!("it is read or not"),
        }
    }

    /// Writes memory. The program gets it with the next call, or with the answer of the function that writes.
    fn write(&self, py: Python<'_>, address: u32, bytes: Vec<u8>) -> PyResult<()> {
        self.ask(py, Some(Command::Write { address, bytes }), &Report::to(None)).map(|_| ())
    }

    /// The size of memory in bytes.
    fn memory_size(&self, py: Python<'_>) -> PyResult<u64> {
        match self.ask(py, Some(Command::MemorySize), &Report::to(None))? {
            Event::MemorySize(size) => Ok(size),
            _ => unreachable!("it has a size"),
        }
    }

    /// All tokens, generated tokens, and instructions until now.
    fn summary(&self, py: Python<'_>) -> PyResult<(u64, u64, u64)> {
        match self.ask(py, Some(Command::Summary), &Report::to(None))? {
            Event::Summary(Summary { tokens, generated_tokens, instructions }) => {
                Ok((tokens, generated_tokens, instructions))
            }
            _ => unreachable!("it has figures"),
        }
    }

    /// Takes what the program has written to its standard output.
    fn take_output<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, &self.output.take())
    }

    /// Takes what the program has written to its standard error.
    fn take_error_output<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, &self.error_output.take())
    }
}
