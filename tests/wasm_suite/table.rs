//! What came of the assertions of a file, and the table of all files.

use std::collections::BTreeMap;
use std::fmt::Write as _;

/// What is asked of a module or of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// A module is instantiated, or a function called, and nothing is said about what comes of it.
    Action,
    Return,
    Trap,
    Exhaustion,
    Invalid,
    Malformed,
}

impl Kind {
    const ALL: [Kind; 6] =
        [Kind::Action, Kind::Return, Kind::Trap, Kind::Exhaustion, Kind::Invalid, Kind::Malformed];

    fn name(self) -> &'static str {
        match self {
            Kind::Action => "actions",
            Kind::Return => "return",
            Kind::Trap => "trap",
            Kind::Exhaustion => "exhaustion",
            Kind::Invalid => "invalid",
            Kind::Malformed => "malformed",
        }
    }
}

/// What came of one of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    Passed,
    Failed(String),
    /// Left out, for this reason.
    Skipped(&'static str),
}

/// What came of a file.
#[derive(Debug, Default)]
pub struct Tally {
    passed: BTreeMap<Kind, u32>,
    skipped: BTreeMap<&'static str, u32>,
    failures: Vec<String>,
    /// The tokens that were generated, and for how many programs.
    pub tokens: u64,
    pub programs: u64,
}

impl Tally {
    pub fn record(&mut self, line: usize, kind: Kind, verdict: Verdict) {
        match verdict {
            Verdict::Passed => *self.passed.entry(kind).or_default() += 1,
            Verdict::Skipped(reason) => *self.skipped.entry(reason).or_default() += 1,
            Verdict::Failed(why) => {
                self.failures.push(format!("line {line}, {}: {why}", kind.name()));
            }
        }
    }

    fn row(&self, name: &str) -> String {
        let mut row = format!("| {name} |");
        for kind in Kind::ALL {
            write!(row, " {} |", self.passed.get(&kind).copied().unwrap_or(0)).unwrap();
        }
        let skipped: Vec<String> =
            self.skipped.iter().map(|(reason, number)| format!("{number} {reason}")).collect();
        write!(row, " {} | {} |", self.failures.len(), skipped.join(", ")).unwrap();
        row
    }

    fn add(&mut self, other: &Tally) {
        for (kind, number) in &other.passed {
            *self.passed.entry(*kind).or_default() += number;
        }
        for (reason, number) in &other.skipped {
            *self.skipped.entry(reason).or_default() += number;
        }
        self.failures.extend(other.failures.iter().cloned());
    }
}

/// The beginning of the table.
pub const BEGINNING: &str = "\
# The official test suite of WebAssembly

How many assertions of each kind hold, by file; written by `tests/wasm_suite`, which fails when it
finds anything else. `TVM_UPDATE=1 cargo test --test wasm_suite reference` rewrites it. An exception
that nothing catches is a trap here.
";

/// The table of the files of a version.
pub fn section(title: &str, tallies: &[(String, Tally)]) -> String {
    let names: Vec<&str> = Kind::ALL.iter().map(|kind| kind.name()).collect();
    let mut text = format!("\n## {title}\n\n| file | {} | failed | skipped |\n", names.join(" | "));
    text.push_str(&"|---".repeat(names.len() + 3));
    text.push_str("|\n");
    let mut total = Tally::default();
    for (name, tally) in tallies {
        total.add(tally);
        writeln!(text, "{}", tally.row(name)).unwrap();
    }
    writeln!(text, "{}", total.row("**all**")).unwrap();
    if !total.failures.is_empty() {
        text.push_str("\nWhat fails:\n\n");
    }
    for (name, tally) in tallies {
        for failure in &tally.failures {
            writeln!(text, "- {name}.wast, {failure}").unwrap();
        }
    }
    text
}

/// The lines that one text has and the other has not.
pub fn differences(expected: &str, found: &str) -> String {
    let mut differences = String::new();
    for line in expected.lines().filter(|line| !found.lines().any(|other| other == *line)) {
        writeln!(differences, "expected: {line}").unwrap();
    }
    for line in found.lines().filter(|line| !expected.lines().any(|other| other == *line)) {
        writeln!(differences, "   found: {line}").unwrap();
    }
    differences
}
