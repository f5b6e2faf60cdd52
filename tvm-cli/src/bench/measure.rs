//! One case in this process.

use std::time::Instant;

use serde_json::{Value, json};
use tvm_model::{Model, Token};
use tvm_runtime::driver::{Observer, run};
use tvm_runtime::engine::EngineKind;

use super::cases::Case;
use crate::failure::Failure;
use crate::native::Chosen;

/// Takes tokens without keeping them. The hash depends on every one, so none is left out.
#[derive(Default)]
struct Consumer(u64);

impl Observer for Consumer {
    fn token(&mut self, token: Token) {
        self.0 = (self.0 ^ u64::from(token.0)).wrapping_mul(0x0000_0100_0000_01b3);
    }
}

/// Runs a case some times.
pub(super) fn measure(case: &Case, engine: EngineKind, runs: usize) -> Result<Value, Failure> {
    let begun = Instant::now();
    let job = (case.job)()?;
    let model = Model::from_bytes(job.model)
        .map_err(|error| Failure::Model { path: case.name.into(), error })?;
    let prompt = job.prompt(&model)?;
    let chosen = Chosen::of(engine, job.kernel)?;
    let prepared = chosen.prepare(&model)?;
    drop(prepared.engine());
    let load = begun.elapsed().as_secs_f64();
    let roles = model.vocabulary.roles();
    let mut seconds = Vec::new();
    let (mut tokens, mut trace) = (0, Consumer::default());
    for _ in 0..runs {
        trace = Consumer::default();
        let mut engine = prepared.engine();
        let begun = Instant::now();
        let summary = run(engine.as_mut(), &roles, &prompt, case.max_tokens, &mut trace)?;
        seconds.push(begun.elapsed().as_secs_f64());
        tokens = summary.tokens;
    }
    seconds.sort_by(f64::total_cmp);
    let speed = |seconds: f64| tokens as f64 / seconds;
    Ok(json!({
        "case": case.name,
        "about": case.about,
        "engine": engine.name(),
        "tokens": tokens,
        "trace": format!("{:016x}", trace.0),
        "load_seconds": load,
        "native": chosen.figures(),
        "seconds": seconds,
        "best_tokens_per_second": speed(seconds[0]),
        "median_tokens_per_second": speed(seconds[seconds.len() / 2]),
        "peak_bytes": peak_bytes(),
    }))
}

/// The most memory that this process has had at once, where the system tells.
fn peak_bytes() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    let kilobytes: u64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kilobytes * 1024)
}
