//! What the app in the browser calls: the sessions of tvm-insight, handed over to JavaScript. Nothing is computed here.
//! Structured answers are JSON, whose integers beyond 2^53 are strings; tokens and bytes are typed arrays.
//! A failure is thrown as an `Error` with the message of the library.

use js_sys::Error;
use self_cell::self_cell;
use tvm_insight::runtime::driver::Limits;
use tvm_insight::session::{self, Change, Comparison, Subject, to_json};
use wasm_bindgen::prelude::*;

/// The caches of a run take so many bytes at most: a page has 4 GB at the very most, and others live there.
const MOST_MEMORY: u64 = 1 << 29;

type OwnSession<'subject> = session::Session<'subject>;

self_cell!(
    /// A session with what it borrows.
    struct Open {
        owner: Subject,
        #[not_covariant]
        dependent: OwnSession,
    }
);

/// A program and its run.
#[wasm_bindgen]
pub struct Session {
    open: Open,
    changed: Option<Changed>,
}

/// A changed model that runs beside the true one.
struct Changed {
    open: Open,
    /// Before this position both have the same tokens.
    equal: u64,
}

fn thrown(error: impl std::fmt::Display) -> Error {
    Error::new(&error.to_string())
}

/// A position or a number of JavaScript: what is negative or no number is 0.
fn count(number: f64) -> u64 {
    number as u64
}

fn open(subject: Subject) -> Open {
    let limits = Limits::default().with_memory(MOST_MEMORY);
    Open::new(subject, |subject| OwnSession::new(subject, limits))
}

impl Session {
    fn of(subject: Subject) -> Session {
        Session { open: open(subject), changed: None }
    }

    fn ask<T>(&mut self, ask: impl FnOnce(&mut OwnSession<'_>) -> T) -> T {
        self.open.with_dependent_mut(|_, session| ask(session))
    }
}

#[wasm_bindgen]
impl Session {
    /// Opens a model file with a program in its weights.
    #[wasm_bindgen(js_name = openModel)]
    pub fn open_model(model: &[u8], input: &[u8]) -> Result<Session, Error> {
        Subject::model(model, input).map(Session::of).map_err(thrown)
    }

    /// Opens a model file, universal or of this program, with the program: a module, WebAssembly text or token text. `lines`
    /// are pairs, of a place in the code of a module and the line of its source from there on; none if they are not known.
    /// `host` is a `HostRecord`: what the host of the program did in an earlier run; empty if it has none.
    #[wasm_bindgen(js_name = openProgram)]
    pub fn open_program(
        model: &[u8],
        name: &str,
        source: &[u8],
        input: &[u8],
        lines: &[u32],
        host: &str,
    ) -> Result<Session, Error> {
        let mut subject = Subject::program(model, name, source, input).map_err(thrown)?;
        if !host.is_empty() {
            let record = serde_json::from_str(host).map_err(thrown)?;
            subject = subject.with_host(record).map_err(thrown)?;
        }
        let lines: Vec<(u32, u32)> = lines.chunks_exact(2).map(|pair| (pair[0], pair[1])).collect();
        let is_known = !lines.is_empty();
        Ok(Session::of(if is_known { subject.with_lines(source, &lines) } else { subject }))
    }

    /// A model file with the program in its weights.
    pub fn specialise(&self) -> Result<Vec<u8>, Error> {
        self.open.borrow_owner().specialise().map_err(thrown)
    }

    /// What is open: `About`.
    pub fn about(&self) -> String {
        to_json(&self.open.borrow_owner().about())
    }

    /// Goes on by at most so many tokens, and says how far the run is: `Progress`.
    pub fn advance(&mut self, tokens: f64) -> String {
        to_json(&self.ask(|session| session.advance(count(tokens))))
    }

    /// Tokens from a position on.
    pub fn tokens(&mut self, from: f64, number: f64) -> Vec<u16> {
        self.ask(|session| session.sequence().range(count(from), number as usize))
    }

    /// Instructions around the token at a position: `Step[]`.
    pub fn steps(&mut self, position: f64, before: f64, after: f64) -> Result<String, Error> {
        let asked = |session: &mut OwnSession<'_>| {
            session.steps(count(position), before as usize, after as usize)
        };
        self.ask(asked).map(|steps| to_json(&steps)).map_err(thrown)
    }

    /// Executed instructions from the one with this number on: `Step[]`.
    #[wasm_bindgen(js_name = stepsByNumber)]
    pub fn steps_by_number(&mut self, first: f64, number: f64) -> Result<String, Error> {
        let asked =
            |session: &mut OwnSession<'_>| session.steps_by_number(count(first), number as usize);
        self.ask(asked).map(|steps| to_json(&steps)).map_err(thrown)
    }

    /// The number of the executed instruction that the token at a position is of.
    #[wasm_bindgen(js_name = numberOf)]
    pub fn number_of(&mut self, position: f64) -> Option<f64> {
        self.ask(|session| session.number_of(count(position))).map(|number| number as f64)
    }

    /// The machine before the token at a position: `MachineState`.
    pub fn state(&mut self, position: f64) -> Result<String, Error> {
        self.ask(|session| session.state(count(position)))
            .map(|state| to_json(&state))
            .map_err(thrown)
    }

    /// Bytes of memory before the token at a position.
    pub fn memory(&mut self, position: f64, address: f64, number: f64) -> Result<Vec<u8>, Error> {
        let asked = |session: &mut OwnSession<'_>| {
            session.memory(count(position), count(address), number as usize)
        };
        self.ask(asked).map_err(thrown)
    }

    /// The bytes that were written before a position.
    pub fn output(&mut self, position: f64) -> Vec<u8> {
        self.ask(|session| session.output(count(position)))
    }

    /// Looks for something (`Seek`) from a position on, and reads about so many tokens: `Found`.
    pub fn seek(&mut self, from: f64, what: &str, most: f64) -> Result<String, Error> {
        let what = serde_json::from_str(what).map_err(thrown)?;
        let found = self.ask(|session| session.seek(count(from), &what, count(most)));
        found.map(|found| to_json(&found)).map_err(thrown)
    }

    /// Reads at most so many of the tokens that must be read before a position can be explained, and says how many are
    /// left.
    #[wasm_bindgen(js_name = prepareExplain)]
    pub fn prepare_explain(&mut self, position: f64, tokens: f64) -> Result<f64, Error> {
        let asked = |session: &mut OwnSession<'_>| session.prepare(count(position), count(tokens));
        self.ask(asked).map(|left| left as f64).map_err(thrown)
    }

    /// Reads at most so many tokens ahead, so that positions far into the run are soon prepared, and says how many are left.
    #[wasm_bindgen(js_name = readAhead)]
    pub fn read_ahead(&mut self, tokens: f64) -> f64 {
        self.ask(|session| session.read_ahead(count(tokens))) as f64
    }

    /// What the model did at a position: `Explanation`.
    pub fn explain(&mut self, position: f64) -> Result<String, Error> {
        self.ask(|session| session.explain(count(position))).map_err(thrown)
    }

    /// The keys of a head at a position: `HeadKeys`.
    pub fn head(&mut self, position: f64, layer: usize, head: usize) -> Result<String, Error> {
        let keys = self.ask(|session| session.head_keys(count(position), layer, head));
        keys.map(|keys| to_json(&keys)).map_err(thrown)
    }

    /// The scores of the tokens that stand for bytes, at a position: `ByteScores`.
    pub fn scores(&mut self, position: f64) -> Result<String, Error> {
        let scores = self.ask(|session| session.scores(count(position)));
        scores.map(|scores| to_json(&scores)).map_err(thrown)
    }

    /// Why a token follows, or why a head stores a value (`Question`): `Why`.
    pub fn why(&mut self, question: &str) -> Result<String, Error> {
        let question = serde_json::from_str(question).map_err(thrown)?;
        self.ask(|session| session.why(question)).map(|why| to_json(&why)).map_err(thrown)
    }

    /// The weights of a head: `HeadWeights`.
    #[wasm_bindgen(js_name = headWeights)]
    pub fn head_weights(&self, layer: usize, head: usize) -> Result<String, Error> {
        let weights = self.open.borrow_owner().head(layer, head);
        weights.map(|weights| to_json(&weights)).map_err(thrown)
    }

    /// The weights of a neuron: `NeuronWeights`.
    pub fn neuron(&self, layer: usize, neuron: usize) -> Result<String, Error> {
        let weights = self.open.borrow_owner().neuron(layer, neuron);
        weights.map(|weights| to_json(&weights)).map_err(thrown)
    }

    /// What a slot holds at a boundary, and who uses it: `SlotUse`.
    pub fn slot(&self, boundary: usize, slot: usize) -> Result<String, Error> {
        let used = self.open.borrow_owner().slot(boundary, slot);
        used.map(|used| to_json(&used)).map_err(thrown)
    }

    /// Makes a changed model (`Change[]`), which runs from the beginning; without changes there is none.
    pub fn change(&mut self, changes: &str) -> Result<(), Error> {
        let changes: Vec<Change> = serde_json::from_str(changes).map_err(thrown)?;
        self.changed = match changes.is_empty() {
            true => None,
            false => {
                let subject = self.open.borrow_owner().changed(&changes).map_err(thrown)?;
                Some(Changed { open: open(subject), equal: 0 })
            }
        };
        Ok(())
    }

    /// The changed model goes on by at most so many tokens, and the true one until it is as far: `Comparison`.
    #[wasm_bindgen(js_name = compareOn)]
    pub fn compare_on(&mut self, tokens: f64) -> Result<String, Error> {
        let Some(changed) = &mut self.changed else {
            return Err(Error::new("nothing of the model is changed"));
        };
        let comparison = changed.open.with_dependent_mut(|_, changed_run| {
            let reached = changed_run.advance(count(tokens)).tokens;
            self.open.with_dependent_mut(|_, truth| {
                truth.advance(reached.saturating_sub(truth.sequence().len()));
                Comparison::of(truth, changed_run, changed.equal)
            })
        });
        if comparison.difference.is_none() {
            changed.equal = comparison.reached;
        }
        Ok(to_json(&comparison))
    }
}

/// WebAssembly typed line by line.
#[wasm_bindgen]
pub struct Repl(session::Repl);

#[wasm_bindgen]
impl Repl {
    /// Nothing was typed yet; the model is a universal one.
    #[wasm_bindgen(constructor)]
    pub fn new(universal: &[u8]) -> Result<Repl, Error> {
        session::Repl::new(universal).map(Repl).map_err(thrown)
    }

    /// Types a line: `ReplAnswer`.
    pub fn line(&mut self, text: &str) -> String {
        to_json(&self.0.line(text))
    }

    /// Takes the last line back: `ReplAnswer`.
    pub fn undo(&mut self) -> String {
        to_json(self.0.undo())
    }

    /// What came of the lines until now: `ReplAnswer`.
    pub fn state(&self) -> String {
        to_json(self.0.answer())
    }

    /// The program of all lines, to be looked into.
    pub fn session(&self) -> Result<Session, Error> {
        self.0.subject().map(Session::of).map_err(thrown)
    }
}
