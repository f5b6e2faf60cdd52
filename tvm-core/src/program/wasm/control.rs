//! Blocks and branches. A branch must leave the operand stack as high as its target expects it:
//! operands in between are dropped, a result above them is kept in a scratch local meanwhile.

use wasmparser::{BlockType, Operator};

use super::assembly::{Label, Step};
use super::function::Lowering;
use super::peephole;
use crate::program::Code;

/// The scratch local that keeps a result while operands below it are dropped.
const KEPT_RESULT: u32 = 0;
/// The scratch local that keeps the index of a `br_table`.
const TABLE_INDEX: u32 = 1;

/// What the end of a block has to do.
#[derive(Clone, Copy)]
enum Kind {
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
    kind: Kind,
    /// Where a branch to the block goes: the beginning of a loop, the end of any other.
    target: Label,
    /// The height of the operand stack where the block began.
    height: u32,
    /// The values it leaves: 0 or 1.
    results: u32,
}

impl Frame {
    /// The frame of the function itself.
    pub(super) fn function(end: Label, results: u32) -> Self {
        Frame { kind: Kind::Function, target: end, height: 0, results }
    }

    /// The values that a branch to the block carries. That to a loop carries its parameters, which
    /// WebAssembly 1.0 has none of.
    fn carried(&self) -> u32 {
        match self.kind {
            Kind::Loop => 0,
            _ => self.results,
        }
    }
}

impl Lowering<'_> {
    /// Follows the nesting of operators that are not reached.
    pub(super) fn skip(&mut self, operator: &Operator<'_>) {
        match operator {
            Operator::Block { .. } | Operator::Loop { .. } | Operator::If { .. } => {
                self.skipped_blocks += 1;
            }
            Operator::End if self.skipped_blocks > 0 => self.skipped_blocks -= 1,
            Operator::End => self.close(),
            Operator::Else if self.skipped_blocks == 0 => self.open_else(),
            _ => {}
        }
    }

    pub(super) fn open_block(&mut self, block: BlockType) {
        let end = self.assembly.label();
        self.open(Kind::Block, end, block);
    }

    pub(super) fn open_loop(&mut self, block: BlockType) {
        let beginning = self.assembly.label();
        self.assembly.bind(beginning);
        self.open(Kind::Loop, beginning, block);
    }

    pub(super) fn open_if(&mut self, block: BlockType) {
        let otherwise = self.assembly.label();
        let end = self.assembly.label();
        self.pop_condition();
        peephole::negate(&mut self.assembly, self.context.opcodes);
        self.branch(Code::BR_IF, otherwise);
        self.open(Kind::If { otherwise }, end, block);
    }

    fn open(&mut self, kind: Kind, target: Label, block: BlockType) {
        let results = match block {
            BlockType::Empty => 0,
            BlockType::Type(_) => 1,
            BlockType::FuncType(_) => unreachable!("refused by the validator: multi-value"),
        };
        self.frames.push(Frame { kind, target, height: self.height, results });
    }

    pub(super) fn open_else(&mut self) {
        let frame = self.frames.last_mut().expect("validated: `else` is inside an `if`");
        let Kind::If { otherwise } = frame.kind else {
            unreachable!("validated: `else` belongs to an `if`");
        };
        frame.kind = Kind::Block;
        let (end, height) = (frame.target, frame.height);
        if self.reachable {
            self.branch(Code::BR, end);
        }
        self.assembly.bind(otherwise);
        self.height = height;
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
        self.height = frame.height + frame.results;
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
        self.pop_condition();
        if self.surplus(depth) == 0 {
            self.branch(Code::BR_IF, self.frame(depth).target);
            return;
        }
        let over = self.assembly.label();
        peephole::negate(&mut self.assembly, self.context.opcodes);
        self.branch(Code::BR_IF, over);
        self.go(depth);
        self.assembly.bind(over);
    }

    /// `br_table`: a binary search over the ranges of indices that go to the same block.
    pub(super) fn jump_by_table(&mut self, depths: &[u32], default: u32) {
        self.pop_condition();
        let mut ranges: Vec<(u32, u32)> = Vec::new();
        for (start, &depth) in (0..).zip(depths.iter().chain([&default])) {
            if ranges.last().is_none_or(|&(_, latest)| latest != depth) {
                ranges.push((start, depth));
            }
        }
        if ranges.len() == 1 {
            self.assembly.instruction(self.context.opcodes.drop, 0);
        } else {
            let index = self.scratch(TABLE_INDEX);
            self.assembly.instruction(self.context.opcodes.local_set, index);
        }
        self.search(&ranges);
        self.reachable = false;
    }

    /// Goes where the index in the scratch local says: each range is its first index and the
    /// depth of its block.
    fn search(&mut self, ranges: &[(u32, u32)]) {
        if let [(_, depth)] = ranges {
            self.go(*depth);
            return;
        }
        let (below, above) = ranges.split_at(ranges.len() / 2);
        self.compare_index_below(above[0].0);
        if let [(_, depth)] = below
            && self.surplus(*depth) == 0
        {
            self.branch(Code::BR_IF, self.frame(*depth).target);
            self.search(above);
            return;
        }
        let lower = self.assembly.label();
        self.branch(Code::BR_IF, lower);
        self.search(above);
        self.assembly.bind(lower);
        self.search(below);
    }

    fn compare_index_below(&mut self, bound: u32) {
        let opcodes = self.context.opcodes;
        let index = self.scratch(TABLE_INDEX);
        peephole::local_get(&mut self.assembly, opcodes, index);
        if bound == 1 {
            self.assembly.instruction(opcodes.is_zero, 0);
        } else {
            self.assembly.instruction(opcodes.constant, bound);
            self.assembly.instruction(opcodes.less_unsigned, 0);
        }
    }

    /// Leaves for the block at this depth, whatever operands lie in between. The height stays as
    /// it is, for the path that does not leave.
    fn go(&mut self, depth: u32) {
        self.unwind(depth);
        let frame = self.frame(depth);
        match frame.kind {
            Kind::Function => self.assembly.push(Step::Return),
            _ => self.branch(Code::BR, frame.target),
        }
    }

    fn unwind(&mut self, depth: u32) {
        let surplus = self.surplus(depth);
        let carried = self.frame(depth).carried();
        if surplus == 0 {
            return;
        }
        let opcodes = self.context.opcodes;
        if carried == 1 {
            let kept = self.scratch(KEPT_RESULT);
            self.assembly.instruction(opcodes.local_set, kept);
        }
        for _ in 0..surplus {
            self.assembly.instruction(opcodes.drop, 0);
        }
        if carried == 1 {
            let kept = self.scratch(KEPT_RESULT);
            self.assembly.instruction(opcodes.local_get, kept);
        }
    }

    /// The operands that a branch to this depth must drop.
    fn surplus(&self, depth: u32) -> u32 {
        let frame = self.frame(depth);
        self.height - frame.height - frame.carried()
    }

    fn frame(&self, depth: u32) -> &Frame {
        &self.frames[self.frames.len() - 1 - depth as usize]
    }

    fn branch(&mut self, code: Code, target: Label) {
        self.assembly.push(Step::Branch { code, target });
    }

    fn pop_condition(&mut self) {
        self.height -= 1;
    }
}
