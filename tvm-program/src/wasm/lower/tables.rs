//! Operators of tables and passive segments. Elements of a table that is more than called through, and what passive
//! segments hold, are words and bytes of reserved memory.

use wasmparser::Operator;

use super::elements::ElementOpcodes;
use super::lowering::Lowering;
use crate::ValueType;
use crate::wasm::module::{Place, Store, TableIndex, value_type};

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
    /// Emits the operator if it is about tables or passive segments. Notes it if the set cannot express it.
    pub(crate) fn table(&mut self, operator: &Operator<'_>) -> bool {
        if !is_of_tables(operator) {
            return false;
        }
        let opcodes = ElementOpcodes::of(self.context);
        if !opcodes.is_some_and(|opcodes| self.expressible_table(operator, opcodes)) {
            self.lacks_operator(operator);
        }
        true
    }

    fn expressible_table(&mut self, operator: &Operator<'_>, opcodes: ElementOpcodes) -> bool {
        match *operator {
            Operator::TableGet { table } if self.is_of_words(table) => {
                self.load_element(TableIndex(table), opcodes);
            }
            Operator::TableSet { table } if self.is_of_words(table) => {
                self.store_element(TableIndex(table), opcodes);
            }
            Operator::TableSize { table } => {
                let index = TableIndex(table);
                match self.context.module.reserved.place(Store::Table(index)) {
                    Some(_) => self.push_length(index, opcodes),
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

    /// Where something lies, which belongs to the program from now on.
    fn place(&mut self, store: Store) -> Place {
        self.uses.reserved.insert(store);
        self.context.module.reserved.place(store).expect("every body was looked through")
    }

    pub(crate) fn push_constant(&mut self, value: u32) {
        self.assembly.instruction(self.context.opcodes.constant, value);
        self.operands.push(ValueType::I32);
    }

    /// Pushes how long a table is.
    fn push_length(&mut self, table: TableIndex, opcodes: ElementOpcodes) {
        let place = self.place(Store::Table(table));
        opcodes.length(self.context, place, &mut self.assembly);
        self.operands.push(ValueType::I32);
    }

    /// Turns the index on top of the stack into the distance of its element from the first one, whose address
    /// it gives.
    fn distance(&mut self, table: TableIndex, opcodes: ElementOpcodes) -> u32 {
        let place = self.place(Store::Table(table));
        let (local, trap) = (self.locals.table_index(), opcodes.out_of_bounds);
        opcodes.distance(self.context, place, local, trap, &mut self.assembly);
        self.operands.pop();
        self.operands.push(ValueType::I32);
        place.first()
    }

    fn load_element(&mut self, table: TableIndex, opcodes: ElementOpcodes) {
        let first = self.distance(table, opcodes);
        self.assembly.instruction(opcodes.load, first);
    }

    fn store_element(&mut self, table: TableIndex, opcodes: ElementOpcodes) {
        let kept = self.locals.kept(&[ValueType::I32])[0].word;
        let [get, set] = [self.context.opcodes.local_get, self.context.opcodes.local_set]
            .map(|opcode| opcode.of(ValueType::I32));
        self.assembly.instruction(set, kept);
        self.operands.pop();
        let first = self.distance(table, opcodes);
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
    fn end(&mut self, store: Store, opcodes: ElementOpcodes) {
        let place = self.place(store);
        self.assembly.instruction(self.context.opcodes.constant, place.address);
        self.assembly.instruction(self.context.opcodes.constant, 0);
        self.assembly.instruction(opcodes.store, 0);
    }
}
