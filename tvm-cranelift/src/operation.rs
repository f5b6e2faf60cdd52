//! Every kind of operation but those of keys.

use cranelift_codegen::ir::types::{F64, I64};
use cranelift_codegen::ir::{Block as BasicBlock, InstBuilder, Value};
use tvm_native::{Function, INTEGER, RUNNING_SUM, word};
use tvm_runtime::attention::IntegerKeys;
use tvm_runtime::plan::code::RingQuery;
use tvm_runtime::plan::{Block, KeyKind, Operation, Register, Span};

use crate::body::{Body, Scope};
use crate::memory::CONSTANT;

impl Body<'_, '_> {
    /// The operations of a block.
    pub(crate) fn operations(&mut self, block: Block) {
        if self.scope == Scope::Class {
            // What the common part says is known from the beginning.
            self.known.learn(self.source.code, block);
        }
        for &operation in self.source.code.operations(block) {
            self.operation(operation);
        }
    }

    fn operation(&mut self, operation: Operation) {
        let code = self.source.code;
        match operation {
            Operation::Sum { to, terms, offset } => {
                let sum = self.sum(code.terms(terms), offset);
                self.write(to, sum);
            }
            Operation::Ordered { to, terms } => {
                let sum = self.sum_in_order(code.terms(terms));
                self.write(to, sum);
            }
            Operation::Watched { to, terms } => {
                let sum = self.watched_sum(code.terms(terms));
                self.write(to, sum);
            }
            Operation::Watch { register, most } => {
                let value = self.read(register);
                self.refuse_beyond([value; 2], most, INTEGER);
            }
            Operation::Open { to, gate } => {
                let gate = self.read(gate);
                let open = self.open(gate);
                self.write(to, open);
            }
            Operation::OpenSum { to, terms, offset } => {
                let gate = self.sum(code.terms(terms), offset);
                let open = self.open(gate);
                self.write(to, open);
            }
            Operation::Product { to, gate, value } => {
                let gate = self.read(gate);
                self.product(to, gate, value);
            }
            Operation::ProductSum { to, value, terms, offset } => {
                let gate = self.sum(code.terms(terms), offset);
                self.product(to, gate, value);
            }
            Operation::Chain { to, first, step, length } => self.chain(to, [first, step], length),
            Operation::Table { table, x, to } => self.table(table as usize, x, to),
            Operation::Mean { to, value, sum } => self.mean(to, value, sum as usize),
            Operation::Total { to, value, sum, bias } => {
                let biased = code.bias(bias);
                let sum = self.add_to_sum(sum as usize, value);
                self.refuse_beyond([sum; 2], biased.greatest, RUNNING_SUM);
                let bias = self.number(biased.bias);
                let total = self.builder.ins().fadd(bias, sum);
                self.write(to, total);
            }
            Operation::Ring { values, ring, asked } => self.ring(values, ring as usize, asked),
            Operation::Key { keys, x, y } => self.key(keys as usize, [x, y]),
            Operation::Keep { cache, values } => self.keep(cache as usize, values),
            Operation::Find { to, keys, x, y } => {
                let place = self.find(keys as usize, [x, y]);
                self.set_winner(to, place);
            }
            Operation::Read { cache, winner, to } => {
                let place = self.winner(winner);
                let row = self.row_of_values(cache as usize, place);
                self.results(row, to);
            }
        }
    }

    fn product(&mut self, to: Register, gate: Value, value: Register) {
        let open = self.open(gate);
        let value = self.read(value);
        let product = self.builder.ins().fmul(open, value);
        self.write(to, product);
    }

    fn chain(&mut self, to: Register, ends: [Register; 2], length: u32) {
        let ends = ends.map(|end| self.read(end));
        let length = self.builder.ins().iconst(I64, i64::from(length));
        self.call(Function::Chain, length, ends);
        let sum = self.result(F64);
        self.write(to, sum);
    }

    fn add_to_sum(&mut self, sum: usize, value: Register) -> Value {
        let (sums, value) = (self.word(word::SUMS), self.read(value));
        let before = self.number_at(sums, sum);
        let total = self.builder.ins().fadd(before, value);
        self.set_number(sums, sum, total);
        total
    }

    fn mean(&mut self, to: Register, value: Register, sum: usize) {
        let sum = self.add_to_sum(sum, value);
        let position = self.word(word::POSITION);
        let positions = self.builder.ins().iadd_imm_u(position, 1);
        let positions = self.builder.ins().fcvt_from_sint(F64, positions);
        let mean = self.builder.ins().fdiv(sum, positions);
        self.write(to, mean);
    }

    fn table(&mut self, index: usize, x: Register, to: Span) {
        let (table, x) = (&self.source.plan.tables[index], self.read(x));
        let number = self.builder.ins().iconst(I64, index as i64);
        let row = match table.grid() {
            None => {
                self.call(Function::Row, number, [x; 2]);
                self.result(I64)
            }
            Some(grid) => {
                let (rare, join) = (self.rare_block(), self.joining_block(&[I64]));
                let rows = self.word(self.source.layout.table(index));
                let is_integer = self.is_integer(x);
                let place = self.index(grid, x);
                let row = self.row_of(rows, place, table.slots.len() * size_of::<f64>());
                self.builder.ins().brif(is_integer, join, &[row.into()], rare, &[]);
                self.builder.switch_to_block(rare);
                self.call(Function::Row, number, [x; 2]);
                let other = self.result(I64);
                self.builder.ins().jump(join, &[other.into()]);
                self.go_on_in(join)[0]
            }
        };
        let results = self.source.code.results(to);
        if results.iter().any(|(register, _)| self.handed.contains_key(register)) {
            self.set_found_row(index, row);
        } else {
            self.results(row, to);
        }
    }

    /// Registers from a row.
    fn results(&mut self, row: Value, to: Span) {
        for &(register, place) in self.source.code.results(to) {
            let value = self.number_at(row, place as usize);
            self.write(register, value);
        }
    }

    fn ring(&mut self, values: Span, ring: usize, asked: Span) {
        let Self { source, .. } = *self;
        let (width, values) = (source.plan.rings[ring], source.code.registers(values));
        let rows = self.word(source.layout.ring(ring));
        let position = self.word(word::POSITION);
        let own = self.builder.ins().urem_imm_u(position, source.plan.period as i64);
        let row = self.row_of(rows, own, width * size_of::<f64>());
        for (place, &register) in values.iter().enumerate() {
            let value = self.read(register);
            self.set_number(row, place, value);
        }
        for query in source.code.queries(asked) {
            self.ring_query(query, rows, width);
        }
    }

    fn ring_query(&mut self, query: &RingQuery, rows: Value, width: usize) {
        let (phase, constants) = (self.word(word::PHASE), self.word(word::CONSTANTS));
        let entry = self.row_of(constants, phase, 8);
        let first = self.source.layout.query(query, width);
        let bytes = self.builder.ins().load(I64, CONSTANT, entry, crate::memory::offset(first));
        let row = self.builder.ins().iadd(rows, bytes);
        self.results(row, query.found);
    }

    fn keep(&mut self, cache: usize, values: Span) {
        let Self { source, .. } = *self;
        let keys = source.plan.values[cache].keys;
        let place = self.place(keys);
        // What is computed for nothing else need not be computed for a place that no query finds.
        let next = (source.plan.keys[keys] == KeyKind::Integer).then(|| self.unless_nowhere(place));
        let row = self.row_of_values(cache, place);
        for (index, &register) in source.code.registers(values).iter().enumerate() {
            let value = self.read(register);
            self.set_number(row, index, value);
        }
        if let Some(next) = next {
            self.builder.ins().jump(next, &[]);
            self.builder.switch_to_block(next);
        }
    }

    /// Goes on only with a place that a query can find; gives the block for what comes after.
    fn unless_nowhere(&mut self, place: Value) -> BasicBlock {
        let (kept, next) = (self.builder.create_block(), self.builder.create_block());
        const { assert!(IntegerKeys::NOWHERE.0 == 0, "a branch is taken unless the place is 0") };
        self.builder.ins().brif(place, kept, &[], next, &[]);
        self.builder.switch_to_block(kept);
        next
    }

    fn row_of_values(&mut self, cache: usize, place: Value) -> Value {
        let list = self.changing_word(self.source.layout.values(cache));
        self.row_of(list, place, self.source.plan.values[cache].width * size_of::<f64>())
    }
}
