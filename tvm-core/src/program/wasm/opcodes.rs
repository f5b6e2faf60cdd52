//! The opcodes that the front end emits of its own accord, looked up once.

use super::CompileError;
use crate::program::{Code, InstructionSet};

/// The opcodes that lowering, unwinding and the prologue are made of.
pub(super) struct Opcodes {
    pub(super) halt: Code,
    pub(super) drop: Code,
    pub(super) local_get: Code,
    pub(super) local_set: Code,
    pub(super) local_tee: Code,
    pub(super) global_set: Code,
    pub(super) constant: Code,
    pub(super) is_zero: Code,
    pub(super) less_unsigned: Code,
    pub(super) store: Code,
    pub(super) store_16: Code,
    pub(super) store_8: Code,
    /// Comparisons whose results are each other's negation.
    opposites: Vec<(Code, Code)>,
}

const OPPOSITES: [(&str, &str); 5] = [
    ("i32.eq", "i32.ne"),
    ("i32.lt_s", "i32.ge_s"),
    ("i32.lt_u", "i32.ge_u"),
    ("i32.gt_s", "i32.le_s"),
    ("i32.gt_u", "i32.le_u"),
];

impl Opcodes {
    /// Finds them in a set.
    pub(super) fn of(set: &InstructionSet) -> Result<Self, CompileError> {
        let find = |name: &'static str| {
            let mnemonic = set.by_name(name).ok_or(CompileError::MissingOpcode { name })?;
            Ok::<Code, CompileError>(mnemonic.code)
        };
        for name in ["return", "call", "br", "br_if", "input_base"] {
            find(name)?;
        }
        let opposites = OPPOSITES
            .into_iter()
            .filter_map(|(one, other)| Some((set.by_name(one)?.code, set.by_name(other)?.code)))
            .collect();
        Ok(Opcodes {
            halt: find("halt")?,
            drop: find("drop")?,
            local_get: find("local.get")?,
            local_set: find("local.set")?,
            local_tee: find("local.tee")?,
            global_set: find("global.set")?,
            constant: find("i32.const")?,
            is_zero: find("i32.eqz")?,
            less_unsigned: find("i32.lt_u")?,
            store: find("i32.store")?,
            store_16: find("i32.store16")?,
            store_8: find("i32.store8")?,
            opposites,
        })
    }

    /// The comparison that is 1 where this one is 0.
    pub(super) fn opposite(&self, code: Code) -> Option<Code> {
        self.opposites.iter().find_map(|&(one, other)| match code {
            _ if code == one => Some(other),
            _ if code == other => Some(one),
            _ => None,
        })
    }
}
