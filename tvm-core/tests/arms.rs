//! What is left of a plan for one kind of token remembers and predicts what the whole plan does. Both run side by
//! side on the same tokens; all that later tokens may see is compared after every token.

use std::path::Path;

use tvm_core::machine::Machine;
use tvm_core::model::Model;
use tvm_core::pipeline::{specialised, universal};
use tvm_core::program::{Program, text, wasm};
use tvm_core::runtime::Token;
use tvm_core::runtime::engine::PlanState;
use tvm_core::runtime::plan::{Arms, Code, Plan};
use tvm_core::toolchain::clang::CompileOptions;
use tvm_core::toolchain::prebuilt;

/// The whole plan, and beside it the arm that each token selects.
struct Both<'plan> {
    plan: &'plan Plan,
    code: &'plan Code,
    whole: PlanState,
    arms: PlanState,
    /// Tokens that an arm of their own was run for.
    selected: usize,
}

impl<'plan> Both<'plan> {
    fn new(plan: &'plan Plan, code: &'plan Code) -> Self {
        let [whole, arms] = [PlanState::new(plan), PlanState::new(plan)];
        Both { plan, code, whole, arms, selected: 0 }
    }

    /// Reads a token; gives the next one if there is to be one.
    fn feed(&mut self, token: Token, predicts: bool) -> Option<Token> {
        let Both { plan, code, whole, arms, .. } = self;
        for state in [&mut *whole, &mut *arms] {
            state.begin();
            state.inputs(plan, token);
            state.run(plan, code, code.common);
        }
        let arm = arms.class(code);
        let arm = if predicts { arm } else { code.for_reading(arm) };
        self.selected += usize::from(arm > Arms::READING);
        let [everything, own] = [Arms::EVERYTHING, arm].map(|arm| &code.classes[arm]);
        whole.run(plan, code, everything.block);
        arms.run(plan, code, own.block);
        let next = whole.next(&everything.output);
        let at = format!("position {}, arm {arm}", whole.position());
        for cache in 0..plan.values.len() {
            assert_eq!(whole.values_mut(cache), arms.values_mut(cache), "values {cache}, {at}");
        }
        assert_eq!(whole.places_mut(), arms.places_mut(), "{at}");
        assert_eq!(whole.sums_mut(), arms.sums_mut(), "{at}");
        assert_eq!(whole.refusal(), arms.refusal(), "{at}");
        whole.advance();
        arms.advance();
        predicts.then(|| {
            assert_eq!(arms.next(&own.output), next, "{at}");
            next
        })
    }
}

/// Runs a prompt and what follows; at least so many of the tokens must have had an arm of their own.
fn agree(model: &Model, prompt: &[Token], most: usize) {
    let plan = Plan::new(&model.weights);
    let code = Code::of(&plan);
    let mut both = Both::new(&plan, &code);
    let (last, first) = prompt.split_last().expect("a prompt has tokens");
    first.iter().for_each(|token| _ = both.feed(*token, false));
    let mut token = *last;
    let mut generated = 0;
    while generated < most {
        token = both.feed(token, true).expect("a token that predicts");
        generated += 1;
        let name = model.vocabulary.name(token);
        if name == "halt" || name.starts_with("trap(") {
            break;
        }
    }
    assert!(2 * both.selected > generated, "{} of {generated} tokens", both.selected);
}

fn program(path: &str) -> Program {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path);
    let module = prebuilt::load(&path, &CompileOptions::default()).unwrap().bytes;
    wasm::compile(&module, &Machine::full().instruction_set()).unwrap()
}

fn specialised_agrees(path: &str, input: &[u8], most: usize) {
    let construction = specialised(&Machine::full(), &program(path), path).unwrap();
    let prompt = construction.model.prompt(input).unwrap();
    agree(&construction.model, &prompt, most);
}

#[test]
fn of_programs_of_integers() {
    specialised_agrees("programs/sudoku.c", b"", 12_000);
    specialised_agrees("programs/hello.c", b"", 12_000);
    specialised_agrees("programs/min_cost_matching.c", b"", 12_000);
}

#[test]
fn of_programs_of_numbers() {
    specialised_agrees("tests/c/wide.c", b"", 12_000);
    specialised_agrees("tests/c/newton.c", b"", 12_000);
}

#[test]
fn of_the_universal_model() {
    let construction = universal(&Machine::full()).unwrap();
    let model = &construction.model;
    let names =
        text::prompt(&program("programs/sudoku.c"), &Machine::full().instruction_set(), None);
    let prompt: Vec<Token> =
        names.iter().map(|name| model.vocabulary.token(name).expect("a token")).collect();
    agree(model, &prompt, 3_000);
}
