//! Requests to the host: calls of imported functions that are no opcodes, and the routine that does what the
//! host answers. `tvm_interface` says what is asked and answered.
//!
//! A call is the number of the import, its arguments, the answers, its results:
//!
//! ```text
//! host.request 7  host.argument  host.argument64  call (answers)  host.receive
//! ```

use super::assembly::{Assembly, Label, RoutineName, Step};
use super::call;
use super::context::Context;
use super::routine::{Routine, Uses};
use crate::wasm::error::CompileError;
use crate::wasm::module::{FunctionIndex, number_type};
use crate::{Code, ValueType};
use tvm_interface::RETURNED;
use wasmparser::ValType;

/// The name of the routine in messages and listings.
const ANSWERS: &str = "(answers of the host)";

/// The opcodes that a program speaks to a host with.
#[derive(Clone, Copy)]
pub(crate) struct HostOpcodes {
    request: Code,
    argument: [Code; 2],
    receive: [Code; 2],
    section: Code,
    branch_table: Code,
}

impl HostOpcodes {
    /// Those of a set that has them.
    pub(crate) fn of(context: &Context<'_>) -> Option<Self> {
        let named = |name| context.named(name).ok();
        Some(HostOpcodes {
            request: named("host.request")?,
            argument: [named("host.argument")?, named("host.argument64")?],
            receive: [named("host.receive")?, named("host.receive64")?],
            section: named("host.section")?,
            branch_table: context.opcodes.branch_table?,
        })
    }

    /// Says a number and values that are on the stack, the last one first.
    fn say(self, number: u32, values: &[ValueType], assembly: &mut Assembly) {
        assembly.instruction(self.request, number);
        for value_type in values.iter().rev() {
            assembly.instruction(of_words(self.argument, *value_type), 0);
        }
    }

    /// Pushes values of the host, the first one first.
    fn hear(self, values: &[ValueType], assembly: &mut Assembly) {
        for value_type in values {
            assembly.instruction(of_words(self.receive, *value_type), 0);
        }
    }
}

fn of_words([narrow, wide]: [Code; 2], value_type: ValueType) -> Code {
    if value_type.words() == 1 { narrow } else { wide }
}

/// The types of numbers; none if others are among them.
pub(crate) fn numbers(types: &[ValType]) -> Option<Vec<ValueType>> {
    types.iter().map(|&one| number_type(one)).collect()
}

/// Emits the call of an imported function. Gives false where the machine has no such calls, or the function
/// not only numbers.
pub(crate) fn request(
    context: &Context<'_>,
    callee: FunctionIndex,
    assembly: &mut Assembly,
    uses: &mut Uses,
) -> bool {
    let signature = context.module.type_of(callee);
    let types = (numbers(signature.params()), numbers(signature.results()));
    let (Some(opcodes), (Some(parameters), Some(results))) = (HostOpcodes::of(context), types)
    else {
        return false;
    };
    opcodes.say(callee.0, &parameters, assembly);
    uses.routines.insert(RoutineName::Answers);
    assembly.push(Step::Call(RoutineName::Answers));
    opcodes.hear(&results, assembly);
    true
}

/// Makes the routine that does what the host answers, until it has nothing more to do.
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
    assembly.push(Step::Branch { code: Code::BR, target: next });
    let (mut uses, mut lacks) = (Uses::default(), Vec::new());
    for (&label, (_, function)) in exports.iter().zip(context.exports) {
        assembly.bind(label);
        let signature = context.module.type_of(*function);
        let types = |types| numbers(types).expect("only functions of numbers are called by a host");
        opcodes.hear(&types(signature.params()), &mut assembly);
        if call::call(context, *function, &mut assembly, &mut uses, &mut lacks)? {
            opcodes.say(RETURNED, &types(signature.results()), &mut assembly);
            assembly.push(Step::Branch { code: Code::BR, target: next });
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
        assembly.push(Step::Branch { code: Code::BR, target });
    }
    assembly.instruction(Code::UNREACHABLE, 0);
    labels
}
