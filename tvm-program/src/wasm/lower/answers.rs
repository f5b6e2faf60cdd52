//! The routine that does what the host answers, until it has nothing more to do: writes bytes to memory, calls
//! exported functions.

use super::assembly::{Assembly, Label, Step};
use super::context::Context;
use super::host_call::{HostOpcodes, numbers};
use super::outermost;
use super::routine::{Routine, Uses};
use crate::wasm::error::CompileError;
use crate::{Code, ValueType};
use tvm_interface::RETURNED;

/// The name of the routine in messages and listings.
const ANSWERS: &str = "(answers of the host)";

/// Makes the routine.
pub(crate) fn lower(context: &Context<'_>) -> Result<Routine, CompileError> {
    let name = "host.request";
    let opcodes = HostOpcodes::of(context).ok_or(CompileError::MissingOpcode { name })?;
    let mut assembly = Assembly::default();
    let next = assembly.label();
    assembly.bind(next);
    opcodes.hear(&[ValueType::I32], &mut assembly);
    let labels = actions(context, opcodes, &mut assembly);
    let [done, section, exports @ ..] = &labels[..] else { unreachable!("two are always there") };
    assembly.bind(*done);
    assembly.push(Step::Return);
    assembly.bind(*section);
    opcodes.hear(&[ValueType::I32], &mut assembly);
    assembly.instruction(opcodes.section, 0);
    assembly.branch(Code::BR, next);
    let (mut uses, mut lacks) = (Uses::default(), Vec::new());
    for (&label, (_, function)) in exports.iter().zip(context.exports) {
        assembly.bind(label);
        let signature = context.module.type_of(*function);
        let types = |types| numbers(types).expect("only functions of numbers are called by a host");
        opcodes.hear(&types(signature.params()), &mut assembly);
        if outermost::call_outermost(context, *function, &mut assembly, &mut uses, &mut lacks)? {
            opcodes.say(RETURNED, &types(signature.results()), &mut assembly);
            assembly.branch(Code::BR, next);
        }
    }
    Ok(Routine { name: ANSWERS.to_owned(), assembly, windows: 1, uses, lacks })
}

/// Branches to what an action says: a label for each, and a trap for any other.
fn actions(context: &Context<'_>, opcodes: HostOpcodes, assembly: &mut Assembly) -> Vec<Label> {
    let number = 2 + context.exports.len();
    let last = u32::try_from(number).expect("a module has fewer than 2^32 exports");
    assembly.instruction(opcodes.branch_table, last);
    let labels: Vec<Label> = (0..number).map(|_| assembly.label()).collect();
    for &target in &labels {
        assembly.branch(Code::BR, target);
    }
    assembly.instruction(Code::UNREACHABLE, 0);
    labels
}
