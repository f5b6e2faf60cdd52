//! What a family of opcodes costs: the graph of the universal `full` machine without it, against all
//! of it. `TVM_UPDATE=1 cargo test -p tvm-core --test opcode_family_costs` rewrites the table in
//! `docs/constructions.md`.

use std::fmt::Write;
use std::fs;
use std::path::PathBuf;

use tvm_core::machine::{Machine, Opcode};
use tvm_core::weights::{Work, lower};
use tvm_program::ValueType;

/// A family and how to tell its opcodes.
type Family = (&'static str, fn(&Opcode) -> bool);

fn named(opcode: &Opcode, names: &[&str]) -> bool {
    let (_, name) = opcode.mnemonic.split_once('.').unwrap_or_default();
    names.contains(&name)
}

/// Does it take or give a value of 64 bits?
fn is_wide(opcode: &Opcode) -> bool {
    let mnemonic = opcode.describe();
    let types = [mnemonic.operands, mnemonic.results].concat();
    types.iter().any(|of| of.words() == 2) || opcode.mnemonic == "i64.extend_i32_s"
}

fn is_of_floats(opcode: &Opcode) -> bool {
    opcode.describe().operands.iter().any(|of| matches!(of, ValueType::F32 | ValueType::F64))
}

fn divides(opcode: &Opcode) -> bool {
    named(opcode, &["div_s", "div_u", "rem_s", "rem_u"])
}

fn loads_or_stores(opcode: &Opcode) -> bool {
    [".load", ".store"].iter().any(|part| opcode.mnemonic.contains(part))
}

fn compares(opcode: &Opcode) -> bool {
    let names = ["lt_s", "lt_u", "gt_s", "gt_u", "le_s", "le_u", "ge_s", "ge_u"];
    named(opcode, &["eqz", "eq", "ne"]) || named(opcode, &names)
}

fn shifts(opcode: &Opcode) -> bool {
    named(opcode, &["shl", "shr_s", "shr_u", "rotl", "rotr"])
}

const FAMILIES: [Family; 19] = [
    ("`br_table`", |opcode| opcode.mnemonic == "br_table"),
    ("branches that compare", |opcode| opcode.mnemonic.starts_with("br_if.")),
    ("loads and stores of 64 bits", |opcode| is_wide(opcode) && loads_or_stores(opcode)),
    ("`memory.declare`, `memory.size`, `memory.grow`", |opcode| {
        ["memory.declare", "memory.size", "memory.grow"].contains(&opcode.mnemonic)
    }),
    ("`memory.data` and what speaks to a host", |opcode| {
        opcode.mnemonic == "memory.data" || opcode.mnemonic.starts_with("host.")
    }),
    ("`reserved.load`, `reserved.store`", |opcode| opcode.mnemonic.starts_with("reserved.")),
    ("variables of 64 bits", |opcode| {
        is_wide(opcode) && named(opcode, &["get64", "set64", "tee64"])
    }),
    ("comparisons of i64", |opcode| is_wide(opcode) && compares(opcode) && !is_of_floats(opcode)),
    ("everything of f32 and f64", is_of_floats),
    ("division", divides),
    ("products of 64 bits", |opcode| opcode.mnemonic == "i64.mul"),
    ("products", |opcode| named(opcode, &["mul"])),
    ("products and division", |opcode| named(opcode, &["mul"]) || divides(opcode)),
    ("shifts and rotations of 64 bits", |opcode| is_wide(opcode) && shifts(opcode)),
    ("shifts and rotations", shifts),
    ("`and`, `or`, `xor`", |opcode| named(opcode, &["and", "or", "xor"])),
    ("`clz`, `ctz`, `popcnt`", |opcode| named(opcode, &["clz", "ctz", "popcnt"])),
    ("sign extension", |opcode| named(opcode, &["extend8_s", "extend16_s", "extend_i32_s"])),
    ("everything of 64 bits", is_wide),
];

/// What the graph of a machine needs.
#[derive(Default)]
struct Cost {
    opcodes: usize,
    /// Layers at least: how long the longest chain of operations is.
    layers: i32,
    /// Values that heads fetch: two values make one head.
    fetched: usize,
    neurons: usize,
    /// Values that are written to slots.
    written: usize,
}

fn cost(machine: &Machine) -> Cost {
    let definition = machine.universal();
    let lowered = lower(&definition);
    let layers = lowered.values.keys().map(|node| definition.graph.phase(*node).layer() + 1);
    let mut cost = Cost {
        opcodes: machine.opcodes().len(),
        layers: layers.max().unwrap_or(0),
        ..Cost::default()
    };
    for work in lowered.works {
        match work {
            Work::Lookup(_, values) => cost.fetched += values.len(),
            Work::Mean(_) => cost.fetched += 1,
            Work::Neurons(neurons) => cost.neurons += neurons.len(),
            Work::Sum(_) => cost.neurons += 1,
            Work::Persist(_) | Work::PersistSum(_) => cost.written += 1,
        }
    }
    cost
}

fn line(text: &mut String, name: &str, cost: &Cost) {
    let Cost { opcodes, layers, fetched, neurons, written } = cost;
    let _ = writeln!(text, "| {name} | {opcodes} | {layers} | {fetched} | {neurons} | {written} |");
}

fn table() -> String {
    let mut text = String::from(
        "| without | opcodes | layers | values fetched | neurons | values written |\n\
         |---|---|---|---|---|---|\n",
    );
    let full = Machine::full();
    line(&mut text, "(`full`: nothing is left out)", &cost(&full));
    for (name, belongs) in FAMILIES {
        let rest: Vec<Opcode> =
            full.opcodes().iter().filter(|one| !belongs(one)).copied().collect();
        assert!(rest.len() < full.opcodes().len(), "{name} is nothing");
        line(&mut text, name, &cost(&Machine::new("smaller", rest).unwrap()));
    }
    line(&mut text, "(`classic`)", &cost(&Machine::classic()));
    text
}

#[test]
#[ignore = "assembles the machine without each family, which takes most of a minute"]
fn the_document_says_what_opcode_families_cost() {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../docs/constructions.md");
    let text = fs::read_to_string(&path).unwrap();
    let (before, rest) =
        text.split_once("<!-- opcode families -->\n").expect("a mark before the table");
    let (old, after) = rest.split_once("<!-- end -->").expect("a mark behind the table");
    let new = table();
    if std::env::var_os("TVM_UPDATE").is_some() {
        let rewritten = format!("{before}<!-- opcode families -->\n{new}<!-- end -->{after}");
        fs::write(&path, rewritten).unwrap();
        return;
    }
    assert_eq!(old, new, "TVM_UPDATE=1 rewrites docs/constructions.md");
}
