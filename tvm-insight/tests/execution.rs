//! The programs of `programs/` and the token programs of tvm-core, read off the tokens of the
//! reference executor: as text, against the excerpts in `executions/` (`TVM_UPDATE=1` rewrites
//! those), and the state after every instruction, against the state of the executor.

use std::fs;
use std::path::{Path, PathBuf};

use tvm_core::machine::Machine;
use tvm_insight::execution::{ComparedReader, Effect, Reader, State, Step, header};
use tvm_program::{Program, text, wasm};
use tvm_reference::{End, Executor, Summary, Trace, TraceToken};
use tvm_toolchain::catalogue::{self, CatalogueEntry};
use tvm_toolchain::prebuilt;

/// Steps of an excerpt: the first, the first behind the start of the program, and the last ones.
const EXCERPT: [usize; 3] = [8, 40, 8];

/// Tokens of a run at most.
const LIMIT: u64 = 1_000_000;

/// A program, what executes it, and its input.
struct Job {
    name: String,
    program: Program,
    machine: Machine,
    input: Vec<u8>,
}

impl Job {
    /// How many tokens precede the first that is generated.
    fn prompt(&self) -> u64 {
        let given = self.program.reads_input().then_some(self.input.as_slice());
        text::prompt(&self.program, &self.machine.instruction_set(), given).len() as u64
    }

    /// The steps, and what the executor says when it is left alone.
    fn steps(&self) -> (Vec<Step>, Summary) {
        let Job { program, machine, input, .. } = self;
        let set = machine.instruction_set();
        let mut tokens = Vec::new();
        let executor = Executor::new(program, &set, input).unwrap();
        let summary = executor.run(LIMIT, &mut |token| tokens.push(token.to_string())).unwrap();
        let prompt = self.prompt();
        let mut reader = ComparedReader::new(program, machine, &set, input, prompt).unwrap();
        let steps = tokens.iter().filter_map(|name| reader.token(name).unwrap());
        let steps: Vec<Step> = steps.collect();
        let mut position = prompt;
        for step in &steps {
            assert_eq!(step.position, position);
            position += step.tokens;
        }
        assert_eq!(position, prompt + summary.generated_tokens);
        (steps, summary)
    }

    /// Compares the state that the tokens leave with that of the executor, after every instruction.
    fn compare_states(&self) {
        let Job { name, program, machine, input, .. } = self;
        let set = machine.instruction_set();
        let mut executor = Executor::new(program, &set, input).unwrap();
        let mut reader = Reader::new(program, machine, input, self.prompt());
        let mut end = None;
        while end.is_none() {
            let mut tokens = Vec::new();
            let consumer = &mut |token: &TraceToken| tokens.push(token.to_string());
            end = executor.step(&mut Trace::new(LIMIT, consumer)).unwrap();
            let (last, others) = tokens.split_last().unwrap();
            others.iter().for_each(|token| assert_eq!(reader.token(token).unwrap(), None));
            let step = reader.token(last).unwrap().expect("the instruction is complete");
            if step.trap.is_none() {
                compare(name, &step, reader.state(), &executor);
            }
        }
    }
}

fn compare(name: &str, step: &Step, state: &State<'_>, executor: &Executor<'_>) {
    let at = format!("{name}, {step}");
    if !step.halted {
        assert_eq!(state.cursor(), executor.cursor(), "{at}");
    }
    assert_eq!(state.operands(), executor.operands(), "{at}");
    assert_eq!(state.frames().len(), executor.call_depth(), "{at}");
    assert_eq!(state.memory_pages(), executor.memory_pages(), "{at}");
    for index in 0..70 {
        assert_eq!(state.local(index), executor.local(index), "local {index}: {at}");
    }
    for index in 0..4 {
        assert_eq!(state.global(index), executor.global(index), "global {index}: {at}");
    }
    if let Some(Effect::Load { address, .. } | Effect::Store { address, .. }) = step.effect {
        let around = address.saturating_sub(8);
        assert_eq!(state.memory(around, 24), executor.memory(around, 24), "{at}");
    }
}

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
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

fn check_excerpt(name: &str, found: &str) {
    let path = folder("tests/executions").join(format!("{name}.txt"));
    if std::env::var_os("TVM_UPDATE").is_some() {
        fs::write(&path, found).unwrap();
    }
    let expected = fs::read_to_string(&path).unwrap_or_default();
    assert!(expected == found, "{} is not what is read now:\n{found}", path.display());
}

fn of_catalogue(entry: &CatalogueEntry) -> Job {
    let machine = Machine::full();
    let module = fs::read(prebuilt::prebuilt_path(&entry.source)).unwrap();
    let program = wasm::compile(&module, &machine.instruction_set()).unwrap();
    Job { name: entry.name.clone(), program, machine, input: entry.input.clone().into_bytes() }
}

fn token_programs() -> Vec<Job> {
    let files = fs::read_dir(folder("../tvm-core/tests/token_programs")).unwrap();
    let mut files: Vec<PathBuf> = files.map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let jobs = files.into_iter().map(|file| {
        let name = file.file_stem().unwrap().to_string_lossy().into_owned();
        let classic = name.starts_with("classic");
        let machine = if classic { Machine::classic() } else { Machine::full() };
        let set = machine.instruction_set();
        let (program, input) = text::parse(&fs::read_to_string(&file).unwrap(), &set).unwrap();
        Job { name, program, machine, input: input.unwrap_or_default() }
    });
    jobs.collect()
}

#[test]
fn the_programs_are_read_from_beginning_to_end() {
    for entry in catalogue::read(&folder("../programs")).unwrap() {
        let job = of_catalogue(&entry);
        let (steps, summary) = job.steps();
        assert_eq!(steps.len() as u64, summary.instructions);
        let output: Vec<u8> = steps.iter().filter_map(|step| step.output).collect();
        assert_eq!(String::from_utf8_lossy(&output), entry.expected_output, "{}", entry.name);
        assert!(steps.last().unwrap().halted);
        check_excerpt(&entry.name, &excerpt(&steps));
    }
}

#[test]
fn the_token_programs_are_read_by_their_own_machines() {
    let jobs = token_programs();
    assert!(!jobs.is_empty());
    for job in jobs {
        let name = &job.name;
        let (steps, summary) = job.steps();
        let output: Vec<u8> = steps.iter().filter_map(|step| step.output).collect();
        assert_eq!(output, summary.output, "{name}");
        let trap = match summary.end {
            End::Halt => None,
            End::Trap(kind) => Some(kind.to_string()),
            End::Await => panic!("{name}: it awaits a host"),
        };
        assert_eq!(steps.last().unwrap().trap, trap, "{name}");
        check_excerpt(name, &excerpt(&steps));
    }
}

#[test]
fn the_state_is_that_of_the_reference_executor() {
    let entries = catalogue::read(&folder("../programs")).unwrap();
    let of_catalogue = entries.iter().map(of_catalogue);
    of_catalogue.chain(token_programs()).for_each(|job| job.compare_states());
}
