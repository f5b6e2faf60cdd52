//! Linear memory and its size. In a machine with traps one query finds the address of whatever access is
//! executed, and the size is known: pages declared, or grown.

use super::super::limits::{MEMORY_PAGES, PAGE_BYTES};
use super::super::{Control, Opcode, Target, memory, operands};
use super::{Assembly, Usage};
use crate::graph::{Form, Key};
use tvm_program::Code;

/// How many bytes an opcode can access.
const ACCESSES: [u8; 4] = [1, 2, 4, 8];

fn stores(opcode: &Opcode, _: &Usage) -> bool {
    matches!(opcode.target, Some(Target::Memory(_)))
}

impl Assembly {
    pub(super) fn memory(&mut self) -> memory::MemoryByte {
        let byte = Form::constant(1) - self.bytes.boundary.clone();
        let storing = self
            .gated(byte, |opcode, usage| stores(opcode, usage) || opcode.code == Code::INPUT_BASE);
        let storing = self.graph.persist(storing);
        if self.traps {
            let address = self.address();
            let address = self.clamped(&address);
            let (graph, columns) = (&mut self.graph, &self.columns);
            return memory::bounded_byte(graph, columns, &self.bytes, &address, &storing).into();
        }
        let (immediate, recent) = (self.fetched.immediate.clone(), self.bytes.value.clone());
        let (offset, clamped) = (self.clamped(&immediate), self.clamped(&recent));
        let (top, second) = (self.counters.depth.clone(), self.lowest_word(1));
        let (graph, columns, counters) = (&mut self.graph, &self.columns, &self.counters);
        let top = operands::operand_address(graph, columns, &clamped, counters, &top).address;
        let second = operands::operand_address(graph, columns, &clamped, counters, &second).address;
        memory::memory_byte(graph, columns, &self.bytes, &offset, &top, &second, &storing)
    }

    /// The address that the instruction accesses first: operand and immediate, less than 2^33. An
    /// opcode that loads has its address on top, one that stores has it below the value. The result of
    /// a load takes the place of its address.
    fn address(&mut self) -> Form {
        let depth = self.counters.depth.clone();
        let below = self.gated_by(
            stores,
            |opcode| Form::constant(i64::from(opcode.words_above(1))),
            &Form::default(),
        );
        let depth = depth - self.graph.persist(below);
        let operand = self.word_at(&depth);
        let operand = if self.wide {
            let width = self.access_width();
            self.at_beginning(operand, &width)
        } else {
            operand
        };
        operand + self.fetched.immediate.clone()
    }

    /// 1 when an access goes past the end of memory.
    pub(super) fn outside_memory(&mut self) -> Form {
        if !self.traps {
            return Form::default();
        }
        let excess =
            self.address() + self.access_width() - self.pages() * PAGE_BYTES - Form::constant(1);
        self.graph.step(excess)
    }

    /// How many bytes the instruction accesses.
    fn access_width(&mut self) -> Form {
        let width = ACCESSES.map(|bytes| {
            self.gated(Form::constant(bytes.into()), |_, usage| usage.accesses() == Some(bytes))
        });
        self.graph.persist(width.into_iter().sum())
    }

    /// The size of memory in pages: what was declared last, or grown to; the most there can be
    /// before that.
    pub(super) fn pages(&mut self) -> Form {
        let (is_declared, declared) = self.declared();
        let (is_grown, grown) = self.grown();
        let changes = self.graph.persist(is_declared + is_grown);
        if changes == Form::default() {
            return Form::constant(MEMORY_PAGES);
        }
        let key = Key::Plain {
            key: [Form::default(), changes],
            query: [Form::default(), Form::constant(1)],
        };
        let excess = self.graph.lookup(key, vec![declared + grown]).remove(0);
        excess + Form::constant(MEMORY_PAGES)
    }

    /// 1 where the size is declared, and by how much it exceeds the greatest.
    fn declared(&mut self) -> (Form, Form) {
        let declares = |opcode: &Opcode, _: &Usage| opcode.target == Some(Target::Pages);
        if !self.any(declares) {
            return Default::default();
        }
        let condition = self.complete() - Form::constant(1);
        let excess = self.prefix_so_far() - Form::constant(MEMORY_PAGES);
        let is_declared = self.gated_by(declares, |_| Form::constant(1), &condition);
        (is_declared, self.gated_by(declares, |_| excess.clone(), &condition))
    }

    /// The same where memory has grown: the old size is emitted, and the last byte of a size is 0. That
    /// of -1, which says that memory did not grow, is not.
    fn grown(&mut self) -> (Form, Form) {
        let grows = |opcode: &Opcode, _: &Usage| opcode.controls.contains(&Control::Grow);
        if !self.any(grows) {
            return Default::default();
        }
        let zero = self.bytes.index.clone() - Form::constant(3) - self.columns.byte_number.clone();
        let zero = self.graph.step(zero);
        let condition = self.graph.persist(zero) - Form::constant(1);
        let delta = self.word(0, 0);
        let growing = self.gated(Form::constant(1), grows);
        let growing = self.graph.persist(growing);
        let delta = self.at_beginning(delta, &growing);
        let excess = self.prefix_so_far() + delta - Form::constant(MEMORY_PAGES);
        let is_grown = self.gated_by(grows, |_| Form::constant(1), &condition);
        (is_grown, self.gated_by(grows, |_| excess.clone(), &condition))
    }
}
