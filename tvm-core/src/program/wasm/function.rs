//! One function's body, operator by operator, into an [`Assembly`]. Blocks and branches are in
//! `control`. Operators that cannot be reached are skipped, as no instruction stands for them.

use std::collections::BTreeSet;

use wasmparser::{FunctionBody, Operator, ValType};

use super::assembly::{Assembly, Step};
use super::control::Frame;
use super::module::{FunctionIndex, Global, Module, Origin, SignatureText};
use super::opcodes::Opcodes;
use super::{CompileError, operators, peephole};
use crate::program::{InstructionSet, Mnemonic};

/// The locals that a call depth has room for; a function with more takes several depths.
const LOCALS_PER_WINDOW: u32 = 64;

/// Opcodes that a program cannot import as functions: they branch, or mean nothing without an
/// immediate.
const NOT_FUNCTIONS: [&str; 10] = [
    "br",
    "br_if",
    "call",
    "return",
    "input_base",
    "local.get",
    "local.set",
    "local.tee",
    "global.get",
    "global.set",
];

/// What every function is lowered with.
pub(super) struct Context<'m> {
    pub(super) module: &'m Module<'m>,
    pub(super) set: &'m InstructionSet,
    pub(super) opcodes: &'m Opcodes,
    /// Where the input is placed, if the program reads any.
    pub(super) input_base: u32,
}

/// A lowered function.
pub(super) struct Routine {
    pub(super) assembly: Assembly,
    /// How many call depths its locals take.
    pub(super) windows: u32,
    pub(super) uses: Uses,
}

/// What of the module a function uses.
#[derive(Default)]
pub(super) struct Uses {
    pub(super) functions: BTreeSet<FunctionIndex>,
    pub(super) globals: BTreeSet<u32>,
    pub(super) input: bool,
}

/// A function while it is lowered.
pub(super) struct Lowering<'c> {
    pub(super) context: &'c Context<'c>,
    pub(super) assembly: Assembly,
    /// The open blocks, the function itself first.
    pub(super) frames: Vec<Frame>,
    /// Operands on the stack above the function's own beginning.
    pub(super) height: u32,
    /// Can the next operator be reached?
    pub(super) reachable: bool,
    /// Blocks opened since it cannot.
    pub(super) skipped_blocks: u32,
    /// Parameters and declared locals; scratch locals follow.
    locals: u32,
    scratch: u32,
    function: FunctionIndex,
    /// Where the operator being lowered stands in the module.
    offset: u64,
    uses: Uses,
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
        height: 0,
        reachable: true,
        skipped_blocks: 0,
        locals: 0,
        scratch: 0,
        function,
        offset: body.range().start,
        uses: Uses::default(),
    };
    lowering.enter(body)?;
    let mut operators = body.get_operators_reader()?;
    while !operators.eof() {
        let (operator, offset) = operators.read_with_offset()?;
        lowering.offset = offset;
        lowering.operator(&operator)?;
    }
    Ok(lowering.finish())
}

impl Lowering<'_> {
    /// Declares the locals and takes the arguments from the operand stack, the last one first.
    fn enter(&mut self, body: &FunctionBody<'_>) -> Result<(), CompileError> {
        let signature = &self.context.module.function(self.function).signature;
        for &parameter in signature.params() {
            self.i32_only(parameter, "parameter")?;
        }
        for &result in signature.results() {
            self.i32_only(result, "result")?;
        }
        let parameters = count(signature.params());
        self.locals = parameters;
        for declaration in body.get_locals_reader()? {
            let (number, local) = declaration?;
            self.i32_only(local, "local")?;
            self.locals += number;
        }
        for parameter in (0..parameters).rev() {
            self.assembly.instruction(self.context.opcodes.local_set, parameter);
        }
        let end = self.assembly.label();
        self.frames.push(Frame::function(end, count(signature.results())));
        Ok(())
    }

    fn finish(self) -> Routine {
        let windows = (self.locals + self.scratch).div_ceil(LOCALS_PER_WINDOW).max(1);
        Routine { assembly: self.assembly, windows, uses: self.uses }
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
                self.jump_by_table(&depths, targets.default());
            }
            Operator::Return => self.leave(),
            Operator::Call { function_index } => self.call(FunctionIndex(*function_index))?,
            Operator::LocalGet { local_index } => {
                peephole::local_get(&mut self.assembly, self.context.opcodes, *local_index);
                self.height += 1;
            }
            Operator::GlobalGet { global_index } | Operator::GlobalSet { global_index } => {
                self.use_global(*global_index)?;
                self.by_name(operator)?;
            }
            Operator::MemorySize { .. } => self.constant(self.context.module.memory_pages),
            Operator::MemoryGrow { .. } => self.refuse_growth(),
            Operator::Unreachable => {
                self.by_name(operator)?;
                self.reachable = false;
            }
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
            _ => Err(self.unsupported(name, operators::hint(operator))),
        }
    }

    fn opcode(&mut self, mnemonic: &Mnemonic, immediate: u32) {
        self.assembly.instruction(mnemonic.code, immediate);
        self.height = self
            .height
            .checked_add_signed(mnemonic.stack_delta())
            .expect("a validated function never pops what it has not pushed");
    }

    fn constant(&mut self, value: u32) {
        self.assembly.instruction(self.context.opcodes.constant, value);
        self.height += 1;
    }

    /// Memory does not grow, which the standard allows: the result is -1.
    fn refuse_growth(&mut self) {
        self.assembly.instruction(self.context.opcodes.drop, 0);
        self.assembly.instruction(self.context.opcodes.constant, u32::MAX);
    }

    fn use_global(&mut self, global: u32) -> Result<(), CompileError> {
        match self.context.module.globals[global as usize] {
            Global::I32(_) => self.uses.globals.insert(global),
            Global::Other(other) => {
                return Err(self.unsupported(format!("a global of type {other}"), ""));
            }
        };
        Ok(())
    }

    fn call(&mut self, callee: FunctionIndex) -> Result<(), CompileError> {
        let function = self.context.module.function(callee);
        match function.origin {
            Origin::Defined(_) => {
                self.uses.functions.insert(callee);
                self.assembly.push(Step::Call(callee));
                let (pops, pushes) =
                    (count(function.signature.params()), count(function.signature.results()));
                self.height = self.height + pushes - pops;
                Ok(())
            }
            Origin::Imported { module: "tvm", name: "input" } => {
                self.import_type(callee, 0, 1)?;
                self.uses.input = true;
                self.constant(self.context.input_base);
                Ok(())
            }
            Origin::Imported { name, .. } => {
                let mnemonic = (self.context.set.by_name(name))
                    .filter(|_| !NOT_FUNCTIONS.contains(&name))
                    .ok_or_else(|| self.bad_import(callee, "there is no such import".to_owned()))?;
                self.import_type(callee, mnemonic.pops, mnemonic.pushes)?;
                self.opcode(mnemonic, 0);
                Ok(())
            }
        }
    }

    /// The import must take and give as many i32 values as what stands for it.
    fn import_type(&self, callee: FunctionIndex, pops: u8, pushes: u8) -> Result<(), CompileError> {
        let signature = &self.context.module.function(callee).signature;
        let mut types = signature.params().iter().chain(signature.results());
        let fits = count(signature.params()) == u32::from(pops)
            && count(signature.results()) == u32::from(pushes)
            && types.all(|&value| value == ValType::I32);
        if fits {
            return Ok(());
        }
        let reason = format!(
            "its type is {}, but it takes {pops} i32 and gives {pushes}",
            SignatureText(signature)
        );
        Err(self.bad_import(callee, reason))
    }

    fn bad_import(&self, callee: FunctionIndex, reason: String) -> CompileError {
        match self.context.module.function(callee).origin {
            Origin::Imported { module, name } => {
                CompileError::Import { module: module.to_owned(), name: name.to_owned(), reason }
            }
            Origin::Defined(_) => unreachable!("only imported functions come here"),
        }
    }

    /// A local of the front end's own: `which` counts from 0.
    pub(super) fn scratch(&mut self, which: u32) -> u32 {
        self.scratch = self.scratch.max(which + 1);
        self.locals + which
    }

    fn i32_only(&self, found: ValType, what: &str) -> Result<(), CompileError> {
        match found {
            ValType::I32 => Ok(()),
            other => {
                let operator = format!("a {what} of type {other}");
                Err(self.unsupported(operator, "; the machine computes with i32 alone"))
            }
        }
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

/// How many values a list of types stands for.
pub(super) fn count(types: &[ValType]) -> u32 {
    u32::try_from(types.len()).expect("validated: at most 1000")
}
