//! Memory as who follows the tokens of a run has it is the memory of the run: of the reference executor, which has
//! executed the program. So the accesses of the interface say all that stores and their addresses need.

use std::collections::HashMap;
use std::path::Path;

use tvm_core::instance::{Follower, Request};
use tvm_core::interface;
use tvm_core::machine::Machine;
use tvm_core::model::{Token, Vocabulary};
use tvm_core::toolchain::{catalogue, prebuilt};
use tvm_interface::{Access, Address, DONE, FIRST_EXPORT, Interface, RETURNED, SECTION};
use tvm_program::{Program, wasm};
use tvm_reference::{Answers, Executor, Trace};
use tvm_test_support::parallel::in_parallel;

/// The tokens that a program may take.
const MOST_TOKENS: u64 = 3_000_000;

/// A function with more locals than a window has, calls of itself and through a table, addresses of every kind, and
/// memory that grows.
const CALLS: &str = r#"(module
    (memory 1 3)
    (table funcref (elem $fill $twice))
    (type $walker (func (param i32)))
    (global $next (mut i32) (i32.const 40000))
    (global $pair (mut i64) (i64.const 0))
    (func $fill (param i32) (local i32)
        (local.set 1 (i32.add (local.get 0) (i32.const 16)))
        (loop
            (i32.store8 offset=3 (local.get 0) (local.get 1))
            (local.set 0 (i32.add (local.get 0) (i32.const 1)))
            (br_if 0 (i32.lt_u (local.get 0) (local.get 1))))
        (i64.store (global.get $next) (i64.extend_i32_u (local.get 0)))
        (global.set $next (i32.add (global.get $next) (i32.const 8))))
    (func $twice (param i32) (local i64)
        (local.set 1 (i64.mul (i64.extend_i32_u (local.get 0)) (i64.const 0x100000001)))
        (global.set $pair (i64.add (global.get $pair) (local.get 1)))
        (i64.store offset=8 (local.get 0) (global.get $pair))
        (i64.store16 (i32.sub (local.get 0) (i32.const 8)) (i64.const -1)))
    (func $deep (param $depth i32) (param $at i32) (local i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64
            i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64)
            (local $far i32)
        (local.set $far (i32.add (local.get $at) (i32.const 512)))
        (i32.store (local.get $at) (local.get $depth))
        (if (local.get $depth) (then
            (call $deep (i32.sub (local.get $depth) (i32.const 1)) (i32.add (local.get $at) (i32.const 24)))
            (call_indirect (type $walker)
                (local.tee $at (i32.add (local.get $at) (i32.const 1000)))
                (i32.and (local.get $depth) (i32.const 1)))))
        (i32.store offset=4 (local.get $at) (local.get $far))
        (i32.store (local.get $far) (local.get $at)))
    (func (export "main") (local i32)
        (call $deep (i32.const 9) (i32.const 1024))
        (drop (memory.grow (i32.const 1)))
        (local.set 0 (i32.mul (memory.size) (i32.const 65536)))
        (loop
            (i32.store (local.tee 0 (i32.sub (local.get 0) (i32.const 4096))) (local.get 0))
            (br_if 0 (i32.gt_u (local.get 0) (i32.const 65536))))))"#;

/// The tokens of a run by numbers, each with the name that it has.
#[derive(Default)]
struct Names {
    names: Vec<String>,
    numbers: HashMap<String, u32>,
    tokens: Vec<Token>,
}

impl Names {
    fn push(&mut self, name: String) {
        let next = self.names.len() as u32;
        let number = *self.numbers.entry(name).or_insert_with_key(|name| {
            self.names.push(name.clone());
            next
        });
        self.tokens.push(Token(number));
    }

    /// The prompt of a program in the weights.
    fn prompt(&mut self, program: &Program, input: &[u8]) {
        self.push("{".to_string());
        self.push("}".to_string());
        for (_, bytes) in program.sections(input) {
            bytes.iter().for_each(|&byte| self.push(tvm_model::token::written(byte)));
            self.push("commit(+0,sts=0,bt=0)".to_string());
        }
    }
}

/// Compiles a module with an entry and follows it.
fn follow_module(name: &str, module: &[u8], input: &[u8]) -> Interface {
    let program = wasm::compile(module, &Machine::full().instruction_set()).unwrap();
    follow(name, &program, input, Answers::default()).0
}

/// Executes a program with these answers of a host, and follows its tokens. Gives what was known of it.
fn follow(name: &str, program: &Program, input: &[u8], host: Answers) -> (Interface, Follower) {
    let machine = Machine::full();
    let set = machine.instruction_set();
    let interface = interface(program, &machine);
    let mut names = Names::default();
    names.prompt(program, input);
    let mut executor = Executor::new(program, &set, input).unwrap().with_host(Box::new(host));
    let mut consumer = |token: &tvm_reference::TraceToken| names.push(token.to_string());
    let mut trace = Trace::new(MOST_TOKENS, &mut consumer);
    while executor.step(&mut trace).unwrap().is_none() {}
    let vocabulary = Vocabulary::new(names.names).unwrap();
    let mut follower = Follower::new(&vocabulary, &interface);
    names.tokens.iter().for_each(|&token| follower.token(token));
    let memory = follower.memory();
    assert_eq!(memory.pages(), executor.memory_pages(), "{name}: pages");
    const PIECE: u8 = 128;
    for address in (0..memory.size() as u32).step_by(PIECE.into()) {
        let expected = executor.memory(address.into(), PIECE);
        assert_eq!(memory.bytes(address, PIECE.into()).unwrap(), expected, "{name} at {address}");
    }
    (interface, follower)
}

/// Counts the stores with an address on the stack, in a local, in a global.
fn places(accesses: &[(u32, Access)]) -> [usize; 3] {
    let count = |which: fn(Address) -> bool| {
        let stores = accesses.iter().filter(
            |(_, access)| matches!(access, Access::Store { address, .. } if which(*address)),
        );
        stores.count()
    };
    [
        count(|address| matches!(address, Address::Stack(_))),
        count(|address| matches!(address, Address::Local(_))),
        count(|address| matches!(address, Address::Global(_))),
    ]
}

#[test]
fn c_programs() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/c");
    let entries = catalogue::read(&folder).unwrap();
    let found = in_parallel(&entries, |entry| {
        let module = std::fs::read(prebuilt::prebuilt_path(&entry.source)).unwrap();
        follow_module(&entry.name, &module, entry.input.as_bytes()).accesses
    });
    let found = places(&found.concat());
    assert!(found.iter().all(|number| *number > 50), "{found:?}");
}

#[test]
fn calls_with_windows_and_tables() {
    let accesses = follow_module("calls", &wat::parse_str(CALLS).unwrap(), b"").accesses;
    let found = places(&accesses);
    assert!(found.iter().all(|number| *number > 0), "{found:?}");
    let wide = |(_, access): &(u32, Access)| matches!(access, Access::Local(64..));
    assert!(accesses.iter().any(wide), "a local beyond the first window");
}

/// A function that a host calls.
const EXPORT: &str = r#"(module (memory 1)
    (func (export "store") (param i64 i32) (result i32) (local i32)
        (local.set 2 (i32.load offset=4 (local.get 1)))
        (i64.store (local.get 2) (local.get 0))
        (i32.store16 (i32.add (local.get 1) (i32.const 8)) (local.get 2))
        (local.get 2)))"#;

#[test]
fn what_a_host_writes_and_calls() {
    let set = Machine::full().instruction_set();
    let program = wasm::compile_instance(&wat::parse_str(EXPORT).unwrap(), &set, &[]).unwrap();
    let word = |word: u32| word.to_le_bytes().to_vec();
    let section = [word(0x1234), word(0x5678), vec![9]].concat();
    let value = 0x0123_4567_89ab_cdef_u64.to_le_bytes().to_vec();
    let answers =
        [word(SECTION), word(200), section, word(FIRST_EXPORT), value, word(200), word(DONE)];
    let (_, mut follower) = follow("export", &program, b"", Answers::new(answers));
    assert_eq!(follower.memory().bytes(0x5678, 2).unwrap(), [0xef, 0xcd]);
    let returned = Request { number: RETURNED, arguments: vec![0x5678] };
    assert_eq!(follower.take_request(), Some(returned));
}
