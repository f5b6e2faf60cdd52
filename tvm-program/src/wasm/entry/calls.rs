//! Calls of exported functions with given arguments, whose results are written as output.

use wasmparser::types::EntityType;
use wasmparser::{FuncType, ValType};

use crate::excerpt::excerpt;
use crate::wasm::error::CompileError;
use crate::wasm::lower::{
    Assembly, Context, Locals, Routine, START, Uses, call_outermost, call_start,
};
use crate::wasm::module::{FunctionIndex, Module, SignatureText, validate, value_type, words};
use crate::{Code, Value, ValueType};

/// A call of an exported function.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invocation {
    /// The name under which it is exported.
    pub function: String,
    /// What it is called with.
    pub arguments: Vec<Value>,
}

/// The types of the parameters and of the results of an exported function. References are words.
pub(crate) type Types = (Vec<ValueType>, Vec<ValueType>);

/// An exported function and its types.
fn exported(module: &Module<'_>, name: &str) -> Result<(FunctionIndex, Types), CompileError> {
    let function = module.exported_function(name).ok_or_else(|| no_function(name))?;
    Ok((function, value_types(name, module.type_of(function))?))
}

/// The types of an exported function; the module's imports need not be there.
pub(crate) fn signature(bytes: &[u8], name: &str) -> Result<Types, CompileError> {
    let types = validate(bytes)?;
    let types = types.as_ref();
    let mut exports = types.core_exports().into_iter().flatten();
    match exports.find(|(exported, _)| *exported == name) {
        Some((_, EntityType::Func(id))) => value_types(name, types[id].unwrap_func()),
        _ => Err(no_function(name)),
    }
}

fn no_function(name: &str) -> CompileError {
    CompileError::NoFunction { name: excerpt(name) }
}

fn value_types(name: &str, signature: &FuncType) -> Result<Types, CompileError> {
    let all = |types: &[ValType]| -> Option<Vec<_>> {
        types.iter().map(|&one| value_type(one)).collect()
    };
    match (all(signature.params()), all(signature.results())) {
        (Some(parameters), Some(results)) => Ok((parameters, results)),
        _ => Err(CompileError::FunctionType {
            name: excerpt(name),
            found: SignatureText(signature).to_string(),
        }),
    }
}

/// The call of the start function and the calls that are asked for.
pub(crate) fn main(context: &Context<'_>, calls: &[Invocation]) -> Result<Routine, CompileError> {
    let (mut assembly, mut uses) = (Assembly::default(), Uses::default());
    let mut lacks = Vec::new();
    call_start(context, &mut assembly, &mut uses, &mut lacks)?;
    let mut windows = 1;
    for invocation in calls {
        let (function, (parameters, results)) = exported(context.module, &invocation.function)?;
        push_arguments(context, invocation, &parameters, &mut assembly)?;
        call_outermost(context, function, &mut assembly, &mut uses, &mut lacks)?;
        windows = windows.max(write_results(context, &results, &mut assembly)?);
    }
    Ok(Routine { name: START.to_owned(), assembly, windows, uses, lacks })
}

fn push_arguments(
    context: &Context<'_>,
    call: &Invocation,
    parameters: &[ValueType],
    assembly: &mut Assembly,
) -> Result<(), CompileError> {
    if !call.arguments.iter().map(|one| one.value_type()).eq(parameters.iter().copied()) {
        let index = context.module.exported_function(&call.function);
        let signature = index.map(|index| context.module.type_of(index));
        return Err(CompileError::Arguments {
            name: call.function.clone(),
            found: signature.map(|found| SignatureText(found).to_string()).unwrap_or_default(),
        });
    }
    for argument in &call.arguments {
        context.opcodes.push(*argument, assembly);
    }
    Ok(())
}

/// Takes the results from the stack, the last one first, and writes them, the first one first.
/// Says how many windows the locals take that keep them meanwhile.
fn write_results(
    context: &Context<'_>,
    results: &[ValueType],
    assembly: &mut Assembly,
) -> Result<u32, CompileError> {
    let name = "i32.shr_u";
    let shift = context.opcodes.shift_right.ok_or(CompileError::MissingOpcode { name })?;
    let [set, get] = [context.opcodes.local_set, context.opcodes.local_get]
        .map(|opcode| opcode.of(ValueType::I32));
    let number = words(results);
    for word in (0..number).rev() {
        assembly.instruction(set, word);
    }
    for word in 0..number {
        for bits in [0, 8, 16, 24] {
            assembly.instruction(get, word);
            if bits > 0 {
                assembly.instruction(context.opcodes.constant, bits);
                assembly.instruction(shift, 0);
            }
            assembly.instruction(Code::OUTPUT, 0);
        }
    }
    let mut locals = Locals::default();
    locals.declare(number, ValueType::I32);
    Ok(locals.windows())
}
