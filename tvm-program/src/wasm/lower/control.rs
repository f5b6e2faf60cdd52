//! Blocks and branches. A branch leaves the operand stack at the height that its target expects. The
//! operands in between are dropped; the values that the branch carries are kept in scratch locals
//! meanwhile.

use wasmparser::{BlockType, Operator};

use super::assembly::{Label, Step};
use super::frame::{Frame, Kind};
use super::lowering::Lowering;
use super::peephole;
use crate::wasm::module::{TypeIndex, words};
use crate::{Code, ValueType};

impl Lowering<'_> {
    /// Follows the nesting of blocks in unreachable code.
    pub(crate) fn skip(&mut self, operator: &Operator<'_>) {
        match operator {
            Operator::Block { .. }
            | Operator::Loop { .. }
            | Operator::If { .. }
            | Operator::Try { .. }
            | Operator::TryTable { .. } => self.skipped_blocks += 1,
            Operator::End | Operator::Delegate { .. } if self.skipped_blocks > 0 => {
                self.skipped_blocks -= 1;
            }
            Operator::End => self.close(),
            _ if self.skipped_blocks > 0 => {}
            Operator::Else => self.open_else(),
            Operator::Catch { tag_index } => self.open_handler(Some(*tag_index)),
            Operator::CatchAll => self.open_handler(None),
            Operator::Delegate { relative_depth } => self.close_delegate(*relative_depth),
            _ => {}
        }
    }

    pub(crate) fn open_block(&mut self, block: BlockType) {
        let end = self.assembly.label();
        self.open(Kind::Block, end, block);
    }

    pub(crate) fn open_loop(&mut self, block: BlockType) {
        let beginning = self.assembly.label();
        self.assembly.bind(beginning);
        self.open(Kind::Loop, beginning, block);
    }

    pub(crate) fn open_if(&mut self, block: BlockType) {
        let otherwise = self.assembly.label();
        let end = self.assembly.label();
        self.operands.pop();
        peephole::negate(&mut self.assembly, self.context.opcodes);
        self.branch(Code::BR_IF, otherwise);
        self.open(Kind::If { otherwise }, end, block);
    }

    pub(crate) fn open(&mut self, kind: Kind, target: Label, block: BlockType) {
        let (parameters, results) = match block {
            BlockType::Empty => (Vec::new(), Vec::new()),
            BlockType::Type(result) => (Vec::new(), vec![self.value_type(result, "block")]),
            BlockType::FuncType(index) => {
                self.types(self.context.module.signature(TypeIndex(index)))
            }
        };
        let height = self.operands.below(parameters.len());
        let words = self.operands.words().saturating_sub(words(&parameters));
        let catcher = self.frames.last().and_then(|frame| frame.catcher);
        self.frames.push(Frame { kind, target, height, words, catcher, parameters, results });
    }

    pub(crate) fn open_else(&mut self) {
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

    /// Lowers the `end` of the innermost block.
    pub(crate) fn close(&mut self) {
        let frame = self.frames.pop().expect("validated: every `end` closes a block");
        match &frame.kind {
            Kind::Loop => {}
            Kind::Block | Kind::Function => self.arrive(frame.target),
            Kind::If { otherwise } => {
                self.arrive(*otherwise);
                self.arrive(frame.target);
            }
            Kind::TryTable { landing, clauses } => {
                self.operands.truncate(frame.height);
                self.land(*landing, clauses);
                self.arrive(frame.target);
            }
            Kind::Try { .. } | Kind::Catch(_) => self.close_try(&frame),
        }
        self.operands.truncate(frame.height);
        self.operands.push_all(&frame.results);
        if self.reachable && matches!(frame.kind, Kind::Function) {
            self.assembly.push(Step::Return);
        }
    }

    /// Binds a forward label; what follows is reached if anything has branched to it.
    pub(crate) fn arrive(&mut self, label: Label) {
        if self.assembly.is_used(label) {
            self.assembly.bind(label);
            self.reachable = true;
        }
    }

    /// Lowers `br`.
    pub(crate) fn jump(&mut self, depth: u32) {
        self.go(depth);
        self.reachable = false;
    }

    /// Lowers `return`: a branch to the function's block.
    pub(crate) fn leave(&mut self) {
        let outermost = self.frames.len() - 1;
        self.jump(u32::try_from(outermost).expect("validated: nesting fits into u32"));
    }

    /// Lowers `br_if`.
    pub(crate) fn jump_if(&mut self, depth: u32) {
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

    /// Branches to the block at this depth and drops the operands in between. What is known of the
    /// operands stays as it is, for the path that does not branch.
    pub(crate) fn go(&mut self, depth: u32) {
        if self.assembly.is_full() {
            return;
        }
        self.unwind(depth);
        self.leave_for(depth);
    }

    /// Branches to the block at this depth, which expects the operands as they are.
    pub(crate) fn leave_for(&mut self, depth: u32) {
        let frame = self.frame(depth);
        match frame.kind {
            Kind::Function => self.assembly.push(Step::Return),
            _ => self.branch(Code::BR, frame.target),
        }
    }

    fn unwind(&mut self, depth: u32) {
        let carried = self.frame(depth).carried().to_vec();
        self.drop_below(self.frame(depth).height, &carried);
    }

    /// Drops all operands but the top ones, which are of these types.
    pub(crate) fn keep_only(&mut self, carried: &[ValueType]) {
        self.drop_below(0, carried);
    }

    /// Drops the operands from this height up to the top ones, which are of these types.
    fn drop_below(&mut self, height: usize, carried: &[ValueType]) {
        let surplus = self.operands.between(height, carried.len()).to_vec();
        if surplus.is_empty() {
            return;
        }
        let opcodes = self.context.opcodes;
        let kept = self.locals.kept(carried);
        for place in kept.iter().rev() {
            self.assembly.instruction(opcodes.local_set.of(place.value_type), place.word);
        }
        opcodes.drop_values(&surplus, &mut self.assembly);
        for place in &kept {
            self.assembly.instruction(opcodes.local_get.of(place.value_type), place.word);
        }
    }

    /// The operands that a branch to this depth must drop.
    pub(crate) fn surplus(&self, depth: u32) -> &[ValueType] {
        let frame = self.frame(depth);
        self.operands.between(frame.height, frame.carried().len())
    }

    pub(crate) fn frame(&self, depth: u32) -> &Frame {
        &self.frames[self.frames.len() - 1 - depth as usize]
    }

    pub(crate) fn branch(&mut self, code: Code, target: Label) {
        self.assembly.branch(code, target);
    }
}
