//! `tvm bench`: the figures of the README; or how fast the engines are, case by case. Every case runs in
//! a process of its own, so that its peak memory is its own too; time is wall clock inside that
//! process, prompt and generation.

mod cases;
mod figures;
mod measure;

use std::process::Command;

use serde_json::{Value, json};
use tvm_runtime::engine::EngineKind;

use crate::arguments::BenchArguments;

use crate::failure::Failure;
use crate::output::print;
use cases::CASES;
use figures::FIGURES;
use measure::measure;

pub(crate) fn execute(arguments: &BenchArguments) -> Result<(), Failure> {
    if arguments.runs == 0 {
        return Err(Failure::Usage("at least one run is needed".to_string()));
    }
    match arguments.cases.is_empty() && arguments.engines.is_empty() {
        true => all_figures(arguments),
        false => compare_engines(arguments),
    }
}

/// The table of the README, or the same for a script.
fn all_figures(arguments: &BenchArguments) -> Result<(), Failure> {
    if arguments.json {
        let figures = FIGURES.iter().map(|figure| figure.json(arguments.runs));
        let figures = figures.collect::<Result<Vec<_>, _>>()?;
        return print(&format!("{}\n", json!({ "machine": machine(), "figures": figures })));
    }
    print(&format!("{}\n\n| what | figure | command |\n|---|---|---|\n", machine()))?;
    for figure in &FIGURES {
        print(&format!("{}\n", figure.row(arguments.runs)?))?;
    }
    Ok(())
}

fn compare_engines(arguments: &BenchArguments) -> Result<(), Failure> {
    let known: Vec<&str> = CASES.iter().map(|case| case.name).collect();
    if let Some(unknown) = arguments.cases.iter().find(|name| !known.contains(&name.as_str())) {
        return Err(Failure::Usage(format!("no case {unknown}: {}", known.join(", "))));
    }
    let asked = |name: &str| arguments.cases.iter().any(|case| case == name);
    let chosen = CASES
        .iter()
        .filter(|case| if arguments.cases.is_empty() { !case.is_long } else { asked(case.name) });
    let engines = match arguments.engines.as_slice() {
        [] => &[EngineKind::Kernel, EngineKind::Plan],
        engines => engines,
    };
    if arguments.in_process {
        for case in chosen {
            print(&format!("{}\n", measure(case, engines[0], arguments.runs)?))?;
        }
        return Ok(());
    }
    let mut results = Vec::new();
    if !arguments.json {
        let titles = row(["case", "engine", "tokens", "median tokens/s", "best", "peak MB"]);
        print(&format!("{}\n{titles}\n", machine()))?;
    }
    for case in chosen {
        for &engine in engines {
            let result = in_own_process(case.name, engine, arguments.runs)?;
            if !arguments.json {
                print(&format!("{}\n", line(&result)))?;
            }
            results.push(result);
        }
    }
    if arguments.json {
        let all = json!({ "machine": machine(), "results": results });
        print(&format!("{all}\n"))?;
    }
    Ok(())
}

fn in_own_process(case: &str, engine: EngineKind, runs: usize) -> Result<Value, Failure> {
    let failed = |reason: String| Failure::Bench { case: case.to_string(), reason };
    let program = std::env::current_exe().map_err(|error| failed(error.to_string()))?;
    let output = Command::new(program)
        .args(["bench", "--in-process", "--engine", engine.name()])
        .args(["--runs", &runs.to_string(), "--case", case])
        .output()
        .map_err(|error| failed(error.to_string()))?;
    if !output.status.success() {
        return Err(failed(String::from_utf8_lossy(&output.stderr).trim().to_string()));
    }
    serde_json::from_slice(&output.stdout).map_err(|error| failed(error.to_string()))
}

fn line(result: &Value) -> String {
    let text = |key: &str| result[key].as_str().unwrap_or_default().to_string();
    let number = |key: &str| result[key].as_f64().map_or("?".to_string(), |n| format!("{n:.0}"));
    let peak = result["peak_bytes"].as_f64();
    let peak = peak.map_or("?".to_string(), |bytes| format!("{:.1}", bytes / 1e6));
    let speeds = [number("median_tokens_per_second"), number("best_tokens_per_second")];
    let [median, best] = speeds;
    row([&text("case"), &text("engine"), &number("tokens"), &median, &best, &peak])
}

fn row([case, engine, tokens, median, best, peak]: [&str; 6]) -> String {
    format!("{case:<20} {engine:<7} {tokens:>11} {median:>16} {best:>11} {peak:>8}")
}

/// The processor, where the system tells, and the compiler.
fn machine() -> String {
    let text = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let value = |line: &str| line.split(':').nth(1).map(|name| name.trim().to_string());
    let name = text.lines().find(|line| line.starts_with("model name")).and_then(value);
    let name = name.unwrap_or_else(|| std::env::consts::ARCH.to_string());
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    format!("{name}, {cores} cores, {}, {}", std::env::consts::OS, env!("TVM_RUSTC"))
}
