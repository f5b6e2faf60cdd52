//! A module as an instance: after the start function the host calls its exports, as often as it likes.

use crate::wasm::error::CompileError;
use crate::wasm::lower::{
    Assembly, Context, Routine, RoutineName, START, Step, Uses, call_start, numbers,
};
use crate::wasm::module::{FunctionIndex, Module};

/// The exported functions that a host can call: those of numbers only.
pub(crate) fn exports<'a>(module: &Module<'a>) -> Vec<(&'a str, FunctionIndex)> {
    let of_numbers = |function: FunctionIndex| {
        let signature = module.type_of(function);
        numbers(signature.params()).is_some() && numbers(signature.results()).is_some()
    };
    module.exports().filter(|(_, function)| of_numbers(*function)).collect()
}

/// The call of the start function, and then what the host wants.
pub(crate) fn main(context: &Context<'_>) -> Result<Routine, CompileError> {
    let (mut assembly, mut uses) = (Assembly::default(), Uses::default());
    let mut lacks = Vec::new();
    call_start(context, &mut assembly, &mut uses, &mut lacks)?;
    uses.routines.insert(RoutineName::Answers);
    assembly.push(Step::Call(RoutineName::Answers));
    Ok(Routine { name: START.to_owned(), assembly, windows: 1, uses, lacks })
}
