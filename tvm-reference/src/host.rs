//! Who answers what a program awaits.

use std::fmt::Debug;

/// What a program awaits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Awaited {
    /// So many bytes of a value for the stack: 4 or 8.
    Value(u8),
    /// Any number of bytes for memory.
    Section,
}

/// Answers what a program awaits.
pub trait Host: Debug {
    /// The bytes that the program gets; none where the run is to end.
    fn answer(&mut self, awaited: Awaited) -> Option<Vec<u8>>;
}

/// The answers of an earlier run, in order. When there are no more, the run ends.
#[derive(Debug, Clone, Default)]
pub struct Answers(std::collections::VecDeque<Vec<u8>>);

impl Answers {
    /// These answers.
    pub fn new(answers: impl IntoIterator<Item = Vec<u8>>) -> Answers {
        Answers(answers.into_iter().collect())
    }
}

impl Host for Answers {
    fn answer(&mut self, _: Awaited) -> Option<Vec<u8>> {
        self.0.pop_front()
    }
}
