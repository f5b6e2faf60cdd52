//! The files as they are written, read back.

use std::sync::LazyLock;

use serde_json::Value;
use tvm_core::machine::Machine;
use tvm_core::model::{Model, Token};
use tvm_core::pipeline::{UNIVERSAL, universal_within};
use tvm_core::schedule::Options;

/// A universal model, and what is written of it.
pub struct Circuits {
    pub machine: Machine,
    pub model: Model<'static>,
    pub circuits: Value,
    pub pairs: Value,
}

/// Both universal models. What is in the files does not depend on how well a schedule is.
pub static UNIVERSALS: LazyLock<[Circuits; 2]> =
    LazyLock::new(|| [Machine::classic(), Machine::full()].map(Circuits::of));

/// A file of an export, as JSON.
pub fn json(files: &[tvm_export::File], name: &str) -> Value {
    let file = files.iter().find(|file| file.name == name).expect("it is written");
    serde_json::from_slice(&file.bytes).expect("it is JSON")
}

impl Circuits {
    fn of(machine: Machine) -> Circuits {
        let options = Options { rounds: 0, solver: None, ..UNIVERSAL };
        let model = universal_within(&machine, &options).expect("a schedule").model;
        let files = tvm_export::circuits(&model, &model, &machine, b"").expect("it is exported");
        let [circuits, pairs] = ["circuits.json", "pairs.json"].map(|name| json(&files, name));
        Circuits { machine, model, circuits, pairs }
    }

    /// The tokens of a text.
    pub fn tokens(&self, of: &Value) -> Vec<Token> {
        self.model.vocabulary.parse(text(of)).expect("of this model")
    }
}

pub fn array(value: &Value) -> &[Value] {
    value.as_array().expect("a list")
}

pub fn text(value: &Value) -> &str {
    value.as_str().expect("a text")
}

pub fn number(value: &Value) -> usize {
    value.as_u64().expect("a number") as usize
}

/// The members of ranges, as flags.
pub fn flags(ranges: &Value, number_of_members: usize) -> Vec<bool> {
    let mut flags = vec![false; number_of_members];
    for range in array(ranges) {
        flags[number(&range[0])..number(&range[1])].fill(true);
    }
    flags
}
