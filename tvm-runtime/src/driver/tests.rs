//! The driver with trivial engines: what ends a run, and what observers are told.

use std::thread::sleep;
use std::time::Duration;

use tvm_weights::Move;

use super::pace::GREATEST_DISTANCE;
use super::*;

/// Roles of the tokens below.
const ROLES: [Role; 5] =
    [Role::Silent, Role::Silent, Role::Completes(Move::Call), Role::Halts, Role::Outputs(b'x')];
const OPEN: Token = Token(0);
const CLOSE: Token = Token(1);
const CALL: Token = Token(2);
const HALT: Token = Token(3);
const OUT: Token = Token(4);

/// Always predicts the same token.
struct Always(Token);

impl Engine for Always {
    fn feed(&mut self, _token: Token) {}

    fn predict(&mut self) -> Token {
        self.0
    }

    fn memory(&self) -> usize {
        0
    }
}

/// Predicts `out(x)` after `{` and `halt` after `out(x)`, and records the tokens it reads.
#[derive(Default)]
struct Recorder(Vec<Token>);

impl Engine for Recorder {
    fn feed(&mut self, token: Token) {
        self.0.push(token);
    }

    fn predict(&mut self) -> Token {
        if self.0.last() == Some(&OUT) { HALT } else { OUT }
    }

    fn memory(&self) -> usize {
        self.0.len()
    }
}

/// Takes milliseconds for a token, like the dense engine.
struct Slow;

impl Engine for Slow {
    fn feed(&mut self, _token: Token) {
        sleep(Duration::from_millis(4));
    }

    fn predict(&mut self) -> Token {
        CALL
    }

    fn memory(&self) -> usize {
        0
    }
}

/// Records all calls of an observer, and ends the run at a checkpoint.
#[derive(Default)]
struct Log {
    tokens: Vec<Token>,
    output: Vec<u8>,
    checkpoints: Vec<Progress>,
    /// The run ends at the first checkpoint with this many tokens.
    enough: Option<u64>,
}

impl Observer for Log {
    fn token(&mut self, token: Token) {
        self.tokens.push(token);
    }

    fn output(&mut self, byte: u8) {
        self.output.push(byte);
    }

    fn checkpoint(&mut self, progress: &Progress) -> ControlFlow<()> {
        self.checkpoints.push(*progress);
        match self.enough.is_some_and(|enough| progress.summary.tokens >= enough) {
            true => ControlFlow::Break(()),
            false => ControlFlow::Continue(()),
        }
    }
}

impl Log {
    fn ending_after(tokens: u64) -> Log {
        Log { enough: Some(tokens), ..Log::default() }
    }

    /// The most tokens from one checkpoint to the next.
    fn greatest_distance(&self) -> u64 {
        let mut last = 0;
        let distance = |progress: &Progress| {
            let distance = progress.summary.tokens - last;
            last = progress.summary.tokens;
            distance
        };
        self.checkpoints.iter().map(distance).max().expect("there is a checkpoint")
    }
}

fn run_always(answer: Token, prompt: &[Token]) -> Result<Summary, RunError> {
    run(&mut Always(answer), &ROLES, prompt, 300_000, &mut ())
}

#[test]
fn a_run_ends_whatever_the_model_says() {
    let prompt = [OPEN, CLOSE];
    assert_eq!(run_always(HALT, &prompt).unwrap().tokens, 3);
    let summary = Summary { tokens: 2, ..Summary::default() };
    let nothing = run_always(Token::NONE, &prompt).unwrap_err();
    assert_eq!(nothing, RunError::NoToken { summary });
    assert!(nothing.to_string().contains("after 2 tokens"), "{nothing}");
    let endless = run_always(CALL, &prompt).unwrap_err();
    assert!(matches!(endless, RunError::TokenLimit { limit: 300_000, .. }), "{endless}");
    assert_eq!(endless.summary().generated_tokens, 300_000);
    let none = run(&mut Always(HALT), &ROLES, &prompt, 0, &mut ()).unwrap_err();
    assert_eq!(none, RunError::TokenLimit { limit: 0, summary });
}

#[test]
fn an_observer_sees_all_tokens_and_all_output() {
    let mut log = Log::default();
    let summary = run(&mut Recorder::default(), &ROLES, &[OPEN], 10, &mut log).unwrap();
    assert_eq!(log.tokens, [OPEN, OUT, HALT]);
    assert_eq!(log.output, b"x");
    assert_eq!(summary, Summary { tokens: 3, generated_tokens: 2, instructions: 2 });
}

#[test]
fn a_run_in_steps_is_the_same_run() {
    let (mut whole, mut engine) = (Log::default(), Recorder::default());
    let expected = run(&mut engine, &ROLES, &[OPEN], 10, &mut whole).unwrap();
    let (mut stepped, mut engine) = (Log::default(), Recorder::default());
    let mut driver = Driver::new(&mut engine as &mut dyn Engine, &ROLES[..], Limits::from(10));
    driver.append(&[OPEN], &mut stepped).unwrap();
    assert_eq!(driver.predict(), OUT);
    assert_eq!(driver.step(&mut stepped), Ok(Generated { token: OUT, pause: None }));
    assert_eq!(driver.place().instruction, 1);
    assert_eq!(driver.step(&mut stepped), Ok(Generated { token: HALT, pause: Some(Pause::Halt) }));
    assert_eq!(driver.summary(), expected);
    assert_eq!((stepped.tokens, stepped.output), (whole.tokens, whole.output));
}

#[test]
fn steps_have_the_same_limits() {
    let mut engine = Always(CALL);
    let mut driver = Driver::new(&mut engine as &mut dyn Engine, &ROLES[..], Limits::from(2));
    assert_eq!(driver.step(&mut ()), Err(RunError::EmptyPrompt));
    driver.append(&[OPEN], &mut ()).unwrap();
    assert!(driver.step(&mut ()).is_ok() && driver.step(&mut ()).is_ok());
    let ended = driver.step(&mut ()).unwrap_err();
    assert!(matches!(ended, RunError::TokenLimit { limit: 2, .. }), "{ended}");
    let mut log = Log::ending_after(0);
    let mut driver = Driver::new(&mut engine as &mut dyn Engine, &ROLES[..], Limits::default());
    let ended = driver.append(&[OPEN], &mut log).unwrap_err();
    assert!(matches!(ended, RunError::Interrupted { .. }), "{ended}");
}

#[test]
fn a_host_appends_after_the_end() {
    let (mut log, mut engine) = (Log::default(), Recorder::default());
    let mut driver = Driver::new(&mut engine as &mut dyn Engine, &ROLES[..], Limits::from(10));
    driver.append(&[OPEN], &mut log).unwrap();
    assert_eq!(driver.run(&mut log).unwrap(), Pause::Halt);
    driver.append(&[OPEN, CLOSE], &mut log).unwrap();
    driver.run(&mut log).unwrap();
    let summary = driver.summary();
    assert_eq!(summary, Summary { tokens: 7, generated_tokens: 4, instructions: 4 });
    let sequence = [OPEN, OUT, HALT, OPEN, CLOSE, OUT, HALT];
    assert_eq!(log.tokens, sequence);
    // The engine has read the first `halt`, and not the last.
    assert_eq!(engine.0, sequence[..6]);
}

#[test]
fn an_observer_may_end_a_run() {
    for enough in [1, 100, 20_000] {
        let mut log = Log::ending_after(enough);
        let ended = run(&mut Always(CALL), &ROLES, &[OPEN], 300_000, &mut log).unwrap_err();
        let RunError::Interrupted { summary } = ended else { panic!("{ended}") };
        assert_eq!(log.tokens.len() as u64, summary.tokens);
        let last = log.checkpoints.last().expect("it was ended at a checkpoint");
        assert_eq!(last.summary, summary);
        assert_eq!(last.call_depth as u64, summary.generated_tokens);
        assert!(summary.tokens >= enough && summary.tokens < enough + GREATEST_DISTANCE);
    }
}

#[test]
fn an_observer_may_end_a_run_while_it_reads() {
    let prompt = vec![OPEN; 100_000];
    let mut log = Log::ending_after(1000);
    let ended = run(&mut Always(CALL), &ROLES, &prompt, 300_000, &mut log).unwrap_err();
    let RunError::Interrupted { summary } = ended else { panic!("{ended}") };
    assert_eq!(summary.generated_tokens, 0);
    assert!(summary.tokens >= 1000 && summary.tokens < 1000 + GREATEST_DISTANCE);
}

#[test]
fn a_slow_engine_is_asked_after_a_few_tokens() {
    let mut log = Log::ending_after(40);
    let ended = run(&mut Slow, &ROLES, &[OPEN; 20], 1000, &mut log).unwrap_err();
    assert!(matches!(ended, RunError::Interrupted { .. }), "{ended}");
    // Ten milliseconds have at most two tokens of four; a distance at most doubles.
    assert!(log.greatest_distance() <= 4, "{}", log.greatest_distance());
}

#[test]
fn memory_has_a_limit_while_tokens_are_generated_and_while_they_are_read() {
    struct Growing(usize);
    impl Engine for Growing {
        fn feed(&mut self, _token: Token) {
            self.0 += 1;
        }

        fn predict(&mut self) -> Token {
            OPEN
        }

        fn memory(&self) -> usize {
            self.0
        }
    }
    let limits = Limits::from(1_000_000).with_memory(100_000);
    for prompt in [vec![OPEN], vec![OPEN; 1_000_000]] {
        let ended = run(&mut Growing(0), &ROLES, &prompt, limits, &mut ()).unwrap_err();
        assert!(matches!(ended, RunError::MemoryLimit { limit: 100_000, .. }), "{ended}");
        let tokens = ended.summary().tokens;
        assert!(tokens > 100_000 && tokens < 100_000 + 2 * GREATEST_DISTANCE, "{tokens}");
    }
}

#[test]
fn the_default_limit_of_memory_is_no_small_number_anywhere() {
    assert_eq!(Limits::default().memory, 1 << 32);
}

#[test]
fn a_prompt_must_be_of_the_vocabulary() {
    assert_eq!(run_always(HALT, &[]), Err(RunError::EmptyPrompt));
    let foreign = run_always(HALT, &[OPEN, Token(5)]).unwrap_err();
    assert_eq!(
        foreign.to_string(),
        "token 1 of the prompt has the number 5, and the model has 5 tokens: the prompt was made for \
         another model"
    );
}
