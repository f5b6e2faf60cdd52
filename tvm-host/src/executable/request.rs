//! What the command line of an executable asks for. Written by hand: the parser of a library would be
//! a tenth of a small executable.

use std::ffi::OsString;
use std::fmt::Write as _;
use std::io::{self, Read};
use std::path::PathBuf;

use super::{Embedded, Failure};
use tvm_runtime::engine::{AttentionKind, EngineKind};
use tvm_runtime::run::{DEFAULT_MAX_MEGABYTES, DEFAULT_MAX_TOKENS, Limits};

/// A run that is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Request {
    pub(super) input: Vec<u8>,
    pub(super) trace: Option<PathBuf>,
    pub(super) limits: Limits,
    pub(super) engine: Option<EngineKind>,
    pub(super) attention: AttentionKind,
    pub(super) figures: Figures,
}

/// What is said of the run on stderr.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Figures {
    None,
    Line,
    Table,
}

/// The text of `--help`.
pub(super) fn help(program: &Embedded<'_>) -> String {
    let Embedded { name, about, default_input, kernel, .. } = program;
    let engines = match kernel {
        Some(_) => "kernel (default), plan, sparse or dense",
        None => "plan (default), sparse or dense",
    };
    let mut text = format!("{about}\n\nA transformer with computed weights, and nothing else.\n\n");
    let _ = write!(
        text,
        "usage: {name} [OPTIONS] [INPUT]\n\n\
         INPUT               the input; `-` reads it from stdin (default: {default_input:?})\n\
         --trace FILE        write the whole token sequence\n\
         --stats             tell more of the run and of the model, on stderr\n\
         --quiet             tell nothing of them\n\
         --max-tokens N      fail after N generated tokens (default: {DEFAULT_MAX_TOKENS})\n\
         --max-memory MB     fail when caches take more (default: {DEFAULT_MAX_MEGABYTES})\n\
         --engine KIND       {engines}\n\
         --attention KIND    hull (default) or brute, for sparse and dense\n\
         --help              this text\n\n\
         exit status: 0 halted, 1 tool error, 2 usage or input, 3 trap, 4 limit of tokens or memory\n"
    );
    text
}

/// The request, or `None` for `--help`.
pub(super) fn parse(
    program: &Embedded<'_>,
    mut arguments: impl Iterator<Item = OsString>,
) -> Result<Option<Request>, Failure> {
    let usage = |message: String| Failure::usage(program, &message);
    let mut request = Request {
        input: program.default_input.as_bytes().to_vec(),
        trace: None,
        limits: Limits::default(),
        engine: None,
        attention: AttentionKind::Hull,
        figures: Figures::Line,
    };
    let mut given = false;
    while let Some(argument) = arguments.next() {
        let word = argument.to_str().ok_or_else(|| usage("an argument is not UTF-8".into()))?;
        let mut value = || {
            let next = arguments.next().and_then(|next| next.into_string().ok());
            next.ok_or_else(|| usage(format!("{word} needs a value")))
        };
        match word {
            "--help" | "-h" => return Ok(None),
            "--trace" => request.trace = Some(PathBuf::from(value()?)),
            "--stats" => request.figures = Figures::Table,
            "--quiet" | "-q" => request.figures = Figures::None,
            "--max-tokens" => request.limits.tokens = number(&value()?).map_err(usage)?,
            "--max-memory" => request.limits.memory = megabytes(&value()?).map_err(usage)?,
            "--engine" => request.engine = Some(value()?.parse().map_err(usage)?),
            "--attention" => request.attention = value()?.parse().map_err(usage)?,
            _ if word.starts_with("--") => return Err(usage(format!("unknown option {word}"))),
            _ if given => return Err(usage(format!("one input only, not also {word:?}"))),
            _ => {
                request.input = if word == "-" { stdin()? } else { word.as_bytes().to_vec() };
                given = true;
            }
        }
    }
    check_input(program, &request.input).map_err(usage)?;
    Ok(Some(request))
}

fn number(text: &str) -> Result<u64, String> {
    text.parse().map_err(|_| format!("{text} is no number"))
}

fn megabytes(text: &str) -> Result<usize, String> {
    let megabytes = usize::try_from(number(text)?).ok().and_then(|n| n.checked_mul(1 << 20));
    megabytes.ok_or_else(|| format!("{text} is too much"))
}

fn stdin() -> Result<Vec<u8>, Failure> {
    read_input(&mut io::stdin())
        .map_err(|error| Failure::tool(format!("cannot read stdin: {error}")))
}

/// An input as it is piped in: everything but the end of its last line.
///
/// # Errors
/// When it cannot be read.
pub fn read_input(reader: &mut dyn Read) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    reader.read_to_end(&mut bytes)?;
    if bytes.last() == Some(&b'\n') {
        bytes.pop();
        if bytes.last() == Some(&b'\r') {
            bytes.pop();
        }
    }
    Ok(bytes)
}

fn check_input(program: &Embedded<'_>, input: &[u8]) -> Result<(), String> {
    let input = String::from_utf8_lossy(input);
    if let Some(alphabet) = program.input_alphabet
        && let Some((at, wrong)) = input.chars().enumerate().find(|(_, c)| !alphabet.contains(*c))
    {
        let place = at + 1;
        return Err(format!(
            "character {place} of the input is {wrong:?}: only {alphabet:?} may occur"
        ));
    }
    match program.input_length {
        Some(length) if input.chars().count() != length => {
            let found = input.chars().count();
            Err(format!("the input has {found} characters, not {length}"))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PROGRAM: Embedded<'_> = Embedded {
        name: "adder",
        about: "Adds.",
        model: &[],
        kernel: None,
        default_input: "1+2",
        input_length: None,
        input_alphabet: Some("0123456789+"),
    };

    fn parsed(words: &[&str]) -> Result<Option<Request>, String> {
        parse(&PROGRAM, words.iter().map(OsString::from)).map_err(|failure| failure.message)
    }

    #[test]
    fn the_default_is_the_programs() {
        let request = parsed(&[]).unwrap().unwrap();
        assert_eq!(request.input, b"1+2");
        assert_eq!((request.limits, request.figures), (Limits::default(), Figures::Line));
    }

    #[test]
    fn options_are_read() {
        let words = ["--stats", "--max-memory", "3", "7+8", "--max-tokens", "9", "--trace", "t"];
        let request = parsed(&words).unwrap().unwrap();
        assert_eq!(request.input, b"7+8");
        assert_eq!(request.limits, Limits { tokens: 9, memory: 3 << 20 });
        assert_eq!(request.trace, Some(PathBuf::from("t")));
        assert_eq!(request.figures, Figures::Table);
        assert_eq!(parsed(&["--help"]), Ok(None));
    }

    #[test]
    fn what_is_wrong_is_said() {
        for (words, message) in [
            (&["--trace"][..], "--trace needs a value"),
            (&["--max-tokens", "x"], "x is no number"),
            (&["--max-memory", "18446744073709551615"], "too much"),
            (&["--engine", "steam"], "no engine steam"),
            (&["--attention", "soft"], "no attention soft"),
            (&["--nonsense"], "unknown option --nonsense"),
            (&["1", "2"], "one input only"),
            (&["1-2"], "character 2 of the input is '-'"),
        ] {
            let found = parsed(words).unwrap_err();
            assert!(found.contains(message) && found.contains("adder --help"), "{found}");
        }
    }

    #[test]
    fn an_input_ends_before_the_end_of_its_last_line() {
        for (piped, input) in [("a", "a"), ("a\n", "a"), ("a\r\n", "a"), ("a\n\n", "a\n"), ("", "")]
        {
            assert_eq!(read_input(&mut piped.as_bytes()).unwrap(), input.as_bytes());
        }
    }
}
