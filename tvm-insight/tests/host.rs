//! A session of a program with a host: it reads what a host answered in an earlier run.

use std::iter::successors;
use std::sync::{Arc, LazyLock, Mutex};

use tvm_core::interface;
use tvm_core::machine::Machine;
use tvm_core::pipeline::{self, SPECIALISED};
use tvm_core::schedule::Options;
use tvm_insight::session::{
    Change, EndedKind, Given, HostAnswer, HostEnd, HostRecord, HostRecorder, Question, Seek,
    Session, SessionError, Subject, Wanted,
};
use tvm_instance::{Guest, HostError, Imports, Instance, Stop, Value, ValueType};
use tvm_model::{Model, Token};
use tvm_program::wasm;
use tvm_runtime::driver::{Limits, Observer};
use tvm_runtime::engine::Planned;
use tvm_runtime::plan::Plan;

/// How the model is scheduled here: at once, however large it becomes.
const QUICK: Options = Options { rounds: 0, solver: None, ..SPECIALISED };

/// Writes two numbers that its host gives, and asks for a third.
const SOURCE: &str = r#"(module
  (import "tvm" "output" (func $output (param i32)))
  (import "env" "next" (func $next (result i32)))
  (func (export "_start")
    (call $output (call $next))
    (call $output (call $next))
    (drop (call $next))))"#;

static MODEL: LazyLock<Model<'static>> = LazyLock::new(|| {
    let machine = Machine::full();
    let module = wat::parse_str(SOURCE).unwrap();
    let program = wasm::compile(&module, &machine.instruction_set()).unwrap();
    pipeline::specialised_within(&machine, &program, "asks", &QUICK).unwrap().model
});

fn subject() -> Subject {
    Subject::program(&MODEL.to_bytes(), "asks", SOURCE.as_bytes(), b"").unwrap()
}

/// A run with a host, which writes a letter whenever it is asked, gives two numbers, and then ends the program. Its record and its
/// tokens.
fn recorded() -> (HostRecord, Vec<Token>) {
    let machine = Machine::full();
    let module = wat::parse_str(SOURCE).unwrap();
    let program = wasm::compile(&module, &machine.instruction_set()).unwrap();
    let interface = interface(&program, &machine);
    let written = Arc::new(Mutex::new(Vec::new()));
    let (by_host, numbers) = (Arc::clone(&written), Mutex::new(vec![b'b', b'a']));
    let types = (&[][..], &[ValueType::I32][..]);
    let host = Imports::new().with("env", "next", types, move |_, _| {
        by_host.lock().unwrap().push(b'.');
        let next = numbers.lock().unwrap().pop().ok_or(HostError::Exit(3))?;
        Ok(vec![Value::I32(next.into())])
    });
    let prompt = MODEL.prompt(b"").unwrap();
    let watcher = Watcher {
        left: prompt.len(),
        recorder: HostRecorder::new(MODEL.vocabulary.roles()),
        written: Arc::clone(&written),
        tokens: Vec::new(),
    };
    let watcher = Arc::new(Mutex::new(watcher));
    let plan = Plan::new(&MODEL.weights);
    let engine = Box::new(Planned::new(&plan));
    let guest = Guest { vocabulary: &MODEL.vocabulary, prompt: &prompt, interface: &interface };
    let observer = Shared(Arc::clone(&watcher));
    let mut instance = Instance::new(guest, engine, host, observer, Limits::default()).unwrap();
    assert!(matches!(instance.run(), Ok(Stop::Exit(3))));
    drop(instance);
    let watcher = Arc::into_inner(watcher).unwrap().into_inner().unwrap();
    let end = HostEnd { is_exit: true, message: "exit status 3".to_owned() };
    let rest = std::mem::take(&mut *written.lock().unwrap());
    (watcher.recorder.finish(rest, Some(end)), watcher.tokens)
}

/// Records a run.
struct Watcher {
    /// Tokens of the prompt that are still to come.
    left: usize,
    recorder: HostRecorder,
    written: Arc<Mutex<Vec<u8>>>,
    tokens: Vec<Token>,
}

struct Shared(Arc<Mutex<Watcher>>);

impl Observer for Shared {
    fn token(&mut self, token: Token) {
        let Watcher { left, recorder, written, tokens } = &mut *self.0.lock().unwrap();
        tokens.push(token);
        match left.checked_sub(1) {
            Some(rest) => *left = rest,
            None => recorder.token(token, || std::mem::take(&mut *written.lock().unwrap())),
        }
    }
}

fn run(subject: &Subject) -> Session<'_> {
    let mut session = Session::new(subject, Limits::default());
    while session.advance(7).ended.is_none() {}
    session
}

#[test]
fn without_a_record_the_run_ends_where_the_host_is_awaited() {
    let subject = subject();
    let session = run(&subject);
    assert_eq!(session.progress().ended.unwrap().kind, EndedKind::Host);
    assert_eq!(session.output(u64::MAX), b"");
}

#[test]
fn a_record_answers_and_says_what_was_written() {
    let (record, tokens) = recorded();
    let subject = subject().with_host(record).unwrap();
    let mut session = run(&subject);
    let ended = session.progress().ended.unwrap();
    assert_eq!((ended.kind, ended.message.as_str()), (EndedKind::Halted, "exit status 3"));
    assert!(session.sequence().from(0).eq(tokens));
    // Written by the host, by the program, and by the host before it ended the program.
    assert_eq!(session.output(u64::MAX), b".a.b.");
    assert_eq!(session.progress().output_length, 5);
    // Each is found, from either end.
    let mut found = |from: u64, forward: bool| {
        let seek = Seek { what: Wanted::Output, forward };
        session.seek(from, &seek, u64::MAX).unwrap().position
    };
    let forward: Vec<u64> = successors(found(0, true), |&at| found(at, true)).collect();
    let mut back: Vec<u64> = successors(found(u64::MAX, false), |&at| found(at, false)).collect();
    back.reverse();
    assert_eq!(forward, back);
    let written = (0..5).map(|byte| session.sequence().position_of_output(byte).unwrap());
    assert_eq!(forward, written.collect::<Vec<_>>());
    let steps = session.steps_by_number(0, 1000).unwrap();
    assert!(steps.iter().any(|step| step.output == Some(b'b')));
    // An answer is given; what the program makes of it is not.
    let of_host = (0..session.sequence().len()).find(|&at| session.sequence().is_of_host(at));
    let why = session.why(Question::Token { position: of_host.unwrap() }).unwrap();
    assert_eq!(why.given, Some(Given::Host));
    let position = session.sequence().position_of_output(1).unwrap();
    let why = session.why(Question::Token { position }).unwrap();
    assert!(why.given.is_none() && why.main.is_some());
}

#[test]
fn a_changed_model_has_the_same_host() {
    let subject = subject().with_host(recorded().0).unwrap();
    let changed = subject.changed(&[Change::Neuron { layer: 0, index: 0, value: 0.0 }]).unwrap();
    let mut session = Session::new(&changed, Limits::default());
    let reached = session.advance(2000);
    assert!(reached.ended.is_none_or(|ended| ended.kind != EndedKind::Host));
}

#[test]
fn a_record_of_another_model_is_refused() {
    let tokens = vec![u16::MAX];
    let answers = vec![HostAnswer { written: Vec::new(), tokens }];
    let record = HostRecord { answers, ..HostRecord::default() };
    let error = subject().with_host(record).err().unwrap();
    assert!(matches!(error, SessionError::HostToken(u16::MAX)), "{error}");
}
