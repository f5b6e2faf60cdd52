//! Exports: what is there stays unless it is to be replaced, a folder is complete or not there, what is no model says so.

use std::fs;

use super::Workplace;
use super::commands::{stderr, stdout};

/// Every format that is a folder, with a file that it has.
const FOLDERS: [(&str, &str); 4] = [
    ("pytorch", "modeling.py"),
    ("huggingface", "tokenizer.json"),
    ("onnx", "step.onnx"),
    ("circuits", "circuits.json"),
];

#[test]
fn folders_are_replaced_only_if_asked() {
    let place = Workplace::new();
    for (format, file) in FOLDERS {
        let words = format!("export nothing.wat --format {format} -o {format}");
        let output = place.tvm(&words).output().unwrap();
        assert!(output.status.success(), "{format}: {}", stderr(&output));
        assert!(place.path(format).join(file).is_file(), "{format}");
        fs::write(place.path(format).join("mine"), "kept").unwrap();
        let refused = place.tvm(&words).output().unwrap();
        assert_eq!(refused.status.code(), Some(1), "{format}");
        assert!(stderr(&refused).contains("exists already"), "{}", stderr(&refused));
        assert!(place.path(format).join("mine").is_file(), "{format}");
        let replaced = place.tvm(&format!("{words} --force")).output().unwrap();
        assert!(replaced.status.success(), "{format}: {}", stderr(&replaced));
        assert!(!place.path(format).join("mine").exists(), "{format}");
    }
    assert_eq!(place.others(), ["circuits", "huggingface", "onnx", "pytorch"]);
}

#[test]
fn model_files_programs_and_the_universal_model_are_exported() {
    let place = Workplace::new();
    let made = place.tvm("specialise echo.wat -o echo.tvm").output().unwrap();
    assert!(made.status.success(), "{}", stderr(&made));
    let sources = ["echo.tvm", "echo.wat", "--isa classic"];
    let texts = sources.map(|source| {
        let output = place.tvm(&format!("export {source} --format c -o -")).output().unwrap();
        assert!(output.status.success(), "{source}: {}", stderr(&output));
        stdout(&output)
    });
    assert_eq!(texts[0], texts[1]);
    assert!(texts[0].contains("the program `echo`") && texts[2].contains("a universal model"));
}

#[test]
fn what_cannot_be_written_or_read_leaves_nothing() {
    let place = Workplace::new();
    let missing = place.tvm("export nothing.wat --format onnx -o missing/folder").output().unwrap();
    assert_eq!(missing.status.code(), Some(1));
    assert!(stderr(&missing).contains("`missing/folder`"), "{}", stderr(&missing));
    fs::write(place.path("damaged.tvm"), &place.damaged()[..]).unwrap();
    let damaged = place.tvm("export damaged.tvm --format pytorch -o folder").output().unwrap();
    assert_eq!(damaged.status.code(), Some(1));
    assert!(stderr(&damaged).contains("the file is damaged"), "{}", stderr(&damaged));
    let format = place.tvm("export nothing.wat --format gguf -o folder").output().unwrap();
    assert_eq!(format.status.code(), Some(2));
    assert_eq!(place.others(), ["damaged.tvm"]);
}

impl Workplace {
    /// A model file of which one byte has changed.
    fn damaged(&self) -> Vec<u8> {
        let output = self.tvm("specialise nothing.wat -o -").output().unwrap();
        let mut bytes = output.stdout;
        *bytes.last_mut().expect("a file has bytes") ^= 1;
        bytes
    }
}
