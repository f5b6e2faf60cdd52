//! The engine: every block by its machine code, or interpreted.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tvm_runtime::engine::{Backend, Engine, Refusal};
use tvm_runtime::plan::Plan;
use tvm_runtime::{Token, Weights};

use crate::blocks::{Blocks, Figures};
use crate::machine::Entry;
use crate::state::Machine;
use crate::{INTERPRETED, Routine, Translator};

/// When a block is translated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// All blocks, before the first token.
    Before,
    /// A block that was interpreted so often, while the sequence is read.
    After(u32),
}

impl When {
    /// A block that was interpreted for as long as translating it takes.
    pub const IT_PAYS: When = When::After(4096);
}

/// Runs plans by machine code. What it has translated for a plan is there for the next engine of the same plan.
pub struct Native<'translator> {
    translator: Box<dyn Translator + 'translator>,
    when: When,
    blocks: Mutex<Option<Arc<Blocks>>>,
}

impl<'translator> Native<'translator> {
    /// With a translator.
    pub fn new(translator: impl Translator + 'translator, when: When) -> Self {
        Native { translator: Box::new(translator), when, blocks: Mutex::default() }
    }

    /// What was translated for the last plan.
    pub fn figures(&self) -> Figures {
        self.last().as_ref().map_or_else(Figures::default, |blocks| blocks.figures())
    }

    /// The blocks of the last plan.
    fn last(&self) -> MutexGuard<'_, Option<Arc<Blocks>>> {
        self.blocks.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn blocks(&self, plan: &Plan) -> Arc<Blocks> {
        let mut blocks = self.last();
        match &*blocks {
            Some(blocks) if blocks.digest == plan.digest => blocks.clone(),
            _ => blocks.insert(Arc::new(Blocks::new(plan))).clone(),
        }
    }
}

impl Backend for Native<'_> {
    fn plan(&self, weights: &Weights<'_>) -> Option<Plan> {
        let (plan, blocks) = Blocks::of_whole(self.translator.whole(weights)?)?;
        *self.last() = Some(Arc::new(blocks));
        Some(plan)
    }

    fn accepts(&self, plan: &Plan) -> bool {
        let blocks = self.blocks(plan);
        blocks.is_whole() || self.translator.accepts(&blocks.source(plan))
    }

    fn engine<'run>(&'run self, plan: &'run Plan) -> Box<dyn Engine + 'run> {
        let blocks = self.blocks(plan);
        let translator = &*self.translator;
        let limit = match self.when {
            When::Before => {
                blocks.translate(plan, translator, &blocks.routines());
                u32::MAX
            }
            When::After(times) => times,
        };
        let mut machine = Machine::new(plan, blocks.clone());
        machine.set_call();
        let block = |routine| Block { routine, entry: blocks.entry(routine), times: 0 };
        let classes = (0..blocks.code.classes.len()).map(Routine::Class);
        let common = block(Routine::Common);
        let classes: Vec<Block> = classes.map(block).collect();
        classes.iter().for_each(|block| block.tell(&mut machine));
        let vocabulary = plan.embedding.len().checked_div(plan.inputs.token.len());
        Box::new(NativeEngine {
            machine,
            translator,
            limit,
            common,
            classes,
            phase: 0,
            next: Token::NONE,
            vocabulary: vocabulary.unwrap_or(usize::MAX),
        })
    }
}

/// A block: its machine code if there is some, or how often it was interpreted.
struct Block {
    routine: Routine,
    entry: Option<Entry>,
    times: u32,
}

impl Block {
    /// The block was interpreted once more.
    fn count(&mut self, limit: u32, translator: &dyn Translator, machine: &mut Machine<'_>) {
        self.times = self.times.saturating_add(1);
        if self.times == limit {
            let blocks = machine.blocks.clone();
            blocks.translate(machine.plan, translator, &[Routine::Call, self.routine]);
            machine.set_call();
            self.entry = blocks.entry(self.routine);
            self.tell(machine);
        }
    }

    /// The common part is told where the machine code of a class is.
    fn tell(&self, machine: &mut Machine<'_>) {
        if let (Routine::Class(class), Some(entry)) = (self.routine, &self.entry) {
            machine.set_class(class, entry);
        }
    }
}

struct NativeEngine<'run> {
    machine: Machine<'run>,
    translator: &'run dyn Translator,
    /// How often a block is interpreted before it is translated.
    limit: u32,
    common: Block,
    classes: Vec<Block>,
    phase: u64,
    next: Token,
    /// No token is as great.
    vocabulary: usize,
}

impl NativeEngine<'_> {
    /// Reads a token, after which one is predicted or not.
    fn token(&mut self, token: Token, is_predicted: bool) {
        assert!((token.0 as usize) < self.vocabulary, "{token:?} is not of the vocabulary");
        let machine = &mut self.machine;
        machine.state.begin();
        machine.set_token(self.phase, is_predicted);
        let found = match &self.common.entry {
            Some(entry) => machine.call(entry, token.0.into()),
            None => INTERPRETED + self.interpret_common(token) as u64,
        };
        self.next = match found.checked_sub(INTERPRETED) {
            None => Token(found as u32),
            Some(class) => self.class(class as usize, token, is_predicted),
        };
        self.machine.state.advance();
        let period = self.machine.plan.period as u64;
        self.phase = if self.phase + 1 == 2 * period { period } else { self.phase + 1 };
    }

    /// Runs the rest for a class, and gives the next token.
    #[cold]
    fn class(&mut self, class: usize, token: Token, is_predicted: bool) -> Token {
        let code = &self.machine.blocks.code;
        let class = if is_predicted { class } else { code.for_reading(class) };
        match &self.classes[class].entry {
            Some(entry) => Token(self.machine.call(entry, token.0.into()) as u32),
            None => self.interpret_class(class),
        }
    }

    /// Runs the common part by the interpreter, and gives the class.
    #[cold]
    fn interpret_common(&mut self, token: Token) -> usize {
        let Machine { plan, blocks, state, .. } = &mut self.machine;
        state.inputs(plan, token);
        state.run(plan, &blocks.code, blocks.code.common);
        let class = state.class(&blocks.code);
        self.machine.set_moved();
        self.machine.set_rows();
        self.common.count(self.limit, self.translator, &mut self.machine);
        class
    }

    /// Runs the rest by the interpreter, and gives the next token.
    #[cold]
    fn interpret_class(&mut self, class: usize) -> Token {
        let Machine { plan, blocks, state, .. } = &mut self.machine;
        let rest = &blocks.code.classes[class];
        state.run(plan, &blocks.code, rest.block);
        let next = state.next(&rest.output);
        self.machine.set_moved();
        self.classes[class].count(self.limit, self.translator, &mut self.machine);
        next
    }
}

impl Engine for NativeEngine<'_> {
    fn feed(&mut self, token: Token) {
        self.token(token, true);
    }

    fn read(&mut self, token: Token) {
        self.token(token, false);
    }

    fn predict(&mut self) -> Token {
        self.machine.state.watched(self.next)
    }

    fn refusal(&self) -> Option<Refusal> {
        self.machine.state.refusal()
    }

    fn memory(&self) -> usize {
        self.machine.state.memory()
    }
}
