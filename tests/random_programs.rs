//! Random valid programs, the kind a C compiler emits: straight runs of values and effects, branches
//! that only go forward, calls, all within the stack. Reference and sparse engine agree on every token.

use proptest::prelude::*;
use tvm_core::machine::Machine;
use tvm_model::Model;
use tvm_program::{Instruction, Program, text};
use tvm_reference::Executor;
use tvm_runtime::engine::{AttentionKind, EngineKind, Prepared};
use tvm_universal::full;

/// What a piece of a program does to the stack: `(pops, pushes)`.
const PIECES: &[(&str, usize, usize)] = &[
    ("drop", 1, 0),
    ("select", 3, 1),
    ("local.get", 0, 1),
    ("local.set", 1, 0),
    ("local.tee", 1, 1),
    ("global.get", 0, 1),
    ("global.set", 1, 0),
    ("i32.load", 1, 1),
    ("i32.load8_s", 1, 1),
    ("i32.load16_u", 1, 1),
    ("i32.load16_s", 1, 1),
    ("i32.store", 2, 0),
    ("i32.store8", 2, 0),
    ("i32.store16", 2, 0),
    ("i32.const", 0, 1),
    ("i32.eqz", 1, 1),
    ("i32.lt_s", 2, 1),
    ("i32.ge_u", 2, 1),
    ("i32.add", 2, 1),
    ("i32.sub", 2, 1),
    ("output", 1, 0),
    ("i32.mul", 2, 1),
    ("i32.and", 2, 1),
    ("i32.xor", 2, 1),
    ("i32.shl", 2, 1),
    ("i32.shr_s", 2, 1),
    ("i32.rotl", 2, 1),
    ("i32.clz", 1, 1),
    ("i32.ctz", 1, 1),
    ("i32.popcnt", 1, 1),
    ("i32.extend8_s", 1, 1),
    ("i32.div_u", 2, 1),
    ("i32.rem_s", 2, 1),
];

fn build(choices: &[(usize, u32, bool)]) -> Program {
    let set = Machine::full().instruction_set();
    let mut program = Program::default();
    let mut push = |name: &str, immediate: u32| {
        let code = set.by_name(name).unwrap().code;
        program.instructions.push(Instruction { code, immediate });
    };
    let mut depth = 0;
    for &(choice, number, small) in choices {
        let (name, pops, pushes) = PIECES[choice % PIECES.len()];
        while depth < pops {
            push("i32.const", if small { number % 64 } else { number });
            depth += 1;
        }
        let immediate = match name {
            "local.get" | "local.set" | "local.tee" => number % 5,
            "global.get" | "global.set" => number % 3,
            "i32.const" if small => number % 64,
            "i32.const" => number,
            _ if name.contains("load") || name.contains("store") => number % 8,
            _ => 0,
        };
        push(name, immediate);
        depth = depth - pops + pushes;
        if number % 7 == 0 {
            // A branch over a constant and its drop: the depth is the same on both ways.
            push("i32.const", number & 8);
            push("br_if", 2);
            push("i32.const", number);
            push("drop", 0);
        }
        if number % 11 == 0 {
            // A call of the next instruction but two, which reads and writes locals and returns.
            push("call", 1);
            push("br", 4);
            push("local.get", 1);
            push("local.set", 2);
            push("i32.const", number);
            push("return", !3);
            depth += 1;
        }
    }
    push("halt", 0);

    program
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]
    #[test]
    fn the_transformer_runs_as_the_reference_does(
        choices in prop::collection::vec((any::<usize>(), any::<u32>(), any::<bool>()), 1..60)
    ) {
        let program = build(&choices);
        let set = Machine::full().instruction_set();
        let mut expected = Vec::new();
        let run = Executor::new(&program, &set, &[]).unwrap();
        let ended = run.run(3_000, &mut |token| expected.push(token.to_string()));
        let model = Model::from_bytes(full::MODEL).unwrap();
        let prompt = text::prompt(&program, &set, None);
        for kind in EngineKind::ALL {
            let kernel = Some(full::KERNEL);
            let prepared = Prepared::new(&model, Some(kind), AttentionKind::Hull, kernel).unwrap();
            let mut engine = prepared.engine();
            for token in model.vocabulary.tokens(prompt.iter().map(String::as_str)).unwrap() {
                engine.feed(token);
            }
            for (place, expected) in expected.iter().enumerate() {
                let token = engine.predict();
                let found = model.vocabulary.name(token);
                prop_assert_eq!(found, expected, "{}, token {}", kind, place);
                engine.feed(token);
            }
        }
        prop_assert!(ended.is_ok() || expected.len() >= 3_000, "{:?}", ended);
    }
}
