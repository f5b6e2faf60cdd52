//! A program for every opcode: it makes the operands, executes the opcode, and shows its effect if that is none of
//! the tokens that the opcode generates.

use tvm_core::program::{Code, InstructionSet, Mnemonic, Program, Space, ValueType, text};
use tvm_model::Vocabulary;
use tvm_model::token::Token;

/// A program, and which of its instructions has the opcode.
pub(super) struct Example {
    pub(super) program: Program,
    pub(super) instruction: usize,
}

/// Where an example is written, the opcode stands as this.
const OPCODE: &str = "*";

/// Operands, the first one first. Others are tried where these show no difference.
const INTEGERS: [[u64; 3]; 5] =
    [[9, 2, 1], [2, 9, 1], [0x8091_a2b3_c4d5_e6f7, 3, 0], [0x1234_5678_0000_0080; 3], [0; 3]];
const FLOATS: [[f64; 3]; 5] =
    [[9.0, 2.0, 1.0], [2.0, 9.0, 1.0], [-2.5, 0.75, 1.0], [1.5; 3], [0.0; 3]];

/// The input, and the data of a section.
pub(super) const INPUT: &[u8] = b"A";

/// Two words of memory.
const MEMORY: &str =
    "i32.const 16; i32.const 0x8091a2b3; i32.store; i32.const 20; i32.const 0xc4d5e6f7; i32.store;";
const RESERVED: &str = "i32.const 16; i32.const 0x8091a2b3; reserved.store;
    i32.const 20; i32.const 0xc4d5e6f7; reserved.store;";

/// What is on the stack before a step of floating point: operands, and the steps before it. See
/// `tvm-core/src/machine/opcodes/floating_point.rs`.
const STEPS: [(&str, &[ValueType], &str); 30] = {
    use ValueType::{F32, F64, I32, I64};
    [
        ("f32.sum", &[F32, F32], "f32.scale_sum;"),
        ("f64.sum", &[F64, F64], "f64.scale_sum;"),
        ("f32.product", &[F32, F32], "f32.scale_product;"),
        ("f64.product", &[F64, F64], "f64.scale_product;"),
        ("f64.product_high", &[F64, F64], "f64.scale_product; f64.product;"),
        ("f32.significand", &[F32], "f32.scale;"),
        ("f64.significand", &[F64], "f64.scale;"),
        ("i32.magnitude", &[I32], "i32.scale_s;"),
        ("i64.magnitude", &[I64], "i64.scale_s;"),
        ("f32.rounding", &[F32, F32], "f32.scale_sum; f32.sum;"),
        ("f64.rounding", &[F64, F64], "f64.scale_sum; f64.sum;"),
        ("f32.round1", &[I32], "i32.scale_s; i32.magnitude; f32.rounding;"),
        ("f32.round2", &[I64], "i64.scale_s; i64.magnitude; f32.rounding;"),
        ("f64.round1", &[I32], "i32.scale_s; i32.magnitude; f64.rounding;"),
        ("f64.round2", &[I64], "i64.scale_s; i64.magnitude; f64.rounding;"),
        ("f64.round4", &[F64, F64], "f64.scale_sum; f64.sum; f64.rounding;"),
        ("f32.whole", &[F32], "f32.scale_trunc;"),
        ("f64.whole", &[F64], "f64.scale_trunc;"),
        ("i32.truncation_s", &[F64], "f64.scale; f64.significand;"),
        ("i64.truncation_s", &[F64], "f64.scale; f64.significand;"),
        ("i32.truncation_u", &[F64], "f64.scale; f64.significand;"),
        ("i64.truncation_u", &[F64], "f64.scale; f64.significand;"),
        ("i32.truncation_sat_s", &[F64], "f64.scale; f64.significand;"),
        ("i64.truncation_sat_s", &[F64], "f64.scale; f64.significand;"),
        ("i32.truncation_sat_u", &[F64], "f64.scale; f64.significand;"),
        ("i64.truncation_sat_u", &[F64], "f64.scale; f64.significand;"),
        ("i32.truncated1", &[F32], "f32.scale; f32.significand; i32.truncation_s;"),
        ("i32.truncated2", &[F64], "f64.scale; f64.significand; i32.truncation_s;"),
        ("i64.truncated1", &[F32], "f32.scale; f32.significand; i64.truncation_s;"),
        ("i64.truncated2", &[F64], "f64.scale; f64.significand; i64.truncation_s;"),
    ]
};

/// The examples of an opcode that the set has all instructions for.
pub(super) fn examples(opcode: &Mnemonic, set: &InstructionSet) -> Vec<Example> {
    (0..INTEGERS.len()).filter_map(|which| example(&written(opcode, which), opcode, set)).collect()
}

/// What must be on the stack before a step of floating point.
pub(super) fn steps_before(opcode: &Mnemonic) -> Option<(&'static [ValueType], &'static str)> {
    let step = STEPS.iter().find(|(name, ..)| *name == opcode.name);
    step.map(|&(_, types, steps)| (types, steps))
}

/// The prompt of a program.
pub(super) fn prompt(
    program: &Program,
    set: &InstructionSet,
    vocabulary: &Vocabulary,
) -> Option<Vec<Token>> {
    vocabulary.tokens(text::prompt_tokens(program, set, INPUT)).ok()
}

/// Instructions, each a mnemonic and its immediate, which is 0 if it is not written. All operands are on the stack.
fn example(written: &str, opcode: &Mnemonic, set: &InstructionSet) -> Option<Example> {
    let lines = written.split(';').map(str::split_whitespace);
    let mut tokens = vec![text::OPEN.to_string()];
    let (mut instruction, mut index) = (None, 0);
    for mut words in lines {
        let Some(name) = words.next() else { continue };
        let is_opcode = name == OPCODE;
        instruction = instruction.or(is_opcode.then_some(index));
        tokens.push(if is_opcode { opcode.name.clone() } else { name.to_string() });
        let immediate = words.next().map_or(0, number);
        tokens.extend(immediate.to_le_bytes().map(|byte| format!("{byte:02x}")));
        index += 1;
    }
    tokens.push(text::CLOSE.to_string());
    if opcode.code == Code::DATA {
        tokens.extend(text::section(INPUT));
    }
    let (program, _) = text::parse(&tokens.join(" "), set).ok()?;
    Some(Example { program, instruction: instruction? })
}

fn number(text: &str) -> u32 {
    let number = match text.strip_prefix("0x") {
        Some(digits) => i64::from_str_radix(digits, 16),
        None => text.parse(),
    };
    number.expect("examples have numbers as immediates") as u32
}

/// The example of an opcode, with one or another choice of its operands.
fn written(opcode: &Mnemonic, which: usize) -> String {
    let operands = operands(&opcode.operands, which);
    if let Some((types, steps)) = steps_before(opcode) {
        return format!("{} {steps} *; halt", self::operands(types, which));
    }
    if opcode.writes_memory {
        let load = if opcode.name.starts_with("reserved") { "reserved.load" } else { "i32.load" };
        let value = self::operands(&opcode.operands[1..], which);
        return format!("i32.const 16; {value} *; i32.const 16; {load}; output; halt");
    }
    if opcode.reads.is_some() || opcode.writes.is_some() {
        return variable(opcode, &operands);
    }
    match opcode.name.as_str() {
        "br" => "* 1; i32.const 1; i32.const 2; halt".to_string(),
        "br_table" => "i32.const 1; * 2; br 2; br 1; br 0; halt".to_string(),
        "call" => "* 1; halt; i32.const 5; return -2".to_string(),
        "return" => "call 1; halt; i32.const 5; * -2".to_string(),
        "memory.declare" => "* 2; memory.size; halt".to_string(),
        "memory.size" => "memory.declare 2; *; halt".to_string(),
        "memory.grow" => "memory.declare 1; i32.const 1; * 4; halt".to_string(),
        "input_base" | "memory.data" => "* 64; i32.const 64; i32.load8_u; output; halt".to_string(),
        "host.request" => "* 3; i32.const 9; host.argument; host.receive; halt".to_string(),
        "host.argument" | "host.argument64" => {
            format!("host.request; {operands} *; host.receive; halt")
        }
        "host.receive" | "host.receive64" | "host.section" => {
            format!("host.request; {operands} *; halt")
        }
        "reserved.load" => format!("{RESERVED} i32.const 16; *; halt"),
        name if name.starts_with("br_if") => {
            format!("{operands} * 1; i32.const 1; i32.const 2; halt")
        }
        name if name.contains(".load") => format!("{MEMORY} i32.const 16; *; halt"),
        name if name.ends_with(".const") => "* 9; halt".to_string(),
        _ => format!("{operands} *; halt"),
    }
}

/// What reads or writes a variable: four locals and globals hold numbers before.
fn variable(opcode: &Mnemonic, operands: &str) -> String {
    let (space, _) = opcode.reads.or(opcode.writes).expect("the caller has asked");
    let space = match space {
        Space::Locals => "local",
        Space::Globals => "global",
    };
    let word = |word| {
        let (local, global) = (10 + word, 20 + word);
        format!("i32.const {local}; local.set {word}; i32.const {global}; global.set {word};")
    };
    let words: String = (3..7).map(word).collect();
    match opcode.reads {
        Some(_) => format!("{words} * 3; halt"),
        None => format!("{words} {operands} * 3; {space}.get 3; output; halt"),
    }
}

/// Instructions that push operands of these types.
fn operands(types: &[ValueType], which: usize) -> String {
    let push = |(index, of): (usize, &ValueType)| {
        let (integer, float) = (INTEGERS[which][index % 3], FLOATS[which][index % 3]);
        let bits = match of {
            ValueType::I32 | ValueType::I64 => integer,
            ValueType::F32 => u64::from((float as f32).to_bits()),
            ValueType::F64 => float.to_bits(),
        };
        let words = [bits as u32, (bits >> 32) as u32];
        let words = words.iter().take(of.words().into());
        words.map(|word| format!("i32.const {word}; ")).collect::<String>()
    };
    types.iter().enumerate().map(push).collect()
}
