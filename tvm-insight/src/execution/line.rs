//! A step as a line of a table. Names that are too long are cut in the middle; anything else that is
//! too long moves what is behind it.

use std::fmt;

use super::effect::Effect;
use super::step::Step;
use tvm_program::{Place, Value};

/// Characters for the name of a function.
const FUNCTION: usize = 18;
/// Characters for an instruction.
const INSTRUCTION: usize = 28;
/// Characters for operands and value.
const VALUES: usize = 22;

/// The headings of the columns, over the lines that steps are.
///
/// Position of the first token, function and number of the instruction, the instruction, its operands and
/// its results, words on the stack after it, what it did to variables and memory or beyond.
pub fn header() -> String {
    columns("position", "where", "at", "instruction", "operands -> value", "depth", "effect")
}

fn columns(
    position: &str,
    function: &str,
    at: &str,
    instruction: &str,
    values: &str,
    depth: &str,
    effect: &str,
) -> String {
    let line = format!(
        "{position:>8}  {function:FUNCTION$} {at:>5}  {instruction:INSTRUCTION$}  \
         {values:VALUES$} {depth:>5}  {effect}"
    );
    line.trim_end().to_owned()
}

impl fmt::Display for Step {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&columns(
            &self.position.to_string(),
            &cut(self.function.as_deref().unwrap_or_default(), FUNCTION),
            &self.instruction.to_string(),
            &instruction(self),
            &values(self),
            &self.stack_depth.to_string(),
            &effect(self),
        ))
    }
}

/// The instruction, with the name of a function that it calls cut to fit.
fn instruction(step: &Step) -> String {
    match &step.effect {
        Some(Effect::Call { function: Some(callee), .. }) => {
            let opcode = "call ";
            format!("{opcode}{}", cut(callee, INSTRUCTION - opcode.len()))
        }
        _ => step.text.escape_debug().to_string(),
    }
}

fn values(step: &Step) -> String {
    let operands = step.operands.iter().map(Value::to_string);
    let results = step.results.iter().map(Value::to_string);
    let arrow = (!step.results.is_empty()).then(|| "->".to_owned());
    operands.chain(arrow).chain(results).collect::<Vec<_>>().join(" ")
}

fn effect(step: &Step) -> String {
    match step {
        Step { output: Some(byte), .. } => format!("out '{}'", byte.escape_ascii()),
        Step { trap: Some(kind), .. } => format!("trap({kind})"),
        Step { halted: true, .. } => "the end".to_owned(),
        Step { effect, .. } => {
            let own = effect.as_ref().filter(|effect| !effect.is_reading());
            let own = own.map(Effect::to_string);
            own.into_iter().chain(written(step)).collect::<Vec<_>>().join("; ")
        }
    }
}

/// The results that went to variables.
fn written(step: &Step) -> impl Iterator<Item = String> {
    step.result_places.iter().zip(&step.results).filter_map(|(place, &value)| {
        let written = match *place {
            Place::Stack => return None,
            Place::Local(word) => Effect::LocalWritten { index: word.into(), value },
            Place::Global(word) => Effect::GlobalWritten { index: word.into(), value },
        };
        Some(written.to_string())
    })
}

/// A name in so many characters: one that is longer loses its middle. What cannot be printed is
/// escaped first.
fn cut(name: &str, width: usize) -> String {
    let characters: Vec<char> = name.escape_debug().collect();
    if characters.len() <= width {
        return characters.into_iter().collect();
    }
    let end = (width - 1) / 2;
    let (first, last) = (&characters[..width - 1 - end], &characters[characters.len() - end..]);
    first.iter().chain(&['…']).chain(last).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_name_loses_its_middle() {
        assert_eq!(cut("fibonacci", 9), "fibonacci");
        assert_eq!(cut("fibonacci", 8), "fibo…cci");
        assert_eq!(cut("fibonacci", 7), "fib…cci");
        assert_eq!(cut("größter gemeinsamer Teiler", 9), "größ…iler");
        assert_eq!(cut("\u{1b}[31m\n", 20), "\\u{1b}[31m\\n");
    }
}
