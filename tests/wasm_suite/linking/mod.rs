//! From a script to programs. Instances that share something are one program, any other is one of its own.
//!
//! 1. `spaces`: what is in a module
//! 2. `subtypes`: is what is exported what is imported?
//! 3. `imports`: which instance an import comes from
//! 4. `renumber`: new indices for everything in modules that become one
//! 5. `merge`: modules made into one
//! 6. `groups`: which instances are one program

mod groups;
mod imports;
mod merge;
mod renumber;
mod spaces;
mod subtypes;

use std::collections::{BTreeMap, BTreeSet};

use tvm_program::wasm::Invocation;

use crate::script::{Act, Assertion, Expected, Script};
use crate::table::{Kind, Verdict};
use groups::{Groups, Place};
use merge::{Merged, export_name, merge, step_name};

pub use imports::Resolver;
pub use spaces::{Space, types};
pub use subtypes::Sizes;

/// A module, and what is asked of it, in order.
#[derive(Default)]
pub struct Unit {
    pub module: Vec<u8>,
    pub tasks: Vec<Task>,
}

/// What an assertion of a script asks of a program.
pub struct Task {
    pub line: usize,
    pub kind: Kind,
    /// The calls that are made for it. There are none where it is the program itself that instantiates.
    pub calls: Vec<Invocation>,
    pub expected: Expected,
}

/// A script as programs.
pub struct Linked {
    pub units: Vec<Unit>,
    /// What is known of assertions without any program.
    pub verdicts: Vec<(usize, Kind, Verdict)>,
}

/// The modules of a group.
enum Program {
    /// The module of this instance as it is.
    Single(usize),
    Merged(Merged),
}

/// Links the instances of a script.
pub fn link(script: &Script, resolver: &Resolver<'_>) -> Linked {
    let groups = Groups::of(script, resolver);
    let read = globals_read(script, resolver, &groups);
    let mut programs: BTreeMap<usize, (Program, Unit)> = BTreeMap::new();
    for (group, members) in groups.members() {
        let program = match members[..] {
            [single] if !read.contains(&group) => Program::Single(single),
            _ => Program::Merged(merge(resolver, &script.instances, &members)),
        };
        let module = match &program {
            Program::Single(instance) => script.instances[*instance].module.clone(),
            Program::Merged(merged) => merged.module.clone(),
        };
        programs.insert(group, (program, Unit { module, tasks: Vec::new() }));
    }
    let mut verdicts = Vec::new();
    // Why what is left behind in a group by an instance is missing.
    let mut missing: BTreeMap<usize, &'static str> = BTreeMap::new();
    for assertion in &script.assertions {
        let (instance, name) = resolved(assertion, resolver);
        let (line, kind) = (assertion.line, assertion.kind);
        match groups.place(instance) {
            Place::Group(group) if missing.contains_key(group) => {
                verdicts.push((line, kind, Verdict::Skipped(missing[group])));
            }
            Place::Group(group) => {
                let (program, unit) = programs.get_mut(group).expect("each group is a program");
                let calls = calls(assertion, program, instance, &name);
                let expected = assertion.expected.clone();
                unit.tasks.push(Task { line, kind, calls, expected });
            }
            Place::None(verdict) => {
                verdicts.push((line, kind, verdict.clone()));
                if let (Act::Instantiate, Verdict::Skipped(reason)) = (&assertion.act, verdict) {
                    let shared = groups.sharing_state(resolver, instance);
                    missing.extend(shared.map(|group| (group, *reason)));
                }
            }
        }
    }
    let units = programs.into_values().map(|(_, unit)| unit).collect();
    Linked { units, verdicts }
}

/// The groups of which exported globals are read.
fn globals_read(script: &Script, resolver: &Resolver<'_>, groups: &Groups) -> BTreeSet<usize> {
    let read = script.assertions.iter().filter(|one| matches!(one.act, Act::Get(_)));
    let group = |assertion| match groups.place(resolved(assertion, resolver).0) {
        Place::Group(group) => Some(*group),
        Place::None(_) => None,
    };
    read.filter_map(group).collect()
}

/// The instance that has what an assertion is about, and its name there. An export may be an import.
fn resolved(assertion: &Assertion, resolver: &Resolver<'_>) -> (usize, String) {
    let name = match &assertion.act {
        Act::Instantiate => return (assertion.instance, String::new()),
        Act::Call(invocation) => &invocation.function,
        Act::Get(name) => name,
    };
    let item = resolver.exported(assertion.instance, name);
    let there = item.and_then(|item| Some((item.instance, resolver.name(item)?.to_owned())));
    there.unwrap_or_else(|| (assertion.instance, name.clone()))
}

fn calls(assertion: &Assertion, program: &Program, instance: usize, name: &str) -> Vec<Invocation> {
    let function = match program {
        Program::Single(_) => name.to_owned(),
        Program::Merged(_) => export_name(instance, name),
    };
    match (&assertion.act, program) {
        (Act::Call(Invocation { arguments, .. }), _) => {
            vec![Invocation { function, arguments: arguments.clone() }]
        }
        (Act::Get(_), _) => vec![Invocation { function, arguments: Vec::new() }],
        (Act::Instantiate, Program::Single(_)) => Vec::new(),
        (Act::Instantiate, Program::Merged(merged)) => {
            let step = |step| Invocation { function: step_name(instance, step), arguments: vec![] };
            (0..merged.steps[&instance]).map(step).collect()
        }
    }
}
