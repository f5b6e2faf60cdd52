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
    /// A module imports what is not there, or of another type.
    Unlinkable,
}

impl Kind {
    const ALL: [Kind; 7] = [
        Kind::Action,
        Kind::Return,
        Kind::Trap,
        Kind::Exhaustion,
        Kind::Invalid,
        Kind::Malformed,
        Kind::Unlinkable,
    ];

    fn name(self) -> &'static str {
        match self {
            Kind::Action => "actions",
            Kind::Return => "return",
            Kind::Trap => "trap",
            Kind::Exhaustion => "exhaustion",
            Kind::Invalid => "invalid",
            Kind::Malformed => "malformed",
            Kind::Unlinkable => "unlinkable",
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
    /// Is anything left out that is asked of an instance?
    lacks_instances: bool,
    failures: Vec<String>,
}

impl Tally {
    pub fn record(&mut self, line: usize, kind: Kind, verdict: Verdict) {
        match verdict {
            Verdict::Passed => *self.passed.entry(kind).or_default() += 1,
            Verdict::Skipped(reason) => {
                *self.skipped.entry(reason).or_default() += 1;
                self.lacks_instances |= !matches!(kind, Kind::Invalid | Kind::Malformed);
            }
            Verdict::Failed(why) => {
                self.failures.push(format!("line {line}, {}: {why}", kind.name()));
            }
        }
    }

    /// Is anything run? What the machine has not is left out; a file may have nothing else than that, modules of
    /// which nothing is asked, and modules that have to be refused.
    fn is_run(&self) -> bool {
        let of_instances = [Kind::Return, Kind::Trap, Kind::Exhaustion, Kind::Unlinkable];
        let ran = self.passed.keys().any(|kind| of_instances.contains(kind));
        ran || !self.lacks_instances || !self.failures.is_empty()
    }

    /// The reasons why anything is left out.
    fn reasons(&self) -> String {
        self.skipped.keys().copied().collect::<Vec<_>>().join(", ")
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
const BEGINNING: &str = "\
# The official test suite of WebAssembly

How many assertions of each kind hold, by file; written by `tests/wasm_suite`, which fails when it
finds anything else. `TVM_UPDATE=1 cargo test --test wasm_suite reference` rewrites it. An exception
that nothing catches is a trap here.

Instances that share something are made one module, and instantiating each is calls of that. What cannot be
linked is refused by the tests' own linker; what is imported from the module of the host, by the compiler too.
What is left out is counted with the reason why; files of which nothing is run are at the end.
";

/// A version of the suite or a proposal, its files, and what came of each.
pub struct Suite {
    pub title: String,
    pub tallies: BTreeMap<String, Tally>,
}

/// The tables of all.
pub fn tables(suites: &[Suite]) -> String {
    let mut text = BEGINNING.to_owned();
    for suite in suites {
        text += &suite.section();
    }
    text + &not_run(suites)
}

impl Suite {
    pub fn new(title: String) -> Self {
        Suite { title, tallies: BTreeMap::new() }
    }

    fn section(&self) -> String {
        let run = || self.tallies.iter().filter(|(_, tally)| tally.is_run());
        if run().next().is_none() {
            return String::new();
        }
        let names: Vec<&str> = Kind::ALL.iter().map(|kind| kind.name()).collect();
        let title = &self.title;
        let names_of_kinds = names.join(" | ");
        let mut text = format!("\n## {title}\n\n| file | {names_of_kinds} | failed | skipped |\n");
        text.push_str(&"|---".repeat(names.len() + 3));
        text.push_str("|\n");
        let mut total = Tally::default();
        for (name, tally) in run() {
            total.add(tally);
            writeln!(text, "{}", tally.row(name)).unwrap();
        }
        writeln!(text, "{}", total.row("**all**")).unwrap();
        if !total.failures.is_empty() {
            text.push_str("\nWhat fails:\n\n");
        }
        for (name, tally) in run() {
            for failure in &tally.failures {
                writeln!(text, "- {name}.wast, {failure}").unwrap();
            }
        }
        text
    }
}

/// The files of which nothing is run, by the reason why.
fn not_run(suites: &[Suite]) -> String {
    let files = suites.iter().flat_map(|suite| suite.tallies.values());
    let (run, all) = (files.clone().filter(|tally| tally.is_run()).count(), files.count());
    let mut text = format!(
        "\n## Files of which nothing is run\n\n{run} of {all} files are run. Of the others nothing is but \
         modules that have to be refused. There are no files\nof the older form of exceptions.\n\n\
         | of | for want of | files |\n|---|---|---|\n"
    );
    for suite in suites {
        let mut by_reason: BTreeMap<String, Vec<&str>> = BTreeMap::new();
        for (name, tally) in suite.tallies.iter().filter(|(_, tally)| !tally.is_run()) {
            by_reason.entry(tally.reasons()).or_default().push(name);
        }
        for (reason, names) in by_reason {
            writeln!(text, "| {} | {reason} | {} |", suite.title, names.join(", ")).unwrap();
        }
    }
    text
}

/// The lines that a section of one text has and the same section of the other has not. The sections of two versions
/// have many lines in common.
pub fn differences(expected: &str, found: &str) -> String {
    let mut differences = String::new();
    let (expected, found) = (lines(expected), lines(found));
    for (section, line) in expected.iter().filter(|line| !found.contains(line)) {
        writeln!(differences, "{section}, expected: {line}").unwrap();
    }
    for (section, line) in found.iter().filter(|line| !expected.contains(line)) {
        writeln!(differences, "{section},    found: {line}").unwrap();
    }
    differences
}

/// The lines of a text, each with the heading of its section.
fn lines(text: &str) -> Vec<(&str, &str)> {
    let (mut heading, mut lines) = ("beginning", Vec::new());
    for line in text.lines() {
        heading = line.strip_prefix("## ").unwrap_or(heading);
        lines.push((heading, line));
    }
    lines
}
