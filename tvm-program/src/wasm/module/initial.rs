//! What a module is instantiated with: initial values of globals, places of segments, elements of
//! tables. All of it is known when compiling, since imported globals are constants of the host.

use wasmparser::{ConstExpr, Element, ElementItems, ElementKind, Operator};

use super::module::{FunctionIndex, Module, Table, TableIndex};
use super::types::number_type;
use crate::Value;
use crate::wasm::error::CompileError;

/// The initial value of a global; none for a type that is refused where the global is used.
pub(crate) fn global(
    global: &wasmparser::Global<'_>,
    module: &Module<'_>,
) -> Result<Option<Value>, CompileError> {
    match number_type(global.ty.content_type) {
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

/// The value of an initialiser: a constant, or an imported global.
fn constant(
    expression: &ConstExpr<'_>,
    what: &'static str,
    module: &Module<'_>,
) -> Result<Value, CompileError> {
    match expression.get_operators_reader().read()? {
        Operator::I32Const { value } => Ok(Value::I32(value.cast_unsigned())),
        Operator::I64Const { value } => Ok(Value::I64(value.cast_unsigned())),
        Operator::F32Const { value } => Ok(Value::F32(value.bits())),
        Operator::F64Const { value } => Ok(Value::F64(value.bits())),
        Operator::GlobalGet { global_index } => module.globals[global_index as usize]
            .initial
            .ok_or_else(|| not_constant(expression, what)),
        _ => Err(not_constant(expression, what)),
    }
}

fn not_constant(expression: &ConstExpr<'_>, what: &'static str) -> CompileError {
    CompileError::NotConstant {
        what,
        offset: expression.get_operators_reader().original_position(),
    }
}

/// A table whose elements are not null to begin with is refused.
pub(super) fn check_null(expression: &ConstExpr<'_>) -> Result<(), CompileError> {
    match reference(expression)? {
        None => Ok(()),
        Some(_) => Err(not_constant(expression, "the element that a table is filled with")),
    }
}

/// An active element segment.
pub(crate) struct ActiveElements {
    table: TableIndex,
    first: u32,
    functions: Vec<Option<FunctionIndex>>,
}

/// The segment, if it is an active one; others have no effect without `table.init`.
pub(crate) fn active_elements(
    segment: Element<'_>,
    module: &Module<'_>,
) -> Result<Option<ActiveElements>, CompileError> {
    let ElementKind::Active { table_index, offset_expr } = &segment.kind else {
        return Ok(None);
    };
    let table = TableIndex(table_index.unwrap_or(0));
    let first = address(offset_expr, "the place of an element segment", module)?;
    Ok(Some(ActiveElements { table, first, functions: functions(segment.items)? }))
}

fn functions(items: ElementItems<'_>) -> Result<Vec<Option<FunctionIndex>>, CompileError> {
    match items {
        ElementItems::Functions(indices) => {
            indices.into_iter().map(|index| Ok(Some(FunctionIndex(index?)))).collect()
        }
        ElementItems::Expressions(_, expressions) => {
            expressions.into_iter().map(|expression| reference(&expression?)).collect()
        }
    }
}

fn reference(expression: &ConstExpr<'_>) -> Result<Option<FunctionIndex>, CompileError> {
    match expression.get_operators_reader().read()? {
        Operator::RefFunc { function_index } => Ok(Some(FunctionIndex(function_index))),
        Operator::RefNull { .. } => Ok(None),
        _ => Err(not_constant(expression, "an element")),
    }
}

impl ActiveElements {
    /// Writes the segment into its table.
    pub(crate) fn write(self, module: &mut Module<'_>) -> Result<(), CompileError> {
        let Table { size, elements } = &mut module.tables[self.table.0 as usize];
        let (first, length, size) = (self.first as usize, self.functions.len(), *size as usize);
        if first + length > size {
            return Err(CompileError::ElementsOutsideTable { first, length, size });
        }
        for (index, function) in (self.first..).zip(self.functions) {
            match function {
                Some(function) => elements.insert(index, function),
                None => elements.remove(&index),
            };
        }
        Ok(())
    }
}
