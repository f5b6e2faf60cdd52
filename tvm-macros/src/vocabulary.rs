//! The words an opcode's body may use, each with the variant it stands for. To give opcodes a new
//! word, add it here and to the enum of the same name in the machine.

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
    ("immediate.byte", "ImmediateByte"),
    ("immediate.value", "ImmediateValue"),
    ("local.byte", "LocalByte"),
    ("global.byte", "GlobalByte"),
    ("memory.byte", "MemoryByte"),
    ("memory.outside8", "MemoryOutside8"),
    ("memory.outside16", "MemoryOutside16"),
    ("memory.outside32", "MemoryOutside32"),
    ("memory.outside64", "MemoryOutside64"),
    ("memory.pages", "MemoryPages"),
    ("calls.depth", "CallsDepth"),
    ("operands.depth", "OperandsDepth"),
    ("caller.byte", "CallerByte"),
    ("order.unsigned", "OrderUnsigned"),
    ("order.signed", "OrderSigned"),
    ("shift.left", "ShiftLeft"),
    ("shift.right", "ShiftRight"),
    ("shift.fill", "ShiftFill"),
    ("rotate.left", "RotateLeft"),
    ("rotate.right", "RotateRight"),
    ("division.digit", "DivisionDigit"),
    ("division.signed_digit", "DivisionSignedDigit"),
    ("division.known", "DivisionKnown"),
    ("division.byte", "DivisionByte"),
    ("division.product", "DivisionProduct"),
    ("product.wide", "Product"),
    ("product.carried", "ProductCarried"),
];

/// What a body can assign, besides its result.
pub(crate) const TARGETS: &[(&str, &str)] = &[
    ("local", "Local"),
    ("local64", "Local64"),
    ("global", "Global"),
    ("global64", "Global64"),
    ("memory8", "Memory8"),
    ("memory16", "Memory16"),
    ("memory32", "Memory32"),
    ("memory64", "Memory64"),
    ("pages", "Pages"),
    ("output", "Output"),
    ("jump", "Jump"),
    ("scratch", "Scratch"),
];

/// The parts of a token that can be assigned.
pub(crate) const FIELDS: &[(&str, &str)] =
    &[("byte", "Byte"), ("carry", "Carry"), ("wide", "Wide"), ("carried", "Carried")];

/// How an instruction can end; `trap` also names its kind.
pub(crate) const CONTROLS: &[(&str, &str)] = &[
    ("jump", "Jump"),
    ("call", "Call"),
    ("return", "Return"),
    ("halt", "Halt"),
    ("trap", "Trap"),
    ("divide", "Divide"),
    ("grow", "Grow"),
];

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

/// Functions of forms and what arguments each takes.
pub(crate) const FUNCTIONS: &[(&str, &[Kind])] = &[
    ("equal", &[Kind::Form, Kind::Form]),
    ("reglu", &[Kind::Form, Kind::Form]),
    ("product", &[Kind::Form, Kind::Form]),
    ("square", &[Kind::Form]),
    ("persist", &[Kind::Form]),
    ("cumsum", &[Kind::Form]),
    ("table", &[Kind::Form, Kind::Range, Kind::Function]),
    ("count", &[Kind::Form, Kind::Constant, Kind::Constant]),
    ("ratio", &[Kind::Form, Kind::Form, Kind::Constant]),
    ("recent", &[Kind::Form, Kind::Constant]),
    ("step", &[Kind::Form]),
];

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
