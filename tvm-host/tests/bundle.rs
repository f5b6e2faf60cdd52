//! The small runtime with a program appended, and without one.

use std::fs;
use std::process::Command;

use tvm_host::bundle::{Bundle, Description};
use tvm_model::token::Vocabulary;
use tvm_model::{Matrix, Model, Weights};

const RUNTIME: &str = env!("CARGO_BIN_EXE_tvm-bundle-runtime");

/// A model that halts at once: nothing else can be generated.
fn halting() -> Model<'static> {
    let names = ["{", "}", "halt"].map(String::from).to_vec();
    Model {
        description: tvm_model::Description { program: Some("halt".into()), ..Default::default() },
        vocabulary: Vocabulary::new(names).unwrap(),
        weights: Weights {
            embedding: Matrix::zeros(3, 2),
            position_linear: Matrix::zeros(1, 2),
            position_periodic: Matrix::zeros(8, 2),
            layers: Vec::new(),
            unembedding: Matrix::zeros(3, 2),
            generable: vec![false, false, true],
        },
    }
}

#[test]
fn a_runtime_runs_what_is_appended() {
    let description = Description {
        name: "halt".into(),
        about: "Halts.".into(),
        default_input: Vec::new(),
        has_host: false,
    };
    let bundle = Bundle { description, model: halting().to_bytes(), code: Vec::new() };
    let folder = std::env::temp_dir().join(format!("tvm-runtime-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    let file = folder.join("halt");
    // The copy has the permissions of an executable.
    fs::copy(RUNTIME, &file).unwrap();
    fs::write(&file, bundle.append(&fs::read(RUNTIME).unwrap()).unwrap()).unwrap();
    let output = Command::new(&file).env_clear().output().unwrap();
    let figures = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "{figures}");
    assert!(figures.starts_with("3 tokens,"), "{figures}");
    fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn without_a_program_it_says_how_to_get_one() {
    let output = Command::new(RUNTIME).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let message = String::from_utf8(output.stderr).unwrap();
    assert!(message.contains("tvm bundle"), "{message}");
}
