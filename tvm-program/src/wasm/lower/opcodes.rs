//! The opcodes that the front end emits itself, looked up once.

use super::assembly::Assembly;
use crate::wasm::error::CompileError;
use crate::wasm::module::words;
use crate::{Code, InstructionSet, Value, ValueType};

/// The opcodes that lowering, unwinding and the prologue are made of.
pub(crate) struct Opcodes {
    pub(crate) halt: Code,
    pub(crate) drop: ByType,
    pub(crate) select: Option<ByType>,
    pub(crate) local_get: ByType,
    pub(crate) local_set: ByType,
    pub(crate) local_tee: ByType,
    pub(crate) global_get: ByType,
    pub(crate) global_set: ByType,
    pub(crate) constant: Code,
    pub(crate) is_zero: Code,
    pub(crate) less_unsigned: Code,
    pub(crate) not_equal: Option<Code>,
    /// The trap for an exception that nothing catches. A set that has it has exceptions.
    pub(crate) uncaught: Option<Code>,
    pub(crate) store: Code,
    pub(crate) store_16: Code,
    pub(crate) store_8: Code,
    /// `i64.const`, whose immediate has 32 bits.
    pub(crate) wide_constant: Option<Code>,
    pub(crate) shift_right: Option<Code>,
    pub(crate) branch_table: Option<Code>,
    pub(crate) memory_declare: Option<Code>,
    /// Each comparison that has one, and the comparison whose result is its negation.
    opposites: Vec<(Code, Code)>,
}

/// An opcode that moves a value, for each type of value.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ByType {
    narrow: Code,
    wide: Option<Code>,
}

impl ByType {
    /// The opcode for a value of this type.
    ///
    /// # Panics
    /// For a value of two words in an instruction set without [64-bit values](Opcodes::has_wide_values), where
    /// every such value is refused before it comes to this.
    pub(crate) fn of(self, value_type: ValueType) -> Code {
        match value_type.words() {
            1 => self.narrow,
            _ => self.wide.expect("an i64 is refused where the set has none"),
        }
    }

    /// Is it this opcode for some type? If so, for which.
    pub(crate) fn type_of(self, code: Code) -> Option<ValueType> {
        match code {
            _ if code == self.narrow => Some(ValueType::I32),
            _ if Some(code) == self.wide => Some(ValueType::I64),
            _ => None,
        }
    }
}

impl Opcodes {
    /// Finds them in a set.
    pub(crate) fn of(set: &InstructionSet) -> Result<Self, CompileError> {
        let optional = |name: &str| set.by_name(name).map(|mnemonic| mnemonic.code);
        let find = |name: &'static str| optional(name).ok_or(CompileError::MissingOpcode { name });
        let by_type = |name: &'static str| {
            let of_type = |one| set.for_type(name, one).map(|mnemonic| mnemonic.code);
            let narrow = of_type(ValueType::I32).ok_or(CompileError::MissingOpcode { name })?;
            Ok::<_, CompileError>(ByType { narrow, wide: of_type(ValueType::I64) })
        };
        let constant = by_type("i32.const")?;
        for name in ["return", "call", "br", "br_if", "input_base"] {
            find(name)?;
        }
        let opposites = set
            .mnemonics()
            .iter()
            .filter_map(|mnemonic| Some((mnemonic.code, optional(mnemonic.opposite.as_deref()?)?)));
        Ok(Opcodes {
            halt: find("halt")?,
            drop: by_type("drop")?,
            select: by_type("select").ok(),
            local_get: by_type("local.get")?,
            local_set: by_type("local.set")?,
            local_tee: by_type("local.tee")?,
            global_get: by_type("global.get")?,
            global_set: by_type("global.set")?,
            constant: constant.narrow,
            is_zero: find("i32.eqz")?,
            less_unsigned: find("i32.lt_u")?,
            not_equal: optional("i32.ne"),
            uncaught: optional("trap.uncaught_exception"),
            store: find("i32.store")?,
            store_16: find("i32.store16")?,
            store_8: find("i32.store8")?,
            wide_constant: constant.wide,
            shift_right: optional("i32.shr_u"),
            branch_table: optional("br_table"),
            memory_declare: optional("memory.declare"),
            opposites: opposites.collect(),
        })
    }

    /// Can every value of 64 bits be moved about?
    pub(crate) fn has_wide_values(&self) -> bool {
        let movers = [self.drop, self.local_get, self.local_set, self.local_tee];
        let globals = [self.global_get, self.global_set];
        movers.iter().chain(&globals).all(|mover| mover.wide.is_some())
            && self.select.is_some_and(|select| select.wide.is_some())
            && self.wide_constant.is_some()
    }

    /// Drops values: two words at once where the set can.
    pub(crate) fn drop_values(&self, types: &[ValueType], assembly: &mut Assembly) {
        self.drop_words(words(types), assembly);
    }

    /// Drops words.
    pub(crate) fn drop_words(&self, mut rest: u32, assembly: &mut Assembly) {
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

    /// Pushes a value.
    pub(crate) fn push(&self, value: Value, assembly: &mut Assembly) {
        match value {
            Value::I32(bits) | Value::F32(bits) => assembly.instruction(self.constant, bits),
            Value::I64(bits) | Value::F64(bits) => self.push_wide(bits, assembly),
        }
    }

    /// Pushes an i64: in one instruction where the immediate is enough.
    pub(crate) fn push_wide(&self, value: u64, assembly: &mut Assembly) {
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
    pub(crate) fn opposite(&self, code: Code) -> Option<Code> {
        self.opposites.iter().find(|(one, _)| *one == code).map(|(_, other)| *other)
    }
}

/// The lower and the upper word.
#[expect(clippy::cast_possible_truncation, reason = "the lower word is what is wanted")]
pub(crate) fn words_of(value: u64) -> [u32; 2] {
    [value as u32, (value >> 32) as u32]
}
