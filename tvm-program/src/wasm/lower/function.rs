//! One function's body, operator by operator, into an [`Assembly`]. Unreachable operators are skipped.

use std::collections::BTreeMap;

use wasmparser::{FunctionBody, Operator};

use super::assembly::{Assembly, RoutineName};
use super::context::Context;
use super::frame::Frame;
use super::locals::Locals;
use super::lowering::Lowering;
use super::operands::Operands;
use super::routine::{Routine, Uses};
use super::{call, operators};
use crate::limits::{FUNCTION_STACK, TABLE_ELEMENTS};
use crate::wasm::error::CompileError;
use crate::wasm::module::{FunctionIndex, TableIndex, TypeIndex};

/// The most words in which the handlers of a function can keep their exceptions.
const KEPT_WORDS: u32 = 1 << 16;

/// Lowers a defined function.
pub(crate) fn lower(
    context: &Context<'_>,
    function: FunctionIndex,
    body: &FunctionBody<'_>,
) -> Result<Routine, CompileError> {
    let mut assembly = Assembly::default();
    let beginning = assembly.label();
    assembly.bind(beginning);
    let mut lowering = Lowering {
        context,
        assembly,
        frames: Vec::new(),
        operands: Operands::default(),
        reachable: true,
        skipped_blocks: 0,
        locals: Locals::default(),
        beginning,
        ways_out: BTreeMap::new(),
        handlers: 0,
        kept_exceptions: 0,
        uses: Uses::default(),
        lacks: Vec::new(),
        function,
        offset: body.range().start,
    };
    lowering.enter(body)?;
    let mut operators = body.get_operators_reader()?;
    while !operators.eof() {
        let (operator, offset) = operators.read_with_offset()?;
        lowering.offset = offset;
        lowering.assembly.begin_operator(offset);
        lowering.operator(&operator)?;
        if lowering.assembly.is_full() {
            return Err(CompileError::ProgramTooLong { function: lowering.name() });
        }
        if lowering.operands.words() > FUNCTION_STACK {
            return Err(lowering.stack_too_large());
        }
    }
    Ok(lowering.finish())
}

impl Lowering<'_> {
    /// Declares the locals and takes the arguments from the operand stack, the last one first.
    fn enter(&mut self, body: &FunctionBody<'_>) -> Result<(), CompileError> {
        let signature = self.context.module.type_of(self.function);
        let (parameters, results) = self.types(signature);
        for parameter in parameters {
            self.locals.declare(1, parameter);
        }
        for index in (0..self.locals.number()).rev() {
            let local = self.locals.get(index);
            let set = self.context.opcodes.local_set.of(local.value_type);
            self.assembly.instruction(set, local.word);
        }
        for declaration in body.get_locals_reader()? {
            let (number, local) = declaration?;
            let value_type = self.value_type(local, "local");
            self.locals.declare(number, value_type);
        }
        self.reserve_exceptions();
        let end = self.assembly.label();
        self.frames.push(Frame::function(end, results));
        Ok(())
    }

    /// Reserves the locals in which handlers keep their exceptions.
    fn reserve_exceptions(&mut self) {
        let leaving = self.context.leaving;
        let words = leaving.keeping(self.function).saturating_mul(1 + leaving.payload_words());
        if words > KEPT_WORDS {
            let lacking = self.unsupported("rethrow".to_owned(), "; handlers are nested too deep");
            self.lacks(lacking);
        }
        self.kept_exceptions = self.locals.reserve(words.min(KEPT_WORDS));
    }

    fn finish(mut self) -> Routine {
        self.emit_ways_out();
        self.assembly.gather();
        Routine {
            name: self.name(),
            assembly: self.assembly,
            windows: self.locals.windows(),
            uses: self.uses,
            lacks: self.lacks,
        }
    }

    fn stack_too_large(&self) -> CompileError {
        CompileError::StackTooLarge {
            function: self.context.module.function_name(self.function),
            offset: self.offset,
            most: FUNCTION_STACK,
        }
    }

    fn operator(&mut self, operator: &Operator<'_>) -> Result<(), CompileError> {
        if !self.reachable {
            self.skip(operator);
            return Ok(());
        }
        match operator {
            Operator::Nop => {}
            Operator::Block { blockty } => self.open_block(*blockty),
            Operator::Loop { blockty } => self.open_loop(*blockty),
            Operator::If { blockty } => self.open_if(*blockty),
            Operator::Else => self.open_else(),
            Operator::End => self.close(),
            Operator::Br { relative_depth } => self.jump(*relative_depth),
            Operator::BrIf { relative_depth } => self.jump_if(*relative_depth),
            Operator::BrTable { targets } => {
                let depths = targets.targets().collect::<Result<Vec<u32>, _>>()?;
                self.jump_by_table(depths, targets.default());
            }
            Operator::Return => self.leave(),
            Operator::Call { function_index } => self.call(FunctionIndex(*function_index))?,
            Operator::CallIndirect { type_index, table_index } => {
                let (signature, table) = (TypeIndex(*type_index), TableIndex(*table_index));
                if self.has_table(operator, table)? {
                    let callee = RoutineName::indirect(self.context.module, signature, table);
                    self.call_dispatch(callee, signature);
                }
            }
            Operator::ReturnCall { function_index } => {
                self.call_and_return(FunctionIndex(*function_index), operator)?;
            }
            Operator::ReturnCallIndirect { type_index, table_index } => {
                let (signature, table) = (TypeIndex(*type_index), TableIndex(*table_index));
                if self.has_table(operator, table)? {
                    self.return_call_indirect(signature, table);
                }
                self.reachable = false;
            }
            Operator::Unreachable => {
                self.by_name(operator);
                self.reachable = false;
            }
            _ if self.exception(operator) || self.reference(operator) || self.table(operator) => {}
            _ if self.moved(operator) || self.expanded(operator) || self.float(operator) => {}
            _ => self.by_name(operator),
        }
        Ok(())
    }

    /// Emits the opcode with the name of the operator, the opcodes that it is a sequence of, or a call of
    /// its routine.
    fn by_name(&mut self, operator: &Operator<'_>) {
        let name = operators::name(operator);
        match (operators::immediate(operator), self.context.set.by_name(&name)) {
            (Some(immediate), Some(mnemonic)) => self.opcode(mnemonic, immediate),
            _ if self.sequence(&name) || self.routine(&name) => {}
            _ => self.lacks_operator(operator),
        }
    }

    /// Notes an operator that the machine has not.
    pub(crate) fn lacks_operator(&mut self, operator: &Operator<'_>) {
        let lacking = self.unsupported_operator(operator);
        self.lacks(lacking);
    }

    fn call(&mut self, callee: FunctionIndex) -> Result<(), CompileError> {
        let signature = self.context.module.type_of(callee);
        let (parameters, results) = self.types(signature);
        let (assembly, uses, lacks) = (&mut self.assembly, &mut self.uses, &mut self.lacks);
        self.reachable = call::call(self.context, callee, assembly, uses, lacks)?;
        self.operands.pop_values(parameters.len());
        self.settle(self.context.leaving.of_function(callee));
        self.operands.push_all(&results);
        Ok(())
    }

    /// Lowers `return_call`: of an imported function it is a call and a return.
    fn call_and_return(
        &mut self,
        callee: FunctionIndex,
        operator: &Operator<'_>,
    ) -> Result<(), CompileError> {
        if !self.context.module.is_defined(callee) {
            self.call(callee)?;
            if self.reachable {
                self.leave();
            }
        } else if self.check_tail_calls(operator) {
            self.return_call(callee);
        }
        Ok(())
    }

    /// Can calls go through this table? Notes it if the set has no such calls.
    fn has_table(
        &mut self,
        operator: &Operator<'_>,
        table: TableIndex,
    ) -> Result<bool, CompileError> {
        if !self.has_dispatch(operator) {
            return Ok(false);
        }
        let size = self.context.module.tables[table.0 as usize].size;
        if size > TABLE_ELEMENTS && !self.context.module.reserved.is_written(table) {
            let function = self.context.module.function_name(self.function);
            let (table, most) = (table.0, TABLE_ELEMENTS);
            return Err(CompileError::TableTooLarge { function, table, size, most });
        }
        Ok(true)
    }
}
