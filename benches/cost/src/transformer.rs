//! Programs in the weights of a transformer.

use std::io::{self, Write};
use std::ops::ControlFlow;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tvm_core::instance::{Guest, Instance, InstanceError};
use tvm_core::runtime::driver::{Limits, Observer, Progress, RunError, Summary, run};
use tvm_core::runtime::engine::{AttentionKind, EngineKind, Prepared};
use tvm_cranelift::Cranelift;
use tvm_host::world::{Grants, Input, Output, World};
use tvm_native::{Native, When};

use crate::programs::Program;
use crate::{Result, Time, compare};

/// An engine is given so long for a run.
const MOST: Duration = Duration::from_secs(10);

/// The first engine of a program is given so long: its run says how many tokens there are.
const MOST_OF_FIRST: Duration = Duration::from_secs(600);

/// What a program has written, while it runs.
#[derive(Clone, Default)]
struct Written(Arc<Mutex<Vec<u8>>>);

impl Written {
    fn bytes(&self) -> Vec<u8> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Write for Written {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Ends a run that takes too long.
struct Watcher {
    begun: Instant,
    most: Duration,
    written: Written,
}

impl Observer for Watcher {
    fn output(&mut self, byte: u8) {
        // A list of bytes takes what is written.
        let _ = self.written.write(&[byte]);
    }

    fn checkpoint(&mut self, _progress: &Progress) -> ControlFlow<()> {
        if self.begun.elapsed() > self.most {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    }
}

/// The time of a program by an engine; none where the engine cannot run it. The tokens of a whole run are known from
/// the first engine that comes to its end.
pub(crate) fn measure(
    program: &Program,
    kind: EngineKind,
    (expected, tokens): (&[u8], &mut Option<u64>),
    runs: usize,
) -> Result<Option<Time>> {
    if kind == EngineKind::Kernel && program.kernel.is_none() {
        return Ok(None);
    }
    let weights = &program.model.weights;
    let native = Cranelift::new().map(|cranelift| Native::new(cranelift, When::Before));
    let prepared = match (kind, &native) {
        (EngineKind::Native, None) => return Ok(None),
        (EngineKind::Native, Some(native)) => Prepared::native(weights, native)?,
        _ => Prepared::new(weights, Some(kind), AttentionKind::Hull, program.kernel)?,
    };
    let mut seconds = Vec::new();
    while seconds.len() < runs.max(1) {
        let most = if tokens.is_some() { MOST } else { MOST_OF_FIRST };
        let (time, summary, written) = once(program, &prepared, most)?;
        let Some(written) = written else {
            let all = tokens.ok_or("no engine runs the program to its end")?;
            let seconds = time.as_secs_f64() * all as f64 / summary.tokens as f64;
            return Ok(Some(Time { seconds, is_estimate: true }));
        };
        compare(&written, expected, kind.name())?;
        tokens.get_or_insert(summary.tokens);
        seconds.push(time.as_secs_f64());
        // Long runs vary little.
        if time > MOST / 10 {
            break;
        }
    }
    seconds.sort_by(f64::total_cmp);
    Ok(Some(Time { seconds: seconds[seconds.len() / 2], is_estimate: false }))
}

/// One run: its time, its figures, and what it has written if it came to its end.
fn once(
    program: &Program,
    prepared: &Prepared<'_>,
    most: Duration,
) -> Result<(Duration, Summary, Option<Vec<u8>>)> {
    let model = &program.model;
    let has_host = model.description.interface.is_some();
    let prompt = model.prompt(if has_host { b"" } else { program.input.as_bytes() })?;
    let engine = prepared.engine();
    let (written, begun) = (Written::default(), Instant::now());
    let mut watcher = Watcher { begun, most, written: written.clone() };
    let ended = match &model.description.interface {
        None => {
            let (roles, mut engine) = (model.vocabulary.roles(), engine);
            run(engine.as_mut(), &roles, &prompt, Limits::default(), &mut watcher)
        }
        Some(interface) => {
            let nothing = || Input::of(Vec::new());
            let output = Output::to(written.clone());
            let world = World::new(&Grants::default(), nothing(), output, Output::stderr())?;
            let guest = Guest { vocabulary: &model.vocabulary, prompt: &prompt, interface };
            // A slow engine may not even come to the end of the prompt.
            let instance = Instance::new(guest, engine, world, watcher, Limits::default());
            let summary = instance.and_then(|mut instance| {
                instance.run()?;
                Ok(instance.summary())
            });
            match summary {
                Ok(summary) => Ok(summary),
                Err(InstanceError::Run(error)) => Err(error),
                Err(error) => return Err(error.into()),
            }
        }
    };
    let time = begun.elapsed();
    match ended {
        Ok(summary) => Ok((time, summary, Some(written.bytes()))),
        Err(error @ RunError::Interrupted { .. }) => Ok((time, error.summary(), None)),
        Err(error) => Err(error.into()),
    }
}
