//! Every command of the README and of the book does what they say: the `console` blocks are run, file by
//! file, in a copy of what a reader has. `TRYCMD=overwrite` writes what was printed into the documents.

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::process::Command;

use tvm_test_support::tools;

/// The root of the repository, where the documents are.
const REPOSITORY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

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
    let repository = Path::new(REPOSITORY);
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
    let docs = Path::new(REPOSITORY).join("docs");
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
    let repository = Path::new(REPOSITORY);
    let mut pages = vec![repository.join("README.md"), repository.join("ARCHITECTURE.md")];
    for entry in fs::read_dir(repository.join("docs")).unwrap() {
        pages.push(entry.unwrap().path());
    }
    for page in pages.iter().filter(|page| page.extension().is_some_and(|end| end == "md")) {
        let text = fs::read_to_string(page).unwrap();
        for link in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            if link.contains("://") {
                continue;
            }
            let (file, anchor) = link.split_once('#').unwrap_or((link, ""));
            let target = match file {
                "" => page.clone(),
                file => page.parent().unwrap().join(file),
            };
            assert!(target.exists(), "{}: {link}", page.display());
            let headings = || fs::read_to_string(&target).unwrap().lines().map(anchor_of).collect();
            let leads = |headings: Vec<String>| headings.iter().any(|heading| heading == anchor);
            assert!(anchor.is_empty() || leads(headings()), "{}: {link}", page.display());
        }
    }
}

/// The comparison names tests as `file` (`function`, `function`).
#[test]
fn tests_that_the_comparison_names_are_there() {
    let text = include_str!("../../docs/comparison.md");
    let mut named = 0;
    for (before, rest) in text.match_indices("` (`").map(|(at, _)| (&text[..at], &text[at + 4..])) {
        let file = before.rsplit('`').next().unwrap();
        let source = fs::read_to_string(Path::new(REPOSITORY).join(file))
            .unwrap_or_else(|error| panic!("{file}: {error}"));
        let functions = rest.split_once(')').unwrap().0;
        for function in functions.split(", ").map(|one| one.trim_matches('`')) {
            named += 1;
            assert!(source.contains(&format!("fn {function}(")), "{file} has no `{function}`");
        }
    }
    assert!(named > 15, "{named}");
}

/// The anchor of a heading: lower case, hyphens for spaces, no punctuation.
fn anchor_of(line: &str) -> String {
    let text = line.trim_start_matches('#').trim().to_lowercase();
    let kept = text.chars().filter(|one| one.is_alphanumeric() || " -_".contains(*one));
    kept.map(|one| if one == ' ' { '-' } else { one }).collect()
}

/// The indented lines after the first line with these words.
fn block(text: &str, words: &str) -> String {
    let lines = text.lines().skip_while(|line| !line.contains(words)).skip(1);
    let lines = lines.take_while(|line| line.is_empty() || line.starts_with("    "));
    lines.map(|line| line.strip_prefix("    ").unwrap_or(line)).collect::<Vec<_>>().join("\n")
}

#[test]
fn the_c_program_of_the_readme_needs_no_header_and_no_flags() {
    if !tools::is_here("clang", Command::new("clang").arg("--version").output().is_ok()) {
        return;
    }
    let readme = include_str!("../../README.md");
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("primes.c"), block(readme, "With this as primes.c")).unwrap();
    let commands = block(readme, "these lines print");
    let (compile, run) = commands.trim().split_once('\n').unwrap();
    let mut words = compile.split_whitespace();
    let mut command = Command::new(words.next().unwrap());
    let compiled = command.args(words).current_dir(folder.path()).status().unwrap();
    assert!(compiled.success(), "{compile}");
    let arguments: Vec<&str> = run.split_whitespace().skip(1).collect();
    let output = Command::new(env!("CARGO_BIN_EXE_tvm"))
        .args(arguments)
        .current_dir(folder.path())
        .output()
        .unwrap();
    let printed = String::from_utf8(output.stdout).unwrap();
    assert!(readme.contains(&format!("these lines print {printed},")), "{printed}");
}
