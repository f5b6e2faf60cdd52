//! The operators, with operands to measure them by.

/// A line of a table.
pub(super) struct Row {
    /// What the table calls it, where that is not its text.
    pub(super) label: Option<&'static str>,
    /// What puts its operands on the stack.
    pub(super) operands: &'static str,
    /// The operator in the text format.
    pub(super) operator: &'static str,
}

const fn row(operands: &'static str, operator: &'static str) -> Row {
    Row { label: None, operands, operator }
}

const fn called(label: &'static str, operands: &'static str, operator: &'static str) -> Row {
    Row { label: Some(label), operands, operator }
}

const NARROW: &str = "i32.const 5";
const TWO_NARROW: &str = "i32.const 50 i32.const 5";
const WIDE: &str = "i64.const 5";
const TWO_WIDE: &str = "i64.const 50 i64.const 5";
const STORE_WIDE: &str = "i32.const 8 i64.const 5";

/// The lengths that `memory.copy` and `memory.fill` are measured with.
pub(super) const BULK_LENGTHS: [u32; 10] = [0, 1, 3, 4, 8, 16, 32, 64, 1024, 65_536];

/// The tables with a line for every operator.
pub(super) const SECTIONS: [(&str, &[Row]); 11] = [
    ("control", CONTROL),
    ("parametric", PARAMETRIC),
    ("variables", VARIABLES),
    ("memory", MEMORY),
    ("tables", TABLES),
    ("i32", I32),
    ("i64", I64),
    ("conversions", CONVERSIONS),
    ("float moves", FLOAT_MOVES),
    ("float opcodes", FLOAT_OPCODES),
    ("float sequences", FLOAT_SEQUENCES),
];

const CONTROL: &[Row] = &[
    called("`nop` `block` `loop` `end`", "", "nop block loop end end"),
    row("", "unreachable"),
    called("`br`", "", "block br 0 end"),
    called("`br` over an operand that is dropped", "i32.const 1", "block (param i32) br 0 end"),
    called(
        "`br` with a result over such an operand",
        "i32.const 1 i32.const 2",
        "block (param i32 i32) (result i32) br 0 end",
    ),
    called("`br_if`, taken", "i32.const 1", "block (param i32) br_if 0 end"),
    called("`br_if`, not taken", "i32.const 0", "block (param i32) br_if 0 end"),
    called(
        "`i32.lt_u` `br_if`, taken",
        "i32.const 1 i32.const 2",
        "block (param i32 i32) i32.lt_u br_if 0 end",
    ),
    called("`i64.eqz` `br_if`, not taken", "i64.const 1", "block (param i64) i64.eqz br_if 0 end"),
    called("`if` `end`, condition 0", "i32.const 0", "if end"),
    called("`if` `end`, condition not 0", "i32.const 1", "if end"),
    called("`i32.lt_u` `if` `end`, holds", "i32.const 1 i32.const 2", "i32.lt_u if end"),
    called("`if` `else` `end`, condition 0", "i32.const 0", "if nop else nop end"),
    called("`if` `else` `end`, condition not 0", "i32.const 1", "if nop else nop end"),
    called(
        "`br_table`",
        "i32.const 1",
        "block (param i32) block (param i32) block (param i32) br_table 0 1 2 end end end",
    ),
    called("`call`, with `end` or `return` of what is called", "", "call $leaves_early"),
    called("`call`, a parameter of 32 bits", NARROW, "call $takes_narrow"),
    called("`call`, a parameter of 64 bits", WIDE, "call $takes_wide"),
    called("`call`, a parameter that is read and returned", NARROW, "call $identity"),
    called("`call` of the import `output`", NARROW, "call $output"),
    called("`call_indirect`, with `return` of what is called", "i32.const 0", "call_indirect 0"),
    called(
        "`call_indirect`, a parameter that is dropped",
        "i32.const 5 i32.const 1",
        "call_indirect 0 (param i32)",
    ),
    called("`call_indirect` beyond the table: a trap", "i32.const 9", "call_indirect 0"),
    called("`call_indirect` of another type: a trap", "i32.const 1", "call_indirect 0"),
    called("`call_indirect` of no function: a trap", "i32.const 1", "call_indirect $holes"),
];

const PARAMETRIC: &[Row] = &[
    called("`drop`, 32 bits", NARROW, "drop"),
    called("`drop`, 64 bits", WIDE, "drop"),
    called("`select`, 32 bits", "i32.const 1 i32.const 2 i32.const 3", "select"),
    called("`select`, 64 bits", "i64.const 1 i64.const 2 i32.const 3", "select"),
];

const VARIABLES: &[Row] = &[
    called("`local.get`, 32 bits", "", "local.get $narrow"),
    called("`local.set`, 32 bits", NARROW, "local.set $narrow"),
    called("`local.tee`, 32 bits", NARROW, "local.tee $narrow"),
    called(
        "`local.set` then `local.get` of the same",
        NARROW,
        "local.set $narrow local.get $narrow",
    ),
    called("`global.get`, 32 bits", "", "global.get $narrow"),
    called("`global.set`, 32 bits", NARROW, "global.set $narrow"),
    called("`local.get`, 64 bits", "", "local.get $wide"),
    called("`local.set`, 64 bits", WIDE, "local.set $wide"),
    called("`local.tee`, 64 bits", WIDE, "local.tee $wide"),
    called("`global.get`, 64 bits", "", "global.get $wide"),
    called("`global.set`, 64 bits", WIDE, "global.set $wide"),
];

const MEMORY: &[Row] = &[
    row(NARROW, "i32.load"),
    row(NARROW, "i32.load8_s"),
    row(NARROW, "i32.load8_u"),
    row(NARROW, "i32.load16_s"),
    row(NARROW, "i32.load16_u"),
    row(TWO_NARROW, "i32.store"),
    row(TWO_NARROW, "i32.store16"),
    row(TWO_NARROW, "i32.store8"),
    row(NARROW, "i64.load"),
    row(NARROW, "i64.load8_s"),
    row(NARROW, "i64.load8_u"),
    row(NARROW, "i64.load16_s"),
    row(NARROW, "i64.load16_u"),
    row(NARROW, "i64.load32_s"),
    row(NARROW, "i64.load32_u"),
    row(STORE_WIDE, "i64.store"),
    row(STORE_WIDE, "i64.store32"),
    row(STORE_WIDE, "i64.store16"),
    row(STORE_WIDE, "i64.store8"),
    called("any of these outside of memory: a trap", "i32.const -1", "i32.load"),
    row("", "memory.size"),
    row("i32.const 1", "memory.grow"),
];

const TABLES: &[Row] = &[
    called("`ref.null` `ref.func`", "", "ref.func $empty"),
    called("`ref.is_null`", "ref.null func", "ref.is_null"),
    called("`ref.as_non_null`", "ref.func $empty", "ref.as_non_null"),
    called("`call_ref`, with `return` of what is called", "ref.func $empty", "call_ref $nothing"),
    called("`table.get`", "i32.const 1", "table.get $changing"),
    called("`table.get` beyond the table: a trap", "i32.const 8", "table.get $changing"),
    called("`table.set`", "i32.const 1 ref.null func", "table.set $changing"),
    called("`table.size`", "", "table.size $changing"),
    called("`table.size` of a table that grows", "", "table.size $growing"),
    called("`table.grow` by 8 times null", "ref.null func i32.const 8", "table.grow $growing"),
    called(
        "`table.grow` by 8 elements that are not null",
        "ref.func $empty i32.const 8",
        "table.grow $growing",
    ),
    called(
        "`table.fill` of 8 elements",
        "i32.const 0 ref.func $empty i32.const 8",
        "table.fill $changing",
    ),
    called(
        "`table.copy` of 7 elements",
        "i32.const 1 i32.const 0 i32.const 7",
        "table.copy $changing $changing",
    ),
    called(
        "`table.init` of 2 elements",
        "i32.const 1 i32.const 0 i32.const 2",
        "table.init $changing $passive",
    ),
    called("`elem.drop`", "", "elem.drop $passive"),
    called(
        "`call_indirect` through a table that changes, with `return` of what is called",
        "i32.const 1",
        "call_indirect $changing",
    ),
    called(
        "`memory.init` of 13 bytes",
        "i32.const 0 i32.const 0 i32.const 13",
        "memory.init $bytes",
    ),
    called("`data.drop`", "", "data.drop $bytes"),
];

const I32: &[Row] = &[
    called("`i32.const`", "", "i32.const 7"),
    row(NARROW, "i32.eqz"),
    row(TWO_NARROW, "i32.eq"),
    row(TWO_NARROW, "i32.ne"),
    row(TWO_NARROW, "i32.lt_s"),
    row(TWO_NARROW, "i32.lt_u"),
    row(TWO_NARROW, "i32.gt_s"),
    row(TWO_NARROW, "i32.gt_u"),
    row(TWO_NARROW, "i32.le_s"),
    row(TWO_NARROW, "i32.le_u"),
    row(TWO_NARROW, "i32.ge_s"),
    row(TWO_NARROW, "i32.ge_u"),
    row(NARROW, "i32.clz"),
    row(NARROW, "i32.ctz"),
    row(NARROW, "i32.popcnt"),
    row(TWO_NARROW, "i32.add"),
    row(TWO_NARROW, "i32.sub"),
    row(TWO_NARROW, "i32.mul"),
    row(TWO_NARROW, "i32.and"),
    row(TWO_NARROW, "i32.or"),
    row(TWO_NARROW, "i32.xor"),
    row(TWO_NARROW, "i32.shl"),
    row(TWO_NARROW, "i32.shr_s"),
    row(TWO_NARROW, "i32.shr_u"),
    row(TWO_NARROW, "i32.rotl"),
    row(TWO_NARROW, "i32.rotr"),
    row(TWO_NARROW, "i32.div_s"),
    row(TWO_NARROW, "i32.div_u"),
    row(TWO_NARROW, "i32.rem_s"),
    row(TWO_NARROW, "i32.rem_u"),
    called("any of these four by 0: a trap", "i32.const 1 i32.const 0", "i32.div_u"),
];

const I64: &[Row] = &[
    called("`i64.const` of -2^31 to 2^31 - 1", "", "i64.const -7"),
    called("`i64.const` of any other number", "", "i64.const 4294967296"),
    row(WIDE, "i64.eqz"),
    row(TWO_WIDE, "i64.eq"),
    row(TWO_WIDE, "i64.ne"),
    row(TWO_WIDE, "i64.lt_s"),
    row(TWO_WIDE, "i64.lt_u"),
    row(TWO_WIDE, "i64.gt_s"),
    row(TWO_WIDE, "i64.gt_u"),
    row(TWO_WIDE, "i64.le_s"),
    row(TWO_WIDE, "i64.le_u"),
    row(TWO_WIDE, "i64.ge_s"),
    row(TWO_WIDE, "i64.ge_u"),
    row(WIDE, "i64.clz"),
    row(WIDE, "i64.ctz"),
    row(WIDE, "i64.popcnt"),
    row(TWO_WIDE, "i64.add"),
    row(TWO_WIDE, "i64.sub"),
    row(TWO_WIDE, "i64.mul"),
    row(TWO_WIDE, "i64.and"),
    row(TWO_WIDE, "i64.or"),
    row(TWO_WIDE, "i64.xor"),
    row(TWO_WIDE, "i64.shl"),
    row(TWO_WIDE, "i64.shr_s"),
    row(TWO_WIDE, "i64.shr_u"),
    row(TWO_WIDE, "i64.rotl"),
    row(TWO_WIDE, "i64.rotr"),
];

const CONVERSIONS: &[Row] = &[
    row(WIDE, "i32.wrap_i64"),
    called("`local.get`, 64 bits, then `i32.wrap_i64`", "", "local.get $wide i32.wrap_i64"),
    row(NARROW, "i64.extend_i32_u"),
    row(NARROW, "i64.extend_i32_s"),
    row(NARROW, "i32.extend8_s"),
    row(NARROW, "i32.extend16_s"),
    row(WIDE, "i64.extend8_s"),
    row(WIDE, "i64.extend16_s"),
    row(WIDE, "i64.extend32_s"),
];

const FLOAT_MOVES: &[Row] = &[
    called("`f32.const`", "", "f32.const 1.5"),
    called("`f64.const`", "", "f64.const 1.5"),
    called("`f64.const 0`", "", "f64.const 0"),
    row(NARROW, "f32.load"),
    row(NARROW, "f64.load"),
    row("i32.const 8 f32.const 1", "f32.store"),
    row("i32.const 8 f64.const 1", "f64.store"),
    called(
        "`i32.reinterpret_f32` `f32.reinterpret_i32`",
        "f32.const 1",
        "i32.reinterpret_f32 f32.reinterpret_i32",
    ),
    called(
        "`i64.reinterpret_f64` `f64.reinterpret_i64`",
        "f64.const 1",
        "i64.reinterpret_f64 f64.reinterpret_i64",
    ),
];

const TWO_SINGLE: &str = "f32.const 1 f32.const 2";
const TWO_DOUBLE: &str = "f64.const 1 f64.const 2";

const FLOAT_OPCODES: &[Row] = &[
    row(TWO_SINGLE, "f32.eq"),
    row(TWO_SINGLE, "f32.ne"),
    row(TWO_SINGLE, "f32.lt"),
    row(TWO_SINGLE, "f32.gt"),
    row(TWO_SINGLE, "f32.le"),
    row(TWO_SINGLE, "f32.ge"),
    row(TWO_DOUBLE, "f64.eq"),
    row(TWO_DOUBLE, "f64.ne"),
    row(TWO_DOUBLE, "f64.lt"),
    row(TWO_DOUBLE, "f64.gt"),
    row(TWO_DOUBLE, "f64.le"),
    row(TWO_DOUBLE, "f64.ge"),
    row("f32.const 1", "f32.abs"),
    row("f32.const 1", "f32.neg"),
    row(TWO_SINGLE, "f32.copysign"),
    row(TWO_SINGLE, "f32.min"),
    row(TWO_SINGLE, "f32.max"),
    row("f64.const 1", "f64.abs"),
    row("f64.const 1", "f64.neg"),
    row(TWO_DOUBLE, "f64.copysign"),
    row(TWO_DOUBLE, "f64.min"),
    row(TWO_DOUBLE, "f64.max"),
];

const FLOAT_SEQUENCES: &[Row] = &[
    row(TWO_SINGLE, "f32.add"),
    row(TWO_SINGLE, "f32.sub"),
    row(TWO_SINGLE, "f32.mul"),
    row(TWO_DOUBLE, "f64.add"),
    row(TWO_DOUBLE, "f64.sub"),
    row(TWO_DOUBLE, "f64.mul"),
    row(NARROW, "f32.convert_i32_s"),
    row(NARROW, "f32.convert_i32_u"),
    row(WIDE, "f32.convert_i64_s"),
    row(WIDE, "f32.convert_i64_u"),
    row(NARROW, "f64.convert_i32_s"),
    row(NARROW, "f64.convert_i32_u"),
    row(WIDE, "f64.convert_i64_s"),
    row(WIDE, "f64.convert_i64_u"),
    row("f64.const 1", "f32.demote_f64"),
    row("f32.const 1", "f64.promote_f32"),
];
