//! The machine before an instruction and after it, and the step that the two make.

use super::meaning::{Meaning, Place};
use super::{Disassembly, Effect, Step};
use tvm_program::{Mnemonic, Value, ValueType};
use tvm_reference::{Cursor, End, Executor, TraceToken};

/// What must be seen before an instruction is executed.
pub(super) struct Before<'program> {
    position: u64,
    at: Cursor,
    mnemonic: &'program Mnemonic,
    meaning: Meaning,
    immediate: u32,
    operands: Vec<Value>,
    stack_depth: usize,
    call_depth: usize,
    memory_pages: u32,
}

impl<'program> Before<'program> {
    /// Looks at the machine, when the next token is at this position. None when there is no
    /// instruction: then nothing can be executed.
    pub(super) fn look(
        position: u64,
        executor: &Executor<'_>,
        disassembly: &Disassembly<'program>,
    ) -> Option<Before<'program>> {
        let at = executor.cursor();
        let (mnemonic, meaning, immediate) = disassembly.instruction(at)?;
        Some(Before {
            position,
            at,
            mnemonic,
            meaning,
            immediate,
            operands: top_values(executor.operands(), &mnemonic.operands).unwrap_or_default(),
            stack_depth: executor.operands().len(),
            call_depth: executor.call_depth(),
            memory_pages: executor.memory_pages(),
        })
    }

    /// Looks again when the instruction has been executed and written these tokens.
    pub(super) fn after(
        self,
        executor: &Executor<'_>,
        disassembly: &Disassembly<'_>,
        tokens: &[TraceToken],
        end: Option<End>,
    ) -> Step {
        let trap = match end {
            Some(End::Trap(kind)) => Some(kind),
            _ => None,
        };
        let (results, effect, stack_depth) = match trap {
            Some(_) => (Vec::new(), None, self.stack_depth),
            None => {
                let results = self.results(executor);
                let effect = self.effect(executor, disassembly, &results);
                (results, effect, executor.operands().len())
            }
        };
        Step {
            position: self.position,
            tokens: tokens.len() as u64,
            instruction: self.at,
            function: disassembly.function(self.at).map(str::to_owned),
            text: disassembly.text(self.at).unwrap_or_default(),
            stack_depth,
            call_depth: self.call_depth,
            effect,
            output: tokens.iter().find_map(written),
            trap,
            halted: end == Some(End::Halt),
            operands: self.operands,
            results,
        }
    }

    /// The results. Those of an instruction of 64 bits are one number even where the declaration
    /// knows two words, the lower of which it leaves where it is.
    fn results(&self, executor: &Executor<'_>) -> Vec<Value> {
        use ValueType::{I32, I64};
        let types = match self.mnemonic.results.as_slice() {
            [I32, I32] if self.mnemonic.name.starts_with("i64.") => &[I64],
            types => types,
        };
        top_values(executor.operands(), types).unwrap_or_default()
    }

    fn effect(
        &self,
        executor: &Executor<'_>,
        disassembly: &Disassembly<'_>,
        results: &[Value],
    ) -> Option<Effect> {
        let to = executor.cursor();
        let named = |name: Option<&str>| name.map(str::to_owned);
        Some(match self.meaning {
            Meaning::Operator | Meaning::Constant => return None,
            Meaning::Variable { place, written } => {
                let value = *if written { self.operands.last()? } else { results.last()? };
                variable(place, written, self.immediate, value)
            }
            Meaning::Access { bytes, written } => {
                let address = self.operands.first()?.unsigned() + u64::from(self.immediate);
                let bytes = executor.memory(address, bytes);
                match written {
                    true => Effect::Store { address, bytes, value: *self.operands.last()? },
                    false => Effect::Load { address, bytes, value: *results.last()? },
                }
            }
            Meaning::Branch | Meaning::BranchTable => Effect::Branch { taken: self.branches(), to },
            Meaning::Call => Effect::Call { to, function: named(disassembly.function_from(to)) },
            Meaning::Return => Effect::Return { to, function: named(disassembly.function(to)) },
            Meaning::MemoryDeclare => Effect::MemoryDeclared { pages: executor.memory_pages() },
            Meaning::MemorySize => Effect::MemorySize { pages: executor.memory_pages() },
            Meaning::MemoryGrow => {
                Effect::MemoryGrown { from: self.memory_pages, to: executor.memory_pages() }
            }
        })
    }

    fn branches(&self) -> bool {
        self.meaning == Meaning::BranchTable
            || self.operands.first().is_none_or(|condition| condition.unsigned() != 0)
    }
}

fn variable(place: Place, written: bool, index: u32, value: Value) -> Effect {
    match (place, written) {
        (Place::Local, false) => Effect::LocalRead { index, value },
        (Place::Local, true) => Effect::LocalWritten { index, value },
        (Place::Global, false) => Effect::GlobalRead { index, value },
        (Place::Global, true) => Effect::GlobalWritten { index, value },
    }
}

fn written(token: &TraceToken) -> Option<u8> {
    match token {
        TraceToken::Out(byte) => Some(*byte),
        _ => None,
    }
}

/// The values of these types on top of a stack of words; none when it has not so many.
fn top_values(stack: &[u32], types: &[ValueType]) -> Option<Vec<Value>> {
    let words: usize = types.iter().map(|value_type| usize::from(value_type.words())).sum();
    let mut words = stack[stack.len().checked_sub(words)?..].iter().copied();
    let values = types.iter().map(|value_type| {
        Some(match value_type {
            ValueType::I32 => Value::I32(words.next()?),
            ValueType::I64 => {
                let (low, high) = (words.next()?, words.next()?);
                Value::I64(u64::from(high) << 32 | u64::from(low))
            }
        })
    });
    values.collect()
}
