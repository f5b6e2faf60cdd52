//! The body of one function, read for how it can leave: what it calls where an exception would pass
//! through, and what it leaves to its caller to call.

use std::collections::BTreeSet;

use wasmparser::{BinaryReaderError, Catch, FunctionBody, Operator};

use super::assembly::RoutineName;
use crate::wasm::module::{FunctionIndex, Module, TableIndex, TypeIndex, value_type};

/// Words of locals that are set to 0 before a branch to the beginning. Each takes an instruction or two
/// of ten tokens, and a tail call in full about 60.
pub(crate) const LOOPING_WORDS: u32 = 6;

/// Where an exception can come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Edge {
    /// The function itself.
    Throw,
    Call(FunctionIndex),
    Indirect(RoutineName),
}

/// What is known of a body.
#[derive(Debug, Default)]
pub(crate) struct Body {
    /// Where exceptions come from that the function does not catch.
    pub(crate) edges: Vec<Edge>,
    /// What it leaves to its caller to call.
    pub(crate) tail_calls: BTreeSet<RoutineName>,
    /// How many handlers around each other keep their exceptions.
    pub(crate) keeping: u32,
    /// The words of its locals besides the parameters.
    pub(crate) words: u32,
    /// The most words that an exception carries to which it makes a reference.
    pub(crate) referred: u32,
}

impl Body {
    /// Reads a body.
    pub(crate) fn read(
        module: &Module<'_>,
        function: FunctionIndex,
        body: &FunctionBody<'_>,
    ) -> Result<Self, BinaryReaderError> {
        let tries = Tries::read(body)?;
        let of = Body { words: local_words(body)?, ..Body::default() };
        let blocks = vec![Block::new(false, Kind::Plain)];
        let mut reader =
            Reader { module, function, body: of, tries, blocks, opened: 0, handlers: 0 };
        for operator in body.get_operators_reader()? {
            reader.operator(&operator?);
        }
        let mut body = reader.body;
        body.edges.sort_unstable();
        body.edges.dedup();
        Ok(body)
    }
}

/// The words of the locals that a body declares.
fn local_words(body: &FunctionBody<'_>) -> Result<u32, BinaryReaderError> {
    let mut words: u32 = 0;
    for declaration in body.get_locals_reader()? {
        let (number, local) = declaration?;
        let each = value_type(local).map_or(1, |known| known.words().into());
        words = words.saturating_add(number.saturating_mul(each));
    }
    Ok(words)
}

/// The `try` blocks of a body in the order in which they open: how each ends. That comes behind what it is
/// about, so it is read first.
struct Tries(Vec<Ending>);

#[derive(Clone, Copy)]
enum Ending {
    /// Not all exceptions are caught.
    Some,
    All,
    /// Exceptions go past blocks around it.
    Delegate,
}

/// Why there is an open `try`.
const BELONGS: &str = "validated: a handler belongs to a `try`";

impl Tries {
    fn read(body: &FunctionBody<'_>) -> Result<Self, BinaryReaderError> {
        let (mut tries, mut open) = (Vec::new(), Vec::new());
        for operator in body.get_operators_reader()? {
            match operator? {
                Operator::Try { .. } => {
                    open.push(Some(tries.len()));
                    tries.push(Ending::Some);
                }
                Operator::CatchAll => {
                    let innermost = open.last().copied().flatten();
                    tries[innermost.expect(BELONGS)] = Ending::All;
                }
                Operator::Delegate { .. } => {
                    tries[open.pop().flatten().expect(BELONGS)] = Ending::Delegate;
                }
                Operator::Block { .. }
                | Operator::Loop { .. }
                | Operator::If { .. }
                | Operator::TryTable { .. } => open.push(None),
                Operator::End => drop(open.pop()),
                _ => {}
            }
        }
        Ok(Tries(tries))
    }
}

/// An open block.
struct Block {
    /// Are all exceptions in it caught within the function?
    covered: bool,
    kind: Kind,
}

enum Kind {
    Plain,
    Try,
    /// A handler, and how many handlers there are with those around it.
    Handler(u32),
}

impl Block {
    fn new(covered: bool, kind: Kind) -> Self {
        Block { covered, kind }
    }
}

/// A body while it is read.
struct Reader<'m> {
    module: &'m Module<'m>,
    function: FunctionIndex,
    body: Body,
    tries: Tries,
    /// The open blocks; the first is the function.
    blocks: Vec<Block>,
    /// How many `try` blocks have been opened.
    opened: usize,
    /// How many handlers are open.
    handlers: u32,
}

impl Reader<'_> {
    fn operator(&mut self, operator: &Operator<'_>) {
        match operator {
            Operator::Block { .. } | Operator::Loop { .. } | Operator::If { .. } => {
                self.open(false, Kind::Plain);
            }
            Operator::TryTable { try_table } => {
                let all = |one: &Catch| matches!(one, Catch::All { .. } | Catch::AllRef { .. });
                let referred = try_table.catches.iter().map(|one| self.referred(one)).max();
                self.body.referred = self.body.referred.max(referred.unwrap_or(0));
                self.open(try_table.catches.iter().any(all), Kind::Plain);
            }
            Operator::Try { .. } => {
                match self.tries.0[self.opened] {
                    Ending::Some => self.open(false, Kind::Try),
                    Ending::All => self.open(true, Kind::Try),
                    Ending::Delegate => self.blocks.push(Block::new(false, Kind::Try)),
                }
                self.opened += 1;
            }
            Operator::Catch { .. } | Operator::CatchAll => self.handle(),
            Operator::End | Operator::Delegate { .. } => self.close(),
            Operator::Call { function_index } => {
                self.edge(Edge::Call(FunctionIndex(*function_index)));
            }
            Operator::CallIndirect { type_index, table_index } => {
                self.edge(Edge::Indirect(self.indirect(*type_index, *table_index)));
            }
            Operator::CallRef { type_index } => {
                self.edge(Edge::Indirect(self.of_reference(*type_index)));
            }
            other => self.leave(other),
        }
    }

    /// The most words that an exception carries to which a clause makes a reference.
    fn referred(&self, clause: &Catch) -> u32 {
        match *clause {
            Catch::OneRef { tag, .. } => self.module.payload_words(tag),
            Catch::AllRef { .. } => self.module.widest_payload(),
            Catch::One { .. } | Catch::All { .. } => 0,
        }
    }

    fn leave(&mut self, operator: &Operator<'_>) {
        match operator {
            Operator::Throw { .. } | Operator::ThrowRef => self.edge(Edge::Throw),
            Operator::Rethrow { relative_depth } => {
                let target = self.blocks.len() - 1 - *relative_depth as usize;
                if let Kind::Handler(level) = self.blocks[target].kind {
                    self.body.keeping = self.body.keeping.max(level);
                }
                self.edge(Edge::Throw);
            }
            Operator::ReturnCall { function_index } => {
                self.tail_call(FunctionIndex(*function_index));
            }
            Operator::ReturnCallIndirect { type_index, table_index } => {
                self.indirect_tail_call(self.indirect(*type_index, *table_index));
            }
            Operator::ReturnCallRef { type_index } => {
                self.indirect_tail_call(self.of_reference(*type_index));
            }
            _ => {}
        }
    }

    fn indirect(&self, signature: u32, table: u32) -> RoutineName {
        RoutineName::indirect(self.module, TypeIndex(signature), TableIndex(table))
    }

    fn of_reference(&self, signature: u32) -> RoutineName {
        RoutineName::of_reference(self.module, TypeIndex(signature))
    }

    fn edge(&mut self, edge: Edge) {
        if !self.blocks.last().is_some_and(|block| block.covered) {
            self.body.edges.push(edge);
        }
    }

    /// A tail call leaves the blocks around it first: what these catch is not theirs.
    fn tail_call(&mut self, callee: FunctionIndex) {
        self.body.edges.push(Edge::Call(callee));
        let loops = callee == self.function && self.body.words <= LOOPING_WORDS;
        if self.module.is_defined(callee) && !loops {
            self.body.tail_calls.insert(RoutineName::Function(callee));
        }
    }

    fn indirect_tail_call(&mut self, callee: RoutineName) {
        self.body.edges.push(Edge::Indirect(callee));
        self.body.tail_calls.insert(callee);
    }

    fn open(&mut self, catches_all: bool, kind: Kind) {
        let around = self.blocks.last().is_some_and(|block| block.covered);
        self.blocks.push(Block::new(around || catches_all, kind));
    }

    /// A handler is not in the body that it belongs to.
    fn handle(&mut self) {
        if let Some(Kind::Try) = self.blocks.pop().map(|block| block.kind) {
            self.handlers += 1;
        }
        self.open(false, Kind::Handler(self.handlers));
    }

    fn close(&mut self) {
        if let Some(Kind::Handler(_)) = self.blocks.pop().map(|block| block.kind) {
            self.handlers -= 1;
        }
    }
}
