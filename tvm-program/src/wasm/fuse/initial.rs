//! Locals are 0 when a function begins, and the machine does not see to it: a word of a local that may be read before
//! it was written is set to 0 first. Which words these are is found by following all ways through the function.

use std::collections::{BTreeMap, BTreeSet};

use super::leaders;
use super::opcodes::{Effects, Variable};
use crate::wasm::lower::{Assembly, Step};
use crate::{Code, Space};

/// More bits than this are not kept to find them: then all words that are read are set to 0.
const MOST_BITS: usize = 1 << 28;

/// Nor are more steps, and words of bits, looked at.
const MOST_WORK: usize = 1 << 27;

/// Sets to 0, at the beginning of a function, the words of locals that may be read before they were written.
pub(crate) fn write_first(assembly: &mut Assembly, effects: &Effects<'_>) {
    let words = unwritten(assembly, effects);
    if words.is_empty() {
        return;
    }
    let zeros = words.into_iter().flat_map(|word| effects.write(0, Space::Locals, word));
    let mut steps: Vec<Step> = zeros.map(Step::Plain).collect();
    let more = steps.len();
    steps.extend_from_slice(assembly.steps());
    // A function that branches to its beginning is in a loop there, or calls itself and clears its locals.
    let places: Vec<usize> = (0..=assembly.steps().len()).map(|at| at + more).collect();
    assembly.replace(steps, &places);
}

/// The words of locals of which each is a bit.
struct Words(BTreeMap<u32, usize>);

/// Which of them are written.
#[derive(Clone, PartialEq, Eq)]
struct Written(Vec<u64>);

impl Written {
    fn nothing(words: &Words) -> Written {
        Written(vec![0; words.0.len().div_ceil(64)])
    }

    fn has(&self, bit: usize) -> bool {
        self.0[bit / 64] >> (bit % 64) & 1 == 1
    }

    fn add(&mut self, bit: usize) {
        self.0[bit / 64] |= 1 << (bit % 64);
    }

    /// Keeps what is written on another way, too. Is that less?
    fn meet(&mut self, other: &Written) -> bool {
        let mut less = false;
        for (one, other) in self.0.iter_mut().zip(&other.0) {
            less |= *one & !other != 0;
            *one &= other;
        }
        less
    }
}

impl Words {
    /// Those that are read.
    fn read(steps: &[Step], effects: &Effects<'_>) -> Words {
        let read = steps.iter().filter_map(|step| effects.reads(Effects::instruction(step)?));
        let words = read.filter(|one| one.space == Space::Locals).flat_map(|one| one.each_word());
        let mut all: Vec<u32> = words.map(|(_, word)| word).collect();
        all.sort_unstable();
        all.dedup();
        Words(all.into_iter().zip(0..).collect())
    }

    /// Goes through steps. `written` are the words that are surely written before them, and then after them.
    /// `reads` gets the others that are read.
    fn follow(
        &self,
        steps: &[Step],
        effects: &Effects<'_>,
        written: &mut Written,
        reads: &mut dyn FnMut(u32),
    ) {
        for step in steps {
            let Some(instruction) = Effects::instruction(step) else { continue };
            let locals = |of: Option<Variable>| {
                of.filter(|one| one.space == Space::Locals)
                    .into_iter()
                    .flat_map(|one| one.each_word())
            };
            for (_, word) in locals(effects.reads(instruction)) {
                if !written.has(self.0[&word]) {
                    reads(word);
                }
            }
            for (_, word) in locals(effects.writes(instruction)) {
                if let Some(bit) = self.0.get(&word) {
                    written.add(*bit);
                }
            }
        }
    }
}

/// The words that may be read before they were written.
fn unwritten(assembly: &Assembly, effects: &Effects<'_>) -> Vec<u32> {
    let steps = assembly.steps();
    let words = Words::read(steps, effects);
    if words.0.is_empty() {
        return Vec::new();
    }
    let leaders = leaders(steps, assembly.entries(), effects);
    if words.0.len() * leaders.len() > MOST_BITS {
        return words.0.into_keys().collect();
    }
    let block = |number: usize| {
        &steps[leaders[number]..leaders.get(number + 1).copied().unwrap_or(steps.len())]
    };
    // What is written before each block, once a way to it is known. Earlier blocks come first.
    let mut before: Vec<Option<Written>> = vec![None; leaders.len()];
    before[0] = Some(Written::nothing(&words));
    let mut waiting = BTreeSet::from([0]);
    let mut work = 0;
    while let Some(number) = waiting.pop_first() {
        let mut written = before[number].clone().expect("a way to it is known");
        words.follow(block(number), effects, &mut written, &mut |_| {});
        let behind = leaders[number] + block(number).len();
        for next in successors(assembly, effects, behind) {
            work += written.0.len();
            let Ok(next) = leaders.binary_search(&next) else { continue };
            let is_less = match &mut before[next] {
                Some(known) => known.meet(&written),
                unknown => {
                    *unknown = Some(written.clone());
                    true
                }
            };
            if is_less {
                waiting.insert(next);
            }
        }
        work += block(number).len() + written.0.len();
        if work > MOST_WORK {
            return words.0.into_keys().collect();
        }
    }
    let mut found = Vec::new();
    for (number, written) in before.iter().enumerate() {
        let Some(written) = written else { continue };
        words.follow(block(number), effects, &mut written.clone(), &mut |word| found.push(word));
    }
    found.sort_unstable();
    found.dedup();
    found
}

/// Where execution can go on behind a block.
fn successors(assembly: &Assembly, effects: &Effects<'_>, behind: usize) -> Vec<usize> {
    match assembly.steps()[behind - 1] {
        Step::Branch { code, target, .. } => {
            let target = assembly.place(target);
            if code == Code::BR { vec![target] } else { vec![target, behind] }
        }
        Step::Plain(instruction) => match effects.row_of_branches(instruction) {
            Some(number) => (behind..behind + number as usize).collect(),
            None => vec![behind],
        },
        Step::Return => Vec::new(),
        Step::Call(_) | Step::Grow(_) => vec![behind],
    }
}
