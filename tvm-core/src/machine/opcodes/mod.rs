//! The opcodes, a file a family. Everything the machine, the front end and the documentation know
//! of an opcode follows from its declaration here. A byte-producing opcode says what the byte at
//! the current `index` is, from the least significant (index 0) to the most significant (3, or 7).

mod arithmetic;
mod bitwise;
mod comparison;
mod control;
mod counting;
mod division;
mod extension;
mod memory;
mod parametric;
mod shift;
mod variables;

use super::Opcode;

/// The families of the classic machine, in the order of its vocabulary.
const CLASSIC: [&[Opcode]; 7] = [
    control::CONTROL,
    parametric::PARAMETRIC,
    variables::VARIABLES,
    memory::MEMORY,
    comparison::COMPARISON,
    arithmetic::ARITHMETIC,
    control::ENVIRONMENT,
];

/// The families that the full machine has besides.
const FURTHER: [&[Opcode]; 9] = [
    control::TRAPS,
    control::SWITCH,
    memory::MEMORY_SIZE,
    arithmetic::MULTIPLICATION,
    division::DIVISION,
    bitwise::BITWISE,
    shift::SHIFT,
    counting::COUNTING,
    extension::EXTENSION,
];

/// Those of the opcodes that have to do with numbers of 64 bits, or those that have not.
fn of_width(families: &[&[Opcode]], wide: bool) -> Vec<Opcode> {
    families.concat().into_iter().filter(|opcode| opcode.is_wide() == wide).collect()
}

/// The opcodes of the classic machine, in the order of its vocabulary.
pub fn classic() -> Vec<Opcode> {
    of_width(&CLASSIC, false)
}

/// All opcodes: the classic ones, then the rest of 32-bit integer arithmetic, the traps, and numbers of
/// 64 bits.
pub fn full() -> Vec<Opcode> {
    let mut opcodes = classic();
    opcodes.extend(of_width(&FURTHER, false));
    opcodes.extend(of_width(&CLASSIC, true));
    opcodes.extend(of_width(&FURTHER, true));
    opcodes.extend(extension::WIDENING);
    opcodes
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_classic_machine_has_36_mnemonics() {
        assert_eq!(super::classic().len(), 36);
        assert_eq!(super::full().len(), 112);
    }
}
