//! What is there before the first operation.

use cranelift_codegen::ir::types::F64;
use cranelift_codegen::ir::{InstBuilder, Value};
use tvm_native::word;
use tvm_runtime::plan::{Column, Register};

use crate::body::Body;

impl Body<'_, '_> {
    /// The inputs of a token.
    pub(crate) fn inputs(&mut self) {
        let plan = self.source.plan;
        let inputs = &plan.inputs;
        if !inputs.token.is_empty() {
            self.row(&inputs.token, word::EMBEDDING, self.token);
        }
        if !inputs.periodic.is_empty() {
            let position = self.word(word::POSITION);
            let residue = self.builder.ins().urem_imm_u(position, plan.period as i64);
            self.row(&inputs.periodic, word::PERIODIC, residue);
        }
        if let Some(register) = inputs.position {
            let position = self.word(word::POSITION);
            let position = self.builder.ins().fcvt_from_sint(F64, position);
            self.write(register, position);
        }
    }

    fn row(&mut self, inputs: &[(Register, Column)], rows: u32, index: Value) {
        let rows = self.word(rows);
        let row = self.row_of(rows, index, inputs.len() * size_of::<f64>());
        for (column, &(register, _)) in inputs.iter().enumerate() {
            let value = self.number_at(row, column);
            self.write(register, value);
        }
    }
}
