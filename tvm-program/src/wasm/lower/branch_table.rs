//! `br_table`. If the set has the opcode, it branches into a row of branches after it. Otherwise the
//! index is found by binary search over the ranges of indices with one target block.

use std::collections::BTreeMap;

use super::assembly::Label;
use super::locals::Local;
use super::lowering::Lowering;
use super::peephole;
use crate::{Code, ValueType};

impl Lowering<'_> {
    /// Lowers `br_table`.
    pub(crate) fn jump_by_table(&mut self, mut depths: Vec<u32>, default: u32) {
        self.operands.pop();
        while depths.last() == Some(&default) {
            depths.pop();
        }
        let opcodes = self.context.opcodes;
        if depths.is_empty() {
            self.assembly.instruction(opcodes.drop.of(ValueType::I32), 0);
            self.go(default);
        } else if let Some(code) = opcodes.branch_table {
            let number = u32::try_from(depths.len()).expect("a module has fewer bytes");
            self.assembly.instruction(code, number);
            depths.push(default);
            self.row(&depths);
        } else {
            self.set_index();
            self.search(&ranges(&depths, default));
        }
        self.reachable = false;
    }

    /// One branch for every index. To a block that expects fewer operands it leads by way of code
    /// after the row that drops the others.
    fn row(&mut self, depths: &[u32]) {
        let mut detours: BTreeMap<u32, Label> = BTreeMap::new();
        for &depth in depths {
            if self.surplus(depth).is_empty() {
                self.leave_for(depth);
                continue;
            }
            let detour = *detours.entry(depth).or_insert_with(|| self.assembly.label());
            self.branch(Code::BR, detour);
        }
        for (depth, detour) in detours {
            self.assembly.bind(detour);
            self.go(depth);
        }
    }

    fn set_index(&mut self) {
        let word = self.locals.table_index();
        let set = self.context.opcodes.local_set.of(ValueType::I32);
        self.assembly.instruction(set, word);
    }

    /// Branches by the index in the scratch local. Each range is its first index and the depth of
    /// its block.
    fn search(&mut self, ranges: &[(u32, u32)]) {
        if let [(_, depth)] = ranges {
            self.go(*depth);
            return;
        }
        let (below, above) = ranges.split_at(ranges.len() / 2);
        self.compare_index_below(above[0].0);
        if let [(_, depth)] = below
            && self.surplus(*depth).is_empty()
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
        let index = Local { word: self.locals.table_index(), value_type: ValueType::I32 };
        peephole::local_get(&mut self.assembly, opcodes, index);
        if bound == 1 {
            self.assembly.instruction(opcodes.is_zero, 0);
        } else {
            self.assembly.instruction(opcodes.constant, bound);
            self.assembly.instruction(opcodes.less_unsigned, 0);
        }
    }
}

/// The ranges of neighbouring indices with one target block.
fn ranges(depths: &[u32], default: u32) -> Vec<(u32, u32)> {
    let mut ranges: Vec<(u32, u32)> = Vec::new();
    for (start, &depth) in (0..).zip(depths.iter().chain([&default])) {
        if ranges.last().is_none_or(|&(_, latest)| latest != depth) {
            ranges.push((start, depth));
        }
    }
    ranges
}
