//! The opcodes, one file for each family. Everything that the machine, the front end and the documentation
//! know of an opcode follows from its declaration here. An opcode with a result says what the byte of the
//! result at the current `index` is: index 0 is the least significant byte, 3 or 7 the most significant.

mod arithmetic;
mod bitwise;
mod comparison;
mod control;
mod counting;
mod division;
mod extension;
mod floating_point;
mod host;
mod integral;
mod memory;
mod number;
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

/// The additional families of the full machine.
const FURTHER: [&[Opcode]; 19] = [
    control::TRAPS,
    control::COMPARE_AND_BRANCH,
    control::SWITCH,
    memory::MEMORY_SIZE,
    arithmetic::MULTIPLICATION,
    division::DIVISION,
    bitwise::BITWISE,
    shift::SHIFT,
    counting::COUNTING,
    extension::EXTENSION,
    comparison::NUMBER_COMPARISON,
    number::NUMBER,
    floating_point::SCALES,
    floating_point::SIGNIFICANDS,
    floating_point::ROUNDINGS,
    integral::INTEGRAL,
    integral::TRUNCATION,
    host::HOST,
    memory::RESERVED,
];

/// The opcodes that use numbers of 64 bits, or those that do not.
fn of_width(families: &[&[Opcode]], wide: bool) -> Vec<Opcode> {
    families.concat().into_iter().filter(|opcode| opcode.is_wide() == wide).collect()
}

/// The opcodes of the classic machine, in the order of its vocabulary.
pub fn classic() -> Vec<Opcode> {
    of_width(&CLASSIC, false)
}

/// All opcodes: the classic ones, the other opcodes of 32 bits, then those of 64 bits.
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
    use crate::program::{Code, ValueType};

    #[test]
    fn the_classic_machine_has_36_mnemonics() {
        assert_eq!(super::classic().len(), 36);
        assert_eq!(super::full().len(), 214);
    }

    #[test]
    fn codes_that_are_known_by_name_are_those_declared() {
        let known = [
            ("halt", Code::HALT),
            ("return", Code::RETURN),
            ("call", Code::CALL),
            ("br", Code::BR),
            ("br_if", Code::BR_IF),
            ("input_base", Code::INPUT_BASE),
            ("memory.data", Code::DATA),
            ("host.section", Code::SECTION),
            ("output", Code::OUTPUT),
            ("unreachable", Code::UNREACHABLE),
        ];
        for (name, code) in known {
            let opcode = super::full().into_iter().find(|opcode| opcode.mnemonic == name);
            assert_eq!(opcode.map(|opcode| opcode.code), Some(code), "{name}");
        }
    }

    #[test]
    fn opposites_and_types_are_mutual() {
        let opcodes = super::full();
        let named = |name| opcodes.iter().find(|opcode| opcode.mnemonic == name).expect("declared");
        let comparisons = opcodes.iter().filter(|opcode| opcode.opposite.is_some());
        assert_eq!(comparisons.clone().count(), 24);
        for opcode in comparisons {
            let opposite = named(opcode.opposite.expect("filtered"));
            assert_eq!(opposite.opposite, Some(opcode.mnemonic));
        }
        for (wide, declaration) in [("local.tee64", "local.tee"), ("i64.add", "i32.add")] {
            assert_eq!(named(wide).declaration, declaration);
            assert_eq!(named(wide).parameter, Some(ValueType::I64));
            assert_eq!(named(declaration).parameter, Some(ValueType::I32));
        }
    }
}
