//! The opcodes that the front end emits of its own accord, looked up once.

use super::CompileError;
use super::assembly::Assembly;
use super::value::{ValueType, words};
use crate::{Code, InstructionSet};

/// The opcodes that lowering, unwinding and the prologue are made of.
pub(super) struct Opcodes {
    pub(super) halt: Code,
    pub(super) drop: ByType,
    pub(super) select: Option<ByType>,
    pub(super) local_get: ByType,
    pub(super) local_set: ByType,
    pub(super) local_tee: ByType,
    pub(super) global_get: ByType,
    pub(super) global_set: ByType,
    pub(super) constant: Code,
    pub(super) is_zero: Code,
    pub(super) less_unsigned: Code,
    pub(super) store: Code,
    pub(super) store_16: Code,
    pub(super) store_8: Code,
    /// `i64.const`, whose immediate has 32 bits.
    pub(super) wide_constant: Option<Code>,
    pub(super) shift_right: Option<Code>,
    pub(super) branch_table: Option<Code>,
    pub(super) memory_declare: Option<Code>,
    /// Comparisons whose results are each other's negation.
    opposites: Vec<(Code, Code)>,
}

/// An opcode that moves a value, for each type of value.
#[derive(Debug, Clone, Copy)]
pub(super) struct ByType {
    narrow: Code,
    wide: Option<Code>,
}

impl ByType {
    /// The opcode for a value of this type.
    ///
    /// # Panics
    /// For an i64 in an instruction set without [64-bit values](Opcodes::has_wide_values), where
    /// every i64 is refused before it comes to this.
    pub(super) fn of(self, value_type: ValueType) -> Code {
        match value_type {
            ValueType::I32 => self.narrow,
            ValueType::I64 => self.wide.expect("an i64 is refused where the set has none"),
        }
    }

    /// Is it this opcode for some type? If so, for which.
    pub(super) fn type_of(self, code: Code) -> Option<ValueType> {
        match code {
            _ if code == self.narrow => Some(ValueType::I32),
            _ if Some(code) == self.wide => Some(ValueType::I64),
            _ => None,
        }
    }
}

const OPPOSITES: [(&str, &str); 10] = [
    ("i32.eq", "i32.ne"),
    ("i32.lt_s", "i32.ge_s"),
    ("i32.lt_u", "i32.ge_u"),
    ("i32.gt_s", "i32.le_s"),
    ("i32.gt_u", "i32.le_u"),
    ("i64.eq", "i64.ne"),
    ("i64.lt_s", "i64.ge_s"),
    ("i64.lt_u", "i64.ge_u"),
    ("i64.gt_s", "i64.le_s"),
    ("i64.gt_u", "i64.le_u"),
];

impl Opcodes {
    /// Finds them in a set.
    pub(super) fn of(set: &InstructionSet) -> Result<Self, CompileError> {
        let optional = |name: &str| set.by_name(name).map(|mnemonic| mnemonic.code);
        let find = |name: &'static str| optional(name).ok_or(CompileError::MissingOpcode { name });
        let by_type = |narrow: &'static str, wide: &str| {
            Ok::<_, CompileError>(ByType { narrow: find(narrow)?, wide: optional(wide) })
        };
        for name in ["return", "call", "br", "br_if", "input_base"] {
            find(name)?;
        }
        let opposites = OPPOSITES
            .into_iter()
            .filter_map(|(one, other)| Some((optional(one)?, optional(other)?)))
            .collect();
        Ok(Opcodes {
            halt: find("halt")?,
            drop: by_type("drop", "drop64")?,
            select: by_type("select", "select64").ok(),
            local_get: by_type("local.get", "local.get64")?,
            local_set: by_type("local.set", "local.set64")?,
            local_tee: by_type("local.tee", "local.tee64")?,
            global_get: by_type("global.get", "global.get64")?,
            global_set: by_type("global.set", "global.set64")?,
            constant: find("i32.const")?,
            is_zero: find("i32.eqz")?,
            less_unsigned: find("i32.lt_u")?,
            store: find("i32.store")?,
            store_16: find("i32.store16")?,
            store_8: find("i32.store8")?,
            wide_constant: optional("i64.const"),
            shift_right: optional("i32.shr_u"),
            branch_table: optional("br_table"),
            memory_declare: optional("memory.declare"),
            opposites,
        })
    }

    /// Can every value of 64 bits be moved about?
    pub(super) fn has_wide_values(&self) -> bool {
        let movers = [self.drop, self.local_get, self.local_set, self.local_tee];
        let globals = [self.global_get, self.global_set];
        movers.iter().chain(&globals).all(|mover| mover.wide.is_some())
            && self.select.is_some_and(|select| select.wide.is_some())
            && self.wide_constant.is_some()
    }

    /// Drops values: two words at once where the set can.
    pub(super) fn drop_values(&self, types: &[ValueType], assembly: &mut Assembly) {
        let mut rest = words(types);
        if let Some(drop_two) = self.drop.wide {
            for _ in 0..rest / 2 {
                assembly.instruction(drop_two, 0);
            }
            rest %= 2;
        }
        for _ in 0..rest {
            assembly.instruction(self.drop.narrow, 0);
        }
    }

    /// Pushes an i64: in one instruction where the immediate is enough.
    pub(super) fn push_wide(&self, value: u64, assembly: &mut Assembly) {
        let [low, high] = words_of(value);
        match self.wide_constant {
            Some(code) if i64::from(low.cast_signed()) == value.cast_signed() => {
                assembly.instruction(code, low);
            }
            _ => {
                assembly.instruction(self.constant, low);
                assembly.instruction(self.constant, high);
            }
        }
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

/// The lower and the upper word.
#[expect(clippy::cast_possible_truncation, reason = "the lower word is what is wanted")]
fn words_of(value: u64) -> [u32; 2] {
    [value as u32, (value >> 32) as u32]
}
