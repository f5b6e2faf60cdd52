//! WebAssembly typed line by line. What was typed so far is one program; with every line it is compiled anew and run by the
//! same universal model, from the beginning of its sequence. A line is kept if it validates and does not trap.
//!
//! After every line the program stores its number at an address that tells where its tokens end; after the last, the values on
//! the stack are stored beside it. Both addresses are in a page of memory behind those that lines can use.

use serde::Serialize;

use super::about::EndedKind;
use super::error::SessionError;
use super::session::Session;
use super::subject::Subject;
use super::types::{OnStack, stack};
use crate::execution::{Effect, Step};
use tvm_program::{Value, ValueType};
use tvm_runtime::driver::Limits;

/// Where the number of a line is stored when it is done: in the second page.
const DONE: u64 = 1 << 16;

/// Where the values of the stack are stored, eight bytes each, the first one first.
const STACK: u64 = DONE + 8;

/// Values on the stack that are shown at most.
const SHOWN: usize = 1000;

/// Tokens that all lines together may generate.
const LIMIT: u64 = 1 << 18;

/// Fields of a module, which are no instructions.
const FIELDS: [&str; 6] = ["(func", "(global", "(data", "(table", "(elem", "(type"];

/// What was typed until now.
pub struct Repl {
    model: Subject,
    lines: Vec<String>,
    /// What came of the lines that are kept.
    kept: ReplAnswer,
}

/// What came of a line.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ReplAnswer {
    /// Was the line kept?
    pub ok: bool,
    /// Why not.
    pub error: Option<ReplError>,
    /// The stack after the last line that was kept, bottom first.
    pub stack: Vec<TypedValue>,
    /// The instructions that the last line executed.
    pub steps: Vec<Step>,
    /// How many tokens the sequence has.
    pub tokens: u64,
    /// What the program has written.
    pub output: Vec<u8>,
}

/// What is wrong with a line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ReplError {
    /// What is wrong.
    pub message: String,
    /// The line in what was typed last, from 1; none where only the run says what is wrong.
    pub line: Option<usize>,
    /// The column, from 1.
    pub column: Option<usize>,
}

/// A value with its type.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct TypedValue {
    /// The type as WebAssembly writes it.
    #[serde(rename = "type")]
    pub of: String,
    /// The value.
    #[cfg_attr(feature = "typescript", ts(type = "number | string"))]
    pub value: Value,
}

/// A program of what was typed, and where in its text the last lines are.
struct Text {
    text: String,
    /// The number of lines of text before what was typed last.
    before: usize,
}

impl Repl {
    /// Nothing was typed yet.
    ///
    /// # Errors
    /// When the file is not that of a universal model.
    pub fn new(universal: &[u8]) -> Result<Repl, SessionError> {
        let nothing = Repl::text(&[], &[]).text;
        let model = Subject::program(universal, "repl", nothing.as_bytes(), b"")?;
        let kept = ReplAnswer { ok: true, ..ReplAnswer::default() };
        Ok(Repl { model, lines: Vec::new(), kept })
    }

    /// Types a line: instructions, or a field of the module such as a function. It is kept if nothing is wrong.
    pub fn line(&mut self, line: &str) -> ReplAnswer {
        self.lines.push(line.to_owned());
        match self.run() {
            Ok(answer) => {
                self.kept = answer.clone();
                answer
            }
            Err(error) => {
                self.lines.pop();
                let kept = self.kept.clone();
                ReplAnswer { ok: false, error: Some(error), steps: Vec::new(), ..kept }
            }
        }
    }

    /// Takes the last line back, and with it what needs it.
    pub fn undo(&mut self) -> &ReplAnswer {
        self.lines.pop();
        self.kept = loop {
            match self.run() {
                Ok(answer) => break answer,
                // A field of the module was taken back that a line needs.
                Err(_) if self.lines.pop().is_some() => {}
                Err(error) => break ReplAnswer { error: Some(error), ..ReplAnswer::default() },
            }
        };
        &self.kept
    }

    /// What came of the lines that are kept.
    pub fn answer(&self) -> &ReplAnswer {
        &self.kept
    }

    /// The lines that are kept.
    pub fn lines(&self) -> &[String] {
        &self.lines
    }

    /// The program of all lines, to be looked into.
    ///
    /// # Errors
    /// When it cannot be run, which is so only if it is too large.
    pub fn subject(&self) -> Result<Subject, SessionError> {
        let (Text { text, .. }, _) =
            self.program().map_err(|error| SessionError::Line(error.message))?;
        self.model.with_program("repl", text.as_bytes(), b"")
    }

    /// The program of all lines, and the types on its stack at the end.
    fn program(&self) -> Result<(Text, Vec<OnStack>), ReplError> {
        let draft = Repl::text(&self.lines, &[]);
        let module =
            wat::parse_str(&draft.text).map_err(|error| draft.wrong(&error.to_string()))?;
        let types = stack(&module).map_err(somewhere)?;
        Ok((Repl::text(&self.lines, &types), types))
    }

    /// Runs all lines.
    fn run(&self) -> Result<ReplAnswer, ReplError> {
        let (text, types) = self.program()?;
        let said = |error: SessionError| somewhere(error.to_string());
        let subject = self.model.with_program("repl", text.text.as_bytes(), b"").map_err(said)?;
        let mut session = Session::new(&subject, Limits::from(LIMIT));
        let progress = session.advance(u64::MAX);
        let ended = progress.ended.expect("it has run to its end");
        if ended.kind != EndedKind::Halted {
            return Err(somewhere(ended.message));
        }
        let all = session.steps_by_number(0, usize::MAX).map_err(said)?;
        let memory = |address, count| session.memory(progress.tokens, address, count);
        let values = values(&types, memory).map_err(said)?;
        Ok(ReplAnswer {
            ok: true,
            error: None,
            stack: values,
            steps: steps_of(&all, self.lines.len()),
            tokens: progress.tokens,
            output: session.output(u64::MAX),
        })
    }

    /// The text of a module; at its end the values of these types are stored.
    fn text(lines: &[String], types: &[OnStack]) -> Text {
        let is_field =
            |line: &&String| FIELDS.iter().any(|field| line.trim_start().starts_with(field));
        let is_local = |line: &&String| line.trim_start().starts_with("(local ");
        let mut text = String::from(
            "(module (import \"tvm\" \"output\" (func $output (param i32)))\n(memory (export \"memory\") 2)\n",
        );
        let mut before = 0;
        let mut add = |text: &mut String, number: usize, line: &str| {
            if number + 1 == lines.len() {
                before = text.lines().count();
            }
            text.push_str(line);
            text.push('\n');
        };
        let numbered = || lines.iter().enumerate();
        for (number, line) in numbered().filter(|(_, line)| is_field(line)) {
            add(&mut text, number, line);
        }
        text.push_str("(func (export \"compute\") (param i32)\n");
        for (number, line) in numbered().filter(|(_, line)| is_local(line)) {
            add(&mut text, number, line);
        }
        for (index, of) in types.iter().enumerate() {
            text += &format!("(local $stack{index} {})\n", of.name());
        }
        for (number, line) in numbered() {
            if !is_field(&line) && !is_local(&line) {
                add(&mut text, number, line);
            }
            text += &format!("(i32.store (i32.const {DONE}) (i32.const {}))\n", number + 1);
        }
        text += &epilogue(types);
        text += "))\n";
        Text { text, before }
    }
}

/// Stores the values of the stack, or leaves them if their types are not known yet.
fn epilogue(types: &[OnStack]) -> String {
    if types.is_empty() {
        // Whatever is on the stack, the function is valid.
        return "(return)\n".to_owned();
    }
    let mut text = String::new();
    for index in (0..types.len()).rev() {
        text += &format!("(local.set $stack{index})\n");
    }
    for (index, of) in types.iter().enumerate().rev().take(SHOWN) {
        let (address, name) = (STACK + 8 * index as u64, of.name());
        text += &format!("({name}.store (i32.const {address}) (local.get $stack{index}))\n");
    }
    text
}

/// The values that were stored.
fn values(
    types: &[OnStack],
    mut memory: impl FnMut(u64, usize) -> Result<Vec<u8>, SessionError>,
) -> Result<Vec<TypedValue>, SessionError> {
    let first = types.len().saturating_sub(SHOWN);
    let values = types.iter().enumerate().skip(first).map(|(index, of)| {
        let bytes = memory(STACK + 8 * index as u64, 8)?;
        let word = |at: usize| u32::from_le_bytes([0, 1, 2, 3].map(|byte| bytes[at + byte]));
        let value = Value::from_words(of.0, [word(0), word(4)]);
        Ok(TypedValue { of: of.name().to_owned(), value })
    });
    values.collect()
}

/// The instructions of the line with this number, from 1: those after the one that says that the line before is done, up to
/// the one that says that this line is.
fn steps_of(steps: &[Step], line: usize) -> Vec<Step> {
    let done = |step: &Step| match &step.effect {
        Some(Effect::Store { address: DONE, value, .. }) => Some(value.unsigned() as usize),
        _ => None,
    };
    let ends = |line: usize| steps.iter().rposition(|step| done(step) == Some(line));
    let first = line.checked_sub(1).and_then(ends).map_or(0, |before| before + 1);
    let end = ends(line).unwrap_or(steps.len()).max(first);
    // Operands of the store that marks the end are no instructions of the line.
    steps[first..end].to_vec()
}

impl Text {
    /// An error of the text, whose message names a line and a column.
    fn wrong(&self, message: &str) -> ReplError {
        let first = message.lines().next().unwrap_or_default().to_owned();
        let place = message.lines().find_map(|line| line.split_once("-->")).map(|(_, place)| place);
        let mut numbers = place.into_iter().flat_map(|place| place.rsplit(':'));
        let mut number = || numbers.next().and_then(|number| number.trim().parse::<usize>().ok());
        let (column, line) = (number(), number());
        let line = line.and_then(|line| line.checked_sub(self.before)).filter(|line| *line > 0);
        ReplError { message: first, line, column: column.filter(|_| line.is_some()) }
    }
}

/// An error of which no place is known.
fn somewhere(message: String) -> ReplError {
    ReplError { message, line: None, column: None }
}

impl OnStack {
    fn name(&self) -> &'static str {
        let OnStack(of) = self;
        match of {
            ValueType::I32 => "i32",
            ValueType::I64 => "i64",
            ValueType::F32 => "f32",
            ValueType::F64 => "f64",
        }
    }
}
