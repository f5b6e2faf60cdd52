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

/// All opcodes: the classic ones, then the rest of 32-bit integer arithmetic, the traps, and numbers of
/// 64 bits.
pub fn full() -> Vec<Opcode> {
    let families: [&[Opcode]; 18] = [
        control::TRAPS,
        control::SWITCH,
        memory::MEMORY_SIZE,
        arithmetic::MULTIPLICATION,
        division::DIVISION,
        bitwise::BITWISE,
        shift::SHIFT,
        counting::COUNTING,
        extension::EXTENSION,
        parametric::PARAMETRIC_64,
        variables::VARIABLES_64,
        memory::MEMORY_64,
        comparison::COMPARISON_64,
        arithmetic::ARITHMETIC_64,
        bitwise::BITWISE_64,
        shift::SHIFT_64,
        counting::COUNTING_64,
        extension::EXTENSION_64,
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
        assert_eq!(super::full().len(), 112);
    }
}
