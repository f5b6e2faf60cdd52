//! Clean and corrupted sequences of opcodes: the same tokens but for one, and what follows differs.
//!
//! A clean sequence begins a run, and ends where the token is to be predicted that shows the difference. The
//! corrupted one has another token in one place: in the program, the opcode or a byte of its immediate; in the
//! input; or in what was generated, a byte that the opcode reads, or a token that says which instruction is next.
//! Every pair is found by an engine, which predicts the answers of both. A universal model executes a small program
//! for each opcode ([`programs`]), and one that has its program in the weights that program. [`search`] says what is
//! changed for what.

mod execution;
mod programs;
mod search;

use serde_json::{Value, json};
use tvm_core::machine::Machine;
use tvm_model::{Listing, Model};
use tvm_runtime::engine::{AttentionKind, EngineKind, Prepared};

use super::Opcode;
use execution::{Executed, Execution};
use programs::examples;
use search::{Kind, Within};

/// How many tokens a small program may generate, and how many of a run are looked at.
const OF_AN_EXAMPLE: u64 = 500;
const OF_A_RUN: u64 = 20_000;

/// How many executions of an opcode are looked at.
const EXECUTIONS: usize = 3;

/// All pairs, and the opcodes that have none, with the reason.
#[derive(Default)]
pub(super) struct Pairs {
    pairs: Vec<Value>,
    without: Vec<Value>,
}

impl Pairs {
    /// Those of the opcodes of a model.
    pub(super) fn of(model: &Model, machine: &Machine, opcodes: &[Opcode], input: &[u8]) -> Pairs {
        let (kind, attention) = (Some(EngineKind::Plan), AttentionKind::Hull);
        let prepared = Prepared::new(&model.weights, kind, attention, None);
        let prepared = prepared.expect("every model has a plan");
        match (&model.description.program, &model.description.listing) {
            (None, _) => Pairs::by_examples(model, &prepared, machine, opcodes),
            (Some(_), listing) => Pairs::in_a_run(model, &prepared, listing, (opcodes, input)),
        }
    }

    /// As JSON: `pairs` and `without`.
    pub(super) fn json(self) -> Value {
        json!({"pairs": self.pairs, "without": self.without})
    }

    fn by_examples(
        model: &Model,
        prepared: &Prepared,
        machine: &Machine,
        opcodes: &[Opcode],
    ) -> Pairs {
        let (set, mut pairs) = (machine.instruction_set(), Pairs::default());
        for opcode in opcodes {
            let Some(mnemonic) = set.by_name(&opcode.name) else { continue };
            let mut found: Vec<(Kind, Value)> = Vec::new();
            for example in examples(mnemonic, &set) {
                let prompt = programs::prompt(&example.program, &set, &model.vocabulary);
                let Some(prompt) = prompt else { continue };
                let at = (prepared, &model.vocabulary);
                let execution = Execution::of(at, &prompt, OF_AN_EXAMPLE);
                let within = Within { execution: &execution, opcode: &opcode.name };
                for (change, answer) in within.of_an_example(&example, mnemonic, &set) {
                    let pair = within.pair(&change, answer);
                    if is_new(&found, change.kind, &pair) {
                        found.push((change.kind, pair));
                    }
                }
            }
            let nothing =
                "no change of one token in the programs tried for it changes a prediction";
            pairs.add(&opcode.name, found, nothing);
        }
        pairs
    }

    fn in_a_run(
        model: &Model,
        prepared: &Prepared,
        listing: &Option<Listing>,
        (opcodes, input): (&[Opcode], &[u8]),
    ) -> Pairs {
        let mut pairs = Pairs::default();
        let prompt = model.prompt(input).unwrap_or_default();
        let execution = Execution::of((prepared, &model.vocabulary), &prompt, OF_A_RUN);
        let name = |one: &Executed| listing.as_ref()?.mnemonic(one.instruction);
        let names: Vec<Option<&str>> = execution.executed.iter().map(name).collect();
        let mnemonic = |number: u32| listing.as_ref()?.mnemonic(number);
        let of_the_input = search::of_the_input(&execution);
        for opcode in opcodes {
            let own = execution.executed.iter().zip(&names);
            let own = own.filter(|(_, name)| **name == Some(opcode.name.as_str()));
            let own: Vec<&Executed> = own.map(|(one, _)| one).take(EXECUTIONS).collect();
            let within = Within { execution: &execution, opcode: &opcode.name };
            let mut read = of_the_input.iter();
            let read = read.find(|(number, _)| mnemonic(**number) == Some(&opcode.name[..]));
            let found = read.map(|(_, found)| *found).into_iter().chain(within.of_a_run(&own));
            let found = found.map(|(change, answer)| (change.kind, within.pair(&change, answer)));
            let reason = match own.is_empty() {
                true => {
                    format!("it is not executed in the first {OF_A_RUN} tokens with this input")
                }
                false => "no change of one token before it changes what it generates".to_string(),
            };
            pairs.add(&opcode.name, found.collect(), &reason);
        }
        pairs
    }

    fn add(&mut self, opcode: &str, found: Vec<(Kind, Value)>, reason: &str) {
        if found.is_empty() {
            self.without.push(json!({"opcode": opcode, "reason": reason}));
        }
        self.pairs.extend(found.into_iter().map(|(_, pair)| pair));
    }
}

/// One pair of each kind; two in which the opcode is changed, such as a comparison that holds and one that does not.
fn is_new(found: &[(Kind, Value)], kind: Kind, pair: &Value) -> bool {
    let mut same = found.iter().filter(|(other, _)| *other == kind).map(|(_, pair)| pair);
    match (same.next(), same.next()) {
        (None, _) => true,
        (Some(one), None) => kind == Kind::Opcode && one["clean_answer"] != pair["clean_answer"],
        _ => false,
    }
}
