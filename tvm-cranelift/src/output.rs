//! The next token: the greatest of the single tokens and of a line of every pattern.

use cranelift_codegen::ir::condcodes::{FloatCC, IntCC};
use cranelift_codegen::ir::types::{F64, I64};
use cranelift_codegen::ir::{InstBuilder, Value};
use tvm_native::{Function, word};
use tvm_runtime::Token;
use tvm_runtime::plan::{Output, OutputPattern};

use crate::body::Body;
use crate::memory::{CONSTANT, offset};

/// A token with its score, which is a number.
#[derive(Debug, Clone, Copy)]
struct Scored {
    score: Value,
    token: Value,
}

impl Body<'_, '_> {
    /// The token that follows.
    pub(crate) fn next(&mut self, output: &Output) -> Value {
        let mut singles = output.singles.clone();
        singles.sort_by_key(|(token, _)| *token);
        let are_finite = singles.iter().all(|(_, score)| self.source.plan.is_finite(*score));
        let singles: Vec<Scored> = singles
            .into_iter()
            .map(|(token, score)| {
                let scored = Scored { score: self.read(score), token: self.token_number(token) };
                if are_finite { scored } else { self.checked(scored) }
            })
            .collect();
        let mut best = (!singles.is_empty()).then(|| self.tournament(&singles, are_finite));
        for pattern in &output.patterns {
            let scored = self.pattern(pattern.number, pattern);
            let scored = self.checked(scored);
            best = Some(match best {
                Some(best) => self.better(best, scored),
                None => scored,
            });
        }
        best.map_or_else(|| self.token_number(Token::NONE), |best| best.token)
    }

    fn token_number(&mut self, token: Token) -> Value {
        self.builder.ins().iconst(I64, i64::from(token.0))
    }

    /// Where a score is no number, one that loses to all others.
    fn checked(&mut self, Scored { score, token }: Scored) -> Scored {
        let none = self.builder.ins().fcmp(FloatCC::Unordered, score, score);
        let (least, no_token) = (self.number(f64::NEG_INFINITY), self.token_number(Token::NONE));
        let score = self.builder.ins().select(none, least, score);
        let token = self.builder.ins().select(none, no_token, token);
        Scored { score, token }
    }

    /// The best of tokens in ascending order. If all are finite, the left one wins where scores are equal.
    fn tournament(&mut self, entrants: &[Scored], are_finite: bool) -> Scored {
        if let [entrant] = entrants {
            return *entrant;
        }
        let (left, right) = entrants.split_at(entrants.len() / 2);
        let (left, right) = (self.tournament(left, are_finite), self.tournament(right, are_finite));
        if !are_finite {
            return self.better(left, right);
        }
        let is_right = self.builder.ins().fcmp(FloatCC::LessThan, left.score, right.score);
        let token = self.builder.ins().select(is_right, right.token, left.token);
        Scored { score: self.greater(right.score, left.score), token }
    }

    /// The better of two; the first token on a tie.
    fn better(&mut self, a: Scored, b: Scored) -> Scored {
        let is_greater = self.builder.ins().fcmp(FloatCC::LessThan, a.score, b.score);
        let is_equal = self.builder.ins().fcmp(FloatCC::Equal, a.score, b.score);
        let is_first = self.builder.ins().icmp(IntCC::UnsignedLessThan, b.token, a.token);
        let wins_tie = self.builder.ins().band(is_equal, is_first);
        let wins = self.builder.ins().bor(is_greater, wins_tie);
        let token = self.builder.ins().select(wins, b.token, a.token);
        Scored { score: self.greater(b.score, a.score), token }
    }

    /// The best token of a pattern.
    fn pattern(&mut self, index: usize, pattern: &OutputPattern) -> Scored {
        match self.known.constant(pattern.r) {
            Some(r) => self.lines(pattern, r),
            None => self.pattern_at(index, pattern),
        }
    }

    /// The same where it is known where the lines are to be compared.
    fn lines(&mut self, pattern: &OutputPattern, r: f64) -> Scored {
        let rest = self.read(pattern.rest);
        let scored = pattern.lines.candidates(r).iter().map(|line| {
            let [rise, offset] = [line.slope * r, line.offset].map(|number| self.number(number));
            let score = self.builder.ins().fadd(rest, rise);
            let score = self.builder.ins().fadd(score, offset);
            let scored = Scored { score, token: self.token_number(line.token) };
            self.checked(scored)
        });
        let scored: Vec<Scored> = scored.collect();
        let best = scored.into_iter().reduce(|a, b| self.better(a, b));
        best.expect("a pattern has lines everywhere")
    }

    fn pattern_at(&mut self, index: usize, pattern: &OutputPattern) -> Scored {
        let (rest, r) = (self.read(pattern.rest), self.read(pattern.r));
        let (rare, join) = (self.rare_block(), self.joining_block(&[F64, I64]));
        match pattern.lines.grid {
            None => _ = self.builder.ins().jump(rare, &[]),
            Some(grid) => {
                let is_integer = self.is_integer(r);
                let line = self.index(grid, r);
                let constants = self.word(word::CONSTANTS);
                let line = self.row_of(constants, line, 24);
                let first = self.source.layout.lines(index);
                let slope = self.builder.ins().load(F64, CONSTANT, line, offset(first));
                let rise = self.builder.ins().load(F64, CONSTANT, line, offset(first + 1));
                let token = self.builder.ins().load(I64, CONSTANT, line, offset(first + 2));
                let product = self.builder.ins().fmul(slope, r);
                let score = self.builder.ins().fadd(rest, product);
                let score = self.builder.ins().fadd(score, rise);
                self.builder.ins().brif(is_integer, join, &[score.into(), token.into()], rare, &[]);
            }
        }
        self.builder.switch_to_block(rare);
        let number = self.builder.ins().iconst(I64, index as i64);
        self.call(Function::Pattern, number, [rest, r]);
        let token = self.result(I64);
        let score =
            self.builder.ins().load(F64, crate::memory::CHANGING, self.words, offset(word::SCORE));
        self.builder.ins().jump(join, &[score.into(), token.into()]);
        let found = self.go_on_in(join);
        Scored { score: found[0], token: found[1] }
    }
}
