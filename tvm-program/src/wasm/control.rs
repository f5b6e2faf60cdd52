//! Blocks and branches. A branch must leave the operand stack as high as its target expects it:
//! operands in between are dropped, what it carries above them is kept in scratch locals meanwhile.

use wasmparser::{BlockType, Operator};

use super::assembly::{Label, Step};
use super::function::Lowering;
use super::module::TypeIndex;
use super::value::ValueType;
use super::{CompileError, peephole};
use crate::Code;

/// What the end of a block has to do.
#[derive(Clone, Copy)]
pub(super) enum Kind {
    Function,
    Block,
    Loop,
    /// An `if` whose `else` has not been met; the label is where a false condition goes.
    If {
        otherwise: Label,
    },
}

/// An open block.
pub(super) struct Frame {
    pub(super) kind: Kind,
    /// Where a branch to the block goes: the beginning of a loop, the end of any other.
    pub(super) target: Label,
    /// How many operands there are below the block's parameters.
    height: usize,
    parameters: Vec<ValueType>,
    results: Vec<ValueType>,
}

impl Frame {
    /// The frame of the function itself.
    pub(super) fn function(end: Label, results: Vec<ValueType>) -> Self {
        Frame { kind: Kind::Function, target: end, height: 0, parameters: Vec::new(), results }
    }

    /// The values that a branch to the block carries: to a loop, its parameters.
    fn carried(&self) -> &[ValueType] {
        match self.kind {
            Kind::Loop => &self.parameters,
            _ => &self.results,
        }
    }
}

impl Lowering<'_> {
    /// Follows the nesting of operators that are not reached.
    pub(super) fn skip(&mut self, operator: &Operator<'_>) {
        match operator {
            Operator::Block { .. }
            | Operator::Loop { .. }
            | Operator::If { .. }
            | Operator::TryTable { .. } => self.skipped_blocks += 1,
            Operator::End if self.skipped_blocks > 0 => self.skipped_blocks -= 1,
            Operator::End => self.close(),
            Operator::Else if self.skipped_blocks == 0 => self.open_else(),
            _ => {}
        }
    }

    pub(super) fn open_block(&mut self, block: BlockType) -> Result<(), CompileError> {
        let end = self.assembly.label();
        self.open(Kind::Block, end, block)
    }

    pub(super) fn open_loop(&mut self, block: BlockType) -> Result<(), CompileError> {
        let beginning = self.assembly.label();
        self.assembly.bind(beginning);
        self.open(Kind::Loop, beginning, block)
    }

    pub(super) fn open_if(&mut self, block: BlockType) -> Result<(), CompileError> {
        let otherwise = self.assembly.label();
        let end = self.assembly.label();
        self.operands.pop();
        peephole::negate(&mut self.assembly, self.context.opcodes);
        self.branch(Code::BR_IF, otherwise);
        self.open(Kind::If { otherwise }, end, block)
    }

    fn open(&mut self, kind: Kind, target: Label, block: BlockType) -> Result<(), CompileError> {
        let (parameters, results) = match block {
            BlockType::Empty => (Vec::new(), Vec::new()),
            BlockType::Type(result) => (Vec::new(), vec![self.value_type(result, "block")?]),
            BlockType::FuncType(index) => {
                self.types(self.context.module.signature(TypeIndex(index)))?
            }
        };
        let height = self.operands.len() - parameters.len();
        self.frames.push(Frame { kind, target, height, parameters, results });
        Ok(())
    }

    pub(super) fn open_else(&mut self) {
        let frame = self.frames.last_mut().expect("validated: `else` is inside an `if`");
        let Kind::If { otherwise } = frame.kind else {
            unreachable!("validated: `else` belongs to an `if`");
        };
        frame.kind = Kind::Block;
        self.operands.truncate(frame.height);
        self.operands.push_all(&frame.parameters);
        let end = frame.target;
        if self.reachable {
            self.branch(Code::BR, end);
        }
        self.assembly.bind(otherwise);
        self.reachable = true;
    }

    /// The `end` of the innermost block.
    pub(super) fn close(&mut self) {
        let frame = self.frames.pop().expect("validated: every `end` closes a block");
        match frame.kind {
            Kind::Loop => {}
            Kind::Block | Kind::Function => self.arrive(frame.target),
            Kind::If { otherwise } => {
                self.arrive(otherwise);
                self.arrive(frame.target);
            }
        }
        self.operands.truncate(frame.height);
        self.operands.push_all(&frame.results);
        if self.reachable && matches!(frame.kind, Kind::Function) {
            self.assembly.push(Step::Return);
        }
    }

    /// Binds a forward label; what follows is reached if anything has branched to it.
    fn arrive(&mut self, label: Label) {
        if self.assembly.is_used(label) {
            self.assembly.bind(label);
            self.reachable = true;
        }
    }

    /// `br`.
    pub(super) fn jump(&mut self, depth: u32) {
        self.go(depth);
        self.reachable = false;
    }

    /// `return`: a branch to the function's own block.
    pub(super) fn leave(&mut self) {
        let outermost = self.frames.len() - 1;
        self.jump(u32::try_from(outermost).expect("validated: nesting fits into u32"));
    }

    /// `br_if`.
    pub(super) fn jump_if(&mut self, depth: u32) {
        self.operands.pop();
        if self.surplus(depth).is_empty() {
            self.branch(Code::BR_IF, self.frame(depth).target);
            return;
        }
        let over = self.assembly.label();
        peephole::negate(&mut self.assembly, self.context.opcodes);
        self.branch(Code::BR_IF, over);
        self.go(depth);
        self.assembly.bind(over);
    }

    /// Leaves for the block at this depth, whatever operands lie in between. The operands stay as
    /// they are, for the path that does not leave.
    pub(super) fn go(&mut self, depth: u32) {
        if self.assembly.is_full() {
            return;
        }
        self.unwind(depth);
        self.leave_for(depth);
    }

    /// Leaves for the block at this depth, which finds the operands as it expects them.
    pub(super) fn leave_for(&mut self, depth: u32) {
        let frame = self.frame(depth);
        match frame.kind {
            Kind::Function => self.assembly.push(Step::Return),
            _ => self.branch(Code::BR, frame.target),
        }
    }

    fn unwind(&mut self, depth: u32) {
        let surplus = self.surplus(depth).to_vec();
        if surplus.is_empty() {
            return;
        }
        let opcodes = self.context.opcodes;
        let carried = self.frame(depth).carried().to_vec();
        let kept = self.locals.kept(&carried);
        for place in kept.iter().rev() {
            self.assembly.instruction(opcodes.local_set.of(place.value_type), place.word);
        }
        opcodes.drop_values(&surplus, &mut self.assembly);
        for place in &kept {
            self.assembly.instruction(opcodes.local_get.of(place.value_type), place.word);
        }
    }

    /// The operands that a branch to this depth must drop.
    pub(super) fn surplus(&self, depth: u32) -> &[ValueType] {
        let frame = self.frame(depth);
        self.operands.between(frame.height, self.operands.len() - frame.carried().len())
    }

    pub(super) fn frame(&self, depth: u32) -> &Frame {
        &self.frames[self.frames.len() - 1 - depth as usize]
    }

    pub(super) fn branch(&mut self, code: Code, target: Label) {
        self.assembly.push(Step::Branch { code, target });
    }
}
