//! What the command line of an executable asks for. Written by hand: the parser of a library would be
//! a tenth of a small executable.

use std::ffi::OsString;
use std::fmt::Write as _;
use std::path::PathBuf;

use super::{Embedded, Failure};
use crate::grants::{Grants, directory, variable};
use crate::input::input;
use tvm_runtime::driver::{DEFAULT_MAX_MEGABYTES, DEFAULT_MAX_TOKENS, Limits};
use tvm_runtime::engine::{AttentionKind, EngineKind};

/// A run that is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Request {
    pub(super) input: Vec<u8>,
    pub(super) trace: Option<PathBuf>,
    pub(super) limits: Limits,
    pub(super) engine: Option<EngineKind>,
    pub(super) attention: AttentionKind,
    pub(super) figures: Figures,
    /// What a program with a host is given.
    pub(super) grants: Grants,
}

/// What is said of the run on stderr.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Figures {
    None,
    Line,
    Table,
}

/// The text of `--help`.
pub(super) fn help(program: &Embedded<'_>, has_machine_code: bool) -> String {
    let Embedded { name, about, default_input, kernel, has_host, .. } = program;
    let engines = match (kernel, has_machine_code) {
        (Some(_), _) => "kernel (default), plan, sparse or dense",
        (None, true) => "native (default), plan, sparse or dense",
        (None, false) => "plan (default), sparse or dense",
    };
    let default_input = String::from_utf8_lossy(default_input);
    let inputs = match has_host {
        true => "[--] [ARGS]\n\n\
                 ARGS                the arguments of the program; after `--`, whatever they look like\n\
                 --dir HOST[::GUEST] open a directory for the program, under its own name or another\n\
                 --env NAME=VALUE    set a variable of the program's environment\n\
                 --inherit-env       give the program all variables of the environment\n"
            .to_string(),
        false => format!(
            "[INPUT]\n\n\
             INPUT               the input; `-` reads it from stdin (default: {default_input:?})\n"
        ),
    };
    let mut text = format!("{about}\n\nThis program is a transformer with computed weights.\n\n");
    let _ = write!(
        text,
        "usage: {name} [OPTIONS] {inputs}\
         --trace FILE        write the whole token sequence, prompt included\n\
         --stats             print statistics of the run and of the model on stderr\n\
         --quiet             print nothing on stderr but errors\n\
         --max-tokens N      fail after N generated tokens (default: {DEFAULT_MAX_TOKENS})\n\
         --max-memory MB     fail when input and caches take more (default: {DEFAULT_MAX_MEGABYTES})\n\
         --engine KIND       how the forward pass is computed: {engines}\n\
         --attention KIND    hull (default) or brute, for the sparse and the dense engine\n\
         --help              print this text\n\n\
         exit status: 0 halted, 1 tool error, 2 wrong usage or input, 3 trap, 4 token or memory limit\n"
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
        input: Vec::new(),
        trace: None,
        limits: Limits::default(),
        engine: None,
        attention: AttentionKind::Hull,
        figures: if program.has_host { Figures::None } else { Figures::Line },
        grants: Grants::default(),
    };
    let mut given = None;
    while let Some(argument) = arguments.next() {
        let word = argument.to_string_lossy();
        let mut value = || arguments.next().ok_or_else(|| usage(format!("{word} needs a value")));
        let text = |value: OsString| value.to_string_lossy().into_owned();
        match &*word {
            "--help" | "-h" => return Ok(None),
            "--dir" if program.has_host => {
                request.grants.directories.push(directory(&value()?));
            }
            "--env" if program.has_host => {
                request.grants.environment.push(variable(&text(value()?)).map_err(usage)?);
            }
            "--inherit-env" if program.has_host => request.grants.inherits_environment = true,
            "--dir" | "--env" | "--inherit-env" => {
                return Err(usage(format!(
                    "the program needs no host, and {word} is for one that does"
                )));
            }
            "--" if program.has_host => {
                request.grants.arguments.extend(arguments.by_ref());
            }
            "--trace" => request.trace = Some(PathBuf::from(value()?)),
            "--stats" => request.figures = Figures::Table,
            "--quiet" | "-q" => request.figures = Figures::None,
            "--max-tokens" => request.limits.tokens = number(&text(value()?)).map_err(usage)?,
            "--max-memory" => request.limits.memory = megabytes(&text(value()?)).map_err(usage)?,
            "--engine" => request.engine = Some(text(value()?).parse().map_err(usage)?),
            "--attention" => request.attention = text(value()?).parse().map_err(usage)?,
            // The first argument of the program ends the options.
            _ if program.has_host && !word.starts_with("--") => {
                request.grants.arguments.push(argument);
                request.grants.arguments.extend(arguments.by_ref());
            }
            _ if word.starts_with("--") => return Err(usage(format!("unknown option {word}"))),
            _ if given.is_some() => {
                return Err(usage(format!("one input only, not also {word:?}")));
            }
            _ => given = Some(argument),
        }
    }
    // Stdin is read when the limit of memory is known, which can stand behind the `-`.
    request.input = match given {
        Some(argument) => input(&argument, request.limits.memory)?,
        None => program.default_input.to_vec(),
    };
    check_input(program, &request.input).map_err(usage)?;
    Ok(Some(request))
}

fn number(text: &str) -> Result<u64, String> {
    text.parse().map_err(|_| format!("{text} is not a number"))
}

fn megabytes(text: &str) -> Result<u64, String> {
    let megabytes = number(text)?.checked_mul(1 << 20);
    megabytes.ok_or_else(|| format!("{text} MB are more than any machine can address"))
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
        default_input: b"1+2",
        input_length: None,
        input_alphabet: Some("0123456789+"),
        has_host: false,
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
        assert_eq!(request.limits, Limits::from(9).with_memory(3 << 20));
        assert_eq!(request.trace, Some(PathBuf::from("t")));
        assert_eq!(request.figures, Figures::Table);
        assert_eq!(parsed(&["--help"]), Ok(None));
    }

    #[test]
    fn what_is_wrong_is_said() {
        for (words, message) in [
            (&["--trace"][..], "--trace needs a value"),
            (&["--max-tokens", "x"], "x is not a number"),
            (&["--max-memory", "18446744073709551615"], "more than any machine can address"),
            (&["--engine", "steam"], "no engine steam"),
            (&["--attention", "soft"], "no attention soft"),
            (&["--nonsense"], "unknown option --nonsense"),
            (&["--dir", "x"], "the program needs no host, and --dir is for one that does"),
            (&["--inherit-env"], "needs no host, and --inherit-env"),
            (&["--", "x"], "unknown option --"),
            (&["1", "2"], "one input only"),
            (&["1-2"], "character 2 of the input is '-'"),
        ] {
            let found = parsed(words).unwrap_err();
            assert!(found.contains(message) && found.contains("adder --help"), "{found}");
        }
    }

    #[test]
    fn a_program_with_a_host_gets_its_arguments() {
        let program = Embedded { has_host: true, input_alphabet: None, ..PROGRAM };
        let grants = |words: &[&str]| {
            let request = parse(&program, words.iter().map(OsString::from)).unwrap().unwrap();
            request.grants
        };
        let found = grants(&["--dir", "a::b", "--env", "X=1", "first", "--dir", "--help"]);
        assert_eq!(found.arguments, ["first", "--dir", "--help"]);
        assert_eq!(found.directories, [("a".into(), "b".into())]);
        assert_eq!(found.environment, [("X".into(), "1".into())]);
        assert_eq!(grants(&["--inherit-env", "--", "--x"]).arguments, ["--x"]);
        assert!(grants(&["--inherit-env"]).inherits_environment);
        assert!(
            help(&program, false).contains("--dir HOST")
                && !help(&PROGRAM, false).contains("--dir HOST")
        );
    }

    #[test]
    #[cfg(unix)]
    fn an_argument_need_not_be_utf_8() {
        use std::os::unix::ffi::OsStringExt;
        let odd = || OsString::from_vec(b"a\xff".to_vec());
        let program = Embedded { input_alphabet: None, ..PROGRAM };
        let words = [odd(), "--trace".into(), odd()];
        let request = parse(&program, words.into_iter()).unwrap().unwrap();
        assert_eq!(request.input, b"a\xff");
        assert_eq!(request.trace, Some(PathBuf::from(odd())));
        let refused = parse(&PROGRAM, [odd()].into_iter()).unwrap_err();
        assert!(refused.message.contains("character 1 of the input is 'a'"), "{}", refused.message);
    }
}
