//! Where the bytes of an instruction go, and how many they are.

use super::parse::Target;
use crate::expression::Argument;
use crate::value_type::ValueType;

/// What the bytes that an instruction emits are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Store {
    /// Its result.
    Result(ValueType),
    /// A local of this type.
    Local(ValueType),
    /// A global of this type.
    Global(ValueType),
    /// So many bytes of memory.
    Memory(i64),
    /// The number of pages of memory.
    Pages,
    /// The argument of an `out` token.
    Output,
    /// The offset of a jump, a call or a return.
    Offset,
    /// The number of a request to the host.
    Request,
    /// An argument of a request, of this type.
    Argument(ValueType),
}

impl Store {
    /// How many bytes they are.
    pub(super) fn bytes(self) -> i64 {
        match self {
            Store::Result(one) | Store::Local(one) | Store::Global(one) | Store::Argument(one) => {
                one.bytes()
            }
            Store::Memory(bytes) => bytes,
            Store::Pages | Store::Offset | Store::Request => 4,
            Store::Output => 1,
        }
    }

    /// Do its bytes come after a token that begins them, so that there is no `first` among them?
    pub(super) fn has_opening(self) -> bool {
        matches!(self, Store::Offset | Store::Request)
    }
}

/// Where an assignment of this target goes; none where nothing is called so. `result` is the type of the
/// result that has its name, if one does.
pub(super) fn store(target: &Target, result: Option<ValueType>) -> Option<Store> {
    let words = target.words();
    if let Some(arguments) = &target.arguments {
        let value_type = arguments.first().and_then(Argument::value_type);
        return match words.as_str() {
            "local" => Some(Store::Local(value_type?)),
            "global" => Some(Store::Global(value_type?)),
            "argument" => Some(Store::Argument(value_type?)),
            "memory" | "reserved" => Some(Store::Memory(arguments.get(1)?.integer()?)),
            _ => None,
        };
    }
    if let Some(result) = result {
        return (target.member.is_none()).then_some(Store::Result(result));
    }
    match words.as_str() {
        "memory.pages" => Some(Store::Pages),
        "output" => Some(Store::Output),
        "jump" => Some(Store::Offset),
        "request" => Some(Store::Request),
        _ => None,
    }
}
