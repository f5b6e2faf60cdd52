//! Which blocks of a plan have machine code.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tvm_runtime::plan::{Code, Digest, Plan};

use crate::machine::{Entry, Executable};
use crate::{Layout, Routine, Source, Translator, Whole};

/// Routines begin at multiples of it.
const ALIGNMENT: usize = 64;

/// What was translated.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Figures {
    /// Blocks with machine code.
    pub translated: usize,
    /// All blocks: the common part, and one for every class.
    pub blocks: usize,
    /// Bytes of machine code.
    pub bytes: usize,
    /// How long it took to translate them.
    pub time: Duration,
}

/// The code of a plan, and the machine code that there is of it so far.
pub(crate) struct Blocks {
    pub(crate) digest: Digest,
    pub(crate) code: Code,
    pub(crate) layout: Layout,
    translated: Mutex<Translated>,
}

#[derive(Default)]
struct Translated {
    /// By routine; nothing for a block that is to be interpreted.
    entries: HashMap<Routine, Option<Entry>>,
    bytes: usize,
    time: Duration,
}

impl Blocks {
    pub(crate) fn new(plan: &Plan) -> Blocks {
        let code = Code::of(plan);
        let layout = Layout::new(plan, &code);
        Blocks { digest: plan.digest, code, layout, translated: Mutex::default() }
    }

    /// A plan with the machine code of all its blocks. None when the system gives no memory for it.
    pub(crate) fn of_whole(whole: Whole) -> Option<(Plan, Blocks)> {
        let Whole { plan, code, layout, routines } = whole;
        let blocks = Blocks { digest: plan.digest, code, layout, translated: Mutex::default() };
        let routines = routines.into_iter().map(|(routine, bytes)| (routine, Some(bytes)));
        blocks.install(&mut blocks.translated(), routines);
        blocks.is_whole().then_some((plan, blocks))
    }

    /// Have all blocks machine code?
    pub(crate) fn is_whole(&self) -> bool {
        Routine::all(&self.code).all(|routine| self.entry(routine).is_some())
    }

    fn translated(&self) -> MutexGuard<'_, Translated> {
        self.translated.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What routines are made of.
    pub(crate) fn source<'plan>(&'plan self, plan: &'plan Plan) -> Source<'plan> {
        Source { plan, code: &self.code, layout: &self.layout }
    }

    /// All of them.
    pub(crate) fn routines(&self) -> Vec<Routine> {
        Routine::all(&self.code).collect()
    }

    /// The machine code of a routine, if it was translated, and so was the one that all others call.
    pub(crate) fn entry(&self, routine: Routine) -> Option<Entry> {
        let translated = self.translated();
        let entry = |routine| translated.entries.get(&routine)?.clone();
        entry(Routine::Call).and_then(|_| entry(routine))
    }

    /// Translates routines that were not translated yet. What cannot be translated, or for which the system
    /// gives no memory, stays interpreted.
    pub(crate) fn translate(&self, plan: &Plan, translator: &dyn Translator, routines: &[Routine]) {
        let mut translated = self.translated();
        let begun = Instant::now();
        let source = self.source(plan);
        let left = routines.iter().filter(|routine| !translated.entries.contains_key(routine));
        let left: Vec<_> =
            left.map(|&routine| (routine, translator.translate(&source, routine))).collect();
        self.install(&mut translated, left);
        translated.time += begun.elapsed();
    }

    /// Copies machine code to where it can be executed.
    fn install(
        &self,
        translated: &mut Translated,
        routines: impl IntoIterator<Item = (Routine, Option<Vec<u8>>)>,
    ) {
        let (mut code, mut offsets) = (Vec::new(), Vec::new());
        for (routine, bytes) in routines {
            offsets.push((routine, bytes.is_some().then_some(code.len())));
            code.extend(bytes.into_iter().flatten());
            code.resize(code.len().next_multiple_of(ALIGNMENT), 0);
        }
        let memory = Executable::of_translated(&code).ok().map(Arc::new);
        for (routine, offset) in offsets {
            let entry =
                memory.clone().zip(offset).map(|(memory, offset)| Entry::new(memory, offset));
            translated.entries.insert(routine, entry);
        }
        translated.bytes += code.len();
    }

    pub(crate) fn figures(&self) -> Figures {
        let translated = self.translated();
        let is_block = |(routine, entry): &(&Routine, &Option<Entry>)| {
            **routine != Routine::Call && entry.is_some()
        };
        Figures {
            translated: translated.entries.iter().filter(is_block).count(),
            blocks: self.code.classes.len() + 1,
            bytes: translated.bytes,
            time: translated.time,
        }
    }
}
