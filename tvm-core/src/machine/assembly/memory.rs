//! Linear memory and its size. In a machine with traps one query finds the address of every kind of access.
//! The size is what was declared, or grown to, last.

use super::super::limits::{MEMORY_PAGES, PAGE_BYTES};
use super::super::{Control, Opcode, Target, memory, operands};
use super::operand::operand_name;
use super::{Assembly, Usage};
use crate::graph::{Form, Key};
use tvm_program::Code;

/// How many bytes an opcode can access.
const ACCESSES: [u8; 4] = [1, 2, 4, 8];

fn stores(opcode: &Opcode, _: &Usage) -> bool {
    matches!(opcode.target, Some(Target::Memory(_)))
}

/// How many bytes an instruction accesses. Those of a section come one by one. A store of reserved bytes reads
/// nothing of memory, not even where it ends.
fn accessed(opcode: &Opcode, usage: &Usage) -> Option<u8> {
    match opcode.target {
        Some(Target::Memory(bytes)) => Some(bytes),
        _ if opcode.code == Code::SECTION => Some(1),
        _ => usage.accesses(),
    }
}

impl Assembly {
    pub(super) fn memory(&mut self) -> memory::MemoryByte {
        self.shared("memory", Assembly::byte_of_memory)
    }

    fn byte_of_memory(&mut self) -> memory::MemoryByte {
        let byte = Form::constant(1) - self.bytes.boundary.clone();
        let storing = self.gated_slot("storing", byte, |opcode, usage| {
            stores(opcode, usage) || Code::SECTIONS.contains(&opcode.code)
        });
        if self.traps {
            let address = self.address();
            let address = self.clamped("address", &address);
            let (graph, columns) = (&mut self.graph, &self.columns);
            return memory::bounded_byte(graph, columns, &self.bytes, &address, &storing).into();
        }
        let (immediate, recent) = (self.fetched.immediate.clone(), self.bytes.value.clone());
        let offset = self.clamped("offset", &immediate);
        let clamped = self.clamped("pushed_address", &recent);
        let (top, second) = (self.counters.depth.clone(), self.lowest_word(1));
        let [top, second] = [(0, top), (1, second)].map(|(operand, depth)| {
            let (columns, counters) = (&self.columns, &self.counters);
            self.graph.shared(operand_name(operand), |graph| {
                operands::operand_address(graph, columns, &clamped, counters, &depth).address
            })
        });
        let (graph, columns) = (&mut self.graph, &self.columns);
        memory::memory_byte(graph, columns, &self.bytes, &offset, &top, &second, &storing)
    }

    /// The first address that the instruction accesses: operand plus immediate, less than 2^33. It is read as it was at
    /// the beginning, since the result of a load may overwrite it.
    fn address(&mut self) -> Form {
        let operand = match self.place_of(0) {
            Some(place) => self.shared("access", |assembly| {
                let operand = assembly.bind("operand", |assembly| assembly.word_at(&place));
                let width = assembly.access_width();
                assembly.at_beginning("operand", operand, &width)
            }),
            None => self.address_on_stack(),
        };
        operand + self.fetched.immediate.clone()
    }

    /// The operand of an access in a machine without places: below the value of a store.
    fn address_on_stack(&mut self) -> Form {
        self.shared("access", |assembly| {
            let depth = assembly.counters.depth.clone();
            let below = assembly.bind("words_above", |assembly| {
                let words = |opcode: &Opcode| Form::constant(i64::from(opcode.words_above(1)));
                let words = assembly.gated_by(stores, words, &Form::default());
                assembly.graph.persist(words)
            });
            assembly.bind("operand", |assembly| assembly.word_at(&(depth - below)))
        })
    }

    /// 1 where the access goes past the end of memory.
    pub(super) fn outside_memory(&mut self) -> Form {
        if !self.traps {
            return Form::default();
        }
        let excess =
            self.address() + self.access_width() - self.pages() * PAGE_BYTES - Form::constant(1);
        self.shared_value("access.outside", |assembly| assembly.graph.step(excess))
    }

    /// How many bytes the instruction accesses.
    fn access_width(&mut self) -> Form {
        self.shared("access.width", |assembly| {
            let width = ACCESSES.map(|bytes| {
                let accesses =
                    |opcode: &Opcode, usage: &Usage| accessed(opcode, usage) == Some(bytes);
                assembly.gated(Form::constant(bytes.into()), accesses)
            });
            assembly.graph.persist(width.into_iter().sum())
        })
    }

    /// The size of memory in pages: what was declared, or grown to, last; before that, the default.
    pub(super) fn pages(&mut self) -> Form {
        self.shared("memory.pages", Assembly::latest_pages)
    }

    fn latest_pages(&mut self) -> Form {
        let (is_declared, declared) = self.within("declared", Assembly::declared);
        let (is_grown, grown) = self.within("grown", Assembly::grown);
        let changes =
            self.bind("changes", |assembly| assembly.graph.persist(is_declared + is_grown));
        if changes == Form::default() {
            return Form::constant(MEMORY_PAGES);
        }
        let key = Key::Plain {
            key: [Form::default(), changes],
            query: [Form::default(), Form::constant(1)],
        };
        let change = self.bind("change", |_| declared + grown);
        let excess = self.graph.lookup(key, vec![change]).remove(0);
        excess + Form::constant(MEMORY_PAGES)
    }

    /// 1 at the last byte of a declaration; and there the declared size minus the default.
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

    /// 1 at the last byte of the result where memory has grown; and there the new size minus the default. The
    /// result is the old size, whose last byte is 0, or -1, whose last byte is not.
    fn grown(&mut self) -> (Form, Form) {
        let grows = |opcode: &Opcode, _: &Usage| opcode.controls.contains(&Control::Grow);
        if !self.any(grows) {
            return Default::default();
        }
        let zero = self.bytes.index.clone() - Form::constant(3) - self.columns.byte_number.clone();
        let zero = self.bind("ends_in_zero", |assembly| {
            let zero = assembly.graph.step(zero);
            assembly.graph.persist(zero)
        });
        let condition = zero - Form::constant(1);
        let delta = self.word(0, 0);
        let growing = self.gated_slot("growing", Form::constant(1), grows);
        let delta = self.at_beginning("delta", delta, &growing);
        let excess = self.prefix_so_far() + delta - Form::constant(MEMORY_PAGES);
        let is_grown = self.gated_by(grows, |_| Form::constant(1), &condition);
        (is_grown, self.gated_by(grows, |_| excess.clone(), &condition))
    }
}
