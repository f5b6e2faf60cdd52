//! The tokens that a machine generates. Their names are what [`Display`](fmt::Display) writes;
//! the tokens themselves are small values, so that a run can produce millions a second.

use std::fmt;

use crate::trap::Trap;

/// One generated token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TraceToken {
    /// `hh`, or `hh'` when the byte carries into the next.
    Byte {
        /// The byte.
        value: u8,
        /// Does it carry into (or borrow from) the next byte?
        tick: bool,
    },
    /// `commit(D,sts=S,bt=B)`: an instruction is complete.
    Commit(Commit),
    /// `branch_taken`: the four bytes that follow are a relative target.
    BranchTaken,
    /// `call_commit`: the cursor moves and the call depth grows.
    CallCommit,
    /// `return_commit`: the cursor moves and the call depth shrinks.
    ReturnCommit,
    /// `divided`: the digits of a quotient are complete, the result follows.
    Divided,
    /// `out(c)` or `out(hh)`: a byte of output.
    Out(u8),
    /// `request`: the bytes that follow are the number of what is asked of the host.
    Request,
    /// `await`: the host appends what follows, up to a commit.
    Await,
    /// `trap(kind)`: the program ends here.
    Trap(Trap),
    /// `halt`: the program ends here as it should.
    Halt,
}

/// What a `commit` token says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Commit {
    /// The change of stack depth.
    pub stack_delta: i8,
    /// Are the bytes before it the new top of the stack?
    pub stores_to_stack: bool,
    /// Does the cursor move by the four bytes before it?
    pub branch_taken: bool,
}

impl TraceToken {
    /// Does this token end an instruction that was executed?
    pub fn completes_instruction(&self) -> bool {
        match self {
            TraceToken::Commit(_)
            | TraceToken::CallCommit
            | TraceToken::ReturnCommit
            | TraceToken::Out(_)
            | TraceToken::Halt => true,
            TraceToken::Byte { .. }
            | TraceToken::BranchTaken
            | TraceToken::Divided
            | TraceToken::Request
            | TraceToken::Await
            | TraceToken::Trap(_) => false,
        }
    }
}

impl fmt::Display for TraceToken {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            TraceToken::Byte { value, tick: false } => write!(formatter, "{value:02x}"),
            TraceToken::Byte { value, tick: true } => write!(formatter, "{value:02x}'"),
            TraceToken::Commit(commit) => commit.fmt(formatter),
            TraceToken::BranchTaken => formatter.write_str("branch_taken"),
            TraceToken::CallCommit => formatter.write_str("call_commit"),
            TraceToken::ReturnCommit => formatter.write_str("return_commit"),
            TraceToken::Divided => formatter.write_str("divided"),
            TraceToken::Request => formatter.write_str("request"),
            TraceToken::Await => formatter.write_str("await"),
            TraceToken::Out(byte) if byte.is_ascii_graphic() => {
                write!(formatter, "out({})", char::from(*byte))
            }
            TraceToken::Out(byte) => write!(formatter, "out({byte:02x})"),
            TraceToken::Trap(kind) => write!(formatter, "trap({kind})"),
            TraceToken::Halt => formatter.write_str("halt"),
        }
    }
}

impl fmt::Display for Commit {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let stores_to_stack = u8::from(self.stores_to_stack);
        let branch_taken = u8::from(self.branch_taken);
        write!(formatter, "commit({:+},sts={stores_to_stack},bt={branch_taken})", self.stack_delta)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_the_token_language() {
        let commit = |stack_delta, stores_to_stack, branch_taken| {
            TraceToken::Commit(Commit { stack_delta, stores_to_stack, branch_taken })
        };
        let expected = [
            (TraceToken::Byte { value: 0x0a, tick: false }, "0a"),
            (TraceToken::Byte { value: 0xff, tick: true }, "ff'"),
            (commit(0, false, true), "commit(+0,sts=0,bt=1)"),
            (commit(1, true, false), "commit(+1,sts=1,bt=0)"),
            (commit(-2, true, false), "commit(-2,sts=1,bt=0)"),
            (TraceToken::Out(0x20), "out(20)"),
            (TraceToken::Out(0x21), "out(!)"),
            (TraceToken::Out(b'{'), "out({)"),
            (TraceToken::Out(0x7e), "out(~)"),
            (TraceToken::Out(0x7f), "out(7f)"),
            (TraceToken::Trap(Trap::IntegerOverflow), "trap(integer_overflow)"),
            (TraceToken::Divided, "divided"),
            (TraceToken::Halt, "halt"),
        ];
        for (token, name) in expected {
            assert_eq!(token.to_string(), name);
        }
    }
}
