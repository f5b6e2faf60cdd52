//! Which class a token is of, after the common part.

use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::types::I64;
use cranelift_codegen::ir::{InstBuilder, Value};
use tvm_native::word;
use tvm_runtime::plan::{Arms, Selector, Stage};

use crate::body::Body;
use crate::memory::{CHANGING, offset};

impl Body<'_, '_> {
    /// The class that a selector finds in its table. What is rare is branched to, so that the class is not waited for.
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
        let (rare, there) = (self.rare_block(), self.builder.create_block());
        let join = self.joining_block(&[I64]);
        let length = self.builder.ins().iconst(I64, selector.arms.len() as i64);
        let is_there = self.is_less(index, length);
        self.builder.ins().brif(is_there, there, &[], rare, &[]);
        self.builder.switch_to_block(there);
        let constants = self.word(word::CONSTANTS);
        let arm = self.row_of(constants, index, size_of::<u64>());
        let arm = self.builder.ins().load(I64, CHANGING, arm, offset(self.source.layout.arms()));
        self.builder.ins().jump(join, &[arm.into()]);
        self.builder.switch_to_block(rare);
        let everything = self.builder.ins().iconst(I64, Arms::EVERYTHING as i64);
        self.builder.ins().jump(join, &[everything.into()]);
        self.go_on_in(join)[0]
    }

    /// 0 for no stage, else one more than the age.
    fn stage(&mut self, Stage { age, is_first }: Stage, stages: usize) -> Value {
        let (age, is_first) = (self.read(age), self.read(is_first));
        let (small, none) = (self.builder.create_block(), self.rare_block());
        let join = self.joining_block(&[I64]);
        let is_integer = self.is_integer(age);
        self.builder.ins().brif(is_integer, small, &[], none, &[]);
        self.builder.switch_to_block(small);
        let number = self.small_integer(age);
        let most = self.builder.ins().iconst(I64, stages as i64 - 1);
        let is_small = self.is_less(number, most);
        // Both zeros are 0, and what is no number is not.
        let is_first = self.bits(is_first);
        let is_first = self.builder.ins().ishl_imm_u(is_first, 1);
        let is_first = self.builder.ins().icmp_imm_u(IntCC::NotEqual, is_first, 0);
        let is_now = self.builder.ins().icmp_imm_u(IntCC::Equal, number, 0);
        let agrees = self.builder.ins().icmp(IntCC::Equal, is_first, is_now);
        let is_stage = self.builder.ins().band(is_small, agrees);
        let next = self.builder.ins().iadd_imm_u(number, 1);
        self.builder.ins().brif(is_stage, join, &[next.into()], none, &[]);
        self.builder.switch_to_block(none);
        let no_stage = self.builder.ins().iconst(I64, 0);
        self.builder.ins().jump(join, &[no_stage.into()]);
        self.go_on_in(join)[0]
    }
}
