//! The constructions of arithmetic that `docs/constructions.md` describes, each in a machine of the
//! opcodes that use it and no others, by the exact evaluator and by the weights (the dense engine), against
//! the arithmetic of Rust. Constructions that are one function have their tests beside it.

mod emitted;

use std::fs;
use std::path::Path;

use emitted::emitted;
use tvm_core::graph::evaluate::ExactEngine;
use tvm_core::machine::{Machine, opcodes};
use tvm_core::pipeline::{SPECIALISED, specialised_within};
use tvm_core::program::{Instruction, InstructionSet, Program, text};
use tvm_core::runtime::engine::{AttentionKind, Dense};
use tvm_core::schedule::Options;

/// Words that are pushed, an opcode, and the number that it gives, as bytes.
struct Case {
    words: Vec<u32>,
    opcode: String,
    bytes: Vec<u8>,
}

/// A number of either width.
trait Number: Copy {
    const TYPE: &'static str;
    fn words(self) -> Vec<u32>;
    fn bytes(self) -> Vec<u8>;
}

impl Number for u32 {
    const TYPE: &'static str = "i32";

    fn words(self) -> Vec<u32> {
        vec![self]
    }

    fn bytes(self) -> Vec<u8> {
        self.to_le_bytes().to_vec()
    }
}

impl Number for u64 {
    const TYPE: &'static str = "i64";

    fn words(self) -> Vec<u32> {
        vec![self as u32, (self >> 32) as u32]
    }

    fn bytes(self) -> Vec<u8> {
        self.to_le_bytes().to_vec()
    }
}

impl Number for f32 {
    const TYPE: &'static str = "f32";

    fn words(self) -> Vec<u32> {
        self.to_bits().words()
    }

    fn bytes(self) -> Vec<u8> {
        self.to_le_bytes().to_vec()
    }
}

impl Number for f64 {
    const TYPE: &'static str = "f64";

    fn words(self) -> Vec<u32> {
        self.to_bits().words()
    }

    fn bytes(self) -> Vec<u8> {
        self.to_le_bytes().to_vec()
    }
}

/// `opcode` of these operands gives this number.
fn case<N: Number>(opcode: &str, operands: &[N], result: impl Number) -> Case {
    Case {
        words: operands.iter().flat_map(|operand| operand.words()).collect(),
        opcode: format!("{}.{opcode}", N::TYPE),
        bytes: result.bytes(),
    }
}

/// The machine of the opcodes that occur.
fn machine(cases: &[Case]) -> Machine {
    let occurs = |name: &str| {
        ["i32.const", "halt"].contains(&name) || cases.iter().any(|case| case.opcode == name)
    };
    let chosen = opcodes::full().into_iter().filter(|opcode| occurs(opcode.mnemonic)).collect();
    Machine::new("construction", chosen).expect("its opcodes are distinct")
}

/// A program that executes the cases one after another.
fn program(cases: &[&Case], set: &InstructionSet) -> Program {
    let instruction = |name: &str, immediate| {
        Instruction::new(
            set.by_name(name).unwrap_or_else(|| panic!("{name} is known")).code,
            immediate,
        )
    };
    let mut instructions = Vec::new();
    for case in cases {
        instructions.extend(case.words.iter().map(|&word| instruction("i32.const", word)));
        instructions.push(instruction(&case.opcode, 0));
    }
    instructions.push(instruction("halt", 0));
    Program { instructions, ..Program::default() }
}

/// What every instruction of a run emitted is what the cases give.
fn compare(emitted: Vec<Vec<u8>>, cases: &[&Case], by: &str) {
    let mut emitted = emitted.into_iter();
    for Case { words, opcode, bytes } in cases {
        let found = emitted.nth(words.len()).expect("it is executed");
        assert_eq!(found, *bytes, "{opcode} of {words:x?} by {by}");
    }
}

/// All cases by the exact evaluator, and some by the weights: every matrix times every vector takes long, and
/// so does a long program.
fn check(cases: &[Case]) {
    let machine = machine(cases);
    let set = machine.instruction_set();
    let prompt = text::prompt(&Program::default(), &set, None);
    let all: Vec<&Case> = cases.iter().collect();
    for some in all.chunks(CASES) {
        let graph = machine.specialised(&program(some, &set)).expect("the machine has its opcodes");
        compare(emitted(&mut ExactEngine::new(&graph), &graph, &prompt), some, "the evaluator");
    }
    // Prime to the numbers of opcodes that the cases have in turn, so that each is among them.
    let few: Vec<&Case> = cases.iter().step_by(7).collect();
    for some in few.chunks(CASES) {
        let options = Options { rounds: 0, solver: None, ..SPECIALISED };
        let program = program(some, &set);
        let made = specialised_within(&machine, &program, "cases", &options).expect("a schedule");
        let mut dense = Dense::new(&made.model.weights, AttentionKind::Brute);
        compare(emitted(&mut dense, &made.definition, &prompt), some, "the dense engine");
    }
}

/// How many cases are one program.
const CASES: usize = 60;

const WORDS: [u32; 7] = [0, 1, 0xff, 0x100, 0x7fff_ffff, 0x8000_0000, 0xffff_fffe];

const LONGS: [u64; 7] = [
    0,
    1,
    0xffff_ffff,
    0x1_0000_0000,
    0x7fff_ffff_ffff_ffff,
    0x8000_0000_0000_0000,
    0xfedc_ba98_7654_3210,
];

fn pairs<N: Copy>(numbers: [N; 7]) -> impl Iterator<Item = (N, N)> {
    numbers.into_iter().flat_map(move |a| numbers.into_iter().map(move |b| (a, b)))
}

#[test]
fn sums_carry_from_byte_to_byte() {
    let mut cases = Vec::new();
    for (a, b) in pairs(WORDS) {
        cases.push(case("add", &[a, b], a.wrapping_add(b)));
        cases.push(case("sub", &[a, b], a.wrapping_sub(b)));
    }
    check(&cases);
    let mut cases = Vec::new();
    for (a, b) in pairs(LONGS) {
        cases.push(case("add", &[a, b], a.wrapping_add(b)));
        cases.push(case("sub", &[a, b], a.wrapping_sub(b)));
    }
    check(&cases);
}

/// The comparisons by name: of numbers without sign and with.
fn comparisons<N: Number, S: Ord>(a: N, b: N, unsigned: [u64; 2], signed: [S; 2]) -> Vec<Case> {
    let [u, v] = unsigned;
    let [s, t] = signed;
    let named = [
        ("eq", u == v),
        ("ne", u != v),
        ("lt_u", u < v),
        ("gt_u", u > v),
        ("le_u", u <= v),
        ("ge_u", u >= v),
        ("lt_s", s < t),
        ("gt_s", s > t),
        ("le_s", s <= t),
        ("ge_s", s >= t),
    ];
    named.map(|(name, holds)| case(name, &[a, b], u32::from(holds))).into()
}

#[test]
fn the_order_of_two_numbers_is_that_of_their_words() {
    let narrow = pairs(WORDS)
        .flat_map(|(a, b)| comparisons(a, b, [a.into(), b.into()], [a as i32, b as i32]));
    let narrow: Vec<Case> = narrow.collect();
    check(&narrow);
    let wide = pairs(LONGS).flat_map(|(a, b)| comparisons(a, b, [a, b], [a as i64, b as i64]));
    // In one machine the two widths share the number.
    check(&narrow.into_iter().chain(wide).collect::<Vec<Case>>());
}

/// The comparisons of numbers in floating point by name.
fn float_comparisons<N: Number + PartialOrd>(a: N, b: N) -> [Case; 6] {
    let named = [
        ("eq", a == b),
        ("ne", a != b),
        ("lt", a < b),
        ("gt", a > b),
        ("le", a <= b),
        ("ge", a >= b),
    ];
    named.map(|(name, holds)| case(name, &[a, b], u32::from(holds)))
}

#[test]
fn numbers_in_floating_point_compare_by_sign_and_magnitude() {
    let singles = [0.0, -0.0, f32::from_bits(1), -1.5, f32::INFINITY, f32::NAN, -f32::MAX];
    // Two differ in the lower word only, and so does a NaN from infinity.
    let nan = f64::from_bits(0xfff0_0000_0000_0001);
    let doubles = [0.0, -0.0, 1.0, 1.0_f64.next_up(), -1.0, f64::NEG_INFINITY, nan];
    let narrow: Vec<Case> = pairs(singles).flat_map(|(a, b)| float_comparisons(a, b)).collect();
    check(&narrow);
    let wide = pairs(doubles).flat_map(|(a, b)| float_comparisons(a, b));
    check(&narrow.into_iter().chain(wide).collect::<Vec<Case>>());
}

#[test]
fn bits_of_two_numbers_are_those_of_their_spreads() {
    let words = pairs([0, u32::MAX, 0x0f0f_3355, 0xff00_5aa5, 0x1234_5678, 0x8000_0001, 0x7f]);
    let mut cases = Vec::new();
    for (a, b) in words {
        let wide = |a: u32, b: u32| u64::from(a) << 32 | u64::from(b);
        let (x, y) = (wide(a, b), wide(b, !a));
        cases.extend([case("and", &[a, b], a & b), case("and", &[x, y], x & y)]);
        cases.extend([case("or", &[a, b], a | b), case("or", &[x, y], x | y)]);
        cases.extend([case("xor", &[a, b], a ^ b), case("xor", &[x, y], x ^ y)]);
    }
    check(&cases);
}

#[test]
fn counts_of_bits_are_right_around_every_power_of_two() {
    let mut cases = Vec::new();
    for number in (0..32).flat_map(|bit| [1_u32 << bit, (1_u32 << bit) - 1]).chain([u32::MAX]) {
        cases.push(case("clz", &[number], number.leading_zeros()));
        cases.push(case("ctz", &[number], number.trailing_zeros()));
        cases.push(case("popcnt", &[number], number.count_ones()));
    }
    check(&cases);
    for number in (0..64).flat_map(|bit| [1_u64 << bit, (1_u64 << bit) - 1]).chain([u64::MAX]) {
        cases.push(case("clz", &[number], u64::from(number.leading_zeros())));
        cases.push(case("ctz", &[number], u64::from(number.trailing_zeros())));
        cases.push(case("popcnt", &[number], u64::from(number.count_ones())));
    }
    check(&cases);
}

#[test]
fn shifts_and_rotations_are_right_for_every_distance() {
    let mut cases = Vec::new();
    let a = 0x9abc_def1_u32;
    for n in (0..32).chain([32, 45, u32::MAX]) {
        cases.push(case("shl", &[a, n], a.wrapping_shl(n)));
        cases.push(case("shr_u", &[a, n], a.wrapping_shr(n)));
        cases.push(case("shr_s", &[a, n], (a as i32).wrapping_shr(n) as u32));
        cases.push(case("rotl", &[a, n], a.rotate_left(n % 32)));
        cases.push(case("rotr", &[a, n], a.rotate_right(n % 32)));
    }
    check(&cases);
    let a = 0x9abc_def1_2345_6789_u64;
    for n in (0..64).chain([64, 77, u64::MAX]) {
        let by = (n % 64) as u32;
        cases.push(case("shl", &[a, n], a << by));
        cases.push(case("shr_u", &[a, n], a >> by));
        cases.push(case("shr_s", &[a, n], (a as i64 >> by) as u64));
        cases.push(case("rotl", &[a, n], a.rotate_left(by)));
        cases.push(case("rotr", &[a, n], a.rotate_right(by)));
    }
    check(&cases);
}

#[test]
fn products_of_32_bits_wrap() {
    let numbers = [0, 1, 0xff, 0x0100_0001, 0x7fff_ffff, 0xdead_beef, u32::MAX];
    check(
        &pairs(numbers).map(|(a, b)| case("mul", &[a, b], a.wrapping_mul(b))).collect::<Vec<_>>(),
    );
}

/// Numbers whose bytes make prefixes cross from one word into the other, and columns carry the most.
#[test]
fn products_of_64_bits_cross_words_and_carry() {
    let numbers = [
        1,
        0xff,
        0xff00_0000,
        0x00ff_ffff_0100_0000,
        0x0123_4567_89ab_cdef,
        0xdead_beef_cafe_babe,
        u64::MAX,
    ];
    let wide = pairs(numbers).map(|(a, b)| case("mul", &[a, b], a.wrapping_mul(b)));
    let words = [0x1234_5678_u32, u32::MAX];
    let narrow = words.map(|a| case("mul", &[a, a], a.wrapping_mul(a)));
    check(&wide.chain(narrow).collect::<Vec<_>>());
}

#[test]
fn quotients_and_remainders_round_towards_zero() {
    let mut cases = Vec::new();
    for (a, b) in pairs([1, 7, 0x1_0001, 0x7fff_ffff, 0x8000_0000, 0xffff_fff9, u32::MAX]) {
        cases.push(case("div_u", &[a, b], a / b));
        cases.push(case("rem_u", &[a, b], a % b));
        let (signed, divisor) = (a as i32, b as i32);
        if let Some(quotient) = signed.checked_div(divisor) {
            cases.push(case("div_s", &[a, b], quotient as u32));
        }
        cases.push(case("rem_s", &[a, b], signed.wrapping_rem(divisor) as u32));
    }
    check(&cases);
}

/// The fields of a row of a table, without their quotes.
fn fields(row: &str) -> Vec<&str> {
    row.trim_matches('|').split('|').map(|field| field.trim().trim_matches('`')).collect()
}

#[test]
fn the_book_names_the_test_of_every_construction() {
    let crate_folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let book = fs::read_to_string(crate_folder.join("../docs/constructions.md")).expect("the book");
    let described: Vec<&str> = book.lines().filter_map(|line| line.strip_prefix("### ")).collect();
    let table = book.split("| construction | file | test |").nth(1).expect("there is the table");
    let rows = table.lines().skip(2).take_while(|line| line.starts_with('|'));
    let mut tested = Vec::new();
    for row in rows {
        let [construction, file, test] = fields(row)[..] else { panic!("three columns: {row}") };
        let folder = if file.contains('/') { "src" } else { "tests" };
        let code = fs::read_to_string(crate_folder.join(folder).join(file)).expect(file);
        assert!(
            code.contains(&format!("#[test]\n{}fn {test}()", indentation(&code, test))),
            "{row}"
        );
        tested.push(construction);
    }
    assert_eq!(tested, described);
}

/// What stands before a function.
fn indentation(code: &str, function: &str) -> String {
    let line = code.lines().find(|line| line.trim_start().starts_with(&format!("fn {function}(")));
    line.unwrap_or_default().chars().take_while(|one| *one == ' ').collect()
}
