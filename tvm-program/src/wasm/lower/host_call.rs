//! Requests to the host: calls of imported functions that are no opcodes. `tvm_interface` says what is asked and
//! answered.
//!
//! A call is the number of the import, its arguments, the answers, its results:
//!
//! ```text
//! host.request 7  host.argument  host.argument64  call (answers)  host.receive
//! ```

use super::assembly::{Assembly, RoutineName, Step};
use super::context::Context;
use super::routine::Uses;
use crate::wasm::module::{FunctionIndex, host_type};
use crate::{Code, ValueType};
use wasmparser::ValType;

/// The opcodes that a program speaks to a host with.
#[derive(Clone, Copy)]
pub(crate) struct HostOpcodes {
    request: Code,
    argument: [Code; 2],
    receive: [Code; 2],
    pub(crate) section: Code,
    pub(crate) branch_table: Code,
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
    pub(crate) fn say(self, number: u32, values: &[ValueType], assembly: &mut Assembly) {
        assembly.instruction(self.request, number);
        for value_type in values.iter().rev() {
            assembly.instruction(of_words(self.argument, *value_type), 0);
        }
    }

    /// Pushes values of the host, the first one first.
    pub(crate) fn hear(self, values: &[ValueType], assembly: &mut Assembly) {
        for value_type in values {
            assembly.instruction(of_words(self.receive, *value_type), 0);
        }
    }
}

fn of_words([narrow, wide]: [Code; 2], value_type: ValueType) -> Code {
    if value_type.words() == 1 { narrow } else { wide }
}

/// The types as which a host gives and takes values: numbers as they are, references to things of its own as
/// words. None if others are among them.
pub(crate) fn numbers(types: &[ValType]) -> Option<Vec<ValueType>> {
    types.iter().map(|&one| host_type(one)).collect()
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
