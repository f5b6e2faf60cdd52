//! The opcodes, a file a family. Everything the machine, the front end and the documentation know
//! of an opcode follows from its declaration here. A byte-producing opcode says what the byte at
//! the current `index` is, from the least significant (index 0) to the most significant (3).

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

/// The opcodes of the classic machine, in the order of its vocabulary.
pub fn classic() -> Vec<Opcode> {
    let families: [&[Opcode]; 7] = [
        control::CONTROL,
        parametric::PARAMETRIC,
        variables::VARIABLES,
        memory::MEMORY,
        comparison::COMPARISON,
        arithmetic::ARITHMETIC,
        control::ENVIRONMENT,
    ];
    families.concat()
}

/// All opcodes: the classic ones, then the rest of 32-bit integer arithmetic and the traps.
pub fn full() -> Vec<Opcode> {
    let families: [&[Opcode]; 7] = [
        control::TRAPS,
        arithmetic::MULTIPLICATION,
        division::DIVISION,
        bitwise::BITWISE,
        shift::SHIFT,
        counting::COUNTING,
        extension::EXTENSION,
    ];
    let mut opcodes = classic();
    opcodes.extend(families.concat());
    opcodes
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_classic_machine_has_36_mnemonics() {
        assert_eq!(super::classic().len(), 36);
        assert_eq!(super::full().len(), 55);
    }
}
