//! How the functions of a module can leave other than by returning: with an exception that their caller
//! has to pass on, or with a tail call that it has to make. A caller looks for that only behind a call that
//! can leave it, so a module without exceptions and tail calls pays nothing.
//!
//! All bodies of a module that has any of these are read, in its order. Every call of an indirect call's table and type
//! counts, and so does code that is never reached: what is found is an upper bound.

use std::collections::{BTreeMap, BTreeSet};

use wasmparser::BinaryReaderError;

use super::assembly::{Dispatch, RoutineName};
use super::leaving_body::{Body, Edge, LOOPING_WORDS};
use crate::wasm::module::{FunctionIndex, Module, Origin, TableIndex};

/// What a call can leave behind.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Leaves {
    /// An exception.
    pub(crate) exception: bool,
    /// A tail call to be made.
    pub(crate) tail_call: bool,
}

/// What is known of a function.
#[derive(Debug, Clone, Copy, Default)]
struct Function {
    leaves: Leaves,
    /// How many handlers around each other keep their exceptions.
    keeping: u32,
    /// Is a tail call of itself a branch to its beginning?
    loops: bool,
}

/// How the functions of a module can leave.
#[derive(Debug, Default)]
pub(crate) struct Leaving {
    /// Each function; empty where none leaves other than by returning.
    functions: Vec<Function>,
    /// Indirect calls, by the routine that makes them.
    indirect: BTreeMap<RoutineName, Leaves>,
    /// What is called by tail calls, by its number.
    tail_calls: BTreeMap<RoutineName, u32>,
    /// The words of the exception that carries most.
    payload: u32,
    /// Those of the exception that carries most of those to which there can be references.
    referred: u32,
    /// The machine's global that says what was left: the first of the front end's own.
    pending: u32,
}

impl Leaving {
    /// Reads the bodies of a module.
    pub(crate) fn of(module: &Module<'_>) -> Result<Self, BinaryReaderError> {
        if !module.has_exits {
            return Ok(Leaving::default());
        }
        let mut bodies = Vec::with_capacity(module.functions.len());
        for (index, function) in (0..).zip(&module.functions) {
            bodies.push(match &function.origin {
                Origin::Imported { .. } => Body::default(),
                Origin::Defined(body) => Body::read(module, FunctionIndex(index), body)?,
            });
        }
        let mut leaving = Leaving {
            payload: module.widest_payload(),
            referred: bodies.iter().map(|body| body.referred).max().unwrap_or(0),
            pending: module.global_words,
            ..Leaving::default()
        };
        leaving.number(&bodies);
        leaving.spread(module, &bodies);
        Ok(leaving)
    }

    /// Numbers what is called by tail calls, from 1 on.
    fn number(&mut self, bodies: &[Body]) {
        let all: BTreeSet<RoutineName> =
            bodies.iter().flat_map(|body| body.tail_calls.iter().copied()).collect();
        self.tail_calls = all.into_iter().zip(1..).collect();
        self.functions = bodies.iter().map(function).collect();
    }

    /// Finds what callees leave to their callers.
    fn spread(&mut self, module: &Module<'_>, bodies: &[Body]) {
        let members = members(module);
        for (function, dispatches) in &members {
            let leaves = self.of_function(*function);
            if leaves.tail_call {
                for dispatch in dispatches {
                    self.indirect.entry(*dispatch).or_default().tail_call = true;
                }
            }
        }
        let callers = Callers::of(bodies);
        let throws = |index: &u32| self.functions[*index as usize].leaves.exception;
        let mut found: Vec<u32> = (0..).take(bodies.len()).filter(throws).collect();
        while let Some(index) = found.pop() {
            let mut reached: Vec<u32> = callers.direct(FunctionIndex(index)).to_vec();
            for dispatch in members.get(&FunctionIndex(index)).into_iter().flatten() {
                let leaves = self.indirect.entry(*dispatch).or_default();
                if !std::mem::replace(&mut leaves.exception, true) {
                    reached.extend(callers.indirect(*dispatch));
                }
            }
            for caller in reached {
                let leaves = &mut self.functions[caller as usize].leaves;
                if !std::mem::replace(&mut leaves.exception, true) {
                    found.push(caller);
                }
            }
        }
    }

    fn function(&self, index: FunctionIndex) -> Function {
        self.functions.get(index.0 as usize).copied().unwrap_or_default()
    }

    /// What a call of a function can leave.
    pub(crate) fn of_function(&self, index: FunctionIndex) -> Leaves {
        self.function(index).leaves
    }

    /// What a call of a routine can leave.
    pub(crate) fn of_routine(&self, routine: RoutineName) -> Leaves {
        match routine {
            RoutineName::Function(index) => self.of_function(index),
            indirect => self.indirect.get(&indirect).copied().unwrap_or_default(),
        }
    }

    /// How many handlers around each other keep their exceptions, since something throws them again.
    pub(crate) fn keeping(&self, index: FunctionIndex) -> u32 {
        self.function(index).keeping
    }

    /// Is a tail call of the function by itself a branch to its beginning? It is if few locals have to be 0
    /// again.
    pub(crate) fn loops(&self, index: FunctionIndex) -> bool {
        self.function(index).loops
    }

    /// What is called by tail calls, in the order of the numbers from 1 on.
    pub(crate) fn tail_calls(&self) -> impl Iterator<Item = RoutineName> {
        self.tail_calls.keys().copied()
    }

    /// The number of something that is called by a tail call.
    pub(crate) fn of_tail_call(&self, callee: RoutineName) -> u32 {
        self.tail_calls[&callee]
    }

    /// The number of exceptions with a tag: behind those of tail calls.
    pub(crate) fn of_exception(&self, module: &Module<'_>, tag: u32) -> u32 {
        let behind = u32::try_from(self.tail_calls.len()).expect("a module has fewer bytes");
        behind + 1 + module.tags[tag as usize].identity
    }

    /// The machine's global that has the number of what was left, or 0.
    pub(crate) fn pending(&self) -> u32 {
        self.pending
    }

    /// The first of the machine's globals that have what an exception carries. A reference to an exception
    /// needs one of them in any case.
    pub(crate) fn payload(&self) -> u32 {
        self.pending + 1
    }

    /// The words of the exception that carries most.
    pub(crate) fn payload_words(&self) -> u32 {
        self.payload
    }

    /// The words of the exception that carries most of those to which there can be references.
    pub(crate) fn referred_words(&self) -> u32 {
        self.referred
    }
}

fn function(body: &Body) -> Function {
    let exception = body.edges.contains(&Edge::Throw);
    let leaves = Leaves { exception, tail_call: !body.tail_calls.is_empty() };
    Function { leaves, keeping: body.keeping, loops: body.words <= LOOPING_WORDS }
}

/// The indirect calls that reach each function.
fn members(module: &Module<'_>) -> BTreeMap<FunctionIndex, BTreeSet<RoutineName>> {
    let mut members: BTreeMap<FunctionIndex, BTreeSet<RoutineName>> = BTreeMap::new();
    let mut add = |table, function| {
        let dispatch = |signature| Dispatch { table, signature };
        let all = module.callable_types(function).map(dispatch).map(RoutineName::Dispatch);
        members.entry(function).or_default().extend(all);
    };
    for table in (0..).take(module.tables.len()).map(TableIndex) {
        for function in module.distinct_callees(table) {
            add(Some(table), function);
        }
    }
    for &function in module.reserved.references() {
        add(None, function);
    }
    members
}

/// The functions that call each function, and those that make each indirect call.
struct Callers {
    direct: BTreeMap<FunctionIndex, Vec<u32>>,
    indirect: BTreeMap<RoutineName, Vec<u32>>,
}

impl Callers {
    fn of(bodies: &[Body]) -> Self {
        let mut callers = Callers { direct: BTreeMap::new(), indirect: BTreeMap::new() };
        for (caller, body) in (0..).zip(bodies) {
            for edge in &body.edges {
                match *edge {
                    Edge::Throw => {}
                    Edge::Call(callee) => callers.direct.entry(callee).or_default().push(caller),
                    Edge::Indirect(dispatch) => {
                        callers.indirect.entry(dispatch).or_default().push(caller);
                    }
                }
            }
        }
        callers
    }

    fn direct(&self, callee: FunctionIndex) -> &[u32] {
        self.direct.get(&callee).map_or(&[], Vec::as_slice)
    }

    fn indirect(&self, callee: RoutineName) -> &[u32] {
        self.indirect.get(&callee).map_or(&[], Vec::as_slice)
    }
}
