//! When prebuilt modules are current, used, updated and deleted; and that those in `programs/` are current.

use super::*;

/// An empty module.
const EMPTY_MODULE: &[u8] = b"\0asm\x01\0\0\0";

fn no_clang() -> CompileOptions {
    CompileOptions { clang: Some("/no/such/clang".into()), ..CompileOptions::default() }
}

/// A folder with `one.c` and its current prebuilt module.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let source = folder.path().join("one.c");
    fs::write(&source, "int main(void) { return 0; }\n").unwrap();
    fs::create_dir(folder.path().join(FOLDER)).unwrap();
    let mut module = EMPTY_MODULE.to_vec();
    append_hash(&mut module, &source_hash(&source, &CompileOptions::default()).unwrap());
    fs::write(prebuilt_path(&source), module).unwrap();
    folder
}

#[test]
fn the_appended_section_keeps_the_module_valid_and_is_read_back() {
    let hash = [7; 32];
    let mut module = EMPTY_MODULE.to_vec();
    assert_eq!(recorded_hash(&module), None);
    append_hash(&mut module, &hash);
    wasmparser::validate(&module).unwrap();
    assert_eq!(recorded_hash(&module), Some(hash));
}

#[test]
fn a_module_that_belongs_to_its_source_needs_no_clang() {
    let folder = folder();
    check(folder.path()).unwrap();
    let module = load(&folder.path().join("one.c"), &no_clang()).unwrap();
    assert!(module.bytes.starts_with(EMPTY_MODULE));
}

#[test]
fn an_edited_source_without_clang_is_an_error() {
    let folder = folder();
    let source = folder.path().join("one.c");
    fs::write(&source, "int main(void) { return 1; }\n").unwrap();
    let message = load(&source, &no_clang()).unwrap_err().to_string();
    assert!(message.contains("was edited") && message.contains("install clang"), "{message}");
    assert!(matches!(check(folder.path()), Err(PrebuiltError::Stale { .. })));
}

#[test]
fn another_size_of_the_c_stack_without_clang_is_an_error() {
    let folder = folder();
    let options = CompileOptions { stack: "1M".parse().unwrap(), ..no_clang() };
    let message = load(&folder.path().join("one.c"), &options).unwrap_err().to_string();
    let expected = "has a C stack of 65536 bytes; for 1048576";
    assert!(message.contains(expected) && message.contains("install clang"), "{message}");
}

#[test]
fn a_module_without_source_is_found() {
    let folder = folder();
    fs::copy(prebuilt_path(&folder.path().join("one.c")), folder.path().join("prebuilt/two.wasm"))
        .unwrap();
    assert!(matches!(check(folder.path()), Err(PrebuiltError::Orphan { .. })));
}

#[test]
fn a_header_beside_the_source_counts() {
    let folder = folder();
    fs::write(folder.path().join("tvm.h"), TVM_H).unwrap();
    check(folder.path()).unwrap();
    fs::write(folder.path().join("tvm.h"), "/* mine */").unwrap();
    assert!(matches!(check(folder.path()), Err(PrebuiltError::Stale { .. })));
}

#[test]
fn the_prebuilt_programs_belong_to_their_sources() {
    for folder in ["../programs", "../tvm-cli/templates"] {
        let programs = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
        if std::env::var_os("TVM_UPDATE").is_some() {
            for written in update(&programs, &CompileOptions::default()).unwrap() {
                eprintln!("written: {}", written.display());
            }
        }
        check(&programs).unwrap();
    }
}
