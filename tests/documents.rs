//! Every command of the README and of the book does what they say: the `console` blocks are run, file by
//! file, in a copy of what a reader has. `TRYCMD=overwrite` writes what was printed into the documents.

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

/// What the commands read.
const COPIED: [&str; 4] = ["README.md", "docs", "programs", "tvm-core/tests/token_programs"];

/// Executables that the documents make.
const MADE: [&str; 2] = ["hello", "addition"];

fn copy(from: &Path, to: &Path) {
    if !from.is_dir() {
        fs::create_dir_all(to.parent().unwrap()).unwrap();
        fs::copy(from, to).unwrap();
        return;
    }
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        copy(&entry.path(), &to.join(entry.file_name()));
    }
}

#[test]
fn commands_do_what_the_documents_say() {
    let folder = tempfile::tempdir().unwrap();
    let repository = Path::new(env!("CARGO_MANIFEST_DIR"));
    for path in COPIED {
        copy(&repository.join(path), &folder.path().join(path));
    }
    // The other test of this process goes by whole paths.
    std::env::set_current_dir(folder.path()).unwrap();
    let cases = trycmd::TestCases::new();
    cases.register_bin("tvm", Path::new(env!("CARGO_BIN_EXE_tvm")));
    for name in MADE {
        cases.register_bin(format!("./{name}"), folder.path().join(name));
    }
    cases.case("README.md").case("docs/*.md");
    let failed = catch_unwind(AssertUnwindSafe(|| cases.run())).is_err();
    if std::env::var_os("TRYCMD").is_some_and(|mode| mode == "overwrite") {
        for path in ["README.md", "docs"] {
            copy(&folder.path().join(path), &repository.join(path));
        }
    }
    std::env::set_current_dir(repository).unwrap();
    assert!(!failed, "a command does not print what a document says");
}

#[test]
fn every_page_is_in_the_book() {
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs");
    let summary = fs::read_to_string(docs.join("SUMMARY.md")).unwrap();
    for entry in fs::read_dir(docs).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        if name.ends_with(".md") && name != "SUMMARY.md" {
            assert!(summary.contains(&format!("({name})")), "{name}");
        }
    }
}

#[test]
fn links_lead_somewhere() {
    let repository = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut pages = vec![repository.join("README.md"), repository.join("ARCHITECTURE.md")];
    for entry in fs::read_dir(repository.join("docs")).unwrap() {
        pages.push(entry.unwrap().path());
    }
    for page in pages.iter().filter(|page| page.extension().is_some_and(|end| end == "md")) {
        let text = fs::read_to_string(page).unwrap();
        for link in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            let file = link.split('#').next().unwrap();
            if !link.contains("://") && !file.is_empty() {
                let target = page.parent().unwrap().join(file);
                assert!(target.exists(), "{}: {link}", page.display());
            }
        }
    }
}
