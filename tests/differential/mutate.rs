//! Programs written by hand, with a few operators and constants changed.

use std::ops::RangeInclusive;

use arbitrary::Unstructured;
use wasmparser::{BinaryReaderError, Operator, Payload, Validator, WasmFeatures};

use crate::modules::payloads;

/// The programs: each exports functions of integers, and no memory grows beyond two pages.
pub const PROGRAMS: [(&str, &str); 5] = [
    ("numbers", include_str!("programs/numbers.wat")),
    ("memory", include_str!("programs/memory.wat")),
    ("control", include_str!("programs/control.wat")),
    ("indirect", include_str!("programs/indirect.wat")),
    ("mixed", include_str!("programs/mixed.wat")),
];

/// What a program may become: anything of integers.
const FEATURES: WasmFeatures = WasmFeatures::WASM1
    .difference(WasmFeatures::FLOATS)
    .union(WasmFeatures::SIGN_EXTENSION)
    .union(WasmFeatures::MULTI_VALUE)
    .union(WasmFeatures::BULK_MEMORY);

/// Codes of operators of the same type: any may stand for another. Loads and stores are with those
/// of the same width, since their alignment must not exceed it.
const FAMILIES: [RangeInclusive<u8>; 11] = [
    0x46..=0x4f, // i32.eq to i32.ge_u
    0x51..=0x5a, // i64.eq to i64.ge_u
    0x67..=0x69, // i32.clz to i32.popcnt
    0x6a..=0x78, // i32.add to i32.rotr
    0x79..=0x7b, // i64.clz to i64.popcnt
    0x7c..=0x8a, // i64.add to i64.rotr
    0x2c..=0x2d, // i32.load8_s, i32.load8_u
    0x2e..=0x2f, // i32.load16_s, i32.load16_u
    0x30..=0x31, // i64.load8_s, i64.load8_u
    0x32..=0x33, // i64.load16_s, i64.load16_u
    0x34..=0x35, // i64.load32_s, i64.load32_u
];

/// Somewhere in the code.
struct Place {
    offset: usize,
    /// The codes that may stand there; nothing for a byte of a constant.
    family: Option<RangeInclusive<u8>>,
}

/// Where the code of a module can be changed.
fn places(module: &[u8]) -> Result<Vec<Place>, BinaryReaderError> {
    let mut places = Vec::new();
    for payload in payloads(module) {
        let Payload::CodeSectionEntry(body) = payload else { continue };
        for operator in body.get_operators_reader()?.into_iter_with_offsets() {
            let (operator, offset) = operator?;
            let offset = usize::try_from(offset).expect("a module in memory");
            let family = FAMILIES.iter().find(|family| family.contains(&module[offset]));
            if matches!(operator, Operator::I32Const { .. } | Operator::I64Const { .. }) {
                places.push(Place { offset: offset + 1, family: None });
            } else if family.is_some() {
                places.push(Place { offset, family: family.cloned() });
            }
        }
    }
    Ok(places)
}

/// Changes up to four operators and constants; now and then also any byte of the code. Nothing, if
/// the module is then no longer valid.
pub fn mutated(module: &[u8], random: &mut Unstructured<'_>) -> Option<Vec<u8>> {
    let places = places(module).expect("the program is valid");
    let mut module = module.to_vec();
    for _ in 0..random.int_in_range(1..=4).ok()? {
        let Place { offset, family } = random.choose(&places).ok()?;
        let byte = &mut module[*offset];
        *byte = match family {
            Some(family) => random.int_in_range(family.clone()).ok()?,
            // Whether more bytes follow stays as it is.
            None => *byte & 0x80 | random.int_in_range(0..=0x7f).ok()?,
        };
    }
    if random.ratio(1, 4).ok()? {
        let (first, last) = (places.first()?.offset, places.last()?.offset);
        module[random.int_in_range(first..=last).ok()?] = random.arbitrary().ok()?;
    }
    Validator::new_with_features(FEATURES).validate_all(&module).ok()?;
    Some(module)
}
