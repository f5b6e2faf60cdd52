//! The body of a function, as far as it is written.

use std::collections::HashMap;

use cranelift_codegen::ir::types::I64;
use cranelift_codegen::ir::{Block, InstBuilder, SigRef, Signature, Type, Value};
use cranelift_codegen::isa::TargetIsa;
use cranelift_frontend::FunctionBuilder;
use tvm_native::{Function, INTERPRETED, Source, word};
use tvm_runtime::plan::{Register, Winner};

use crate::known::Known;
use crate::memory::{CHANGING, offset};
use crate::routine;

/// Which block a function is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scope {
    /// The common part, which leaves registers, places and winners in memory.
    Common,
    /// The rest for a class, which finds them there.
    Class,
}

/// A function that is being written, and which of its values hold what.
pub(crate) struct Body<'source, 'function> {
    pub(crate) source: Source<'source>,
    pub(crate) builder: FunctionBuilder<'function>,
    pub(crate) scope: Scope,
    pub(crate) words: Value,
    pub(crate) token: Value,
    pub(crate) registers: HashMap<Register, Value>,
    /// Registers that are read where they are: a table and a column of the row that was found in it.
    pub(crate) handed: HashMap<Register, (usize, u32)>,
    /// By table, in the common part.
    pub(crate) rows: HashMap<usize, Value>,
    pub(crate) known: Known,
    pub(crate) winners: HashMap<Winner, Value>,
    /// By cache of keys.
    pub(crate) places: HashMap<usize, Value>,
    calling: SigRef,
}

impl<'source, 'function> Body<'source, 'function> {
    pub(crate) fn new(
        source: &Source<'source>,
        mut builder: FunctionBuilder<'function>,
        scope: Scope,
    ) -> Self {
        let block = builder.create_block();
        builder.append_block_params_for_function_params(block);
        builder.switch_to_block(block);
        let (words, token) = (builder.block_params(block)[0], builder.block_params(block)[1]);
        let calling = builder.import_signature(routine::calling());
        let mut body = Body {
            source: *source,
            builder,
            scope,
            words,
            token,
            registers: HashMap::new(),
            handed: handed(source),
            rows: HashMap::new(),
            known: Known::default(),
            winners: HashMap::new(),
            places: HashMap::new(),
            calling,
        };
        body.known.learn(source.code, source.code.common);
        body
    }

    /// Returns a value.
    pub(crate) fn conclude(mut self, value: Value, target: &dyn TargetIsa) {
        self.builder.ins().return_(&[value]);
        self.builder.seal_all_blocks();
        self.builder.finalize(target.frontend_config());
    }

    /// The next token by the routine of a class; the class and [`INTERPRETED`] if there is none.
    pub(crate) fn next_by_class(&mut self, class: Value, signature: Signature) -> Value {
        let (rare, join) = (self.rare_block(), self.joining_block(&[I64]));
        let (there, classes) = (self.builder.create_block(), self.word(word::CLASSES));
        let entry = self.row_of(classes, class, size_of::<u64>());
        let entry = self.builder.ins().load(I64, CHANGING, entry, 0);
        self.builder.ins().brif(entry, there, &[], rare, &[]);
        self.builder.switch_to_block(there);
        let signature = self.builder.import_signature(signature);
        let call = self.builder.ins().call_indirect(signature, entry, &[self.words, self.token]);
        let next = self.builder.inst_results(call)[0];
        self.builder.ins().jump(join, &[next.into()]);
        self.builder.switch_to_block(rare);
        self.hand_over_rows();
        let first = self.builder.ins().iconst(I64, INTERPRETED as i64);
        let interpreted = self.builder.ins().iadd(class, first);
        self.builder.ins().jump(join, &[interpreted.into()]);
        self.go_on_in(join)[0]
    }

    /// Calls a function of the runtime.
    pub(crate) fn call(&mut self, function: Function, argument: Value, [x, y]: [Value; 2]) {
        let number = self.builder.ins().iconst(I64, function as i64);
        let callee = self.word(word::CALL);
        let arguments = [self.words, number, argument, x, y];
        self.builder.ins().call_indirect(self.calling, callee, &arguments);
    }

    /// What the last function has returned.
    pub(crate) fn result(&mut self, kind: Type) -> Value {
        self.builder.ins().load(kind, CHANGING, self.words, offset(word::RESULT))
    }

    /// A block for what is rare.
    pub(crate) fn rare_block(&mut self) -> Block {
        let block = self.builder.create_block();
        self.builder.set_cold_block(block);
        block
    }

    /// A block in which a value of each type arrives.
    pub(crate) fn joining_block(&mut self, kinds: &[Type]) -> Block {
        let block = self.builder.create_block();
        for &kind in kinds {
            self.builder.append_block_param(block, kind);
        }
        block
    }

    /// Goes on in a block; gives what arrives there.
    pub(crate) fn go_on_in(&mut self, block: Block) -> Vec<Value> {
        self.builder.switch_to_block(block);
        self.builder.block_params(block).to_vec()
    }
}

/// What [`Body::handed`] is for a plan.
fn handed(source: &Source<'_>) -> HashMap<Register, (usize, u32)> {
    let rows = source.code.handed_rows(source.plan).into_iter();
    let columns = rows.flat_map(|(table, results)| {
        let results = source.code.results(results).iter();
        results.map(move |&(register, column)| (register, (table, column)))
    });
    columns.collect()
}
