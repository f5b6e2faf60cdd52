//! Locals and globals: bytes stored under the depth of calls and the number of the variable. A local that was
//! last written before the current frame was opened belongs to an earlier call of the same depth, and reads
//! as 0. So does a local that was never written.

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
        let byte_number = lookup {
            key: 4 * counters.frame + bytes.result_index - 1 when calling,
            query: 4 * counters.frame - 4 + bytes.result_index,
            values: [token.byte_number]
        };
        /// The byte.
        byte = byte_number - 1;
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::super::probe::State;
    use super::*;
    use crate::graph::probe::Probe;

    /// What a program does with its variables.
    enum Step {
        Call,
        Return,
        SetLocal(i64, i64),
        SetGlobal(i64, i64),
    }
    use Step::{Call, Return, SetGlobal, SetLocal};

    /// Locals of a call are 0 until the call sets them, whatever a call at the same depth left there.
    const PROGRAM: [Step; 14] = [
        SetLocal(0, 11),
        SetLocal(1, 12),
        Call,
        SetLocal(0, 21),
        SetGlobal(1, 99),
        Call,
        SetLocal(1, 31),
        Return,
        Return,
        SetLocal(1, 13),
        Call,
        SetLocal(1, 22),
        Call,
        SetGlobal(0, 98),
    ];

    const GLOBALS_BEGIN: i64 = 100_000;

    #[test]
    fn locals_are_those_of_the_call_and_globals_of_all() {
        let mut probe = Probe::new();
        let state = State::new(&mut probe);
        let [base, setting, global] = probe.inputs(["base", "setting", "global"]);
        let State { token, bytes, counters, .. } = &state;
        let graph = &mut probe.graph;
        let found = variable_byte(graph, token, bytes, counters, &base, &setting, &global).byte;
        let mut frames: Vec<BTreeMap<i64, i64>> = vec![BTreeMap::new()];
        let mut globals = BTreeMap::new();
        let mut expected = Vec::new();
        // The entry is a call.
        probe.token(&[(&token.call_step, 1), (&counters.frame, 1)]);
        expected.push(None);
        for step in PROGRAM {
            let call_step = match step {
                Call => 1,
                Return => -1,
                _ => 0,
            };
            match step {
                Call => frames.push(BTreeMap::new()),
                Return => drop(frames.pop()),
                _ => {}
            }
            let depth = frames.len() as i64;
            let place = |number: i64, global: bool| {
                if global { GLOBALS_BEGIN + 4 * number } else { 1000 * depth + 4 * number }
            };
            let at = (&counters.frame, depth);
            match step {
                SetLocal(number, byte) | SetGlobal(number, byte) => {
                    let is_global = matches!(step, SetGlobal(..));
                    let own = frames.last_mut().expect("the entry stays");
                    if is_global { &mut globals } else { own }.insert(number, byte);
                    probe.token(&[
                        at,
                        (&base, place(number, is_global)),
                        (&global, i64::from(is_global)),
                        (&setting, 1),
                        (&bytes.result_index, 1),
                        (&token.byte_number, byte + 1),
                    ]);
                }
                _ => probe.token(&[at, (&token.call_step, call_step)]),
            }
            expected.push(None);
            for (number, is_global) in [(0, false), (1, false), (0, true), (1, true)] {
                probe.token(&[
                    at,
                    (&base, place(number, is_global)),
                    (&global, i64::from(is_global)),
                ]);
                let own = frames.last().expect("the entry stays");
                let held = if is_global { &globals } else { own }.get(&number);
                expected.push(Some(held.copied().unwrap_or(0)));
            }
        }
        for (position, ([found], expected)) in
            probe.read([&found]).into_iter().zip(expected).enumerate()
        {
            assert_eq!(found, expected.unwrap_or(found), "position {position}");
        }
    }
}
