//! What one instruction cannot have together, and what needs something else. Parts of the machine
//! are shared by all opcodes: there is one query for a variable, one address, one distance of a
//! shift, one run of bytes. A body that asks one of them for two things at once would get neither,
//! so the tables here say what excludes what. They are the whole list.

use super::instance::Opcode;
use super::target::Store;
use super::usage::{Feature, Use, uses};
use crate::errors::Errors;

use Feature::*;

const TARGETS: &[Feature] = &[
    ToResult, ToLocal, ToGlobal, ToMemory, ToReserved, ToPages, ToOutput, ToOffset, ToRequest,
    ToArgument,
];
const TRANSFERS: &[Feature] = &[Jump, Call, Return];
const ENDINGS: &[Feature] = &[Jump, Call, Return, Halt, Request, Await];
const SHIFTS: &[Feature] = &[ShiftLeft, ShiftRight, RotateLeft, RotateRight];

/// Of either side of a row an instruction has at most one, unless it is the same; and why.
const EXCLUSIONS: &[(&[Feature], &[Feature], &str)] = &[
    (TARGETS, TARGETS, "the bytes of an instruction go to one place"),
    (
        &[ReadLocal, ToLocal],
        &[ReadGlobal, ToGlobal],
        "an instruction has one variable, a local or a global",
    ),
    (&[ReadMemory], &[ToMemory], "an instruction reads memory or writes it"),
    (&[ReadReserved], &[ToReserved], "an instruction reads memory or writes it"),
    (
        &[ReadMemory, ToMemory, Outside],
        &[ReadReserved, ToReserved],
        "an instruction has one address, in memory or in what is reserved",
    ),
    (SHIFTS, SHIFTS, "an instruction shifts or rotates in one way"),
    (&[Division], &[MagnitudeDivision], "an instruction divides once"),
    (ENDINGS, ENDINGS, "an instruction ends in one way besides its traps"),
    (
        TRANSFERS,
        &[
            ToResult, ToLocal, ToGlobal, ToMemory, ToReserved, ToPages, ToOutput, ToRequest,
            ToArgument,
        ],
        "the bytes of a jump, a call or a return are its offset",
    ),
    (&[Halt], TARGETS, "where the program can end, no bytes are emitted"),
    (&[Await], TARGETS, "what is awaited comes from the host, and no bytes are emitted"),
    (&[Trap], TARGETS, "after a trap without conditions nothing is emitted"),
    (&[Trap], ENDINGS, "a trap without conditions is the only end"),
    (
        &[Division, MagnitudeDivision],
        &[ToOutput, ToOffset, ToRequest, ToArgument],
        "the digits of a quotient come before the bytes of a result",
    ),
];

/// What an instruction has once, and why.
const ONCE: &[(&[Feature], &str)] = &[
    (ENDINGS, "a second end of the same kind: join the conditions of both in one"),
    (&[Trap], "a second trap without conditions is never reached"),
    (&[Grow], "memory grows once in an instruction"),
];

/// What needs one of others, and what to do where there is none.
const NEEDS: &[(&[Feature], &[Feature], &str)] = &[
    (
        TRANSFERS,
        &[ToOffset],
        "the offset is never set: assign `jump.byte`, as in `jump.byte = immediate.byte`",
    ),
    (
        &[ToOffset],
        TRANSFERS,
        "an offset is for a transfer of control: add `jump`, `call` or `return`",
    ),
    (
        &[Request],
        &[ToRequest],
        "the number of the request is never set: assign `request.byte`, as in `request.byte = \
         immediate.byte`",
    ),
    (&[ToRequest], &[Request], "a number of a request is for a request: add `request`"),
    (
        &[Carry],
        &[Tick],
        "`carry` is the tick of the byte before, which nothing sets here: assign `result.carry`",
    ),
    (
        &[Caller],
        &[Return],
        "`caller.byte` is of the call that a `return` goes back to: only an opcode with `return` \
         reads it",
    ),
    (
        &[ReadMemory, ToMemory],
        &[Outside],
        "nothing looks whether the access is inside memory: add `trap out_of_bounds when \
         memory[..].outside`",
    ),
];

/// Checks one opcode.
pub(super) fn check(opcode: &Opcode, errors: &mut Errors) {
    let uses = uses(opcode);
    let before = errors.found();
    let mut told = Vec::new();
    for row in EXCLUSIONS {
        exclusion(&uses, *row, &mut told, errors);
    }
    for (features, why) in ONCE {
        once(&uses, features, why, errors);
    }
    accesses(&uses, errors);
    if errors.found() > before {
        // What is missing may be there once the rest is put right.
        return;
    }
    for (features, needed, why) in NEEDS {
        let has = |one: &&Use| features.contains(&one.feature);
        if let Some(one) = uses.iter().find(has)
            && !uses.iter().any(|other| needed.contains(&other.feature))
        {
            errors.push(one.place.error(why));
        }
    }
}

/// One mistake gives one message: it is at the later of the first two that exclude each other, unless
/// something is told of that already.
fn exclusion(
    uses: &[Use],
    (these, those, why): (&[Feature], &[Feature], &str),
    told: &mut Vec<usize>,
    errors: &mut Errors,
) {
    let excludes = |one: &Use, other: &Use| {
        one.feature != other.feature
            && (these.contains(&one.feature) && those.contains(&other.feature)
                || those.contains(&one.feature) && these.contains(&other.feature))
    };
    for (index, later) in uses.iter().enumerate() {
        if let Some(earlier) = uses[..index].iter().find(|earlier| excludes(earlier, later)) {
            let text = format!(
                "{why}: here it is {}, and {} is used too; make two opcodes of it",
                later.text, earlier.text
            );
            if !told.contains(&index) {
                told.push(index);
                errors.push(later.place.error(text));
            }
            return;
        }
    }
}

fn once(uses: &[Use], features: &[Feature], why: &str, errors: &mut Errors) {
    for feature in features {
        if let Some(second) = uses.iter().filter(|one| one.feature == *feature).nth(1) {
            errors.push(second.place.error(why));
        }
    }
}

/// All accesses are of one size: so many bytes of memory, or a variable of one type.
fn accesses(uses: &[Use], errors: &mut Errors) {
    let differ = |one: &Use, other: &Use| match (one.store, other.store) {
        (Some(Store::Memory(bytes)), Some(Store::Memory(others))) => bytes != others,
        (Some(Store::Local(one)), Some(Store::Local(other)))
        | (Some(Store::Global(one)), Some(Store::Global(other))) => one != other,
        _ => false,
    };
    for (index, later) in uses.iter().enumerate() {
        if let Some(earlier) = uses[..index].iter().find(|earlier| differ(earlier, later)) {
            let text = format!(
                "an instruction accesses one number of bytes: here it is {}, and {} before",
                later.text, earlier.text
            );
            errors.push(later.place.error(text));
            return;
        }
    }
}
