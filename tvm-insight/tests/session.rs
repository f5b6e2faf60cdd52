//! Sessions against others: the tokens of the reference executor, the steps of a reader that compares, the state of the
//! executor, the explanations of an explainer that has read everything.

use std::path::Path;
use std::sync::LazyLock;

use tvm_core::machine::Machine;
use tvm_core::pipeline::{self, SPECIALISED};
use tvm_core::schedule::Options;
use tvm_insight::execution::{ComparedReader, Effect, Step};
use tvm_insight::explain::{Explainer, Report};
use tvm_insight::session::{
    ByteKind, Change, Comparison, EndedKind, Half, Repl, ReplAnswer, Seek, Session, SessionError,
    Subject, Wanted, Weight, to_json,
};
use tvm_model::{Model, Token};
use tvm_program::{Program, wasm};
use tvm_reference::{Executor, Trace};
use tvm_runtime::driver::Limits;
use tvm_runtime::engine::{AttentionKind, Dense, Engine};

/// How models are scheduled here: at once, however large they become.
const QUICK: Options = Options { rounds: 0, solver: None, ..SPECIALISED };

/// A program whose run has calls, loops, memory and output; its input.
struct Example {
    module: Vec<u8>,
    program: Program,
    machine: Machine,
    input: &'static [u8],
    specialised: Vec<u8>,
    universal: Vec<u8>,
}

static EXAMPLE: LazyLock<Example> = LazyLock::new(|| {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../programs/prebuilt/collatz.wasm");
    let module = std::fs::read(path).unwrap();
    let machine = Machine::full();
    let program = wasm::compile(&module, &machine.instruction_set()).unwrap();
    let specialised = pipeline::specialised_within(&machine, &program, "collatz", &QUICK);
    let universal = pipeline::universal_within(&machine, &QUICK);
    Example {
        module,
        specialised: specialised.unwrap().model.to_bytes(),
        universal: universal.unwrap().model.to_bytes(),
        program,
        machine,
        input: b"27",
    }
});

impl Example {
    /// The program with its own model, and with the universal one.
    fn subjects(&self) -> [Subject; 2] {
        [&self.specialised, &self.universal]
            .map(|model| Subject::program(model, "collatz", &self.module, self.input).unwrap())
    }

    /// The names of the generated tokens, by the reference executor.
    fn tokens(&self) -> Vec<String> {
        let set = self.machine.instruction_set();
        let executor = Executor::new(&self.program, &set, self.input).unwrap();
        let mut tokens = Vec::new();
        executor.run(1_000_000, &mut |token| tokens.push(token.to_string())).unwrap();
        tokens
    }

    /// The steps, by a reader that compares.
    fn steps(&self, prompt: u64) -> Vec<Step> {
        let (set, input) = (self.machine.instruction_set(), self.input);
        let mut reader =
            ComparedReader::new(&self.program, &self.machine, &set, input, prompt).unwrap();
        self.tokens().iter().filter_map(|name| reader.token(name).unwrap()).collect()
    }
}

/// A session that has run to its end, in pieces of different lengths.
fn run(subject: &Subject) -> Session<'_> {
    let mut session = Session::new(subject, Limits::default());
    for piece in [1, 2, 3, 100].into_iter().chain(std::iter::repeat(777)) {
        if session.advance(piece).ended.is_some() {
            return session;
        }
    }
    unreachable!("the program halts")
}

fn names(session: &Session<'_>, model: &[u8], from: u64) -> Vec<String> {
    let model = Model::from_bytes(model).unwrap();
    session.sequence().from(from).map(|token| model.vocabulary.name(token).to_owned()).collect()
}

#[test]
fn a_run_in_pieces_has_the_tokens_of_the_reference_executor() {
    let example = &*EXAMPLE;
    for (subject, model) in
        example.subjects().iter().zip([&example.specialised, &example.universal])
    {
        let session = run(subject);
        let prompt = subject.about().prompt_length as u64;
        assert_eq!(names(&session, model, prompt), example.tokens());
        let progress = session.progress();
        assert_eq!(progress.ended.unwrap().kind, EndedKind::Halted);
        let steps = example.steps(prompt);
        assert_eq!(progress.instructions, steps.len() as u64);
        let output: Vec<u8> = steps.iter().filter_map(|step| step.output).collect();
        assert_eq!(session.output(progress.tokens), output);
        assert_eq!(progress.output_length, output.len() as u64);
    }
}

#[test]
fn steps_around_any_position_are_those_of_a_whole_reading() {
    let example = &*EXAMPLE;
    let [subject, _] = example.subjects();
    let session = run(&subject);
    let steps = example.steps(subject.about().prompt_length as u64);
    for (number, step) in steps.iter().enumerate().step_by(37) {
        for offset in [0, step.tokens - 1] {
            let position = step.position + offset;
            assert_eq!(session.number_of(position), Some(number as u64));
            for (before, after) in [(0, 0), (3, 2), (40, 0), (2000, 1)] {
                let around = session.steps(position, before, after).unwrap();
                let expected = &steps[number.saturating_sub(before)..];
                let expected = &expected[..(number.min(before) + 1 + after).min(expected.len())];
                assert_eq!(around, expected, "{before} and {after} around {position}");
            }
        }
        let listed = session.steps_by_number(number as u64, 5).unwrap();
        assert_eq!(listed, steps[number..].iter().take(5).cloned().collect::<Vec<_>>());
    }
    assert_eq!(session.number_of(0), None);
    assert_eq!(session.steps_by_number(steps.len() as u64, 5).unwrap(), []);
}

#[test]
fn states_in_any_order_are_those_of_the_executor() {
    let example = &*EXAMPLE;
    let [subject, _] = example.subjects();
    let mut session = run(&subject);
    let steps = example.steps(subject.about().prompt_length as u64);
    let set = example.machine.instruction_set();
    let mut executor = Executor::new(&example.program, &set, example.input).unwrap();
    let mut expected = Vec::new();
    for step in &steps {
        executor.step(&mut Trace::new(1_000_000, &mut |_| {})).unwrap();
        let operands: Vec<i32> =
            executor.operands().iter().map(|word| word.cast_signed()).collect();
        let memory = executor.memory(1024, 64);
        expected.push((step.position + step.tokens, operands, memory));
    }
    let order = (0..expected.len()).map(|number| number * 7919 % expected.len());
    for number in order.take(300) {
        let (position, operands, memory) = &expected[number];
        let state = session.state(*position).unwrap();
        assert_eq!(&state.operands, operands);
        assert_eq!(state.instructions, number as u64 + 1);
        assert_eq!(state.step.as_ref(), Some(&steps[number]));
        assert_eq!(&session.memory(*position, 1024, 64).unwrap(), memory);
    }
    let end = session.progress().tokens;
    assert!(session.state(end).unwrap().ended);
    assert!(matches!(session.state(end + 1), Err(SessionError::Position { .. })));
}

#[test]
fn explanations_in_any_order_are_those_of_a_whole_reading() {
    let example = &*EXAMPLE;
    let [subject, _] = example.subjects();
    let mut session = run(&subject);
    let model = Model::from_bytes(&example.specialised).unwrap();
    let explained = |position: u64| {
        let mut explainer = Explainer::new(&model.weights);
        let tokens: Vec<Token> = session.sequence().from(0).take(position as usize + 1).collect();
        let (last, before) = tokens.split_last().unwrap();
        before.iter().for_each(|token| explainer.feed(*token));
        let explanation = explainer.explain(*last, 5);
        let names = model.description.names.as_ref();
        to_json(&Report { explanation: &explanation, names, vocabulary: &model.vocabulary })
    };
    let mut positions = vec![5000, 4999, 0, 5001, 4095, 4096, 4097, 1];
    // Far into the run a plan reads for the explainer; then back, forth, and near the beginning again.
    positions.extend([40_000, 39_999, 39_870, 39_500, 30_000, 56_000, 55_999, 17, 20_000]);
    let explained_at: Vec<String> = positions.iter().copied().map(explained).collect();
    for (&position, expected) in positions.iter().zip(&explained_at) {
        let mut left = u64::MAX;
        while left > 0 {
            let now = session.prepare(position, 1000).unwrap();
            assert!(now == 0 || now < left);
            left = now;
        }
        assert_eq!(&session.explain(position).unwrap(), expected, "at {position}");
    }
    while session.read_ahead(10_000) > 0 {}
    assert_eq!(session.explain(positions[8]).unwrap(), explained_at[8]);
    let end = session.progress().tokens;
    assert!(matches!(session.explain(end), Err(SessionError::Position { .. })));
}

#[test]
fn what_does_not_fit_is_refused() {
    let example = &*EXAMPLE;
    let Example { module, specialised, universal, .. } = example;
    assert!(matches!(Subject::model(universal, b""), Err(SessionError::NoProgram)));
    assert!(matches!(Subject::model(b"no model", b""), Err(SessionError::Model(_))));
    let other = "(module (func (export \"compute\") (param i32)))";
    let opened = Subject::program(specialised, "other", other.as_bytes(), b"");
    assert!(matches!(opened, Err(SessionError::OtherProgram(_))));
    let opened = Subject::program(universal, "text", b"(module", b"");
    assert!(matches!(opened, Err(SessionError::Source(_))));
    let opened = Subject::program(universal, "bytes", &[0xff, 0xfe], b"");
    assert!(matches!(opened, Err(SessionError::NotText)));
    // Of a model alone the run is known, and no state.
    let subject = Subject::model(specialised, example.input).unwrap();
    let mut session = run(&subject);
    assert_eq!(session.output(u64::MAX), include_bytes!("../../programs/expected/collatz.txt"));
    assert!(matches!(session.state(10), Err(SessionError::ProgramUnknown)));
    assert!(matches!(subject.specialise(), Err(SessionError::ProgramUnknown)));
    let of_program = Subject::program(specialised, "collatz", module, example.input).unwrap();
    let (mnemonics, texts) = (subject.about().instructions, of_program.about().instructions);
    assert_eq!(mnemonics.len(), texts.len());
    for (mnemonic, text) in mnemonics.iter().zip(texts) {
        assert!(text.text.starts_with(&mnemonic.text), "{mnemonic:?} and {text:?}");
        assert_eq!(mnemonic.function, text.function);
    }
}

/// What a search in pieces finds, whatever their length.
fn sought(session: &mut Session<'_>, from: u64, what: &Wanted, forward: bool) -> Option<u64> {
    let whole = Seek { what: what.clone(), forward };
    let at_once = session.seek(from, &whole, u64::MAX).unwrap();
    assert!(at_once.position.is_some() || at_once.reached.is_none());
    for piece in [1, 500] {
        let mut reached = from;
        let found = loop {
            let found = session.seek(reached, &whole, piece).unwrap();
            match (found.position, found.reached) {
                (None, Some(further)) => {
                    assert!(if forward { further > reached } else { further < reached });
                    reached = further;
                }
                (position, _) => break position,
            }
        };
        assert_eq!(found, at_once.position, "{what:?} in pieces of {piece} from {from}");
    }
    at_once.position
}

#[test]
fn what_is_looked_for_is_the_nearest_of_all_steps() {
    let example = &*EXAMPLE;
    let [subject, _] = example.subjects();
    let mut session = run(&subject);
    let steps = example.steps(subject.about().prompt_length as u64);
    let begins = |wanted: &dyn Fn(&Step) -> bool| -> Vec<u64> {
        steps.iter().filter(|step| wanted(step)).map(|step| step.position).collect()
    };
    let (first, middle) = (steps[0].instruction, steps[steps.len() / 2].instruction);
    let mut written = steps.iter().filter_map(|step| match &step.effect {
        Some(Effect::Store { address, .. }) => Some(*address),
        _ => None,
    });
    let address = written.next_back().unwrap();
    let stores = |step: &Step| match &step.effect {
        Some(Effect::Store { address: at, bytes, .. }) => {
            (*at..*at + bytes.len() as u64).contains(&address)
        }
        _ => false,
    };
    let effect = |wanted: &'static str| {
        move |step: &Step| match &step.effect {
            Some(Effect::Call { .. }) => wanted == "call",
            Some(Effect::Return { .. }) => wanted == "return",
            _ => false,
        }
    };
    let outputs = steps.iter().filter(|step| step.output.is_some());
    let cases = [
        (Wanted::Instruction, begins(&|_| true)),
        (Wanted::Call, begins(&effect("call"))),
        (Wanted::Return, begins(&effect("return"))),
        (Wanted::Output, outputs.map(|step| step.position + step.tokens - 1).collect()),
        (
            Wanted::Breakpoint { instructions: [first.0, middle.0].into() },
            begins(&|step| [first, middle].contains(&step.instruction)),
        ),
        (Wanted::Write { address }, begins(&stores)),
        (Wanted::Trap, Vec::new()),
    ];
    let end = session.progress().tokens;
    let places = [0, 1, steps[0].position, steps[0].position + 1, end / 3, end / 2, end - 1, end];
    for (what, all) in cases {
        assert!(!all.is_empty() || what == Wanted::Trap, "{what:?}");
        for from in places {
            let later = all.iter().copied().find(|at| *at > from);
            assert_eq!(sought(&mut session, from, &what, true), later, "{what:?} after {from}");
            let earlier = all.iter().copied().rev().find(|at| *at < from);
            assert_eq!(sought(&mut session, from, &what, false), earlier, "{what:?} before {from}");
        }
    }
    let search = Wanted::Search { text: "call_commit".to_owned() };
    let call = sought(&mut session, 0, &search, true).unwrap();
    assert_eq!(session.steps(call, 0, 0).unwrap()[0].position, begins(&effect("call"))[0]);
}

/// The value of a field of JSON.
fn json(text: &str) -> serde_json::Value {
    serde_json::from_str(text).unwrap()
}

#[test]
fn the_key_that_won_is_the_one_that_is_explained() {
    let example = &*EXAMPLE;
    let [subject, _] = example.subjects();
    let mut session = run(&subject);
    let position = 3000;
    let explanation = json(&session.explain(position).unwrap());
    let mut searched = 0;
    for (layer, explained) in explanation["layers"].as_array().unwrap().iter().enumerate() {
        for (head, explained) in
            explained["attention"]["heads"].as_array().unwrap().iter().enumerate()
        {
            let keys = session.head_keys(position, layer, head).unwrap();
            assert_eq!(explained["name"], keys.name);
            if !explained["has_key"].as_bool().unwrap() {
                assert_eq!((keys.points.len(), keys.attended), (0, None));
                continue;
            }
            let attended = keys.attended.unwrap();
            assert_eq!(explained["attended"]["position"], attended.key.position);
            assert_eq!(explained["attended"]["token"], attended.key.token);
            // The key is what an explanation of that position says.
            let there = json(&session.explain(attended.key.position as u64).unwrap());
            let key = &there["layers"][layer]["attention"]["heads"][head]["key"];
            let key = [0, 1].map(|axis| key[axis].as_f64().unwrap());
            assert_eq!([attended.key.x, attended.key.y], key);
            let [x, y] = keys.query;
            for point in &keys.points {
                assert!(x * point.x + y * point.y <= attended.score, "{layer} {head}");
            }
            if let Some(runner_up) = keys.runner_up {
                assert!(runner_up.score <= attended.score);
            }
            searched += 1;
        }
    }
    assert!(searched > 3);
    assert!(matches!(session.head_keys(position, 99, 0), Err(SessionError::Part { .. })));
}

#[test]
fn the_weights_of_a_neuron_give_its_gate_and_its_value() {
    let example = &*EXAMPLE;
    let [subject, _] = example.subjects();
    let mut session = run(&subject);
    let explanation = json(&session.explain(3000).unwrap());
    let (mut seen, layers) = (0, explanation["layers"].as_array().unwrap());
    for (layer, explained) in layers.iter().enumerate() {
        let read = |slot: usize| explained["attention"]["residual"][slot].as_f64().unwrap();
        for active in explained["feed_forward"]["active"].as_array().unwrap() {
            let neuron = active["neuron"].as_u64().unwrap() as usize;
            let weights = subject.neuron(layer, neuron).unwrap();
            assert_eq!(active["name"], weights.name);
            let sum =
                |row: &[Weight]| row.iter().fold(0.0, |sum, one| sum + one.weight * read(one.slot));
            // A number that is no integer is not read back to the last bit.
            let close = |number: &serde_json::Value, sum: f64| {
                let number = number.as_f64().unwrap();
                assert!((number - sum).abs() <= 1e-12 * number.abs(), "{number} and {sum}");
            };
            close(&active["gate"], sum(&weights.gate));
            close(&active["value"], sum(&weights.value));
            let product = active["product"].as_f64().unwrap();
            let writes = active["writes"].as_array().unwrap();
            assert_eq!(writes.len(), weights.output.len());
            for (write, weight) in writes.iter().zip(&weights.output) {
                assert_eq!(write["amount"].as_f64().unwrap(), weight.weight * product);
                assert_eq!(write["to"], weight.name);
                // Who writes a slot is among those that are said to.
                let used = subject.slot(2 * layer + 2, weight.slot).unwrap();
                assert!(used.written.iter().any(|user| {
                    (user.layer, user.half) == (layer, Half::FeedForward)
                        && weights.name.starts_with(&user.name)
                }));
            }
            seen += 1;
        }
    }
    assert!(seen > 10);
}

#[test]
fn the_best_of_the_scores_is_the_token_that_follows() {
    let example = &*EXAMPLE;
    let [subject, _] = example.subjects();
    let mut session = run(&subject);
    let mut kinds = [0, 0];
    for position in 2000..2100 {
        let next = session.sequence().get(position + 1).unwrap();
        let scores = session.scores(position).unwrap();
        let explanation = json(&session.explain(position).unwrap());
        // Of equal scores the first token has won.
        let best = scores.bytes.iter().rev().max_by(|a, b| a.score.total_cmp(&b.score)).unwrap();
        let model = &subject.about().vocabulary;
        let name = &model[next.0 as usize];
        if explanation["top"][0]["token"] == best.token.as_str() {
            assert_eq!(&best.token, name);
            assert_eq!(explanation["top"][0]["score"].as_f64().unwrap(), best.score);
            kinds[usize::from(scores.kind == ByteKind::Output)] += 1;
        }
    }
    assert!(kinds[0] > 0, "{kinds:?}");
}

#[test]
fn a_changed_model_runs_as_the_dense_engine_says() {
    let example = &*EXAMPLE;
    let [subject, _] = example.subjects();
    let about = subject.about();
    // Of every layer one head and one neuron, switched off or made constant.
    let layers = about.layers.iter().enumerate();
    let changes = layers.flat_map(|(layer, parts)| {
        let neuron = parts.neurons.checked_sub(1).map(|last| Change::Neuron {
            layer,
            index: last / 2,
            value: 0.0,
        });
        let head =
            (!parts.heads.is_empty()).then_some(Change::Head { layer, index: 0, value: 3.0 });
        neuron.into_iter().chain(head)
    });
    let (mut parted, truth) = (0, run(&subject));
    for change in changes {
        let changed = subject.changed(std::slice::from_ref(&change)).unwrap();
        let mut session = Session::new(&changed, Limits::default());
        session.advance(400);
        let comparison = Comparison::of(&truth, &session, 0);
        let tokens: Vec<Token> = session.sequence().from(0).collect();
        // What the explainer predicts from the changed weights is what was generated.
        let weights = changed.weights();
        let mut dense = Dense::new(weights, AttentionKind::Hull);
        for (position, &token) in tokens.iter().enumerate() {
            if position >= about.prompt_length {
                assert_eq!(dense.predict(), token, "{change:?} at {position}");
            }
            dense.feed(token);
        }
        let expected = truth.sequence().from(0).zip(&tokens).position(|(a, b)| a != *b);
        assert_eq!(
            comparison.difference.map(|parting| parting.position as usize),
            expected.or((session.progress().ended.is_some()).then_some(tokens.len()))
        );
        parted += usize::from(expected.is_some());
    }
    assert!(parted > 2, "{parted}");
    let missing = Change::Neuron { layer: 0, index: usize::MAX, value: 0.0 };
    assert!(matches!(subject.changed(&[missing]), Err(SessionError::Part { .. })));
    let infinite = Change::Head { layer: 0, index: 0, value: f64::INFINITY };
    assert!(matches!(subject.changed(&[infinite]), Err(SessionError::NotFinite)));
}

/// The stack after a line, as types and numbers.
fn on_stack(answer: &ReplAnswer) -> Vec<(&str, i64)> {
    assert_eq!(answer.error, None);
    answer.stack.iter().map(|one| (one.of.as_str(), one.value.signed())).collect()
}

#[test]
fn lines_continue_where_the_last_one_ended() {
    let mut repl = Repl::new(&EXAMPLE.universal).unwrap();
    assert_eq!(on_stack(&repl.line("i32.const 40")), [("i32", 40)]);
    let answer = repl.line("i32.const 2");
    assert_eq!(on_stack(&answer), [("i32", 40), ("i32", 2)]);
    let answer = repl.line("i32.add");
    assert_eq!(on_stack(&answer), [("i32", 42)]);
    assert!(answer.steps.iter().any(|step| step.text.starts_with("i32.add")), "{:?}", answer.steps);
    assert_eq!(
        on_stack(&repl.line("(i64.const -5000000000)")),
        [("i32", 42), ("i64", -5_000_000_000)]
    );
    // What is wrong is told with its place, and not kept.
    let wrong = repl.line("\n  i32.ad");
    let error = wrong.error.unwrap();
    assert_eq!(
        (wrong.ok, error.line, error.column),
        (false, Some(2), Some(3)),
        "{}",
        error.message
    );
    let mistyped = repl.line("i32.add");
    assert!(mistyped.error.unwrap().message.contains("type mismatch"));
    let trap = repl.line("(i32.div_u (i32.const 1) (i32.const 0)) drop");
    assert!(trap.error.unwrap().message.contains("divide by zero"));
    let endless = repl.line("(loop (br 0))");
    assert!(endless.error.unwrap().message.contains("tokens"));
    assert_eq!(on_stack(repl.answer()), [("i32", 42), ("i64", -5_000_000_000)]);
    // Functions, locals and output.
    let of_function =
        "(func $square (param i32) (result i32) (i32.mul (local.get 0) (local.get 0)))";
    assert!(repl.line(of_function).ok);
    assert!(repl.line("(local $x i32)").ok);
    assert_eq!(on_stack(&repl.line("drop call $square local.tee $x")), [("i32", 1764)]);
    let answer = repl.line("(call $output (i32.const 65))");
    assert_eq!((on_stack(&answer), &answer.output[..]), (vec![("i32", 1764)], &b"A"[..]));
    let undone = repl.undo().clone();
    assert_eq!((on_stack(&undone), undone.output.len()), (vec![("i32", 1764)], 0));
    assert_eq!(repl.lines().len(), 7);
    let subject = repl.subject().unwrap();
    let mut session = Session::new(&subject, Limits::default());
    assert_eq!(session.advance(u64::MAX).tokens, undone.tokens);
}

/// The first tokens of the instructions with which a line begins, by all steps.
fn beginnings(steps: &[Step], lines: &[Option<u32>]) -> Vec<u64> {
    let line = |step: &Step| lines[step.instruction.0 as usize];
    let before = [None].into_iter().chain(steps.iter().map(line));
    let steps = steps.iter().zip(before);
    let begins = steps.filter(|(step, before)| line(step).is_some() && line(step) != *before);
    begins.map(|(step, _)| step.position).collect()
}

#[test]
fn lines_are_found_forward_and_back() {
    let example = &*EXAMPLE;
    let Example { module, specialised, input, .. } = example;
    // Every sixteen bytes of the code are a line, but some are of none.
    let lines: Vec<(u32, u32)> = (0..200)
        .map(|number| (16 * number, if number % 5 == 4 { 0 } else { number + 1 }))
        .collect();
    let subject = Subject::program(specialised, "collatz", module, input).unwrap();
    let unknown = Session::new(&subject, Limits::default()).seek(
        0,
        &Seek { what: Wanted::Line, forward: true },
        1000,
    );
    assert!(matches!(unknown, Err(SessionError::NoLines)));
    let subject = subject.with_lines(module, &lines);
    let listed: Vec<Option<u32>> =
        subject.about().instructions.iter().map(|listed| listed.line).collect();
    assert!(listed.iter().flatten().count() > 50 && listed.contains(&None));
    let mut session = run(&subject);
    let prompt = subject.about().prompt_length as u64;
    let expected = beginnings(&example.steps(prompt), &listed);
    let mut found = Vec::new();
    let (mut from, last) = (0, expected[300]);
    while from < last {
        let answer = session.seek(from, &Seek { what: Wanted::Line, forward: true }, 500).unwrap();
        found.extend(answer.position);
        from = answer.position.or(answer.reached).unwrap();
    }
    assert_eq!(found, expected[..=300]);
    let back = session.seek(last, &Seek { what: Wanted::Line, forward: false }, 5000).unwrap();
    assert_eq!(back.position, Some(expected[299]));
}
