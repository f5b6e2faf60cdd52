//! Errors of the host as the program sees them.

use std::fs;
use std::io;

use tvm_wasi::Errno;

use crate::support::*;

#[test]
fn a_closed_pipe_is_told() {
    let (reader, writer) = io::pipe().unwrap();
    let mut program = Program::with(|builder| builder.output(writer, false));
    assert_eq!(program.write(1, b"read"), Ok(4));
    drop(reader);
    assert_eq!(program.write(1, b"lost"), Err(Errno::BrokenPipe));
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_told() {
    let mut program = Program::with(|builder| builder.directory("/dev", "/dev"));
    let full = program.open_at(4, "full", 0, ALL_RIGHTS, 0, 0, 1).unwrap();
    assert_eq!(program.fdstat(full).unwrap().0, 2);
    assert_eq!(program.write(full, b"x"), Err(Errno::NoSpace));
    assert_eq!(program.read(full, 3), Ok(vec![0; 3]));
    let file = fs::File::create("/dev/full").unwrap();
    let mut program = Program::with(|builder| builder.output(file, false));
    assert_eq!(program.write(1, b"x"), Err(Errno::NoSpace));
    let file = io::BufWriter::new(fs::File::create("/dev/full").unwrap());
    let mut program = Program::with(|builder| builder.output(file, false));
    assert_eq!(program.write(1, b"x"), Err(Errno::NoSpace));
}

#[cfg(target_os = "linux")]
#[test]
fn a_terminal_is_told_from_other_devices() {
    let mut program = Program::with(|builder| builder.directory("/dev", "/dev"));
    let open = |program: &mut Program, path| program.open_at(4, path, 0, ALL_RIGHTS, 0, 0, 1);
    let null = open(&mut program, "null").unwrap();
    let (file_type, _, base, _) = program.fdstat(null).unwrap();
    assert_eq!((file_type, base & FD_SEEK), (2, FD_SEEK));
    assert_eq!(program.seek(null, 0, 2), Ok(0));
    // Not everywhere are there terminals to be had.
    if let Ok(terminal) = open(&mut program, "ptmx") {
        let (file_type, _, base, _) = program.fdstat(terminal).unwrap();
        assert_eq!((file_type, base & (FD_SEEK | FD_TELL)), (2, 0));
        assert_eq!(program.seek(terminal, 0, 2), Err(Errno::NotSeekable));
    }
}

#[test]
fn what_vanishes_is_told() {
    let mut program = Program::new();
    fs::create_dir(program.host().join("d")).unwrap();
    let directory = program.open("d", DIRECTORY, READING).unwrap();
    fs::remove_dir(program.host().join("d")).unwrap();
    let made = program.open_at(directory, "a", CREATE, ALL_RIGHTS, 0, 0, 1);
    assert_eq!(made, Err(Errno::NoEntry));
    assert_eq!(program.open("d", DIRECTORY, READING), Err(Errno::NoEntry));
}

#[cfg(unix)]
#[test]
fn a_pipe_in_a_directory_is_no_file() {
    use std::process::Command;
    let mut program = Program::new();
    let path = program.host().join("pipe");
    if !Command::new("mkfifo").arg(&path).status().is_ok_and(|status| status.success()) {
        return;
    }
    assert_eq!(program.path_stat("pipe", 1).unwrap().file_type, 0);
    // Setting its times does not wait for somebody to open the other end.
    let text = program.put(b"pipe");
    program.call("path_filestat_set_times", &[ROOT.into(), 1, text, 4, 1, 1, 5]).unwrap();
    program.symlink("pipe", "link").unwrap();
    let text = program.put(b"link");
    let set = program.call("path_filestat_set_times", &[ROOT.into(), 1, text, 4, 1, 1, 5]);
    assert_eq!(set, Err(Errno::NotSupported));
    assert_eq!(program.open("pipe", DIRECTORY, READING), Err(Errno::NotDirectory));
    let pipe = program.open_at(ROOT, "pipe", 0, FD_READ, 0, NONBLOCK, 1).unwrap();
    assert_eq!(program.read(pipe, 1), Ok(vec![]));
    assert_eq!(program.seek(pipe, 0, 2), Err(Errno::NotSeekable));
    let write = program.open_at(ROOT, "pipe", 0, FD_WRITE, 0, NONBLOCK, 1).unwrap();
    assert_eq!(program.read(pipe, 1), Err(Errno::Again));
    assert_eq!(program.write(write, b"xy"), Ok(2));
    assert_eq!(program.read(pipe, 10), Ok(b"xy".to_vec()));
    program.close(pipe).unwrap();
    assert_eq!(program.write(write, b"x"), Err(Errno::BrokenPipe));
    let full = program.open_at(ROOT, "pipe", 0, FD_READ | FD_WRITE, 0, NONBLOCK, 1).unwrap();
    assert_eq!(program.write(full, &[7; 100_000]), Ok(65_536));
    assert_eq!(program.write(full, &[7; 100]), Err(Errno::Again));
}

#[cfg(unix)]
#[test]
fn what_is_forbidden_on_the_host_is_told() {
    use std::os::unix::fs::PermissionsExt;
    let mut program = Program::new();
    let path = program.host().join("a");
    fs::write(&path, "x").unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o400)).unwrap();
    // The root user may do everything.
    if fs::OpenOptions::new().write(true).open(&path).is_err() {
        assert_eq!(program.open("a", 0, ALL_RIGHTS), Err(Errno::Access));
    }
    assert!(program.open("a", CREATE, FD_READ).is_ok());
}
