//! The words an opcode's body may use, each with the variant it stands for. To give opcodes a new
//! word, add it here and to the enum of the same name in the machine (`Attribute`, `Context`,
//! `Target`, `Field` or `Control`); what excludes what is in `opcode/rules.rs`.

/// What can be read of an operand, `operand.word`.
pub(crate) const ATTRIBUTES: &[(&str, &str)] = &[
    ("byte", "Byte"),
    ("value", "Value"),
    ("low", "Low"),
    ("high", "High"),
    ("nonzero", "Nonzero"),
    ("negative", "Negative"),
    ("prefix", "Prefix"),
    ("spread_low", "SpreadLow"),
    ("spread_high", "SpreadHigh"),
    ("trailing", "Trailing"),
    ("population", "Population"),
    ("amount", "Amount"),
    ("leading", "Leading"),
];

/// What can be read of the machine.
pub(crate) const CONTEXTS: &[(&str, &str)] = &[
    ("carry", "Carry"),
    ("index", "Index"),
    ("first", "First"),
    ("emitted", "Emitted"),
    ("immediate.byte", "ImmediateByte"),
    ("immediate.value", "ImmediateValue"),
    ("memory.pages", "MemoryPages"),
    ("calls.depth", "CallsDepth"),
    ("operands.depth", "OperandsDepth"),
    ("caller.byte", "CallerByte"),
];

/// A value of several parts: the words for them, `""` for the value itself, and their variants.
pub(crate) type Parts = &'static [(&'static str, &'static str)];

/// What is computed of operands on top of the stack, `circuit(a, b)`: of two of one type, unless
/// [`WIRES`] says of which.
pub(crate) const CIRCUITS: &[(&str, Parts)] = &[
    (
        "order",
        &[
            ("unsigned", "OrderUnsigned"),
            ("signed", "OrderSigned"),
            ("number", "OrderNumber"),
            ("total", "OrderTotal"),
            ("unordered", "Unordered"),
        ],
    ),
    ("product", &[("", "Product")]),
    ("shift_left", &[("", "ShiftLeft")]),
    ("shift_right", &[("", "ShiftRight"), ("fill", "ShiftFill")]),
    ("rotate_left", &[("", "RotateLeft")]),
    ("rotate_right", &[("", "RotateRight")]),
    ("division", &[("byte", "DivisionByte"), ("product", "DivisionProduct")]),
    ("division_of_magnitudes", &[("byte", "DivisionByte"), ("product", "DivisionProduct")]),
    (
        "scale_of_sum",
        &[("exponent", "SumExponent"), ("flags", "SumFlags"), ("distance", "SumDistance")],
    ),
    (
        "scale_of_difference",
        &[("exponent", "SumExponent"), ("flags", "DifferenceFlags"), ("distance", "SumDistance")],
    ),
    (
        "scale_of_product",
        &[
            ("exponent", "ProductExponent"),
            ("flags", "ProductFlags"),
            ("distance", "ProductDistance"),
        ],
    ),
    ("scale_of", &[("exponent", "NumberExponent"), ("flags", "NumberFlags")]),
    (
        "aligned",
        &[
            ("greater", "AlignedGreater"),
            ("lesser", "AlignedLesser"),
            ("carry", "AlignedCarry"),
            ("lost", "AlignedLost"),
            ("subtracts", "AlignedSubtracts"),
        ],
    ),
    ("columns", &[("", "Columns")]),
    ("upper_columns", &[("", "UpperColumns"), ("lost", "LowerColumns")]),
    (
        "scale_of_integral",
        &[
            ("exponent", "IntegralExponent"),
            ("flags", "IntegralFlags"),
            ("distance", "IntegralDistance"),
            ("fraction", "IntegralFraction"),
            ("tie", "IntegralTie"),
            ("up", "IntegralUp"),
        ],
    ),
    ("whole", &[("digits", "WholeDigits"), ("carry", "WholeCarry")]),
    (
        "truncation",
        &[
            ("bits", "TruncationBits"),
            ("distance", "TruncationDistance"),
            ("negative", "TruncationNegative"),
            ("nan", "TruncationNan"),
            ("is_least_i32", "TruncationIsLeastWord"),
            ("is_least_i64", "TruncationIsLeastPair"),
        ],
    ),
    (
        "truncated",
        &[
            ("shifted", "Rounded"),
            ("fill", "TruncatedFill"),
            ("highest", "TruncatedHighest"),
            ("negative", "TruncatedNegative"),
        ],
    ),
    ("rounding_to_f32", ROUNDING_TO_F32),
    ("rounding_to_f64", ROUNDING_TO_F64),
    (
        "rounded",
        &[
            ("shifted", "Rounded"),
            ("carry", "RoundedCarry"),
            ("exponent", "RoundedExponent"),
            ("sign", "RoundedSign"),
            ("hidden", "RoundedHidden"),
        ],
    ),
];

const ROUNDING_TO_F32: Parts = &[
    ("distance", "DistanceForF32"),
    ("exponent", "RoundingExponent"),
    ("flags", "RoundingFlags"),
    ("tie", "RoundingTie"),
    ("bits", "RoundingBits"),
];

const ROUNDING_TO_F64: Parts = &[
    ("distance", "DistanceForF64"),
    ("exponent", "RoundingExponent"),
    ("flags", "RoundingFlags"),
    ("tie", "RoundingTie"),
    ("bits", "RoundingBits"),
];

/// What an operand of a circuit must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wire {
    /// A number in floating point; all of a circuit are of one type.
    Number,
    /// An i32.
    Word,
    /// An i64.
    Pair,
}

impl Wire {
    /// What it must be, in words.
    pub(crate) fn wanted(self) -> &'static str {
        match self {
            Wire::Number => "a number in floating point",
            Wire::Word => "an i32",
            Wire::Pair => "an i64",
        }
    }
}

/// The circuits that are not of two operands of one type, and the operands on top of the stack that
/// they are of, in their order.
pub(crate) const WIRES: &[(&str, &[Wire])] = &[
    ("scale_of", &[Wire::Number]),
    ("scale_of_integral", &[Wire::Number]),
    ("whole", &[Wire::Number, Wire::Word]),
    ("truncation", &[Wire::Word, Wire::Pair]),
    ("truncated", &[Wire::Pair, Wire::Word]),
    ("aligned", &[Wire::Number, Wire::Number, Wire::Word]),
    ("columns", &[Wire::Number, Wire::Number, Wire::Word]),
    ("upper_columns", &[Wire::Number, Wire::Number, Wire::Word, Wire::Pair]),
    ("rounding_to_f32", &[Wire::Word, Wire::Pair]),
    ("rounding_to_f64", &[Wire::Word, Wire::Pair]),
    ("rounded", &[Wire::Pair, Wire::Word]),
];

/// The operands of a circuit that is not of two of one type.
pub(crate) fn wires(circuit: &str) -> Option<&'static [Wire]> {
    WIRES.iter().find(|(name, _)| *name == circuit).map(|(_, wires)| *wires)
}

/// What is outside of the stack: `local[type]`, `global[type]`, `memory[address, bytes]`, `reserved[address,
/// bytes]`, which is memory that no program can name, so that nothing asks whether it is there, and
/// `argument[type]` of a request to the host, which can only be written.
pub(crate) const STORES: &[(&str, Parts)] = &[
    ("local", &[("byte", "LocalByte")]),
    ("global", &[("byte", "GlobalByte")]),
    ("memory", &[("byte", "MemoryByte"), ("outside", "MemoryOutside")]),
    ("reserved", &[("byte", "MemoryByte")]),
    ("argument", &[]),
];

/// What a body can assign, besides its result and what is stored outside of the stack.
pub(crate) const TARGETS: &[(&str, &str)] =
    &[("memory.pages", "Pages"), ("output", "Output"), ("jump", "Offset"), ("request", "Request")];

/// The parts of a token that can be assigned.
pub(crate) const FIELDS: &[(&str, &str)] =
    &[("byte", "Byte"), ("carry", "Carry"), ("wide", "Wide")];

/// How an instruction can end; `trap` also names its kind, `grow` two values.
pub(crate) const CONTROLS: &[(&str, &str)] = &[
    ("jump", "Jump"),
    ("call", "Call"),
    ("return", "Return"),
    ("halt", "Halt"),
    ("request", "Request"),
    ("await", "Await"),
    ("trap", "Trap"),
    ("grow", "Grow"),
];

/// What is stored in memory, and so at an address.
pub(crate) const IN_MEMORY: [&str; 2] = ["memory", "reserved"];

/// How many bytes of memory an instruction can access.
pub(crate) const ACCESSES: [i64; 4] = [1, 2, 4, 8];

/// What an argument of a function must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A linear form.
    Form,
    /// An integer, or a Rust constant.
    Constant,
    /// `from..to`.
    Range,
    /// The path of a Rust function.
    Function,
}

/// Functions of forms and what arguments each takes. `slot` writes a sum to one slot of the residual
/// stream, for those who read it more than once.
pub(crate) const FUNCTIONS: &[(&str, &[Kind])] = &[
    ("equal", &[Kind::Form, Kind::Form]),
    ("reglu", &[Kind::Form, Kind::Form]),
    ("product", &[Kind::Form, Kind::Form]),
    ("square", &[Kind::Form]),
    ("slot", &[Kind::Form]),
    ("cumsum", &[Kind::Form]),
    ("table", &[Kind::Form, Kind::Range, Kind::Function]),
    ("count", &[Kind::Form, Kind::Constant, Kind::Constant]),
    ("ratio", &[Kind::Form, Kind::Form, Kind::Constant]),
    ("recent", &[Kind::Form, Kind::Constant]),
    ("step", &[Kind::Form]),
];

/// Functions of types: constants of a declaration.
pub(crate) const SIZES: [&str; 2] = ["size", "bits"];

/// The circuits that are of numbers in floating point; all others are of integers.
pub(crate) const OF_NUMBERS: [&str; 10] = [
    "OrderNumber",
    "OrderTotal",
    "Unordered",
    "SumExponent",
    "SumFlags",
    "DifferenceFlags",
    "SumDistance",
    "ProductExponent",
    "ProductFlags",
    "ProductDistance",
];

/// The parts of the value that a word stands for.
pub(crate) fn parts(table: &[(&str, Parts)], word: &str) -> Option<Parts> {
    table.iter().find(|(name, _)| *name == word).map(|(_, parts)| *parts)
}

/// The variant of a word.
pub(crate) fn variant(table: &[(&str, &'static str)], word: &str) -> Option<&'static str> {
    table.iter().find(|(name, _)| *name == word).map(|(_, variant)| *variant)
}

/// The known word nearest to an unknown one, if it is near: at most two edits in five letters, so
/// that two letters in the wrong order are near too.
pub(crate) fn nearest<'word>(
    known: impl IntoIterator<Item = &'word str>,
    unknown: &str,
) -> Option<&'word str> {
    let scored = known.into_iter().map(|word| (edits(word, unknown), word));
    let (distance, word) = scored.min()?;
    (distance * 5 <= unknown.len().max(3) * 2).then_some(word)
}

/// The Levenshtein distance.
fn edits(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], i + 1);
        for (j, y) in b.iter().enumerate() {
            let substituted = diagonal + usize::from(x != *y);
            diagonal = row[j + 1];
            row[j + 1] = substituted.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn suggests_what_is_near() {
        assert_eq!(nearest(["carry", "index"], "cary"), Some("carry"));
        assert_eq!(nearest(["left", "right"], "rigth"), Some("right"));
        assert_eq!(nearest(["carry", "index"], "zebra"), None);
    }
}
