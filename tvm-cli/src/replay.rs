//! `tvm replay`: a recorded token sequence, executed again without its host. The model generates every token that
//! it generated then; what the host appended is taken from the sequence.

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::Path;

use tvm_host::message::tell;
use tvm_model::{Model, Role, Token};
use tvm_program::excerpt::excerpt;
use tvm_program::text::{CLOSE, OPEN};
use tvm_runtime::driver::{Driver, Limits, Pause, RunError};

use crate::arguments::ReplayArguments;
use crate::drive::Watch;
use crate::failure::Failure;
use crate::run::ModelFile;

/// The instructions of a program whose bytes are sections of the prompt.
const SECTIONS: [&str; 2] = ["memory.data", "input_base"];

/// Bytes of a word that are kept, more than any name of a token has.
const LONGEST: usize = 1 << 12;

pub(crate) fn execute(arguments: &ReplayArguments) -> Result<(), Failure> {
    let file = ModelFile::of(&arguments.engine)?;
    let model = file.read()?;
    let prepared = arguments.engine.prepare(&model, file.kernel)?;
    let mut recorded = Recorded::open(&arguments.trace, &model)?;
    let prompt = recorded.prompt()?;
    let roles = model.vocabulary.roles();
    let limits = Limits::from(u64::MAX).with_megabytes(arguments.max_memory);
    let mut watch = Watch::new(arguments.quiet);
    let mut driver = Driver::new(prepared.engine(), &roles[..], limits);
    driver.append(&prompt, &mut watch)?;
    let mut of_host = 0_u64;
    let mut ended = false;
    while let Some(token) = recorded.next()? {
        if ended {
            return Err(recorded.wrong("the program has ended before it"));
        }
        if driver.is_paused() {
            let answer = recorded.answer(token, &roles)?;
            of_host += answer.len() as u64;
            driver.append(&answer, &mut watch)?;
            continue;
        }
        let generated = match driver.step(&mut watch) {
            Ok(generated) => {
                ended = generated.pause == Some(Pause::Halt);
                generated.token
            }
            Err(RunError::Trap { kind, .. }) => {
                ended = true;
                let name = format!("trap({kind})");
                model.vocabulary.token(&name).unwrap_or(Token::NONE)
            }
            Err(error) => return Err(error.into()),
        };
        if generated != token {
            watch.clear();
            let position = driver.summary().tokens - 1;
            let [expected, found] = [token, generated].map(|token| model.vocabulary.name(token));
            return Err(Failure::Differs(format!(
                "the token at position {position} is `{expected}` in the recorded sequence, and the \
                 model generates `{found}`"
            )));
        }
    }
    watch.clear();
    if !arguments.quiet {
        let generated = driver.summary().generated_tokens;
        tell(format_args!("{generated} generated tokens are the same, {of_host} are of the host"));
    }
    Ok(())
}

/// The tokens of a file, one after the other.
struct Recorded<'model> {
    model: &'model Model<'model>,
    file: BufReader<File>,
    tokens: usize,
    path: &'model Path,
}

impl<'model> Recorded<'model> {
    fn open(path: &'model Path, model: &'model Model<'model>) -> Result<Self, Failure> {
        let file = File::open(path).map_err(|error| Failure::Read { path: path.to_owned(), error });
        Ok(Recorded { model, file: BufReader::new(file?), tokens: 0, path })
    }

    fn next(&mut self) -> Result<Option<Token>, Failure> {
        let failed = |error| Failure::Read { path: self.path.to_owned(), error };
        let word = word(&mut self.file).map_err(failed)?;
        if word.is_empty() {
            return Ok(None);
        }
        self.tokens += 1;
        let name = String::from_utf8_lossy(&word);
        let found = self.model.vocabulary.token(&name);
        found
            .map(Some)
            .ok_or_else(|| self.wrong(&format!("`{}` is no token of the model", excerpt(&name))))
    }

    fn expect(&mut self) -> Result<Token, Failure> {
        self.next()?.ok_or_else(|| self.wrong("the sequence ends here"))
    }

    fn wrong(&self, what: &str) -> Failure {
        let (path, number) = (self.path.display(), self.tokens);
        Failure::Differs(format!("`{path}`, token {number}: {what}"))
    }

    /// The program and its sections.
    fn prompt(&mut self) -> Result<Vec<Token>, Failure> {
        let vocabulary = &self.model.vocabulary;
        let description = &self.model.description;
        let mut prompt = vec![self.expect()?];
        if vocabulary.name(prompt[0]) != OPEN {
            return Err(self.wrong("a recorded sequence begins with `{`"));
        }
        let mut sections = description.data.len() + usize::from(description.reads_input);
        loop {
            let token = self.expect()?;
            prompt.push(token);
            match vocabulary.name(token) {
                CLOSE => break,
                name if SECTIONS.contains(&name) => sections += 1,
                _ => {}
            }
        }
        let commit = vocabulary.tokens(["commit(+0,sts=0,bt=0)"])?[0];
        while sections > 0 {
            let token = self.expect()?;
            prompt.push(token);
            sections -= usize::from(token == commit);
        }
        Ok(prompt)
    }

    /// The answer of the host that begins with a token.
    fn answer(&mut self, first: Token, roles: &[Role]) -> Result<Vec<Token>, Failure> {
        let mut answer = vec![first];
        let completes = |token: &Token| matches!(roles[token.0 as usize], Role::Completes(_));
        while !answer.last().is_some_and(completes) {
            answer.push(self.expect()?);
        }
        Ok(answer)
    }
}

/// The next word; empty at the end of the file. A file is one long line, and need not be a recorded sequence:
/// the end of a word that is too long is left out.
fn word(file: &mut BufReader<File>) -> io::Result<Vec<u8>> {
    let mut word = Vec::new();
    for byte in file.bytes() {
        match byte? {
            byte if !byte.is_ascii_whitespace() => {
                if word.len() < LONGEST {
                    word.push(byte);
                }
            }
            _ if word.is_empty() => {}
            _ => break,
        }
    }
    Ok(word)
}
