//! The programs of `programs/` and the token programs of tvm-core, read off the tokens of the
//! reference executor: as text, against the excerpts in `executions/` (`TVM_UPDATE=1` rewrites
//! those), and the state after every instruction, against the state of the executor. So are the beginnings of the
//! programs of `tests/c`. Operands and results are compared with what the executor has where the tokens of the program
//! say that they are.

use std::fs;
use std::path::{Path, PathBuf};

use tvm_core::machine::Machine;
use tvm_insight::execution::{ComparedReader, Effect, Reader, State, Step, header};
use tvm_program::{
    Cursor, Instruction, InstructionSet, Mnemonic, Origin, PLACES_OF_GLOBALS, PLACES_OF_LOCALS,
    Place, PlaceToken, Program, Row, Space, text, wasm,
};
use tvm_reference::{End, Executor, Summary, Trace, TraceToken};
use tvm_toolchain::catalogue::{self, CatalogueEntry};
use tvm_toolchain::prebuilt;

/// Steps of an excerpt: the first, the first behind the start of the program, and the last ones.
const EXCERPT: [usize; 3] = [8, 40, 8];

/// Tokens of a run at most.
const LIMIT: u64 = 1_000_000;

/// Instructions at the beginning after each of which all variables are compared; those of the instruction itself are
/// compared after every one.
const COMPARED_IN_FULL: u64 = 1_000;

/// From there on, how many instructions are between two comparisons of all variables.
const BETWEEN: u64 = 97;

/// Instructions of a program of `tests/c` that are followed.
const FOLLOWED: u64 = 20_000;

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
    fn compare_states(&self, most_instructions: u64, coverage: &mut Coverage) {
        let Job { name, program, machine, input, .. } = self;
        let set = machine.instruction_set();
        let mut executor = Executor::new(program, &set, input).unwrap();
        let mut reader = Reader::new(program, machine, input, self.prompt());
        for number in 0..most_instructions {
            let before = Before::of(&executor, program, &set);
            let mut tokens = Vec::new();
            let consumer = &mut |token: &TraceToken| tokens.push(token.to_string());
            let end = executor.step(&mut Trace::new(LIMIT, consumer)).unwrap();
            let (last, others) = tokens.split_last().unwrap();
            others.iter().for_each(|token| assert_eq!(reader.token(token).unwrap(), None));
            let step = reader.token(last).unwrap().expect("the instruction is complete");
            let at = format!("{name}, {step}");
            before.compare_operands(&step, &at);
            if step.trap.is_none() {
                compare(&at, &step, reader.state(), &executor);
                before.compare_result(&step, &executor, &at);
                before.compare_written(reader.state(), &executor, &at);
                if number < COMPARED_IN_FULL || number % BETWEEN == 0 {
                    compare_variables(reader.state(), &executor, &at);
                }
            }
            coverage.add(&step);
            if end.is_some() {
                break;
            }
        }
    }
}

/// What instructions had in variables.
#[derive(Debug, Default)]
struct Coverage {
    operands: [u64; 2],
    results: [u64; 2],
    /// Loads whose result went to a variable.
    loads: u64,
}

impl Coverage {
    fn add(&mut self, step: &Step) {
        let count = |places: &[Place], counts: &mut [u64; 2]| {
            for place in places {
                match place {
                    Place::Stack => {}
                    Place::Local(_) => counts[0] += 1,
                    Place::Global(_) => counts[1] += 1,
                }
            }
        };
        count(&step.operand_places, &mut self.operands);
        count(&step.result_places, &mut self.results);
        let is_load = matches!(step.effect, Some(Effect::Load { .. }));
        self.loads += u64::from(is_load && step.result_places != [Place::Stack]);
    }
}

/// An instruction that is about to be executed, and its operands, from where the tokens of the program say that they are.
struct Before<'set> {
    instruction: Instruction,
    mnemonic: &'set Mnemonic,
    row: Row,
    /// The words on the stack.
    depth: usize,
    /// The last operands, at most two, the last one first.
    operands: Vec<u64>,
}

impl Before<'_> {
    fn of<'set>(
        executor: &Executor<'_>,
        program: &Program,
        set: &'set InstructionSet,
    ) -> Before<'set> {
        let Cursor(at) = executor.cursor();
        let instruction = program.instructions[at as usize];
        let mnemonic = set.by_code(instruction.code).unwrap();
        let row = Row::of(mnemonic, instruction.places);
        let depth = executor.operands().len();
        let mut tokens = row.operands;
        if mnemonic.writes_memory {
            tokens.reverse();
        }
        let types = mnemonic.operands.iter().rev();
        let operands = tokens.iter().zip(types);
        let operands = operands.map(|(token, of)| value_at(*token, of.words(), depth, executor));
        Before { instruction, mnemonic, row, depth, operands: operands.collect() }
    }

    fn compare_operands(&self, step: &Step, at: &str) {
        assert_eq!(step.operands.len(), self.mnemonic.operands.len(), "{at}");
        assert_eq!(step.operand_places.len(), step.operands.len(), "{at}");
        let found = step.operands.iter().rev().map(|value| value.unsigned());
        let found: Vec<u64> = found.take(self.operands.len()).collect();
        assert_eq!(found, self.operands, "{at}");
    }

    /// Compares the result with what the executor has at its place now.
    fn compare_result(&self, step: &Step, executor: &Executor<'_>, at: &str) {
        assert_eq!(step.result_places.len(), step.results.len(), "{at}");
        let words = self.mnemonic.result_words();
        if words == 0 {
            return;
        }
        let expected = value_at(self.row.result, words, self.depth, executor);
        let result = step.results.last().unwrap();
        // Of `i64.extend_i32_s` the upper word is the result, and both are shown.
        let below = result.value_type().words() - words;
        assert_eq!(result.unsigned() >> (32 * u32::from(below)), expected, "{at}");
    }

    /// Compares the variable that was written, if one was.
    fn compare_written(&self, state: &State<'_>, executor: &Executor<'_>, at: &str) {
        let Row { result, .. } = self.row;
        let own = if self.mnemonic.writes.is_some() { self.instruction.immediate } else { 0 };
        for word in 0..u32::from(result.words) {
            let index = own + result.word as u32 + word;
            match result.origin {
                Origin::Top => unreachable!("a value on the stack is in no words elsewhere"),
                Origin::Variables(Space::Locals) => {
                    assert_eq!(state.local(index), executor.local(index), "{at}");
                }
                Origin::Variables(Space::Globals) => {
                    assert_eq!(state.global(index), executor.global(index), "{at}");
                }
            }
        }
    }
}

/// The bits of a value of so many words, which is where a token says, counted from a depth of the stack.
fn value_at(token: PlaceToken, words: u8, depth: usize, executor: &Executor<'_>) -> u64 {
    let words = (0..u32::from(words)).map(|number| match token.origin {
        Origin::Top => {
            let lowest = depth as i64 - 1 + i64::from(token.word);
            executor.operands()[lowest as usize + number as usize]
        }
        Origin::Variables(Space::Locals) => executor.local(token.word as u32 + number),
        Origin::Variables(Space::Globals) => executor.global(token.word as u32 + number),
    });
    words.enumerate().fold(0, |bits, (number, word)| bits | u64::from(word) << (32 * number))
}

fn compare(at: &str, step: &Step, state: &State<'_>, executor: &Executor<'_>) {
    if !step.halted {
        assert_eq!(state.cursor(), executor.cursor(), "{at}");
    }
    assert_eq!(state.operands(), executor.operands(), "{at}");
    assert_eq!(step.stack_depth, executor.operands().len(), "{at}");
    assert_eq!(state.frames().len(), executor.call_depth(), "{at}");
    assert_eq!(state.memory_pages(), executor.memory_pages(), "{at}");
    if let Some(Effect::Load { address, .. } | Effect::Store { address, .. }) = step.effect {
        let around = address.saturating_sub(8);
        assert_eq!(state.memory(around, 24), executor.memory(around, 24), "{at}");
    }
}

fn compare_variables(state: &State<'_>, executor: &Executor<'_>, at: &str) {
    for index in 0..u32::from(PLACES_OF_LOCALS) + 2 {
        assert_eq!(state.local(index), executor.local(index), "local {index}: {at}");
    }
    for index in 0..u32::from(PLACES_OF_GLOBALS) + 2 {
        assert_eq!(state.global(index), executor.global(index), "global {index}: {at}");
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
    for job in of_catalogue.chain(token_programs()) {
        job.compare_states(u64::MAX, &mut Coverage::default());
    }
}

#[test]
fn c_as_people_write_it_has_the_state_of_the_reference_executor() {
    let entries = catalogue::read(&folder("../tests/c")).unwrap();
    let mut coverage = Coverage::default();
    for entry in entries {
        of_catalogue(&entry).compare_states(FOLLOWED, &mut coverage);
    }
    let Coverage { operands: [locals, globals], results: [local, global], loads } = coverage;
    let all = [locals, globals, local, global, loads];
    assert!(all.iter().all(|count| *count > 1_000), "{coverage:?}");
}
