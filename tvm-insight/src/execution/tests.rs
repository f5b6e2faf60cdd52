//! Handwritten programs step by step, and every opcode against the tokens that it emits.

use std::sync::LazyLock;

use super::{ComparedReader, Difference, Disassembly, Effect, Step, header};
use tvm_core::machine::Machine;
use tvm_core::opcode;
use tvm_program::{
    Code, Cursor, FunctionStart, InstructionSet, Mnemonic, Place, Places, Program, Value, text,
};
use tvm_reference::{Executor, Outcome, Trap};
use tvm_test_support::sets::assemble;

opcode! {
    /// Opcodes of a user. What they compute is of no concern here.
    pub USERS {
        /// Two operands and a result.
        sat_add = 0xe0 : [a: i32 b: i32] -> [sum: i32] { sum.byte = if b.nonzero { a.byte } else { 0 }; }

        /// An operand and no result.
        discard = 0xe1 : [value: i32] -> [] { }
    }
}

static MACHINE: LazyLock<Machine> =
    LazyLock::new(|| Machine::full().with("users", USERS).expect("their codes are free"));

static INSTRUCTION_SET: LazyLock<InstructionSet> = LazyLock::new(|| MACHINE.instruction_set());

fn instruction_set() -> &'static InstructionSet {
    &INSTRUCTION_SET
}

/// The tokens that follow the prompt of a program, as far as it can be executed.
fn generated(program: &Program) -> Vec<String> {
    let mut tokens = Vec::new();
    let executor = Executor::new(program, instruction_set(), b"").unwrap();
    let _ = executor.run(100_000, &mut |token| tokens.push(token.to_string()));
    tokens
}

/// How many tokens precede the first that is generated.
fn prompt(program: &Program) -> u64 {
    text::prompt(program, instruction_set(), None).len() as u64
}

fn reader(program: &Program) -> ComparedReader<'_> {
    let prompt = prompt(program);
    ComparedReader::new(program, &MACHINE, instruction_set(), b"", prompt).unwrap()
}

/// The steps of a program by its reference tokens.
fn steps(program: &Program) -> Vec<Step> {
    let mut reader = reader(program);
    generated(program).iter().filter_map(|name| reader.token(name).unwrap()).collect()
}

/// The last but one step of a program, whose end is `halt`.
fn last_step(text: &str) -> Step {
    let mut steps = steps(&assemble(&format!("{text}; halt")));
    assert!(steps.pop().unwrap().halted, "{text}");
    steps.pop().unwrap()
}

/// Everything but the position in the line of a step.
fn line(text: &str) -> String {
    let line = last_step(text).to_string();
    line.split_whitespace().skip(1).collect::<Vec<_>>().join(" ")
}

#[test]
fn an_instruction_is_webassembly_text() {
    let program = assemble(
        "i32.const -5; i64.const -1; local.get 3; local.tee64 2; i32.load; i64.load32_u 8; \
         i32.store8 4294967295; i32.add; br -1; br_if 4; br_table 2; call 1; call 0; return -3; \
         memory.declare 2; memory.grow 512; memory.size; output; drop64; sat_add; sat_add 7; \
         trap.out_of_bounds; input_base 65536",
    );
    let functions = [(0, "main"), (13, "twice")];
    let functions = functions.map(|(first, name)| FunctionStart { first, name: name.to_owned() });
    let program = Program { functions: functions.to_vec(), ..program };
    let disassembly = Disassembly::new(&program, instruction_set());
    let texts: Vec<_> = (0..).map_while(|at| disassembly.text(Cursor(at))).collect();
    let expected = "i32.const -5; i64.const -1; local.get 3; local.tee64 2; i32.load; \
         i64.load32_u offset=8; i32.store8 offset=4294967295; i32.add; br -> 8; br_if -> 14; \
         br_table 2; call twice; call twice; return; memory.declare 2; memory.grow 512; \
         memory.size; output; drop64; sat_add; sat_add 7; trap.out_of_bounds; input_base 65536";
    assert_eq!(texts.join("; "), expected);
    assert_eq!(disassembly.function(Cursor(12)), Some("main"));
    assert_eq!(disassembly.function(Cursor(13)), Some("twice"));
    let nameless = assemble("call 1; halt; halt");
    let disassembly = Disassembly::new(&nameless, instruction_set());
    assert_eq!(disassembly.text(Cursor(0)).unwrap(), "call -> 2");
    assert_eq!(disassembly.function(Cursor(0)), None);
}

/// How an instruction is written whose operands or result are in variables.
#[test]
fn operands_and_results_that_are_not_on_the_stack_are_named() {
    let texts = [
        "i32.add L3 G17 -> L5",
        "i32.sub stack L3",
        "i32.sub L3 stack -> G2",
        "i32.sub -> L5",
        "i32.const -5 -> L5",
        "local.get 3 -> L5",
        "i32.load offset=8 L255 -> L5",
        "i64.store offset=4 stack G1022",
        "br_if L0 -> 3",
        "br_if.i32.lt_s L3 stack -> 3",
        "br_if.i64.eqz G4 -> 3",
        "br_table 2 L3",
        "drop64 L3",
        "select",
        "sat_add 7",
    ];
    for text in texts {
        let (source, relative) = (text.replace("offset=", ""), " -> 3");
        let source = match source.strip_suffix(relative) {
            Some(branch) => format!("{branch} 2"),
            None => source,
        };
        let program = assemble(&source);
        let disassembly = Disassembly::new(&program, instruction_set());
        assert_eq!(disassembly.text(Cursor(0)).unwrap(), text);
    }
}

/// A global is shown as the constant that it holds only if nothing else can be read there.
#[test]
fn a_global_that_is_a_constant_is_shown_as_such() {
    let last = |text: &str| {
        let program = assemble(text);
        let last = Cursor(program.instructions.len() as u32 - 1);
        Disassembly::new(&program, instruction_set()).text(last).unwrap()
    };
    for (before, operation, expected) in [
        ("i32.const 4 -> G17", "i32.add L3 G17 -> L5", "i32.add L3 4 -> L5"),
        ("i32.const -4 -> G17", "i32.add G17 stack", "i32.add -4 stack"),
        ("i32.const 4 -> G17", "i32.add G16 G18", "i32.add G16 G18"),
        ("i32.const 4 -> G17", "i32.add L17 stack", "i32.add L17 stack"),
        ("i32.const 4 -> G17", "global.get 17 -> L5", "global.get 17 -> L5"),
        ("i32.const 4 -> G17", "i64.eqz G17", "i64.eqz G17"),
        ("i32.const 4 -> G17; i32.const 1 -> G18", "i64.eqz G17", "i64.eqz 4294967300"),
        ("i32.const -2 -> G17; i32.const -1 -> G18", "i64.eqz G17", "i64.eqz -2"),
        ("i32.const 4 -> G17; i32.const 4 -> G17", "i32.eqz G17", "i32.eqz G17"),
        ("i32.const 4 -> G17; global.set 17", "i32.eqz G17", "i32.eqz G17"),
        ("i32.const 4 -> G17; global.set64 16", "i32.eqz G17", "i32.eqz G17"),
        ("i32.const 4 -> G17; i64.add -> G16", "i32.eqz G17", "i32.eqz G17"),
        ("i32.eqz L0 -> G17", "i32.eqz G17", "i32.eqz G17"),
        ("i64.const 4 -> G17", "i64.eqz G17", "i64.eqz G17"),
    ] {
        assert_eq!(last(&format!("{before}; {operation}")), expected, "{before}");
    }
    // Where a variable may be read before it is written, it may be 0.
    let classic = Machine::classic().instruction_set();
    let program = assemble("i32.const 4 -> G17; i32.eqz G17");
    let disassembly = Disassembly::new(&program, &classic);
    assert_eq!(disassembly.text(Cursor(1)).unwrap(), "i32.eqz G17");
}

#[test]
fn a_line_has_operands_results_depth_and_effect() {
    let lines = [
        ("i32.const 3; i32.const -5; i32.add", "2 i32.add 3 -5 -> -2 1"),
        ("i32.const 8; local.tee 2", "1 local.tee 2 8 -> 8 1 local 2 = 8"),
        ("i32.const 8; local.set 2; local.get 2", "2 local.get 2 -> 8 1"),
        ("i32.const 8 -> L2", "0 i32.const 8 -> L2 -> 8 0 local 2 = 8"),
        (
            "i32.const 8 -> L2; i32.const 5; i32.sub stack L2 -> G3",
            "2 i32.sub stack L2 -> G3 5 8 -> -3 0 global 3 = -3",
        ),
        ("i32.const 8 -> L2; i32.const 5 -> G3; i32.sub L2 G3", "2 i32.sub L2 5 8 5 -> 3 1"),
        ("i32.const 8 -> L2; local.get 2 -> L3", "1 local.get 2 -> L3 -> 8 0 local 3 = 8"),
        (
            "i32.const 513 -> L2; i32.store 4 L2 L2; i32.load16_u 4 L2 -> L3",
            "2 i32.load16_u offset=4 L2 -> L3 513 -> 513 0 memory[517] is 01 02; local 3 = 513",
        ),
        (
            "i32.const 513 -> L2; i32.const 9; i32.store8 4 L2 stack",
            "2 i32.store8 offset=4 L2 stack 513 9 0 memory[517] = 09",
        ),
        (
            "i32.const 8 -> L2; i32.const 8 -> G3; br_if.i32.le_s L2 G3 0",
            "2 br_if.i32.le_s L2 8 -> 3 8 8 0 to 3",
        ),
        (
            "i32.const 8 -> L2; i32.const 8; br_if.i32.ne stack L2 5",
            "2 br_if.i32.ne stack L2 -> 8 8 8 0 not taken",
        ),
        ("i32.const 8; global.set 2", "1 global.set 2 8 0 global 2 = 8"),
        (
            "i32.const 16; i32.const -2; i32.store 4",
            "2 i32.store offset=4 16 -2 0 memory[20] = fe ff ff ff",
        ),
        (
            "i32.const 16; i32.const 0x8001; i32.store16; i32.const 14; i32.load16_s 2",
            "4 i32.load16_s offset=2 14 -> -32767 1 memory[16] is 01 80",
        ),
        ("i32.const 0; br_if 5", "1 br_if -> 7 0 0 not taken"),
        ("i32.const 6; br_if 0", "1 br_if -> 2 6 0 to 2"),
        ("br 0", "0 br -> 1 0 to 1"),
        ("i32.const -1; br_table 0", "1 br_table 0 -1 0 to 2"),
        ("i32.const 72; output", "1 output 72 0 out 'H'"),
        ("i32.const 266; output", "1 output 266 0 out '\\n'"),
        ("memory.declare 1", "0 memory.declare 1 0 pages of memory: 1"),
        ("memory.declare 3; memory.size", "1 memory.size -> 3 1"),
        (
            "memory.declare 3; i32.const 2; memory.grow 5",
            "2 memory.grow 5 2 -> 3 1 pages of memory: 5",
        ),
        (
            "memory.declare 3; i32.const 2; memory.grow 4",
            "2 memory.grow 4 2 -> -1 1 pages of memory: still 3",
        ),
        ("i32.const 7; i32.const 0; i32.const 1; select", "3 select 7 0 1 -> 7 1"),
    ];
    for (text, expected) in lines {
        assert_eq!(line(text), expected);
    }
}

#[test]
fn two_words_are_one_number() {
    let lines = [
        ("i64.const -2; i64.const 5; i64.mul", "2 i64.mul -2 5 -> -10 2"),
        ("i64.const -2; i64.const 5; i64.lt_u", "2 i64.lt_u -2 5 -> 0 1"),
        (
            "i64.const -2 -> L4; i64.const 5; i64.mul L4 stack -> G6",
            "2 i64.mul L4 stack -> G6 -2 5 -> -10 0 global 6 = -10",
        ),
        ("i64.const -2; local.tee64 4; i64.lt_s stack L4", "2 i64.lt_s stack L4 -2 -2 -> 0 1"),
        ("i32.const 5; i32.const 1; i64.eqz", "2 i64.eqz 4294967301 -> 0 1"),
        ("i32.const -5; i64.extend_i32_s", "1 i64.extend_i32_s -5 -> -5 2"),
        ("i64.const -3; local.tee64 4", "1 local.tee64 4 -3 -> -3 2 local 4 = -3"),
        ("i64.const -3; global.set64 4; global.get64 4", "2 global.get64 4 -> -3 2"),
        ("i64.const 7; i64.const 8; i32.const 0; select64", "3 select64 7 8 0 -> 8 2"),
        ("i32.const 8; i64.const -2; i64.store32", "2 i64.store32 8 -2 0 memory[8] = fe ff ff ff"),
        ("i32.const 8; i64.load", "1 i64.load 8 -> 0 2 memory[8] is 00 00 00 00 00 00 00 00"),
    ];
    for (text, expected) in lines {
        assert_eq!(line(text), expected);
    }
}

#[test]
fn calls_are_followed() {
    let program = assemble("call 1; halt; i32.const 1; drop; return -3");
    let functions = vec![
        FunctionStart { first: 0, name: "main".to_owned() },
        FunctionStart { first: 2, name: "a name that is too long to be shown".to_owned() },
    ];
    let steps = steps(&Program { functions, ..program });
    let lines: Vec<_> = steps.iter().map(Step::to_string).collect();
    let expected = "
position  where                 at  instruction                   operands -> value      depth  effect
      42  main                   0  call a name that…to be shown                             0  to 2
      48  a name th…be shown     2  i32.const 1                   -> 1                       1
      53  a name th…be shown     3  drop                          1                          0
      54  a name th…be shown     4  return                                                   0  to 1 in main
      60  main                   1  halt                                                     0  the end";
    assert_eq!(format!("\n{}\n{}", header(), lines.join("\n")), expected);
    let depths: Vec<_> = steps.iter().map(|step| step.call_depth).collect();
    assert_eq!(depths, [0, 1, 1, 1, 0]);
    assert_eq!(steps[0].text, "call a name that is too long to be shown");
    let main = Effect::Return { to: Cursor(1), function: Some("main".to_owned()) };
    assert_eq!(steps[3].effect, Some(main));
}

#[test]
fn a_trap_is_the_last_step() {
    let traps = [
        ("i32.const 7; i32.const 0; i32.div_s", Trap::DivideByZero, "i32.div_s 7 0 2"),
        ("i32.const 131072; i32.load", Trap::OutOfBounds, "i32.load 131072 1"),
        ("unreachable", Trap::Unreachable, "unreachable 0"),
        ("call -1", Trap::CallStackExhausted, "call -> 1 0"),
    ];
    for (text, kind, expected) in traps {
        let program = assemble(&format!("memory.declare 2; {text}"));
        let mut reader = reader(&program);
        let mut last = None;
        let mut tokens = Vec::new();
        let executor = Executor::new(&program, instruction_set(), b"").unwrap();
        executor.run(u64::MAX, &mut |token| tokens.push(token.to_string())).unwrap();
        for name in &tokens {
            last = reader.token(name).unwrap().or(last);
        }
        let step = last.unwrap();
        assert_eq!(
            (step.trap.clone(), step.tokens, step.halted),
            (Some(kind.to_string()), 1, false),
            "{text}"
        );
        assert_eq!((&step.effect, step.results.len()), (&None, 0), "{text}");
        let expected = format!("{} {expected} trap({kind})", step.instruction);
        let line = step.to_string();
        assert_eq!(line.split_whitespace().skip(1).collect::<Vec<_>>().join(" "), expected);
    }
}

#[test]
fn a_changed_token_is_a_difference_at_its_position() {
    let text = "i32.const 258; i32.const 3; i32.add; output; halt";
    let program = assemble(text);
    let tokens = generated(&program);
    let prompt = prompt(&program);
    for changed in 0..tokens.len() {
        let mut reader = reader(&program);
        for name in &tokens[..changed] {
            reader.token(name).unwrap();
        }
        for _ in 0..2 {
            let difference = reader.token("ff'").unwrap_err();
            assert_eq!(difference.position(), prompt + changed as u64);
            assert!(difference.to_string().contains(&format!("`{}` expected", tokens[changed])));
        }
    }
    let mut reader = reader(&program);
    reader.token("02").unwrap();
    assert_eq!(
        reader.token("02").unwrap_err().to_string(),
        "token 43: `01` expected, found `02` (instruction 0: i32.const 258)"
    );
}

#[test]
fn nothing_follows_the_end_and_faults_are_differences() {
    let program = assemble("halt");
    let mut reader_of_halt = reader(&program);
    assert!(reader_of_halt.token("halt").unwrap().unwrap().halted);
    let difference = reader_of_halt.token("halt").unwrap_err();
    let after =
        Difference::AfterTheEnd { position: prompt(&program) + 1, found: "halt".to_owned() };
    assert_eq!(difference, after);
    for (text, reason) in [
        ("i32.add; halt", "the opcode needs 2 operands"),
        ("sat_add; halt", "no semantics for `sat_add`"),
        ("br 7; halt", "outside the program"),
        ("return; halt", "outside any call"),
        ("i32.eqz L3; halt", "word 3 of the variables is read before"),
    ] {
        let program = assemble(text);
        let mut reader = reader(&program);
        let before = generated(&program);
        before.iter().for_each(|name| drop(reader.token(name).unwrap()));
        let difference = reader.token("halt").unwrap_err();
        assert_eq!(difference.position(), prompt(&program) + before.len() as u64);
        assert!(difference.to_string().contains(reason), "{difference}");
    }
}

#[test]
fn an_opcode_of_a_user_has_operands_and_results() {
    let text =
        "i32.const -1; i32.const 2; sat_add; i32.popcnt; i32.const 9 -> L3; sat_add stack L3 -> G5";
    let program = assemble(&format!("{text}; halt"));
    let saturating: fn(&[Value]) -> Outcome = |operands| {
        let [Value::I32(a), Value::I32(b)] = *operands else { panic!("two i32: {operands:?}") };
        Outcome::plain(Value::I32(a.saturating_add(b)))
    };
    let (sat_add, popcnt) = (Code(0xe0), Code(0x69));
    let other: fn(&[Value]) -> Outcome = |_| Outcome::plain(Value::I32(42));
    let executor = Executor::new(&program, instruction_set(), b"").unwrap();
    let mut tokens = Vec::new();
    let executor = executor.with_opcode(sat_add, saturating).with_opcode(popcnt, other);
    executor.run(100, &mut |token| tokens.push(token.to_string())).unwrap();
    let reader = reader(&program);
    let mut reader = reader.with_opcode(sat_add, saturating).with_opcode(popcnt, other);
    let steps: Vec<_> = tokens.iter().filter_map(|name| reader.token(name).unwrap()).collect();
    assert_eq!(steps[2].text, "sat_add");
    assert_eq!(steps[2].operands, [Value::I32(u32::MAX), Value::I32(2)]);
    assert_eq!(steps[2].results, [Value::I32(u32::MAX)]);
    assert_eq!(steps[2].effect, None);
    assert_eq!(steps[3].results, [Value::I32(42)]);
    assert_eq!(steps[5].text, "sat_add stack L3 -> G5");
    assert_eq!(steps[5].operands, [Value::I32(42), Value::I32(9)]);
    assert_eq!((&steps[5].results[..], steps[5].stack_depth), (&[Value::I32(51)][..], 0));
}

/// The bytes of a result, of a value that is stored, and of output, against the tokens.
#[test]
fn every_opcode_does_what_its_tokens_say() {
    let set = instruction_set();
    for mnemonic in set.mnemonics() {
        let name = &mnemonic.name;
        let words: String =
            (1..=mnemonic.pops()).map(|word| format!("i32.const {word};")).collect();
        let opening = if name == "return" { "call 0;" } else { "" };
        // What `local.get`, `global.get64` and the like read.
        let variables = "i64.const 7 -> L0; i64.const 7 -> G0;";
        let program = assemble(&format!("{variables} {opening} {words} {name}; halt"));
        let mut reader = reader(&program);
        let (mut tokens, mut steps) = (Vec::new(), Vec::new());
        for token in generated(&program) {
            tokens.push(token.clone());
            if let Some(step) = reader.token(&token).unwrap() {
                check(&step, &tokens);
                assert_eq!(step.tokens, tokens.len() as u64, "{name}");
                tokens.clear();
                steps.push(step);
            }
        }
        let step = steps.iter().find(|step| step.text.split(' ').next() == Some(name));
        let awaits = ["host.receive", "host.receive64", "host.section", "memory.data"];
        let executed = !["input_base", "sat_add", "discard"].contains(&name.as_str())
            && !awaits.contains(&name.as_str());
        assert_eq!(step.is_some(), executed, "{name}");
        if let Some(step) = step {
            assert_eq!(step.operands.len(), mnemonic.operands.len(), "{name}");
        }
    }
}

/// An opcode does the same wherever its operands are and its result goes.
#[test]
fn every_opcode_does_the_same_with_variables() {
    let mut compared = 0;
    for mnemonic in instruction_set().mnemonics() {
        let Some(on_stack) = step_with(mnemonic, Places::STACK) else { continue };
        for shape in 1..8 {
            let place = |bit: u8, place| if shape & bit != 0 { place } else { Place::Stack };
            let places = Places {
                top: place(4, Place::Local(10)),
                second: place(2, Place::Global(20)),
                result: place(1, Place::Local(30)),
            };
            let Some(step) = step_with(mnemonic, places) else { continue };
            let text = &step.text;
            assert_eq!(step.operands, on_stack.operands, "{text}");
            assert_eq!(step.results, on_stack.results, "{text}");
            assert_eq!(step.effect, on_stack.effect, "{text}");
            assert_eq!(step.tokens, on_stack.tokens, "{text}");
            let expected = [places.top, places.second];
            let found = step.operand_places.iter().rev().take(2);
            assert!(found.eq(&expected[..step.operands.len().min(2)]), "{text}");
            assert!(step.result_places.iter().all(|place| *place == places.result), "{text}");
            compared += 1;
        }
    }
    assert!(compared > 300, "{compared}");
}

/// The step of an instruction whose operands are 1, 2 and so on, word by word; none if it cannot have these places, or
/// is not executed.
fn step_with(mnemonic: &Mnemonic, places: Places) -> Option<Step> {
    let mut text = String::new();
    let mut word = 0;
    for (number, of) in mnemonic.operands.iter().enumerate() {
        let place = match mnemonic.operands.len() - number {
            1 => places.top,
            2 => places.second,
            _ => Place::Stack,
        };
        for offset in 0..u16::from(of.words()) {
            word += 1;
            let to = match place {
                Place::Stack => String::new(),
                Place::Local(first) => format!("-> L{}", first + offset),
                Place::Global(first) => format!("-> G{}", first + offset),
            };
            text.push_str(&format!("i32.const {word} {to}; "));
        }
    }
    let mut program = assemble(&format!("{text} {}; halt", mnemonic.name));
    program.instructions[word].places = places;
    if !mnemonic.allows(places) {
        return None;
    }
    let mut reader = reader(&program);
    let tokens = generated(&program);
    let mut steps = tokens.iter().filter_map(|token| reader.token(token).unwrap());
    steps.find(|step| step.instruction == Cursor(word as u32))
}

fn check(step: &Step, tokens: &[String]) {
    let last = tokens.last().unwrap();
    let byte = |token: &String| u8::from_str_radix(token.get(..2)?, 16).ok();
    let bytes: Vec<u8> = tokens.iter().rev().skip(1).map_while(byte).collect();
    let number = bytes.iter().fold(0, |number, byte| number << 8 | u64::from(*byte));
    if last.contains("sts=1") {
        // `i64.extend_i32_s` emits only the upper word of its result.
        let value = step.results.last().unwrap().unsigned();
        let written = if step.text.contains("extend_i32") { value >> 32 } else { value };
        assert_eq!(written, number, "{}", step.text);
    }
    if let [Place::Local(_) | Place::Global(_)] = step.result_places[..] {
        assert_eq!(step.results[0].unsigned(), number, "{}", step.text);
    }
    match &step.effect {
        Some(Effect::Store { bytes: stored, .. }) => {
            assert!(stored.iter().rev().eq(&bytes), "{}", step.text);
        }
        Some(Effect::LocalWritten { value, .. } | Effect::GlobalWritten { value, .. }) => {
            assert_eq!(value.unsigned(), number, "{}", step.text);
        }
        Some(Effect::Branch { taken, .. }) => assert_eq!(*taken, last.contains("bt=1")),
        _ => {}
    }
    assert_eq!(
        step.trap.as_ref().map(|kind| format!("trap({kind})")),
        last.starts_with("trap").then(|| last.clone())
    );
    assert_eq!(step.halted, last == "halt");
}

#[test]
fn a_step_is_one_json_object() {
    let step = last_step("i32.const 16; i64.const -2; i64.store8 4");
    assert_eq!(
        serde_json::to_string(&step).unwrap(),
        r#"{"position":48,"tokens":2,"instruction":2,"function":null,"text":"i64.store8 offset=4","#
            .to_owned()
            + r#""operands":[16,-2],"operand_places":["stack","stack"],"results":[],"#
            + r#""result_places":[],"stack_depth":0,"call_depth":0,"#
            + r#""effect":{"kind":"store","address":20,"bytes":[254],"value":-2},"#
            + r#""output":null,"trap":null,"halted":false}"#
    );
    let step = last_step("i32.const 513 -> L2; i32.store 4 L2 L2; i32.load8_u 4 L2 -> G3");
    let object = serde_json::to_value(&step).unwrap();
    assert_eq!(object["text"], "i32.load8_u offset=4 L2 -> G3");
    assert_eq!(object["operand_places"], serde_json::json!([{ "local": 2 }]));
    assert_eq!(object["result_places"], serde_json::json!([{ "global": 3 }]));
    assert_eq!(object["results"], serde_json::json!([1]));
    assert_eq!(object["effect"]["kind"], "load");
    let program = assemble("i32.const 65; output; unreachable");
    let steps = steps(&program);
    let objects: Vec<_> = steps.iter().map(|step| serde_json::to_value(step).unwrap()).collect();
    assert_eq!(objects[1]["output"], 65);
    assert_eq!(objects[2]["trap"], "unreachable");
}
