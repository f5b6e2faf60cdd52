//! Where the operands of an instruction are and where its results go, in the order in which WebAssembly pushes them; and
//! how a place is written.

use serde::{Serialize, Serializer};

use tvm_program::{Place, Places};

/// The places of so many operands, the last one last. Those below the second from the top are on the stack.
pub(super) fn of_operands(count: usize, places: Places) -> Vec<Place> {
    let mut all = vec![Place::Stack; count];
    for (place, own) in all.iter_mut().rev().zip([places.top, places.second]) {
        *place = own;
    }
    all
}

/// The places of so many results. One that goes to a variable is the only one.
pub(super) fn of_results(count: usize, places: Places) -> Vec<Place> {
    vec![places.result; count]
}

/// A place in the text of an instruction: `L3` is local 3, `G7` global 7.
pub(super) fn short(place: Place) -> String {
    match place {
        Place::Stack => "stack".to_owned(),
        Place::Local(word) => format!("L{word}"),
        Place::Global(word) => format!("G{word}"),
    }
}

/// A place in JSON: `"stack"`, `{"local":3}` or `{"global":7}`.
#[derive(Serialize)]
#[serde(remote = "Place", rename_all = "snake_case")]
enum PlaceInJson {
    Stack,
    Local(u16),
    Global(u16),
}

/// Places as an array in JSON.
pub(super) fn serialize<S: Serializer>(places: &[Place], serializer: S) -> Result<S::Ok, S::Error> {
    #[derive(Serialize)]
    struct Element(#[serde(with = "PlaceInJson")] Place);
    serializer.collect_seq(places.iter().map(|place| Element(*place)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_operand_is_the_top() {
        let places =
            Places { top: Place::Local(3), second: Place::Global(7), result: Place::Stack };
        assert_eq!(of_operands(1, places), [Place::Local(3)]);
        assert_eq!(of_operands(2, places), [Place::Global(7), Place::Local(3)]);
        assert_eq!(of_operands(3, places), [Place::Stack, Place::Global(7), Place::Local(3)]);
        assert_eq!(of_operands(0, places), []);
    }
}
