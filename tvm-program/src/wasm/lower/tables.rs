//! References, tables and segments. A reference is a word. Elements of a table that is more than called
//! through, and what passive segments hold, are words and bytes of reserved memory; an index is checked before
//! it becomes an address.

use wasmparser::{Operator, RefType, ValType};

use super::context::Context;
use super::lowering::Lowering;
use super::operators;
use crate::wasm::module::{FunctionIndex, Place, Store, TableIndex, value_type};
use crate::{Code, ValueType};

/// The opcodes that elements are read and written with.
#[derive(Clone, Copy)]
struct TableOpcodes {
    load: Code,
    store: Code,
    shift_left: Code,
    out_of_bounds: Code,
    undefined_element: Code,
}

impl TableOpcodes {
    /// Those of a set that has them, and data in its prompt.
    fn of(context: &Context<'_>) -> Option<Self> {
        let named = |name| context.named(name).ok();
        context.set.by_code(Code::DATA).filter(|_| context.set.traps())?;
        Some(TableOpcodes {
            load: named("reserved.load")?,
            store: named("reserved.store")?,
            shift_left: named("i32.shl")?,
            out_of_bounds: named("trap.out_of_bounds")?,
            undefined_element: named("trap.undefined_element")?,
        })
    }
}

/// Is the operator about tables or passive segments?
fn is_of_tables(operator: &Operator<'_>) -> bool {
    use Operator::*;
    matches!(
        operator,
        TableGet { .. }
            | TableSet { .. }
            | TableSize { .. }
            | TableGrow { .. }
            | TableFill { .. }
            | TableCopy { .. }
            | TableInit { .. }
            | ElemDrop { .. }
            | MemoryInit { .. }
            | DataDrop { .. }
    )
}

impl Lowering<'_> {
    /// Emits the operator if it is about references as values.
    pub(crate) fn reference(&mut self, operator: &Operator<'_>) -> bool {
        match *operator {
            Operator::RefNull { hty } => {
                let Some(of) = RefType::new(true, hty) else { return false };
                if value_type(ValType::Ref(of)).is_none() {
                    return false;
                }
                self.push_constant(0);
            }
            Operator::RefFunc { function_index } => {
                let function = FunctionIndex(function_index);
                self.push_constant(self.context.module.reserved.word(Some(function)));
            }
            Operator::RefIsNull => {
                self.assembly.instruction(self.context.opcodes.is_zero, 0);
                self.operands.pop();
                self.operands.push(ValueType::I32);
            }
            _ => return false,
        }
        true
    }

    /// Emits the operator if it is about tables or passive segments, and the set can express it.
    pub(crate) fn table(&mut self, operator: &Operator<'_>) -> bool {
        is_of_tables(operator)
            && TableOpcodes::of(self.context)
                .is_some_and(|opcodes| self.expressible_table(operator, opcodes))
    }

    fn expressible_table(&mut self, operator: &Operator<'_>, opcodes: TableOpcodes) -> bool {
        match *operator {
            Operator::TableGet { table } if self.is_of_words(table) => {
                self.load_element(TableIndex(table), opcodes.out_of_bounds, opcodes);
            }
            Operator::TableSet { table } if self.is_of_words(table) => {
                self.store_element(TableIndex(table), opcodes);
            }
            Operator::TableSize { table } => {
                let store = Store::Table(TableIndex(table));
                match self.context.module.reserved.place(store) {
                    Some(_) => self.push_length(store, opcodes),
                    None => self.push_constant(self.context.module.tables[table as usize].size),
                }
            }
            Operator::TableGrow { table } if self.is_of_words(table) => {
                let place = self.place(Store::Table(TableIndex(table)));
                self.push_constant(place.address);
                self.push_constant(place.most);
                return self.routine("table.grow");
            }
            Operator::TableFill { table } if self.is_of_words(table) => {
                let place = self.place(Store::Table(TableIndex(table)));
                self.push_constant(place.address);
                return self.routine("table.fill");
            }
            Operator::TableCopy { dst_table, src_table } if self.is_of_words(dst_table) => {
                self.copy_elements(dst_table, Store::Table(TableIndex(src_table)));
            }
            Operator::TableInit { elem_index, table } if self.is_of_words(table) => {
                self.copy_elements(table, Store::Elements(elem_index));
            }
            Operator::MemoryInit { data_index, .. } => {
                let place = self.place(Store::Data(data_index));
                self.push_constant(place.address);
                return self.routine("memory.init");
            }
            Operator::ElemDrop { elem_index } => self.end(Store::Elements(elem_index), opcodes),
            Operator::DataDrop { data_index } => self.end(Store::Data(data_index), opcodes),
            _ => return false,
        }
        true
    }

    /// Are the elements of the table references that the machine has?
    fn is_of_words(&self, table: u32) -> bool {
        let element_type = self.context.module.tables[table as usize].element_type;
        value_type(element_type) == Some(ValueType::I32)
    }

    /// Makes the index on top of the stack the element, of a table that instructions write.
    pub(crate) fn load_callee(&mut self, table: TableIndex) {
        if !self.context.module.reserved.is_written(table) {
            return;
        }
        match TableOpcodes::of(self.context) {
            Some(opcodes) => self.load_element(table, opcodes.undefined_element, opcodes),
            None => {
                let operator = "call_indirect through a table that changes".to_owned();
                let lacking = self.unsupported(operator, operators::OF_THE_FULL_SET);
                self.lacks(lacking);
            }
        }
    }

    /// Where something lies, which belongs to the program from now on.
    fn place(&mut self, store: Store) -> Place {
        self.uses.reserved.insert(store);
        self.context.module.reserved.place(store).expect("every body was looked through")
    }

    fn push_constant(&mut self, value: u32) {
        self.assembly.instruction(self.context.opcodes.constant, value);
        self.operands.push(ValueType::I32);
    }

    /// Pushes how long a table is.
    fn push_length(&mut self, store: Store, opcodes: TableOpcodes) {
        let place = self.place(store);
        if place.changes {
            self.push_constant(place.address);
            self.assembly.instruction(opcodes.load, 0);
        } else {
            self.push_constant(place.length);
        }
    }

    /// Turns the index on top of the stack into the distance of its element from the first one. If there is no
    /// such element, the program traps.
    fn check_index(&mut self, table: TableIndex, trap: Code, opcodes: TableOpcodes) {
        let index = self.locals.table_index();
        let [get, tee] = [self.context.opcodes.local_get, self.context.opcodes.local_tee]
            .map(|opcode| opcode.of(ValueType::I32));
        self.assembly.instruction(tee, index);
        self.push_length(Store::Table(table), opcodes);
        self.assembly.instruction(self.context.opcodes.less_unsigned, 0);
        let inside = self.assembly.label();
        self.branch(Code::BR_IF, inside);
        self.assembly.instruction(trap, 0);
        self.assembly.bind(inside);
        self.operands.pop_values(2);
        self.assembly.instruction(get, index);
        self.assembly.instruction(self.context.opcodes.constant, 2);
        self.assembly.instruction(opcodes.shift_left, 0);
        self.operands.push(ValueType::I32);
    }

    fn load_element(&mut self, table: TableIndex, trap: Code, opcodes: TableOpcodes) {
        self.check_index(table, trap, opcodes);
        let first = self.place(Store::Table(table)).first();
        self.assembly.instruction(opcodes.load, first);
    }

    fn store_element(&mut self, table: TableIndex, opcodes: TableOpcodes) {
        let kept = self.locals.kept(&[ValueType::I32])[0].word;
        let [get, set] = [self.context.opcodes.local_get, self.context.opcodes.local_set]
            .map(|opcode| opcode.of(ValueType::I32));
        self.assembly.instruction(set, kept);
        self.operands.pop();
        self.check_index(table, opcodes.out_of_bounds, opcodes);
        let first = self.place(Store::Table(table)).first();
        self.assembly.instruction(get, kept);
        self.assembly.instruction(opcodes.store, first);
        self.operands.pop();
    }

    /// `table.copy` and `table.init`.
    fn copy_elements(&mut self, table: u32, from: Store) {
        let to = self.place(Store::Table(TableIndex(table)));
        let from = self.place(from);
        self.push_constant(to.address);
        self.push_constant(from.address);
        self.routine("table.copy");
    }

    /// `elem.drop` and `data.drop`: nothing is left of a segment.
    fn end(&mut self, store: Store, opcodes: TableOpcodes) {
        let place = self.place(store);
        self.assembly.instruction(self.context.opcodes.constant, place.address);
        self.assembly.instruction(self.context.opcodes.constant, 0);
        self.assembly.instruction(opcodes.store, 0);
    }
}
