//! Locals and globals: bytes filed under the frame and the number of the variable. A local that
//! was last written under a frame that was opened before the current one belongs to an earlier call
//! and reads as 0; so does one that was never written.

use super::limits::NOWHERE;
use tvm_macros::graph;

graph! {
    /// The byte of the variable that the instruction names. `base` is four times its number, plus
    /// where its window begins; `setting` is 1 while a byte of a variable is emitted; `global` is 1
    /// for globals, which no frame owns.
    pub fn variable_byte(
        token: &super::Columns,
        bytes: &super::Recent,
        counters: &super::Counters,
        base,
        setting,
        global
    ) -> VariableByte {
        let key_written = base + bytes.result_index - 1;
        let wanted = base + bytes.result_index;
        let opens = reglu(1, token.call_step);
        let opened_at = lookup {
            key: counters.frame when opens,
            query: counters.frame,
            values: [token.position]
        };
        let [found, place, written_under] = lookup {
            key: key_written when setting,
            query: wanted,
            values: [token.byte_number - 1, key_written + NOWHERE * (1 - setting), opened_at]
        };
        let since = slot(written_under - opened_at);
        let fresh = step(since + NOWHERE * global >= 0);
        let same = slot(reglu(found, place - wanted + 1) - 2 * reglu(found, place - wanted) + reglu(found, place - wanted - 1));
        /// The byte, 0 when this frame has not written it.
        byte = reglu(same, fresh);
    }

    /// The byte of the immediate of the call that opened the frame.
    pub fn caller_byte(
        token: &super::Columns,
        bytes: &super::Recent,
        counters: &super::Counters,
        calling
    ) -> CallerByte {
        let found = lookup {
            key: 4 * counters.frame + bytes.result_index - 1 when calling,
            query: 4 * counters.frame - 4 + bytes.result_index,
            values: [token.byte_number]
        };
        /// The byte.
        byte = found - 1;
    }
}
