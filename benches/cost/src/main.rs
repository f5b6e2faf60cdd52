//! What a program costs as a transformer: the same programs as native code, by wasmtime, by wasmi and by every
//! engine, in one table. What is timed is the execution from its first instruction or token to its end, inside the
//! process: compiling, reading models and deriving plans are not in it. Every run writes the same, or this ends with
//! an error.
//!
//!     cargo run --manifest-path benches/cost/Cargo.toml [RUNS]
//!
//! Runs that take too long are ended; then the time is that of all tokens at the speed so far.

mod native;
mod programs;
mod transformer;
mod wasm;

use std::error::Error;
use std::process::{Command, Stdio};
use std::time::Instant;

use tvm_core::runtime::engine::EngineKind;

use programs::Program;

/// What goes wrong ends everything.
type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// A time.
#[derive(Debug, Clone, Copy)]
struct Time {
    seconds: f64,
    /// The run was not to the end.
    is_estimate: bool,
}

fn main() -> Result<()> {
    let runs = std::env::args().nth(1).map_or(Ok(5), |runs| runs.parse())?;
    let titles =
        ["program", "tokens", "compiled C", "wasmtime", "wasmi", "wasmi 1"].map(String::from);
    let engines = EngineKind::ALL.map(|kind| kind.to_string());
    let titles: Vec<String> = titles.into_iter().chain(engines).collect();
    println!("{}\n|{}", row(&titles), "---|".repeat(titles.len()));
    for program in programs::all()? {
        println!("{}", row(&cells(&program, runs)?));
    }
    println!("\n{}\n|---|---|", row(&["call of another process", "time"].map(String::from)));
    let sudoku = native::Native::of_sudoku()?;
    let own = tool(runs, || sudoku.command(programs::PUZZLE))?;
    println!("{}", row(&["sudoku as native code".to_string(), text(own)]));
    let python = || {
        let mut command = Command::new("python3");
        command.args(["-c", "0"]);
        command
    };
    let python = tool(runs, python).map_or("not here".to_string(), text);
    println!("{}", row(&["`python3 -c 0`".to_string(), python]));
    Ok(())
}

/// The cells of a program.
fn cells(program: &Program, runs: usize) -> Result<Vec<String>> {
    let native = native::Native::of(program)?;
    let (time, expected) = native.measure(program.input, runs)?;
    let mut cells = vec![program.about.to_string(), String::new(), text(time)];
    cells.push(text(wasm::by_wasmtime(program, &expected, runs)?));
    cells.push(text(wasm::by_wasmi(program, &expected, runs)?));
    cells.push(text(wasm::by_wasmi_1(program, &expected, runs)?));
    let mut tokens = None;
    for kind in EngineKind::ALL {
        let time = transformer::measure(program, kind, (&expected, &mut tokens), runs)?;
        cells.push(time.map_or("–".to_string(), text));
    }
    cells[1] = tokens.map_or(String::new(), |tokens| tokens.to_string());
    Ok(cells)
}

/// How long a process takes from its start to its end.
fn tool(runs: usize, command: impl Fn() -> Command) -> Result<Time> {
    median(runs, || {
        let begun = Instant::now();
        let status = command().stdout(Stdio::null()).stderr(Stdio::null()).status()?;
        let seconds = begun.elapsed().as_secs_f64();
        if status.success() { Ok(seconds) } else { Err("the process fails".into()) }
    })
}

/// The median of some runs.
fn median(runs: usize, mut run: impl FnMut() -> Result<f64>) -> Result<Time> {
    let mut seconds = (0..runs.max(1)).map(|_| run()).collect::<Result<Vec<f64>>>()?;
    seconds.sort_by(f64::total_cmp);
    Ok(Time { seconds: seconds[seconds.len() / 2], is_estimate: false })
}

fn row(cells: &[String]) -> String {
    format!("| {} |", cells.join(" | "))
}

/// A time with three digits; an estimate has a sign before it.
fn text(Time { seconds, is_estimate }: Time) -> String {
    let (number, unit) = match seconds {
        s if s < 1e-3 => (s * 1e6, "µs"),
        s if s < 1.0 => (s * 1e3, "ms"),
        s if s < 6e3 => (s, "s"),
        s => (s / 3600.0, "h"),
    };
    let places = if number < 10.0 { 2 } else { usize::from(number < 100.0) };
    format!("{}{number:.places$} {unit}", if is_estimate { "≈ " } else { "" })
}

/// What a run has written must be what the native code wrote.
fn compare(found: &[u8], expected: &[u8], who: &str) -> Result<()> {
    match found == expected {
        true => Ok(()),
        false => {
            Err(format!("{who} writes something else: {}", String::from_utf8_lossy(found)).into())
        }
    }
}
