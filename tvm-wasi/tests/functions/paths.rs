//! Paths: what they reach, and what is made, moved and removed by them.

use std::fs;

use tvm_wasi::Errno;

use crate::support::*;

/// A directory with others in and beside it, of which the inner one is given to the program.
fn nested() -> Program {
    let mut program = Program::new();
    fs::create_dir_all(program.host().join("inner/deep")).unwrap();
    fs::write(program.host().join("secret"), "secret").unwrap();
    fs::write(program.host().join("inner/deep/file"), "content").unwrap();
    let host = program.host().join("inner");
    program.wasi = tvm_wasi::Wasi::builder().directory(host, "/").build().unwrap();
    program
}

#[test]
fn no_path_leads_out() {
    let mut program = nested();
    let inside = ["deep/file", "./deep//file", "deep/../deep/./file", "deep/../../inner/deep/file"];
    for path in &inside[..3] {
        assert!(program.open(path, 0, READING).is_ok(), "{path}");
    }
    let absolute = program.host().join("secret").to_str().unwrap().to_owned();
    let out = ["..", "../secret", "deep/../../secret", inside[3], "/", "/etc/passwd", &absolute];
    let out = out.into_iter().chain(["../.", "../../../../../../etc/passwd", "/deep/file"]);
    for path in out {
        for (how, rights) in [(0, READING), (CREATE, ALL_RIGHTS), (DIRECTORY, READING), (8, 0)] {
            let opened = program.open(path, how, rights);
            assert_eq!(opened, Err(Errno::NotPermitted), "{path}");
        }
        for name in ["path_create_directory", "path_remove_directory", "path_unlink_file"] {
            let done = program.on_path(name, path);
            // A place outside may also be named as what it can never be.
            assert!(done.is_err(), "{name} {path}");
        }
        assert_eq!(program.path_stat(path, 1), Err(Errno::NotPermitted), "{path}");
        assert_eq!(program.path_stat(path, 0), Err(Errno::NotPermitted), "{path}");
        assert!(program.readlink(path, 100).is_err(), "{path}");
        assert!(program.rename("deep/file", path).is_err(), "{path}");
        assert!(program.rename(path, "stolen").is_err(), "{path}");
        assert!(program.link("deep/file", path).is_err(), "{path}");
        assert!(program.link(path, "stolen").is_err(), "{path}");
        assert!(program.symlink("x", path).is_err(), "{path}");
    }
    let all: Vec<_> = contents(program.host()).into_keys().collect();
    assert_eq!(all, ["inner/", "inner/deep/", "inner/deep/file", "secret"]);
}

#[test]
fn no_link_leads_out() {
    let mut program = nested();
    // Made by the program where it may make them, and by others where not.
    for (target, name) in [("../secret", "up"), ("..", "parent"), ("deep/../../secret", "round")] {
        assert_eq!(program.symlink(target, name), Ok(()), "{name}");
    }
    assert_eq!(program.symlink("/etc/passwd", "absolute"), Err(Errno::NotPermitted));
    #[cfg(unix)]
    std::os::unix::fs::symlink("/etc/passwd", program.host().join("inner/absolute")).unwrap();
    for path in ["up", "round", "absolute", "parent/secret", "parent", "parent/inner/deep/file"] {
        let opened = program.open(path, 0, READING);
        assert_eq!(opened, Err(Errno::NotPermitted), "{path}");
        assert_eq!(program.open(path, TRUNCATE, 0), Err(Errno::NotPermitted), "{path}");
        assert_eq!(program.path_stat(path, 1), Err(Errno::NotPermitted), "{path}");
        assert!(program.open(path, CREATE, ALL_RIGHTS).is_err(), "{path}");
    }
    assert_eq!(program.on_path("path_create_directory", "parent/new"), Err(Errno::NotPermitted));
    assert_eq!(program.on_path("path_unlink_file", "parent/secret"), Err(Errno::NotPermitted));
    assert_eq!(program.rename("parent/secret", "stolen"), Err(Errno::NotPermitted));
    assert_eq!(program.link("parent/secret", "stolen"), Err(Errno::NotPermitted));
    assert_eq!(program.readlink("absolute", 100), Err(Errno::NotPermitted));
    assert_eq!(fs::read(program.host().join("secret")).unwrap(), b"secret");
    // The links themselves are the program's to remove.
    assert_eq!(program.on_path("path_unlink_file", "parent"), Ok(()));
    assert!(program.host().join("secret").exists());
}

#[test]
fn links_inside_are_followed_unless_not_wanted() {
    let mut program = nested();
    program.symlink("deep/file", "link").unwrap();
    program.symlink("deep", "directory").unwrap();
    program.symlink("loop", "loop").unwrap();
    program.symlink("nowhere", "dangling").unwrap();
    let file = program.open("link", 0, READING).unwrap();
    assert_eq!(program.read(file, 7), Ok(b"content".to_vec()));
    assert!(program.open("directory/file", 0, READING).is_ok());
    let mut unfollowed = |path, how| program.open_at(ROOT, path, how, READING, 0, 0, 0);
    assert_eq!(unfollowed("link", 0), Err(Errno::Loop));
    assert!(unfollowed("directory/file", 0).is_ok());
    let directory = unfollowed("directory", DIRECTORY);
    assert!(matches!(directory, Err(Errno::Loop | Errno::NotDirectory)), "{directory:?}");
    assert_eq!(program.open("loop", 0, READING), Err(Errno::Loop));
    assert_eq!(program.open("dangling", 0, READING), Err(Errno::NoEntry));
    assert_eq!(program.open("loop/a", CREATE, ALL_RIGHTS), Err(Errno::Loop));
    // What is created through a link lies where the link leads.
    assert!(program.open("dangling", CREATE, ALL_RIGHTS).is_ok());
    assert!(program.host().join("inner/nowhere").exists());
    assert_eq!(program.path_stat("link", 0).unwrap().file_type, 7);
    assert_eq!(program.path_stat("link", 0).unwrap().size, 9);
    assert_eq!(program.path_stat("link", 1).unwrap().file_type, 4);
    assert_eq!(program.path_stat("link", 2), Err(Errno::Invalid));
    assert_eq!(program.readlink("link", 100), Ok("deep/file".into()));
    assert_eq!(program.readlink("link", 4), Ok("deep".into()));
    assert_eq!(program.readlink("link", 0), Ok("".into()));
    assert_eq!(program.readlink("deep", 100), Err(Errno::Invalid));
}

#[test]
fn files_are_opened_as_asked() {
    let mut program = Program::new();
    let host = program.host().to_owned();
    assert_eq!(program.open("a", 0, READING), Err(Errno::NoEntry));
    assert_eq!(program.open("none/a", CREATE, READING), Err(Errno::NoEntry));
    assert!(program.open("a", CREATE | EXCLUSIVE, READING).is_ok());
    assert_eq!(program.open("a", CREATE | EXCLUSIVE, READING), Err(Errno::Exists));
    fs::write(host.join("a"), "content").unwrap();
    // Creating what is there leaves it.
    let file = program.file("a");
    assert_eq!(program.read(file, 10), Ok(b"content".to_vec()));
    assert!(program.open("a", TRUNCATE, FD_READ).is_ok());
    assert_eq!(fs::read(host.join("a")).unwrap(), b"");
    assert_eq!(program.open("a/", 0, READING), Err(Errno::NotDirectory));
    assert_eq!(program.open("a", DIRECTORY, READING), Err(Errno::NotDirectory));
    assert_eq!(program.open("a/b", 0, READING), Err(Errno::NotDirectory));
    assert_eq!(program.open("new/", CREATE, ALL_RIGHTS), Err(Errno::IsDirectory));
    assert_eq!(program.open("new/", CREATE, READING), Err(Errno::IsDirectory));
    fs::create_dir(host.join("d")).unwrap();
    for path in ["d", "d/", "d//", "."] {
        assert!(program.open(path, DIRECTORY, READING).is_ok(), "{path}");
        assert!(program.open(path, 0, READING).is_ok(), "{path}");
    }
    assert_eq!(program.open("d", 0, ALL_RIGHTS), Err(Errno::IsDirectory));
    assert_eq!(program.open("d", CREATE, READING), Err(Errno::IsDirectory));
    assert_eq!(program.open("d", CREATE | EXCLUSIVE, READING), Err(Errno::Exists));
    for how in [DIRECTORY | CREATE, DIRECTORY | TRUNCATE, DIRECTORY | EXCLUSIVE, 16, 1 << 16] {
        assert_eq!(program.open("d", how, READING), Err(Errno::Invalid));
    }
    let written = program.open("d", DIRECTORY, FD_READ | FD_WRITE);
    assert_eq!(written, Err(Errno::IsDirectory));
    // Bits that are no rights do not matter; what a thing cannot do is left out.
    let directory = program.open("d", DIRECTORY, !FD_WRITE).unwrap();
    assert_eq!(program.fdstat(directory).unwrap().2 & FD_SEEK, 0);
    let inner = program.open_at(directory, "x", CREATE, u64::MAX, u64::MAX, 0, 1).unwrap();
    assert_eq!(program.write(inner, b"x"), Ok(1));
    assert!(host.join("d/x").exists());
    assert_eq!(program.open_at(inner, "y", 0, 0, 0, 0, 0), Err(Errno::NotDirectory));
    assert_eq!(program.open_at(99, "y", 0, 0, 0, 0, 0), Err(Errno::BadDescriptor));
}

#[test]
fn odd_names_are_refused_or_are_names() {
    let mut program = Program::new();
    assert_eq!(program.open("", CREATE, ALL_RIGHTS), Err(Errno::NoEntry));
    assert_eq!(program.open("a\0", CREATE, ALL_RIGHTS), Err(Errno::Invalid));
    let long = "x".repeat(300);
    assert_eq!(program.open(&long, CREATE, ALL_RIGHTS), Err(Errno::NameTooLong));
    let longer = "x/".repeat(2500);
    assert_eq!(program.open(&longer, CREATE, ALL_RIGHTS), Err(Errno::NameTooLong));
    for name in ["ä", "a b", "-r", "\n", "C:", "*", "con\u{301}", "...", "\\"] {
        assert!(program.open(name, CREATE, ALL_RIGHTS).is_ok(), "{name:?}");
        assert!(program.host().join(name).exists(), "{name:?}");
        assert_eq!(program.on_path("path_unlink_file", name), Ok(()), "{name:?}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn names_need_not_be_text() {
    let mut program = Program::new();
    let text = program.put(b"\xff\x01");
    let result = program.room(4);
    let arguments = [ROOT.into(), 0, text, 2, CREATE.into(), ALL_RIGHTS, 0, 0, result];
    program.call("path_open", &arguments).unwrap();
    let listed = program.readdir(ROOT, 4096, 2).unwrap();
    assert_eq!(&listed[24..], b"\xff\x01");
}

#[test]
fn directories_are_made_and_removed() {
    let mut program = Program::new();
    assert_eq!(program.on_path("path_create_directory", "d"), Ok(()));
    assert_eq!(program.on_path("path_create_directory", "d"), Err(Errno::Exists));
    assert_eq!(program.on_path("path_create_directory", "d/e/"), Ok(()));
    assert_eq!(program.on_path("path_create_directory", "none/d"), Err(Errno::NoEntry));
    assert_eq!(program.on_path("path_remove_directory", "d"), Err(Errno::NotEmpty));
    assert_eq!(program.on_path("path_unlink_file", "d"), Err(Errno::IsDirectory));
    assert_eq!(program.on_path("path_remove_directory", "d/e/"), Ok(()));
    assert_eq!(program.on_path("path_remove_directory", "d"), Ok(()));
    assert_eq!(program.on_path("path_remove_directory", "d"), Err(Errno::NoEntry));
    assert_eq!(program.on_path("path_remove_directory", "."), Err(Errno::Invalid));
    program.file("a");
    program.symlink("d", "link").unwrap();
    for path in ["a", "a/", "link", "link/"] {
        let removed = program.on_path("path_remove_directory", path);
        assert_eq!(removed, Err(Errno::NotDirectory), "{path}");
    }
    assert_eq!(program.on_path("path_unlink_file", "a/"), Err(Errno::NotDirectory));
    assert_eq!(program.on_path("path_unlink_file", "a"), Ok(()));
    assert_eq!(program.on_path("path_unlink_file", "a"), Err(Errno::NoEntry));
}

#[test]
fn a_removed_file_stays_while_it_is_open() {
    let mut program = Program::new();
    let file = program.file("a");
    program.write(file, b"content").unwrap();
    program.on_path("path_unlink_file", "a").unwrap();
    program.seek(file, 0, 0).unwrap();
    assert_eq!(program.read(file, 7), Ok(b"content".to_vec()));
    assert_eq!(program.filestat(file).unwrap().links, 0);
    assert_eq!(program.open("a", 0, READING), Err(Errno::NoEntry));
}

#[test]
fn what_is_there_is_moved() {
    let mut program = Program::new();
    let host = program.host().to_owned();
    fs::write(host.join("a"), "a").unwrap();
    fs::write(host.join("b"), "b").unwrap();
    fs::create_dir_all(host.join("d/e")).unwrap();
    assert_eq!(program.rename("a", "b"), Ok(()));
    assert_eq!(fs::read(host.join("b")).unwrap(), b"a");
    assert_eq!(program.rename("a", "c"), Err(Errno::NoEntry));
    assert_eq!(program.rename("b", "d"), Err(Errno::IsDirectory));
    assert_eq!(program.rename("d", "b"), Err(Errno::NotDirectory));
    assert_eq!(program.rename("d", "d/e/f"), Err(Errno::Invalid));
    for (old, new) in [("b/", "c"), ("b", "c/"), ("b/", "d/b")] {
        assert_eq!(program.rename(old, new), Err(Errno::NotDirectory), "{old} {new}");
    }
    assert_eq!(program.rename("d/e//", "f/"), Ok(()));
    assert_eq!(program.rename("f/", "d/e"), Ok(()));
    assert_eq!(program.rename(".", "f"), Err(Errno::Busy));
    assert_eq!(program.rename("b", "d/b"), Ok(()));
    fs::create_dir(host.join("empty")).unwrap();
    assert_eq!(program.rename("empty", "d"), Err(Errno::NotEmpty));
    assert_eq!(program.rename("d", "empty"), Ok(()));
    assert!(host.join("empty/b").exists());
}

#[test]
fn a_file_has_several_names() {
    let mut program = Program::new();
    let file = program.file("a");
    program.on_path("path_create_directory", "d").unwrap();
    program.symlink("a", "symbolic").unwrap();
    assert_eq!(program.link("a", "d/b"), Ok(()));
    assert_eq!(program.filestat(file).unwrap().links, 2);
    assert_eq!(program.path_stat("d/b", 0), program.path_stat("a", 0));
    assert_eq!(program.link("a", "d/b"), Err(Errno::Exists));
    assert_eq!(program.link("none", "c"), Err(Errno::NoEntry));
    assert_eq!(program.link("a", "c/"), Err(Errno::NoEntry));
    let directory = program.link("d", "c");
    assert!(matches!(directory, Err(Errno::NotPermitted | Errno::Access)), "{directory:?}");
    // The symbolic link itself gets another name.
    assert_eq!(program.link("symbolic", "other"), Ok(()));
    assert_eq!(program.path_stat("other", 0).unwrap().file_type, 7);
    let text = program.put(b"a");
    let root = ROOT.into();
    let followed = program.call("path_link", &[root, 1, text, 1, root, text, 1]);
    assert_eq!(followed, Err(Errno::Invalid));
    assert_eq!(program.symlink("x", "a"), Err(Errno::Exists));
    assert_eq!(program.symlink("x", "new/"), Err(Errno::NoEntry));
    assert_eq!(program.symlink("", "new"), Err(Errno::NoEntry));
}
