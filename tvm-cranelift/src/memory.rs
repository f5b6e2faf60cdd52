//! Loads and stores: words, and the lists that words have the addresses of.

use cranelift_codegen::ir::types::{F64, I64};
use cranelift_codegen::ir::{InstBuilder, MemFlagsData, Value};
use tvm_native::word;
use tvm_runtime::plan::{Register, Winner};

use crate::body::{Body, Scope};

/// Of what is written while a routine runs.
pub(crate) const CHANGING: MemFlagsData = MemFlagsData::trusted();

/// Of what stays as it is while a routine runs.
pub(crate) const CONSTANT: MemFlagsData = CHANGING.with_readonly().with_can_move();

/// Where a word is.
pub(crate) fn offset(word: u32) -> i32 {
    element(word as usize, 8)
}

/// Where an element of a list is.
fn element(index: usize, bytes: usize) -> i32 {
    i32::try_from(index * bytes).expect("plans have fewer registers and words than 2^28")
}

impl Body<'_, '_> {
    /// A word that stays as it is while the routine runs.
    pub(crate) fn word(&mut self, word: u32) -> Value {
        self.builder.ins().load(I64, CONSTANT, self.words, offset(word))
    }

    /// A word that functions of the runtime may set.
    pub(crate) fn changing_word(&mut self, word: u32) -> Value {
        self.builder.ins().load(I64, CHANGING, self.words, offset(word))
    }

    /// A word that functions of the runtime may set, as a number.
    pub(crate) fn changing_number(&mut self, word: u32) -> Value {
        self.builder.ins().load(F64, CHANGING, self.words, offset(word))
    }

    /// A number of a list.
    pub(crate) fn number_at(&mut self, list: Value, index: usize) -> Value {
        self.builder.ins().load(F64, CHANGING, list, element(index, 8))
    }

    /// Sets a number of a list.
    pub(crate) fn set_number(&mut self, list: Value, index: usize, number: Value) {
        self.builder.ins().store(CHANGING, number, list, element(index, 8));
    }

    /// Where row `index` of a list begins.
    pub(crate) fn row_of(&mut self, list: Value, index: Value, bytes: usize) -> Value {
        let offset = match bytes.is_power_of_two() {
            true => self.builder.ins().ishl_imm_u(index, i64::from(bytes.trailing_zeros())),
            false => self.builder.ins().imul_imm_u(index, bytes as i64),
        };
        self.builder.ins().iadd(list, offset)
    }

    /// A register.
    pub(crate) fn read(&mut self, register: Register) -> Value {
        if let Some(&value) = self.registers.get(&register) {
            return value;
        }
        if let Some(constant) = self.known.constant(register) {
            return self.number(constant);
        }
        if let Some(&(table, column)) = self.handed.get(&register) {
            let row = self.found_row(table);
            return self.builder.ins().load(F64, CONSTANT, row, element(column as usize, 8));
        }
        let registers = self.word(word::REGISTERS);
        self.number_at(registers, register.0 as usize)
    }

    /// Sets a register.
    pub(crate) fn write(&mut self, register: Register, value: Value) {
        self.registers.insert(register, value);
    }

    /// Leaves a register in memory, if this function has written it.
    pub(crate) fn hand_over(&mut self, register: Register) {
        if let Some(&value) = self.registers.get(&register) {
            let registers = self.word(word::REGISTERS);
            self.set_number(registers, register.0 as usize, value);
        }
    }

    /// A row that the common part finds and hands to the classes.
    fn found_row(&mut self, table: usize) -> Value {
        match self.rows.get(&table) {
            Some(&row) => row,
            None => self.word(self.source.layout.found_row(table)),
        }
    }

    /// Sets the row that the common part has found in a table.
    pub(crate) fn set_found_row(&mut self, table: usize, row: Value) {
        self.rows.insert(table, row);
        let word = offset(self.source.layout.found_row(table));
        self.builder.ins().store(CHANGING, row, self.words, word);
    }

    /// Leaves the registers that are read from rows in memory, for a class that is interpreted.
    pub(crate) fn hand_over_rows(&mut self) {
        let mut registers: Vec<Register> = self.handed.keys().copied().collect();
        registers.sort();
        let registers_word = self.word(word::REGISTERS);
        for register in registers {
            let value = self.read(register);
            self.set_number(registers_word, register.0 as usize, value);
        }
    }

    /// What a search has found.
    pub(crate) fn winner(&mut self, winner: Winner) -> Value {
        match self.winners.get(&winner) {
            Some(&value) => value,
            None => self.place_at(word::WINNERS, winner.0 as usize),
        }
    }

    /// Sets what a search has found.
    pub(crate) fn set_winner(&mut self, winner: Winner, place: Value) {
        self.winners.insert(winner, place);
        self.leave_place(word::WINNERS, winner.0 as usize, place);
    }

    /// Where the values of this position are kept.
    pub(crate) fn place(&mut self, keys: usize) -> Value {
        match self.places.get(&keys) {
            Some(&value) => value,
            None => self.place_at(word::PLACES, keys),
        }
    }

    /// Sets where the values of this position are kept.
    pub(crate) fn set_place(&mut self, keys: usize, place: Value) {
        self.places.insert(keys, place);
        self.leave_place(word::PLACES, keys, place);
    }

    fn place_at(&mut self, list: u32, index: usize) -> Value {
        let list = self.word(list);
        self.builder.ins().uload32(CHANGING, list, element(index, 4))
    }

    /// The classes read what the common part has found.
    fn leave_place(&mut self, list: u32, index: usize, place: Value) {
        if self.scope == Scope::Common {
            let list = self.word(list);
            self.builder.ins().istore32(CHANGING, place, list, element(index, 4));
        }
    }
}
