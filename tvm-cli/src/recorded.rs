//! A sequence of tokens that an earlier run has recorded, read from its file token by token: a prompt, then what the
//! model generated and what its host appended.

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};

use tvm_instance::Replay;
use tvm_model::token::role;
use tvm_model::{Description, Role, Token, Vocabulary};
use tvm_program::excerpt::excerpt;
use tvm_program::text::{CLOSE, INPUT_COMMIT, OPEN};

use crate::failure::Failure;

/// The instructions of a program whose bytes are sections of the prompt.
const SECTIONS: [&str; 2] = ["memory.data", "input_base"];

/// The most bytes of a word, more than any name of a token has.
const LONGEST: usize = 1 << 12;

/// The tokens of a file, one after the other.
pub(crate) struct Recorded<'model> {
    vocabulary: &'model Vocabulary,
    roles: Vec<Role>,
    file: BufReader<File>,
    /// How many tokens were read.
    tokens: u64,
    path: PathBuf,
}

impl<'model> Recorded<'model> {
    pub(crate) fn open(path: &Path, vocabulary: &'model Vocabulary) -> Result<Self, Failure> {
        let file = File::open(path).map_err(|error| Failure::Read { path: path.to_owned(), error });
        Ok(Recorded {
            vocabulary,
            roles: vocabulary.roles(),
            file: BufReader::new(file?),
            tokens: 0,
            path: path.to_owned(),
        })
    }

    pub(crate) fn vocabulary(&self) -> &'model Vocabulary {
        self.vocabulary
    }

    /// The next token; none at the end of the file.
    pub(crate) fn next(&mut self) -> Result<Option<Token>, Failure> {
        let failed = |error| Failure::Read { path: self.path.clone(), error };
        let word = word(&mut self.file).map_err(failed)?;
        if word.is_empty() {
            return Ok(None);
        }
        self.tokens += 1;
        let name = String::from_utf8_lossy(&word);
        let found = self.vocabulary.token(&name);
        found
            .map(Some)
            .ok_or_else(|| self.wrong(&format!("`{}` is no token of the model", excerpt(&name))))
    }

    fn expect(&mut self) -> Result<Token, Failure> {
        self.next()?.ok_or_else(|| self.wrong("the sequence ends here"))
    }

    /// The same sequence from the same place on, read for itself.
    pub(crate) fn apart(&self) -> Result<Recorded<'model>, Failure> {
        let mut other = Recorded::open(&self.path, self.vocabulary)?;
        while other.tokens < self.tokens && other.next()?.is_some() {}
        Ok(other)
    }

    /// What is wrong with the token that was read last.
    pub(crate) fn wrong(&self, what: &str) -> Failure {
        self.unfit(&format!("token {}: {what}", self.tokens))
    }

    /// What is wrong with the sequence.
    pub(crate) fn unfit(&self, what: &str) -> Failure {
        Failure::Differs(format!("`{}`: {what}", self.path.display()))
    }

    /// That another token was generated than the recorded one.
    pub(crate) fn differs(&self, position: u64, expected: Token, found: Token) -> Failure {
        let name = |token: Token| match token {
            Token::NONE => "(no token)",
            token => self.vocabulary.name(token),
        };
        let (expected, found) = (name(expected), name(found));
        Failure::Differs(format!(
            "the token at position {position} is `{expected}` in the recorded sequence, and the model \
             generates `{found}`"
        ))
    }

    /// The prompt, for a model.
    pub(crate) fn prompt(&mut self, of: &Description) -> Result<Vec<Token>, Failure> {
        let mut prompt = self.program()?;
        let sections = match is_empty(&prompt) {
            true => of.data.len() + usize::from(of.reads_input),
            false => self.sections_of(&prompt),
        };
        prompt.extend(self.sections(sections)?);
        Ok(prompt)
    }

    /// The program that the prompt begins with, up to its `}`.
    pub(crate) fn program(&mut self) -> Result<Vec<Token>, Failure> {
        let mut program = vec![self.expect()?];
        if self.vocabulary.name(program[0]) != OPEN {
            return Err(self.wrong("a recorded sequence begins with `{`"));
        }
        while program.last().is_none_or(|&last| self.vocabulary.name(last) != CLOSE) {
            program.push(self.expect()?);
        }
        Ok(program)
    }

    /// How many sections follow a program.
    pub(crate) fn sections_of(&self, program: &[Token]) -> usize {
        let names = program.iter().map(|&token| self.vocabulary.name(token));
        names.filter(|name| SECTIONS.contains(name)).count()
    }

    /// So many sections.
    pub(crate) fn sections(&mut self, count: usize) -> Result<Vec<Token>, Failure> {
        let commit = self.vocabulary.tokens([INPUT_COMMIT])?[0];
        let (mut tokens, mut complete) = (Vec::new(), 0);
        while complete < count {
            let token = self.expect()?;
            tokens.push(token);
            complete += usize::from(token == commit);
        }
        Ok(tokens)
    }

    /// The answer of the host that begins with a token, up to the token that completes the instruction.
    pub(crate) fn answer(&mut self, first: Token) -> Result<Vec<Token>, Failure> {
        let mut answer = vec![first];
        while !answer.last().is_some_and(|&last| self.completes(last)) {
            answer.push(self.expect()?);
        }
        Ok(answer)
    }

    /// What follows the prompt, up to a number of generated tokens.
    pub(crate) fn rest(&mut self, generated: u64) -> Result<Vec<Token>, Failure> {
        let mut rest = Vec::new();
        for _ in 0..generated {
            let Some(token) = self.next()? else { break };
            rest.push(token);
            if self.roles[token.0 as usize] == Role::Awaits {
                let Some(first) = self.next()? else { break };
                rest.extend(self.answer(first)?);
            }
        }
        Ok(rest)
    }

    /// How many tokens were read.
    pub(crate) fn position(&self) -> u64 {
        self.tokens
    }

    fn completes(&self, token: Token) -> bool {
        matches!(self.roles[token.0 as usize], Role::Completes(_))
    }
}

/// The bytes of every answer of a host, in the tokens after a prompt.
pub(crate) fn answers(tokens: &[Token], vocabulary: &Vocabulary) -> Result<Vec<Vec<u8>>, Failure> {
    let replay = Replay::new(vocabulary, tokens);
    let replay = replay.map_err(|error| Failure::Differs(error.to_string()))?;
    replay.answers().iter().map(|answer| answer_bytes(answer, vocabulary)).collect()
}

/// The bytes of an answer.
pub(crate) fn answer_bytes(answer: &[Token], vocabulary: &Vocabulary) -> Result<Vec<u8>, Failure> {
    let byte = |&token: &Token| match role(vocabulary.name(token)) {
        Role::Byte(byte) => Ok(byte),
        _ => Err(Failure::Differs(format!(
            "an answer of the host in the recorded sequence has `{}`, which is no byte",
            vocabulary.name(token)
        ))),
    };
    answer[..answer.len() - 1].iter().map(byte).collect()
}

/// Is the program of a prompt empty? Then the model has another in its weights.
pub(crate) fn is_empty(program: &[Token]) -> bool {
    program.len() == 2
}

/// Says of every token that follows a prompt whether it is of the host: what comes after an `await`, up to the token
/// that completes the instruction.
pub(crate) fn of_host(tokens: &[Token], roles: &[Role]) -> Vec<bool> {
    let mut answers = false;
    let is_of_host = |&token: &Token| {
        let is_of_host = answers;
        answers = match roles[token.0 as usize] {
            Role::Awaits => true,
            Role::Completes(_) => false,
            _ => answers,
        };
        is_of_host
    };
    tokens.iter().map(is_of_host).collect()
}

/// The next word; empty at the end of the file. What is no recorded sequence may be one endless word, so it is not
/// read beyond [`LONGEST`].
fn word(file: &mut BufReader<File>) -> io::Result<Vec<u8>> {
    let mut word = Vec::new();
    for byte in file.bytes() {
        match byte? {
            byte if !byte.is_ascii_whitespace() => word.push(byte),
            _ if word.is_empty() => {}
            _ => break,
        }
        if word.len() == LONGEST {
            break;
        }
    }
    Ok(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_answers_after_await_up_to_a_commit() {
        let text = "request 00 commit(+0,sts=0,bt=0) await 07 08 commit(+1,sts=1,bt=0) await \
                    commit(-1,sts=0,bt=0) 09 commit(+1,sts=1,bt=0) await";
        let mut names: Vec<String> = text.split_whitespace().map(str::to_owned).collect();
        names.sort();
        names.dedup();
        let vocabulary = Vocabulary::new(names).unwrap();
        let tokens = vocabulary.parse(text).unwrap();
        let of_host: Vec<u8> =
            of_host(&tokens, &vocabulary.roles()).into_iter().map(u8::from).collect();
        assert_eq!(of_host, [0, 0, 0, 0, 1, 1, 1, 0, 1, 0, 0, 0]);
        assert_eq!(answers(&tokens, &vocabulary).unwrap(), [vec![7, 8], vec![]]);
        let odd = vocabulary.parse("await request commit(+1,sts=1,bt=0)").unwrap();
        let error = answers(&odd, &vocabulary).unwrap_err().to_string();
        assert!(error.contains("`request`, which is no byte"), "{error}");
    }
}
