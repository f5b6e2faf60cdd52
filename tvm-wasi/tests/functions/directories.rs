//! Directories: their names, and what is in them.

use std::fs;

use tvm_wasi::{Errno, Wasi};

use crate::support::*;

fn names(entries: &[Entry]) -> Vec<&str> {
    entries.iter().map(|entry| entry.name.as_str()).collect()
}

#[test]
fn entries_are_listed_in_order() {
    let mut program = Program::new();
    let host = program.host().to_owned();
    fs::write(host.join("file"), "").unwrap();
    fs::create_dir(host.join("directory")).unwrap();
    program.symlink("file", "link").unwrap();
    let listed = entries(&program.readdir(ROOT, 4096, 0).unwrap());
    assert_eq!(names(&listed), [".", "..", "directory", "file", "link"]);
    let types: Vec<_> = listed.iter().map(|entry| entry.file_type).collect();
    assert_eq!(types, [3, 3, 3, 4, 7]);
    assert_eq!(listed[0].inode, program.filestat(ROOT).unwrap().inode);
    assert_eq!(listed[3].inode, program.path_stat("file", 0).unwrap().inode);
    assert_eq!(listed[4].inode, program.path_stat("link", 0).unwrap().inode);
    for (index, entry) in listed.iter().enumerate() {
        let rest = entries(&program.readdir(ROOT, 4096, entry.next).unwrap());
        assert_eq!(rest, listed[index + 1..]);
    }
    assert_eq!(program.readdir(ROOT, 4096, 99), Ok(vec![]));
    assert_eq!(program.readdir(ROOT, 4096, u64::MAX), Ok(vec![]));
}

#[test]
fn small_buffers_are_filled_and_entries_cut_off() {
    let mut program = Program::new();
    for index in 0..40 {
        fs::write(program.host().join(format!("file-{index:02}")), "").unwrap();
    }
    let whole = program.readdir(ROOT, 8192, 0).unwrap();
    let all = entries(&whole);
    assert_eq!(all.len(), 42);
    for room in [0, 1, 23, 24, 25, 31, 32, 33, 100, 1000] {
        let listed = program.readdir(ROOT, room, 0).unwrap();
        assert_eq!(listed, whole[..room as usize], "{room}");
    }
    // As C libraries read: from the last whole entry on.
    let (mut cookie, mut listed) = (0, Vec::new());
    loop {
        let bytes = program.readdir(ROOT, 100, cookie).unwrap();
        listed.extend(entries(&bytes));
        if bytes.len() < 100 {
            break;
        }
        cookie = listed.last().unwrap().next;
    }
    assert_eq!(listed, all);
}

#[test]
fn cookies_stay_good_while_files_come_and_go() {
    let mut program = Program::new();
    for name in ["a", "b", "c", "d"] {
        fs::write(program.host().join(name), "").unwrap();
    }
    let first = entries(&program.readdir(ROOT, 4096, 0).unwrap());
    for name in ["a", "b"] {
        program.on_path("path_unlink_file", name).unwrap();
    }
    fs::write(program.host().join("0"), "").unwrap();
    let rest = entries(&program.readdir(ROOT, 4096, first[3].next).unwrap());
    assert_eq!(names(&rest), ["c", "d"]);
    let again = entries(&program.readdir(ROOT, 4096, 0).unwrap());
    assert_eq!(names(&again), [".", "..", "0", "c", "d"]);
}

#[test]
fn only_directories_are_listed() {
    let mut program = Program::new();
    let file = program.file("a");
    assert_eq!(program.readdir(file, 100, 0), Err(Errno::NotDirectory));
    assert_eq!(program.readdir(0, 100, 0), Err(Errno::NotDirectory));
    assert_eq!(program.readdir(77, 100, 0), Err(Errno::BadDescriptor));
    let directory = program.open(".", DIRECTORY, FD_READ).unwrap();
    assert_eq!(program.readdir(directory, 100, 0), Err(Errno::NotCapable));
}

#[test]
fn a_directory_is_no_file() {
    let mut program = Program::new();
    let root = u64::from(ROOT);
    assert_eq!(program.read(ROOT, 1), Err(Errno::IsDirectory));
    assert_eq!(program.write(ROOT, b"x"), Err(Errno::IsDirectory));
    assert_eq!(program.seek(ROOT, 0, 1), Err(Errno::IsDirectory));
    assert_eq!(program.tell(ROOT), Err(Errno::IsDirectory));
    assert_eq!(program.call("fd_allocate", &[root, 0, 1]), Err(Errno::IsDirectory));
    assert_eq!(program.call("fd_advise", &[root, 0, 1, 0]), Err(Errno::IsDirectory));
    assert_eq!(program.call("fd_filestat_set_size", &[root, 0]), Err(Errno::IsDirectory));
    assert_eq!(program.call("fd_pread", &[root, 0, 0, 0, 8]), Err(Errno::IsDirectory));
    assert_eq!(program.call("fd_pwrite", &[root, 0, 0, 0, 8]), Err(Errno::IsDirectory));
}

#[test]
fn directories_are_known_by_their_names() {
    let mut program = Program::new();
    let other = tempfile::tempdir().unwrap();
    let builder = Wasi::builder().directory(program.host(), "/").directory(other.path(), "data");
    program.wasi = builder.build().unwrap();
    let result = program.room(8);
    program.call("fd_prestat_get", &[4, result]).unwrap();
    assert_eq!(program.bytes(result, 8), [0, 0, 0, 0, 4, 0, 0, 0]);
    let name = program.put(b"......");
    program.call("fd_prestat_dir_name", &[4, name, 6]).unwrap();
    assert_eq!(program.bytes(name, 6), b"data..");
    assert_eq!(program.call("fd_prestat_dir_name", &[4, name, 3]), Err(Errno::NameTooLong));
    // So a program knows that there are no more.
    assert_eq!(program.call("fd_prestat_get", &[5, result]), Err(Errno::BadDescriptor));
    let opened = program.open(".", DIRECTORY, READING).unwrap();
    let prestat = program.call("fd_prestat_get", &[opened.into(), result]);
    assert_eq!(prestat, Err(Errno::BadDescriptor));
    assert_eq!(program.call("fd_prestat_get", &[1, result]), Err(Errno::BadDescriptor));
    // Files go from one to the other, where both are on one disk.
    program.file("a");
    let text = program.put(b"a");
    program.call("path_rename", &[3, text, 1, 4, text, 1]).unwrap();
    assert!(other.path().join("a").exists());
}

#[test]
fn a_missing_directory_is_named() {
    let error = Wasi::builder().directory("/no/such/directory", "/").build().err().unwrap();
    assert!(error.to_string().contains("/no/such/directory"), "{error}");
    let file = tempfile::NamedTempFile::new().unwrap();
    assert!(Wasi::builder().directory(file.path(), "/").build().is_err());
}
