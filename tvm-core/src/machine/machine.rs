//! A machine: a set of opcodes with unique names and codes, and the two graphs that are made of it.

use thiserror::Error;

use super::assembly::Assembly;
use super::circle::Circle;
use super::places::FetchedPlaces;
use super::scope::build_opcodes;
use super::scores::Scores;
use super::survey::survey;
use super::vocabulary::{Dispatch, Vocabulary};
use super::{Columns, Counters, Fetched, Opcode, Recent, baked, opcodes, state};
use crate::graph::{Form, Graph, TokenGraph};
use tvm_program::limits::INSTRUCTIONS_IN_WEIGHTS;
use tvm_program::{Code, InstructionSet, Program};

/// Opcodes that cannot be one machine.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum MachineError {
    /// Two opcodes have one name.
    #[error("the mnemonic {0} is declared twice: rename one of them")]
    DuplicateMnemonic(&'static str),
    /// Two opcodes have one code.
    #[error("{0} and {1} have the same code 0x{2:02x}: give one of them a free code")]
    DuplicateCode(&'static str, &'static str, u8),
    /// An opcode has two operands and reads a variable too.
    #[error(
        "{0} reads a variable beside two operands: in a machine with numbers of 64 bits an opcode reads two values that \
         are not on the stack, or one and a variable; take one of them from the stack by an opcode before"
    )]
    NoPlace(&'static str),
    /// A program uses an opcode that the machine does not have.
    #[error("instruction {index} has the code 0x{code:02x}, which this machine does not have")]
    UnknownCode {
        /// The instruction, from 0.
        index: usize,
        /// Its code.
        code: u8,
    },
    /// The program has more instructions than weights can hold exactly.
    #[error(
        "the program has {instructions} instructions, more than {}: run it by the universal model",
        INSTRUCTIONS_IN_WEIGHTS
    )]
    ProgramTooLong {
        /// How many it has.
        instructions: usize,
    },
    /// The program has no instructions.
    #[error("the program has no instructions")]
    EmptyProgram,
}

/// A set of opcodes.
#[derive(Debug, Clone)]
pub struct Machine {
    name: String,
    opcodes: Vec<Opcode>,
    traps: bool,
}

impl Machine {
    /// A machine of these opcodes, with all traps of WebAssembly.
    ///
    /// # Errors
    /// [`MachineError`] when a name or a code occurs twice.
    pub fn new(name: &str, opcodes: Vec<Opcode>) -> Result<Machine, MachineError> {
        for (index, one) in opcodes.iter().enumerate() {
            for other in &opcodes[..index] {
                if one.mnemonic == other.mnemonic {
                    return Err(MachineError::DuplicateMnemonic(one.mnemonic));
                }
                if one.code == other.code {
                    let (first, second) = (other.mnemonic, one.mnemonic);
                    return Err(MachineError::DuplicateCode(first, second, one.code.0));
                }
            }
        }
        let machine = Machine { name: name.to_string(), opcodes, traps: true };
        let lacks = |opcode: &&Opcode| machine.has_places() && !opcode.has_places_enough();
        match machine.opcodes.iter().find(lacks) {
            Some(one) => Err(MachineError::NoPlace(one.mnemonic)),
            None => Ok(machine),
        }
    }

    /// The 36 classic opcodes, without traps: linear memory has only the bounds of the machine.
    pub fn classic() -> Machine {
        let machine =
            Machine::new("classic", opcodes::classic()).expect("the classic opcodes are distinct");
        Machine { traps: false, ..machine }
    }

    /// All opcodes.
    pub fn full() -> Machine {
        Machine::new("full", opcodes::full()).expect("the full opcodes are distinct")
    }

    /// This machine with more opcodes.
    ///
    /// # Errors
    /// [`MachineError`] when a name or a code is taken.
    pub fn with(&self, name: &str, more: &[Opcode]) -> Result<Machine, MachineError> {
        let opcodes = self.opcodes.iter().chain(more).copied().collect();
        Ok(Machine { traps: self.traps, ..Machine::new(name, opcodes)? })
    }

    /// The name of the instruction set.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The opcodes in order of declaration.
    pub fn opcodes(&self) -> &[Opcode] {
        &self.opcodes
    }

    /// The names and stack types of the opcodes, for the front end.
    pub fn instruction_set(&self) -> InstructionSet {
        let set = InstructionSet::new(self.opcodes.iter().map(Opcode::describe).collect());
        if self.traps { set.with_traps() } else { set }
    }

    /// The interpreter: it reads its program from the beginning of the sequence.
    pub fn universal(&self) -> TokenGraph {
        let circle = Circle::with_points(self.opcodes.len());
        let dispatch: Vec<Dispatch> =
            self.opcodes.iter().copied().zip(circle.points.iter().copied()).collect();
        let mut shared = Shared::new(self.traps, &dispatch);
        let Shared { graph, columns, bytes, counters, .. } = &mut shared;
        let has_places = self.has_places();
        let (fetched, places) = graph.shared("fetched", |graph| {
            // An instruction is its mnemonic, its immediate and its places.
            let tokens = if has_places { 8 } else { 5 };
            let row = counters.cursor.clone() * tokens - Form::constant(tokens - 1);
            let fetched = state::fetch(graph, columns, bytes, &row);
            (fetched, has_places.then(|| FetchedPlaces::fetch(graph, columns, bytes, &row)))
        });
        shared.assemble((fetched, places), &dispatch, &circle, &dispatch)
    }

    /// The first Futamura projection: the interpreter with this program in its weights. It reads no program,
    /// fetches no instruction by attention, and has only the opcodes that the program uses.
    ///
    /// # Errors
    /// [`MachineError`] when the program is empty or too long, or uses an opcode that the machine lacks.
    pub fn specialised(&self, program: &Program) -> Result<TokenGraph, MachineError> {
        let used = self.used(program)?;
        let circle = Circle::with_points(used.len());
        let dispatch: Vec<Dispatch> = used.into_iter().zip(circle.points.iter().copied()).collect();
        let mut shared = Shared::new(self.traps, &dispatch);
        let (graph, counters) = (&mut shared.graph, &shared.counters);
        let has_places = self.has_places();
        let fetched = graph.shared("fetched", |graph| {
            baked::fetch(graph, &shared.bytes, counters, program, &dispatch, has_places)
        });
        Ok(shared.assemble(fetched, &dispatch, &circle, &[]))
    }

    /// Can operands and results be in variables? They can where there are numbers of 64 bits.
    fn has_places(&self) -> bool {
        self.opcodes.iter().any(Opcode::is_wide)
    }

    fn used(&self, program: &Program) -> Result<Vec<Opcode>, MachineError> {
        if program.instructions.is_empty() {
            return Err(MachineError::EmptyProgram);
        }
        if program.instructions.len() > INSTRUCTIONS_IN_WEIGHTS {
            let instructions = program.instructions.len();
            return Err(MachineError::ProgramTooLong { instructions });
        }
        for (index, instruction) in program.instructions.iter().enumerate() {
            if !self.opcodes.iter().any(|opcode| opcode.code == instruction.code) {
                let Code(code) = instruction.code;
                return Err(MachineError::UnknownCode { index, code });
            }
        }
        let occurs = |opcode: &&Opcode| {
            program.instructions.iter().any(|instruction| instruction.code == opcode.code)
        };
        Ok(self.opcodes.iter().filter(occurs).copied().collect())
    }
}

/// The parts that universal and specialised machines share.
struct Shared {
    graph: Graph,
    columns: Columns,
    bytes: Recent,
    counters: Counters,
    traps: bool,
}

impl Shared {
    fn new(traps: bool, dispatch: &[Dispatch]) -> Shared {
        let mut graph = Graph::new();
        let columns = Columns::new(&mut graph);
        let mut bytes = graph.shared("bytes", |graph| state::recent_bytes(graph, &columns));
        if !dispatch.iter().any(|(opcode, _)| survey(opcode).shifts()) {
            // No table multiplies what depends on the index, and a slot is saved.
            bytes.result_index = bytes.index.clone();
        }
        let counters = state::counters(&mut graph, &columns, &bytes);
        Shared { graph, columns, bytes, counters, traps }
    }

    fn assemble(
        self,
        (fetched, places): (Fetched, Option<FetchedPlaces>),
        dispatch: &[Dispatch],
        circle: &Circle,
        prefix: &[Dispatch],
    ) -> TokenGraph {
        let with_gates = dispatch
            .iter()
            .map(|(opcode, (x, y))| {
                let towards = fetched.opcode_x.clone() * *x + fetched.opcode_y.clone() * *y;
                let gate = towards + Form::constant(1 - circle.squared_radius);
                (*opcode, survey(opcode), gate)
            })
            .collect();
        let shared = (self.columns, self.bytes, self.counters, fetched);
        let has_places = places.is_some();
        let mut assembly = Assembly::new(self.graph, shared, places, with_gates, self.traps);
        build_opcodes(&mut assembly);
        let scores = Scores::new(&mut assembly);
        let opcodes: Vec<Opcode> = dispatch.iter().map(|(opcode, _)| *opcode).collect();
        let tokens = Vocabulary::rows(&assembly.columns, scores, &opcodes, prefix, has_places);
        TokenGraph { graph: assembly.graph, tokens }
    }
}
