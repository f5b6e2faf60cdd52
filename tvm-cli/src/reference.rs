//! `tvm reference`: a program run directly, printing the same tokens.

use std::collections::{HashMap, VecDeque};

use serde_json::json;
use tvm_core::pipeline::listing;
use tvm_model::{Token, UnknownToken, Vocabulary};
use tvm_reference::{Answers, Executor, Trace, TraceToken};
use tvm_runtime::engine::Engine;

use crate::arguments::ProgramArguments;
use crate::drive::Execution;
use crate::failure::Failure;
use crate::recorded::answers;
use crate::run::{ModelFile, universal_prompt};

pub(crate) fn execute(arguments: &ProgramArguments) -> Result<(), Failure> {
    let machine = arguments.isa.machine();
    let execution = &arguments.execution;
    let set = machine.instruction_set();
    // Of the universal model only the names of tokens are read: its graph would have to be built for them.
    let vocabulary = ModelFile::choose(None, arguments.isa)?.read()?.vocabulary;
    let (job, recorded) = arguments.load(&machine, &vocabulary)?;
    // The executor goes ahead of the sequence, so it gets the answers of its own.
    let answers = match &recorded {
        Some(recorded) => answers(&recorded.apart()?.rest(execution.max_tokens)?, &vocabulary)?,
        None => Vec::new(),
    };
    let executor = Executor::new(&job.program, &set, &job.input)?;
    let mut engine = ReferenceEngine {
        executor: executor.with_host(Box::new(Answers::new(answers))),
        known: Tokens::of(&vocabulary),
        ready: VecDeque::new(),
        failure: None,
    };
    Execution {
        vocabulary: &vocabulary,
        prompt: &universal_prompt(&vocabulary, &job, &set)?,
        listing: Some(&listing(&job.program, &set)),
        told: &|| json!({}),
    }
    .by(&mut engine, execution, recorded, |engine| engine.failure.take())
}

/// The tokens of a vocabulary by what the reference calls them.
pub(crate) struct Tokens<'run> {
    vocabulary: &'run Vocabulary,
    known: HashMap<TraceToken, Token>,
}

impl<'run> Tokens<'run> {
    pub(crate) fn of(vocabulary: &'run Vocabulary) -> Self {
        Tokens { vocabulary, known: HashMap::new() }
    }

    /// The token of this name.
    ///
    /// # Errors
    /// When the vocabulary has none.
    pub(crate) fn token(&mut self, token: TraceToken) -> Result<Token, UnknownToken> {
        if let Some(&token) = self.known.get(&token) {
            return Ok(token);
        }
        let found = self.vocabulary.tokens([token.to_string().as_str()])?[0];
        self.known.insert(token, found);
        Ok(found)
    }
}

/// The reference executor in the place of an engine. It has the program, so it learns nothing from what it
/// reads: reading a token that it generated only makes it go on to the next.
struct ReferenceEngine<'run> {
    executor: Executor<'run>,
    known: Tokens<'run>,
    /// Tokens of the instruction that was executed last, the next one first.
    ready: VecDeque<Token>,
    failure: Option<Failure>,
}

impl ReferenceEngine<'_> {
    fn execute(&mut self) -> Result<(), Failure> {
        let mut tokens = Vec::new();
        let mut consumer = |token: &TraceToken| tokens.push(*token);
        self.executor.step(&mut Trace::new(u64::MAX, &mut consumer))?;
        for token in tokens {
            self.ready.push_back(self.known.token(token)?);
        }
        Ok(())
    }
}

impl Engine for ReferenceEngine<'_> {
    fn feed(&mut self, token: Token) {
        if self.ready.front() == Some(&token) {
            self.ready.pop_front();
        }
    }

    fn predict(&mut self) -> Token {
        if self.ready.is_empty() && self.failure.is_none() {
            self.failure = self.execute().err();
        }
        self.ready.front().copied().unwrap_or(Token::NONE)
    }

    /// It has no caches.
    fn memory(&self) -> usize {
        0
    }
}
