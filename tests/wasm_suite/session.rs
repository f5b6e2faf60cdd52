//! The assertions about a module as programs.
//!
//! A program ends at its first trap. So all calls that return make one program, in order, and every
//! call that traps makes one of its own, behind those before it that return, if they can have
//! changed anything. What a call did before it trapped is lost to the calls that follow; no script
//! looks at it. Where an instantiation that traps is several calls, those before the trap return, and are made
//! again for what follows.

use std::cell::OnceCell;
use std::collections::{BTreeMap, HashMap};

use tvm_program::wasm::Invocation;
use tvm_program::{CompileError, ValueType};
use wasmparser::{Operator, Payload, TypeRef};

use crate::executors::{End, Outcome};
use crate::linking::{Space, Task, Unit, types};
use crate::modules::payloads;
use crate::needs::{is_about_needs, needs};
use crate::outcomes::{Callable, Outcomes};
use crate::script::Expected;
use crate::table::{Kind, Tally, Verdict};
use crate::values::{agree, length};

/// Runs what is asked of a module, and records what comes of each assertion.
pub fn run(unit: &Unit, outcomes: &Outcomes<'_>, tally: &mut Tally) {
    let mut session = Session { unit, outcomes, tally, needs: OnceCell::new() };
    let mut tasks = session.compiled_tasks();
    session.trapping(&mut tasks);
    session.returning(&tasks);
}

struct Session<'a> {
    unit: &'a Unit,
    outcomes: &'a Outcomes<'a>,
    tally: &'a mut Tally,
    /// What the module needs and the machine has not, once it is looked for.
    needs: OnceCell<Option<&'static str>>,
}

/// A task whose calls can be compiled.
struct CompiledTask<'a> {
    task: &'a Task,
    /// The types of the results of each call.
    results: Vec<Vec<ValueType>>,
    /// How many of its calls return.
    returning: usize,
}

impl<'a> CompiledTask<'a> {
    /// The kind of trap that it has to come to.
    fn trap(&self) -> Option<&'static str> {
        match self.task.expected {
            Expected::Trap(kind) => Some(kind),
            Expected::Anything | Expected::Results(_) => None,
        }
    }

    /// The calls that return.
    fn calls(&self) -> &'a [Invocation] {
        &self.task.calls[..self.returning]
    }

    /// How many bytes the first of its calls write.
    fn length(&self, calls: usize) -> usize {
        self.results[..calls].iter().flatten().map(|one| length(*one)).sum()
    }

    /// Says whether it has trapped as it has to, and notes how many of its calls have returned before. What calls
    /// before it wrote comes first in the output.
    fn trapped(&mut self, expected: &str, written: usize, outcome: &Outcome) -> Verdict {
        let is_all = |calls: &usize| written + self.length(*calls) == outcome.output.len();
        match (0..=self.results.len()).find(is_all) {
            None => Verdict::Failed(format!("in the calls before it: {:?}", outcome.end)),
            Some(returning) if outcome.end == End::Trap(expected.to_owned()) => {
                self.returning = returning;
                Verdict::Passed
            }
            Some(_) => Verdict::Failed(format!("{:?}", outcome.end)),
        }
    }
}

impl<'a> Session<'a> {
    fn record(&mut self, task: &Task, verdict: Verdict) {
        self.tally.record(task.line, task.kind, verdict);
    }

    /// The functions that are called.
    fn callable(&self) -> HashMap<&'a str, Callable> {
        let calls = self.unit.tasks.iter().flat_map(|task| &task.calls);
        let by_name = calls.map(|call| (call.function.as_str(), call));
        let (names, calls): (Vec<_>, Vec<_>) =
            by_name.collect::<BTreeMap<_, _>>().into_iter().unzip();
        let callable = self.outcomes.compiler.callable(&self.unit.module, &calls);
        names.into_iter().zip(callable).collect()
    }

    /// The tasks whose calls can be compiled. Of the others it is recorded why.
    fn compiled_tasks(&mut self) -> Vec<CompiledTask<'a>> {
        let known = self.callable();
        let mut tasks = Vec::new();
        // Why what is left behind by a call is missing.
        let mut missing = None;
        for task in &self.unit.tasks {
            if let Some(reason) = missing {
                self.record(task, Verdict::Skipped(reason));
                continue;
            }
            let results = task.calls.iter().map(|call| known[call.function.as_str()].clone());
            match results.collect::<Result<Vec<_>, _>>() {
                Ok(results) => {
                    let returning = match task.expected {
                        Expected::Trap(_) => 0,
                        _ => results.len(),
                    };
                    tasks.push(CompiledTask { task, results, returning });
                }
                Err(error) => {
                    let verdict = self.refused(&error);
                    if let (Verdict::Skipped(reason), Expected::Anything) =
                        (&verdict, &task.expected)
                    {
                        missing = Some(*reason);
                    }
                    self.record(task, verdict);
                }
            }
        }
        tasks
    }

    /// Makes all calls that return.
    fn returning(&mut self, tasks: &[CompiledTask<'a>]) {
        if tasks.iter().all(|one| one.trap().is_some()) {
            return;
        }
        let invocations: Vec<_> = tasks.iter().flat_map(CompiledTask::calls).cloned().collect();
        let outcome = match self.outcomes.run(&self.unit.module, &invocations) {
            Ok(outcome) => outcome,
            Err(error) => {
                let verdict = self.refused(&error);
                for one in tasks.iter().filter(|one| one.trap().is_none()) {
                    self.record(one.task, verdict.clone());
                }
                return;
            }
        };
        let mut output = outcome.output.as_slice();
        for one in tasks {
            let found = output.split_at_checked(one.length(one.returning));
            let verdict = match (found, &one.task.expected) {
                (None, _) => Verdict::Failed(format!("not reached: {:?}", outcome.end)),
                (Some((found, _)), Expected::Results(expected))
                    if !agree(expected, &one.results.concat(), found) =>
                {
                    Verdict::Failed(format!("{found:02x?} instead of {expected:x?}"))
                }
                _ => Verdict::Passed,
            };
            if one.trap().is_none() {
                self.record(one.task, verdict);
            }
            output = found.map_or(&[], |(_, rest)| rest);
        }
        if outcome.end != End::Halt || !output.is_empty() {
            let (line, rest) = (self.unit.tasks[0].line, output.len());
            let found = format!("the calls that return: {:?}, {rest} bytes more", outcome.end);
            self.tally.record(line, Kind::Action, Verdict::Failed(found));
        }
    }

    /// Makes every call that traps, and finds which calls of the same task return before it.
    fn trapping(&mut self, tasks: &mut [CompiledTask<'a>]) {
        let again = has_state(&self.unit.module);
        for place in 0..tasks.len() {
            let Some(expected) = tasks[place].trap() else { continue };
            let before = if again { &tasks[..place] } else { &[] };
            let mut invocations: Vec<_> =
                before.iter().flat_map(CompiledTask::calls).cloned().collect();
            let written: usize = before.iter().map(|one| one.length(one.returning)).sum();
            invocations.extend(tasks[place].task.calls.iter().cloned());
            let verdict = match self.outcomes.run(&self.unit.module, &invocations) {
                // Segments that do not fit are found before anything runs.
                Err(
                    CompileError::DataOutsideMemory { .. }
                    | CompileError::ElementsOutsideTable { .. },
                ) if expected == "out_of_bounds" => Verdict::Passed,
                Err(error) => self.refused(&error),
                Ok(outcome) => tasks[place].trapped(expected, written, &outcome),
            };
            self.record(tasks[place].task, verdict);
        }
    }

    /// A refusal to compile is a failure, unless the module needs what the machine has not.
    fn refused(&self, error: &CompileError) -> Verdict {
        let needs = self.needs.get_or_init(|| needs(&self.unit.module));
        match needs.filter(|_| is_about_needs(error)) {
            Some(reason) => Verdict::Skipped(reason),
            None => Verdict::Failed(error.to_string()),
        }
    }
}

/// Can a call leave anything behind: has the module a memory, a global that changes, or a table that does?
fn has_state(module: &[u8]) -> bool {
    let changes = |of: &TypeRef| matches!(of, TypeRef::Global(global) if global.mutable);
    !types(module, Space::Memories).is_empty()
        || types(module, Space::Globals).iter().any(changes)
        || payloads(module).any(|payload| match payload {
            Payload::CodeSectionEntry(body) => {
                let operators = body.get_operators_reader().into_iter().flatten();
                operators.map_while(Result::ok).any(|operator| writes_tables(&operator))
            }
            _ => false,
        })
}

/// Does it write a table, or drop a segment?
fn writes_tables(operator: &Operator<'_>) -> bool {
    matches!(
        operator,
        Operator::TableSet { .. }
            | Operator::TableGrow { .. }
            | Operator::TableFill { .. }
            | Operator::TableCopy { .. }
            | Operator::TableInit { .. }
            | Operator::ElemDrop { .. }
            | Operator::DataDrop { .. }
    )
}
