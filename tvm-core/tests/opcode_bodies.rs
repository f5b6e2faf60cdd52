//! What opcodes of one's own compute, by the exact evaluator, against Rust: bodies that put the
//! parts of the machine together in other ways than its own opcodes do.

mod emitted;

use emitted::emitted;
use tvm_core::graph::evaluate::ExactEngine;
use tvm_core::machine::Machine;
use tvm_core::program::{Instruction, InstructionSet, Program, text};

tvm_core::opcode! {
    /// Opcodes that no machine has.
    BODIES {
        /// The value of a sum of bytes, of which the tick carries what is too large.
        fn carried(result, total) {
            result.byte = if total >= 256 { total - 256 } else { total };
            result.carry = 1 when total >= 256;
        }

        /// The greater of two numbers. What the first byte finds the tick tells the others.
        i32.max_s = 0xe0, i64.max_s = 0xe1 : [a: T b: T] -> [greater: T] {
            let is_greater = order(a, b);
            greater.byte = if is_greater.signed >= 0 { a.byte } else { b.byte } when first;
            greater.carry = 1 when first && is_greater.signed >= 0;
            greater.byte = if carry { a.byte } else { b.byte } when not first;
            greater.carry = carry when not first;
        }

        /// A product and a summand.
        i32.multiply_add = 0xe2 : [c: i32 a: i32 b: i32] -> [sum: i32] {
            sum.wide = product(a, b) + c.prefix;
        }

        /// Adds to a local.
        local.add = 0xe3 for i32, local.add64 = 0xe4 for i64 : [a: T] -> [] {
            carried(local[T], local[T].byte + a.byte + carry);
        }

        /// An i64 where one i32 is less than another: what is compared is not what is chosen.
        choose_less = 0xe5 : [x: i64 a: i32 b: i32] -> [chosen: i64] {
            chosen.byte = if order(a, b).signed < 0 { x.byte } else { 0 };
        }

        /// The bits that a shift to the right leaves free.
        i32.free_bits = 0xe6, i64.free_bits = 0xe7 : [a: T n: T] -> [bits: T] {
            bits.byte = shift_right(a, n).fill;
        }

        /// -1, 0 or 1, as 1, 2 or 3.
        i32.compare = 0xe8, i64.compare = 0xe9 : [a: T b: T] -> [compared: i32] {
            compared.byte =
                if order(a, b).signed < 0 { 1 } else if order(a, b).signed == 0 { 2 } else { 3 }
                when first;
        }

        /// 7 in all bytes but one, where the operands differ.
        sevens = 0xea : [a: i32 b: i32] -> [sevens: i32] {
            sevens.byte = 7 when order(a, b).unsigned != 0 && index != 2;
        }

        /// The number with the other sign.
        f32.flip = 0xeb, f64.flip = 0xec : [a: T] -> [negated: T] {
            negated.byte = a.byte;
            negated.byte = if a.negative { -128 } else { 128 } when index == size(T) - 1;
        }

        /// A quotient, or 1 where the divisor has its highest bit.
        quotient_or_one = 0xed : [a: i32 b: i32] -> [quotient: i32] {
            trap divide_by_zero when not b.nonzero;
            quotient.byte = if b.negative { 0 } else { division(a, b).byte };
            quotient.byte = 1 when b.negative && first;
        }

        /// Half of a number, from its shift, where another is odd; and twice its product else.
        i32.mixed = 0xee : [a: i32 n: i32] -> [mixed: i32] {
            let odd = step(n.trailing <= 0);
            mixed.wide = if odd { shift_right(a, n) } else { 2 * product(a, n) } when first;
        }
    }
}

/// Words that are pushed, an opcode, and the bytes that it emits.
struct Case {
    words: Vec<u32>,
    opcode: &'static str,
    bytes: Vec<u8>,
}

fn case(words: &[u32], opcode: &'static str, bytes: impl AsRef<[u8]>) -> Case {
    Case { words: words.to_vec(), opcode, bytes: bytes.as_ref().to_vec() }
}

fn halves(value: i64) -> [u32; 2] {
    [value as u32, (value >> 32) as u32]
}

/// Numbers that are less, equal and greater, of both signs, and that differ in one word only.
fn pairs() -> Vec<(i64, i64)> {
    let numbers = [0, 7, -7, 1 << 40, -(1 << 40), (1 << 40) + 7, i64::MAX, i64::MIN];
    numbers.iter().flat_map(|&a| numbers.map(|b| (a, b))).step_by(3).collect()
}

fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for (a, b) in pairs() {
        let (low, other) = (a as i32, b as i32);
        let ([a0, a1], [b0, b1]) = (halves(a), halves(b));
        cases.push(case(&[a0, b0], "i32.max_s", low.max(other).to_le_bytes()));
        cases.push(case(&[a0, a1, b0, b1], "i64.max_s", a.max(b).to_le_bytes()));
        let chosen = if low < other { a } else { 0 };
        cases.push(case(&[a0, a1, a0, b0], "choose_less", chosen.to_le_bytes()));
        let compared = (low.cmp(&other) as i32 + 2).to_le_bytes();
        cases.push(case(&[a0, b0], "i32.compare", compared));
        let compared = (a.cmp(&b) as i32 + 2).to_le_bytes();
        cases.push(case(&[a0, a1, b0, b1], "i64.compare", compared));
        let sum = low.wrapping_mul(other).wrapping_add(12_345_678);
        cases.push(case(&[12_345_678, a0, b0], "i32.multiply_add", sum.to_le_bytes()));
        let sevens = if low == other { 0_u32 } else { 0x0700_0707 };
        cases.push(case(&[a0, b0], "sevens", sevens.to_le_bytes()));
    }
    for amount in [1, 8, 13, 31] {
        let free = !(u32::MAX >> amount);
        cases.push(case(&[5, amount], "i32.free_bits", free.to_le_bytes()));
        let free = !(u64::MAX >> (2 * amount));
        cases.push(case(&[5, 0, 2 * amount, 0], "i64.free_bits", free.to_le_bytes()));
        let mixed = if amount % 2 == 1 { 0xabcd >> amount } else { 2 * 0xabcd * amount } as u8;
        cases.push(case(&[0xabcd, amount], "i32.mixed", [mixed, 0, 0, 0]));
    }
    for number in [1.5_f64, -0.1, 0.0, f64::INFINITY] {
        let single = number as f32;
        cases.push(case(&[single.to_bits()], "f32.flip", (-single).to_le_bytes()));
        let [low, high] = halves(number.to_bits() as i64);
        cases.push(case(&[low, high], "f64.flip", (-number).to_le_bytes()));
    }
    for (a, b) in [(1_000_000_007, 97), (u32::MAX, 1), (5, 7), (9, u32::MAX)] {
        let quotient: u32 = if b > i32::MAX as u32 { 1 } else { a / b };
        cases.push(case(&[a, b], "quotient_or_one", quotient.to_le_bytes()));
    }
    // What a local holds is what was added to it before.
    for sum in [300_u32, 600, 900] {
        cases.push(case(&[300], "local.add", sum.to_le_bytes()));
    }
    let added = 0x1_8000_00ff_u64;
    for times in 1..4 {
        let [low, high] = halves(added as i64);
        cases.push(case(&[low, high], "local.add64", (times * added).to_le_bytes()));
    }
    cases
}

/// The instructions that write the locals before the cases.
const WRITES: usize = 6;

/// A program of one case after another. The locals lie apart.
fn program(cases: &[Case], set: &InstructionSet) -> Program {
    let instruction = |name: &str, immediate| {
        let code = set.by_name(name).unwrap_or_else(|| panic!("{name} is known")).code;
        Instruction::new(code, immediate)
    };
    // A variable is written before it is read.
    let mut instructions = Vec::new();
    for local in [1, 4, 5] {
        instructions.push(instruction("i32.const", 0));
        instructions.push(instruction("local.set", local));
    }
    for case in cases {
        instructions.extend(case.words.iter().map(|&word| instruction("i32.const", word)));
        let local = if case.opcode == "local.add64" { 4 } else { 1 };
        instructions.push(instruction(case.opcode, local));
    }
    instructions.push(instruction("halt", 0));
    Program { instructions, ..Program::default() }
}

#[test]
fn bodies_compute_what_they_say() {
    let machine = Machine::full().with("bodies", BODIES).unwrap();
    let (set, cases) = (machine.instruction_set(), cases());
    let program = program(&cases, &set);
    let prompt = text::prompt(&Program::default(), &set, None);
    let graph = machine.specialised(&program).unwrap();
    let emitted = emitted(&mut ExactEngine::new(&graph), &graph, &prompt);
    let mut instructions = emitted.into_iter().skip(WRITES);
    for Case { words, opcode, bytes } in cases {
        let found = instructions.nth(words.len()).expect("it is executed");
        assert_eq!(found, bytes, "{opcode} of {words:?}");
    }
}

#[test]
fn bodies_compute_the_same_in_the_interpreter() {
    let machine = Machine::full().with("bodies", BODIES).unwrap();
    let set = machine.instruction_set();
    let some: Vec<Case> = cases().into_iter().step_by(7).collect();
    let program = program(&some, &set);
    let graph = machine.universal();
    let prompt = text::prompt(&program, &set, None);
    let emitted = emitted(&mut ExactEngine::new(&graph), &graph, &prompt);
    let mut instructions = emitted.into_iter().skip(WRITES);
    for Case { words, opcode, bytes } in some {
        let found = instructions.nth(words.len()).expect("it is executed");
        // A local holds what was added to it, and not every addition is among these.
        if !opcode.starts_with("local") {
            assert_eq!(found, bytes, "{opcode} of {words:?}");
        }
    }
}
