//! The order of the modules in a folder, as the documentation of the folder states it, checked against
//! the imports of the modules.
//!
//! The documentation has a numbered list of levels, each of which names modules in backquotes. A module
//! may import from modules of lower levels only; so no imports form a circle.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// Checks the modules of a folder.
///
/// `documentation` is the file whose documentation has the list; `path` is the folder's module, as
/// imports spell it: `crate`, `crate::wasm`.
///
/// # Panics
/// When a module is in no level or in two, or imports from its own level or a higher one.
pub fn check(documentation: &Path, folder: &Path, path: &str) {
    let modules = modules(folder, documentation);
    assert!(modules.len() > 1, "{} has modules", folder.display());
    let levels = levels(&read(documentation), &modules);
    let missing: Vec<_> = modules.iter().filter(|name| !levels.contains_key(*name)).collect();
    assert!(missing.is_empty(), "{}: no level has {missing:?}", documentation.display());
    let mut found = 0;
    for name in &modules {
        for imported in imports(folder, name, path) {
            let Some(level) = levels.get(&imported).filter(|_| imported != *name) else { continue };
            assert!(
                *level < levels[name],
                "{path}::{name} of level {} imports {imported} of level {level}",
                levels[name]
            );
            found += 1;
        }
    }
    assert!(found > 0, "no module of {} imports another", folder.display());
}

/// The modules in a folder, but not the folder's own.
fn modules(folder: &Path, own: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let modules = entries.filter(|path| path != own && (path.is_dir() || is_source(path)));
    let mut names: Vec<String> =
        modules.map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned()).collect();
    names.retain(|name| name != "lib");
    names.sort();
    names.dedup();
    names
}

fn is_source(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "rs")
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The level of every module that the documentation's numbered list names.
fn levels(source: &str, modules: &[String]) -> BTreeMap<String, usize> {
    let mut levels = BTreeMap::new();
    let mut level = None;
    for line in source.lines().map_while(|line| line.strip_prefix("//!")) {
        let line = line.strip_prefix(' ').unwrap_or(line);
        let number = line.split_once(". ").and_then(|(number, _)| number.parse::<usize>().ok());
        level = if number.is_some() { number } else { level.filter(|_| line.starts_with("   ")) };
        let Some(level) = level else { continue };
        for name in
            line.split('`').skip(1).step_by(2).filter(|name| modules.iter().any(|one| one == name))
        {
            let before = levels.insert(name.to_owned(), level);
            assert_eq!(before, None, "{name} is in two levels");
        }
    }
    levels
}

/// What a module and those inside it import from the folder.
fn imports(folder: &Path, name: &str, path: &str) -> Vec<String> {
    let file = folder.join(name).with_extension("rs");
    let mut found = Vec::new();
    if file.exists() {
        let source = read(&file);
        found.extend(named_after(&source, "super::"));
        found.extend(named_after(&source, &format!("{path}::")));
    }
    if folder.join(name).is_dir() {
        nested(&folder.join(name), path, &mut found);
    }
    found
}

fn nested(folder: &Path, path: &str, found: &mut Vec<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap().path();
        if entry.is_dir() {
            nested(&entry, path, found);
        } else if is_source(&entry) {
            found.extend(named_after(&read(&entry), &format!("{path}::")));
        }
    }
}

/// The names that follow a prefix anywhere in the code: one, or those between braces.
fn named_after(source: &str, prefix: &str) -> Vec<String> {
    let lines = source.lines().filter(|line| !line.trim_start().starts_with("//"));
    let code = lines.collect::<Vec<_>>().join("\n");
    let mut names = Vec::new();
    for (at, _) in code.match_indices(prefix) {
        let before = code[..at].chars().next_back();
        if before.is_some_and(|before| before == ':' || before == '_' || before.is_alphanumeric()) {
            continue;
        }
        let rest = &code[at + prefix.len()..];
        match rest.strip_prefix('{') {
            Some(list) => names.extend(first_of_each(list)),
            None => names.push(identifier(rest)),
        }
    }
    names
}

/// The first name of each path in a list, up to the brace that closes it.
fn first_of_each(list: &str) -> Vec<String> {
    let mut names = Vec::new();
    let (mut depth, mut begins) = (0, true);
    for (at, character) in list.char_indices() {
        match character {
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            '{' => depth += 1,
            ',' => begins = depth == 0,
            _ if character.is_whitespace() => {}
            _ if begins => {
                names.push(identifier(&list[at..]));
                begins = false;
            }
            _ => {}
        }
    }
    names
}

fn identifier(text: &str) -> String {
    text.chars().take_while(|one| *one == '_' || one.is_alphanumeric()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn imports_are_found_one_by_one_and_in_lists() {
        let source = "use super::a::{X, Y};\n// super::comment\nuse super::{b, c::{Z, W}, d::V};\nlet x = super::e::f();";
        assert_eq!(named_after(source, "super::"), ["a", "b", "c", "d", "e"]);
        assert_eq!(named_after("crate::wasm::a; crate::wasm::b", "crate::wasm::"), ["a", "b"]);
        assert_eq!(named_after("super::super::a", "super::"), ["super"]);
    }

    #[test]
    fn levels_are_read_from_documentation() {
        let source = "//! Text about `a`.\n//!\n//! 1. `a`, `b`: both\n//!    and `c`, `other`\n//! 2. `d`: one\n//!\n//! `e`\nuse x;";
        let modules = ["a", "b", "c", "d", "e"].map(str::to_owned);
        let expected = [("a", 1), ("b", 1), ("c", 1), ("d", 2)];
        let expected: BTreeMap<_, _> =
            expected.map(|(name, level)| (name.to_owned(), level)).into();
        assert_eq!(levels(source, &modules), expected);
    }
}
