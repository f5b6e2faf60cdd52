//! What a family of opcodes costs: the universal `full` model without it, against all of it. Slow, since
//! every line is a schedule: `TVM_UPDATE=1 cargo test -p tvm-core --test family_costs -- --ignored`
//! rewrites the table in `docs/constructions.md`.

use std::fmt::Write;
use std::fs;
use std::path::PathBuf;

use tvm_core::machine::{Control, Machine, Opcode, Target};
use tvm_core::pipeline::{Construction, universal};

/// A family and how to tell its opcodes.
type Family = (&'static str, fn(&Opcode) -> bool);

fn named(opcode: &Opcode, names: &[&str]) -> bool {
    let (_, name) = opcode.mnemonic.split_once('.').unwrap_or_default();
    names.contains(&name)
}

fn divides(opcode: &Opcode) -> bool {
    opcode.controls.contains(&Control::Divide)
}

fn loads_or_stores(opcode: &Opcode) -> bool {
    opcode.mnemonic.contains(".load") || matches!(opcode.target, Some(Target::Memory(_)))
}

fn compares(opcode: &Opcode) -> bool {
    let names = ["lt_s", "lt_u", "gt_s", "gt_u", "le_s", "le_u", "ge_s", "ge_u"];
    named(opcode, &["eqz", "eq", "ne"]) || named(opcode, &names)
}

fn shifts(opcode: &Opcode) -> bool {
    named(opcode, &["shl", "shr_s", "shr_u", "rotl", "rotr"])
}

const FAMILIES: [Family; 15] = [
    ("`br_table`", |opcode| opcode.mnemonic == "br_table"),
    ("loads and stores of 64 bits", |opcode| opcode.is_wide() && loads_or_stores(opcode)),
    ("`memory.declare`, `memory.size`, `memory.grow`", |opcode| {
        ["memory.declare", "memory.size", "memory.grow"].contains(&opcode.mnemonic)
    }),
    ("variables of 64 bits", |opcode| {
        opcode.is_wide() && named(opcode, &["get64", "set64", "tee64"])
    }),
    ("comparisons of 64 bits", |opcode| opcode.is_wide() && compares(opcode)),
    ("division", divides),
    ("products of 64 bits", |opcode| opcode.mnemonic == "i64.mul"),
    ("products", |opcode| named(opcode, &["mul"])),
    ("products and division", |opcode| named(opcode, &["mul"]) || divides(opcode)),
    ("shifts and rotations of 64 bits", |opcode| opcode.is_wide() && shifts(opcode)),
    ("shifts and rotations", shifts),
    ("`and`, `or`, `xor`", |opcode| named(opcode, &["and", "or", "xor"])),
    ("`clz`, `ctz`, `popcnt`", |opcode| named(opcode, &["clz", "ctz", "popcnt"])),
    ("sign extension", |opcode| named(opcode, &["extend8_s", "extend16_s", "extend_i32_s"])),
    ("everything of 64 bits", Opcode::is_wide),
];

struct Size {
    opcodes: usize,
    layers: usize,
    width: usize,
    heads: usize,
    neurons: usize,
}

fn size(machine: &Machine) -> Size {
    let Construction { schedule, model, .. } = universal(machine).unwrap();
    Size {
        opcodes: machine.opcodes().len(),
        layers: schedule.layers,
        width: schedule.d_model,
        heads: model.weights.heads(),
        neurons: model.weights.layers.iter().map(|layer| layer.feed_forward.gate.rows()).sum(),
    }
}

fn line(text: &mut String, name: &str, size: &Size) {
    let Size { opcodes, layers, width, heads, neurons } = size;
    let _ = writeln!(text, "| {name} | {opcodes} | {layers} | {width} | {heads} | {neurons} |");
}

fn table() -> String {
    let mut text = String::from(
        "| without | opcodes | layers | d_model | heads | neurons |\n|---|---|---|---|---|---|\n",
    );
    let full = Machine::full();
    line(&mut text, "(`full`: nothing is left out)", &size(&full));
    for (name, belongs) in FAMILIES {
        let rest: Vec<Opcode> =
            full.opcodes().iter().filter(|one| !belongs(one)).copied().collect();
        assert!(rest.len() < full.opcodes().len(), "{name} is nothing");
        line(&mut text, name, &size(&Machine::new("smaller", rest).unwrap()));
    }
    line(&mut text, "(`classic`)", &size(&Machine::classic()));
    text
}

#[test]
#[ignore = "a schedule for every family takes minutes"]
fn the_document_says_what_families_cost() {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../docs/constructions.md");
    let text = fs::read_to_string(&path).unwrap();
    let (before, rest) = text.split_once("<!-- families -->\n").expect("a mark before the table");
    let (old, after) = rest.split_once("<!-- end -->").expect("a mark behind the table");
    let new = table();
    if std::env::var_os("TVM_UPDATE").is_some() {
        let rewritten = format!("{before}<!-- families -->\n{new}<!-- end -->{after}");
        fs::write(&path, rewritten).unwrap();
        return;
    }
    assert_eq!(old, new, "TVM_UPDATE=1 rewrites docs/constructions.md");
}
