//! The figures of the README, measured anew: the rows of its table.

use std::time::Instant;

use serde_json::{Value, json};
use tvm_core::machine::Machine;
use tvm_core::pipeline::{specialised, universal};
use tvm_program::wasm;
use tvm_runtime::engine::EngineKind;

use super::in_own_process;
use crate::failure::Failure;

/// A row: what it says, how it is measured, and the command that does it alone.
pub(super) struct Figure {
    what: &'static str,
    command: &'static str,
    measure: Measure,
}

enum Measure {
    /// Layers, d_model and vocabulary of a universal model.
    Dimensions(fn() -> Machine),
    /// Seconds for its schedule.
    Schedule(fn() -> Machine),
    /// Seconds for the specialised sudoku, from instructions to weights.
    Specialise,
    /// The speed of a case.
    Speed(&'static str, EngineKind),
    /// How long a case takes, and its memory.
    Whole(&'static str, EngineKind),
}

const fn figure(what: &'static str, command: &'static str, measure: Measure) -> Figure {
    Figure { what, command, measure }
}

pub(super) const FIGURES: [Figure; 13] = [
    figure(
        "`classic`: layers, d_model, vocabulary",
        "tvm schedule --isa classic --json",
        Measure::Dimensions(Machine::classic),
    ),
    figure(
        "`full`: layers, d_model, vocabulary",
        "tvm schedule --json",
        Measure::Dimensions(Machine::full),
    ),
    figure(
        "schedule of `classic`",
        "tvm schedule --isa classic --json",
        Measure::Schedule(Machine::classic),
    ),
    figure("schedule of `full`", "tvm schedule --json", Measure::Schedule(Machine::full)),
    figure(
        "sudoku specialised: schedule and weights",
        "tvm specialise programs/sudoku.c -o sudoku.tvm",
        Measure::Specialise,
    ),
    figure(
        "sudoku in the weights, kernel",
        "tvm bench --case sudoku --engine kernel",
        Measure::Speed("sudoku", EngineKind::Kernel),
    ),
    figure(
        "sudoku in the weights, machine code (as in a bundle)",
        "tvm bench --case sudoku --engine native",
        Measure::Speed("sudoku", EngineKind::Native),
    ),
    figure(
        "sudoku in the weights, plan",
        "tvm bench --case sudoku --engine plan",
        Measure::Speed("sudoku", EngineKind::Plan),
    ),
    figure(
        "sudoku in the weights, sparse with the hull cache",
        "tvm bench --case sudoku --engine sparse",
        Measure::Speed("sudoku", EngineKind::Sparse),
    ),
    figure(
        "sudoku on the universal model, kernel (as in `tvm run`)",
        "tvm bench --case sudoku-universal --engine kernel",
        Measure::Speed("sudoku-universal", EngineKind::Kernel),
    ),
    figure(
        "a sieve on the universal `classic` model, kernel",
        "tvm bench --case sieve --engine kernel",
        Measure::Speed("sieve", EngineKind::Kernel),
    ),
    figure(
        "a counting loop on the universal model, kernel",
        "tvm bench --case counting --engine kernel",
        Measure::Speed("counting", EngineKind::Kernel),
    ),
    figure(
        "Inkala's puzzle in the weights, kernel",
        "tvm bench --case inkala --engine kernel",
        Measure::Whole("inkala", EngineKind::Kernel),
    ),
];

impl Figure {
    /// The row of the README, as Markdown.
    pub(super) fn row(&self, runs: usize) -> Result<String, Failure> {
        let Figure { what, command, .. } = self;
        Ok(format!("| {what} | {} | `{command}` |", self.measured(runs)?))
    }

    /// The same for a script.
    pub(super) fn json(&self, runs: usize) -> Result<Value, Failure> {
        let Figure { what, command, .. } = self;
        Ok(json!({ "what": what, "figure": self.measured(runs)?, "command": command }))
    }

    fn measured(&self, runs: usize) -> Result<String, Failure> {
        match self.measure {
            Measure::Dimensions(machine) => dimensions(&machine()),
            Measure::Schedule(machine) => {
                let seconds = universal(&machine())?.schedule.elapsed.as_secs_f64();
                Ok(format!("{seconds:.2} s"))
            }
            Measure::Specialise => specialise(),
            Measure::Speed(case, engine) => speed(&in_own_process(case, engine, runs)?),
            Measure::Whole(case, engine) => whole(&in_own_process(case, engine, runs)?),
        }
    }
}

fn dimensions(machine: &Machine) -> Result<String, Failure> {
    let made = universal(machine)?;
    let proof = if made.schedule.is_proven() { "proven least" } else { "not proven least" };
    let (layers, width) = (made.schedule.layers, made.schedule.d_model);
    Ok(format!("{layers}, {width} ({proof}), {}", made.model.vocabulary.len()))
}

fn specialise() -> Result<String, Failure> {
    let machine = Machine::full();
    let module = include_bytes!("../../../programs/prebuilt/sudoku.wasm");
    let program = wasm::compile(module, &machine.instruction_set())
        .expect("the prebuilt module is compiled in the build");
    let begun = Instant::now();
    specialised(&machine, &program, "sudoku")?;
    Ok(format!("{:.2} s", begun.elapsed().as_secs_f64()))
}

fn speed(result: &Value) -> Result<String, Failure> {
    let number = |key: &str| result[key].as_f64().unwrap_or(f64::NAN);
    let millions = |key: &str| format!("{:.2} M", number(key) / 1e6);
    Ok(format!(
        "{} tokens/s median, {} best, of {} tokens",
        millions("median_tokens_per_second"),
        millions("best_tokens_per_second"),
        result["tokens"]
    ))
}

fn whole(result: &Value) -> Result<String, Failure> {
    let number = |key: &str| result[key].as_f64().unwrap_or(f64::NAN);
    let seconds = number("tokens") / number("median_tokens_per_second");
    let memory = result["peak_bytes"].as_f64();
    let memory = memory.map_or(String::new(), |bytes| format!(", {:.0} MB", bytes / 1e6));
    Ok(format!("{seconds:.2} s for {} tokens{memory}", result["tokens"]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_readme_has_these_rows() {
        let readme = include_str!("../../../README.md");
        let (_, rest) = readme.split_once("<!-- figures -->").expect("the table is marked");
        let (table, _) = rest.split_once("<!-- end of figures -->").expect("so is its end");
        let rows = table.lines().filter(|line| line.starts_with('|')).skip(2);
        let cells = |row: &str| -> Vec<String> {
            row.trim_matches('|').split(" | ").map(|cell| cell.trim().to_string()).collect()
        };
        let found: Vec<_> = rows.map(cells).map(|row| (row[0].clone(), row[2].clone())).collect();
        let expected = FIGURES.iter().map(|f| (f.what.to_string(), format!("`{}`", f.command)));
        assert_eq!(found, expected.collect::<Vec<_>>(), "`tvm bench` prints the table");
    }
}
