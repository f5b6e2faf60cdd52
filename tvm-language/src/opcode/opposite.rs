//! Opposites: two opcodes of which one is 1 where the other is 0. Either declares the other.

use super::instance::Opcode;
use super::parse::Mnemonic;
use crate::errors::Errors;
use crate::resolve::suggestion;
use crate::value_type::ValueType;
use crate::vocabulary::nearest;

/// Tells each opcode its opposite, also where only the other one declares it.
pub(super) fn pair(opcodes: &mut [Opcode], errors: &mut Errors) {
    for one in 0..opcodes.len() {
        let Some(declared) = opcodes[one].opposite.clone() else { continue };
        let known = || opcodes.iter().map(|opcode| opcode.mnemonic.name.as_str());
        let Some(other) = known().position(|name| name == declared.name) else {
            let hint = suggestion(nearest(known(), &declared.name));
            let text = format!("the family has no opcode `{}`{hint}", declared.name);
            errors.push(declared.place.error(text));
            continue;
        };
        match mistake(&opcodes[one], &opcodes[other], one == other) {
            Some(text) => errors.push(declared.place.error(text)),
            None => {
                let Mnemonic { name, place } = opcodes[one].mnemonic.clone();
                opcodes[other].opposite = Some(Mnemonic { name, place });
            }
        }
    }
}

/// What is wrong with two opposites.
fn mistake(one: &Opcode, other: &Opcode, same: bool) -> Option<String> {
    let (name, opposite) = (&one.mnemonic.name, &other.mnemonic.name);
    let truth = |opcode: &Opcode| matches!(opcode.results(), [result] if result.value_type == ValueType::I32);
    let types = |opcode: &Opcode| -> Vec<ValueType> {
        opcode.pops.iter().map(|value| value.value_type).collect()
    };
    if same {
        return Some(format!("`{name}` is not its own opposite"));
    }
    if !truth(one) || !truth(other) || types(one) != types(other) {
        return Some(format!(
            "opposites have the same operands and are 0 or 1, an i32: `{name}` and `{opposite}` \
             are not such"
        ));
    }
    match &other.opposite {
        Some(third) if third.name != *name => {
            Some(format!("the opposite of `{opposite}` is `{}`", third.name))
        }
        _ => None,
    }
}
