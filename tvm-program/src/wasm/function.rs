//! One function's body, operator by operator, into an [`Assembly`]. Blocks and branches are in
//! `control` and `branch_table`, values that move about in `moves`, what no opcode says directly
//! in `expansion`. Operators that cannot be reached are skipped, as no instruction stands for
//! them.

use std::collections::BTreeSet;

use wasmparser::{FuncType, FunctionBody, Operator, ValType};

use super::assembly::{Assembly, Step};
use super::control::Frame;
use super::host::Hosts;
use super::locals::Locals;
use super::module::{FunctionIndex, Module, TableIndex, TypeIndex};
use super::opcodes::Opcodes;
use super::operands::Operands;
use super::reach::{Dispatch, RoutineName};
use super::value::ValueType;
use super::{CompileError, import, input, limits, operators};
use crate::{Code, InstructionSet, Mnemonic};

/// What every function is lowered with.
#[derive(Clone, Copy)]
pub(super) struct Context<'m> {
    pub(super) module: &'m Module<'m>,
    pub(super) hosts: Hosts<'m>,
    pub(super) set: &'m InstructionSet,
    pub(super) opcodes: &'m Opcodes,
}

impl Context<'_> {
    /// The opcode of this name, which traps.
    pub(super) fn trap(&self, name: &'static str) -> Result<Code, CompileError> {
        let mnemonic = self.set.by_name(name).ok_or(CompileError::MissingOpcode { name })?;
        Ok(mnemonic.code)
    }
}

impl Context<'_> {
    /// Where the input is placed, if the program reads any.
    pub(super) fn input_base(&self) -> Result<u32, CompileError> {
        input::base(self.module)
    }
}

/// A lowered function.
pub(super) struct Routine {
    /// What people call it.
    pub(super) name: String,
    pub(super) assembly: Assembly,
    /// How many call depths its locals take.
    pub(super) windows: u32,
    pub(super) uses: Uses,
}

/// What a routine uses.
#[derive(Default)]
pub(super) struct Uses {
    pub(super) routines: BTreeSet<RoutineName>,
    pub(super) globals: BTreeSet<u32>,
    pub(super) input: bool,
}

/// A function while it is lowered.
pub(super) struct Lowering<'c> {
    pub(super) context: &'c Context<'c>,
    pub(super) assembly: Assembly,
    /// The open blocks, the function itself first.
    pub(super) frames: Vec<Frame>,
    pub(super) operands: Operands,
    /// Can the next operator be reached?
    pub(super) reachable: bool,
    /// Blocks opened since it cannot.
    pub(super) skipped_blocks: u32,
    pub(super) locals: Locals,
    pub(super) uses: Uses,
    function: FunctionIndex,
    /// Where the operator being lowered stands in the module.
    offset: u64,
}

/// Lowers a defined function.
pub(super) fn lower(
    context: &Context<'_>,
    function: FunctionIndex,
    body: &FunctionBody<'_>,
) -> Result<Routine, CompileError> {
    let mut lowering = Lowering {
        context,
        assembly: Assembly::default(),
        frames: Vec::new(),
        operands: Operands::default(),
        reachable: true,
        skipped_blocks: 0,
        locals: Locals::default(),
        uses: Uses::default(),
        function,
        offset: body.range().start,
    };
    lowering.enter(body)?;
    let mut operators = body.get_operators_reader()?;
    while !operators.eof() {
        let (operator, offset) = operators.read_with_offset()?;
        lowering.offset = offset;
        lowering.operator(&operator)?;
        if lowering.assembly.is_full() {
            return Err(CompileError::ProgramTooLong { function: lowering.name() });
        }
    }
    Ok(lowering.finish())
}

impl<'c> Lowering<'c> {
    /// Declares the locals and takes the arguments from the operand stack, the last one first.
    fn enter(&mut self, body: &FunctionBody<'_>) -> Result<(), CompileError> {
        let signature = self.context.module.type_of(self.function);
        let (parameters, results) = self.types(signature)?;
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
            let value_type = self.value_type(local, "local")?;
            self.locals.declare(number, value_type);
        }
        let end = self.assembly.label();
        self.frames.push(Frame::function(end, results));
        Ok(())
    }

    fn name(&self) -> String {
        self.context.module.display_name(self.function)
    }

    fn finish(self) -> Routine {
        Routine {
            name: self.name(),
            assembly: self.assembly,
            windows: self.locals.windows(),
            uses: self.uses,
        }
    }

    fn operator(&mut self, operator: &Operator<'_>) -> Result<(), CompileError> {
        if !self.reachable {
            self.skip(operator);
            return Ok(());
        }
        match operator {
            Operator::Nop => {}
            Operator::Block { blockty } => self.open_block(*blockty)?,
            Operator::Loop { blockty } => self.open_loop(*blockty)?,
            Operator::If { blockty } => self.open_if(*blockty)?,
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
                self.call_indirect(TypeIndex(*type_index), TableIndex(*table_index))?;
            }
            Operator::Unreachable => {
                self.by_name(operator)?;
                self.reachable = false;
            }
            _ if self.moved(operator)? || self.expanded(operator)? => {}
            _ => self.by_name(operator)?,
        }
        Ok(())
    }

    /// Emits the opcode that is called like the operator.
    fn by_name(&mut self, operator: &Operator<'_>) -> Result<(), CompileError> {
        let name = operators::name(operator);
        match (operators::immediate(operator), self.context.set.by_name(&name)) {
            (Some(immediate), Some(mnemonic)) => {
                self.opcode(mnemonic, immediate);
                Ok(())
            }
            _ => Err(self.unsupported_operator(operator)),
        }
    }

    /// Emits an opcode that pops and pushes by its own type.
    pub(super) fn opcode(&mut self, mnemonic: &Mnemonic, immediate: u32) {
        self.assembly.instruction(mnemonic.code, immediate);
        self.operands.pop_words(mnemonic.pops());
        self.operands.push_words(mnemonic.pushes());
    }

    fn call(&mut self, callee: FunctionIndex) -> Result<(), CompileError> {
        let signature = self.context.module.type_of(callee);
        let (parameters, results) = self.types(signature)?;
        self.reachable = import::call(self.context, callee, &mut self.assembly, &mut self.uses)?;
        self.operands.pop_values(parameters.len());
        self.operands.push_all(&results);
        Ok(())
    }

    fn call_indirect(
        &mut self,
        signature: TypeIndex,
        table: TableIndex,
    ) -> Result<(), CompileError> {
        let opcodes = self.context.opcodes;
        if opcodes.branch_table.is_none() || !self.context.set.traps() {
            return Err(self.unsupported("call_indirect".to_owned(), operators::OF_THE_FULL_SET));
        }
        let (parameters, results) = self.types(self.context.module.signature(signature))?;
        let size = self.context.module.tables[table.0 as usize].size;
        if size > limits::MOST_ELEMENTS {
            let function = self.context.module.function_name(self.function);
            let (table, most) = (table.0, limits::MOST_ELEMENTS);
            return Err(CompileError::TableTooLarge { function, table, size, most });
        }
        let signature = self.context.module.canonical(signature);
        self.operands.pop();
        self.call_routine(RoutineName::Dispatch(Dispatch { table, signature }));
        self.operands.pop_values(parameters.len());
        self.operands.push_all(&results);
        Ok(())
    }

    /// Emits the call of a routine, whose operands are the caller's business.
    pub(super) fn call_routine(&mut self, routine: RoutineName) {
        self.uses.routines.insert(routine);
        self.assembly.push(Step::Call(routine));
    }

    /// The types of the parameters and of the results.
    pub(super) fn types(
        &self,
        signature: &FuncType,
    ) -> Result<(Vec<ValueType>, Vec<ValueType>), CompileError> {
        let all = |types: &[ValType], what| {
            types.iter().map(|&one| self.value_type(one, what)).collect::<Result<Vec<_>, _>>()
        };
        Ok((all(signature.params(), "parameter")?, all(signature.results(), "result")?))
    }

    /// The type, if the set has such values.
    pub(super) fn value_type(&self, found: ValType, what: &str) -> Result<ValueType, CompileError> {
        let refused = |hint| Err(self.unsupported(format!("a {what} of type {found}"), hint));
        match ValueType::of(found) {
            Some(ValueType::I64) if !self.context.opcodes.has_wide_values() => {
                refused(operators::OF_THE_FULL_SET)
            }
            Some(value_type) => Ok(value_type),
            None => refused(operators::hint_for_type(found)),
        }
    }

    pub(super) fn unsupported_operator(&self, operator: &Operator<'_>) -> CompileError {
        self.unsupported(operators::name(operator), operators::hint(operator))
    }

    fn unsupported(&self, operator: String, hint: &'static str) -> CompileError {
        CompileError::Unsupported {
            function: self.context.module.function_name(self.function),
            offset: self.offset,
            operator,
            hint,
        }
    }
}
