//! The opcodes that a declaration stands for. The type parameter gets its type, functions of the
//! family are replaced by what they say, names for circuits and stores by these, and an `if` by
//! statements under conditions: what remains are bindings, assignments and ends of plain expressions.

mod choice;
mod inline;

use std::collections::BTreeSet;

use proc_macro2::Span;
use syn::{Error, Ident};

use super::parse::{Declaration, Family, Head, Mnemonic, StackValue, Statement, Target, Type};
use super::target::{self, Store};
use crate::errors::Errors;
use crate::resolve::{Names, Operand};
use crate::value_type::{PARAMETER, ValueType};
use inline::Inliner;

/// One opcode.
pub(super) struct Opcode {
    pub(super) documentation: String,
    pub(super) mnemonic: Mnemonic,
    pub(super) code: u8,
    pub(super) code_span: Span,
    /// The name of the first opcode of its declaration.
    pub(super) declaration: String,
    /// The type that the parameter stands for.
    pub(super) parameter: Option<ValueType>,
    pub(super) pops: Vec<Value>,
    pub(super) pushes: Vec<Value>,
    pub(super) opposite: Option<Mnemonic>,
    /// No calls and no `if`s.
    pub(super) body: Vec<Statement>,
}

/// A value of a stack type.
#[derive(Clone)]
pub(super) struct Value {
    pub(super) name: Ident,
    pub(super) value_type: ValueType,
}

impl Opcode {
    /// The names in scope at the beginning of its body.
    pub(super) fn names(&self, functions: &BTreeSet<String>) -> Names {
        let operand =
            |value: &Value| Operand { name: value.name.to_string(), value_type: value.value_type };
        let operands = self.pops.iter().map(operand).collect();
        Names { operands: Some(operands), functions: functions.clone(), ..Names::default() }
    }

    /// How many operands stay where they are.
    pub(super) fn kept(&self) -> usize {
        let stays = |(result, operand): &(&Value, &Value)| result.name == operand.name;
        self.pushes.iter().zip(&self.pops).take_while(stays).count()
    }

    /// What it pushes that is not an operand left where it was.
    pub(super) fn results(&self) -> &[Value] {
        &self.pushes[self.kept()..]
    }

    /// Where an assignment of this target goes; none where nothing is called so.
    pub(super) fn store_of(&self, target: &Target) -> Option<Store> {
        let result = self.results().iter().find(|result| result.name == target.name);
        target::store(target, result.map(|result| result.value_type))
    }

    /// Where its bytes go, of which check says that there is one such place at most.
    pub(super) fn store(&self) -> Option<Store> {
        let result = self.results().first().map(|result| Store::Result(result.value_type));
        let assigned = self.body.iter().find_map(|statement| match statement {
            Statement::Assign { target, .. } => self.store_of(target),
            _ => None,
        });
        assigned.or(result)
    }

    /// By how many words it changes the depth of the stack.
    pub(super) fn stack_delta(&self) -> i64 {
        words(&self.pushes) - words(&self.pops)
    }
}

/// The words that values take together.
pub(super) fn words(values: &[Value]) -> i64 {
    values.iter().map(|value| value.value_type.words()).sum()
}

/// All opcodes of a family.
pub(super) fn opcodes(family: &Family, errors: &mut Errors) -> Vec<Opcode> {
    let mut inliner = Inliner::new(&family.functions, errors);
    let mut opcodes = Vec::new();
    for declaration in &family.declarations {
        for (index, head) in declaration.opcodes.iter().enumerate() {
            opcodes.push(opcode(declaration, head, index, &mut inliner));
        }
    }
    inliner.report_unused();
    opcodes
}

fn opcode(
    declaration: &Declaration,
    head: &Head,
    index: usize,
    inliner: &mut Inliner<'_>,
) -> Opcode {
    let all = || declaration.pops.iter().chain(&declaration.pushes);
    let parameter = all().find_map(|one| match one.value_type {
        Type::Parameter(span) => Some(span),
        Type::Known(_) => None,
    });
    if let (Some(span), None) = (parameter, head.value_type) {
        inliner.errors.push(without_type(span, &head.mnemonic.name));
    }
    let values = |values: &[StackValue]| values.iter().map(|one| value(one, head)).collect();
    let (pops, pushes) = (values(&declaration.pops), values(&declaration.pushes));
    Opcode {
        documentation: declaration.documentation.clone(),
        mnemonic: head.mnemonic.clone(),
        code: head.code,
        code_span: head.code_span,
        declaration: declaration.opcodes[0].mnemonic.name.clone(),
        parameter: head.value_type,
        pops,
        pushes,
        opposite: declaration.opposites.get(index).cloned(),
        body: inliner.body(&declaration.body, head.value_type),
    }
}

fn value(value: &StackValue, head: &Head) -> Value {
    let value_type = match value.value_type {
        Type::Known(known) => known,
        // Where there is none, that is an error already.
        Type::Parameter(_) => head.value_type.unwrap_or(ValueType::I32),
    };
    Value { name: value.name.clone(), value_type }
}

/// The error for a type parameter that stands for nothing.
fn without_type(span: Span, mnemonic: &str) -> Error {
    let text = format!(
        "`{PARAMETER}` stands for no type in `{mnemonic}`: its name begins with none, so say \
         `{mnemonic} = .. for i32`"
    );
    Error::new(span, text)
}
