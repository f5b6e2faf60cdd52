//! What a module is instantiated with: initial values of globals, places of segments, elements of
//! tables. All of it is known when compiling, since imported globals are constants of the host.

use wasmparser::{ConstExpr, Element, ElementItems, ElementKind, Operator};

use super::indices::{FunctionIndex, TableIndex};
use super::module::{Module, Table};
use super::types::value_type;
use crate::Value;
use crate::wasm::error::CompileError;

/// The initial value of a global; none for a type that is refused where the global is used. A reference to a
/// function is the function's index plus 1.
pub(crate) fn global(
    global: &wasmparser::Global<'_>,
    module: &Module<'_>,
) -> Result<Option<Value>, CompileError> {
    match value_type(global.ty.content_type) {
        Some(_) => constant(&global.init_expr, "a global", module).map(Some),
        None => Ok(None),
    }
}

/// The address or index that an expression gives.
pub(crate) fn address(
    expression: &ConstExpr<'_>,
    what: &'static str,
    module: &Module<'_>,
) -> Result<u32, CompileError> {
    match constant(expression, what, module)? {
        Value::I32(address) => Ok(address),
        _ => Err(not_constant(expression, what)),
    }
}

/// The value of an initialiser: constants and other globals, and what is computed of them.
fn constant(
    expression: &ConstExpr<'_>,
    what: &'static str,
    module: &Module<'_>,
) -> Result<Value, CompileError> {
    let mut values = Vec::new();
    for operator in expression.get_operators_reader() {
        let value = match operator? {
            Operator::End => break,
            Operator::I32Const { value } => Some(Value::I32(value.cast_unsigned())),
            Operator::I64Const { value } => Some(Value::I64(value.cast_unsigned())),
            Operator::F32Const { value } => Some(Value::F32(value.bits())),
            Operator::F64Const { value } => Some(Value::F64(value.bits())),
            Operator::RefNull { .. } => Some(Value::I32(0)),
            Operator::RefFunc { function_index } => Some(Value::I32(function_index + 1)),
            Operator::GlobalGet { global_index } => module.globals[global_index as usize].initial,
            other => {
                let (second, first) = (values.pop(), values.pop());
                first.zip(second).and_then(|(first, second)| computed(&other, first, second))
            }
        };
        values.push(value.ok_or_else(|| not_constant(expression, what))?);
    }
    values.pop().ok_or_else(|| not_constant(expression, what))
}

/// What an operator gives that initialisers may have.
fn computed(operator: &Operator<'_>, first: Value, second: Value) -> Option<Value> {
    match (operator, first, second) {
        (Operator::I32Add, Value::I32(one), Value::I32(other)) => {
            Some(Value::I32(one.wrapping_add(other)))
        }
        (Operator::I32Sub, Value::I32(one), Value::I32(other)) => {
            Some(Value::I32(one.wrapping_sub(other)))
        }
        (Operator::I32Mul, Value::I32(one), Value::I32(other)) => {
            Some(Value::I32(one.wrapping_mul(other)))
        }
        (Operator::I64Add, Value::I64(one), Value::I64(other)) => {
            Some(Value::I64(one.wrapping_add(other)))
        }
        (Operator::I64Sub, Value::I64(one), Value::I64(other)) => {
            Some(Value::I64(one.wrapping_sub(other)))
        }
        (Operator::I64Mul, Value::I64(one), Value::I64(other)) => {
            Some(Value::I64(one.wrapping_mul(other)))
        }
        _ => None,
    }
}

fn not_constant(expression: &ConstExpr<'_>, what: &'static str) -> CompileError {
    CompileError::NotConstant {
        what,
        offset: expression.get_operators_reader().original_position(),
    }
}

/// What a table is filled with.
pub(super) fn filling(
    expression: &ConstExpr<'_>,
    module: &Module<'_>,
) -> Result<Option<FunctionIndex>, CompileError> {
    reference(expression, "the element that a table is filled with", module)
}

/// An active element segment.
pub(crate) struct ActiveElements {
    table: TableIndex,
    first: u32,
    functions: Vec<Option<FunctionIndex>>,
}

/// The elements of a segment that is passive, and the segment that is active; neither of a declaration.
pub(crate) fn elements(
    segment: Element<'_>,
    module: &Module<'_>,
) -> Result<(Vec<Option<FunctionIndex>>, Option<ActiveElements>), CompileError> {
    match &segment.kind {
        ElementKind::Passive => Ok((functions(segment.items, module)?, None)),
        ElementKind::Declared => Ok((Vec::new(), None)),
        ElementKind::Active { table_index, offset_expr } => {
            let table = TableIndex(table_index.unwrap_or(0));
            let first = address(offset_expr, "the place of an element segment", module)?;
            let functions = functions(segment.items, module)?;
            Ok((Vec::new(), Some(ActiveElements { table, first, functions })))
        }
    }
}

fn functions(
    items: ElementItems<'_>,
    module: &Module<'_>,
) -> Result<Vec<Option<FunctionIndex>>, CompileError> {
    match items {
        ElementItems::Functions(indices) => {
            indices.into_iter().map(|index| Ok(Some(FunctionIndex(index?)))).collect()
        }
        ElementItems::Expressions(_, expressions) => {
            let element = |one| reference(&one, "an element", module);
            expressions.into_iter().map(|expression| element(expression?)).collect()
        }
    }
}

fn reference(
    expression: &ConstExpr<'_>,
    what: &'static str,
    module: &Module<'_>,
) -> Result<Option<FunctionIndex>, CompileError> {
    match constant(expression, what, module)? {
        Value::I32(word) => Ok(word.checked_sub(1).map(FunctionIndex)),
        _ => Err(not_constant(expression, what)),
    }
}

impl ActiveElements {
    /// Writes the segment into its table.
    pub(crate) fn write(self, module: &mut Module<'_>) -> Result<(), CompileError> {
        let Table { size, elements, .. } = &mut module.tables[self.table.0 as usize];
        let (first, length, size) = (self.first as usize, self.functions.len(), *size as usize);
        if first + length > size {
            return Err(CompileError::ElementsOutsideTable { first, length, size });
        }
        for (index, function) in (self.first..).zip(self.functions) {
            elements.insert(index, function);
        }
        Ok(())
    }
}
