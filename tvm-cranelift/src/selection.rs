//! Which class a token is of, after the common part.

use cranelift_codegen::ir::condcodes::{FloatCC, IntCC};
use cranelift_codegen::ir::types::{F64, I64};
use cranelift_codegen::ir::{InstBuilder, Value};
use tvm_native::word;
use tvm_runtime::plan::{Arms, Selector, Stage};

use crate::body::Body;
use crate::memory::{CONSTANT, offset};

impl Body<'_, '_> {
    /// The class that a selector finds in its table.
    pub(crate) fn selected(&mut self, selector: &Selector) -> Value {
        let row = self.read(selector.row);
        let mut index = self.small_integer(row);
        if selector.stages > 1 {
            index = self.builder.ins().imul_imm_u(index, selector.stages as i64);
        }
        if let Some(stage) = selector.stage {
            let stage = self.stage(stage, selector.stages);
            index = self.builder.ins().iadd(index, stage);
        }
        // What is beyond the table, as in a model whose rows are no rows of it, is of the first class.
        let length = self.builder.ins().iconst(I64, selector.arms.len() as i64);
        let everything = self.builder.ins().iconst(I64, Arms::EVERYTHING as i64);
        let zero = self.builder.ins().iconst(I64, 0);
        let is_there = self.is_less(index, length);
        let index = self.builder.ins().select(is_there, index, zero);
        let constants = self.word(word::CONSTANTS);
        let arm = self.row_of(constants, index, size_of::<u64>());
        let arm = self.builder.ins().load(I64, CONSTANT, arm, offset(self.source.layout.arms()));
        self.builder.ins().select(is_there, arm, everything)
    }

    /// 0 for no stage, else one more than the age.
    fn stage(&mut self, Stage { age, is_first }: Stage, stages: usize) -> Value {
        let (age, is_first) = (self.read(age), self.read(is_first));
        let number = self.small_integer(age);
        let most = self.builder.ins().iconst(I64, stages as i64 - 1);
        let is_small = self.is_less(number, most);
        let back = self.builder.ins().fcvt_from_sint(F64, number);
        let is_same = self.builder.ins().fcmp(FloatCC::Equal, back, age);
        let zero = self.number(0.0);
        let is_first = self.builder.ins().fcmp(FloatCC::NotEqual, is_first, zero);
        let is_now = self.builder.ins().icmp_imm_u(IntCC::Equal, number, 0);
        let agrees = self.builder.ins().icmp(IntCC::Equal, is_first, is_now);
        let is_stage = self.builder.ins().band(is_small, is_same);
        let is_stage = self.builder.ins().band(is_stage, agrees);
        let (next, none) =
            (self.builder.ins().iadd_imm_u(number, 1), self.builder.ins().iconst(I64, 0));
        self.builder.ins().select(is_stage, next, none)
    }
}
