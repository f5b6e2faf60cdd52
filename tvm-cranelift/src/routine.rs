//! Functions: their signatures, what is in them, and their bytes.

use std::collections::BTreeSet;

use cranelift_codegen::Context;
use cranelift_codegen::control::ControlPlane;
use cranelift_codegen::ir::types::{F64, I64};
use cranelift_codegen::ir::{AbiParam, Function, InstBuilder, MemFlagsData, Signature};
use cranelift_codegen::isa::{CallConv, TargetIsa};
use cranelift_frontend::{FunctionBuilder, FunctionBuilderContext};
use tvm_native::{Routine, Source, word};
use tvm_runtime::plan::{Arms, Block, Code, Register};

use crate::MOST;
use crate::body::{Body, Scope};
use crate::memory::offset;

/// The bytes of a routine; none when the block is too large.
pub(crate) fn translate(
    target: &dyn TargetIsa,
    source: &Source<'_>,
    routine: Routine,
) -> Option<Vec<u8>> {
    let code = source.code;
    let mut context = Context::new();
    match routine {
        Routine::Call => call(target, &mut context.func),
        Routine::Common => {
            is_moderate(code, code.common).then_some(())?;
            common(target, source, &mut context.func);
        }
        Routine::Class(class) => {
            is_moderate(code, code.classes[class].block).then_some(())?;
            self::class(target, source, class, &mut context.func);
        }
    }
    let compiled = context.compile(target, &mut ControlPlane::default()).ok()?;
    // Nothing is outside of it.
    compiled.buffer.relocs().is_empty().then(|| compiled.code_buffer().to_vec())
}

fn is_moderate(code: &Code, block: Block) -> bool {
    let sizes = code
        .operations(block)
        .iter()
        .map(|operation| 1 + code.reads(operation).len() + code.writes(operation).len());
    sizes.sum::<usize>() <= MOST
}

/// From words and a token to a class or a token.
fn signature(target: &dyn TargetIsa) -> Signature {
    let mut signature = Signature::new(target.default_call_conv());
    signature.params.extend([AbiParam::new(I64); 2]);
    signature.returns.push(AbiParam::new(I64));
    signature
}

/// Of functions of the runtime: words, an argument, two numbers.
fn called(convention: CallConv, integers: usize) -> Signature {
    let mut signature = Signature::new(convention);
    signature.params.extend(vec![AbiParam::new(I64); integers]);
    signature.params.extend([AbiParam::new(F64); 2]);
    signature
}

/// Of the routine that calls them, which leaves all registers of the processor as they were.
pub(crate) fn calling() -> Signature {
    called(CallConv::PreserveAll, 3)
}

fn call(target: &dyn TargetIsa, function: &mut Function) {
    function.signature = calling();
    let mut context = FunctionBuilderContext::new();
    let mut builder = FunctionBuilder::new(function, &mut context);
    let block = builder.create_block();
    builder.append_block_params_for_function_params(block);
    builder.switch_to_block(block);
    let &[words, function, argument, x, y] = builder.block_params(block) else {
        unreachable!("as the signature says")
    };
    let eight_times = builder.ins().ishl_imm_u(function, 3);
    let place = builder.ins().iadd(words, eight_times);
    let flags = MemFlagsData::trusted();
    let callee = builder.ins().load(I64, flags, place, offset(word::FUNCTIONS));
    let signature = builder.import_signature(called(target.default_call_conv(), 2));
    builder.ins().call_indirect(signature, callee, &[words, argument, x, y]);
    builder.ins().return_(&[]);
    builder.seal_all_blocks();
    builder.finalize(target.frontend_config());
}

fn common(target: &dyn TargetIsa, source: &Source<'_>, function: &mut Function) {
    function.signature = signature(target);
    let mut context = FunctionBuilderContext::new();
    let mut body = Body::new(source, FunctionBuilder::new(function, &mut context), Scope::Common);
    body.inputs();
    body.operations(source.code.common);
    for register in handed(source.code) {
        body.hand_over(register);
    }
    let class = match &source.code.selector {
        Some(selector) => body.selected(selector),
        None => body.builder.ins().iconst(I64, Arms::EVERYTHING as i64),
    };
    let next = body.next_by_class(class, signature(target));
    body.conclude(next, target);
}

fn class(target: &dyn TargetIsa, source: &Source<'_>, class: usize, function: &mut Function) {
    function.signature = signature(target);
    let mut context = FunctionBuilderContext::new();
    let mut body = Body::new(source, FunctionBuilder::new(function, &mut context), Scope::Class);
    let class = &source.code.classes[class];
    body.operations(class.block);
    let next = body.next(&class.output);
    body.conclude(next, target);
}

/// The registers that classes read and the common part, or the inputs, may have written.
fn handed(code: &Code) -> BTreeSet<Register> {
    let of_class = |class: &tvm_runtime::plan::Class| {
        let (mut read, mut written) = (BTreeSet::new(), BTreeSet::new());
        for operation in code.operations(class.block) {
            read.extend(code.reads(operation).into_iter().filter(|r| !written.contains(r)));
            written.extend(code.writes(operation));
        }
        read.extend(class.output.registers().into_iter().filter(|r| !written.contains(r)));
        read
    };
    code.classes.iter().flat_map(of_class).collect()
}
