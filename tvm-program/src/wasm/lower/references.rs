//! Operators of references as values. A reference is a word: 0 for null, and of a function the number of one of
//! those that references may be to. Those to exceptions, which are two words, are with exceptions.

use wasmparser::{Operator, RefType, ValType};

use super::assembly::RoutineName;
use super::lowering::Lowering;
use super::{operators, peephole};
use crate::wasm::module::{FunctionIndex, TypeIndex, value_type};
use crate::{Code, ValueType};

impl Lowering<'_> {
    /// Emits the operator if it is about references as values.
    pub(crate) fn reference(&mut self, operator: &Operator<'_>) -> bool {
        match *operator {
            Operator::RefNull { hty } => {
                let Some(of) = RefType::new(true, hty) else { return false };
                if value_type(ValType::Ref(of)).is_none() {
                    return false;
                }
                self.push_constant(0);
            }
            Operator::RefFunc { function_index } => {
                let function = FunctionIndex(function_index);
                self.push_constant(self.context.module.reserved.word(Some(function)));
            }
            Operator::RefIsNull => {
                self.assembly.instruction(self.context.opcodes.is_zero, 0);
                self.operands.pop();
                self.operands.push(ValueType::I32);
            }
            Operator::CallRef { type_index } => {
                if self.has_dispatch(operator) {
                    let signature = TypeIndex(type_index);
                    let callee = RoutineName::of_reference(self.context.module, signature);
                    self.call_dispatch(callee, signature);
                }
            }
            Operator::ReturnCallRef { type_index } => {
                if self.has_dispatch(operator) {
                    self.return_call_reference(TypeIndex(type_index));
                }
                self.reachable = false;
            }
            _ => return self.branch_on_null(operator),
        }
        true
    }

    /// Emits the operator if it looks whether a reference is null, and goes on with it.
    fn branch_on_null(&mut self, operator: &Operator<'_>) -> bool {
        // Those to exceptions are two words.
        if self.operands.top() == Some(ValueType::I64) {
            return false;
        }
        match *operator {
            Operator::RefAsNonNull => {
                if !self.has_dispatch(operator) {
                    return true;
                }
                let kept = self.keep_reference();
                let over = self.assembly.label();
                self.branch(Code::BR_IF, over);
                self.assembly.instruction(Code::UNREACHABLE, 0);
                self.assembly.bind(over);
                self.push_reference_again(kept);
            }
            Operator::BrOnNull { relative_depth } => {
                let kept = self.keep_reference();
                let over = self.assembly.label();
                self.branch(Code::BR_IF, over);
                self.go(relative_depth);
                self.assembly.bind(over);
                self.push_reference_again(kept);
            }
            Operator::BrOnNonNull { relative_depth } => {
                let kept = self.keep_reference();
                let over = self.assembly.label();
                peephole::negate(&mut self.assembly, self.context.opcodes);
                self.branch(Code::BR_IF, over);
                self.push_reference_again(kept);
                self.go(relative_depth);
                self.operands.pop();
                self.assembly.bind(over);
            }
            _ => return false,
        }
        true
    }

    /// Keeps the reference on top of the stack in a local, for a branch that takes it from there.
    fn keep_reference(&mut self) -> u32 {
        let kept = self.locals.table_index();
        let tee = self.context.opcodes.local_tee.of(ValueType::I32);
        self.assembly.instruction(tee, kept);
        self.operands.pop();
        kept
    }

    fn push_reference_again(&mut self, kept: u32) {
        let get = self.context.opcodes.local_get.of(ValueType::I32);
        self.assembly.instruction(get, kept);
        self.operands.push(ValueType::I32);
    }

    /// Has the set traps and indirect calls? Notes it if it has not.
    pub(crate) fn has_dispatch(&mut self, operator: &Operator<'_>) -> bool {
        let has = self.context.opcodes.branch_table.is_some() && self.context.set.traps();
        if !has {
            let name = operators::name(operator);
            let lacking = self.unsupported(name, operators::OF_THE_FULL_SET);
            self.lacks(lacking);
        }
        has
    }

    /// Emits an indirect call. The index or the reference is above the arguments.
    pub(crate) fn call_dispatch(&mut self, callee: RoutineName, signature: TypeIndex) {
        let (parameters, results) = self.types(self.context.module.signature(signature));
        self.operands.pop();
        self.call_routine(callee);
        self.operands.pop_values(parameters.len());
        self.settle(self.context.leaving.of_routine(callee));
        self.operands.push_all(&results);
    }
}
