//! The programs of `programs/` as they are told, by the reference executor's own tokens, against
//! the excerpts in `narrations/`. `TVM_UPDATE=1` rewrites those.

use std::fs;
use std::path::{Path, PathBuf};

use tvm_core::machine::Machine;
use tvm_insight::execution::{Narrator, Step, header};
use tvm_program::{InstructionSet, Program, text, wasm};
use tvm_reference::{End, Executor, Summary};
use tvm_toolchain::catalogue::{self, CatalogueEntry};
use tvm_toolchain::prebuilt;

/// Steps of an excerpt: the first, the first behind the start of the program, and the last ones.
const EXCERPT: [usize; 3] = [8, 40, 8];

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

/// The steps of a program, and what the executor says when it is left alone.
fn narrated(program: &Program, set: &InstructionSet, input: &[u8]) -> (Vec<Step>, Summary) {
    let mut tokens = Vec::new();
    let executor = Executor::new(program, set, input).unwrap();
    let summary = executor.run(1_000_000, &mut |token| tokens.push(token.to_string())).unwrap();
    let given = program.reads_input().then_some(input);
    let prompt = text::prompt(program, set, given).len() as u64;
    let mut narrator = Narrator::new(program, set, input, prompt).unwrap();
    let steps = tokens.iter().filter_map(|name| narrator.token(name).unwrap());
    let steps: Vec<Step> = steps.collect();
    let mut position = prompt;
    for step in &steps {
        assert_eq!(step.position, position);
        position += step.tokens;
    }
    assert_eq!(position, prompt + summary.generated_tokens);
    (steps, summary)
}

fn excerpt(steps: &[Step]) -> String {
    let [first, behind, last] = EXCERPT;
    let start = steps.iter().position(|step| step.function != steps[0].function).unwrap_or(first);
    let mut text = header() + "\n";
    let mut shown = 0;
    for part in [0..first, start..start + behind, steps.len().saturating_sub(last)..steps.len()] {
        let (begin, end) = (part.start.max(shown), part.end.min(steps.len()));
        if begin >= end {
            continue;
        }
        if begin > shown {
            text.push_str("       ⋮\n");
        }
        steps[begin..end].iter().for_each(|step| text.push_str(&format!("{step}\n")));
        shown = end;
    }
    text
}

fn compare(name: &str, found: &str) {
    let path = folder("tests/narrations").join(format!("{name}.txt"));
    if std::env::var_os("TVM_UPDATE").is_some() {
        fs::write(&path, found).unwrap();
    }
    let expected = fs::read_to_string(&path).unwrap_or_default();
    assert!(expected == found, "{} is not what is told now:\n{found}", path.display());
}

fn program(entry: &CatalogueEntry, set: &InstructionSet) -> Program {
    let module = fs::read(prebuilt::prebuilt_path(&entry.source)).unwrap();
    wasm::compile(&module, set).unwrap()
}

#[test]
fn the_programs_are_told_from_beginning_to_end() {
    let set = Machine::full().instruction_set();
    for entry in catalogue::read(&folder("../programs")).unwrap() {
        let program = program(&entry, &set);
        let (steps, summary) = narrated(&program, &set, entry.input.as_bytes());
        assert_eq!(steps.len() as u64, summary.instructions);
        let output: Vec<u8> = steps.iter().filter_map(|step| step.output).collect();
        assert_eq!(String::from_utf8_lossy(&output), entry.expected_output, "{}", entry.name);
        assert!(steps.last().unwrap().halted);
        compare(&entry.name, &excerpt(&steps));
    }
}

#[test]
fn the_token_programs_are_told_in_their_own_sets() {
    let mut files: Vec<PathBuf> = fs::read_dir(folder("tests/token_programs"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    for file in files {
        let name = file.file_stem().unwrap().to_string_lossy().into_owned();
        let classic = name.starts_with("classic");
        let machine = if classic { Machine::classic() } else { Machine::full() };
        let set = machine.instruction_set();
        let (program, input) = text::parse(&fs::read_to_string(&file).unwrap(), &set).unwrap();
        let (steps, summary) = narrated(&program, &set, &input.unwrap_or_default());
        let output: Vec<u8> = steps.iter().filter_map(|step| step.output).collect();
        assert_eq!(output, summary.output, "{name}");
        let trap = match summary.end {
            End::Halt => None,
            End::Trap(kind) => Some(kind),
        };
        assert_eq!(steps.last().unwrap().trap, trap, "{name}");
        compare(&name, &excerpt(&steps));
    }
}
