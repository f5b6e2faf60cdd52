//! Tail calls. A function that ends with one leaves its arguments on the operand stack, says in a global
//! of the front end what is to be called, and returns. Its caller finds the number there and calls the
//! routine that makes tail calls until none is left. So calls do not nest, however many there are. A tail
//! call of the function by itself is a branch to its beginning, if few locals have to be 0 again.

use std::collections::BTreeSet;

use wasmparser::Operator;

use super::assembly::{Assembly, Label, RoutineName, Step};
use super::context::Context;
use super::lowering::Lowering;
use super::operators;
use super::routine::{Routine, Uses};
use crate::wasm::module::{FunctionIndex, TableIndex, TypeIndex};
use crate::{Code, Places, Value, ValueType};

/// The name of the routine in messages and listings.
const TAIL_CALLS: &str = "(tail calls)";

impl Lowering<'_> {
    /// Lowers a tail call. That of an imported function is a call and a return.
    pub(crate) fn return_call(&mut self, callee: FunctionIndex) {
        let signature = self.context.module.type_of(callee);
        let (parameters, _) = self.types(signature);
        if callee == self.function && self.context.leaving.loops(callee) {
            self.keep_only(&parameters);
            self.clear_locals();
            self.branch(Code::BR, self.beginning);
            self.reachable = false;
        } else {
            self.leave_call(RoutineName::Function(callee), &parameters);
        }
    }

    /// Lowers an indirect tail call. The index is above the arguments.
    pub(crate) fn return_call_indirect(&mut self, signature: TypeIndex, table: TableIndex) {
        let (mut carried, _) = self.types(self.context.module.signature(signature));
        carried.push(ValueType::I32);
        let callee = RoutineName::indirect(self.context.module, signature, table);
        self.leave_call(callee, &carried);
    }

    /// Lowers a tail call of a reference, which is above the arguments.
    pub(crate) fn return_call_reference(&mut self, signature: TypeIndex) {
        let (mut carried, _) = self.types(self.context.module.signature(signature));
        carried.push(ValueType::I32);
        self.leave_call(RoutineName::of_reference(self.context.module, signature), &carried);
    }

    /// Leaves a call to the caller.
    fn leave_call(&mut self, callee: RoutineName, carried: &[ValueType]) {
        self.keep_only(carried);
        let number = self.context.leaving.of_tail_call(callee);
        self.assembly.instruction(self.context.opcodes.constant, number);
        self.set_pending();
        self.assembly.push(Step::Return);
        self.uses.tail_calls.insert(callee);
        self.reachable = false;
    }

    /// Notes it if the instruction set cannot make tail calls.
    pub(crate) fn check_tail_calls(&mut self, operator: &Operator<'_>) -> bool {
        let has = self.context.opcodes.branch_table.is_some();
        if !has {
            let name = operators::name(operator);
            let lacking = self.unsupported(name, operators::OF_THE_FULL_SET);
            self.lacks(lacking);
            self.reachable = false;
        }
        has
    }

    /// The locals that are no parameters are 0 when a function begins.
    fn clear_locals(&mut self) {
        let opcodes = self.context.opcodes;
        let parameters = self.context.module.type_of(self.function).params().len();
        for index in (0..self.locals.number()).skip(parameters) {
            let local = self.locals.get(index);
            let zero = match local.value_type.words() {
                1 => Value::I32(0),
                _ => Value::I64(0),
            };
            opcodes.push(zero, &mut self.assembly);
            self.assembly.instruction(opcodes.local_set.of(local.value_type), local.word);
        }
    }

    /// Makes the tail call that a call has left, if it has. What it leaves in turn can only be an exception.
    pub(crate) fn make_tail_call(&mut self, leaves_exception: bool) {
        let [left, made] = [(); 2].map(|()| self.assembly.label());
        self.get_pending();
        self.branch(Code::BR_IF, left);
        self.assembly.bind(made);
        self.assembly.begin_aside();
        self.assembly.bind(left);
        self.call_routine(RoutineName::TailCalls);
        if leaves_exception {
            self.raise_if_pending();
        }
        self.branch(Code::BR, made);
        self.assembly.end_aside();
    }
}

/// Makes the routine that calls what has been left until nothing is, of what the program leaves to call.
pub(crate) fn lower(context: &Context<'_>, left: &BTreeSet<RoutineName>) -> Routine {
    let mut assembly = Assembly::default();
    let next = assembly.label();
    assembly.bind(next);
    let get = context.opcodes.global_get.of(ValueType::I32);
    assembly.instruction(get, context.leaving.pending());
    let mut uses = Uses::default();
    for (callee, label) in row(context, left, &mut assembly) {
        assembly.bind(label);
        assembly.instruction(context.opcodes.constant, 0);
        let set = context.opcodes.global_set.of(ValueType::I32);
        assembly.instruction(set, context.leaving.pending());
        uses.routines.insert(callee);
        assembly.push(Step::Call(callee));
        assembly.push(match context.leaving.of_routine(callee).tail_call {
            true => Step::Branch { code: Code::BR, target: next, places: Places::STACK },
            false => Step::Return,
        });
    }
    Routine { name: TAIL_CALLS.to_owned(), assembly, windows: 1, uses, lacks: Vec::new() }
}

/// A branch for every number: to a label for what the program leaves to call, else a return, since
/// nothing is left or it is an exception. A set without the opcode has no tail calls.
fn row(
    context: &Context<'_>,
    left: &BTreeSet<RoutineName>,
    assembly: &mut Assembly,
) -> Vec<(RoutineName, Label)> {
    let callees: Vec<_> = context.leaving.tail_calls().collect();
    if let Some(code) = context.opcodes.branch_table {
        let last = u32::try_from(callees.len() + 1).expect("a module has fewer bytes");
        assembly.instruction(code, last);
    }
    assembly.push(Step::Return);
    let mut labels = Vec::new();
    for callee in callees {
        if left.contains(&callee) {
            let target = assembly.label();
            assembly.branch(Code::BR, target);
            labels.push((callee, target));
        } else {
            assembly.push(Step::Return);
        }
    }
    assembly.push(Step::Return);
    labels
}
